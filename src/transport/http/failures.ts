import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { foreignCode } from '../../internal/foreign-error.ts';
import { alertOf, isOfClientCertificate } from './alert.ts';
import { listFailure } from './revocation-lists.ts';

/** Certificate problems of the server, as Node and OpenSSL name them. */
const serverCertificate = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'CERT_CHAIN_TOO_LONG',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Whether a code says that the certificate of the far side was refused. */
export function isCertificateRefused(code: string): boolean {
  return serverCertificate.has(code);
}

/** Whether a code says that no encrypted connection came about. */
export function isTlsFailure(code: string): boolean {
  return code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_');
}

/**
 * Turns a failure of the HTTP library into an error of the SDK. The library's error is not kept as
 * cause: it holds the request, the headers and the private key.
 *
 * @param wasOpen - the connection was encrypted and accepted before: what breaks it later is not
 *   one that did not come about, and something may have been sent
 */
export function httpFailure(error: unknown, wasOpen: boolean = isOpened(error)): TerrESanteError {
  if (isTerrESanteError(error)) return error;

  const cause = memberOf(error, 'cause');
  if (isTerrESanteError(cause)) return cause;
  // The library's own code is less precise than that of the system below it.
  const codes = [foreignCode(error), foreignCode(cause)].filter((code) => code !== null);
  const [code = 'unknown'] = codes.filter((item) => item !== 'ERR_BAD_RESPONSE');
  return tlsFailure(code, alertOf(cause ?? error), wasOpen) ?? lineFailure(code);
}

function tlsFailure(code: string, alert: string | null, wasOpen: boolean): TerrESanteError | null {
  const details = { networkCode: code, ...(alert !== null && { alert }) };

  if (isCertificateRefused(code)) {
    return new TerrESanteError('TE_TLS', 'Le certificat du serveur est refusé : aucune donnée envoyée.', { details });
  }
  // Since TLS 1.3 it comes when the connection is open already.
  if (isOfClientCertificate(alert)) {
    return new TerrESanteError('TE_CLIENT_CERT', 'Le serveur refuse le certificat client, ou en exige un.', {
      details,
    });
  }
  if (!isTlsFailure(code) || wasOpen) return listFailure(code);

  // Up to TLS 1.2 there is one alert for both.
  const more = alert === 'handshake_failure' ? ' : aucun procédé commun, ou un certificat client exigé' : '';
  return new TerrESanteError('TE_TLS', `La connexion TLS n'a pas pu être établie${more}.`, { details });
}

function lineFailure(code: string): TerrESanteError {
  const details = { networkCode: code };

  if (code === 'ETIMEDOUT' || code === 'ECONNABORTED' || code === 'ESOCKETTIMEDOUT') {
    return new TerrESanteError('TE_TIMEOUT', 'Le serveur ne répond pas dans le délai.', { details });
  }
  return new TerrESanteError('TE_UNAVAILABLE', 'Le serveur est injoignable ou a coupé la connexion.', { details });
}

/** Whether the connection of a request that failed had been encrypted and accepted. */
function isOpened(error: unknown): boolean {
  return memberOf(memberOf(memberOf(error, 'request'), 'socket'), 'authorized') === true;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : null;
}
