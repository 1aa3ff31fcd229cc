import type { Submission } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { throwIfAborted, withDeadline, type CallOptions } from '../../internal/abort.ts';
import { longestTimerMs, optionalNumber, textOf } from '../../internal/border.ts';
import { Observer } from '../../internal/observer.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import type { DepositCallOptions } from '../deposit.ts';
import type { DepositReceipt } from '../receipt/model.ts';
import { noDocument } from '../receipt/new-receipt.ts';
import { receiptOf, refusedStates } from '../receipt/receipt.ts';
import type { MailReport } from '../receipt/report.ts';
import { isFinal } from '../receipt/states.ts';
import { toldMessage } from '../told-message.ts';
import { BoundedStore } from './bounded-store.ts';
import { Changes } from './changes.ts';
import { isOf, senderDomainOf } from './depositor.ts';
import { otherDeposit, unknownDeposit } from './refusals.ts';
import { cancelled, retried, seen, type Edit } from './entry-edits.ts';
import { newEntry, postedSubmission, type Posted } from './new-entry.ts';
import { tellDeposit } from './events.ts';
import { Listeners } from './listeners.ts';
import { entryId, messageIdentifiers } from './identity.ts';
import { noMailWire, postedMail, type Compose, type OutboxMail } from './mail.ts';
import type { OutboxEntry, OutboxStore, OutboxSummary, UnmatchedReport } from './model.ts';
import { erasePatient, isOfPatient } from './erasure.ts';
import type {
  DepositFilter,
  Depositor,
  EraseOptions,
  ErasedDeposits,
  Outbox,
  OutboxOptions,
  ReportOutcome,
} from './outbox-model.ts';
import { scopesOf } from './patient-keys.ts';
import { ReportIntake } from './report-intake.ts';
import { checkRetryPolicy, expireAfterMs, longestWaitMs } from './retry-policy.ts';
import { summaryOf } from './tally.ts';
import type { OwedRecords, ProgressListener } from './worker-model.ts';
import { Worker } from './worker.ts';

/** Writers that change the same entry at the same time: more than this is a loop. */
const maxChangeAttempts = 20;

/** What somebody who looks at a screen waits for. */
const statusTimeoutMs = 2_500;

type StopOptions = NonNullable<Parameters<Outbox['stop']>[0]>;

/**
 * An outbox over a store, and the worker that sends. Each call says for whom: `null` looks after
 * all deposits.
 */
export class StoredOutbox {
  readonly listeners: Listeners;
  readonly #options: OutboxOptions;
  readonly #store: OutboxStore;
  readonly #runtime: Runtime;
  readonly #observer: Observer;
  /** Names this process among those that share the store. */
  readonly #owner: string;
  readonly #expireAfterMs: number;
  readonly #pollMs: number;
  readonly #changes = new Changes();
  readonly #reports: ReportIntake;
  /** Who wants to know how far the message of an entry is, by the id of the entry. */
  readonly #progress = new Map<string, ProgressListener>();
  /** Ends of attempts that the store did not take: nothing of it is sent again. */
  readonly #owed: OwedRecords = new Map();
  #worker: Worker | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: OutboxOptions) {
    const { runtime = systemRuntime, retry, sends = true } = options;
    this.listeners = new Listeners(options);
    this.#options = options;
    this.#store = new BoundedStore(options.store);
    this.#runtime = runtime;
    this.#observer = new Observer(options.logger);
    this.#owner = options.owner ?? runtime.ids.uuid();

    this.#pollMs = optionalNumber('pollMs', options.pollMs, 1_000, { max: longestTimerMs });

    checkRetryPolicy(retry);
    this.#expireAfterMs = expireAfterMs(retry);
    this.#reports = new ReportIntake({
      store: this.#store,
      senders: options.reportSenders,
      now: () => this.#now(),
      change: (id, edit) => this.#change(id, edit),
    });
    if (sends) this.start();
  }

  /**
   * Ends by its signal or deadline. The message may be written all the same when that comes late:
   * the same deposit again, or its status, tells.
   */
  async deposit(
    submission: Submission,
    { onProgress, ...limits }: DepositCallOptions,
    who: Depositor | null,
  ): Promise<DepositReceipt> {
    this.#requireOpen();
    return withDeadline(
      limits,
      (signal) => {
        const posted = postedSubmission(submission);
        if (posted.uniqueIds.length === 0) throw noDocument();
        const compose: Compose = (identifiers) => (who ?? this.#options.carrier).compose(submission, identifiers);
        return this.#enqueue(posted, compose, { signal, onProgress }, who);
      },
      "La boîte d'envoi n'a pas pris le dépôt à temps : il peut y être quand même, son état le dira.",
    );
  }

  /** A mail that is no deposit: only where the carrier is that of mails. */
  async post(mail: OutboxMail, limits: CallOptions, who: Depositor | null): Promise<DepositReceipt> {
    this.#requireOpen();
    const { channel = 'mssante' } = this.#options.carrier;
    if (channel !== 'mssante') throw noMailWire(channel);

    return withDeadline(
      limits,
      (signal) => this.#enqueue(postedMail(mail), mail.compose, { signal }, who),
      "La boîte d'envoi n'a pas pris le message à temps : il peut y être quand même, son état le dira.",
    );
  }

  async #enqueue(
    posted: Posted,
    compose: Compose,
    { signal, onProgress }: DepositCallOptions,
    who: Depositor | null,
  ): Promise<DepositReceipt> {
    // The same document version has the same id: unless it failed for good, its receipt is the
    // answer.
    const { carrier, senderDomain } = this.#options;
    const store = this.#store;
    const id = entryId(posted.uniqueIds);
    const former = await store.get(id);
    if (former && (former.id !== id || !isOf(former, who))) throw otherDeposit();
    const known = former && this.#receiptOf(former);
    if (known && !refusedStates.has(known.state)) return known;

    const { channel = 'mssante' } = carrier;
    const domain = channel === 'mssante' ? textOf('senderDomain', senderDomainOf(who) ?? senderDomain) : null;
    const identifiers = messageIdentifiers(id, domain, this.#runtime);
    const message = await compose(identifiers);
    throwIfAborted(signal);

    const depositor = who?.id ?? null;
    const entry = newEntry({ id, posted, channel, message, former, depositor }, this.#now(), this.#expireAfterMs);

    // Before the entry is there: the worker may take it at once.
    if (onProgress) this.#progress.set(id, onProgress);
    const existing = await store
      .add(entry, toldMessage(message, 'storing', onProgress).content, former?.revision)
      .catch((error: unknown) => {
        this.#progress.delete(id);
        throw error;
      });
    if (existing) {
      this.#progress.delete(id);
      if (existing.id !== id || !isOf(existing, who)) throw otherDeposit();
      return this.#receiptOf(existing);
    }

    this.#worker?.wake();
    this.#changed(entry);
    return this.#receiptOf(entry);
  }

  async status(uniqueId: string, options: CallOptions, who: Depositor | null): Promise<DepositReceipt | null> {
    return withDeadline(
      { signal: options.signal, timeoutMs: options.timeoutMs ?? statusTimeoutMs },
      () => this.#status(uniqueId, who),
      "La boîte d'envoi ne répond pas.",
    );
  }

  async #status(uniqueId: string, who: Depositor | null): Promise<DepositReceipt | null> {
    const entry = await this.#find(uniqueId, who);
    return entry && this.#receiptOf(entry);
  }

  /** Waits for the last state that a mail can give. */
  async wait(uniqueId: string, options: CallOptions, who: Depositor | null): Promise<DepositReceipt> {
    return withDeadline(
      options,
      async (signal) => {
        for (;;) {
          this.#requireOpen();
          const seenSoFar = this.#changes.count;
          const receipt = await this.#status(uniqueId, who);
          if (!receipt) throw unknownDeposit();
          if (isFinal(receipt.state) || signal.aborted) return receipt;

          await this.#changes.after(seenSoFar, this.#pollMs, signal);
        }
      },
      "Le dépôt n'est pas arrivé à son terme dans le délai.",
    );
  }

  async *list(
    { states, patient }: DepositFilter,
    who: Depositor | null,
  ): AsyncGenerator<DepositReceipt, void, undefined> {
    const scopes = patient && scopesOf('filter.patient', patient);

    for await (const entry of this.#store.list()) {
      if (!isOf(entry, who) || (scopes && !isOfPatient(entry, scopes))) continue;
      const receipt = this.#receiptOf(entry);
      if (!states || states.includes(receipt.state)) yield receipt;
    }
  }

  summary(who: Depositor | null): Promise<OutboxSummary> {
    const counted = this.#store.summary?.(who && { id: who.id, address: who.address });
    return counted ?? summaryOf(this.list({}, who));
  }

  async retry(uniqueId: string, who: Depositor | null): Promise<DepositReceipt> {
    const receipt = await this.#changeKnown(uniqueId, who, retried(this.#now(), this.#expireAfterMs));
    this.#worker?.wake();
    return receipt;
  }

  async cancel(uniqueId: string, who: Depositor | null): Promise<DepositReceipt> {
    return this.#changeKnown(uniqueId, who, cancelled(this.#now()));
  }

  /** Who waits for one of these deposits learns that it is gone. */
  async erase(patient: ReadonlySet<string>, options: EraseOptions, who: Depositor | null): Promise<ErasedDeposits> {
    const parts = {
      store: this.#store,
      isSeen: (entry: OutboxEntry): boolean => isOf(entry, who),
      cancel: (id: string) => this.#change(id, cancelled(this.#now())),
    };
    return erasePatient(parts, patient, options).finally(() => this.#changes.tell());
  }

  applyReport(report: MailReport): Promise<ReportOutcome> {
    return this.#reports.apply(report);
  }

  async markVisible(uniqueId: string, who: Depositor | null): Promise<DepositReceipt | null> {
    const found = await this.#find(uniqueId, who);
    if (!found) return null;

    const entry = await this.#change(found.id, seen(this.#now()));
    return entry && this.#receiptOf(entry);
  }

  unmatched(): AsyncIterable<UnmatchedReport> {
    return this.#store.unmatched();
  }

  start(): void {
    this.#requireOpen();
    const { carrier, findOut = carrier.findOut } = this.#options;
    this.#worker ??= new Worker({
      ...this.#options,
      channel: carrier.channel ?? 'mssante',
      whenUnknown: carrier.whenUnknown ?? 'resend',
      findOut: findOut && ((uniqueIds, options) => findOut.call(carrier, uniqueIds, options)),
      store: this.#store,
      runtime: this.#runtime,
      owner: this.#owner,
      owed: this.#owed,
      send: (message, options) => carrier.send(message, options),
      began: (entry) => tellDeposit(this.#observer, entry, this.#now()),
      changed: (entry) => this.#changed(entry),
      failed: (error) => this.listeners.tellError(error),
      progressOf: ({ id }) => this.#progress.get(id),
    });
  }

  async stop(options: StopOptions = {}): Promise<void> {
    const graceMs = graceOf(options);
    const worker = this.#worker;
    this.#worker = null;
    await worker?.stop(graceMs);
  }

  close(options: StopOptions = {}): Promise<void> {
    graceOf(options);
    this.#closing ??= this.stop(options).then(() => this.#store.close());
    // Who waits for a deposit is told that nothing more will come.
    this.#changes.tell();
    return this.#closing;
  }

  #requireOpen(): void {
    if (this.#closing) throw new TerrESanteError('TE_CLOSED', "La boîte d'envoi est fermée.");
  }

  #now(): number {
    return this.#runtime.clock.now();
  }

  /** The receipt of an entry. One that a former clock planned far ahead is due at once. */
  #receiptOf(entry: OutboxEntry): DepositReceipt {
    const now = this.#now();
    const isFar = entry.nextAt > now + longestWaitMs(this.#options.retry);
    return receiptOf(isFar ? { ...entry, nextAt: now } : entry);
  }

  #changed(entry: OutboxEntry): void {
    tellDeposit(this.#observer, entry, this.#now());
    if (entry.work !== 'queued' && entry.work !== 'sending') this.#progress.delete(entry.id);

    this.listeners.tellChange(entry, this.#receiptOf(entry));
    this.#changes.tell();
  }

  /** The entry of a document; that of another depositor is as good as absent. */
  async #find(uniqueId: string, who: Depositor | null): Promise<OutboxEntry | null> {
    const entry = await this.#store.get(entryId([uniqueId]));
    return entry && isOf(entry, who) ? entry : null;
  }

  async #changeKnown(uniqueId: string, who: Depositor | null, edit: Edit): Promise<DepositReceipt> {
    const found = await this.#find(uniqueId, who);
    const entry = found && (await this.#change(found.id, edit));
    if (!entry) throw unknownDeposit();
    return this.#receiptOf(entry);
  }

  /** Reads, changes and writes, again as long as another writer changed the entry in between. */
  async #change(id: string, edit: Edit): Promise<OutboxEntry | null> {
    const store = this.#store;

    for (let attempt = 0; attempt < maxChangeAttempts; attempt += 1) {
      const entry = await store.get(id);
      const edited = entry && edit(entry);
      if (!edited) return entry;

      const next = { ...edited, revision: edited.revision + 1 };
      if (await store.save(next, { dropContent: entry.hasContent && !next.hasContent })) {
        this.#changed(next);
        return next;
      }
    }

    throw new TerrESanteError('TE_CONFLICT', 'Le dépôt est modifié par un autre programme.', { retryable: true });
  }
}

function graceOf({ graceMs }: StopOptions): number {
  return optionalNumber('graceMs', graceMs, 10_000, { max: longestTimerMs });
}
