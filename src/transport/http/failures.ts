import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { foreignCode } from '../../internal/foreign-error.ts';

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
  'INVALID_CA',
  'INVALID_PURPOSE',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/**
 * Alerts by which a server refuses the client's certificate or asks for one (RFC 8446, section
 * 6.2).
 */
const clientCertificate =
  /ALERT_(CERTIFICATE_|BAD_CERTIFICATE|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE|NO_CERTIFICATE|ACCESS_DENIED)/;

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
 */
export function httpFailure(error: unknown): TerrESanteError {
  if (isTerrESanteError(error)) return error;

  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : null;
  if (isTerrESanteError(cause)) return cause;
  // The library's own code is less precise than that of the system below it.
  const codes = [foreignCode(error), foreignCode(cause)].filter((code) => code !== null);
  const [code = 'unknown'] = codes.filter((item) => item !== 'ERR_BAD_RESPONSE');
  const details = { networkCode: code };

  if (isCertificateRefused(code)) {
    return new TerrESanteError('TE_TLS', 'Le certificat du serveur est refusé : aucune donnée envoyée.', { details });
  }
  if (clientCertificate.test(code)) {
    return new TerrESanteError('TE_CLIENT_CERT', 'Le serveur refuse le certificat client, ou en exige un.', {
      details,
    });
  }
  if (isTlsFailure(code)) {
    return new TerrESanteError('TE_TLS', "La connexion TLS n'a pas pu être établie.", { details });
  }
  if (code === 'ETIMEDOUT' || code === 'ECONNABORTED' || code === 'ESOCKETTIMEDOUT') {
    return new TerrESanteError('TE_TIMEOUT', 'Le serveur ne répond pas dans le délai.', { details });
  }
  return new TerrESanteError('TE_UNAVAILABLE', 'Le serveur est injoignable ou a coupé la connexion.', { details });
}
