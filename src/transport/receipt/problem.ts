import type { TerrESanteErrorCode } from '../../errors.ts';
import { sizeText } from '../../internal/size-text.ts';
import type { DepositProblem, DepositReceipt } from './model.ts';

/** A failed attempt, as a store keeps it: codes and sizes, no text of a server. */
export interface AttemptFailure {
  readonly code: TerrESanteErrorCode;
  readonly smtpCode: number | null;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Largest message the server takes, in bytes, when that is what stopped it. */
  readonly limitBytes?: number | null | undefined;
}

/**
 * What happened, for the doctor. By code and not from the message of the error, which a provider of
 * the host may have written: a receipt holds nothing that somebody else worded.
 */
const sentences: Readonly<Partial<Record<TerrESanteErrorCode, string>>> = {
  TE_UNAVAILABLE: "Le serveur de messagerie n'est pas joignable ou demande d'attendre.",
  TE_TIMEOUT: 'Le serveur de messagerie ne répond pas.',
  TE_RATE_LIMITED: 'Le serveur de messagerie limite le nombre de messages.',
  TE_PROTOCOL: 'Le serveur de messagerie a donné une réponse incompréhensible.',
  TE_OUTBOX: "La boîte d'envoi a rencontré une erreur.",
  TE_INTERNAL: "Une erreur interne a empêché l'envoi.",
  TE_CANCELLED: "L'envoi a été interrompu par l'arrêt du logiciel.",
  TE_CLOSED: "L'envoi a été interrompu par l'arrêt du logiciel.",
  TE_MAIL_UNKNOWN_OUTCOME: "Le message est parti mais le serveur n'a pas confirmé : son sort est inconnu.",
  TE_MAILBOX_FULL: 'La boîte du destinataire est pleine.',
  TE_AUTHN_REJECTED: "Le serveur de messagerie a refusé l'authentification.",
  TE_AUTHN_REQUIRED: "Le moyen de s'authentifier à la messagerie n'a pas été obtenu : une connexion est à refaire.",
  TE_CARD_ABSENT: "La carte nécessaire à l'envoi est absente.",
  TE_CARD_REMOVED: "La carte nécessaire à l'envoi a été retirée : remettez-la dans le lecteur.",
  TE_PIN_REQUIRED: "Le code de la carte nécessaire à l'envoi n'a pas été donné.",
  TE_PIN_INCORRECT: "Le code de la carte a été refusé : il n'est pas essayé de nouveau.",
  TE_PIN_LOCKED: "La carte nécessaire à l'envoi est bloquée : elle est à débloquer ou à remplacer.",
  TE_IDENTITY_MISMATCH: "La session ou la carte ouverte est celle d'un autre professionnel.",
  TE_TLS: "Le certificat du serveur de messagerie n'est pas reconnu, ou la connexion chiffrée a échoué.",
  TE_CLIENT_CERT: 'Le serveur de messagerie a refusé le certificat du client.',
  TE_CONFIG_INVALID: 'La configuration de la messagerie est incomplète ou fausse.',
  TE_UNSUPPORTED: "Ce moyen d'authentification ne convient pas à la messagerie.",
  TE_TOO_LARGE: 'Le message est trop grand pour la messagerie.',
  TE_SENDER_REFUSED: "Le serveur de messagerie refuse l'adresse de l'expéditeur.",
  TE_RECIPIENT_UNKNOWN: "L'adresse du destinataire n'existe pas ou est refusée.",
  TE_ADDRESS_INVALID: "Une adresse du message n'est pas une adresse MSSanté valable.",
  TE_FORBIDDEN: "Le serveur de messagerie n'autorise pas cet envoi.",
  TE_DEPOSIT_REJECTED: 'Le serveur de messagerie a refusé le message.',
  TE_DUPLICATE: 'La plateforme a déjà un autre document de même identifiant.',
  TE_INPUT_INVALID: "Le message n'a pas pu être lu jusqu'au bout.",
};

/** The same where a registry is asked, and not a mail server. */
const registrySentences: typeof sentences = {
  TE_UNAVAILABLE: "Le service du registre n'est pas joignable ou demande d'attendre.",
  TE_TIMEOUT: 'Le service du registre ne répond pas.',
  TE_RATE_LIMITED: 'Le service du registre limite le nombre de demandes.',
  TE_PROTOCOL: 'Le service du registre a donné une réponse incompréhensible.',
  TE_MAIL_UNKNOWN_OUTCOME: "Le dépôt est parti mais le registre n'a pas répondu.",
  TE_AUTHN_REJECTED: "Le service du registre a refusé l'authentification.",
  TE_AUTHN_REQUIRED: "Le moyen de s'authentifier n'a pas été obtenu : une connexion est à refaire.",
  TE_TLS: "Le certificat du service du registre n'est pas reconnu, ou la connexion chiffrée a échoué.",
  TE_CLIENT_CERT: 'Le service du registre a refusé le certificat du client.',
  TE_CONFIG_INVALID: 'La configuration du dépôt au registre est incomplète ou fausse.',
  TE_UNSUPPORTED: "Ce dépôt au registre (XDS) attend un logiciel configuré pour ce canal : rien n'est envoyé.",
  TE_CLOCK_SKEW: "L'heure de ce poste ne convient pas au service du registre.",
  TE_TOO_LARGE: 'Le dépôt est trop grand pour le service du registre.',
  TE_FORBIDDEN: "Le service du registre n'autorise pas ce dépôt.",
  TE_DEPOSIT_REJECTED: 'Le service du registre a refusé le dépôt.',
};

/** What an attempt without a clear end means for the next one. */
const mayBeRegistered = 'Il est peut-être déjà enregistré : le registre est interrogé avant tout nouvel envoi.';

/** The message that failed. */
export interface FailedMessage {
  readonly byteLength: number;
  readonly channel: DepositReceipt['channel'];
  /** An attempt may have succeeded without a reply. */
  readonly outcomeUnknown?: boolean | undefined;
}

/**
 * What the reply of a mail server adds to a code: whether it answered at all, and whether the
 * refusal passes (RFC 5321, section 4.2.1).
 */
function replySentence(code: TerrESanteErrorCode, smtpCode: number | null): string | undefined {
  const isPassing = smtpCode !== null && smtpCode < 500;
  if (code === 'TE_MAILBOX_FULL' && isPassing) return 'La boîte du destinataire est pleine pour le moment.';
  if (code !== 'TE_UNAVAILABLE') return undefined;

  if (smtpCode === null) return "Le serveur de messagerie n'est pas joignable, ou a coupé la connexion.";
  return isPassing
    ? "Le serveur de messagerie demande d'attendre."
    : "Le serveur de messagerie n'accepte pas la connexion.";
}

/** The sentence of a failure, with the sizes when the size is the reason. */
export function reasonOf(
  { code, smtpCode, limitBytes }: AttemptFailure,
  { byteLength, channel, outcomeUnknown = false }: FailedMessage,
): string {
  const own = channel === 'mssante' ? replySentence(code, smtpCode) : registrySentences[code];
  const unknown = channel !== 'mssante' && outcomeUnknown ? ` ${mayBeRegistered}` : '';
  const sentence = `${own ?? sentences[code] ?? "L'envoi a échoué."}${unknown}`;
  if (code !== 'TE_TOO_LARGE') return sentence;

  const limit = typeof limitBytes === 'number' ? `, pour ${sizeText(limitBytes)} au plus` : '';
  return `${sentence.slice(0, -1)} : ${sizeText(byteLength)} une fois codé${limit}.`;
}

/** What the receipt says of a failed attempt. */
export function problemOf(failure: AttemptFailure, message: FailedMessage): DepositProblem {
  return {
    code: failure.code,
    reason: reasonOf(failure, message),
    smtpCode: failure.smtpCode,
    at: new Date(failure.at).toISOString(),
  };
}
