import type { TerrESanteError } from '../../errors.ts';
import type { SmtpAcceptance } from '../mss/smtp.ts';
import { withSubmission } from '../receipt/track.ts';
import type { OutboxEntry } from './model.ts';
import { afterFailure, type RetryPolicy } from './retry-policy.ts';

/** An entry that is being worked on, as a claimer sees it. */
export function claimed(entry: OutboxEntry, owner: string, now: number, leaseMs: number): OutboxEntry {
  return {
    ...entry,
    track: withSubmission(entry.track, 'sending', new Date(now).toISOString()),
    work: 'sending',
    owner,
    nextAt: now + leaseMs,
    // Whoever held it before did not say how it ended.
    outcomeUnknown: entry.outcomeUnknown || entry.work === 'sending',
    revision: entry.revision + 1,
  };
}

/** Whether an entry waits for the worker. */
export function waits({ work }: OutboxEntry): boolean {
  return work === 'queued' || work === 'sending';
}

/** What an accepted message leaves. */
export function acceptedEntry(
  entry: OutboxEntry,
  { smtpCode, enhancedStatus }: SmtpAcceptance,
  at: string,
): OutboxEntry {
  return {
    ...entry,
    work: 'done',
    owner: null,
    hasContent: false,
    outcomeUnknown: false,
    lastError: null,
    track: withSubmission(entry.track, 'accepted', at, { status: enhancedStatus ?? undefined, code: String(smtpCode) }),
    revision: entry.revision + 1,
  };
}

/** What a failed attempt leaves. */
export function failedEntry(entry: OutboxEntry, error: TerrESanteError, now: number, policy: RetryPolicy): OutboxEntry {
  const after = afterFailure(error, entry, now, policy);
  const at = new Date(now).toISOString();
  const { smtpCode, enhancedStatus } = error.details;
  const details = { ...(typeof enhancedStatus === 'string' && { status: enhancedStatus }) };
  const common = {
    ...entry,
    owner: null,
    lastError: { code: error.code, smtpCode: typeof smtpCode === 'number' ? smtpCode : null, at: now },
    revision: entry.revision + 1,
  };
  if (after.action === 'retry') {
    return {
      ...common,
      work: 'queued',
      nextAt: after.at,
      outcomeUnknown: after.outcomeUnknown,
      track: withSubmission(entry.track, 'queued', at, details),
    };
  }
  if (after.reason === 'expired') {
    return { ...common, work: 'expired', track: withSubmission(entry.track, 'expired', at, details) };
  }
  return { ...common, work: 'failed', track: withSubmission(entry.track, 'undeliverable', at, details) };
}
