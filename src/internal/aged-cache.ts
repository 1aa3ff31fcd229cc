import { isTerrESanteError } from '../errors.ts';

/** An answer of somebody else, and when it was given. */
export interface Aged<T> {
  readonly value: T;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The other side did not answer: this is an earlier answer. */
  readonly stale: boolean;
}

interface AgedCacheOptions {
  readonly clock: { now(): number };
  /** Answers kept. */
  readonly entries: number;
  /** How long an answer is used without asking again, in milliseconds. */
  readonly freshMs: number;
  /** How long it may still serve during an outage, in milliseconds. */
  readonly staleMs: number;
}

/** Answers that change slowly, kept for a while; the oldest give way. */
export class AgedCache<T> {
  readonly #options: AgedCacheOptions;
  /** The oldest first. */
  readonly #kept = new Map<string, { readonly value: T; readonly at: number }>();

  constructor(options: AgedCacheOptions) {
    this.#options = options;
  }

  /** A fresh answer that is kept, else what `ask` gives, else, during an outage, an older one. */
  async get(question: string, ask: () => Promise<T>): Promise<Aged<T>> {
    const { clock, freshMs, staleMs } = this.#options;
    const now = clock.now();
    const kept = this.#kept.get(question);
    if (kept && now - kept.at < freshMs) return { ...kept, stale: false };

    try {
      const fresh = { value: await ask(), at: now };
      this.#keep(question, fresh);
      return { ...fresh, stale: false };
    } catch (error) {
      // During an outage an earlier answer is better than none.
      const isOutage = isTerrESanteError(error) && error.retryable;
      if (isOutage && kept && now - kept.at < staleMs) return { ...kept, stale: true };
      throw error;
    }
  }

  #keep(question: string, fresh: { readonly value: T; readonly at: number }): void {
    this.#kept.delete(question);
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size >= this.#options.entries) this.#kept.delete(oldest);
    this.#kept.set(question, fresh);
  }
}
