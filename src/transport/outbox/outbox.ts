import type { Submission } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { throwIfAborted, type CallOptions } from '../../internal/abort.ts';
import { Observer } from '../../internal/observer.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import type { ComposedMail } from '../mss/compose.ts';
import type { DepositReceipt, DepositState } from '../receipt/model.ts';
import { noDocument } from '../receipt/new-receipt.ts';
import { receiptOf, refusedStates } from '../receipt/receipt.ts';
import type { MailReport } from '../receipt/report.ts';
import { newTrack } from '../receipt/track.ts';
import { bears, cancelled, reported, retried, seen, type Edit } from './entry-edits.ts';
import { tellDeposit } from './events.ts';
import { entryId, entryIdIn, messageIdentifiers } from './identity.ts';
import type { OutboxEntry, UnmatchedReport } from './model.ts';
import type { Outbox, OutboxOptions, OutboxSummary, ReportOutcome } from './outbox-model.ts';
import { checkRetryPolicy } from './retry-policy.ts';
import { summaryOf } from './summary.ts';
import { Worker } from './worker.ts';

/** Writers that change the same entry at the same time: more than this is a loop. */
const maxChangeAttempts = 20;

/**
 * Messages of a document version that are remembered: the last ones, for reports that come late.
 */
const maxPreviousMessages = 20;

const twoDaysMs = 48 * 3_600_000;

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
  return new StoredOutbox(options);
}

/** An outbox over a store: the public calls, and the worker that sends. */
class StoredOutbox implements Outbox {
  readonly #options: OutboxOptions;
  readonly #runtime: Runtime;
  readonly #observer: Observer;
  /** Names this process among those that share the store. */
  readonly #owner: string;
  readonly #expireAfterMs: number;
  #worker: Worker | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: OutboxOptions) {
    const { runtime = systemRuntime, retry, sends = true } = options;
    this.#options = options;
    this.#runtime = runtime;
    this.#observer = new Observer(options.logger);
    this.#owner = options.owner ?? runtime.ids.uuid();

    checkRetryPolicy(retry);
    this.#expireAfterMs = retry?.expireAfterMs ?? twoDaysMs;
    if (sends) this.start();
  }

  async deposit(submission: Submission, call: CallOptions = {}): Promise<DepositReceipt> {
    this.#requireOpen();
    throwIfAborted(call.signal);

    const uniqueIds = submission.documents.map(({ entry }) => entry.uniqueId);
    if (uniqueIds.length === 0) throw noDocument();

    // The same document version has the same id: unless it failed for good, its receipt is the
    // answer.
    const { store, carrier, senderDomain } = this.#options;
    const id = entryId(uniqueIds);
    const former = await store.get(id);
    if (former && former.id !== id) throw otherDeposit();
    if (former && !refusedStates.has(receiptOf(former).state)) return receiptOf(former);

    const mail = await carrier.compose(submission, messageIdentifiers(id, senderDomain, this.#runtime));
    throwIfAborted(call.signal);

    const entry = this.#newEntry(id, submission, mail, former);
    const existing = await store.add(entry, mail.content, former?.revision);
    if (existing) {
      if (existing.id !== id) throw otherDeposit();
      return receiptOf(existing);
    }

    this.#worker?.wake();
    this.#changed(entry);
    return receiptOf(entry);
  }

  #newEntry(id: string, { documents }: Submission, mail: ComposedMail, former: OutboxEntry | null): OutboxEntry {
    const createdAt = this.#now();

    return {
      id,
      generation: (former?.generation ?? 0) + 1,
      uniqueIds: documents.map(({ entry }) => entry.uniqueId),
      documents: documents.map(({ entry: { uniqueId }, document: { sha1 } }) => ({ uniqueId, sha1 })),
      channel: 'mssante',
      envelope: mail.envelope,
      byteLength: mail.byteLength,
      createdAt,
      expiresAt: createdAt + this.#expireAfterMs,
      work: 'queued',
      attempts: 0,
      nextAt: createdAt,
      owner: null,
      lastError: null,
      outcomeUnknown: false,
      hasContent: true,
      track: newTrack(mail.messageId, mail.envelopeId, mail.envelope.to, new Date(createdAt).toISOString()),
      // A report may still come for any of the earlier messages.
      previous: former ? [...former.previous, former.track].slice(-maxPreviousMessages) : [],
      revision: (former?.revision ?? 0) + 1,
    };
  }

  async status(uniqueId: string): Promise<DepositReceipt | null> {
    const entry = await this.#find(uniqueId);
    return entry && receiptOf(entry);
  }

  async *list(
    filter: { readonly states?: readonly DepositState[] | undefined } = {},
  ): AsyncGenerator<DepositReceipt, void, undefined> {
    const { states } = filter;

    for await (const entry of this.#options.store.list()) {
      const receipt = receiptOf(entry);
      if (!states || states.includes(receipt.state)) yield receipt;
    }
  }

  summary(): Promise<OutboxSummary> {
    return summaryOf(this.list());
  }

  async retry(uniqueId: string): Promise<DepositReceipt> {
    const receipt = await this.#changeKnown(uniqueId, retried(this.#now(), this.#expireAfterMs));
    this.#worker?.wake();
    return receipt;
  }

  async cancel(uniqueId: string): Promise<DepositReceipt> {
    return this.#changeKnown(uniqueId, cancelled(this.#now()));
  }

  async applyReport(report: MailReport): Promise<ReportOutcome> {
    for (const identifier of [report.envelopeId, ...report.messageIds]) {
      const id = identifier === null ? null : entryIdIn(identifier);
      if (identifier === null || id === null) continue;

      const outcome = await this.#applyTo(id, identifier, report);
      if (outcome !== 'unmatched') return outcome;
    }

    await this.#options.store.addUnmatched({ report, at: new Date(this.#now()).toISOString() });
    return 'unmatched';
  }

  async #applyTo(id: string, identifier: string, report: MailReport): Promise<ReportOutcome> {
    let outcome = 'unmatched' as ReportOutcome;

    await this.#change(id, (entry) => {
      if (![entry.track, ...entry.previous].some((track) => bears(track, identifier))) return null;

      const edited = reported(report, identifier, this.#now())(entry);
      outcome = edited ? 'applied' : 'known';
      return edited;
    });
    return outcome;
  }

  async markVisible(uniqueId: string): Promise<DepositReceipt | null> {
    const found = await this.#find(uniqueId);
    if (!found) return null;

    const entry = await this.#change(found.id, seen(this.#now()));
    return entry && receiptOf(entry);
  }

  unmatched(): AsyncIterable<UnmatchedReport> {
    return this.#options.store.unmatched();
  }

  start(): void {
    this.#requireOpen();
    this.#worker ??= new Worker({
      ...this.#options,
      runtime: this.#runtime,
      owner: this.#owner,
      send: (mail, options) => this.#options.carrier.send(mail, options),
      began: (entry) => tellDeposit(this.#observer, entry, this.#now()),
      changed: (entry) => this.#changed(entry),
      failed: (error) => this.#options.onError?.(error),
    });
  }

  async stop({ graceMs = 10_000 }: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.stop(graceMs);
  }

  close(options: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    this.#closing ??= this.stop(options).then(() => this.#options.store.close());
    return this.#closing;
  }

  #requireOpen(): void {
    if (this.#closing) throw new TerrESanteError('TE_CLOSED', "La boîte d'envoi est fermée.");
  }

  #now(): number {
    return this.#runtime.clock.now();
  }

  #changed(entry: OutboxEntry): void {
    tellDeposit(this.#observer, entry, this.#now());
    this.#options.onChange?.(receiptOf(entry));
  }

  #find(uniqueId: string): Promise<OutboxEntry | null> {
    return this.#options.store.get(entryId([uniqueId]));
  }

  async #changeKnown(uniqueId: string, edit: Edit): Promise<DepositReceipt> {
    const found = await this.#find(uniqueId);
    const entry = found && (await this.#change(found.id, edit));
    if (!entry) throw new TerrESanteError('TE_NOT_FOUND', "Ce document n'a pas été déposé ici.");
    return receiptOf(entry);
  }

  /** Reads, changes and writes, again as long as another writer changed the entry in between. */
  async #change(id: string, edit: Edit): Promise<OutboxEntry | null> {
    const { store } = this.#options;

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

function otherDeposit(): TerrESanteError {
  return new TerrESanteError('TE_DUPLICATE', "Un de ces documents fait déjà partie d'un autre dépôt.");
}
