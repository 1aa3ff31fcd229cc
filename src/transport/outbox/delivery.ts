import type { TerrESanteError } from '../../errors.ts';
import { correlated } from '../../internal/correlation.ts';
import { toldMail, type ComposedMail } from '../mss/compose.ts';
import { acceptedEntry, expiredEntry, failedEntry, filedEntry } from './entry.ts';
import type { OutboxEntry } from './model.ts';
import { ownError } from './own-error.ts';
import { Records } from './records.ts';
import { clockJump, isUsedUp } from './retry-policy.ts';
import type { AttemptEnd, WorkerParts } from './worker-model.ts';

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
  readonly #records: Records;
  /** Fires when the worker stops and its grace is over. */
  readonly #stopping: AbortSignal;

  constructor(parts: WorkerParts, { sendTimeoutMs, leaseMs }: SendTimes, stopping: AbortSignal) {
    this.#parts = parts;
    this.#sendTimeoutMs = sendTimeoutMs;
    this.#leaseMs = leaseMs;
    this.#records = new Records(parts, parts.owed ?? new Map<string, AttemptEnd>(), stopping);
    this.#stopping = stopping;
  }

  /** One attempt for an entry that this worker has claimed. */
  async attempt(claim: OutboxEntry): Promise<void> {
    if (await this.#records.isOver(claim)) return;

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

  /** Records what the store refused so far. */
  pay(): Promise<void> {
    return this.#records.pay();
  }

  #record(claim: OutboxEntry, fact: AttemptEnd['fact'], edit: AttemptEnd['edit']): Promise<void> {
    return this.#records.write({ claim, fact, edit });
  }

  #recordFiled(claim: OutboxEntry): Promise<void> {
    return this.#record(claim, 'sent', (entry) => filedEntry(entry, this.#now()));
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
