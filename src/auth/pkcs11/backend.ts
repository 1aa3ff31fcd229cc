import { Pkcs11Failure } from './failure.ts';
import type { Pkcs11Module } from './module.ts';
import type { EngineReplies, EngineRequest } from './protocol.ts';
import { RequestRunner } from './run-request.ts';

/** Where the engine runs. Calls are made one at a time by the owner. */
export interface Backend {
  /** @throws Pkcs11Failure */
  call<R extends EngineRequest>(request: R, timeoutMs: number): Promise<EngineReplies[R['op']]>;
  /** Ends at once, without a word to the library: after a deadline or a lost card. */
  destroy(): void;
  /** Logs out and finalises within the time, then ends. */
  close(timeoutMs: number): Promise<void>;
}

export const timedOut = (op: string): Pkcs11Failure =>
  new Pkcs11Failure({ step: op, reason: 'process-ended', exit: 'deadline' });

/** The engine in this process: a crash of the library is a crash of the host. */
export function inProcessBackend(module: Pkcs11Module | null): Backend {
  const runner = new RequestRunner({ onPool: true, module });
  let ended = false;
  let inFlight: Promise<unknown> = Promise.resolve();

  const within = async <T>(work: Promise<T>, op: string, timeoutMs: number): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await Promise.race([
        work,
        new Promise<never>((_resolve, reject) => {
          timer = setTimeout(() => reject(timedOut(op)), timeoutMs);
        }),
      ]);
    } finally {
      clearTimeout(timer);
    }
  };
  // Never while a call is under way: closing a library that does not answer would block this
  // thread.
  const finish = async (): Promise<void> => {
    await inFlight;
    await runner.run({ op: 'close' });
  };

  return {
    async call<R extends EngineRequest>(request: R, timeoutMs: number): Promise<EngineReplies[R['op']]> {
      if (ended) throw new Pkcs11Failure({ step: request.op, reason: 'process-ended', exit: 'closed' });
      const work = runner.run(request) as Promise<EngineReplies[R['op']]>;
      inFlight = work.catch(() => undefined);
      return within(work, request.op, timeoutMs);
    },
    destroy() {
      if (ended) return;
      ended = true;
      finish().catch(() => undefined);
    },
    async close(timeoutMs) {
      if (ended) return;
      ended = true;
      await within(finish(), 'close', timeoutMs).catch(() => undefined);
    },
  };
}
