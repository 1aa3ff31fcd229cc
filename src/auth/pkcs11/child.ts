/**
 * Entry of the child process: one engine, requests over IPC, nothing else. It ends with its parent.
 */
import { toFailure } from './failure.ts';
import { receivePin } from './pin-pipe.ts';
import type { ChildReply, ChildRequest, EngineRequest } from './protocol.ts';
import { RequestRunner } from './run-request.ts';

const runner = new RequestRunner({ onPool: false });

function answer(reply: ChildReply): void {
  // The callback takes the error of a closed channel; `disconnect` then ends the process.
  if (process.connected) process.send?.(reply, undefined, undefined, () => undefined);
}

/** The request whole: a PIN is read from its pipe, into memory that is zeroed after use. */
function complete({ request, pinBytes }: ChildRequest): EngineRequest {
  return request.op === 'login' && pinBytes !== undefined ? { op: 'login', pin: receivePin(pinBytes) } : request;
}

async function serve(message: ChildRequest): Promise<void> {
  const { id, request } = message;
  try {
    answer({ id, ok: true, value: await runner.run(complete(message)) });
  } catch (error) {
    const { ckr, step, reason, detail } = toFailure(error, request.op);
    answer({ id, ok: false, ckr, step, reason, detail });
  }
}

let last = Promise.resolve();
process.on('message', (message) => {
  last = last.then(() => serve(message as ChildRequest));
});

process.on('disconnect', () => {
  void runner.run({ op: 'close' }).finally(() => process.exit(0));
});
