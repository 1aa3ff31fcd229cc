import { cancelled, throwIfAborted } from '../../internal/abort.ts';

/** One work that several callers wait for; it is told to stop when the last of them gives up. */
export class SharedWork<T> {
  readonly #controller = new AbortController();
  readonly #result: Promise<T>;
  #waiters = 0;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#result = work(this.#controller.signal);
    this.#result.catch(() => undefined);
  }

  /** Everybody gave up: do not join, begin another. */
  get abandoned(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Calls back when the work is done, without counting as a waiter. */
  onSettled(callback: () => void): void {
    this.#result.then(callback, callback);
  }

  async join(signal: AbortSignal | undefined): Promise<T> {
    throwIfAborted(signal);
    this.#waiters += 1;
    let onAbort: (() => void) | undefined;
    try {
      if (!signal) return await this.#result;
      return await Promise.race([
        this.#result,
        new Promise<never>((_resolve, reject) => {
          onAbort = () => reject(cancelled(signal));
          signal.addEventListener('abort', onAbort, { once: true });
        }),
      ]);
    } finally {
      if (onAbort) signal?.removeEventListener('abort', onAbort);
      this.#waiters -= 1;
      if (this.#waiters === 0) this.#controller.abort();
    }
  }
}
