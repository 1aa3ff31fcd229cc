import type { CheckReport, Finding, Severity } from '../../errors.ts';
import { bytesOf, currentTime, optionalNumber } from '../../internal/border.ts';
import { checkReport, finding } from '../../internal/finding.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { certificateRules } from './rules.ts';
import { readCertificate } from './x509.ts';

const day = 86_400_000;

/** Options of {@link certificateExpiry}. @group Certificates */
export interface ExpiryOptions {
  /** A warning from that many days before the end, ten years at most. @defaultValue `60` */
  readonly warnDays?: number | undefined;
  /** The moment of the check is what its clock says. @defaultValue the system clock */
  readonly runtime?: Runtime | undefined;
}

/**
 * Says when a certificate has expired, is not valid yet, or will soon expire: renewing a card takes
 * weeks.
 *
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID`, `TE_INPUT_INVALID`
 *
 * @example
 * ```ts
 * import { certificateExpiry, readCertificate } from 'terr-esante-sdk/auth';
 * import { createTestHierarchy } from 'terr-esante-sdk/testing';
 *
 * const { professional } = await createTestHierarchy();
 * const { certDer } = professional.signature;
 * const { notAfter } = readCertificate(certDer);
 * const at = (now: number) => ({ runtime: { clock: { now: () => now }, ids: { uuid: () => '' } } });
 * certificateExpiry(certDer).ok; // true
 * certificateExpiry(certDer, at(notAfter - 86_400_000)).findings[0]?.severity; // 'warning'
 * certificateExpiry(certDer, at(notAfter + 1)).findings[0]?.severity; // 'error'
 * ```
 *
 * @group Certificates
 */
export function certificateExpiry(der: Uint8Array, options: ExpiryOptions = {}): CheckReport {
  const now = currentTime(options.runtime);
  const warnDays = optionalNumber('warnDays', options.warnDays, 60, { max: 3660 });
  return checkReport(expiryFindings(bytesOf('der', der), now, warnDays));
}

function expiryFindings(der: Uint8Array, now: number, warnDays: number): Finding[] {
  const { notBefore, notAfter } = readCertificate(der);
  const fault = (severity: Severity, found: number, fr: string, en: string): Finding[] => [
    finding(certificateRules, 'CERT-EXPIRY', {
      path: 'certificate',
      severity,
      found: isoDay(found),
      values: { fr, en },
    }),
  ];

  // Written so that `NaN` refuses.
  if (!(now >= notBefore)) {
    return fault('error', notBefore, "il n'est pas encore valable", 'it is not valid yet');
  }
  if (!(now <= notAfter)) {
    return fault('error', notAfter, `il a expiré le ${isoDay(notAfter)}`, `it expired on ${isoDay(notAfter)}`);
  }

  const left = Math.floor((notAfter - now) / day);
  if (left >= warnDays) return [];

  const fr = `il expire le ${isoDay(notAfter)} (dans ${left} jour${left > 1 ? 's' : ''})`;
  return fault('warning', notAfter, fr, `it expires on ${isoDay(notAfter)} (in ${left} days)`);
}

function isoDay(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
