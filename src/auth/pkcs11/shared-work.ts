import { throwIfAborted } from '../../internal/abort.ts';
import { unlessAborted } from '../../internal/wait.ts';

/** One work that several callers wait for; its signal aborts when the last of them gives up. */
export class SharedWork<T> {
  readonly #controller = new AbortController();
  readonly #result: Promise<T>;
  #waiters = 0;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#result = work(this.#controller.signal);
    this.#result.catch(() => undefined);
  }

  /** Every caller gave up: do not join, begin another. */
  get abandoned(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Calls back when the work is done, without counting as a waiter. */
  onSettled(callback: () => void): void {
    this.#result.then(callback, callback);
  }

  /** Waits for the result; giving up by the signal stops the work when no other caller waits. */
  async join(signal: AbortSignal | undefined): Promise<T> {
    throwIfAborted(signal);
    this.#waiters += 1;

    try {
      return await unlessAborted(this.#result, signal);
    } finally {
      this.#waiters -= 1;
      if (this.#waiters === 0) this.#controller.abort();
    }
  }
}
