import { within } from '../../internal/wait.ts';
import { Pkcs11Failure } from './failure.ts';
import type { Pkcs11Module } from './module.ts';
import type { EngineReplies, EngineRequest } from './protocol.ts';
import { RequestRunner } from './run-request.ts';
import type { TokenLogin } from './shared-library.ts';

/** Where the engine runs. Calls are made one at a time by the owner. */
export interface Backend {
  /** @throws Pkcs11Failure */
  call<R extends EngineRequest>(request: R, timeoutMs: number): Promise<EngineReplies[R['op']]>;
  /** The login that the providers of this process share on the open token; `null` in a child. */
  readonly token: TokenLogin | null;
  /** Ends at once, without a word to the library: after a deadline or a lost card. */
  destroy(): void;
  /** Logs out and finalises within the time, then ends. */
  close(timeoutMs: number): Promise<void>;
}

export const timedOut = (op: string): Pkcs11Failure =>
  new Pkcs11Failure({ step: op, reason: 'process-ended', exit: 'deadline' });

class InProcessBackend implements Backend {
  readonly #runner: RequestRunner;
  #ended = false;
  #inFlight: Promise<unknown> = Promise.resolve();

  constructor(module: Pkcs11Module | null) {
    this.#runner = new RequestRunner({ onPool: true, module });
  }

  get token(): TokenLogin | null {
    return this.#runner.token;
  }

  async call<R extends EngineRequest>(request: R, timeoutMs: number): Promise<EngineReplies[R['op']]> {
    if (this.#ended) throw new Pkcs11Failure({ step: request.op, reason: 'process-ended', exit: 'closed' });

    const work = this.#runner.run(request) as Promise<EngineReplies[R['op']]>;
    this.#inFlight = work.catch(() => undefined);
    return within(work, timeoutMs, () => timedOut(request.op));
  }

  destroy(): void {
    if (this.#ended) return;
    this.#ended = true;

    this.#finish().catch(() => undefined);
  }

  async close(timeoutMs: number): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;

    await within(this.#finish(), timeoutMs, () => timedOut('close')).catch(() => undefined);
  }

  /**
   * Never while a call is under way: closing a library that does not answer would block this
   * thread.
   */
  async #finish(): Promise<void> {
    await this.#inFlight;
    await this.#runner.run({ op: 'close' });
  }
}

/** The engine in this process: a crash of the library is a crash of the host. */
export function inProcessBackend(module: Pkcs11Module | null): Backend {
  return new InProcessBackend(module);
}
