import type { Finding } from '../../errors.ts';
import { readCertificate } from './x509.ts';

const day = 86_400_000;

/**
 * Says when a certificate has expired, is not valid yet, or will soon expire: renewing a card takes
 * weeks.
 *
 * @param now - Milliseconds since 1970.
 * @param warnDays - A warning from that many days before the end. @defaultValue `60`
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID`
 *
 * @example
 * ```ts
 * import { certificateExpiry, readCertificate } from 'terr-esante-sdk/auth';
 * import { createTestHierarchy } from 'terr-esante-sdk/testing';
 *
 * const { professional } = await createTestHierarchy();
 * const { certDer } = professional.signature;
 * const { notAfter } = readCertificate(certDer);
 * certificateExpiry(certDer, Date.now()).length; // 0
 * certificateExpiry(certDer, notAfter - 86_400_000)[0]?.severity; // 'warning'
 * certificateExpiry(certDer, notAfter + 1)[0]?.severity; // 'error'
 * ```
 *
 * @group Certificates
 */
export function certificateExpiry(der: Uint8Array, now: number, warnDays = 60): Finding[] {
  const { notBefore, notAfter } = readCertificate(der);
  const date = new Date(notAfter).toISOString().slice(0, 10);
  const left = Math.floor((notAfter - now) / day);
  const base = {
    rule: 'CERT-EXPIRY',
    path: 'certificate',
    expected: null,
    reference: 'RFC 5280, section 4.1.2.5',
  } as const;
  if (now < notBefore) {
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
  if (now > notAfter) {
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
