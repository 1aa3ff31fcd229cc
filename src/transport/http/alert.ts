import { foreignCode } from '../../internal/foreign-error.ts';

/**
 * Alerts that a server may send instead of going on, by their numbers.
 *
 * @see RFC 8446, appendix B.2
 */
const names: ReadonlyMap<number, string> = new Map([
  [40, 'handshake_failure'],
  [41, 'no_certificate'],
  [42, 'bad_certificate'],
  [43, 'unsupported_certificate'],
  [44, 'certificate_revoked'],
  [45, 'certificate_expired'],
  [46, 'certificate_unknown'],
  [48, 'unknown_ca'],
  [49, 'access_denied'],
  [70, 'protocol_version'],
  [71, 'insufficient_security'],
  [112, 'unrecognized_name'],
  [116, 'certificate_required'],
]);

/**
 * Those by which it refuses the client's certificate or asks for one.
 *
 * @see RFC 8446, section 6.2
 */
const ofClientCertificate: ReadonlySet<string> = new Set([
  'no_certificate',
  'bad_certificate',
  'unsupported_certificate',
  'certificate_revoked',
  'certificate_expired',
  'certificate_unknown',
  'unknown_ca',
  'access_denied',
  'certificate_required',
]);

/**
 * The name of the alert that ended a connection; `null` when none did. Up to TLS 1.2 it comes while
 * the first bytes wait to be sent: the code then is that of the failed write, and only the text of
 * the error holds the number.
 */
export function alertOf(error: unknown): string | null {
  const [, word] = /^ERR_SSL_\w*?ALERT_(\w+)$/.exec(foreignCode(error) ?? '') ?? [];
  if (word !== undefined) return word.toLowerCase();

  return error instanceof Error ? alertIn(error.message) : null;
}

/** The same in the text of an error. */
export function alertIn(text: string): string | null {
  const [, number] = /SSL alert number (\d{1,3})\b/.exec(text) ?? [];
  return names.get(Number(number)) ?? null;
}

/** Whether an alert speaks of the certificate of the client. */
export function isOfClientCertificate(alert: string | null): boolean {
  return alert !== null && ofClientCertificate.has(alert);
}
