import type { TerrESanteError } from '../../errors.ts';
import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type {
  ComposeDepositOptions,
  DepositFilter,
  DepositReceipt,
  Mailbox,
  MailboxItem,
  Outbox,
  OutboxOptions,
  OutboxStore,
  OutboxSummary,
  SmtpOptions,
  SoapXdsTransportConfig,
  SpoolOptions,
  UnmatchedReport,
  WorkerOptions,
} from '../../transport/index.ts';

/**
 * The usual way of depositing: by mail, from the mailbox of the user to the one of the platform, as
 * the configuration and the descriptor say; to a registry where the descriptor binds
 * `documents.deposit` to `soap-ihe`.
 *
 * @group Client
 */
export interface ClientOutboxOptions
  extends WorkerOptions, Partial<Pick<SmtpOptions, 'server' | 'credentials' | 'maxConnections'>> {
  /**
   * The folder of a spool and its key, or a store opened otherwise; `memory` forgets everything at
   * the end of the process, for tests. Opened at the first use, closed with the client.
   */
  readonly store: SpoolOptions | 'memory' | (() => Promise<OutboxStore>);
  /**
   * The registry and the repository, where deposits go there: their addresses are not published, so
   * that the descriptor holds none. The assertion is that of the client, its certificate and
   * authorities those of `tls`.
   */
  readonly registry?: Pick<SoapXdsTransportConfig, 'endpoints' | 'security'> | undefined;
  /** Label of the sender. @defaultValue `<Prénom>_<NOM>` of the user */
  readonly label?: string | undefined;
  /** What is particular to the mails. @defaultValue the values of the descriptor */
  readonly message?:
    Partial<Omit<ComposeDepositOptions, 'from' | 'to' | 'messageId' | 'envelopeId' | 'runtime'>> | undefined;
  /**
   * The mailbox to which reports come: read from the first deposit on, each report tied to its
   * deposit. Without it, give the reports to `te.outbox.applyReport`.
   */
  readonly replies?: RepliesOptions | undefined;
  /**
   * Who may report on a deposit, beside the mailbox or domain written to and the mail systems of
   * the sender's own domain.
   */
  readonly reportSenders?: OutboxOptions['reportSenders'];
  /** Told at each change of a deposit of this professional. */
  readonly onChange?: ((receipt: DepositReceipt) => void) | undefined;
  /**
   * Told at each failure of the store or of an attempt to send: server away, wrong authority, no
   * token, message refused. The receipt says of which deposit; the outbox tries again by itself
   * what may pass.
   */
  readonly onError?: ((error: TerrESanteError) => void) | undefined;
}

/** Where reports come, and what the host does with them. @group Client */
export interface RepliesOptions {
  /** The mailbox of the sender, or what opens it. Closed with the client. */
  readonly mailbox: Mailbox | (() => Promise<Mailbox>);
  /** Cursor of the last message dealt with, as the host kept it. */
  readonly after?: string | undefined;
  /**
   * Told of each message, waited for before the next: keep `item.cursor`. `outcome` is `null` for a
   * message that is no report, `other-sender` for a report that does not come from who may say it.
   */
  readonly onItem?:
    | ((item: MailboxItem, outcome: 'applied' | 'known' | 'unmatched' | 'other-sender' | null) => void | Promise<void>)
    | undefined;
}

/** Options of `outbox.wait`. @group Client */
export interface WaitOptions extends CallOptions {
  /**
   * The patient of the deposit: once the receiver has processed it, the dossier is asked too, and
   * the receipt says `visible` when the documents are there.
   */
  readonly patient?: PatientInput | undefined;
}

/**
 * Deposits that wait, and what became of the others. Each call opens the store when it must.
 *
 * @throws TerrESanteError from every call: `TE_UNSUPPORTED` without `outbox` in the options of the
 *   client, `TE_OUTBOX` when the store cannot be used, `TE_CLOSED` once the client is closed
 *
 * @group Client
 */
export interface OutboxOperations {
  /**
   * Sends what is due, from now on: call it when the host starts, so that a crash is made up for.
   * The first deposit does it too, unless {@link OutboxOperations.stop} was called.
   */
  start(): Promise<void>;
  /**
   * Stops sending; messages in flight have `graceMs` to end. Deposits are still taken: they wait
   * until {@link OutboxOperations.start}.
   *
   * @defaultValue `10_000`
   */
  stop(options?: { readonly graceMs?: number | undefined }): Promise<void>;
  list(filter?: DepositFilter): AsyncIterable<DepositReceipt>;
  /**
   * How many deposits there are in each state, since when the oldest waits, and why: what a metric
   * shows. The first time a spool is read whole.
   */
  summary(): Promise<OutboxSummary>;
  /**
   * Waits until a deposit is in a final state (see `isFinal`) and gives its receipt. Reports must
   * come in for that: give `replies` in the options of the client, or call `applyReport`.
   *
   * @param deposit - a receipt, or the uniqueId of one of its documents
   *
   * @throws TerrESanteError `TE_NOT_FOUND`, `TE_TIMEOUT` when `timeoutMs` is over, `TE_CANCELLED`
   */
  wait(deposit: string | Pick<DepositReceipt, 'uniqueId'>, options?: WaitOptions): Promise<DepositReceipt>;
  /** By uniqueId; `null` when it was never deposited here. */
  status(uniqueId: string): Promise<DepositReceipt | null>;
  /**
   * Sends again, now: a deposit that waits, or one that failed and whose message is still stored.
   *
   * @throws TerrESanteError `TE_OUTBOX` when it left already or its message is not kept,
   *   `TE_TOO_LARGE` when the server does not take a message of this size, `TE_NOT_FOUND`
   */
  retry(uniqueId: string): Promise<DepositReceipt>;
  /** Gives up a deposit that is not being sent. */
  cancel(uniqueId: string): Promise<DepositReceipt>;
  /** Ties a report of the reply mailbox to its deposit; `followReports` takes this object. */
  applyReport: Outbox['applyReport'];
  /** Reports that changed nothing: tied to no deposit, or not from who may say it. */
  unmatched(): AsyncIterable<UnmatchedReport>;
}
