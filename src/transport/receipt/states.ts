import { refuseArgument } from '../../internal/border.ts';
import type { DepositReceipt, DepositState } from './model.ts';

/** How a state is shown to a doctor. @group Receipt */
export interface DepositStateRow {
  /** Short, for a column or a badge, in French. */
  readonly label: string;
  /** The French sentence: what is known, and no more. */
  readonly sentence: string;
  /** Nothing more will come by mail. A host can still retry a refused deposit. */
  readonly isFinal: boolean;
}

/**
 * Every state of a deposit as it is shown: receipts, command line and your screens say the same.
 *
 * `processed` is the last thing that a mail can say; `visible` is known only from the dossier.
 *
 * @example
 * ```ts
 * import { depositStates } from 'terr-esante-sdk';
 *
 * depositStates.accepted.label; // 'Parti'
 * depositStates.accepted.isFinal; // false
 * ```
 *
 * @see RFC 3464 (delivery reports), RFC 8098 (disposition reports)
 * @group Receipt
 */
export const depositStates: Readonly<Record<DepositState, DepositStateRow>> = {
  queued: { label: 'En attente', sentence: "En file d'attente, pas encore envoyé.", isFinal: false },
  sending: { label: 'Envoi en cours', sentence: "En cours d'envoi.", isFinal: false },
  accepted: {
    label: 'Parti',
    sentence: "Pris en charge par la messagerie de l'expéditeur ; rien ne dit encore qu'il est arrivé.",
    isFinal: false,
  },
  delayed: { label: 'Retardé', sentence: 'Retardé : un serveur de messagerie réessaie.', isFinal: false },
  delivered: { label: 'Remis', sentence: 'Remis à la boîte du destinataire ; pas encore traité.', isFinal: false },
  processed: { label: 'Traité', sentence: 'Traité par le destinataire.', isFinal: true },
  visible: { label: 'Dans le dossier', sentence: 'Présent dans le dossier.', isFinal: true },
  rejected: { label: 'Refusé', sentence: 'Refusé par le logiciel du destinataire.', isFinal: true },
  undeliverable: { label: 'Non remis', sentence: "N'a pas pu être remis.", isFinal: true },
  expired: {
    label: 'Abandonné',
    sentence: "Abandonné : le délai ou le nombre d'essais est épuisé, ou l'envoi a été annulé.",
    isFinal: true,
  },
};

/** What a state means where a registry answers, and no mail comes. */
const registrySentences: Readonly<Partial<Record<DepositState, string>>> = {
  sending: "En cours d'envoi au registre.",
  accepted: 'Pris en charge par le service ; son registre ne confirme pas encore.',
  processed: 'Enregistré par le registre.',
  rejected: 'Refusé par le registre.',
  undeliverable: "N'a pas pu être remis au registre.",
};

/** The French sentence of a state on a wire. */
export function stateSentence(state: DepositState, channel: DepositReceipt['channel']): string {
  const own = channel === 'mssante' ? undefined : registrySentences[state];
  return own ?? depositStates[state].sentence;
}

/**
 * Whether nothing more will come by mail for a deposit in this state.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for a word that is no state
 *
 * @example
 * ```ts
 * import { isFinal } from 'terr-esante-sdk';
 *
 * isFinal('delivered'); // false
 * isFinal('rejected'); // true
 * ```
 *
 * @group Receipt
 */
export function isFinal(state: DepositState): boolean {
  const given: unknown = state;
  if (typeof given !== 'string' || !Object.hasOwn(depositStates, given)) {
    refuseArgument('state', 'état de dépôt attendu');
  }
  return depositStates[state].isFinal;
}
