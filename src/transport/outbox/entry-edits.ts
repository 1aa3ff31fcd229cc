import { TerrESanteError } from '../../errors.ts';
import { reasonOf } from '../receipt/problem.ts';
import { refusedStates } from '../receipt/receipt.ts';
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

    if (!entry.hasContent) throw nothingToSend(entry);

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

/** Why a deposit without a message cannot be sent again, by what became of it. */
function nothingToSend({ track, work }: OutboxEntry): TerrESanteError {
  const state = stateOf(track);
  const hasLeft = work === 'done' && !refusedStates.has(state);
  const sentence = hasLeft
    ? "Ce dépôt est déjà parti : il n'y a rien à renvoyer."
    : "Le message n'est plus conservé : il faut déposer de nouveau.";
  return new TerrESanteError('TE_OUTBOX', sentence, {
    details: { reason: hasLeft ? 'already-sent' : 'not-kept', state },
  });
}

function stillTooLarge({ lastError, byteLength }: OutboxEntry): TerrESanteError {
  const limitBytes = lastError?.limitBytes ?? null;
  const reason = lastError ? reasonOf(lastError, byteLength) : '';
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

/** Records that the document is in the dossier; what still waited need not be sent. */
export function seen(now: number): Edit {
  return (entry) => {
    if (stateOf(entry.track) === 'visible') return null;

    const track = withVisible(entry.track, isoTime(now));
    if (entry.work !== 'queued') return { ...entry, track };
    return { ...entry, track, work: 'done', hasContent: false, outcomeUnknown: false };
  };
}

/** Whether the identifier of a report is one of a message. */
export function bears({ messageId, envelopeId }: DepositTrack, identifier: string): boolean {
  return messageId === identifier || envelopeId === identifier;
}

/**
 * Adds a report to the messages of an entry that bear its identifier, the earlier ones included.
 */
export function reported(report: MailReport, identifier: string, now: number): Edit {
  const apply = (track: DepositTrack): DepositTrack =>
    bears(track, identifier) ? withReport(track, report, isoTime(now)) : track;

  return (entry) => {
    const track = apply(entry.track);
    const previous = entry.previous.map(apply);
    if (track === entry.track && previous.every((item, index) => item === entry.previous[index])) return null;

    // A report proves that the message was taken: it must not be sent again.
    const isProof = stateOf(track) !== track.submission;
    if (!isProof || entry.work !== 'queued') return { ...entry, track, previous };

    const hasContent = entry.hasContent && stateOf(track) === 'undeliverable';
    return { ...entry, track, previous, work: 'done', outcomeUnknown: false, hasContent };
  };
}
