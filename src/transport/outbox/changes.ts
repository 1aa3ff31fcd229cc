import { pause } from '../../internal/wait.ts';

/** Tells those who wait that an entry changed, and counts the changes so that none is missed. */
export class Changes {
  readonly #waiting = new Set<() => void>();
  #count = 0;

  /** To be read before the entries are: a later change is then not missed. */
  get count(): number {
    return this.#count;
  }

  tell(): void {
    this.#count += 1;
    for (const wake of [...this.#waiting]) wake();
  }

  /**
   * Ends at the first change after `seen`, when the time is over, since another process may have
   * changed the store, or when the signal fires.
   */
  async after(seen: number, longestMs: number, signal: AbortSignal): Promise<void> {
    if (seen !== this.#count || signal.aborted) return;

    const changed = new AbortController();
    const wake = (): void => changed.abort();
    this.#waiting.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      await pause(longestMs, { signal: changed.signal });
    } finally {
      this.#waiting.delete(wake);
      signal.removeEventListener('abort', wake);
    }
  }
}
