import type { DepositEvidence, DepositState } from './model.ts';
import type { MailReport, ReportedRecipient, ReportVerdict } from './report.ts';

/** What the sending side did with a message, before any report. */
export type SubmissionState = Extract<DepositState, 'queued' | 'sending' | 'accepted' | 'undeliverable' | 'expired'>;

/**
 * One message to one recipient, and the facts known of it. Its state is computed from the evidence,
 * so the order in which reports arrive, and how often, does not matter. A store keeps it as it is.
 */
export interface DepositTrack {
  readonly messageId: string;
  readonly envelopeId: string;
  readonly address: string;
  readonly submission: SubmissionState;
  /** Never empty: it begins with the queueing. */
  readonly evidence: readonly [DepositEvidence, ...DepositEvidence[]];
}

type Evidence = DepositTrack['evidence'];

const maxEvidence = 100;

/** A fact without any detail. */
function bareFact(source: DepositEvidence['source'], verdict: DepositEvidence['verdict'], at: string): DepositEvidence {
  return { source, verdict, at, reportId: null, status: null, code: null, matched: null, note: null };
}

export function newTrack(messageId: string, envelopeId: string, address: string, at: string): DepositTrack {
  return { messageId, envelopeId, address, submission: 'queued', evidence: [bareFact('submission', 'queued', at)] };
}

/** Adds what the sending side did. Its steps come in their own order: the last one counts. */
export function withSubmission(
  track: DepositTrack,
  submission: SubmissionState,
  at: string,
  details: { readonly status?: string | null; readonly code?: string | null } = {},
): DepositTrack {
  const step: DepositEvidence = { ...bareFact('submission', submission, at), ...details };

  // Attempts repeat; only the last of a run of equal steps is kept.
  const last = track.evidence.at(-1);
  const repeats = last?.source === 'submission' && last.verdict === submission;
  const before = repeats ? track.evidence.slice(0, -1) : track.evidence;

  return { ...track, submission, evidence: added(before, step) };
}

/** Adds that the document was found in the dossier. */
export function withVisible(track: DepositTrack, at: string, note: DepositEvidence['note'] = null): DepositTrack {
  if (track.evidence.some(({ verdict }) => verdict === 'visible')) return track;

  return { ...track, evidence: added(track.evidence, { ...bareFact('dossier', 'visible', at), note }) };
}

/** Adds the facts of a report. The same report twice changes nothing. */
export function withReport(track: DepositTrack, report: MailReport, at: string): DepositTrack {
  let { evidence } = track;

  for (const recipient of report.recipients) {
    const fact: DepositEvidence = {
      ...bareFact(report.kind, recipient.verdict, at),
      reportId: report.reportId,
      status: recipient.status,
      code: recipient.code,
      matched: names(recipient, track.address, report),
    };
    if (!evidence.some((known) => sameFact(known, fact))) evidence = added(evidence, fact);
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

/** Whether a report names the recipient. A report as a plain mail is about the whole message. */
function names({ original, final }: ReportedRecipient, address: string, { kind }: MailReport): boolean {
  if (original === null && final === null) return kind === 'ko-mail' || kind === 'bounce';

  const wanted = address.toLowerCase();
  return original?.toLowerCase() === wanted || final?.toLowerCase() === wanted;
}

/**
 * Appends a fact, and keeps the first facts and the last ones: a flood of reports neither grows the
 * record for ever nor hides the decisive facts.
 */
function added(before: readonly DepositEvidence[], fact: DepositEvidence): Evidence {
  const [first, ...others] = [...before, fact];
  const evidence: Evidence = [first, ...others];
  if (evidence.length <= maxEvidence) return evidence;

  const strongest = evidence.reduce((best, item) => (rankOf(item) > rankOf(best) ? item : best));
  const removable = others.findIndex((item, index) => item !== strongest && index < others.length - 1);
  return [first, ...others.filter((_, index) => index !== removable)];
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

/** The state of each rank; rank 0 proves nothing. */
const states: readonly (DepositState | null)[] = [
  null,
  'delayed',
  'delivered',
  'undeliverable',
  'processed',
  'rejected',
  'visible',
];

/**
 * The strength of a fact. A failure counts whoever it names; a success only when it names the
 * recipient.
 */
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
  return states[strongestRank(track)] ?? track.submission;
}

function strongestRank({ evidence }: DepositTrack): number {
  return evidence.reduce((best, item) => Math.max(best, rankOf(item)), 0);
}

/** The fact that decides {@link stateOf}: the earliest one of its strength, or the last step. */
export function decisiveEvidence(track: DepositTrack): DepositEvidence {
  const rank = strongestRank(track);
  const decisive =
    rank > 0
      ? track.evidence.find((item) => rankOf(item) === rank)
      : track.evidence.findLast(({ source }) => source === 'submission');
  return decisive ?? track.evidence[0];
}

/** Success and failure were both reported: the doctor should look. */
export function isContradictory(track: DepositTrack): boolean {
  const found = new Set(track.evidence.map(rankOf));
  return (found.has(4) || found.has(6)) && (found.has(3) || found.has(5));
}
