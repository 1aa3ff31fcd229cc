import { pause } from '../../internal/wait.ts';
import { ownError } from './own-error.ts';
import { waits } from './entry.ts';
import type { OutboxEntry } from './model.ts';
import type { AttemptEnd, OwedRecords, WorkerParts } from './worker-model.ts';

/** A record is tried that often in a row, 0.3 s in all; afterwards it is owed. */
const attemptsInRow = 4;

type RecordParts = Pick<WorkerParts, 'store' | 'owner' | 'changed' | 'failed'>;

/** Writes down how attempts ended. */
export class Records {
  readonly #parts: RecordParts;
  readonly #owed: OwedRecords;
  /** Fires when the worker stops and its grace is over. */
  readonly #stopping: AbortSignal;

  constructor(parts: RecordParts, owed: OwedRecords, stopping: AbortSignal) {
    this.#parts = parts;
    this.#owed = owed;
    this.#stopping = stopping;
  }

  /**
   * Records how an attempt ended; a report that came in meanwhile is kept. What cannot be recorded
   * is owed.
   */
  async write(end: AttemptEnd): Promise<void> {
    // A store that refuses one record refuses the next: the message that waits for its slot is
    // sent.
    const attempts = this.#owed.size > 0 ? 1 : attemptsInRow;

    for (let attempt = 0; attempt < attempts && !(attempt > 1 && this.#stopping.aborted); attempt += 1) {
      if (await this.#isWritten(end, attempt === 0)) return;
      await pause(20 * 2 ** attempt, { signal: this.#stopping });
    }
    this.#owed.set(end.claim.id, end);
  }

  /**
   * Whether the attempt for this claim has already ended: then it is recorded now, or later, and
   * nothing is sent.
   */
  async isOver({ id, generation }: OutboxEntry): Promise<boolean> {
    const end = this.#owed.get(id);
    if (end?.claim.generation !== generation) return false;

    // It was to be sent again anyway: not to know when does not hold it up for ever.
    if (waits(end.edit(end.claim))) {
      this.#owed.delete(id);
      return false;
    }

    await this.#payOne(id, end);
    return true;
  }

  /** Records what is owed, the oldest first, until the store refuses one. */
  async pay(): Promise<void> {
    for (const [id, end] of this.#owed) if (!(await this.#payOne(id, end))) return;
  }

  async #payOne(id: string, end: AttemptEnd): Promise<boolean> {
    if (!(await this.#isWritten(end, false))) return false;
    if (this.#owed.get(id) === end) this.#owed.delete(id);
    return true;
  }

  /** One try; `true` also when the end does not matter any more. */
  async #isWritten({ claim, fact, edit }: AttemptEnd, isFresh: boolean): Promise<boolean> {
    const { store } = this.#parts;
    try {
      const current = isFresh ? claim : await store.get(claim.id);
      if (!current || !this.#concerns(current, claim, fact)) return true;

      const next = edit(current);
      if (await store.save(next, { dropContent: fact === 'sent' })) {
        this.#parts.changed(next);
        return true;
      }
    } catch (error) {
      this.#parts.failed(ownError(error));
      return false;
    }

    // Another writer was quicker: what it wrote counts too.
    return isFresh ? this.#isWritten({ claim, fact, edit }, false) : false;
  }

  /**
   * Whether the end of an attempt still matters to the entry. When another worker holds it by now,
   * a failure here proves nothing about its attempt; a success does.
   */
  #concerns(current: OutboxEntry, claim: OutboxEntry, fact: 'sent' | 'not-sent'): boolean {
    const isHolder = current.owner === this.#parts.owner || fact === 'sent';
    return isHolder && waits(current) && current.generation === claim.generation;
  }
}
