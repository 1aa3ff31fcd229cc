import { Worker } from 'node:worker_threads';

/**
 * The most that may pass without a sign of the main thread, in milliseconds: work of the processor,
 * which is the same on a busy machine, and time, for what waits without working.
 */
const limits = { workMs: 60_000, silenceMs: 900_000 };

const watching = `
  const { workerData } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  const { beat, text, workMs, silenceMs } = workerData;
  const work = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  };
  let [last, since, worked] = [-1, Date.now(), work()];
  setInterval(() => {
    const now = Atomics.load(beat, 0);
    if (now !== last) [last, since, worked] = [now, Date.now(), work()];
    if (work() - worked < workMs && Date.now() - since < silenceMs) return;
    const where = Buffer.from(text.slice(0, Atomics.load(beat, 1))).toString();
    writeSync(1, '  does not give the thread back: ' + where + '\\nruns ' + now + ', untyped errors 0, hangs 1\\n');
    process.kill(process.pid, 'SIGKILL');
  }, 1_000);
`;

/** Ends the process, with a line that says so, when one run never gives the thread back. */
export function startWatchdog(): (where: string) => void {
  const beat = new Int32Array(new SharedArrayBuffer(8));
  const text = new Uint8Array(new SharedArrayBuffer(200));
  const worker = new Worker(watching, { eval: true, workerData: { beat, text, ...limits } });
  worker.unref();
  return (where) => {
    const bytes = Buffer.from(where).subarray(0, text.length);
    text.set(bytes);
    Atomics.store(beat, 1, bytes.length);
    Atomics.add(beat, 0, 1);
  };
}
