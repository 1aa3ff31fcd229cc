import { unlessAborted } from '../../internal/wait.ts';

/** How something is opened, seen to be broken and put away. */
export interface SharedOpeningParts<T> {
  /** Ends when its signal fires. */
  readonly open: (signal: AbortSignal) => Promise<T>;
  readonly isUsable: (opened: T) => boolean;
  readonly discard: (opened: T) => void;
}

interface Attempt<T> {
  readonly result: Promise<T>;
  readonly abandon: AbortController;
  waiting: number;
  opened: T | null;
  isSettled: boolean;
}

/**
 * Something that is opened at the first use, for all who use it, and again once it is broken. An
 * opening that nobody waits for any more is stopped.
 */
export class SharedOpening<T> {
  readonly #parts: SharedOpeningParts<T>;
  readonly #closing: AbortSignal;
  #current: Attempt<T> | null = null;

  /** @param closing - ends what is being opened */
  constructor(parts: SharedOpeningParts<T>, closing: AbortSignal) {
    this.#parts = parts;
    this.#closing = closing;
  }

  /** @param signal - of the caller: the others wait on */
  async get(signal: AbortSignal): Promise<T> {
    const opened = this.#current?.opened ?? null;
    if (opened !== null && !this.#parts.isUsable(opened)) {
      this.#parts.discard(opened);
      this.#current = null;
    }

    const attempt = (this.#current ??= this.#begin());
    attempt.waiting += 1;
    try {
      return await unlessAborted(attempt.result, signal);
    } finally {
      attempt.waiting -= 1;
      if (attempt.waiting === 0 && !attempt.isSettled) this.#abandon(attempt);
    }
  }

  /** What is open, or `null`; waits for what is being opened. */
  async settled(): Promise<T | null> {
    return (await this.#current?.result.catch(() => null)) ?? null;
  }

  #begin(): Attempt<T> {
    const abandon = new AbortController();
    const result = this.#parts.open(AbortSignal.any([this.#closing, abandon.signal]));
    const attempt: Attempt<T> = { result, abandon, waiting: 0, opened: null, isSettled: false };

    result.then(
      (opened) => {
        attempt.isSettled = true;
        attempt.opened = opened;
      },
      () => {
        // A failure is not remembered: the next call tries again.
        attempt.isSettled = true;
        if (this.#current === attempt) this.#current = null;
      },
    );
    return attempt;
  }

  #abandon(attempt: Attempt<T>): void {
    attempt.abandon.abort();
    if (this.#current === attempt) this.#current = null;
  }
}
