import type { LocalIdentifier, PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { AlertRecord, AlertSubscriptionRecord, AlertType, SubscribedPatient } from '../../transport/index.ts';
import type { CallMeta } from '../call.ts';

/**
 * One admission or one discharge, however often and however late it was told.
 *
 * @group Alerts
 */
export interface HospitalAlert extends AlertRecord {
  /**
   * Names the event: the same patient, type, place and instant. A message that comes again, or
   * after a restart, has the same one. Holds no identifier that could be read back.
   */
  readonly event: string;
  readonly patient: LocalIdentifier;
}

/** What the subscriptions brought. @group Alerts */
export interface AlertList {
  /** In the order in which they happened; those without a time come last. */
  readonly alerts: readonly HospitalAlert[];
  /** Taken back by the hospital, or replaced: to be removed from the screen. */
  readonly cancelled: readonly HospitalAlert[];
  /** Messages that are no alert that can be read. */
  readonly unread: number;
  /** `false`: the platform announces more than it gave, so that an alert may be missing. */
  readonly isComplete: boolean;
  /**
   * To be given as `since` next time, once everything was shown: on the platform's clock and a
   * little back, so that what arrives late is not lost. `null` when that clock is not known.
   */
  readonly next: string | null;
  readonly meta: CallMeta;
}

/**
 * A subscription: keep `id`, `patient` and `type`, for the platform does not list them.
 *
 * @group Alerts
 */
export interface AlertSubscription extends AlertSubscriptionRecord {
  readonly patient: LocalIdentifier;
  /** Alerts come. A subscription that was only requested, or is in error, brings none. */
  readonly isActive: boolean;
  readonly meta: CallMeta;
}

/** Options of `alerts.list`. @group Alerts */
export interface AlertListOptions extends CallOptions {
  /**
   * What the platform took in from this instant on (inclusive), ISO 8601 with offset.
   *
   * @defaultValue all that it keeps
   */
  readonly since?: string | undefined;
}

/** Options of `alerts.watch`. @group Alerts */
export interface AlertWatchOptions extends AlertListOptions {
  /**
   * Time between two readings; never below the descriptor's `minPollSeconds`. Longer after a
   * failure that may pass; six in a row end the watching.
   *
   * @defaultValue that minimum
   */
  readonly intervalMs?: number | undefined;
}

/** Options of `alerts.subscribe`. @group Alerts */
export interface AlertSubscribeOptions extends CallOptions {
  readonly type: AlertType;
  /** The hospital whose alerts are wanted: FINESS of nine characters, and its name. */
  readonly facility: { readonly finess: string; readonly name: string };
  /** ISO 8601 with offset. @defaultValue now */
  readonly from?: string | undefined;
  /** ISO 8601 with offset. @defaultValue without an end */
  readonly until?: string | undefined;
  /** MSSanté address that the platform may write to. @defaultValue that of the professional */
  readonly mailbox?: string | undefined;
}

/** Hospital alert operations of a client. @group Alerts */
export interface AlertOperations {
  /**
   * Admissions and discharges that came for these subscriptions.
   *
   * @param subscriptions - those that `subscribe` gave, at least one
   * @throws TerrESanteError `TE_CONFIG_INVALID`, `TE_UNSUPPORTED`, `TE_INPUT_INVALID`,
   *   `TE_AUTHN_*`, `TE_FORBIDDEN`, `TE_PROTOCOL`, `TE_UNAVAILABLE`, `TE_TIMEOUT`, `TE_AUDIT`
   */
  list(subscriptions: readonly SubscribedPatient[], options?: AlertListOptions): Promise<AlertList>;
  /**
   * Yields each alert as it comes, and again when it is taken back, until the signal fires.
   * `timeoutMs` is the limit of one reading. After a restart give `receivedAt` of the last alert
   * that was shown as `since`.
   *
   * @throws TerrESanteError `TE_CANCELLED` and those of `list`
   */
  watch(
    subscriptions: readonly SubscribedPatient[],
    options?: AlertWatchOptions,
  ): AsyncGenerator<HospitalAlert, void, undefined>;
  /**
   * Asks for the admissions to one hospital, or the discharges from it.
   *
   * @throws TerrESanteError `TE_IDENTITY_INCOMPLETE`, `TE_ADDRESS_INVALID` (a mailbox outside
   *   MSSanté) and those of `list`; with `details.unknownOutcome` the platform may hold it
   * @see ANS, Notification d'événements 3.0.0, profile nde-subscription
   */
  subscribe(patient: PatientInput, options: AlertSubscribeOptions): Promise<AlertSubscription>;
  /**
   * Ends a subscription. To end one that is gone is a success.
   *
   * @throws TerrESanteError `TE_CONFLICT` and those of `list`
   */
  unsubscribe(subscription: SubscribedPatient, options?: CallOptions): Promise<{ readonly meta: CallMeta }>;
}
