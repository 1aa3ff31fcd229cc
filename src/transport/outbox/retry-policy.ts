import { createHash } from 'node:crypto';

import type { TerrESanteError, TerrESanteErrorCode } from '../../errors.ts';
import { optionalNumber } from '../../internal/border.ts';
import type { OutboxEntry } from './model.ts';

/** How long and how often the outbox tries. @group Outbox */
export interface RetryPolicy {
  /**
   * A deposit that is not accepted after this time is given up. Time in which nobody could try does
   * not count: the software stopped, the machine asleep, the clock set anew.
   *
   * @defaultValue `172_800_000` (48 hours)
   */
  readonly expireAfterMs?: number | undefined;
  /** Attempts in all. @defaultValue `200` */
  readonly maxAttempts?: number | undefined;
  /** First wait; doubled at each attempt. @defaultValue `5_000` */
  readonly firstDelayMs?: number | undefined;
  /** Longest wait. @defaultValue `900_000` */
  readonly longestDelayMs?: number | undefined;
}

/**
 * A wait or a number of attempts that is no number would retry for ever, or never.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID`
 */
export function checkRetryPolicy(policy: RetryPolicy = {}): void {
  for (const name of ['expireAfterMs', 'maxAttempts', 'firstDelayMs', 'longestDelayMs'] as const) {
    optionalNumber(name, policy[name], undefined);
  }
}

const defaults = { expireAfterMs: 172_800_000, maxAttempts: 200, firstDelayMs: 5_000, longestDelayMs: 900_000 };

/** A wait is spread by a quarter on each side, so that deposits do not come back all at once. */
const spread = 0.25;

export function expireAfterMs({ expireAfterMs: given = defaults.expireAfterMs }: RetryPolicy = {}): number {
  return given;
}

/** The longest time between two tries: whatever is due later was planned by another clock. */
export function longestWaitMs({ longestDelayMs = defaults.longestDelayMs }: RetryPolicy = {}): number {
  return Math.ceil(longestDelayMs * (1 + spread));
}

/** Whether no attempt is left: each one may have ended with the process, unrecorded. */
export function isUsedUp({ attempts }: OutboxEntry, { maxAttempts = defaults.maxAttempts }: RetryPolicy = {}): boolean {
  return attempts >= maxAttempts;
}

/**
 * How far the clock was set, or the machine asleep, between two readings that cannot lie further
 * apart than `longestMs`.
 */
export function clockJump(from: number, to: number, longestMs: number): number {
  const passed = to - from;
  return passed - Math.min(Math.max(passed, 0), longestMs);
}

/** What to do after a failed attempt. */
export type AfterFailure =
  | { readonly action: 'retry'; readonly at: number; readonly outcomeUnknown: boolean }
  | { readonly action: 'give-up'; readonly reason: 'refused' | 'expired' };

/** Classes of failure that pass: the factor of the first wait. Every other one is final. */
const factors: Readonly<Partial<Record<TerrESanteErrorCode, number>>> = {
  // The server is away or busy. So is every SMTP reply 4yz, such as 421: the server closes the
  // channel, the deposit is retried.
  TE_UNAVAILABLE: 1,
  TE_TIMEOUT: 1,
  TE_RATE_LIMITED: 6,
  TE_PROTOCOL: 6,
  TE_OUTBOX: 1,
  // This process stopped the attempt: the deposit is due at once.
  TE_CANCELLED: 0,
  TE_CLOSED: 0,
  // The message may have been taken: leave the receiver the time to show it.
  TE_MAIL_UNKNOWN_OUTCOME: 12,
  TE_MAILBOX_FULL: 60,
  // The whole channel fails, not this deposit: a renewed token, card or certificate will carry it,
  // or a proxy that is put right.
  TE_AUTHN_REJECTED: 12,
  TE_AUTHN_REQUIRED: 12,
  TE_CARD_ABSENT: 12,
  TE_CARD_REMOVED: 12,
  TE_PIN_REQUIRED: 12,
  // Another card, or the same one unlocked. A wrong PIN is not tried again: it could lock the card.
  TE_PIN_LOCKED: 12,
  TE_TLS: 12,
  TE_CLIENT_CERT: 12,
  TE_PROXY: 12,
  TE_CONFIG_INVALID: 12,
  TE_UNSUPPORTED: 12,
  TE_CLOCK_SKEW: 12,
};

/** Who may sign is somebody else for the moment: the deposit waits for its own professional. */
const ofAnother: readonly unknown[] = ['session-holder', 'card-holder'];
const ofAnotherFactor = 12;

/** Of a failure that is final elsewhere: what may have arrived is not given up for it. */
const unknownFactor = 12;

/** Whether the far side may have taken a message although the attempt failed. */
export function mayHaveArrived({ code, details }: TerrESanteError): boolean {
  return code === 'TE_MAIL_UNKNOWN_OUTCOME' || details['unknownOutcome'] === true;
}

/**
 * Between 0 and 1, the same for the same entry and attempt. Deposits that failed together, because
 * the server was away, must not all come back at the same instant.
 */
function jitter({ id, attempts }: OutboxEntry): number {
  const digest = createHash('sha256')
    .update(`${id}/${String(attempts)}`)
    .digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}

function factorOf({ code, details }: TerrESanteError): number | undefined {
  const isOfAnother = code === 'TE_IDENTITY_MISMATCH' && ofAnother.includes(details['reason']);
  return isOfAnother ? ofAnotherFactor : factors[code];
}

/**
 * Decides by the class of the failure: again, after a wait that doubles at each attempt, or never.
 * `entry.attempts` already counts the failed attempt.
 *
 * @see RFC 5321, section 4.5.4.1 (sending strategy)
 */
export function afterFailure(
  error: TerrESanteError,
  entry: OutboxEntry,
  now: number,
  policy: RetryPolicy,
): AfterFailure {
  const { firstDelayMs = defaults.firstDelayMs, longestDelayMs = defaults.longestDelayMs } = policy;

  // A mailbox that is full for good (5.2.2) refuses this deposit; one that is full for now does
  // not.
  const isUnknown = mayHaveArrived(error);
  const factor = factorOf(error) ?? (isUnknown ? unknownFactor : undefined);
  const isFullForGood = error.code === 'TE_MAILBOX_FULL' && !error.retryable;
  if (factor === undefined || isFullForGood) return { action: 'give-up', reason: 'refused' };

  const doublings = Math.min(20, entry.attempts - 1);
  const { retryAfterMs } = error.details;
  const asked = typeof retryAfterMs === 'number' ? retryAfterMs : 0;
  const delay = Math.min(longestDelayMs, Math.max(asked, firstDelayMs * factor * 2 ** doublings));
  const at = now + Math.round(delay * (1 - spread + jitter(entry) * 2 * spread));
  if (isUsedUp(entry, policy) || at >= entry.expiresAt) return { action: 'give-up', reason: 'expired' };

  return { action: 'retry', at, outcomeUnknown: entry.outcomeUnknown || isUnknown };
}
