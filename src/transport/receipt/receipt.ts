import { integrationCode } from './integration-code.ts';
import type {
  DepositedDocument,
  DepositEvidence,
  DepositProblem,
  DepositReceipt,
  DepositState,
  RecipientReceipt,
} from './model.ts';
import { registryRuleOf } from '../registry/rules.ts';
import { newReceipt } from './new-receipt.ts';
import { problemOf, type AttemptFailure } from './problem.ts';
import { stateSentence } from './states.ts';
import { decisiveEvidence, isContradictory, stateOf, type DepositTrack } from './track.ts';

/** States in which nothing more will happen to a message, and the document did not arrive. */
export const refusedStates: ReadonlySet<DepositState> = new Set(['rejected', 'undeliverable', 'expired']);

/** The state of a track, in the form the host shows. */
export function recipientReceipt(
  track: DepositTrack,
  channel: DepositReceipt['channel'] = 'mssante',
): RecipientReceipt {
  const state = stateOf(track);
  const fact = decisiveEvidence(track);
  // What a submission server replied is its SMTP code, not an integration code of the receiver.
  const isSubmission = fact.source === 'submission';
  const contradiction = isContradictory(track) ? ' Attention : des rapports se contredisent.' : '';

  return {
    address: track.address,
    state,
    smtpCode: isSubmission && fact.code !== null ? Number(fact.code) : null,
    enhancedStatus: fact.status,
    code: isSubmission ? null : fact.code,
    detail: `${stateSentence(state, channel)}${explanation(state, fact)}${contradiction}`,
    at: fact.at,
  };
}

/** The meaning of the integration error code, and what the doctor can do about it. */
function explanation(state: DepositState, fact: DepositEvidence): string {
  if (state !== 'rejected' || fact.code === null) return '';
  if (fact.source === 'registry') return ` Code ${fact.code} : ${registryRuleOf(fact.code).fr}`;

  const known = integrationCode(fact.code);
  return known ? ` ${known.code} : ${known.label}. ${known.fix}` : ` Code ${fact.code}.`;
}

/** The parts of a queued deposit that its receipt shows. */
export interface ReceiptSource {
  readonly uniqueIds: readonly string[];
  readonly documents: readonly DepositedDocument[];
  readonly channel: DepositReceipt['channel'];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly track: DepositTrack;
  /** Earlier messages for the same document version. */
  readonly previous: readonly DepositTrack[];
  readonly attempts: number;
  /** In milliseconds since 1970: when it is due. */
  readonly nextAt: number;
  readonly lastError: AttemptFailure | null;
  readonly byteLength: number;
  /** An attempt may have succeeded without a reply. */
  readonly outcomeUnknown: boolean;
  /** Where the work stands: a deposit that was cancelled is told from one that was given up. */
  readonly work?: string | undefined;
}

/** The receipt of a queued deposit. */
export function receiptOf(source: ReceiptSource): DepositReceipt {
  const { track, previous, channel } = source;
  const isMail = channel === 'mssante';

  // The document is in the dossier whichever message brought it.
  const visible = previous.find((earlier) => stateOf(earlier) === 'visible');
  const shown = visible && stateOf(track) !== 'visible' ? visible : track;

  const problem = shownProblem(source, stateOf(shown));
  const recipient = withProblem(recipientReceipt(shown, channel), source, problem);
  const rejection: DepositReceipt['rejection'] = refusedStates.has(recipient.state)
    ? { code: recipient.code, text: recipient.detail }
    : null;

  return newReceipt({
    uniqueIds: source.uniqueIds,
    documents: source.documents,
    channel,
    submittedAt: new Date(source.createdAt).toISOString(),
    messageId: isMail ? track.messageId : null,
    envelopeId: isMail ? track.envelopeId : null,
    state: recipient.state,
    recipients: [recipient],
    rejection,
    problem,
    attempts: source.attempts,
    nextAttemptAt: recipient.state === 'queued' ? new Date(source.nextAt).toISOString() : null,
    evidence: track.evidence,
  });
}

/** The states that the sending side decides, so that its last failure explains them. */
const ownStates: ReadonlySet<DepositState> = new Set(['queued', 'sending', 'undeliverable', 'expired']);

/** The last failure, as long as it says something about the state. */
function shownProblem(source: ReceiptSource, state: DepositState): DepositProblem | null {
  const { track, lastError } = source;
  if (lastError === null || !ownStates.has(state) || state !== track.submission) return null;
  return problemOf(lastError, source);
}

/** The sentence of the recipient, with the reason behind it. */
function withProblem(
  recipient: RecipientReceipt,
  source: ReceiptSource,
  problem: DepositProblem | null,
): RecipientReceipt {
  const told = { ...recipient, detail: sentenceOf(recipient, source) };
  if (!problem) return told;

  const { reason, smtpCode } = problem;
  return { ...told, smtpCode, detail: `${told.detail} ${reason}` };
}

/** What the attempts so far add to the sentence of a state: it claims no more than is known. */
function sentenceOf({ state, detail }: RecipientReceipt, { work, attempts, outcomeUnknown }: ReceiptSource): string {
  if (state === 'queued' && outcomeUnknown) return "En file d'attente ; un envoi est peut-être déjà arrivé.";
  if (state !== 'expired') return detail;
  if (work === 'cancelled') return "Abandonné : l'envoi a été annulé.";
  return work === 'expired'
    ? `Abandonné après ${String(attempts)} essai${attempts > 1 ? 's' : ''} : le délai ou le nombre d'essais est épuisé.`
    : detail;
}
