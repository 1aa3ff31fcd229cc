/**
 * Entry of the child process: one engine, requests over IPC, nothing else. It ends with its parent.
 */
import { toFailure } from './failure.ts';
import type { ChildReply, ChildRequest } from './protocol.ts';
import { RequestRunner } from './run-request.ts';

const runner = new RequestRunner({ onPool: false });

function answer(reply: ChildReply): void {
  // The callback takes the error of a closed channel; `disconnect` then ends the process.
  if (process.connected) process.send?.(reply, undefined, undefined, () => undefined);
}

async function serve({ id, request }: ChildRequest): Promise<void> {
  try {
    answer({ id, ok: true, value: await runner.run(request) });
  } catch (error) {
    const { ckr, step, reason } = toFailure(error, request.op);
    answer({ id, ok: false, ckr, step, reason });
  }
}

let last = Promise.resolve();
process.on('message', (message) => {
  last = last.then(() => serve(message as ChildRequest));
});

process.on('disconnect', () => {
  void runner.run({ op: 'close' }).finally(() => process.exit(0));
});
