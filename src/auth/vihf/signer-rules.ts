import { TerrESanteError, type CheckReport, type Finding } from '../../errors.ts';
import { checkReport, finding, type CaseOf } from '../../internal/finding.ts';
import { certificateRules } from '../certificates/rules.ts';
import { nameValue } from '../certificates/dn.ts';
import { environmentOf } from '../certificates/identity.ts';
import { validityFault } from '../certificates/validity.ts';
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

/** A refusal, with the word that an error gives as its reason. */
interface Refusal {
  readonly reason: string;
  readonly finding: Finding;
}

const path = 'certificate';

function usage(reason: string, fault: CaseOf<(typeof certificateRules)['CERT-USAGE']>, expected: string): Refusal {
  return { reason, finding: finding(certificateRules, 'CERT-USAGE', { path, case: fault, expected }) };
}

/** The dates of the certificate. */
function dateRefusals(certificate: Certificate, now: number): Refusal[] {
  const fault = validityFault(certificate, now);
  if (!fault) return [];

  const end = fault === 'early' ? certificate.notBefore : certificate.notAfter;
  const found = new Date(end).toISOString().slice(0, 10);
  return [
    {
      reason: fault === 'early' ? 'not-yet-valid' : 'expired',
      finding: finding(certificateRules, 'CERT-VALIDITY', { path, case: fault, found }),
    },
  ];
}

/** What the certificate is made for: key, usage, environment. */
function kindRefusals(certificate: Certificate, input: SignerExpectation): Refusal[] {
  const { key, keyUsage, isAuthority } = certificate;
  const refusals: Refusal[] = [];

  if (key.type !== 'rsa' || (key.bits ?? 0) < 2048) {
    const found = key.bits === null ? key.type : `${key.type} ${key.bits}`;
    refusals.push({ reason: 'key', finding: finding(certificateRules, 'CERT-KEY', { path, found }) });
  }
  if (isAuthority) refusals.push(usage('authority', 'authority', 'digitalSignature'));
  if (keyUsage && !keyUsage.includes('digitalSignature') && !keyUsage.includes('nonRepudiation')) {
    refusals.push(usage('usage', 'not-signing', 'digitalSignature'));
  }

  const { environment } = input.target;
  const marked = environmentOf(certificate);
  if (environment !== undefined && marked !== null && marked !== environment) {
    const place = { path, found: marked, expected: environment };
    refusals.push({ reason: 'environment', finding: finding(certificateRules, 'CERT-ENVIRONMENT', place) });
  }
  return refusals;
}

/** In direct mode the professional signs, with the signature certificate of the own card. */
function cardRefusals({ keyUsage, subject }: Certificate, input: SignerExpectation): Refusal[] {
  if ((input.authentication.mode ?? 'direct') !== 'direct') return [];

  const refusals: Refusal[] = [];
  if (!keyUsage?.includes('nonRepudiation')) {
    refusals.push(usage('authentication-certificate', 'authentication', 'nonRepudiation'));
  }
  if (nameValue(subject, '2.5.4.3') !== input.professional.nationalId) {
    refusals.push({ reason: 'card-holder', finding: finding(certificateRules, 'CERT-HOLDER', { path }) });
  }
  return refusals;
}

function refusalsOf(certificate: Certificate, input: SignerExpectation, now: number): Refusal[] {
  return [...dateRefusals(certificate, now), ...kindRefusals(certificate, input), ...cardRefusals(certificate, input)];
}

/**
 * Refuses a certificate that may not sign this assertion now: a remote "invalid certificate" fault
 * is explained here instead.
 *
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID`, `TE_IDENTITY_MISMATCH`
 */
export function requireSigner(certificate: Certificate, input: SignerExpectation, now: number): void {
  const refusals = refusalsOf(certificate, input, now);
  const [first] = refusals;
  if (!first) return;

  const code = first.reason === 'card-holder' ? 'TE_IDENTITY_MISMATCH' : 'TE_CERTIFICATE_INVALID';
  throw new TerrESanteError(code, first.finding.message, {
    findings: refusals.map((refusal) => refusal.finding),
    details: { reason: first.reason },
  });
}

/**
 * Says whether {@link createVihf} would refuse to sign with this certificate, before any PIN is
 * asked: `CERT-HOLDER` when the card is another professional's, the other rules for the certificate
 * itself.
 *
 * @param der - The signer's certificate.
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID` when the certificate cannot be read,
 *   `TE_INPUT_INVALID`
 *
 * @group VIHF
 */
export function checkVihfSigner(der: Uint8Array, input: SignerExpectation, options: SignerOptions = {}): CheckReport {
  const certificate = readCertificate(bytesOf('der', der));
  return checkReport(refusalsOf(certificate, input, currentTime(options.runtime)).map((refusal) => refusal.finding));
}
