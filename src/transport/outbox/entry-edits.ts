import { TerrESanteError } from '../../errors.ts';
import { reasonOf } from '../receipt/problem.ts';
import { refusedStates } from '../receipt/receipt.ts';
import { senderProof, type ReportSenders } from '../receipt/report-sender.ts';
import type { MailReport } from '../receipt/report.ts';
import { stateOf, withReport, withSubmission, withVisible, type DepositTrack } from '../receipt/track.ts';
import type { OutboxEntry } from './model.ts';

/** What the host or a report changes in an entry; `null` when nothing changes. */
export type Edit = (entry: OutboxEntry) => OutboxEntry | null;

const isoTime = (ms: number): string => new Date(ms).toISOString();

/** Sends a deposit again now, with its attempts counted anew and `expireAfterMs` ahead of it. */
export function retried(now: number, expireAfterMs: number): Edit {
  return (entry) => {
    if (entry.work === 'sending') return null;

    if (!entry.hasContent || hasLeft(entry)) throw nothingToSend(entry);

    // The same bytes meet the same limit. A new deposit is composed again, and may be smaller.
    if (entry.work === 'failed' && entry.lastError?.code === 'TE_TOO_LARGE') throw stillTooLarge(entry);

    return {
      ...entry,
      work: 'queued',
      nextAt: now,
      expiresAt: now + expireAfterMs,
      attempts: 0,
      track: withSubmission(entry.track, 'queued', isoTime(now)),
    };
  };
}

/** The far side took the message, and did not refuse it since. */
const hasLeft = ({ work, track }: OutboxEntry): boolean => work === 'done' && !refusedStates.has(stateOf(track));

/** Why a deposit without a message cannot be sent again, by what became of it. */
function nothingToSend(entry: OutboxEntry): TerrESanteError {
  const state = stateOf(entry.track);
  const isSent = hasLeft(entry);
  const sentence = isSent
    ? "Ce dépôt est déjà parti : il n'y a rien à renvoyer."
    : "Le message n'est plus conservé : il faut déposer de nouveau.";
  return new TerrESanteError('TE_OUTBOX', sentence, {
    details: { reason: isSent ? 'already-sent' : 'not-kept', state },
  });
}

function stillTooLarge(entry: OutboxEntry): TerrESanteError {
  const { lastError, byteLength } = entry;
  const limitBytes = lastError?.limitBytes ?? null;
  const reason = lastError ? reasonOf(lastError, entry) : '';
  return new TerrESanteError(
    'TE_TOO_LARGE',
    `${reason} Renvoyer le même message donnerait le même refus : déposez une version plus légère.`,
    { details: { messageBytes: byteLength, limitBytes } },
  );
}

/**
 * Gives a deposit up and its message with it. One that is leaving or has left cannot be given up.
 */
export function cancelled(now: number): Edit {
  return (entry) => {
    if (entry.work === 'sending' || entry.work === 'done') {
      throw new TerrESanteError('TE_CONFLICT', "Ce dépôt est en cours d'envoi ou déjà parti.");
    }
    if (entry.work === 'cancelled') return null;

    const track = withSubmission(entry.track, 'expired', isoTime(now));
    return { ...entry, work: 'cancelled', hasContent: false, track };
  };
}

/** Records that the document is in the dossier: its message is not needed any more. */
export function seen(now: number): Edit {
  return (entry) => {
    if (stateOf(entry.track) === 'visible') return null;

    const track = withVisible(entry.track, isoTime(now));
    if (entry.work === 'sending') return { ...entry, track };
    if (entry.work !== 'queued') return { ...entry, track, hasContent: false };
    return { ...entry, track, work: 'done', hasContent: false, outcomeUnknown: false };
  };
}

/** Whether the identifier of a report is one of a message. */
export function bears({ messageId, envelopeId }: DepositTrack, identifier: string): boolean {
  return messageId === identifier || envelopeId === identifier;
}

/**
 * Why a report that bears the identifier of an entry is kept aside: it does not come from who may
 * say it, or it speaks of a message that was never handed over, which nobody can know of. `null`
 * when it is to be applied.
 */
export function reportRefusal(
  report: MailReport,
  identifier: string,
  { track, previous, envelope, work, outcomeUnknown }: OutboxEntry,
  senders: ReportSenders,
): 'other-sender' | 'not-sent' | null {
  const named = [track, ...previous].find((message) => bears(message, identifier));
  if (!named) return null;

  const known = { ...senders, ownMailbox: envelope.from };
  if (senderProof(report, named.address, known) === null) return 'other-sender';
  return named === track && work === 'queued' && !outcomeUnknown ? 'not-sent' : null;
}

/**
 * Adds a report to the messages of an entry that bear its identifier, the earlier ones included.
 */
export function reported(report: MailReport, identifier: string, now: number, senders: ReportSenders): Edit {
  return (entry) => {
    const known = { ...senders, ownMailbox: entry.envelope.from };
    const apply = (message: DepositTrack): DepositTrack =>
      bears(message, identifier) ? withReport(message, report, isoTime(now), known) : message;

    const track = apply(entry.track);
    const previous = entry.previous.map(apply);
    if (track === entry.track && previous.every((item, index) => item === entry.previous[index])) return null;

    // A report proves that the message was taken: it must not be sent again. It stays stored,
    // since no server has told us so: only the dossier proves that it is needed no more.
    const isProof = stateOf(track) !== track.submission;
    if (!isProof || entry.work !== 'queued') return { ...entry, track, previous };
    return { ...entry, track, previous, work: 'done', outcomeUnknown: false };
  };
}
