import { TerrESanteError } from '../errors.ts';
import { isoUtc } from '../internal/hl7-time.ts';
import { polled } from '../internal/polling.ts';
import type { ListOptions, NotificationItem, NotificationList, WatchOptions } from './model.ts';

type ReadPage = (options: ListOptions) => Promise<NotificationList>;

/** An instant in UTC, a space, the identifier of the event. */
const cursorShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z .{1,200}$/;

/** Where `watch` resumes after this event. */
export function cursorOf({ at, id }: Pick<NotificationItem, 'at' | 'id'>): string {
  return `${at} ${id}`;
}

/**
 * Reads the events again and again, and yields those not seen yet.
 *
 * @param minPollMs - shortest time between two readings, in milliseconds
 * @throws TerrESanteError `TE_CANCELLED`, `TE_INPUT_INVALID` for an unknown cursor, those of `read`
 */
export async function* watch(
  read: ReadPage,
  minPollMs: number,
  { patient, signal, intervalMs = minPollMs, after }: WatchOptions,
): AsyncGenerator<NotificationItem, void, undefined> {
  const seen = new SeenEvents(after);

  async function* look(): AsyncGenerator<NotificationItem, void, undefined> {
    const { since } = seen;
    let cursor: string | undefined;
    do {
      const page = await read({ patient, signal, cursor, ...(since !== undefined && { since }) });
      for (const item of page.items) {
        if (seen.add(item)) yield item;
      }
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  yield* polled(look, { intervalMs: Math.max(intervalMs, minPollMs), signal });
}

/**
 * The events of the last second that held one. That second is asked for again and what was seen in
 * it is left out: an event that comes later in the same second is not lost, in any order of the
 * identifiers.
 */
class SeenEvents {
  readonly #cursors = new Set<string>();
  #second: string | undefined;

  constructor(after: string | undefined) {
    if (after === undefined) return;
    if (!cursorShape.test(after)) {
      throw new TerrESanteError('TE_INPUT_INVALID', 'Repère de reprise inconnu.', { details: { path: 'after' } });
    }

    this.#second = after.slice(0, after.indexOf(' '));
    this.#cursors.add(after);
  }

  /** Exclusive bound of the next reading: just before the last second seen. */
  get since(): string | undefined {
    return this.#second === undefined ? undefined : isoUtc(Date.parse(this.#second) - 1000);
  }

  /** @returns false for an event seen before */
  add({ cursor, at }: NotificationItem): boolean {
    if (this.#cursors.has(cursor)) return false;
    if (this.#second !== undefined && at < this.#second) return false;

    if (at !== this.#second) {
      this.#cursors.clear();
      this.#second = at;
    }
    this.#cursors.add(cursor);
    return true;
  }
}
