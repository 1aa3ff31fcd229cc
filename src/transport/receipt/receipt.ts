import type { DepositReceipt, DepositRejection, DepositState, RecipientReceipt } from '../deposit.ts';
import { integrationCode } from '../mss/integration-code.ts';
import { decisiveEvidence, isContradictory, stateOf, type DepositEvidence, type DepositTrack } from './track.ts';

const details: Readonly<Record<DepositState, string>> = {
  queued: "En file d'attente, pas encore envoyé.",
  sending: "En cours d'envoi.",
  accepted: "Pris en charge par la messagerie de l'expéditeur ; rien ne dit encore qu'il est arrivé.",
  delayed: 'Retardé : un serveur de messagerie réessaie.',
  delivered: 'Remis à la boîte du destinataire ; pas encore traité.',
  processed: 'Traité par le destinataire.',
  visible: 'Présent dans le dossier.',
  rejected: 'Refusé par le logiciel du destinataire.',
  undeliverable: "N'a pas pu être remis.",
  expired: "Abandonné : le délai d'envoi est dépassé ou l'envoi a été annulé.",
};

/** What a track says, in the form the host shows. */
export function recipientReceipt(track: DepositTrack): RecipientReceipt {
  const state = stateOf(track);
  const fact = decisiveEvidence(track);
  const contradiction = isContradictory(track) ? ' Attention : des rapports se contredisent.' : '';
  return {
    address: track.address,
    state,
    ...(fact?.status !== undefined && { enhancedStatus: fact.status }),
    ...(fact?.code !== undefined && { code: fact.code }),
    detail: `${details[state]}${explanation(state, fact)}${contradiction}`,
    at: fact?.at ?? '',
  };
}

function explanation(state: DepositState, fact: DepositEvidence | null): string {
  if (state !== 'rejected' || fact?.code === undefined) return '';
  const known = integrationCode(fact.code);
  return known ? ` ${known.code} : ${known.label}. ${known.fix}` : ` Code ${fact.code}.`;
}

/** What a receipt is made of. */
export interface ReceiptSource {
  readonly uniqueIds: readonly string[];
  readonly documents?: DepositReceipt['documents'];
  readonly channel: DepositReceipt['channel'];
  readonly createdAt: number;
  readonly track: DepositTrack;
  /** Earlier messages for the same document version. */
  readonly previous: readonly DepositTrack[];
}

/** The receipt of a queued deposit. */
export function receiptOf({
  uniqueIds,
  documents,
  channel,
  createdAt,
  track,
  previous,
}: ReceiptSource): DepositReceipt {
  // The document is in the dossier whichever message brought it.
  const shown = previous.find((earlier) => stateOf(earlier) === 'visible' && stateOf(track) !== 'visible') ?? track;
  const recipient = recipientReceipt(shown);
  const refused =
    recipient.state === 'rejected' || recipient.state === 'undeliverable' || recipient.state === 'expired';
  const rejection: DepositRejection = {
    text: recipient.detail ?? '',
    ...(recipient.code !== undefined && { code: recipient.code }),
  };
  return {
    uniqueId: uniqueIds[0] ?? '',
    uniqueIds,
    ...(documents && { documents }),
    channel,
    submittedAt: new Date(createdAt).toISOString(),
    messageId: track.messageId,
    envelopeId: track.envelopeId,
    state: recipient.state,
    recipients: [recipient],
    ...(refused && { rejection }),
    evidence: track.evidence,
  };
}
