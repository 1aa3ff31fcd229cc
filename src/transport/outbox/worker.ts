import { setTimeout as delay } from 'node:timers/promises';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { foreignCode } from '../../internal/foreign-error.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { ComposedMail } from '../mss/compose.ts';
import type { SmtpAcceptance } from '../mss/smtp.ts';
import { withSubmission, withVisible } from '../receipt/track.ts';
import { acceptedEntry, failedEntry, waits } from './entry.ts';
import type { DepositedDocument, OutboxEntry, OutboxStore } from './model.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** Hands one message over. @group Outbox */
export type OutboxSend = (
  mail: ComposedMail,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
) => Promise<SmtpAcceptance>;

/**
 * Asks the far side whether the documents are there: before a message whose outcome is unknown is
 * sent again, and when the far side says that it has them already (`TE_DUPLICATE`). `present` only
 * for the same documents: compare `documents`, when it is known, with the hashes of the registry.
 *
 * @group Outbox
 */
export type FindOut = (
  uniqueIds: readonly string[],
  options: { readonly signal: AbortSignal; readonly documents?: readonly DepositedDocument[] | undefined },
) => Promise<'present' | 'absent' | 'unknown'>;

/** How the worker works. @group Outbox */
export interface WorkerOptions {
  /** Messages in flight. @defaultValue `3` */
  readonly concurrency?: number | undefined;
  /** Longest time for one message. @defaultValue `600_000` */
  readonly sendTimeoutMs?: number | undefined;
  /**
   * How much longer the lease is; more than the clocks of the machines may differ.
   *
   * @defaultValue `60_000`
   */
  readonly leaseMarginMs?: number | undefined;
  /** How often a store that others also fill is asked. @defaultValue `1_000` */
  readonly pollMs?: number | undefined;
  readonly retry?: RetryPolicy | undefined;
}

interface WorkerParts extends WorkerOptions {
  readonly store: OutboxStore;
  readonly send: OutboxSend;
  readonly findOut?: FindOut | undefined;
  readonly runtime: Runtime;
  readonly owner: string;
  readonly changed: (entry: OutboxEntry) => void;
  readonly failed: (error: TerrESanteError) => void;
}

/** Sends what is due, one message at a time per slot, until it is stopped. */
export interface Worker {
  /** Something may be due: look now. */
  wake(): void;
  /** Stops claiming; waits up to `graceMs` for the messages in flight, then cuts them. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts the worker. It never throws: failures of the store are told to `failed` and tried again.
 */
export function startWorker(parts: WorkerParts): Worker {
  const {
    store,
    runtime,
    owner,
    concurrency = 3,
    sendTimeoutMs = 600_000,
    leaseMarginMs = 60_000,
    pollMs = 1_000,
    retry = {},
  } = parts;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;
  let again = false;

  /**
   * Records what happened. It cannot be undone, so the record is tried a few times before the lease
   * is left to end; and a report that came in meanwhile is kept.
   */
  const settle = async (
    claim: OutboxEntry,
    fact: 'sent' | 'not-sent',
    edit: (entry: OutboxEntry) => OutboxEntry,
  ): Promise<void> => {
    let current: OutboxEntry | null = claim;
    for (let attempt = 0; attempt < 8 && !(attempt > 1 && stopping.signal.aborted); attempt += 1) {
      try {
        current ??= await store.get(claim.id);
        // Somebody else holds it now: a failure of ours says nothing about their attempt, a success
        // does.
        const mine = current?.owner === owner || fact === 'sent';
        if (!current || !mine || !waits(current) || current.generation !== claim.generation) return;
        const next = edit(current);
        if (await store.save(next, { dropContent: fact === 'sent' })) {
          parts.changed(next);
          return;
        }
      } catch (error) {
        parts.failed(asError(error));
        await pause(20 * 2 ** attempt, stopping.signal);
      }
      current = null;
    }
  };

  const isPresent = async ({ uniqueIds, documents }: OutboxEntry): Promise<boolean> => {
    try {
      return (await parts.findOut?.(uniqueIds, { signal: stopping.signal, documents })) === 'present';
    } catch {
      return false;
    }
  };

  const attempt = async (claim: OutboxEntry): Promise<void> => {
    const now = runtime.clock.now();
    const at = (): string => new Date(runtime.clock.now()).toISOString();
    if (now >= claim.expiresAt) {
      await settle(claim, 'not-sent', (entry) => ({
        ...entry,
        work: 'expired',
        owner: null,
        track: withSubmission(entry.track, 'expired', at()),
        revision: entry.revision + 1,
      }));
      return;
    }
    const alreadyThere = (): Promise<void> =>
      settle(claim, 'sent', (entry) => {
        const accepted = acceptedEntry(entry, { smtpCode: 250, enhancedStatus: null }, at());
        return { ...accepted, track: withVisible(accepted.track, at(), 'already-filed') };
      });
    if (claim.outcomeUnknown && (await isPresent(claim))) {
      await alreadyThere();
      return;
    }
    const attempts = claim.attempts + 1;
    try {
      const content = await store.content(claim);
      const mail: ComposedMail = {
        envelope: claim.envelope,
        messageId: claim.track.messageId,
        envelopeId: claim.track.envelopeId,
        byteLength: content.byteLength,
        content,
      };
      const acceptance = await parts.send(mail, { signal: stopping.signal, timeoutMs: sendTimeoutMs });
      await settle(claim, 'sent', (entry) => acceptedEntry({ ...entry, attempts }, acceptance, at()));
    } catch (error) {
      const failure = asError(error);
      // Another document may bear the same uniqueId: only the very same one is a success.
      if (failure.code === 'TE_DUPLICATE' && (namesOurs(failure, claim) || (await isPresent(claim)))) {
        await alreadyThere();
        return;
      }
      await settle(claim, 'not-sent', (entry) =>
        failedEntry({ ...entry, attempts }, failure, runtime.clock.now(), retry),
      );
    }
  };

  const look = async (): Promise<void> => {
    while (!stopped && running.size < concurrency) {
      const claims = await store.claim({
        now: runtime.clock.now(),
        limit: concurrency - running.size,
        owner,
        leaseMs: sendTimeoutMs + leaseMarginMs,
      });
      if (claims.length === 0) break;
      for (const claim of claims) {
        const work = attempt(claim)
          .catch((error: unknown) => parts.failed(asError(error)))
          .finally(() => {
            running.delete(work);
            wake();
          });
        running.add(work);
      }
    }
    if (stopped || running.size >= concurrency) return;
    const next = await store.nextDue();
    const wait = next === null ? pollMs : Math.min(pollMs, Math.max(1, next - runtime.clock.now()));
    timer = setTimeout(wake, wait);
    timer.unref();
  };

  const wake = (): void => {
    if (stopped) return;
    again = true;
    if (looking) return;
    clearTimeout(timer);
    looking = (async () => {
      while (again) {
        again = false;
        try {
          await look();
        } catch (error) {
          parts.failed(asError(error));
          timer = setTimeout(wake, pollMs);
          timer.unref();
        }
      }
      looking = null;
    })();
  };
  wake();

  return {
    wake,
    async stop(graceMs) {
      stopped = true;
      clearTimeout(timer);
      await looking;
      const cut = setTimeout(() => stopping.abort(), graceMs);
      while (running.size > 0) await Promise.allSettled([...running]);
      clearTimeout(cut);
    },
  };
}

/** The refusal names the only document of the deposit by its uniqueId and its hash. */
function namesOurs({ details }: TerrESanteError, { documents = [] }: OutboxEntry): boolean {
  const [only, ...others] = documents;
  const { uniqueId, sha1 } = details;
  return (
    only !== undefined &&
    others.length === 0 &&
    uniqueId === only.uniqueId &&
    typeof sha1 === 'string' &&
    sha1.toLowerCase() === only.sha1.toLowerCase()
  );
}

/** Waits, less long when the signal fires. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

function asError(error: unknown): TerrESanteError {
  // A foreign message may quote an address or a path: only its code goes on.
  if (isTerrESanteError(error)) return error;

  return new TerrESanteError('TE_OUTBOX', "La boîte d'envoi a rencontré une erreur.", {
    details: { reason: foreignCode(error) ?? 'unknown' },
    retryable: true,
  });
}
