import { isTerrESanteError, type TerrESanteErrorCode } from '../errors.ts';
import type { PatientInput } from '../identity/index.ts';
import type { CallOptions } from '../internal/abort.ts';
import { needed, optionsOf, readingItems, recordOf, type Checks } from '../internal/border.ts';
import { isoUtc } from '../internal/hl7-time.ts';
import {
  anyText,
  callChecks,
  count,
  flag,
  patient as patientCheck,
  signal,
  text,
  wait,
} from '../internal/option-checks.ts';
import type { Clock } from '../internal/runtime.ts';
import type { CountRecord, NotificationPage, NotificationQuery, PractitionerCountRecord } from '../transport/index.ts';
import { countSince, CutOffs, cutOffOfCaller, type CutOff } from './cut-off.ts';
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
import { cursorOf, watch } from './watch.ts';

/** What the notifications ask of the client. The gates have run when a method answers. */
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

/** Options of {@link createNotificationOperations}. */
export interface NotificationsOptions {
  readonly port: NotificationsPort;
  readonly cutOffs: CutOffStore;
  readonly clock: Clock;
  readonly countOwnDeposits: boolean;
  /** Shortest time between two automatic readings, in milliseconds. */
  readonly minPollMs: number;
}

/**
 * Failures of the far side: the count is unknown, and the host goes on. Any other failure is for
 * the host to act on.
 */
const farSide: ReadonlySet<TerrESanteErrorCode> = new Set([
  'TE_UNAVAILABLE',
  'TE_TIMEOUT',
  'TE_RATE_LIMITED',
  'TE_PROTOCOL',
]);

/** The notification operations of a client. */
export function createNotificationOperations(options: NotificationsOptions): NotificationOperations {
  return new Notifications(options);
}

type MarkSeenOptions = Parameters<NotificationOperations['markSeen']>[0];

const countChecks: Checks<CountOptions> = { ...callChecks, since: text, countOwnDeposits: flag };

const listChecks: Checks<ListOptions> = { ...countChecks, patient: patientCheck, limit: count(1, 500), cursor: text };

const watchChecks: Checks<WatchOptions> = {
  patient: patientCheck,
  signal,
  intervalMs: wait,
  // The watch says itself that it does not know a cursor.
  after: anyText,
};

const markSeenChecks: Checks<MarkSeenOptions> = { patient: patientCheck, at: needed(text) };

class Notifications implements NotificationOperations {
  readonly #options: NotificationsOptions;
  readonly #port: NotificationsPort;
  readonly #cutOffs: CutOffs;

  constructor(options: NotificationsOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#cutOffs = new CutOffs(options.cutOffs);
  }

  async countForPatient(patient: PatientInput, given?: CountOptions): Promise<NotificationCount> {
    this.#port.requireReady();
    const options = optionsOf('options', given, countChecks);
    recordOf('patient', patient, 'patient attendu');

    try {
      const { answer, cutOff } = await this.#cutOffs.ask(options, this.#port.scopeOf(patient), (since) =>
        this.#port.countForPatient(patient, this.#query(since, options), callOptions(options)),
      );
      return countOf(answer, cutOff);
    } catch (error) {
      return this.#unknown(error, options);
    }
  }

  async countForPractitioner(given?: CountOptions): Promise<PractitionerCount> {
    this.#port.requireReady();
    const options = optionsOf('options', given, countChecks);

    try {
      const { answer, cutOff } = await this.#cutOffs.ask(options, this.#port.scopeOf(undefined), (since) =>
        this.#port.countForPractitioner(this.#query(since, options), callOptions(options)),
      );
      const perPatient = answer.perPatient.map(({ regionalId, count }) => ({
        regionalId,
        count: countSince(cutOff, count),
      }));
      return { ...countOf(answer, cutOff), perPatient };
    } catch (error) {
      return { ...this.#unknown(error, options), perPatient: [] };
    }
  }

  async list(given?: ListOptions): Promise<NotificationList> {
    this.#port.requireReady();
    const options = optionsOf('options', given, listChecks);
    const { patient, limit = 50, cursor } = options;

    const { answer, cutOff } = await this.#cutOffs.ask(options, this.#port.scopeOf(patient), (since) =>
      this.#port.list(patient, { ...this.#query(since, options), limit, cursor }, callOptions(options)),
    );
    const items = answer.items.map((item) => ({
      ...item,
      alreadyKnown: item.uniqueId !== null && this.#port.isKnown(item.uniqueId),
      cursor: cursorOf(item),
    }));
    return { items, next: answer.next, ...cutOff, asOf: answer.asOf };
  }

  async *watch(given?: WatchOptions): AsyncGenerator<NotificationItem, void, undefined> {
    const options = optionsOf('options', given, watchChecks);
    yield* readingItems('options', () => watch((page) => this.list(page), this.#options.minPollMs, options));
  }

  async markSeen(given: MarkSeenOptions): Promise<void> {
    const { patient, at } = optionsOf('options', given, markSeenChecks);
    await this.#cutOffs.moveTo(this.#port.scopeOf(patient), at);
  }

  #query(since: string | null, { countOwnDeposits }: CountOptions): NotificationQuery {
    return { since, countOwnDeposits: countOwnDeposits ?? this.#options.countOwnDeposits };
  }

  /** A platform that does not answer gives no number: `null`, never 0. */
  #unknown(error: unknown, options: CountOptions): NotificationCount {
    if (!isTerrESanteError(error) || !farSide.has(error.code)) throw error;
    return {
      count: null,
      ...cutOffOfCaller(options),
      asOf: isoUtc(this.#options.clock.now()),
      partial: [error],
    };
  }
}

function countOf(answer: CountRecord, cutOff: CutOff): NotificationCount {
  return { count: countSince(cutOff, answer.count), ...cutOff, asOf: answer.asOf, partial: [] };
}

/** What of the options is for the call itself. */
function callOptions({ signal, timeoutMs }: CallOptions): CallOptions {
  return { signal, timeoutMs };
}
