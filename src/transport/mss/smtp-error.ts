import { TerrESanteError, type SafeDetails } from '../../errors.ts';
import { tooLarge } from './deposit-message.ts';

/**
 * What the mail library puts on its errors. Its message quotes addresses and is never passed on.
 */
interface LibraryError {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
  readonly message?: unknown;
  readonly command?: unknown;
}

/** What the sender knows of the attempt that failed. */
export interface SendContext {
  /** The message has been read to its end: without a reply, it may have been accepted. */
  readonly sourceEnded: boolean;
  readonly messageBytes: number;
}

const tlsReason =
  /certificate|self[- ]signed|alert|handshake|\bssl\b|\btls\b|unable to verify|altname|hostname\/ip|\bcrl\b|revoked|wrong version number/i;
const clientCertificate =
  /alert (?:number 42|number 46|number 116|bad certificate|certificate required|certificate unknown|unsupported certificate|certificate revoked|certificate expired)|certificate required|bad certificate/i;

/** Class of failure of one attempt. @throws nothing: always returns an error to throw. */
export function smtpError(error: unknown, { sourceEnded, messageBytes }: SendContext): TerrESanteError {
  if (error instanceof TerrESanteError) return error;
  const raw: LibraryError = typeof error === 'object' && error !== null ? error : {};
  const code = typeof raw.code === 'string' ? raw.code : '';
  const text = typeof raw.message === 'string' ? raw.message.slice(0, 1_000) : '';
  const reply = typeof raw.response === 'string' ? raw.response.slice(0, 1_000) : '';
  const smtpCode = typeof raw.responseCode === 'number' && raw.responseCode > 0 ? raw.responseCode : replyCode(reply);
  const enhancedStatus = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1] ?? null;
  const details: SafeDetails = { reason: code, smtpCode, enhancedStatus };
  const make = (
    te: ConstructorParameters<typeof TerrESanteError>[0],
    message: string,
    retryable?: boolean,
  ): TerrESanteError => new TerrESanteError(te, message, { details, retryable });

  if (code === 'EMESSAGE' && smtpCode === null) {
    const limit = /larger than allowed (\d{1,15})/.exec(text)?.[1];
    if (limit !== undefined) return tooLarge(messageBytes, Number(limit));
  }
  if (clientCertificate.test(text) && code !== 'EENVELOPE') {
    return make('TE_CLIENT_CERT', 'Le serveur de messagerie a refusé le certificat du client.');
  }
  if (code === 'EAUTH' || code === 'ENOAUTH' || smtpCode === 530 || smtpCode === 535) {
    if (smtpCode !== null && smtpCode >= 400 && smtpCode < 500) {
      return make('TE_UNAVAILABLE', "L'authentification est indisponible pour le moment.");
    }
    return make('TE_AUTHN_REJECTED', "Le serveur de messagerie a refusé l'authentification.");
  }
  if (code === 'ETLS') {
    return make('TE_TLS', 'Le serveur de messagerie ne propose pas de connexion chiffrée acceptable.');
  }
  if (smtpCode !== null && smtpCode >= 400) return refused(smtpCode, enhancedStatus, messageBytes, make);
  // No reply: after the last byte nobody knows, unless the source itself failed.
  if (sourceEnded && code !== 'ESTREAM') return unknownOutcome(code);
  if (code === 'ESOCKET' && tlsReason.test(text)) {
    return make(
      'TE_TLS',
      "Le certificat du serveur de messagerie n'est pas reconnu, ou la connexion chiffrée a échoué.",
    );
  }
  if (code === 'ETIMEDOUT') return make('TE_TIMEOUT', 'Le serveur de messagerie ne répond pas.');
  if (code === 'ESTREAM') {
    return make('TE_INPUT_INVALID', "Le message n'a pas pu être lu jusqu'au bout : rien n'a été envoyé.");
  }
  if (code === 'EPROTOCOL') {
    return make('TE_PROTOCOL', 'Le serveur de messagerie a donné une réponse incompréhensible.', true);
  }
  if (code === 'ECONNECTION' || code === 'ESOCKET' || code === 'EDNS') {
    return make(
      'TE_UNAVAILABLE',
      "Le serveur de messagerie n'est pas joignable, ou a fermé la connexion avant la fin de l'envoi.",
    );
  }
  return make('TE_PROTOCOL', "L'envoi du message a échoué.");
}

/**
 * After the final dot without a reply. Resend only with the same Message-ID and the same uniqueId.
 */
export function unknownOutcome(reason: string): TerrESanteError {
  return new TerrESanteError(
    'TE_MAIL_UNKNOWN_OUTCOME',
    "Le message est parti mais le serveur n'a pas confirmé : son sort est inconnu.",
    { details: { reason, smtpCode: null, enhancedStatus: null } },
  );
}

function replyCode(reply: string): number | null {
  const digits = /^(\d{3})[ -]/.exec(reply)?.[1];
  return digits === undefined ? null : Number(digits);
}

type Make = (
  code: ConstructorParameters<typeof TerrESanteError>[0],
  message: string,
  retryable?: boolean,
) => TerrESanteError;

function refused(smtpCode: number, status: string | null, messageBytes: number, make: Make): TerrESanteError {
  const sub = status?.slice(1) ?? '';
  if (smtpCode < 500) {
    if (sub === '.2.2') return make('TE_MAILBOX_FULL', 'La boîte du destinataire est pleine pour le moment.', true);
    return make('TE_UNAVAILABLE', 'Le serveur de messagerie demande de réessayer plus tard.');
  }
  if (sub.startsWith('.1.')) return make('TE_RECIPIENT_UNKNOWN', "L'adresse du destinataire n'existe pas.");
  if (sub === '.3.4' || sub === '.2.3') return tooLarge(messageBytes, null);
  if (sub === '.2.2') return make('TE_MAILBOX_FULL', 'La boîte du destinataire est pleine.', false);
  if (sub.startsWith('.7.')) return make('TE_FORBIDDEN', "Le serveur de messagerie n'autorise pas cet envoi.");
  if (smtpCode === 552 && status === null) return tooLarge(messageBytes, null);
  if (smtpCode === 550 && status === null) return make('TE_RECIPIENT_UNKNOWN', 'Le destinataire a été refusé.');
  return make('TE_DEPOSIT_REJECTED', 'Le serveur de messagerie a refusé le message.');
}
