import type { Submission } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { throwIfAborted } from '../../internal/abort.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import type { DepositChannel, DepositReceipt, DepositState } from '../deposit.ts';
import type { ComposedMail } from '../mss/compose.ts';
import { receiptOf } from '../receipt/receipt.ts';
import type { MailReport } from '../receipt/report.ts';
import { newTrack, stateOf, withReport, withSubmission, withVisible, type DepositTrack } from '../receipt/track.ts';
import { entryId, entryIdIn, messageIdentifiers } from './identity.ts';
import type { OutboxEntry, OutboxStore, UnmatchedReport } from './model.ts';
import { startWorker, type FindOut, type OutboxSend, type Worker, type WorkerOptions } from './worker.ts';

/** What an outbox needs of a channel: `createMssTransport` gives it. @group Outbox */
export interface OutboxCarrier {
  compose(
    submission: Submission,
    identifiers: { readonly messageId: string; readonly envelopeId: string },
  ): Promise<ComposedMail>;
  send: OutboxSend;
}

/** Options of {@link createOutbox}. @group Outbox */
export interface OutboxOptions extends WorkerOptions {
  readonly store: OutboxStore;
  readonly carrier: OutboxCarrier;
  /** Domain of the sender, for the Message-ID. */
  readonly senderDomain: string;
  readonly findOut?: FindOut | undefined;
  readonly runtime?: Runtime | undefined;
  /** Names this process among those that share a store. @defaultValue a random one */
  readonly owner?: string | undefined;
  /** Sends in this process. `false` only queues. @defaultValue `true` */
  readonly sends?: boolean | undefined;
  /** Told at each change of a deposit. */
  readonly onChange?: ((receipt: DepositReceipt) => void) | undefined;
  /** Told when the store or the far side fails; the outbox tries again by itself. */
  readonly onError?: ((error: TerrESanteError) => void) | undefined;
}

/** What became of a report. @group Outbox */
export type ReportOutcome = 'applied' | 'known' | 'unmatched';

/** Deposits that are written down before they leave, and followed to their end. @group Outbox */
export interface Outbox extends DepositChannel {
  /** By uniqueId; `null` when it was never deposited here. */
  status(uniqueId: string): Promise<DepositReceipt | null>;
  list(filter?: { readonly states?: readonly DepositState[] | undefined }): AsyncIterable<DepositReceipt>;
  /**
   * Sends again, now: a deposit that waits, or one that failed and whose message is still stored.
   */
  retry(uniqueId: string): Promise<DepositReceipt>;
  /** Gives up a deposit that is not being sent. */
  cancel(uniqueId: string): Promise<DepositReceipt>;
  /**
   * Ties a report to its deposit: by envelope identifier, then Message-ID, then embedded
   * Message-ID; never by subject.
   */
  applyReport(report: MailReport): Promise<ReportOutcome>;
  /** The document was found in the dossier. */
  markVisible(uniqueId: string): Promise<DepositReceipt | null>;
  /** Reports that could not be tied to a deposit. */
  unmatched(): AsyncIterable<UnmatchedReport>;
  /**
   * Sends what is due from now on; it does already unless `sends` was `false` or {@link
   * Outbox.stop} was called.
   */
  start(): void;
  /**
   * Stops sending, cleanly: messages in flight have `graceMs` to end. Deposits are still taken.
   *
   * @defaultValue `10_000`
   */
  stop(options?: { readonly graceMs?: number | undefined }): Promise<void>;
  /** Stops cleanly: messages in flight have `graceMs` to end. @defaultValue `10_000` */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
}

/** Reports say more than the sending side knows. */
const decided = (track: DepositTrack): boolean => stateOf(track) !== track.submission;

const otherDeposit = (): TerrESanteError =>
  new TerrESanteError('TE_DUPLICATE', "Un de ces documents fait déjà partie d'un autre dépôt.");

/** A deposit in one of these states may be made again with the same uniqueId. */
const over: ReadonlySet<DepositState> = new Set(['rejected', 'undeliverable', 'expired']);

/**
 * Opens an outbox. `deposit` resolves as `queued` once the message is durable; a worker sends it,
 * tries again by class of failure, and resumes after a crash. The uniqueId is the idempotency key:
 * depositing the same version again gives its receipt back, or a new message (with a new
 * Message-ID) when the former one failed for good.
 *
 * @throws TerrESanteError from `deposit`: `TE_OUTBOX` when the message could not be made durable;
 *   what composing throws.
 *
 * @see RFC 5321, section 4.5.4 (retry strategies)
 * @group Outbox
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { store, carrier, senderDomain, runtime = systemRuntime, sends = true } = options;
  const expireAfterMs = options.retry?.expireAfterMs ?? 48 * 3_600_000;
  const changed = (entry: OutboxEntry): void => options.onChange?.(receiptOf(entry));
  const failed = (error: TerrESanteError): void => options.onError?.(error);
  const owner = options.owner ?? runtime.ids.uuid();
  let worker: Worker | null = null;
  const start = (): void => {
    worker ??= startWorker({ ...options, runtime, owner, send: carrier.send, changed, failed });
  };
  const stop = async (graceMs: number): Promise<void> => {
    const stopped = worker;
    worker = null;
    await stopped?.stop(graceMs);
  };
  if (sends) start();
  let closing: Promise<void> | null = null;
  const now = (): string => new Date(runtime.clock.now()).toISOString();
  const find = (uniqueId: string): Promise<OutboxEntry | null> => store.get(entryId([uniqueId]));

  /** Reads, changes and writes until nobody else changed it in between. */
  const change = async (id: string, edit: (entry: OutboxEntry) => OutboxEntry | null): Promise<OutboxEntry | null> => {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const entry = await store.get(id);
      const edited = entry && edit(entry);
      if (!edited) return entry;
      const next = { ...edited, revision: edited.revision + 1 };
      if (await store.save(next, { dropContent: entry.hasContent && !next.hasContent })) {
        changed(next);
        return next;
      }
    }
    throw new TerrESanteError('TE_CONFLICT', 'Le dépôt est modifié par un autre programme.', { retryable: true });
  };

  const known = async (uniqueId: string, edit: (entry: OutboxEntry) => OutboxEntry | null): Promise<DepositReceipt> => {
    const found = await find(uniqueId);
    const entry = found && (await change(found.id, edit));
    if (!entry) throw new TerrESanteError('TE_NOT_FOUND', "Ce document n'a pas été déposé ici.");
    return receiptOf(entry);
  };

  return {
    async deposit(submission, call = {}) {
      if (closing) throw new TerrESanteError('TE_CLOSED', "La boîte d'envoi est fermée.");
      throwIfAborted(call.signal);
      const uniqueIds = submission.documents.map(({ entry }) => entry.uniqueId);
      if (uniqueIds.length === 0) {
        throw new TerrESanteError('TE_INPUT_INVALID', 'Un dépôt contient au moins un document.');
      }
      const id = entryId(uniqueIds);
      const former = await store.get(id);
      if (former && former.id !== id) throw otherDeposit();
      if (former && !over.has(receiptOf(former).state)) return receiptOf(former);
      const identifiers = messageIdentifiers(id, senderDomain, runtime);
      const mail = await carrier.compose(submission, identifiers);
      throwIfAborted(call.signal);
      const createdAt = runtime.clock.now();
      const entry: OutboxEntry = {
        id,
        generation: (former?.generation ?? 0) + 1,
        uniqueIds,
        documents: submission.documents.map(({ entry: { uniqueId }, document }) => ({ uniqueId, sha1: document.sha1 })),
        channel: 'mssante',
        envelope: mail.envelope,
        byteLength: mail.byteLength,
        createdAt,
        expiresAt: createdAt + expireAfterMs,
        work: 'queued',
        attempts: 0,
        nextAt: createdAt,
        owner: null,
        lastError: null,
        outcomeUnknown: false,
        hasContent: true,
        track: newTrack(mail.messageId, mail.envelopeId, mail.envelope.to, now()),
        previous: former ? [...former.previous, former.track].slice(-20) : [],
        revision: (former?.revision ?? 0) + 1,
      };
      const existing = await store.add(entry, mail.content, former?.revision);
      if (!existing) worker?.wake();
      const kept = existing ?? entry;
      if (kept.id !== id) throw otherDeposit();
      if (!existing) changed(kept);
      return receiptOf(kept);
    },
    async status(uniqueId) {
      const entry = await find(uniqueId);
      return entry && receiptOf(entry);
    },
    async *list({ states } = {}) {
      for await (const entry of store.list()) {
        const receipt = receiptOf(entry);
        if (!states || states.includes(receipt.state)) yield receipt;
      }
    },
    async retry(uniqueId) {
      const receipt = await known(uniqueId, (entry) => {
        if (entry.work === 'sending') return null;
        if (!entry.hasContent) {
          throw new TerrESanteError('TE_OUTBOX', "Le message n'est plus conservé : il faut déposer de nouveau.");
        }
        const nowMs = runtime.clock.now();
        return {
          ...entry,
          work: 'queued',
          nextAt: nowMs,
          expiresAt: Math.max(entry.expiresAt, nowMs + expireAfterMs),
          attempts: 0,
          track: withSubmission(entry.track, 'queued', now()),
        };
      });
      worker?.wake();
      return receipt;
    },
    cancel: (uniqueId) =>
      known(uniqueId, (entry) => {
        if (entry.work === 'sending' || entry.work === 'done') {
          throw new TerrESanteError('TE_CONFLICT', "Ce dépôt est en cours d'envoi ou déjà parti.");
        }
        if (entry.work === 'cancelled') return null;
        return { ...entry, work: 'cancelled', hasContent: false, track: withSubmission(entry.track, 'expired', now()) };
      }),
    async applyReport(report) {
      for (const identifier of [report.envelopeId, ...report.messageIds]) {
        const id = identifier === null ? null : entryIdIn(identifier);
        if (identifier === null || id === null) continue;
        let outcome: ReportOutcome = 'unmatched';
        const is = ({ messageId, envelopeId }: DepositTrack): boolean =>
          messageId === identifier || envelopeId === identifier;
        await change(id, (entry) => {
          const apply = (track: DepositTrack): DepositTrack => (is(track) ? withReport(track, report, now()) : track);
          if (![entry.track, ...entry.previous].some(is)) return null;
          const track = apply(entry.track);
          const previous = entry.previous.map(apply);
          outcome = 'known';
          if (track === entry.track && previous.every((item, index) => item === entry.previous[index])) return null;
          outcome = 'applied';
          // A report proves that the message was taken: it must not be sent again.
          return decided(track) && entry.work === 'queued'
            ? {
                ...entry,
                track,
                previous,
                work: 'done',
                outcomeUnknown: false,
                hasContent: entry.hasContent && stateOf(track) === 'undeliverable',
              }
            : { ...entry, track, previous };
        });
        // An assignment inside the callback is not seen by the type checker.
        const result = outcome as ReportOutcome;
        if (result !== 'unmatched') return result;
      }
      await store.addUnmatched({ report, at: now() });
      return 'unmatched';
    },
    async markVisible(uniqueId) {
      const found = await find(uniqueId);
      if (!found) return null;
      const entry = await change(found.id, (current) =>
        stateOf(current.track) === 'visible'
          ? null
          : {
              ...current,
              track: withVisible(current.track, now()),
              ...(current.work === 'queued' && { work: 'done' as const, hasContent: false, outcomeUnknown: false }),
            },
      );
      return entry && receiptOf(entry);
    },
    unmatched: () => store.unmatched(),
    start() {
      if (closing) throw new TerrESanteError('TE_CLOSED', "La boîte d'envoi est fermée.");
      start();
    },
    stop: ({ graceMs = 10_000 } = {}) => stop(graceMs),
    close({ graceMs = 10_000 } = {}) {
      closing ??= (async () => {
        await stop(graceMs);
        await store.close();
      })();
      return closing;
    },
  };
}
