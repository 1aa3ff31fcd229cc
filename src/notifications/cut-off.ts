import { isoUtc, parseInstant } from '../internal/hl7-time.ts';
import type { CountOptions, CutOffStore, NotificationCount } from './model.ts';

/** The instant after which a document counts as new, and who knew it. */
export type CutOff = Pick<NotificationCount, 'since' | 'sinceSource'>;

/** An answer of the platform, which names the cut-off it used, if it knows one. */
interface Dated {
  readonly since: string | null;
}

/**
 * The cut-off of the practitioner's count: a document is new when it was added after the
 * professional's last connection.
 *
 * The bound is exclusive, and is taken in this order: the one the caller gives, the one the
 * platform keeps, the one this machine's store keeps. Without any of the three, no number is shown:
 * a count since an unknown date has no meaning.
 */
export class CutOffs {
  readonly #store: CutOffStore;

  constructor(store: CutOffStore) {
    this.#store = store;
  }

  /**
   * Asks the platform with the best cut-off known. A platform that knows none is asked again with
   * the local one, if there is one.
   *
   * @param scope - `practitioner`, or the digest of a patient
   * @param send - asks the platform; `null` leaves the cut-off to it
   */
  async ask<T extends Dated>(
    { since }: CountOptions,
    scope: string,
    send: (since: string | null) => Promise<T>,
  ): Promise<{ readonly answer: T; readonly cutOff: CutOff }> {
    if (since !== undefined) {
      const bound = utc(since);
      return { answer: await send(bound), cutOff: { since: bound, sinceSource: 'caller' } };
    }

    const answer = await send(null);
    if (answer.since !== null) return { answer, cutOff: { since: answer.since, sinceSource: 'platform' } };

    const local = await this.#store.read(scope);
    if (local === null) return { answer, cutOff: { since: null, sinceSource: 'none' } };
    return { answer: await send(local), cutOff: { since: local, sinceSource: 'local' } };
  }

  /** Moves the local cut-off forward; an earlier time is ignored. */
  async moveTo(scope: string, at: string): Promise<void> {
    const next = utc(at);
    const previous = await this.#store.read(scope);
    if (previous === null || next > previous) await this.#store.write(scope, next);
  }
}

/** The number to show: `null` when no cut-off is known. */
export function countSince<T extends number | null>({ sinceSource }: CutOff, count: T): T | null {
  return sinceSource === 'none' ? null : count;
}

/** The cut-off of a question that got no answer. */
export function cutOffOfCaller({ since }: CountOptions): CutOff {
  return since === undefined ? { since: null, sinceSource: 'none' } : { since: utc(since), sinceSource: 'caller' };
}

/** Remembers cut-offs for the time of this process only: the default of `createClient`. */
export function memoryCutOffs(): CutOffStore {
  const instants = new Map<string, string>();
  return {
    read: async (scope) => instants.get(scope) ?? null,
    write: async (scope, at) => void instants.set(scope, at),
    remove: async (scope) => void instants.delete(scope),
  };
}

function utc(iso: string): string {
  return isoUtc(parseInstant(iso).epochMs);
}
