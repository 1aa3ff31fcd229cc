import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { correlated } from '../../internal/correlation.ts';
import { foreignCode } from '../../internal/foreign-error.ts';
import { pause } from '../../internal/wait.ts';
import { toldMail, type ComposedMail } from '../mss/compose.ts';
import { acceptedEntry, expiredEntry, failedEntry, filedEntry, waits } from './entry.ts';
import type { OutboxEntry } from './model.ts';
import { clockJump, isUsedUp } from './retry-policy.ts';
import type { WorkerParts } from './worker-model.ts';

/** The record of an attempt is tried that often before the lease is left to end. */
const recordAttempts = 8;

/** How long an attempt may take, and how long its claim holds. */
interface SendTimes {
  readonly sendTimeoutMs: number;
  readonly leaseMs: number;
}

/** Attempts to send one message at a time, and records how each ended. */
export class Delivery {
  readonly #parts: WorkerParts;
  readonly #sendTimeoutMs: number;
  readonly #leaseMs: number;
  /** Fires when the worker stops and its grace is over. */
  readonly #stopping: AbortSignal;

  constructor(parts: WorkerParts, { sendTimeoutMs, leaseMs }: SendTimes, stopping: AbortSignal) {
    this.#parts = parts;
    this.#sendTimeoutMs = sendTimeoutMs;
    this.#leaseMs = leaseMs;
    this.#stopping = stopping;
  }

  /** One attempt for an entry that this worker has claimed. */
  async attempt(claim: OutboxEntry): Promise<void> {
    if (isUsedUp(claim, this.#parts.retry)) {
      await this.#record(claim, 'not-sent', (entry) => expiredEntry(entry, this.#now()));
      return;
    }

    // An earlier attempt may have succeeded without a reply: ask before sending a second time.
    if (claim.outcomeUnknown && (await this.#isPresent(claim))) {
      await this.#recordFiled(claim);
      return;
    }

    await this.#send(claim);
  }

  async #send(claim: OutboxEntry): Promise<void> {
    const attempts = claim.attempts + 1;
    this.#parts.began(claim);

    try {
      const mail = toldMail(await this.#mailOf(claim), 'sending', this.#parts.progressOf?.(claim));
      const options = { signal: this.#stopping, timeoutMs: this.#sendTimeoutMs };
      const acceptance = await this.#parts.send(mail, options);
      await this.#record(claim, 'sent', (entry) => acceptedEntry({ ...entry, attempts }, acceptance, this.#now()));
    } catch (error) {
      const failure = correlated(ownError(error), claim.track.envelopeId);

      // Another document may bear the same uniqueId: only the very same one is a success.
      if (failure.code === 'TE_DUPLICATE' && (namesDeposit(failure, claim) || (await this.#isPresent(claim)))) {
        await this.#recordFiled(claim);
        return;
      }

      const now = this.#now();
      const claimedAt = claim.nextAt - this.#leaseMs;
      const expiresAt = claim.expiresAt + clockJump(claimedAt, now, this.#sendTimeoutMs);
      await this.#record(claim, 'not-sent', (entry) =>
        failedEntry({ ...entry, attempts, expiresAt }, failure, now, this.#parts.retry ?? {}),
      );
      // A stop of this process is no failure of anybody.
      if (!this.#stopping.aborted) this.#parts.failed(failure);
    }
  }

  async #mailOf(claim: OutboxEntry): Promise<ComposedMail> {
    const content = await this.#parts.store.content(claim);
    return {
      envelope: claim.envelope,
      messageId: claim.track.messageId,
      envelopeId: claim.track.envelopeId,
      byteLength: content.byteLength,
      content,
    };
  }

  /** Asks the far side; when it cannot be asked, the answer counts as no. */
  async #isPresent({ uniqueIds, documents }: OutboxEntry): Promise<boolean> {
    try {
      return (await this.#parts.findOut?.(uniqueIds, { signal: this.#stopping, documents })) === 'present';
    } catch {
      return false;
    }
  }

  #recordFiled(claim: OutboxEntry): Promise<void> {
    return this.#record(claim, 'sent', (entry) => filedEntry(entry, this.#now()));
  }

  /**
   * Records how an attempt ended. The sending cannot be undone, so the record is tried a few times
   * before the lease is left to end; a report that came in meanwhile is kept.
   */
  async #record(
    claim: OutboxEntry,
    fact: 'sent' | 'not-sent',
    edit: (entry: OutboxEntry) => OutboxEntry,
  ): Promise<void> {
    const { store } = this.#parts;
    let current: OutboxEntry | null = claim;

    for (let attempt = 0; attempt < recordAttempts && !(attempt > 1 && this.#stopping.aborted); attempt += 1) {
      try {
        current ??= await store.get(claim.id);
        if (!current || !this.#concerns(current, claim, fact)) return;

        const next = edit(current);
        if (await store.save(next, { dropContent: fact === 'sent' })) {
          this.#parts.changed(next);
          return;
        }
      } catch (error) {
        this.#parts.failed(ownError(error));
        await pause(20 * 2 ** attempt, { signal: this.#stopping });
      }
      current = null;
    }
  }

  /**
   * Whether the end of an attempt still matters to the entry. When another worker holds it by now,
   * a failure here proves nothing about its attempt; a success does.
   */
  #concerns(current: OutboxEntry, claim: OutboxEntry, fact: 'sent' | 'not-sent'): boolean {
    const isHolder = current.owner === this.#parts.owner || fact === 'sent';
    return isHolder && waits(current) && current.generation === claim.generation;
  }

  #now(): number {
    return this.#parts.runtime.clock.now();
  }
}

/** Whether the refusal names the only document of the deposit, by its uniqueId and its hash. */
function namesDeposit({ details }: TerrESanteError, { documents }: OutboxEntry): boolean {
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

/** A foreign message may quote an address or a path: only its code goes on. */
export function ownError(error: unknown): TerrESanteError {
  if (isTerrESanteError(error)) return error;

  return new TerrESanteError('TE_OUTBOX', "La boîte d'envoi a rencontré une erreur.", {
    details: { reason: foreignCode(error) ?? 'unknown' },
    retryable: true,
  });
}
