import type { Submission } from '../../documents/index.ts';
import type { TerrESanteError } from '../../errors.ts';
import type { Logger } from '../../internal/observer.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { DepositAcceptance, DepositChannel, DepositMessage } from '../deposit.ts';
import type { DepositReceipt, DepositState } from '../receipt/model.ts';
import type { ReportSenders } from '../receipt/report-sender.ts';
import type { MailReport } from '../receipt/report.ts';
import type { OutboxMail } from './mail.ts';
import type { OutboxStore, OutboxSummary, UnmatchedReport } from './model.ts';
import type { PatientKeys } from './patient-keys.ts';
import type { FindOut, WorkerOptions } from './worker-model.ts';

/**
 * What an outbox needs of a wire: `createMssTransport` and `createSoapXdsTransport` give it.
 *
 * @group Outbox
 */
export interface OutboxCarrier {
  /** Which wire it is. Messages of another one wait for theirs. @defaultValue `mssante` */
  readonly channel?: DepositReceipt['channel'] | undefined;
  /**
   * What to do with a message that may have arrived when the far side cannot be asked: a mail goes
   * again, with the same Message-ID (`resend`); a registry, which can be asked later, is waited for
   * (`wait`).
   *
   * @defaultValue `resend`
   */
  readonly whenUnknown?: 'resend' | 'wait' | undefined;
  compose(
    submission: Submission,
    identifiers: { readonly messageId: string; readonly envelopeId: string },
  ): Promise<DepositMessage>;
  /** Hands one message over. `depositor` names who deposited it, where several share the outbox. */
  send(
    message: DepositMessage,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number; readonly depositor: string | null },
  ): Promise<DepositAcceptance>;
  /** How this wire asks the far side, unless the outbox has a `findOut` of its own. */
  readonly findOut?: FindOut | undefined;
}

/** Options of {@link createOutbox}. @group Outbox */
export interface OutboxOptions extends WorkerOptions {
  readonly store: OutboxStore;
  readonly carrier: OutboxCarrier;
  /** Domain of the sender, for the Message-ID: needed by mail. */
  readonly senderDomain?: string | undefined;
  /** Takes the place of the carrier's own. */
  readonly findOut?: FindOut | undefined;
  readonly runtime?: Runtime | undefined;
  /** Writes each change and each failed attempt, without any trait. */
  readonly logger?: Logger | undefined;
  /** Names this process among those that share a store. @defaultValue a random one */
  readonly owner?: string | undefined;
  /** Sends in this process. `false` only queues. @defaultValue `true` */
  readonly sends?: boolean | undefined;
  /**
   * Who may report on a deposit, beside the mailbox or domain written to and the mail systems of
   * the sender's own domain. What comes from others is kept aside, see {@link Outbox.unmatched}.
   */
  readonly reportSenders?: ReportSenders | undefined;
  /** Called at each change of a deposit. */
  readonly onChange?: ((receipt: DepositReceipt) => void) | undefined;
  /**
   * Called at each failure of the store or of an attempt to send: server away, wrong authority, no
   * token, message refused. The receipt says of which deposit; the outbox tries again by itself
   * what may pass.
   */
  readonly onError?: ((error: TerrESanteError) => void) | undefined;
}

/**
 * One of several who deposit through the same outbox. Sees the deposits of nobody else.
 *
 * @group Outbox
 */
export interface Depositor {
  /**
   * Names the depositor in the store, the same at each start: 1 to 100 letters, digits, `-`, `.` or
   * `_`. A digest rather than a name.
   */
  readonly id: string;
  /**
   * Mailbox of the depositor. Entries of an earlier version, which name no depositor, are those
   * that left from it.
   */
  readonly address: string;
  /** Writes the messages of this depositor: they leave from the depositor's own mailbox. */
  readonly compose: OutboxCarrier['compose'];
  /** Told at each change of a deposit of this depositor. */
  readonly onChange?: ((receipt: DepositReceipt) => void) | undefined;
}

/** Which deposits are listed. @group Outbox */
export interface DepositFilter {
  readonly states?: readonly DepositState[] | undefined;
  /** Those of one patient: what an access request asks for. */
  readonly patient?: PatientKeys | undefined;
}

/** Options of {@link Outbox.erase}. @group Outbox */
export interface EraseOptions {
  /**
   * What happens to deposits that were not sent yet: `refuse` erases nothing while there is one,
   * `cancel` gives them up first.
   *
   * @defaultValue `refuse`
   */
  readonly waiting?: 'refuse' | 'cancel' | undefined;
}

/** What an erasure removed, and what it could not. @group Outbox */
export interface ErasedDeposits {
  /** Deposits that were removed, those given up included. */
  readonly deposits: number;
  /** Deposits that waited and were given up: their documents were not sent. */
  readonly cancelled: number;
  /** Removed here, but the message left or may have left: the document is elsewhere too. */
  readonly left: number;
  /** Reports kept aside that were tied to these deposits, or to the mailbox of the patient. */
  readonly reports: number;
  /** Deposits that an earlier version wrote, and that do not say whose they are: they stay. */
  readonly unassigned: number;
}

/** Deposits that are written down before they leave, and followed to their end. @group Outbox */
export interface Outbox extends DepositChannel {
  /**
   * Takes a mail that is no deposit: written down before the answer, sent, tried again and followed
   * as deposits are. The same `id` again gives its receipt back, or a new message when the former
   * one failed for good.
   *
   * @throws TerrESanteError `TE_UNSUPPORTED` where the carrier is not that of mails, `TE_OUTBOX`,
   *   `TE_TIMEOUT`, `TE_CANCELLED`, `TE_INPUT_INVALID`; what composing throws
   */
  post(mail: OutboxMail, options?: CallOptions): Promise<DepositReceipt>;
  /**
   * By uniqueId; `null` when it was never deposited here.
   *
   * @param options - `timeoutMs` is 2,500 when it is not given
   *
   * @throws TerrESanteError `TE_TIMEOUT` when the store does not answer, `TE_CANCELLED`,
   *   `TE_OUTBOX`
   */
  status(uniqueId: string, options?: CallOptions): Promise<DepositReceipt | null>;
  /**
   * Waits until a deposit is in a final state, whoever changes it: this process, a report, another
   * process that shares the store.
   *
   * @throws TerrESanteError `TE_NOT_FOUND`, `TE_TIMEOUT`, `TE_CANCELLED`, `TE_CLOSED`
   */
  wait(uniqueId: string, options?: CallOptions): Promise<DepositReceipt>;
  list(filter?: DepositFilter): AsyncIterable<DepositReceipt>;
  /**
   * Counts the deposits. A spool is read whole the first time, a database counts by itself; a store
   * that has no counts is read whole each time.
   */
  summary(): Promise<OutboxSummary>;
  /**
   * Sends again, now: a deposit that waits, or one that failed and whose message is still stored.
   *
   * @throws TerrESanteError `TE_OUTBOX` when it left already or its message is not kept,
   *   `TE_TOO_LARGE` when the server does not take a message of this size, `TE_NOT_FOUND`
   */
  retry(uniqueId: string): Promise<DepositReceipt>;
  /** Gives up a deposit that is not being sent. */
  cancel(uniqueId: string): Promise<DepositReceipt>;
  /**
   * Removes what is stored of a patient: receipts, evidence, messages, reports kept aside. Nothing
   * that waits is lost without being asked for. After a crash, or an error, the same call ends what
   * was begun. A document whose deposit is erased may be deposited a second time.
   *
   * @throws TerrESanteError `TE_CONFLICT` while a deposit waits (`details.reason`: `waiting`, and
   *   nothing was removed) or is being sent (`sending`, `retryable`), `TE_UNSUPPORTED` over a store
   *   that cannot remove, `TE_OUTBOX`, `TE_INPUT_INVALID`
   *
   * @see Règlement (UE) 2016/679, article 17
   */
  erase(patient: PatientKeys, options?: EraseOptions): Promise<ErasedDeposits>;
  /**
   * Ties a report to its deposit: by envelope identifier, then by the Message-ID of the original,
   * then by that of the returned headers, then by `In-Reply-To` and `References`; never by subject.
   * It counts only from who may say it ({@link OutboxOptions.reportSenders}): otherwise, as without
   * a deposit, it is kept aside and changes nothing.
   */
  applyReport(report: MailReport): Promise<'applied' | 'known' | 'unmatched' | 'other-sender'>;
  /** Records that the document was found in the dossier. */
  markVisible(uniqueId: string): Promise<DepositReceipt | null>;
  /**
   * The same outbox for one of several who deposit through it: one store, one worker, and nobody
   * sees, changes or is told of the deposits of another. A deposit of another is as good as absent
   * (`null`, `TE_NOT_FOUND`, `TE_DUPLICATE`). What concerns the whole, `start`, `stop`,
   * `applyReport` and `unmatched`, stays common; `close` ends this view only.
   *
   * @throws TerrESanteError `TE_INPUT_INVALID`
   */
  forDepositor(depositor: Depositor): Outbox;
  /** Reports that changed nothing: tied to no deposit, or not from who may say it. */
  unmatched(): AsyncIterable<UnmatchedReport>;
  /**
   * Sends what is due from now on; it does already unless `sends` was `false` or {@link
   * Outbox.stop} was called.
   */
  start(): void;
  /**
   * Stops sending, cleanly: messages in flight have `graceMs` to end. Deposits are still taken, and
   * wait for {@link Outbox.start}.
   *
   * @defaultValue `10_000`
   */
  stop(options?: { readonly graceMs?: number | undefined }): Promise<void>;
  /** Stops cleanly: messages in flight have `graceMs` to end. @defaultValue `10_000` */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
}

/** What became of a report. */
export type ReportOutcome = Awaited<ReturnType<Outbox['applyReport']>>;
