import { isTerrESanteError, TerrESanteError } from '../../errors.ts';

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The error of ours that a fetch threw, under the library's wrapping. */
function own(error: unknown): TerrESanteError | null {
  for (let at = error, depth = 0; depth < 5 && at !== undefined; at = member(at, 'cause'), depth += 1) {
    if (isTerrESanteError(at)) return at;
  }
  return null;
}

/**
 * A 401 with `WWW-Authenticate`: the client's credentials are wrong unless it says that the token
 * is.
 */
function challenge(error: unknown): string | undefined {
  if (member(error, 'code') !== 'OAUTH_WWW_AUTHENTICATE_CHALLENGE') return undefined;
  const causes = member(error, 'cause');
  const parameters: unknown = Array.isArray(causes) ? member(causes[0], 'parameters') : undefined;
  return member(parameters, 'error') === 'invalid_token' ? 'invalid_token' : 'invalid_client';
}

const rejected = (message: string, details: Readonly<Record<string, string>>): TerrESanteError =>
  new TerrESanteError('TE_AUTHN_REJECTED', message, { details });

/**
 * Turns a failure of the OpenID library into one of ours. Codes only: descriptions, bodies and
 * causes may hold tokens or names.
 */
export function pscFailure(error: unknown): TerrESanteError {
  const known = own(error);
  if (known) return known;
  const oauth = member(error, 'error') ?? challenge(error);
  if (typeof oauth === 'string' && /^[a-z_]{1,40}$/.test(oauth)) {
    const details = { error: oauth };
    switch (oauth) {
      case 'access_denied':
        return rejected("Connexion refusée par l'utilisateur.", details);
      case 'expired_token':
        return new TerrESanteError('TE_TIMEOUT', 'La demande de connexion a expiré sans réponse.', {
          retryable: false,
          details,
        });
      case 'invalid_grant':
      case 'invalid_token':
      case 'login_required':
      case 'interaction_required':
        return new TerrESanteError(
          'TE_AUTHN_REQUIRED',
          'La session Pro Santé Connect est terminée : reconnectez-vous.',
          { details },
        );
      case 'unknown_user_id':
        return rejected('Pro Santé Connect ne connaît pas ce professionnel.', details);
      case 'invalid_client':
      case 'unauthorized_client':
      case 'invalid_scope':
      case 'unsupported_grant_type':
        return new TerrESanteError(
          'TE_CONFIG_INVALID',
          'Pro Santé Connect refuse ce client : vérifiez son enregistrement.',
          { details },
        );
      case 'temporarily_unavailable':
      case 'server_error':
        return new TerrESanteError('TE_UNAVAILABLE', 'Pro Santé Connect est momentanément indisponible.', { details });
      default:
        return rejected('Pro Santé Connect a refusé la demande.', details);
    }
  }
  const code = member(error, 'code');
  if (code === 'OAUTH_TIMEOUT' || member(error, 'name') === 'TimeoutError') {
    return new TerrESanteError('TE_TIMEOUT', "Pro Santé Connect n'a pas répondu à temps.", { retryable: false });
  }
  return new TerrESanteError('TE_PROTOCOL', 'Réponse inattendue de Pro Santé Connect.', {
    details: typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code) ? { error: code } : {},
  });
}
