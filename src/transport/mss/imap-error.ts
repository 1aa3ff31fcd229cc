import { isTerrESanteError, TerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import { foreignCode } from '../../internal/foreign-error.ts';
import { alertIn, isOfClientCertificate } from '../http/alert.ts';

export const unavailable = (): TerrESanteError =>
  new TerrESanteError('TE_UNAVAILABLE', 'La boîte aux lettres ne répond pas.');

/** The fields of an error of the mail library: its texts may quote addresses and mails. */
interface LibraryError {
  readonly message?: unknown;
  readonly reason?: unknown;
  readonly response?: unknown;
  readonly responseText?: unknown;
  /** `NO` or `BAD`: the server answered. */
  readonly responseStatus?: unknown;
  readonly serverResponseCode?: unknown;
  readonly authenticationFailed?: unknown;
  readonly tlsFailed?: unknown;
}

/** A failure of the mail library, reduced to what may be looked at. */
interface ImapFailure {
  readonly code: string | null;
  /** Only to be matched. */
  readonly text: string;
  /** Answered by the server, and not a failure of the connection. */
  readonly isAnswer: boolean;
  readonly isLogin: boolean;
  readonly isTls: boolean;
  /** Between brackets at the head of an answer. */
  readonly responseCode: string | null;
}

/** What a server says that passes, whatever was asked. */
const passing: ReadonlySet<string> = new Set(['UNAVAILABLE', 'INUSE', 'SERVERBUG', 'LIMIT', 'OVERQUOTA', 'THROTTLED']);

/** @see RFC 5530, section 3: what a response code means, whatever was asked. */
const meanings: Readonly<Record<string, readonly [TerrESanteErrorCode, string]>> = {
  AUTHENTICATIONFAILED: ['TE_AUTHN_REJECTED', "Le serveur de messagerie a refusé l'authentification."],
  AUTHORIZATIONFAILED: ['TE_AUTHN_REJECTED', "Le serveur de messagerie n'ouvre pas cette boîte à cette identité."],
  EXPIRED: ['TE_AUTHN_REJECTED', "Le moyen de s'authentifier à la messagerie a expiré."],
  CONTACTADMIN: ['TE_AUTHN_REJECTED', "Le serveur de messagerie a fermé l'accès : l'opérateur est à contacter."],
  PRIVACYREQUIRED: ['TE_TLS', 'Le serveur de messagerie veut une autre connexion chiffrée.'],
  NOPERM: ['TE_FORBIDDEN', "Le serveur de messagerie n'autorise pas cette action."],
  NONEXISTENT: ['TE_NOT_FOUND', "Le dossier de la boîte aux lettres n'existe pas."],
  TRYCREATE: ['TE_NOT_FOUND', "Le dossier de la boîte aux lettres n'existe pas."],
};

/** Servers older than RFC 5530 say in English that it passes (Gmail, Exchange, Courier, Yahoo). */
const passingText =
  /too many|maximum number of|connection limit|try (?:again|later)|again later|temporar|unavailable|throttl|rate limit|not connected|server (?:error|busy)|internal error|already logged out/i;
const absentText = /(?:does(?:n't| not)|no longer) exist|no such (?:mailbox|folder)|unknown mailbox|nonexistent/i;
const unsupportedText = /login is disabled|unsupported authentication mechanism|no matching authentication method/i;

const clientCertificateRefused =
  /alert (?:bad certificate|certificate required|certificate unknown)|certificate required|valid (?:ssl )?(?:client )?certificate/i;
const tlsRefused = /certificate|self[- ]signed|unable to verify|altnames|\bssl\b|\btls\b|STARTTLS|revoked/i;

/**
 * Class of failure of the mailbox. What passes is retryable, so that a watch goes on; the
 * credentials are at fault only where the server says so.
 */
export function imapError(error: unknown): TerrESanteError {
  if (isTerrESanteError(error)) return error;

  const failure = readFailure(error);
  return refusedTls(failure) ?? refusedLogin(failure) ?? refusedCommand(failure) ?? failedConnection(failure);
}

/** Whether the server answered that one thing cannot be had, and the next ones may. */
export function isRefusalOfOne(error: unknown): boolean {
  const { isAnswer, isLogin, responseCode } = readFailure(error);
  if (!isAnswer || isLogin) return false;

  const isOfAll = responseCode !== null && responseCode in meanings && responseCode !== 'NONEXISTENT';
  const isPassing = responseCode !== null && responseCode !== 'SERVERBUG' && passing.has(responseCode);
  return !isOfAll && !isPassing;
}

function readFailure(error: unknown): ImapFailure {
  const raw: LibraryError = typeof error === 'object' && error !== null ? error : {};
  const texts = [raw.message, raw.reason, raw.response, raw.responseText];
  const text = texts
    .filter((item) => typeof item === 'string')
    .join(' ')
    .slice(0, 2_000);
  const isLogin = raw.authenticationFailed === true;

  return {
    code: foreignCode(error),
    text,
    isAnswer: raw.responseStatus === 'NO' || raw.responseStatus === 'BAD' || isLogin,
    isLogin,
    isTls: raw.tlsFailed === true,
    responseCode: responseCodeOf(raw, text),
  };
}

function responseCodeOf({ serverResponseCode, response }: LibraryError, text: string): string | null {
  const told = typeof serverResponseCode === 'string' ? serverResponseCode : codeOfAnswer(response);
  const code = told ?? /\[([A-Z]{3,30})\b[^\]]*\]/.exec(text)?.[1] ?? null;
  return code?.toUpperCase() ?? null;
}

/** The library hands an answer over as it parsed it. */
function codeOfAnswer(response: unknown): string | null {
  const { attributes } = (typeof response === 'object' && response !== null ? response : {}) as {
    attributes?: readonly { section?: readonly ({ value?: unknown } | null)[] }[];
  };
  const value = attributes?.[0]?.section?.[0]?.value;
  return typeof value === 'string' ? value : null;
}

function make(
  { code, responseCode }: ImapFailure,
  as: TerrESanteErrorCode,
  message: string,
  retryable?: boolean,
): TerrESanteError {
  return new TerrESanteError(as, message, { details: { reason: code, responseCode }, retryable });
}

/** The line went, which may happen during a handshake too: that says nothing of the other side. */
const lineLost =
  /^(?:ECONN|EPIPE|ENET|EHOST|NoConnection|EConnectionClosed|ClosedAfterConnect|UPGRADE_TIMEOUT)|before secure TLS connection/;

/** An answer is about TLS only when it asks for a certificate of the client. */
function refusedTls(failure: ImapFailure): TerrESanteError | null {
  const { text, isAnswer, isTls } = failure;
  const isLost = lineLost.test(failure.code ?? '') || lineLost.test(text);

  if (clientCertificateRefused.test(text) || isOfClientCertificate(alertIn(text))) {
    return make(failure, 'TE_CLIENT_CERT', 'Le serveur de messagerie a refusé le certificat du client.');
  }
  if (!isLost && (isTls || (!isAnswer && tlsRefused.test(text)))) {
    return make(failure, 'TE_TLS', "La connexion chiffrée avec la boîte aux lettres n'est pas possible.");
  }
  return null;
}

function refusedLogin(failure: ImapFailure): TerrESanteError | null {
  const { text, isLogin } = failure;

  if (unsupportedText.test(text)) {
    return make(failure, 'TE_UNSUPPORTED', "Le serveur de messagerie n'accepte pas ce moyen d'authentification.");
  }
  if (!isLogin) return null;
  return (
    refusedByCode(failure) ??
    (passingText.test(text)
      ? make(failure, 'TE_UNAVAILABLE', "L'authentification est indisponible pour le moment.")
      : make(failure, 'TE_AUTHN_REJECTED', "Le serveur de messagerie a refusé l'authentification."))
  );
}

function refusedCommand(failure: ImapFailure): TerrESanteError | null {
  const { code, isAnswer, text } = failure;

  if (code === 'ETHROTTLE') {
    return make(failure, 'TE_RATE_LIMITED', 'Le serveur de messagerie limite le nombre de demandes.');
  }
  if (!isAnswer) return null;
  if (absentText.test(text) && !passingText.test(text)) {
    return make(failure, 'TE_NOT_FOUND', "Le dossier de la boîte aux lettres n'existe pas.");
  }
  return (
    refusedByCode(failure) ??
    make(failure, 'TE_UNAVAILABLE', "Le serveur de messagerie n'a pas pu répondre à la demande.")
  );
}

function refusedByCode(failure: ImapFailure): TerrESanteError | null {
  const { responseCode } = failure;
  if (responseCode === null) return null;
  if (passing.has(responseCode)) {
    return make(failure, 'TE_UNAVAILABLE', 'Le serveur de messagerie demande de réessayer plus tard.');
  }

  const meaning = meanings[responseCode];
  return meaning ? make(failure, ...meaning) : null;
}

/** What the library cannot read, or larger than its limits: the connection is lost with it. */
const unreadableCode =
  /^(?:ParserError|LiteralTooLarge|LineTooLarge|ResponseTooLarge|TooMany|MAX_IMAP|InvalidResponse|UnexpectedTag|MissingTag|DownloadIncomplete)/;

function failedConnection(failure: ImapFailure): TerrESanteError {
  const { code } = failure;

  if (code !== null && /TIMEOUT|ETIMEDOUT/.test(code)) {
    return make(failure, 'TE_TIMEOUT', 'La boîte aux lettres ne répond pas.');
  }
  if (code !== null && unreadableCode.test(code)) {
    return make(failure, 'TE_PROTOCOL', 'Le serveur de messagerie a donné une réponse incompréhensible.', true);
  }
  return make(failure, 'TE_UNAVAILABLE', 'La boîte aux lettres ne répond pas.');
}
