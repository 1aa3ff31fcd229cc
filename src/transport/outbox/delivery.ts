import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { correlated } from '../../internal/correlation.ts';
import { withDeadline } from '../../internal/abort.ts';
import { hostAnswer } from '../../internal/wait.ts';
import { toldMail, type ComposedMail } from '../mss/compose.ts';
import type { SmtpAcceptance } from '../mss/smtp.ts';
import { acceptedEntry, expiredEntry, failedEntry, filedEntry } from './entry.ts';
import type { OutboxEntry } from './model.ts';
import { ownError } from './own-error.ts';
import { Records } from './records.ts';
import { clockJump, isUsedUp } from './retry-policy.ts';
import type { AttemptEnd, FindOut, WorkerParts } from './worker-model.ts';

type FoundOut = Awaited<ReturnType<FindOut>>;

/** How long an attempt may take, how long its claim holds, and what ends it. */
export interface DeliveryLimits {
  readonly sendTimeoutMs: number;
  readonly leaseMs: number;
  /** Fires when the worker stops and its grace is over. */
  readonly stopping: AbortSignal;
  /** Fires when nobody waits any more for what did not heed `stopping`. */
  readonly leaving: AbortSignal;
}

/** Attempts to send one message at a time, and records how each ended. */
export class Delivery {
  readonly #parts: WorkerParts;
  readonly #limits: DeliveryLimits;
  readonly #records: Records;
  readonly #stopping: AbortSignal;

  constructor(parts: WorkerParts, limits: DeliveryLimits) {
    this.#parts = parts;
    this.#limits = limits;
    this.#stopping = limits.stopping;
    this.#records = new Records(parts, parts.owed ?? new Map<string, AttemptEnd>(), limits.stopping);
  }

  /** How much longer than its time a message is waited for: half of what the lease has to spare. */
  get #patienceMs(): number {
    return (this.#limits.leaseMs - this.#limits.sendTimeoutMs) / 2;
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
      const acceptance = await this.#handOver(mail);
      await this.#record(claim, 'sent', (entry) => acceptedEntry({ ...entry, attempts }, acceptance, this.#now()));
    } catch (error) {
      const failure = correlated(ownError(error), claim.track.envelopeId);

      // Another document may bear the same uniqueId: only the very same one is a success.
      if (failure.code === 'TE_DUPLICATE' && (namesDeposit(failure, claim) || (await this.#isPresent(claim)))) {
        await this.#recordFiled(claim);
        return;
      }

      const now = this.#now();
      const left = this.#leftAfter(claim, now);
      await this.#record(claim, 'not-sent', (entry) =>
        failedEntry({ ...entry, ...left }, failure, now, this.#parts.retry ?? {}),
      );
      // A stop of this process is no failure of anybody.
      if (!this.#stopping.aborted) this.#parts.failed(failure);
    }
  }

  /**
   * What a failed attempt leaves to an entry. One that this process cut by stopping takes nothing:
   * it was no try.
   */
  #leftAfter({ attempts, expiresAt, nextAt }: OutboxEntry, now: number): Pick<OutboxEntry, 'attempts' | 'expiresAt'> {
    const { leaseMs, sendTimeoutMs } = this.#limits;
    const claimedAt = nextAt - leaseMs;
    if (this.#stopping.aborted) return { attempts, expiresAt: Math.max(now + 1, expiresAt + now - claimedAt) };

    return { attempts: attempts + 1, expiresAt: expiresAt + clockJump(claimedAt, now, sendTimeoutMs) };
  }

  /**
   * Hands a message over. A carrier that neither answers nor heeds its signal is left alone before
   * the lease ends: what it still does is unknown.
   *
   * @throws TerrESanteError `TE_MAIL_UNKNOWN_OUTCOME` then; what the carrier throws
   */
  async #handOver(mail: ComposedMail): Promise<SmtpAcceptance> {
    const { sendTimeoutMs: timeoutMs, leaving } = this.#limits;
    const sending = { hasEnded: false };
    const send = async (): Promise<SmtpAcceptance> =>
      this.#parts.send(mail, { signal: this.#stopping, timeoutMs }).finally(() => (sending.hasEnded = true));

    try {
      return await withDeadline({ signal: leaving, timeoutMs: timeoutMs + this.#patienceMs }, send);
    } catch (error) {
      if (sending.hasEnded || !isTerrESanteError(error)) throw error;
      throw new TerrESanteError('TE_MAIL_UNKNOWN_OUTCOME', "L'envoi ne s'est pas terminé : son sort est inconnu.", {
        cause: error,
        retryable: true,
      });
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
    const limits = { signal: this.#stopping, timeoutMs: this.#patienceMs / 2 };
    const ask = (signal: AbortSignal): Promise<FoundOut> | undefined =>
      this.#parts.findOut?.(uniqueIds, { signal, documents });

    try {
      return (await hostAnswer('findOut', ask, limits)) === 'present';
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
