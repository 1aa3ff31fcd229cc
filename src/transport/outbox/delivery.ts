import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { correlated } from '../../internal/correlation.ts';
import { withDeadline } from '../../internal/abort.ts';
import { hostAnswer } from '../../internal/wait.ts';
import type { DepositAcceptance, DepositMessage } from '../deposit.ts';
import { saysDuplicate } from '../duplicate.ts';
import { toldMessage } from '../told-message.ts';
import { acceptedEntry, expiredEntry, failedEntry, filedEntry } from './entry.ts';
import type { OutboxEntry } from './model.ts';
import { ownError } from './own-error.ts';
import { Records } from './records.ts';
import { clockJump, isUsedUp } from './retry-policy.ts';
import type { AttemptEnd, FindOut, WorkerParts } from './worker-model.ts';

/** What the far side answered; when it could not be asked, why. */
interface Asked {
  readonly answer: Awaited<ReturnType<FindOut>>;
  readonly failure: TerrESanteError | null;
}

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

    if (claim.channel !== this.#parts.channel) {
      await this.#recordFailure(claim, otherWire(claim.channel), false);
      return;
    }

    // An earlier attempt may have succeeded without a reply: ask before sending a second time.
    const asked = claim.outcomeUnknown ? await this.#ask(claim) : null;
    if (asked?.answer === 'present') await this.#recordFiled(claim);
    else if (asked?.answer === 'unknown' && this.#parts.whenUnknown === 'wait') {
      await this.#recordFailure(claim, notAsked(asked.failure), true);
    } else await this.#send(claim);
  }

  async #send(claim: OutboxEntry): Promise<void> {
    const attempts = claim.attempts + 1;
    this.#parts.began(claim);

    try {
      const message = toldMessage(await this.#messageOf(claim), 'sending', this.#parts.progressOf?.(claim));
      const acceptance = await this.#handOver(message, claim.depositor ?? null);
      await this.#record(claim, 'sent', (entry) => acceptedEntry({ ...entry, attempts }, acceptance, this.#now()));
    } catch (error) {
      const failure = correlated(ownError(error), claim.track.envelopeId);

      // Another document may bear the same uniqueId: only the very same one is a success.
      const asked = saysDuplicate(failure) ? await this.#askUnlessNamed(failure, claim) : null;
      if (asked?.answer === 'present') await this.#recordFiled(claim);
      else if (asked?.answer === 'unknown' && this.#parts.whenUnknown === 'wait') {
        await this.#recordFailure(claim, notAsked(asked.failure), true);
      } else await this.#recordFailure(claim, failure, true);
    }
  }

  /** @param isTry - whether it costs the entry an attempt and the time that passed */
  async #recordFailure(claim: OutboxEntry, failure: TerrESanteError, isTry: boolean): Promise<void> {
    const now = this.#now();
    const left = this.#leftAfter(claim, now, isTry && !this.#stopping.aborted);
    await this.#record(claim, 'not-sent', (entry) =>
      failedEntry({ ...entry, ...left }, failure, now, this.#parts.retry ?? {}),
    );
    // A stop of this process is no failure of anybody.
    if (!this.#stopping.aborted) this.#parts.failed(failure);
  }

  /**
   * What a failed attempt leaves to an entry. What was no try takes nothing: this process cut it by
   * stopping, or has no such wire.
   */
  #leftAfter(
    { attempts, expiresAt, nextAt }: OutboxEntry,
    now: number,
    isTry: boolean,
  ): Pick<OutboxEntry, 'attempts' | 'expiresAt'> {
    const { leaseMs, sendTimeoutMs } = this.#limits;
    const claimedAt = nextAt - leaseMs;
    if (!isTry) return { attempts, expiresAt: Math.max(now + 1, expiresAt + now - claimedAt) };

    return { attempts: attempts + 1, expiresAt: expiresAt + clockJump(claimedAt, now, sendTimeoutMs) };
  }

  /**
   * Hands a message over. A carrier that neither answers nor heeds its signal is left alone before
   * the lease ends: what it still does is unknown.
   *
   * @throws TerrESanteError `TE_MAIL_UNKNOWN_OUTCOME` then; what the carrier throws
   */
  async #handOver(message: DepositMessage, depositor: string | null): Promise<DepositAcceptance> {
    const { sendTimeoutMs: timeoutMs, leaving } = this.#limits;
    const sending = { hasEnded: false };
    const options = { signal: this.#stopping, timeoutMs, depositor };
    const send = async (): Promise<DepositAcceptance> =>
      this.#parts.send(message, options).finally(() => (sending.hasEnded = true));

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

  async #messageOf(claim: OutboxEntry): Promise<DepositMessage> {
    const content = await this.#parts.store.content(claim);
    return {
      envelope: claim.envelope,
      messageId: claim.track.messageId,
      envelopeId: claim.track.envelopeId,
      byteLength: content.byteLength,
      content,
    };
  }

  /** Asks the far side. Without a way to ask, nothing is known. */
  async #ask(claim: OutboxEntry): Promise<Asked> {
    const { uniqueIds, documents, depositor = null } = claim;
    const limits = { signal: this.#stopping, timeoutMs: this.#patienceMs / 2 };
    const message = (): Promise<DepositMessage> => this.#messageOf(claim);
    const ask = (signal: AbortSignal): ReturnType<FindOut> | undefined =>
      this.#parts.findOut?.(uniqueIds, { signal, documents, depositor, message });

    try {
      return { answer: (await hostAnswer('findOut', ask, limits)) ?? 'unknown', failure: null };
    } catch (error) {
      return { answer: 'unknown', failure: ownError(error) };
    }
  }

  async #askUnlessNamed(failure: TerrESanteError, claim: OutboxEntry): Promise<Asked> {
    return namesDeposit(failure, claim) ? { answer: 'present', failure: null } : this.#ask(claim);
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

/** A message of a wire that this program was not given: it waits for a program that has it. */
function otherWire(channel: OutboxEntry['channel']): TerrESanteError {
  return new TerrESanteError('TE_UNSUPPORTED', `Ce dépôt attend un canal qui n'est pas configuré ici : ${channel}.`, {
    details: { channel },
  });
}

/** The far side could not say whether it has the documents: it is asked again later. */
function notAsked(failure: TerrESanteError | null): TerrESanteError {
  const sentence = "Le sort du dépôt est inconnu et n'a pas pu être demandé : rien n'est renvoyé avant la réponse.";
  return new TerrESanteError(failure?.code ?? 'TE_UNAVAILABLE', sentence, {
    ...(failure && { cause: failure }),
    retryable: true,
    details: { unknownOutcome: true },
  });
}
