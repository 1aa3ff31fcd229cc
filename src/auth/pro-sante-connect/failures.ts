import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { clockSkewMs } from '../../internal/clock-skew.ts';

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The SDK's own error that a fetch threw, under the library's wrapping. */
function own(error: unknown): TerrESanteError | null {
  for (let at = error, depth = 0; depth < 5 && at !== undefined; at = member(at, 'cause'), depth += 1) {
    if (isTerrESanteError(at)) return at;
  }
  return null;
}

/**
 * A 401 with `WWW-Authenticate`: the client's credentials are wrong unless it names the token
 * is.
 */
function challenge(error: unknown): string | undefined {
  if (member(error, 'code') !== 'OAUTH_WWW_AUTHENTICATE_CHALLENGE') return undefined;
  const causes = member(error, 'cause');
  const parameters: unknown = Array.isArray(causes) ? member(causes[0], 'parameters') : undefined;
  return member(parameters, 'error') === 'invalid_token' ? 'invalid_token' : 'invalid_client';
}

type Details = Readonly<Record<string, string>>;

function rejected(message: string): (details: Details) => TerrESanteError {
  return (details) => new TerrESanteError('TE_AUTHN_REJECTED', message, { details });
}

function sessionOver(details: Details): TerrESanteError {
  return new TerrESanteError('TE_AUTHN_REQUIRED', 'La session Pro Santé Connect est terminée : reconnectez-vous.', {
    details,
  });
}

function clientRefused(details: Details): TerrESanteError {
  return new TerrESanteError('TE_CONFIG_INVALID', 'Pro Santé Connect refuse ce client : vérifiez son enregistrement.', {
    details,
  });
}

function unavailable(details: Details): TerrESanteError {
  return new TerrESanteError('TE_UNAVAILABLE', 'Pro Santé Connect est momentanément indisponible.', { details });
}

/** A login is never repeated by a machine. */
export function expired(details: Details = {}): TerrESanteError {
  return new TerrESanteError('TE_TIMEOUT', 'La demande de connexion a expiré sans réponse.', {
    retryable: false,
    details,
  });
}

/** By error code of OAuth 2.0 (RFC 6749, section 5.2), OpenID Connect and CIBA. */
const byCode: ReadonlyMap<string, (details: Details) => TerrESanteError> = new Map([
  ['access_denied', rejected("Connexion refusée par l'utilisateur.")],
  ['unknown_user_id', rejected('Pro Santé Connect ne connaît pas ce professionnel.')],
  ['expired_token', expired],
  ['invalid_grant', sessionOver],
  ['invalid_token', sessionOver],
  ['login_required', sessionOver],
  ['interaction_required', sessionOver],
  ['invalid_client', clientRefused],
  ['unauthorized_client', clientRefused],
  ['invalid_scope', clientRefused],
  ['unsupported_grant_type', clientRefused],
  ['temporarily_unavailable', unavailable],
  ['server_error', unavailable],
]);

/**
 * A token that comes from its server this instant and is over, or not valid yet: one of the two
 * clocks is wrong. Which one, the `Date` of the server's answers says, when it has one.
 */
export function wrongClock(skewMs: number | null): TerrESanteError {
  return new TerrESanteError(
    'TE_CLOCK_SKEW',
    "L'heure de ce serveur et celle de Pro Santé Connect diffèrent : réglez l'heure.",
    { details: skewMs === null ? {} : { skewMs } },
  );
}

const otherCode = rejected('Pro Santé Connect a refusé la demande.');

/**
 * Turns a failure of the OpenID library into an error of the SDK. Codes only: descriptions, bodies
 * and causes may hold tokens or names.
 *
 * @param skewMs - How far the provider's clock is from ours, when it is known.
 */
export function pscFailure(error: unknown, skewMs: number | null = null): TerrESanteError {
  const known = own(error);
  if (known) return known;

  const oauth = member(error, 'error') ?? challenge(error);
  if (typeof oauth === 'string' && /^[a-z_]{1,40}$/.test(oauth)) {
    const make = byCode.get(oauth) ?? otherCode;
    return make({ error: oauth });
  }

  const code = member(error, 'code');
  if (code === 'OAUTH_TIMEOUT' || member(error, 'name') === 'TimeoutError') {
    return new TerrESanteError('TE_TIMEOUT', "Pro Santé Connect n'a pas répondu à temps.", { retryable: false });
  }

  // With both clocks right, the dates of the token itself are wrong.
  const dated = code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED';
  if (dated && (skewMs === null || Math.abs(skewMs) > clockSkewMs)) return wrongClock(skewMs);

  const details = typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code) ? { error: code } : {};
  return new TerrESanteError('TE_PROTOCOL', 'Réponse inattendue de Pro Santé Connect.', { details });
}
