import { TerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import { foreignCode } from '../../internal/foreign-error.ts';
import { CarriedFailure } from './carried-failure.ts';
import { tooLarge } from './deposit-message.ts';

/**
 * The fields of an error of the mail library. Its message quotes addresses and is never passed on.
 */
interface LibraryError {
  readonly responseCode?: unknown;
  readonly response?: unknown;
  readonly message?: unknown;
}

/** The attempt that failed, as the sender knows it. */
export interface SendContext {
  /** The message has been read to its end: without a reply, it may have been accepted. */
  readonly sourceEnded: boolean;
  readonly messageBytes: number;
}

const tlsReason =
  /certificate|self[- ]signed|alert|handshake|\bssl\b|\btls\b|unable to verify|altname|hostname\/ip|\bcrl\b|revoked|wrong version number/i;
const clientCertificate =
  /alert (?:number 42|number 46|number 116|bad certificate|certificate required|certificate unknown|unsupported certificate|certificate revoked|certificate expired)|certificate required|bad certificate/i;

/**
 * Class of failure of one attempt. Returns the error to throw, and never throws.
 *
 * A reply decides first: it proves what the server did. Without one, a failure after the last byte
 * of the message leaves the outcome unknown; before it, nothing was sent.
 */
export function smtpError(error: unknown, { sourceEnded, messageBytes }: SendContext): TerrESanteError {
  if (error instanceof CarriedFailure) return error.failure;
  if (error instanceof TerrESanteError) return error;

  const failure = readFailure(error);
  return (
    refusedBySize(failure, messageBytes) ??
    refusedIdentity(failure) ??
    refusedByReply(failure, messageBytes) ??
    (sourceEnded && failure.code !== 'ESTREAM' ? unknownOutcome(failure.code) : withoutReply(failure))
  );
}

/** A failure of the mail library, reduced to what may be looked at. */
interface Failure {
  readonly code: string;
  /** Text of the library, only to be matched: it quotes addresses. */
  readonly text: string;
  readonly smtpCode: number | null;
  readonly enhancedStatus: string | null;
}

function readFailure(error: unknown): Failure {
  const raw: LibraryError = typeof error === 'object' && error !== null ? error : {};
  const reply = typeof raw.response === 'string' ? raw.response.slice(0, 1_000) : '';
  const { code, status } = /^(?<code>\d{3})[ -](?<status>\d\.\d{1,3}\.\d{1,3}\b)?/.exec(reply)?.groups ?? {};
  const repliedCode = code === undefined ? null : Number(code);

  return {
    code: foreignCode(error) ?? 'unknown',
    text: typeof raw.message === 'string' ? raw.message.slice(0, 1_000) : '',
    smtpCode: typeof raw.responseCode === 'number' && raw.responseCode > 0 ? raw.responseCode : repliedCode,
    enhancedStatus: status ?? null,
  };
}

function make(
  { code: reason, smtpCode, enhancedStatus }: Failure,
  code: TerrESanteErrorCode,
  message: string,
  retryable?: boolean,
): TerrESanteError {
  return new TerrESanteError(code, message, { details: { reason, smtpCode, enhancedStatus }, retryable });
}

/** The library compares the length with the announced `SIZE` before it sends. */
function refusedBySize({ code, smtpCode, text }: Failure, messageBytes: number): TerrESanteError | null {
  const limit = /larger than allowed (\d{1,15})/.exec(text)?.[1];
  return code === 'EMESSAGE' && smtpCode === null && limit !== undefined ? tooLarge(messageBytes, Number(limit)) : null;
}

/** Refusals of the certificate, of the login and of a clear connection. */
function refusedIdentity(failure: Failure): TerrESanteError | null {
  const { code, smtpCode, text } = failure;

  if (clientCertificate.test(text) && code !== 'EENVELOPE') {
    return make(failure, 'TE_CLIENT_CERT', 'Le serveur de messagerie a refusé le certificat du client.');
  }
  if (code === 'EAUTH' || code === 'ENOAUTH' || smtpCode === 530 || smtpCode === 535) {
    const isPassing = smtpCode !== null && smtpCode >= 400 && smtpCode < 500;
    return isPassing
      ? make(failure, 'TE_UNAVAILABLE', "L'authentification est indisponible pour le moment.")
      : make(failure, 'TE_AUTHN_REJECTED', "Le serveur de messagerie a refusé l'authentification.");
  }
  if (code === 'ETLS') {
    return make(failure, 'TE_TLS', 'Le serveur de messagerie ne propose pas de connexion chiffrée acceptable.');
  }
  return null;
}

/** Refusals by a reply: passing ones from 400, final ones from 500. @see RFC 5321, section 4.2.1 */
function refusedByReply(failure: Failure, messageBytes: number): TerrESanteError | null {
  const { smtpCode } = failure;
  if (smtpCode === null || smtpCode < 400) return null;
  return smtpCode < 500 ? passingRefusal(failure) : finalRefusal(failure, messageBytes);
}

/**
 * A reply 4yz: nothing is wrong with the deposit itself, so it is retried. 421: the server closes
 * the channel, the deposit is retried on another connection (see `outbox/retry-policy.ts` for
 * when).
 */
function passingRefusal(failure: Failure): TerrESanteError {
  return failure.enhancedStatus?.endsWith('.2.2')
    ? make(failure, 'TE_MAILBOX_FULL', 'La boîte du destinataire est pleine pour le moment.', true)
    : make(failure, 'TE_UNAVAILABLE', 'Le serveur de messagerie demande de réessayer plus tard.');
}

/** A reply 5yz, by its enhanced status first, which is more precise. @see RFC 3463 */
function finalRefusal(failure: Failure, messageBytes: number): TerrESanteError {
  const { smtpCode, enhancedStatus } = failure;
  const detail = enhancedStatus?.slice(2) ?? null;

  if (detail?.startsWith('1.')) {
    return make(failure, 'TE_RECIPIENT_UNKNOWN', "L'adresse du destinataire n'existe pas.");
  }
  if (detail === '3.4' || detail === '2.3') return tooLarge(messageBytes, null);
  if (detail === '2.2') return make(failure, 'TE_MAILBOX_FULL', 'La boîte du destinataire est pleine.', false);
  if (detail?.startsWith('7.')) {
    return make(failure, 'TE_FORBIDDEN', "Le serveur de messagerie n'autorise pas cet envoi.");
  }

  if (smtpCode === 552 && detail === null) return tooLarge(messageBytes, null);
  if (smtpCode === 550 && detail === null) {
    return make(failure, 'TE_RECIPIENT_UNKNOWN', 'Le destinataire a été refusé.');
  }
  return make(failure, 'TE_DEPOSIT_REJECTED', 'Le serveur de messagerie a refusé le message.');
}

/** Failures of the connection, before the last byte. */
function withoutReply(failure: Failure): TerrESanteError {
  const { code, text } = failure;

  if (code === 'ESOCKET' && tlsReason.test(text)) {
    return make(
      failure,
      'TE_TLS',
      "Le certificat du serveur de messagerie n'est pas reconnu, ou la connexion chiffrée a échoué.",
    );
  }
  if (code === 'ETIMEDOUT') return make(failure, 'TE_TIMEOUT', 'Le serveur de messagerie ne répond pas.');
  if (code === 'ESTREAM') {
    return make(failure, 'TE_INPUT_INVALID', "Le message n'a pas pu être lu jusqu'au bout : rien n'a été envoyé.");
  }
  if (code === 'EPROTOCOL') {
    return make(failure, 'TE_PROTOCOL', 'Le serveur de messagerie a donné une réponse incompréhensible.', true);
  }
  if (code === 'ECONNECTION' || code === 'ESOCKET' || code === 'EDNS') {
    return make(
      failure,
      'TE_UNAVAILABLE',
      "Le serveur de messagerie n'est pas joignable, ou a fermé la connexion avant la fin de l'envoi.",
    );
  }
  return make(failure, 'TE_PROTOCOL', "L'envoi du message a échoué.");
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
