import { setTimeout as delay } from 'node:timers/promises';
import { isTerrESanteError, TerrESanteError, type TerrESanteErrorCode } from '../errors.ts';
import type { PatientInput } from '../identity/index.ts';
import { cancelled, throwIfAborted, type CallOptions } from '../internal/abort.ts';
import { isoUtc, parseInstant } from '../internal/hl7-time.ts';
import type { Clock } from '../internal/runtime.ts';
import type { CountRecord, NotificationPage, NotificationQuery, PractitionerCountRecord } from '../transport/index.ts';
import type {
  CountOptions,
  CutOffStore,
  ListOptions,
  NotificationCount,
  NotificationItem,
  NotificationList,
  NotificationOperations,
  PractitionerCount,
  WatchOptions,
} from './model.ts';

/**
 * What the notifications ask of the rest of the client. The gates have run when a method answers.
 *
 * @group Notifications
 */
export interface NotificationsPort {
  /** @throws TerrESanteError what forbids any call */
  requireReady(): void;
  countForPatient(patient: PatientInput, query: NotificationQuery, options: CallOptions): Promise<CountRecord>;
  countForPractitioner(query: NotificationQuery, options: CallOptions): Promise<PractitionerCountRecord>;
  list(patient: PatientInput | undefined, query: NotificationQuery, options: CallOptions): Promise<NotificationPage>;
  /** Name of the patient in the cut-off store: a digest, or `practitioner`. */
  scopeOf(patient: PatientInput | undefined): string;
  /** Whether the document was received by mail already. */
  isKnown(uniqueId: string): boolean;
}

/** Options of {@link createNotificationOperations}. @group Notifications */
export interface NotificationsOptions {
  readonly port: NotificationsPort;
  readonly cutOffs: CutOffStore;
  readonly clock: Clock;
  readonly countOwnDeposits: boolean;
  readonly minPollMs: number;
}

type CutOff = Pick<NotificationCount, 'since' | 'sinceSource'>;

/**
 * Failures of the far side: the count is unknown, and the host goes on. Anything else is for the
 * host to act on.
 */
const farSide: ReadonlySet<TerrESanteErrorCode> = new Set([
  'TE_UNAVAILABLE',
  'TE_TIMEOUT',
  'TE_RATE_LIMITED',
  'TE_PROTOCOL',
]);

const cursorShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z .{1,200}$/;

function utc(iso: string): string {
  return isoUtc(parseInstant(iso).epochMs);
}

/** The notifications of a client; `createClient` makes them. @group Notifications */
export function createNotificationOperations(options: NotificationsOptions): NotificationOperations {
  const { port, cutOffs, clock, minPollMs } = options;

  /**
   * The caller's bound, or none yet: then the platform's own is asked for, and this machine's comes
   * last.
   */
  const query = (
    since: string | null,
    given: CountOptions,
    page: Partial<NotificationQuery> = {},
  ): NotificationQuery => ({
    since,
    countOwnDeposits: given.countOwnDeposits ?? options.countOwnDeposits,
    ...page,
  });

  /**
   * Asks with the best cut-off known. A platform that knows none is asked again with the local one,
   * if there is one.
   */
  const ask = async <T extends { readonly since: string | null }>(
    given: CountOptions,
    scope: string,
    send: (since: string | null) => Promise<T>,
  ): Promise<{ readonly answer: T; readonly cutOff: CutOff }> => {
    if (given.since !== undefined) {
      const since = utc(given.since);
      return { answer: await send(since), cutOff: { since, sinceSource: 'caller' } };
    }
    const first = await send(null);
    if (first.since !== null) return { answer: first, cutOff: { since: first.since, sinceSource: 'platform' } };
    const local = await cutOffs.read(scope);
    if (local === null) return { answer: first, cutOff: { since: null, sinceSource: 'none' } };
    return { answer: await send(local), cutOff: { since: local, sinceSource: 'local' } };
  };

  const unknown = (error: unknown, given: CountOptions): NotificationCount => {
    if (!isTerrESanteError(error) || !farSide.has(error.code)) throw error;
    return {
      count: null,
      since: given.since === undefined ? null : utc(given.since),
      sinceSource: given.since === undefined ? 'none' : 'caller',
      asOf: isoUtc(clock.now()),
      partial: [error],
    };
  };

  const countOf = (answer: CountRecord, cutOff: CutOff): NotificationCount => ({
    // Without a cut-off no number has a meaning.
    count: cutOff.sinceSource === 'none' ? null : answer.count,
    ...cutOff,
    asOf: answer.asOf,
    partial: [],
  });

  const callOptions = ({ signal, timeoutMs }: CallOptions): CallOptions => ({ signal, timeoutMs });

  const list = async (given: ListOptions = {}): Promise<NotificationList> => {
    port.requireReady();
    const { patient, limit = 50, cursor } = given;
    if (!Number.isInteger(limit) || limit < 1 || limit > 500) {
      throw new TerrESanteError('TE_INPUT_INVALID', "Nombre d'éléments par page : de 1 à 500.");
    }
    const { answer, cutOff } = await ask(given, port.scopeOf(patient), (since) =>
      port.list(patient, query(since, given, { limit, cursor }), callOptions(given)),
    );
    return {
      items: answer.items.map((item) => ({
        ...item,
        alreadyKnown: item.uniqueId !== null && port.isKnown(item.uniqueId),
        cursor: `${item.at} ${item.id}`,
      })),
      next: answer.next,
      ...cutOff,
      asOf: answer.asOf,
    };
  };

  const wait = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
    try {
      await delay(ms, undefined, { ref: false, ...(signal && { signal }) });
    } catch (error) {
      if (signal?.aborted) throw cancelled(signal);
      throw error;
    }
  };

  async function* watch(given: WatchOptions = {}): AsyncGenerator<NotificationItem, void, undefined> {
    const { patient, signal } = given;
    const intervalMs = Math.max(given.intervalMs ?? minPollMs, minPollMs);
    // The second of the last item is asked for again and what was seen in it is left out: an event
    // that comes later in the same second is not lost, whatever the order of the identifiers.
    const { after } = given;
    if (after !== undefined && !cursorShape.test(after)) {
      throw new TerrESanteError('TE_INPUT_INVALID', 'Repère de reprise inconnu.', { details: { path: 'after' } });
    }
    let second = after?.slice(0, after.indexOf(' '));
    const seen = new Set<string>(after === undefined ? [] : [after]);
    for (;;) {
      throwIfAborted(signal);
      let cursor: string | undefined;
      const since = second === undefined ? undefined : isoUtc(Date.parse(second) - 1000);
      do {
        const page = await list({ patient, signal, cursor, ...(since !== undefined && { since }) });
        for (const item of page.items) {
          if (seen.has(item.cursor) || (second !== undefined && item.at < second)) continue;
          if (second === undefined || item.at > second) {
            seen.clear();
            second = item.at;
          }
          seen.add(item.cursor);
          yield item;
        }
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      await wait(intervalMs, signal);
    }
  }

  return {
    async countForPatient(patient, given = {}): Promise<NotificationCount> {
      port.requireReady();
      try {
        const { answer, cutOff } = await ask(given, port.scopeOf(patient), (since) =>
          port.countForPatient(patient, query(since, given), callOptions(given)),
        );
        return countOf(answer, cutOff);
      } catch (error) {
        return unknown(error, given);
      }
    },

    async countForPractitioner(given = {}): Promise<PractitionerCount> {
      port.requireReady();
      try {
        const { answer, cutOff } = await ask(given, port.scopeOf(undefined), (since) =>
          port.countForPractitioner(query(since, given), callOptions(given)),
        );
        const known = cutOff.sinceSource !== 'none';
        return {
          ...countOf(answer, cutOff),
          perPatient: answer.perPatient.map(({ regionalId, count }) => ({ regionalId, count: known ? count : null })),
        };
      } catch (error) {
        return { ...unknown(error, given), perPatient: [] };
      }
    },

    list,
    watch,

    async markSeen({ patient, at }): Promise<void> {
      const scope = port.scopeOf(patient);
      const next = utc(at);
      const previous = await cutOffs.read(scope);
      if (previous === null || next > previous) await cutOffs.write(scope, next);
    },
  };
}
