import { isoUtc } from '../../internal/hl7-time.ts';
import { polled } from '../../internal/polling.ts';
import type { AlertList, AlertWatchOptions, HospitalAlert } from './model.ts';

type Read = (since: string | undefined) => Promise<AlertList>;

/** Failures in a row after which the host is told. */
const borneFailures = 5;

/** Events that a watch remembers: it forgets the first ones, which may then come again. */
const maxKnown = 10_000;

/**
 * Reads the alerts again and again, and yields those that are new and those that were taken back.
 * Where the next reading starts is moved only when the host has taken all of the one before.
 */
export function watchAlerts(
  read: Read,
  minPollMs: number,
  { since, signal, intervalMs = minPollMs }: AlertWatchOptions,
): AsyncGenerator<HospitalAlert, void, undefined> {
  const known = new KnownEvents();
  let from = since === undefined ? undefined : earlier(since);

  async function* look(): AsyncGenerator<HospitalAlert, void, undefined> {
    const { alerts, cancelled, next } = await read(from);
    for (const alert of [...alerts, ...cancelled].sort(byArrival)) {
      yield* known.news(alert);
    }
    from = next ?? from;
  }

  return polled(look, { intervalMs: Math.max(intervalMs, minPollMs), signal, failures: borneFailures });
}

/** Half a minute: servers commit late, and several of them share no clock. */
const overlapMs = 30_000;

/** The same instant, a little back. @param iso - ISO 8601 with offset */
export function earlier(iso: string): string {
  return isoUtc(Date.parse(iso) - overlapMs);
}

/** What the host may keep as a mark is the arrival of the last one it took. */
function byArrival({ receivedAt: left }: HospitalAlert, { receivedAt: right }: HospitalAlert): number {
  const [one, other] = [left ?? '', right ?? ''];
  return Number(one > other) - Number(one < other);
}

/** Events that were yielded, as they were told last. */
class KnownEvents {
  readonly #events = new Map<string, HospitalAlert>();

  /** What is new for the host: an alert, or one that was taken back, by itself or by another. */
  *news(alert: HospitalAlert): Generator<HospitalAlert, void, undefined> {
    for (const known of this.#events.values()) {
      const isReplaced = alert.replaces.includes(known.id) && known.event !== alert.event && !known.isCancelled;
      if (isReplaced) yield this.#keep({ ...known, isCancelled: true });
    }

    const before = this.#events.get(alert.event);
    // What was taken back does not come to life again: its message came late.
    if (before && (before.isCancelled || !alert.isCancelled)) return;
    yield this.#keep(alert);
  }

  #keep(alert: HospitalAlert): HospitalAlert {
    this.#events.set(alert.event, alert);
    if (this.#events.size > maxKnown) this.#events.delete(this.#events.keys().next().value as string);
    return alert;
  }
}
