// A line that holds each answer back, in a thread of its own: what the far side is busy with delays
// neither a question that comes nor an answer that is due.
import { createServer, connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

const { port, latencyMs } = workerData;

// What comes back is there when the latency is over since the question, in its order: what the far
// side itself needs is a part of it, and the figures are those of the client.
const line = createServer((near) => {
  const far = connect(port, '127.0.0.1');
  near.setNoDelay(true);
  far.setNoDelay(true);
  near.pipe(far);
  let last = Promise.resolve();
  let asked = performance.now();
  near.on('data', () => {
    asked = performance.now();
  });
  far.on('data', (chunk) => {
    const due = wait(Math.max(0, asked + latencyMs - performance.now()));
    last = last.then(() => due).then(() => near.write(chunk));
  });
  for (const [end, other] of [
    [near, far],
    [far, near],
  ]) {
    end.on('error', () => other.destroy());
    end.on('close', () => other.destroy());
  }
});
line.listen(0, '127.0.0.1', () => parentPort.postMessage(line.address().port));
