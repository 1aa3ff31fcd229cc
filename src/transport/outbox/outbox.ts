import type { Submission } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { optionsOf, reading, readingLater, recordOf, textOf } from '../../internal/border.ts';
import { callChecks } from '../../internal/option-checks.ts';
import type { DepositCallOptions } from '../deposit.ts';
import type { DepositReceipt } from '../receipt/model.ts';
import { reportOf } from '../receipt/report-checks.ts';
import type { MailReport } from '../receipt/report.ts';
import { mailChecks, type OutboxMail } from './mail.ts';
import type { OutboxSummary, UnmatchedReport } from './model.ts';
import { depositChecks } from '../message-checks.ts';
import { eraseChecks, listChecks, outboxChecks, stopChecks } from './option-checks.ts';
import type {
  DepositFilter,
  Depositor,
  EraseOptions,
  ErasedDeposits,
  Outbox,
  OutboxOptions,
  ReportOutcome,
} from './outbox-model.ts';
import { scopesOf, type PatientKeys } from './patient-keys.ts';
import { StoredOutbox } from './stored-outbox.ts';

/**
 * Opens an outbox. `deposit` resolves as `queued` once the message is durable; a worker sends it,
 * tries again by class of failure, and resumes after a crash. The uniqueId is the idempotency key:
 * depositing the same version again gives its receipt back, or a new message (with a new
 * Message-ID) when the former one failed for good.
 *
 * @throws TerrESanteError from `deposit`: `TE_OUTBOX` when the message could not be made durable;
 *   what composing throws.
 *
 * @example
 * ```ts
 * // not run: needs a server
 * import { createMssTransport, createOutbox, openSpoolStore } from 'terr-esante-sdk/transport';
 *
 * const outbox = createOutbox({
 *   store: await openSpoolStore({ folder: '/var/lib/cabinet/depots' }),
 *   carrier: createMssTransport({
 *     server: { host: 'smtp.operateur.example', caPem: '…' },
 *     credentials: {},
 *     message: {
 *       from: { address: 'cabinet@cabinet.mssante.fr', label: 'Cabinet' },
 *       to: 'depot@plateforme.mssante.fr',
 *     },
 *   }),
 *   senderDomain: 'cabinet.mssante.fr',
 *   onChange: ({ uniqueId, state }) => console.log(uniqueId, state),
 * });
 * await outbox.close();
 * ```
 *
 * @see RFC 5321, section 4.5.4 (retry strategies)
 * @group Outbox
 */
export function createOutbox(options: OutboxOptions): Outbox {
  return new View(new StoredOutbox(optionsOf('options', options, outboxChecks)), null);
}

/** The outbox as one depositor sees it, or, without one, as who looks after it does. */
class View implements Outbox {
  readonly #outbox: StoredOutbox;
  readonly #depositor: Depositor | null;
  /** This view was closed; the outbox behind that of a depositor goes on. */
  #isClosed = false;

  constructor(outbox: StoredOutbox, depositor: Depositor | null) {
    this.#outbox = outbox;
    this.#depositor = depositor;
    if (depositor) outbox.listeners.add(depositor);
  }

  async deposit(submission: Submission, options?: DepositCallOptions): Promise<DepositReceipt> {
    this.#requireOpen();
    const given = optionsOf('options', options, depositChecks);
    return readingLater('submission', async () => this.#outbox.deposit(submission, given, this.#depositor));
  }

  async post(mail: OutboxMail, options?: CallOptions): Promise<DepositReceipt> {
    this.#requireOpen();
    const given = optionsOf('options', options, callChecks);
    return this.#outbox.post(optionsOf('mail', mail, mailChecks), given, this.#depositor);
  }

  async status(uniqueId: string, options?: CallOptions): Promise<DepositReceipt | null> {
    this.#requireOpen();
    const given = optionsOf('options', options, callChecks);
    return this.#outbox.status(textOf('uniqueId', uniqueId), given, this.#depositor);
  }

  async wait(uniqueId: string, options?: CallOptions): Promise<DepositReceipt> {
    this.#requireOpen();
    const given = optionsOf('options', options, callChecks);
    return this.#outbox.wait(textOf('uniqueId', uniqueId), given, this.#depositor);
  }

  async *list(filter?: DepositFilter): AsyncGenerator<DepositReceipt, void, undefined> {
    this.#requireOpen();
    yield* this.#outbox.list(optionsOf('filter', filter, listChecks), this.#depositor);
  }

  async summary(): Promise<OutboxSummary> {
    this.#requireOpen();
    return this.#outbox.summary(this.#depositor);
  }

  async retry(uniqueId: string): Promise<DepositReceipt> {
    this.#requireOpen();
    return this.#outbox.retry(textOf('uniqueId', uniqueId), this.#depositor);
  }

  async cancel(uniqueId: string): Promise<DepositReceipt> {
    this.#requireOpen();
    return this.#outbox.cancel(textOf('uniqueId', uniqueId), this.#depositor);
  }

  async erase(patient: PatientKeys, options?: EraseOptions): Promise<ErasedDeposits> {
    this.#requireOpen();
    const scopes = scopesOf('patient', recordOf('patient', patient, 'patient attendu'));
    return this.#outbox.erase(scopes, optionsOf('options', options, eraseChecks), this.#depositor);
  }

  /** Of whoever's deposit it is: one reply mailbox may serve several depositors. */
  async applyReport(report: MailReport): Promise<ReportOutcome> {
    this.#requireOpen();
    return readingLater('report', async () => this.#outbox.applyReport(reportOf('report', report)));
  }

  async markVisible(uniqueId: string): Promise<DepositReceipt | null> {
    this.#requireOpen();
    return this.#outbox.markVisible(textOf('uniqueId', uniqueId), this.#depositor);
  }

  unmatched(): AsyncIterable<UnmatchedReport> {
    this.#requireOpen();
    return this.#outbox.unmatched();
  }

  forDepositor(depositor: Depositor): Outbox {
    this.#requireOpen();
    return new View(
      this.#outbox,
      reading('depositor', () => checkedDepositor(depositor)),
    );
  }

  start(): void {
    this.#requireOpen();
    this.#outbox.start();
  }

  async stop(options?: { readonly graceMs?: number | undefined }): Promise<void> {
    return this.#outbox.stop(optionsOf('options', options, stopChecks));
  }

  async close(given?: { readonly graceMs?: number | undefined }): Promise<void> {
    const options = optionsOf('options', given, stopChecks);
    const closing = this.#depositor ? null : this.#outbox.close(options);
    if (this.#depositor) this.#outbox.listeners.remove(this.#depositor);
    this.#isClosed = true;
    await closing;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new TerrESanteError('TE_CLOSED', "La boîte d'envoi est fermée.");
  }
}

function checkedDepositor(depositor: Depositor): Depositor {
  const { id, address } = depositor;
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(textOf('depositor.id', id))) {
    throw new TerrESanteError('TE_INPUT_INVALID', "L'identifiant du déposant est mal formé.", {
      details: { argument: 'depositor.id' },
    });
  }

  textOf('depositor.address', address);
  return depositor;
}
