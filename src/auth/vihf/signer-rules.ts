import { TerrESanteError } from '../../errors.ts';
import { nameValue } from '../certificates/dn.ts';
import { environmentOf } from '../certificates/identity.ts';
import { readCertificate, type Certificate } from '../certificates/x509.ts';
import { bytesOf, currentTime } from '../../internal/border.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { VihfInput } from './model.ts';

/** What an assertion says of its signer: a `VihfInput` is one. @group VIHF */
export interface SignerExpectation {
  readonly professional: Pick<VihfInput['professional'], 'nationalId'>;
  readonly authentication: Pick<VihfInput['authentication'], 'mode'>;
  readonly target: Pick<VihfInput['target'], 'environment'>;
}

/** Options of {@link checkVihfSigner}. @group VIHF */
export interface SignerOptions {
  /** The moment of the check is what its clock says. @defaultValue the system clock */
  readonly runtime?: Runtime | undefined;
}

function refuse(reason: string, message: string): never {
  throw new TerrESanteError('TE_CERTIFICATE_INVALID', message, { details: { reason } });
}

/**
 * Whether the certificate may sign this assertion now; a remote "invalid certificate" fault is
 * explained here instead.
 */
export function checkSigner(certificate: Certificate, input: SignerExpectation, now: number): void {
  const { key, keyUsage, subject } = certificate;
  if (key.type !== 'rsa' || (key.bits ?? 0) < 2048) {
    refuse('key', "Le certificat de signature doit porter une clé RSA d'au moins 2048 bits.");
  }
  if (!(now >= certificate.notBefore)) {
    refuse('not-yet-valid', "Le certificat de signature n'est pas encore valide ; vérifiez aussi l'heure du poste.");
  }
  if (!(now <= certificate.notAfter)) {
    refuse('expired', "Le certificat de signature a expiré ; vérifiez aussi l'heure du poste.");
  }
  if (certificate.isAuthority) refuse('authority', "Un certificat d'autorité ne peut pas signer un VIHF.");
  if (keyUsage && !keyUsage.includes('digitalSignature') && !keyUsage.includes('nonRepudiation')) {
    refuse('usage', "Ce certificat n'est pas fait pour signer.");
  }
  const { environment } = input.target;
  const marked = environmentOf(certificate);
  if (environment !== undefined && marked !== null && marked !== environment) {
    refuse(
      'environment',
      environment === 'production'
        ? 'Carte ou certificat de test employé en production.'
        : 'Carte ou certificat de production employé en test.',
    );
  }
  if ((input.authentication.mode ?? 'direct') !== 'direct') return;
  if (!keyUsage?.includes('nonRepudiation')) {
    refuse(
      'authentication-certificate',
      "C'est le certificat d'authentification de la carte : le VIHF se signe avec le certificat de signature.",
    );
  }
  if (nameValue(subject, '2.5.4.3') !== input.professional.nationalId) {
    throw new TerrESanteError('TE_IDENTITY_MISMATCH', "La carte n'est pas celle du professionnel désigné.", {
      details: { reason: 'card-holder' },
    });
  }
}

/**
 * Says whether {@link createVihf} would refuse to sign with this certificate, before any PIN is
 * asked.
 *
 * @param der - The signer's certificate.
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID`, `TE_IDENTITY_MISMATCH` (another professional's
 *   card)
 * @group VIHF
 */
export function checkVihfSigner(der: Uint8Array, input: SignerExpectation, options: SignerOptions = {}): void {
  checkSigner(readCertificate(bytesOf('der', der)), input, currentTime(options.runtime));
}
