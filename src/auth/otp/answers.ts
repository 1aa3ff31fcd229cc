import { TerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import type { OtpAnswer, OtpChallengeAnswer, OtpRefusal, OtpSessionAnswer } from './model.ts';

const channels: readonly unknown[] = ['sms', 'email', 'totp'];

const refusals: Readonly<Record<OtpRefusal['reason'], readonly [TerrESanteErrorCode, string]>> = {
  'invalid-credentials': ['TE_INVALID_CREDENTIALS', 'Identifiant ou mot de passe incorrect.'],
  'account-locked': ['TE_ACCOUNT_LOCKED', 'Compte bloqué : suivez la procédure de déblocage.'],
  'password-expired': ['TE_PASSWORD_EXPIRED', 'Mot de passe expiré : changez-le puis recommencez.'],
  'channel-unavailable': ['TE_CHANNEL_UNAVAILABLE', "Ce moyen de réception du code n'est pas disponible."],
  'code-invalid': ['TE_CODE_INVALID', 'Code incorrect.'],
  'code-expired': ['TE_CODE_EXPIRED', 'Code expiré : demandez-en un nouveau.'],
  'rate-limited': ['TE_RATE_LIMITED', 'Trop de demandes : patientez avant de recommencer.'],
};

export function refusalError({ reason, attemptsLeft, retryAfterMs }: OtpRefusal): TerrESanteError {
  const [code, message] = refusals[reason];
  // A login is never repeated by a machine: each one counts against a lockout.
  return new TerrESanteError(code, message, {
    retryable: false,
    details: {
      ...(attemptsLeft !== undefined && { attemptsLeft }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
  });
}

const text = (value: unknown, most = 8192): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= most;
const time = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const count = (value: unknown): boolean => value === undefined || (Number.isInteger(value) && (value as number) >= 0);
const optional = (value: unknown, test: (value: unknown) => boolean): boolean => value === undefined || test(value);

type Fields = Readonly<Record<string, unknown>>;

function isChallenge(answer: Fields): boolean {
  return (
    text(answer['handle']) &&
    channels.includes(answer['channel']) &&
    time(answer['expiresAt']) &&
    optional(answer['maskedDestination'], (masked) => text(masked, 200)) &&
    count(answer['codeLength']) &&
    optional(answer['resendNotBefore'], time) &&
    count(answer['attemptsLeft'])
  );
}

function isSession(answer: Fields): boolean {
  return (
    text(answer['subject'], 200) &&
    time(answer['expiresAt']) &&
    time(answer['authnInstant']) &&
    (answer['method'] === 'password' || channels.includes(answer['method'])) &&
    text(answer['credential']) &&
    !/[\0\r\n]/.test(answer['credential'])
  );
}

function isRefusal(answer: Fields): boolean {
  return (
    Object.hasOwn(refusals, String(answer['reason'])) && count(answer['attemptsLeft']) && count(answer['retryAfterMs'])
  );
}

/** The transport is the host's: its answers are checked like any input. */
function isAnswer(value: unknown): value is OtpAnswer {
  if (typeof value !== 'object' || value === null) return false;
  const answer = value as Fields;

  switch (answer['kind']) {
    case 'challenge':
      return isChallenge(answer);
    case 'session':
      return isSession(answer);
    case 'refused':
      return isRefusal(answer);
    default:
      return false;
  }
}

/** A challenge or a session; a refusal is thrown, and so is what is neither. */
export function acceptAnswer(value: unknown): OtpChallengeAnswer | OtpSessionAnswer {
  if (!isAnswer(value)) {
    throw new TerrESanteError('TE_PROTOCOL', "Réponse incompréhensible du service d'authentification.");
  }
  if (value.kind === 'refused') throw refusalError(value);
  return value;
}
