import type { CheckReport, Finding } from '../../errors.ts';
import { bytesOf, currentTime, optionalNumber, optionsOf, reading } from '../../internal/border.ts';
import { checkReport, finding } from '../../internal/finding.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { certificateRules } from './rules.ts';
import { validityFault } from './validity.ts';
import { readCertificate } from './x509.ts';
import { number, runtime as runtimeCheck } from '../../internal/option-checks.ts';

const day = 86_400_000;

/**
 * Says when a certificate has expired, is not valid yet, or will soon expire: renewing a card takes
 * weeks.
 *
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID`, `TE_INPUT_INVALID`
 *
 * @example
 * ```ts
 * import { X509Certificate } from 'node:crypto';
 * import { certificateExpiry } from 'terr-esante-sdk/auth';
 * import { createTestHierarchy } from 'terr-esante-sdk/testing';
 *
 * const { professional } = await createTestHierarchy();
 * const { certDer } = professional.signature;
 * const notAfter = Date.parse(new X509Certificate(certDer).validTo);
 * const at = (now: number) => ({ runtime: { clock: { now: () => now }, ids: { uuid: () => '' } } });
 * certificateExpiry(certDer).ok; // true
 * certificateExpiry(certDer, at(notAfter - 86_400_000)).findings[0]?.severity; // 'warning'
 * certificateExpiry(certDer, at(notAfter + 1)).findings[0]?.severity; // 'error'
 * ```
 *
 * @group Certificates
 */
export function certificateExpiry(
  der: Uint8Array,
  options?: {
    /** A warning from that many days before the end, ten years at most. @defaultValue `60` */
    readonly warnDays?: number | undefined;
    /** The moment of the check is what its clock says. @defaultValue the system clock */
    readonly runtime?: Runtime | undefined;
  },
): CheckReport {
  const given = optionsOf('options', options, { warnDays: number({ max: 3660 }), runtime: runtimeCheck });
  return reading('der', () => expiryOf(der, given));
}

function expiryOf(
  der: Uint8Array,
  options: {
    /** A warning from that many days before the end, ten years at most. @defaultValue `60` */
    readonly warnDays?: number | undefined;
    /** The moment of the check is what its clock says. @defaultValue the system clock */
    readonly runtime?: Runtime | undefined;
  },
): CheckReport {
  const now = currentTime(options.runtime);
  const warnDays = optionalNumber('warnDays', options.warnDays, 60, { max: 3660 });
  return checkReport(expiryFindings(bytesOf('der', der), now, warnDays));
}

function expiryFindings(der: Uint8Array, now: number, warnDays: number): Finding[] {
  const { notBefore, notAfter } = readCertificate(der);
  const path = 'certificate';

  const fault = validityFault({ notBefore, notAfter }, now);
  if (fault) {
    const found = isoDay(fault === 'early' ? notBefore : notAfter);
    return [finding(certificateRules, 'CERT-EXPIRY', { path, case: fault, found, values: { date: found } })];
  }

  const days = Math.floor((notAfter - now) / day);
  if (days >= warnDays) return [];

  const date = isoDay(notAfter);
  const values = { date, days };
  return [
    finding(certificateRules, 'CERT-EXPIRY', { path, case: nearness(days), severity: 'warning', found: date, values }),
  ];
}

/** The case of a certificate that has so many whole days left. */
function nearness(days: number): 'days' | 'one-day' | 'hours' {
  if (days > 1) return 'days';
  return days === 1 ? 'one-day' : 'hours';
}

function isoDay(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
