import { TerrESanteError } from '../../errors.ts';
import { foreignCode } from '../../internal/foreign-error.ts';
import { alertIn, isOfClientCertificate } from '../http/alert.ts';
import { CarriedFailure } from './carried-failure.ts';
import { tooLarge } from './deposit-message.ts';
import { refusedByReply, smtpFailure, type SmtpFailure, type SmtpStep } from './smtp-refusal.ts';

/**
 * The fields of an error of the mail library. Its message quotes addresses and is never passed on.
 */
interface LibraryError {
  readonly responseCode?: unknown;
  readonly response?: unknown;
  readonly message?: unknown;
  /** Which command was in flight. */
  readonly command?: unknown;
}

/** The attempt that failed, as the sender knows it. */
export interface SendContext {
  /** The message has been read to its end: without a reply, it may have been accepted. */
  readonly sourceEnded: boolean;
  readonly messageBytes: number;
}

const tlsReason =
  /certificate|self[- ]signed|alert|handshake|\bssl\b|\btls\b|unable to verify|altname|hostname\/ip|\bcrl\b|revoked|wrong version number/i;
/** The line went during a handshake: that says nothing of the certificate. */
const lineLost = /before secure TLS connection|Connection closed unexpectedly|\bECONNRESET\b/;
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

function readFailure(error: unknown): SmtpFailure {
  const raw: LibraryError = typeof error === 'object' && error !== null ? error : {};
  const reply = typeof raw.response === 'string' ? raw.response.slice(0, 1_000) : '';
  const code = /^(\d{3})[ -]/.exec(reply)?.[1];
  // Of several lines, some servers write the status on the last one only.
  const status = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/m.exec(reply)?.[1];
  const repliedCode = code === undefined ? null : Number(code);

  return {
    code: foreignCode(error) ?? 'unknown',
    text: typeof raw.message === 'string' ? raw.message.slice(0, 1_000) : '',
    smtpCode: typeof raw.responseCode === 'number' && raw.responseCode > 0 ? raw.responseCode : repliedCode,
    enhancedStatus: status ?? null,
    step: stepOf(raw.command),
  };
}

/** The commands of each step; those of the library itself (`API`) are none. */
const commands: readonly (readonly [RegExp, SmtpStep])[] = [
  [/^(?:CONN|EHLO|HELO|LHLO|STARTTLS|RSET|NOOP)/, 'connection'],
  [/^AUTH/, 'authentication'],
  [/^MAIL/, 'sender'],
  [/^RCPT/, 'recipient'],
  [/^DATA/, 'message'],
];

function stepOf(command: unknown): SmtpStep | null {
  if (typeof command !== 'string') return null;
  return commands.find(([shape]) => shape.test(command))?.[1] ?? null;
}

/** The library compares the length with the announced `SIZE` before it sends. */
function refusedBySize({ code, smtpCode, text }: SmtpFailure, messageBytes: number): TerrESanteError | null {
  const limit = /larger than allowed (\d{1,15})/.exec(text)?.[1];
  return code === 'EMESSAGE' && smtpCode === null && limit !== undefined ? tooLarge(messageBytes, Number(limit)) : null;
}

/** Refusals of the certificate, of the login and of a clear connection. */
function refusedIdentity(failure: SmtpFailure): TerrESanteError | null {
  const { code, smtpCode, text } = failure;
  const isPassing = smtpCode !== null && smtpCode >= 400 && smtpCode < 500;
  const isCertificate = clientCertificate.test(text) || isOfClientCertificate(alertIn(text));

  if (isCertificate && code !== 'EENVELOPE' && code !== 'EMESSAGE') {
    return smtpFailure(failure, 'TE_CLIENT_CERT', 'Le serveur de messagerie a refusé le certificat du client.');
  }
  if (isAboutLogin(failure)) {
    return isPassing
      ? smtpFailure(failure, 'TE_UNAVAILABLE', "L'authentification est indisponible pour le moment.")
      : smtpFailure(failure, 'TE_AUTHN_REJECTED', "Le serveur de messagerie a refusé l'authentification.");
  }
  if (code === 'ETLS' && !(smtpCode === null && lineLost.test(text))) {
    // 454: TLS is not available for the moment (RFC 3207, section 4).
    return isPassing
      ? smtpFailure(failure, 'TE_UNAVAILABLE', 'Le chiffrement est indisponible pour le moment.')
      : smtpFailure(failure, 'TE_TLS', 'Le serveur de messagerie ne propose pas de connexion chiffrée acceptable.');
  }
  return null;
}

/** @see RFC 4954, section 6; RFC 5248 (X.7.13: the account is disabled) */
function isAboutLogin({ code, smtpCode, enhancedStatus }: SmtpFailure): boolean {
  if (code === 'EAUTH' || code === 'ENOAUTH') return true;

  const detail = enhancedStatus?.slice(2);
  return (
    smtpCode === 530 ||
    smtpCode === 534 ||
    smtpCode === 535 ||
    detail === '7.8' ||
    detail === '7.9' ||
    detail === '7.13'
  );
}

/** Failures of the connection, before the last byte. */
function withoutReply(failure: SmtpFailure): TerrESanteError {
  const { code, text } = failure;

  if (code === 'ESOCKET' && tlsReason.test(text) && !lineLost.test(text)) {
    return smtpFailure(
      failure,
      'TE_TLS',
      "Le certificat du serveur de messagerie n'est pas reconnu, ou la connexion chiffrée a échoué.",
    );
  }
  if (code === 'ETIMEDOUT') return smtpFailure(failure, 'TE_TIMEOUT', 'Le serveur de messagerie ne répond pas.');
  if (code === 'ESTREAM') {
    return smtpFailure(
      failure,
      'TE_INPUT_INVALID',
      "Le message n'a pas pu être lu jusqu'au bout : rien n'a été envoyé.",
    );
  }
  if (code === 'EPROTOCOL') {
    return smtpFailure(failure, 'TE_PROTOCOL', 'Le serveur de messagerie a donné une réponse incompréhensible.', true);
  }
  if (code === 'ECONNECTION' || code === 'ESOCKET' || code === 'EDNS' || code === 'ETLS') {
    return smtpFailure(
      failure,
      'TE_UNAVAILABLE',
      "Le serveur de messagerie n'est pas joignable, ou a fermé la connexion avant la fin de l'envoi.",
    );
  }
  return smtpFailure(failure, 'TE_PROTOCOL', "L'envoi du message a échoué.", true);
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
