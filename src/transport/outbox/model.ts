import type { TerrESanteErrorCode } from '../../errors.ts';
import type { ByteSource } from '../../internal/bytes.ts';
import type { DepositedDocument, DepositReceipt, DepositState } from '../receipt/model.ts';
import type { MailReport } from '../receipt/report.ts';
import type { DepositTrack } from '../receipt/track.ts';

/**
 * One deposit in the outbox. Holds no trait: identifiers of documents and messages, one mailbox,
 * dates, codes.
 *
 * @group Outbox
 */
export interface OutboxEntry {
  /** 40 hexadecimal digits from the uniqueId: the same document version has the same id. */
  readonly id: string;
  /** Counts the messages made for this document version. */
  readonly generation: number;
  readonly uniqueIds: readonly string[];
  /**
   * SHA-1 of each document, as its metadata give it: tells this deposit from another of the same
   * uniqueId.
   */
  readonly documents: readonly DepositedDocument[];
  /**
   * Who deposited, where several share the outbox: see `Outbox.forDepositor`. Absent from what an
   * earlier version wrote.
   */
  readonly depositor?: string | null | undefined;
  /**
   * Whose documents they are: the digest of the identifier that the sender has for the patient.
   * `null` when the documents name none, absent from what an earlier version wrote.
   */
  readonly patient?: string | null | undefined;
  readonly channel: DepositReceipt['channel'];
  readonly envelope: { readonly from: string; readonly to: string };
  readonly byteLength: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /**
   * After this instant the deposit is given up. What counts is how far it lies behind `nextAt`: the
   * time that is left when the entry is due. A late claim moves it.
   */
  readonly expiresAt: number;
  /** Where the work on the entry stands; the fate of the document is in its track. */
  readonly work: 'queued' | 'sending' | 'done' | 'failed' | 'expired' | 'cancelled';
  readonly attempts: number;
  /** When it is due; while `sending`, when the lease ends. */
  readonly nextAt: number;
  /** Who holds the lease. */
  readonly owner: string | null;
  /** Why the last attempt failed. */
  readonly lastError: {
    readonly code: TerrESanteErrorCode;
    readonly smtpCode: number | null;
    readonly at: number;
    /** Largest message the server takes, in bytes, when that is what stopped it. */
    readonly limitBytes?: number | null | undefined;
  } | null;
  /** An attempt may have succeeded without a reply. */
  readonly outcomeUnknown: boolean;
  /** The message is still stored, so that it can be sent again. */
  readonly hasContent: boolean;
  readonly track: DepositTrack;
  readonly previous: readonly DepositTrack[];
  /** Grows at each change: a writer that saw an older one loses. */
  readonly revision: number;
}

/**
 * A report that changed nothing and is kept aside. A store keeps the newest 1,000 of each reason,
 * so that a flood of one does not hide the others; the mails themselves stay in the mailbox.
 *
 * @group Outbox
 */
export interface UnmatchedReport {
  readonly report: MailReport;
  /**
   * `no-deposit`: it bears no identifier of a deposit. `other-sender`: it does, but does not come
   * from who may say it. `not-sent`: it speaks of a message that was not handed over yet. Absent
   * from what an earlier version kept, which means `no-deposit`.
   */
  readonly reason?: 'no-deposit' | 'other-sender' | 'not-sent' | undefined;
  /** ISO 8601 instant. */
  readonly at: string;
}

/** How many deposits there are, and how they fare: what a metric shows. @group Outbox */
export interface OutboxSummary {
  /** Deposits in each state; a state without any is 0. */
  readonly states: Readonly<Record<DepositState, number>>;
  /** Deposits that are to be sent: `queued` and `sending`. */
  readonly waiting: number;
  /** ISO 8601 instant of the oldest deposit that waits; `null` when none does. */
  readonly oldestWaiting: string | null;
  /** How many of the deposits that wait or failed carry each error code as their last one. */
  readonly problems: Readonly<Partial<Record<TerrESanteErrorCode, number>>>;
}

/** Whose deposits are counted: see `Outbox.forDepositor`. */
export type StoreDepositor = { readonly id: string; readonly address: string };

/**
 * Where the outbox lives. Every promise resolves once the change is durable (unless noted
 * otherwise); after a rejection the change may or may not survive a restart.
 *
 * @group Outbox
 */
export interface OutboxStore {
  /** For logs, for example `spool`. */
  readonly kind: string;
  /**
   * Adds an entry with its message. Resolves with `null` when added, or with the entry that already
   * holds one of its uniqueIds. `replaces` names the revision of an entry of the same id that gives
   * way.
   */
  add(entry: OutboxEntry, content: ByteSource, replaces?: number): Promise<OutboxEntry | null>;
  get(id: string): Promise<OutboxEntry | null>;
  /**
   * Due entries, marked `sending` with a lease. An entry whose lease has ended comes back with
   * `outcomeUnknown`, and one attempt more. {@link OutboxEntry.expiresAt} moves by as much as the
   * claim is late: time without a try does not count.
   *
   * `longestWaitMs` is the longest wait between two tries. A later due time, or a lease of more
   * than twice `leaseMs`, comes from a clock that was set back since: the entry is due at once, the
   * lease ends after `leaseMs`.
   */
  claim(request: {
    readonly now: number;
    readonly limit: number;
    readonly owner: string;
    readonly leaseMs: number;
    readonly longestWaitMs?: number | undefined;
  }): Promise<readonly OutboxEntry[]>;
  /**
   * Replaces an entry if its revision is still `entry.revision - 1`; `false` when another
   * writer changed it first. `dropContent` removes the stored message.
   */
  save(entry: OutboxEntry, options?: { readonly dropContent?: boolean | undefined }): Promise<boolean>;
  content(entry: OutboxEntry): Promise<ByteSource>;
  /** When the next entry is due, `null` when none waits. */
  nextDue(): Promise<number | null>;
  list(): AsyncIterable<OutboxEntry>;
  /**
   * Counts the deposits of one depositor, or of all, by the state and the problem of their
   * receipts, without reading each of them. A store without it is listed instead.
   */
  readonly summary?:
    ((depositor: { readonly id: string; readonly address: string } | null) => Promise<OutboxSummary>) | undefined;
  addUnmatched(report: UnmatchedReport): Promise<void>;
  unmatched(): AsyncIterable<UnmatchedReport>;
  /**
   * Removes entries with their messages, and reports, for good. An entry that waits, or that
   * another writer changed since, stays. A store without it refuses to erase the data of a patient.
   *
   * @returns how many entries were removed
   */
  readonly erase?: ((what: StoreErasure) => Promise<number>) | undefined;
  close(): Promise<void>;
}

/** What a store removes: see {@link OutboxStore}. @group Outbox */
export interface StoreErasure {
  readonly entries: readonly OutboxEntry[];
  readonly reports: readonly UnmatchedReport[];
}

/** Why a report is kept aside. */
export type AsideReason = NonNullable<UnmatchedReport['reason']>;

/** Options of {@link OutboxStore.save}. */
export type SaveOptions = NonNullable<Parameters<OutboxStore['save']>[1]>;

/** What {@link OutboxStore.claim} is asked. */
export type ClaimRequest = Parameters<OutboxStore['claim']>[0];
