import type { DepositState } from '../deposit.ts';
import type { MailReport, ReportedRecipient, ReportVerdict } from './report.ts';

/** What the sending side did with a message, before any report. @group Receipt */
export type SubmissionState = 'queued' | 'sending' | 'accepted' | 'undeliverable' | 'expired';

/** One thing that is known, and since when. @group Receipt */
export interface DepositEvidence {
  readonly source: 'submission' | MailReport['kind'] | 'dossier';
  readonly verdict: SubmissionState | ReportVerdict | 'visible';
  /** ISO 8601 instant at which it became known here. */
  readonly at: string;
  /** Message-ID of the report. */
  readonly reportId?: string | undefined;
  readonly status?: string | undefined;
  readonly code?: string | undefined;
  /** The report names the recipient of the deposit. A success that does not proves nothing. */
  readonly matched?: boolean | undefined;
  /** The far side had the very same document already. */
  readonly note?: 'already-filed' | undefined;
}

/**
 * One message to one recipient, and all that is known of it. Its state is computed from the
 * evidence, so the order in which reports arrive, and how often, does not matter.
 *
 * @group Receipt
 */
export interface DepositTrack {
  readonly messageId: string;
  readonly envelopeId: string;
  readonly address: string;
  readonly submission: SubmissionState;
  readonly evidence: readonly DepositEvidence[];
}

const maxEvidence = 100;

export function newTrack(messageId: string, envelopeId: string, address: string, at: string): DepositTrack {
  return {
    messageId,
    envelopeId,
    address,
    submission: 'queued',
    evidence: [{ source: 'submission', verdict: 'queued', at }],
  };
}

/** What the sending side did. Steps come in their own order: the last one counts. */
export function withSubmission(
  track: DepositTrack,
  submission: SubmissionState,
  at: string,
  details: { readonly status?: string | undefined; readonly code?: string | undefined } = {},
): DepositTrack {
  const step: DepositEvidence = { source: 'submission', verdict: submission, at, ...details };
  // Attempts repeat; only the last of a run of equal steps is kept.
  const last = track.evidence.at(-1);
  const kept =
    last?.source === 'submission' && last.verdict === submission ? track.evidence.slice(0, -1) : track.evidence;
  return { ...track, submission, evidence: limited([...kept, step]) };
}

/** The document was found in the dossier. */
export function withVisible(track: DepositTrack, at: string, note?: DepositEvidence['note']): DepositTrack {
  if (track.evidence.some(({ verdict }) => verdict === 'visible')) return track;
  const found: DepositEvidence = { source: 'dossier', verdict: 'visible', at, ...(note && { note }) };
  return { ...track, evidence: limited([...track.evidence, found]) };
}

/** Adds what a report says. The same report twice changes nothing. */
export function withReport(track: DepositTrack, report: MailReport, at: string): DepositTrack {
  let { evidence } = track;
  for (const recipient of report.recipients) {
    const added: DepositEvidence = {
      source: report.kind,
      verdict: recipient.verdict,
      at,
      matched: names(recipient, track.address, report),
      ...(report.reportId !== null && { reportId: report.reportId }),
      ...(recipient.status !== null && { status: recipient.status }),
      ...(recipient.code !== null && { code: recipient.code }),
    };
    if (!evidence.some((known) => sameFact(known, added))) evidence = limited([...evidence, added]);
  }
  return evidence === track.evidence ? track : { ...track, evidence };
}

function sameFact(a: DepositEvidence, b: DepositEvidence): boolean {
  return (
    a.source === b.source &&
    a.verdict === b.verdict &&
    a.reportId === b.reportId &&
    a.status === b.status &&
    a.code === b.code &&
    a.matched === b.matched
  );
}

/** A report of a plain mail names nobody: it is about the message as a whole. */
function names({ original, final }: ReportedRecipient, address: string, { kind }: MailReport): boolean {
  if (original === null && final === null) return kind === 'ko-mail' || kind === 'bounce';
  const wanted = address.toLowerCase();
  return original?.toLowerCase() === wanted || final?.toLowerCase() === wanted;
}

/**
 * The first facts and the last ones; a flood of reports does not grow the record for ever, nor hide
 * the decisive ones.
 */
function limited(evidence: readonly DepositEvidence[]): readonly DepositEvidence[] {
  if (evidence.length <= maxEvidence) return evidence;
  const strongest = evidence.reduce((best, item) => (rankOf(item) > rankOf(best) ? item : best));
  const removable = evidence.findIndex((item, index) => index > 0 && item !== strongest && index < evidence.length - 1);
  return evidence.filter((_, index) => index !== removable);
}

const ranks: Readonly<Record<ReportVerdict | 'visible', number>> = {
  unknown: 0,
  relayed: 0,
  delayed: 1,
  delivered: 2,
  dispatched: 2,
  deleted: 2,
  failed: 3,
  displayed: 4,
  processed: 4,
  error: 5,
  visible: 6,
};
const states: readonly (DepositState | null)[] = [
  null,
  'delayed',
  'delivered',
  'undeliverable',
  'processed',
  'rejected',
  'visible',
];

/** A failure counts whoever it names; a success only when it names the recipient. */
function rankOf({ source, verdict, matched }: DepositEvidence): number {
  if (source === 'submission') return 0;
  const rank = ranks[verdict as ReportVerdict | 'visible'];
  const isSuccess = rank === 2 || rank === 4;
  return isSuccess && matched !== true ? 0 : rank;
}

/**
 * The state of a message. Reports prove that it was accepted, so any of them wins over what the
 * sending side knows; among reports the strongest wins: visible, then refused by the program,
 * processed, refused by a server, delivered, delayed.
 */
export function stateOf(track: DepositTrack): DepositState {
  const rank = track.evidence.reduce((best, item) => Math.max(best, rankOf(item)), 0);
  return states[rank] ?? track.submission;
}

/** The fact that decides {@link stateOf}, the earliest one of its strength. */
export function decisiveEvidence(track: DepositTrack): DepositEvidence | null {
  const rank = track.evidence.reduce((best, item) => Math.max(best, rankOf(item)), 0);
  if (rank > 0) return track.evidence.find((item) => rankOf(item) === rank) ?? null;
  return track.evidence.findLast(({ source }) => source === 'submission') ?? null;
}

/** Success and failure were both reported: the doctor should look. */
export function isContradictory(track: DepositTrack): boolean {
  const found = new Set(track.evidence.map(rankOf));
  return (found.has(4) || found.has(6)) && (found.has(3) || found.has(5));
}
