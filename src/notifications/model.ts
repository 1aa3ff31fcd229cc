import type { LocalIdentifier, PatientInput } from '../identity/index.ts';
import type { CallOptions } from '../internal/abort.ts';
import type { TerrESanteError } from '../errors.ts';

/** A count of new documents. @group Notifications */
export interface NotificationCount {
  /** `null` when it could not be computed, never 0 in its place. */
  readonly count: number | null;
  /** Cut-off used, exclusive, ISO 8601 UTC. */
  readonly since: string | null;
  /**
   * Who knew the cut-off: the platform, this machine's store or the caller. `none`: it is not
   * known, and the count is `null`.
   */
  readonly sinceSource: 'platform' | 'local' | 'caller' | 'none';
  /** ISO 8601, UTC: on the platform's clock when it answered. */
  readonly asOf: string;
  /** Why the count, or a part of it, is missing. */
  readonly partial: readonly TerrESanteError[];
}

/** The count of the professional, with one line per followed dossier. @group Notifications */
export interface PractitionerCount extends NotificationCount {
  readonly perPatient: readonly { readonly regionalId: LocalIdentifier; readonly count: number | null }[];
}

/** One event. Holds no title, author or type. @group Notifications */
export interface NotificationItem {
  readonly id: string;
  readonly kind: 'document' | 'visibility-changed';
  readonly regionalId: LocalIdentifier;
  /** XDS uniqueId. */
  readonly uniqueId: string | null;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The same document was already received by mail. */
  readonly alreadyKnown: boolean;
  /** Where to resume `watch` after this item. */
  readonly cursor: string;
}

/** A page of events, oldest first. @group Notifications */
export interface NotificationList {
  readonly items: readonly NotificationItem[];
  /** Give it back as `cursor` for the next page; `null` at the end. */
  readonly next: string | null;
  readonly since: string | null;
  readonly sinceSource: 'platform' | 'local' | 'caller' | 'none';
  readonly asOf: string;
}

/** Options of the counts. @group Notifications */
export interface CountOptions extends CallOptions {
  /** Exclusive lower bound chosen by the host, ISO 8601 with offset. */
  readonly since?: string | undefined;
  /** @defaultValue the configuration's `policy.countOwnDeposits`, else `true` */
  readonly countOwnDeposits?: boolean | undefined;
}

/** Options of `notifications.list`. @group Notifications */
export interface ListOptions extends CountOptions {
  /** One patient; all followed dossiers when absent. */
  readonly patient?: PatientInput | undefined;
  /** @defaultValue `50` */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Options of `notifications.watch`. @group Notifications */
export interface WatchOptions {
  /**
   * Time between two readings; never below the descriptor's `minPollSeconds`.
   *
   * @defaultValue that minimum
   */
  readonly intervalMs?: number | undefined;
  readonly patient?: PatientInput | undefined;
  /**
   * Where to resume: the `cursor` of the last item seen, kept by the host. Nothing is lost; an
   * event of the very same second may come again.
   */
  readonly after?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Remembers when the professional last connected, when the platform does not say.
 *
 * @group Notifications
 */
export interface CutOffStore {
  /**
   * ISO 8601 UTC, or `null` when never. @param scope - `practitioner` or the digest of a patient
   */
  read(scope: string): Promise<string | null>;
  write(scope: string, at: string): Promise<void>;
  /** Forgets one, when the data of a patient are erased. Without it the date stays, and is told. */
  remove?(scope: string): Promise<void>;
}

/** Notification operations of a client. @group Notifications */
export interface NotificationOperations {
  /**
   * Documents added to one dossier since the professional's last connection.
   *
   * @throws TerrESanteError what forbids the call: `TE_CONFIG_INVALID`, `TE_UNSUPPORTED`,
   *   `TE_IDENTITY_INCOMPLETE`, `TE_AUTHN_*`, `TE_NOT_IN_CIRCLE`; a platform that does not answer
   *   gives `count: null` and the error in `partial`
   */
  countForPatient(patient: PatientInput, options?: CountOptions): Promise<NotificationCount>;
  /** The same over all the dossiers whose care circle holds the professional. */
  countForPractitioner(options?: CountOptions): Promise<PractitionerCount>;
  list(options?: ListOptions): Promise<NotificationList>;
  /** Yields events as they come, until the signal fires. */
  watch(options?: WatchOptions): AsyncGenerator<NotificationItem, void, undefined>;
  /** Moves the locally kept cut-off forward; an earlier time is ignored. */
  markSeen(options: { readonly patient?: PatientInput | undefined; readonly at: string }): Promise<void>;
}
