import type { TerrESanteError } from '../../errors.ts';
import type { DepositAcceptance } from '../deposit.ts';
import { shownCode } from '../registry/rules.ts';
import { withRegistryAnswer, withSubmission, withVisible } from '../receipt/track.ts';
import type { OutboxEntry } from './model.ts';
import { afterFailure, mayHaveArrived, type RetryPolicy } from './retry-policy.ts';

const isoTime = (ms: number): string => new Date(ms).toISOString();

/**
 * An entry that is being worked on, as a claimer sees it. It has as much time left as it had when
 * it was due: nobody tried while the software was off, the machine asleep or its clock set anew.
 */
export function claimed(entry: OutboxEntry, owner: string, now: number, leaseMs: number): OutboxEntry {
  // The lease of the former holder ended without a record of how its attempt ended.
  const isLapsed = entry.work === 'sending';
  const dueAt = isLapsed ? entry.nextAt - leaseMs : entry.nextAt;

  return {
    ...entry,
    track: withSubmission(entry.track, 'sending', isoTime(now)),
    work: 'sending',
    owner,
    nextAt: now + leaseMs,
    expiresAt: entry.expiresAt + now - dueAt,
    attempts: entry.attempts + (isLapsed ? 1 : 0),
    outcomeUnknown: entry.outcomeUnknown || isLapsed,
    revision: entry.revision + 1,
  };
}

/** Whether an entry waits for the worker. */
export function waits({ work }: OutboxEntry): boolean {
  return work === 'queued' || work === 'sending';
}

/** The entry after an accepted message: the message itself is not needed any more. */
export function acceptedEntry(
  entry: OutboxEntry,
  { state, smtpCode, enhancedStatus }: DepositAcceptance,
  now: number,
): OutboxEntry {
  const at = isoTime(now);
  const details = { status: enhancedStatus, code: smtpCode === null ? null : String(smtpCode) };
  const track = withSubmission(entry.track, 'accepted', at, details);

  return {
    ...entry,
    work: 'done',
    owner: null,
    hasContent: false,
    outcomeUnknown: false,
    lastError: null,
    track: state === 'processed' ? withRegistryAnswer(track, 'processed', at) : track,
    revision: entry.revision + 1,
  };
}

/**
 * The entry when the far side has these very documents already: as good as accepted, and visible.
 */
export function filedEntry(entry: OutboxEntry, now: number): OutboxEntry {
  const smtpCode = entry.channel === 'mssante' ? 250 : null;
  const accepted = acceptedEntry(entry, { smtpCode, enhancedStatus: null }, now);
  return { ...accepted, track: withVisible(accepted.track, isoTime(now), 'already-filed') };
}

/** The entry when its time ran out before this attempt. */
export function expiredEntry(entry: OutboxEntry, now: number): OutboxEntry {
  return {
    ...entry,
    work: 'expired',
    owner: null,
    track: withSubmission(entry.track, 'expired', isoTime(now)),
    revision: entry.revision + 1,
  };
}

/** The entry after a failed attempt: queued again, expired, or refused for good. */
export function failedEntry(entry: OutboxEntry, error: TerrESanteError, now: number, policy: RetryPolicy): OutboxEntry {
  const { smtpCode, enhancedStatus, limitBytes } = error.details;
  const at = isoTime(now);
  const details = { status: typeof enhancedStatus === 'string' ? enhancedStatus : null };
  const common = {
    ...entry,
    owner: null,
    outcomeUnknown: entry.outcomeUnknown || mayHaveArrived(error),
    lastError: {
      code: error.code,
      smtpCode: typeof smtpCode === 'number' ? smtpCode : null,
      at: now,
      limitBytes: typeof limitBytes === 'number' ? limitBytes : null,
    },
    revision: entry.revision + 1,
  };

  const after = afterFailure(error, entry, now, policy);
  if (after.action === 'retry') {
    return {
      ...common,
      work: 'queued',
      nextAt: after.at,
      track: withSubmission(entry.track, 'queued', at, details),
    };
  }

  if (after.reason === 'expired') {
    return { ...common, work: 'expired', track: withSubmission(entry.track, 'expired', at, details) };
  }
  const track = withSubmission(entry.track, 'undeliverable', at, details);
  const codes = error.details['errorCodes'];
  const code: unknown = Array.isArray(codes) ? codes[0] : null;
  const refused = typeof code === 'string' ? withRegistryAnswer(track, 'error', at, shownCode(code)) : track;
  return { ...common, work: 'failed', track: refused };
}
