import { TerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import { tooLarge } from './deposit-message.ts';

/** What a reply answers to: it decides whose fault it is. */
export type SmtpStep = 'connection' | 'authentication' | 'sender' | 'recipient' | 'message';

/** A failure of the mail library, reduced to what may be looked at. */
export interface SmtpFailure {
  readonly code: string;
  /** Text of the library and of the server, only to be matched: it quotes addresses. */
  readonly text: string;
  readonly smtpCode: number | null;
  readonly enhancedStatus: string | null;
  /** `null`: before any command, or unknown. */
  readonly step: SmtpStep | null;
}

/** An error of ours for a failure: its codes go on, its texts do not. */
export function smtpFailure(
  { code: reason, smtpCode, enhancedStatus, step }: SmtpFailure,
  code: TerrESanteErrorCode,
  message: string,
  retryable?: boolean,
): TerrESanteError {
  return new TerrESanteError(code, message, { details: { reason, smtpCode, enhancedStatus, step }, retryable });
}

/** Refusals by a reply: passing ones from 400, final ones from 500. @see RFC 5321, section 4.2.1 */
export function refusedByReply(failure: SmtpFailure, messageBytes: number): TerrESanteError | null {
  const { smtpCode } = failure;
  if (smtpCode === null || smtpCode < 400) return null;
  if (smtpCode < 500) return passingRefusal(failure);

  return refusedChannel(failure) ?? refusedSender(failure) ?? refusedMessage(failure, messageBytes);
}

/**
 * A reply 4yz: nothing is wrong with the deposit itself, so it is retried. 421: the server closes
 * the channel, the deposit is retried on another connection (see `outbox/retry-policy.ts` for
 * when).
 */
function passingRefusal(failure: SmtpFailure): TerrESanteError {
  return failure.enhancedStatus?.endsWith('.2.2')
    ? smtpFailure(failure, 'TE_MAILBOX_FULL', 'La boîte du destinataire est pleine pour le moment.', true)
    : smtpFailure(failure, 'TE_UNAVAILABLE', 'Le serveur de messagerie demande de réessayer plus tard.');
}

/**
 * Servers that judge the connection only once they know the recipient (Postfix by default) say so
 * in their text alone.
 */
const clientRefused =
  /client host (?:rejected|\S+ blocked)|client \[[^\]]*\] blocked|banned sending ip|helo command rejected/i;
const senderRefused = /sender address rejected|send as this sender|not owned by user/i;

/**
 * Refusals 5yz that concern every message of this channel, whatever it holds: at the greeting or at
 * EHLO, or because the server takes no mail at all. A renewed address, certificate or server makes
 * the deposit pass.
 *
 * @see RFC 5321, section 3.1 (554 at the greeting); RFC 7504 (521); RFC 3463, sections 3.4 to 3.6
 */
function refusedChannel(failure: SmtpFailure): TerrESanteError | null {
  const { smtpCode, enhancedStatus, step, text } = failure;
  const detail = enhancedStatus?.slice(2) ?? null;

  if (detail === '4.5') {
    return smtpFailure(failure, 'TE_RATE_LIMITED', 'Le serveur de messagerie limite le nombre de messages.', true);
  }
  if (step === 'connection' || smtpCode === 521 || detail === '3.1' || detail === '3.2' || clientRefused.test(text)) {
    return smtpFailure(failure, 'TE_UNAVAILABLE', "Le serveur de messagerie n'accepte pas la connexion.", true);
  }

  // Not understood, or in another order than the server wants: the commands are the same for every
  // message.
  const isUnknown = smtpCode === 500 || smtpCode === 502 || smtpCode === 503;
  if (detail === null ? isUnknown : detail.startsWith('5.') && detail !== '5.3') {
    return smtpFailure(failure, 'TE_PROTOCOL', "Le serveur de messagerie n'a pas compris l'envoi.", true);
  }
  return null;
}

/**
 * The address that sends is refused, at MAIL or, by servers that wait for the recipient, later: the
 * deposit box has nothing to do with it.
 *
 * @see RFC 3463, section 3.2 (X.1.7, X.1.8); RFC 7372, section 3 (X.7.20 to X.7.26: its domain is
 *   not authenticated); RFC 7505, section 4.2 (X.7.27)
 */
function refusedSender(failure: SmtpFailure): TerrESanteError | null {
  const { smtpCode, enhancedStatus, step, text } = failure;
  const detail = enhancedStatus?.slice(2) ?? null;
  const isNamed = detail === '1.7' || detail === '1.8' || /^7\.2[0-7]$/.test(detail ?? '') || senderRefused.test(text);

  const isAboutAddress = detail?.startsWith('1.') === true || detail?.startsWith('7.') === true;
  const isBare = detail === null && (smtpCode === 550 || smtpCode === 551 || smtpCode === 553 || smtpCode === 501);
  if (!isNamed && !(step === 'sender' && (isAboutAddress || isBare))) return null;

  return smtpFailure(failure, 'TE_SENDER_REFUSED', "Le serveur de messagerie refuse l'adresse de l'expéditeur.");
}

/** The rest: by the enhanced status first, which is more precise. @see RFC 3463 */
function refusedMessage(failure: SmtpFailure, messageBytes: number): TerrESanteError {
  const { smtpCode, enhancedStatus, step } = failure;
  const detail = enhancedStatus?.slice(2) ?? null;

  if (detail === '3.4' || detail === '2.3') return tooLarge(messageBytes, null, smtpCode);
  if (detail === '2.2') return full(failure);
  if (detail?.startsWith('1.') || (step === 'recipient' && isRouting(detail))) {
    return smtpFailure(failure, 'TE_RECIPIENT_UNKNOWN', "L'adresse du destinataire n'existe pas ou n'est plus active.");
  }
  if (detail?.startsWith('7.')) {
    return smtpFailure(failure, 'TE_FORBIDDEN', "Le serveur de messagerie n'autorise pas cet envoi.");
  }

  // Without a status, the command says what the code means (RFC 5321, section 4.3.2).
  if (detail === null && smtpCode === 552) {
    return step === 'recipient' ? full(failure) : tooLarge(messageBytes, null, smtpCode);
  }
  if (detail === null && step !== 'message' && (smtpCode === 550 || smtpCode === 551 || smtpCode === 553)) {
    return smtpFailure(failure, 'TE_RECIPIENT_UNKNOWN', 'Le destinataire a été refusé.');
  }
  if (smtpCode === 556) {
    return smtpFailure(failure, 'TE_RECIPIENT_UNKNOWN', 'Le domaine du destinataire ne reçoit pas de courrier.');
  }
  return smtpFailure(failure, 'TE_DEPOSIT_REJECTED', 'Le serveur de messagerie a refusé le message.');
}

/**
 * The mailbox is disabled (X.2.1), or nobody routes to it: X.4.1 is also how Exchange says that an
 * address does not exist.
 */
const isRouting = (detail: string | null): boolean =>
  detail === '2.1' || detail === '4.1' || detail === '4.3' || detail === '4.4';

const full = (failure: SmtpFailure): TerrESanteError =>
  smtpFailure(failure, 'TE_MAILBOX_FULL', 'La boîte du destinataire est pleine.', false);
