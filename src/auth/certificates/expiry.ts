import type { CheckReport, Finding } from '../../errors.ts';
import { bytesOf, currentTime, optionalNumber } from '../../internal/border.ts';
import { checkReport } from '../../internal/finding.ts';
import type { Runtime } from '../../internal/runtime.ts';
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
  const date = new Date(notAfter).toISOString().slice(0, 10);
  const left = Math.floor((notAfter - now) / day);
  const base = {
    rule: 'CERT-EXPIRY',
    path: 'certificate',
    expected: null,
    reference: 'RFC 5280, section 4.1.2.5',
  } as const;
  if (!(now >= notBefore)) {
    return [
      {
        ...base,
        severity: 'error',
        message: "Le certificat n'est pas encore valide.",
        messageEn: 'The certificate is not valid yet.',
        found: new Date(notBefore).toISOString().slice(0, 10),
        fix: "Vérifiez l'heure du poste.",
      },
    ];
  }
  if (!(now <= notAfter)) {
    return [
      {
        ...base,
        severity: 'error',
        message: `Le certificat a expiré le ${date}.`,
        messageEn: `The certificate expired on ${date}.`,
        found: date,
        fix: 'Renouvelez la carte ou le certificat.',
      },
    ];
  }
  if (left >= warnDays) return [];
  return [
    {
      ...base,
      severity: 'warning',
      message: `Le certificat expire le ${date} (dans ${left} jour${left > 1 ? 's' : ''}).`,
      messageEn: `The certificate expires on ${date} (in ${left} days).`,
      found: date,
      fix: 'Demandez dès maintenant le renouvellement de la carte ou du certificat.',
    },
  ];
}
