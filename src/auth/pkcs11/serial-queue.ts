import { cancelled, throwIfAborted } from '../../internal/abort.ts';

/**
 * Runs works one at a time, in order. A caller that gives up is answered at once; a work that has
 * begun still holds its turn until it ends, one that has not is skipped.
 */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #length = 0;

  get idle(): boolean {
    return this.#length === 0;
  }

  run<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    this.#length += 1;

    const result = this.#tail
      .then(() => {
        throwIfAborted(signal);
        return work();
      })
      .finally(() => {
        this.#length -= 1;
      });
    this.#tail = result.catch(() => undefined);
    if (!signal) return result;

    // The caller that gives up is answered now; the queue still waits for the work.
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => reject(cancelled(signal));
      signal.addEventListener('abort', onAbort, { once: true });
      result.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }
}
