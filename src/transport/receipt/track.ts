import type { DepositEvidence, DepositState } from './model.ts';
import { senderProof, type KnownSenders } from './report-sender.ts';
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
  return { source, verdict, at, reportId: null, status: null, code: null, matched: null, proof: null, note: null };
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

/**
 * Adds what a registry answered to a message: it took the documents in, or refused them. Its
 * connection is authenticated, so that this is proven.
 */
export function withRegistryAnswer(
  track: DepositTrack,
  verdict: 'processed' | 'error',
  at: string,
  code: string | null = null,
): DepositTrack {
  const fact = { ...bareFact('registry', verdict, at), code, matched: true, proof: 'authenticated' } as const;
  return { ...track, evidence: added(track.evidence, fact) };
}

const nobodyElse: KnownSenders = { ownMailbox: null };

/**
 * Adds the facts of a report. The same report twice changes nothing, nor does one that does not
 * come from who may say it.
 */
export function withReport(
  track: DepositTrack,
  report: MailReport,
  at: string,
  known: KnownSenders = nobodyElse,
): DepositTrack {
  const proof = senderProof(report, track.address, known);
  if (proof === null) return track;

  let { evidence } = track;

  for (const recipient of report.recipients) {
    const fact: DepositEvidence = {
      ...bareFact(report.kind, recipient.verdict, at),
      reportId: report.reportId,
      status: recipient.status,
      code: recipient.code,
      matched: names(recipient, track.address, report),
      proof,
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

/**
 * Whether a report names the recipient. A refusal or a bounce as a plain mail is about the whole
 * message; a success is not, when it names nobody.
 */
function names({ original, final, verdict }: ReportedRecipient, address: string, { kind }: MailReport): boolean {
  if (original === null && final === null) return verdict !== 'delivered' && (kind === 'ko-mail' || kind === 'bounce');

  const wanted = address.toLowerCase();
  return [original, final].some((name) => name !== null && (isSame(name, wanted) || isSame(fromXtext(name), wanted)));
}

const isSame = (name: string, wanted: string): boolean => name.toLowerCase() === wanted;

/** Some repeat the address as it went over SMTP, where `+` is `+2B`. @see RFC 3461, section 4 */
const fromXtext = (name: string): string =>
  name.replaceAll(/\+([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

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

/** From what proves nothing to what nothing contradicts. */
const strengths = [
  'nothing',
  'delayed',
  'delivered',
  'failed elsewhere',
  'processed',
  'failed',
  'refused',
  'processed, proven',
  'refused, proven',
  'visible',
] as const;

type Strength = (typeof strengths)[number];

const strengthOf: Readonly<Record<ReportVerdict | 'visible', Strength>> = {
  unknown: 'nothing',
  relayed: 'nothing',
  delayed: 'delayed',
  delivered: 'delivered',
  dispatched: 'delivered',
  deleted: 'delivered',
  failed: 'failed',
  displayed: 'processed',
  processed: 'processed',
  error: 'refused',
  visible: 'visible',
};

/** The state of each strength. */
const states: Readonly<Record<Strength, DepositState | null>> = {
  nothing: null,
  delayed: 'delayed',
  delivered: 'delivered',
  'failed elsewhere': 'undeliverable',
  processed: 'processed',
  failed: 'undeliverable',
  refused: 'rejected',
  'processed, proven': 'processed',
  'refused, proven': 'rejected',
  visible: 'visible',
};

/**
 * The strength of a fact. A failure counts whoever it names, a success only when it names the
 * recipient: a mail that was forwarded fails under another name. A sender that the own server
 * checked wins over those that only say who they are; among the latter, a bounce wins over a
 * success, since believing a success wrongly loses the document and believing a bounce wrongly
 * sends it twice.
 */
function strength({ source, verdict, matched, proof }: DepositEvidence): Strength {
  if (source === 'submission') return 'nothing';

  const found = strengthOf[verdict as ReportVerdict | 'visible'];
  const isProven = proof === 'authenticated';
  if (found === 'failed' && matched !== true) return 'failed elsewhere';
  if (found === 'refused' && isProven) return 'refused, proven';
  if (found !== 'delivered' && found !== 'processed') return found;

  if (matched !== true) return 'nothing';
  return found === 'processed' && isProven ? 'processed, proven' : found;
}

const rankOf = (fact: DepositEvidence): number => strengths.indexOf(strength(fact));

/**
 * The state of a message. Reports prove that it was accepted, so any of them wins over what the
 * sending side knows; among reports the strongest wins.
 */
export function stateOf(track: DepositTrack): DepositState {
  return states[strengths[strongestRank(track)] ?? 'nothing'] ?? track.submission;
}

function strongestRank(track: DepositTrack): number {
  return counting(track).reduce((best, item) => Math.max(best, rankOf(item)), 0);
}

/** A registry refuses one attempt: a later one makes its refusal void. */
function counting({ evidence }: DepositTrack): readonly DepositEvidence[] {
  const lastStep = evidence.findLastIndex(({ source }) => source === 'submission');
  return evidence.filter(
    ({ source, verdict }, place) => source !== 'registry' || verdict !== 'error' || place > lastStep,
  );
}

/** The fact that decides {@link stateOf}: the earliest one of its strength, or the last step. */
export function decisiveEvidence(track: DepositTrack): DepositEvidence {
  const rank = strongestRank(track);
  const decisive =
    rank > 0
      ? counting(track).find((item) => rankOf(item) === rank)
      : track.evidence.findLast(({ source }) => source === 'submission');
  return decisive ?? track.evidence[0];
}

/** Success and failure were both reported: the doctor should look. */
export function isContradictory(track: DepositTrack): boolean {
  const found = new Set(counting(track).map((fact) => states[strength(fact)]));
  return (found.has('processed') || found.has('visible')) && (found.has('undeliverable') || found.has('rejected'));
}
