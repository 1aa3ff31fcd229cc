import type { Finding } from '../../../errors.ts';
import { sameName } from '../../certificates/dn.ts';
import { environmentOf, identityOf, type CertificateIdentity } from '../../certificates/identity.ts';
import type { Certificate } from '../../certificates/x509.ts';
import { modeValues, vihfAttribute } from '../names.ts';
import { modeOf, stringOf } from './facts.ts';
import type { AssertionContent } from './content.ts';
import type { CheckedPolicy } from './policy.ts';
import { finding, type CaseOf } from '../../../internal/finding.ts';
import { vihfRules } from '../rules/index.ts';

const emailProtection = '1.3.6.1.5.5.7.3.4';
const clientAuth = '1.3.6.1.5.5.7.3.2';

const certificatePath = 'Signature/KeyInfo/X509Data/X509Certificate';

type UsageCase = CaseOf<(typeof vihfRules)['CERT-USAGE']>;

function usageFinding(fault: UsageCase, found: readonly string[] | null, expected: string): Finding {
  return finding(vihfRules, 'CERT-USAGE', {
    path: certificatePath,
    case: fault,
    found: found?.join(', '),
    expected,
  });
}

/** Whether this certificate is of a kind that may sign an assertion at all. */
export function certificateFindings(
  certificate: Certificate,
  environment: 'test' | 'production' | undefined,
): Finding[] {
  const findings: Finding[] = [];
  const { key, keyUsage, extendedKeyUsage, isAuthority } = certificate;

  if (key.type !== 'rsa' || (key.bits ?? 0) < 2048) {
    const found = key.bits === null ? key.type : `${key.type} ${key.bits}`;
    findings.push(finding(vihfRules, 'CERT-KEY', { path: certificatePath, found }));
  }

  const maySign = keyUsage?.includes('digitalSignature') || keyUsage?.includes('nonRepudiation');
  if (isAuthority || !maySign) {
    findings.push(usageFinding(isAuthority ? 'authority' : 'not-signing', keyUsage, 'digitalSignature'));
  }
  if (extendedKeyUsage && !extendedKeyUsage.includes(emailProtection) && !extendedKeyUsage.includes(clientAuth)) {
    findings.push(usageFinding('server', extendedKeyUsage, `${emailProtection}, ${clientAuth}`));
  }

  const marked = environmentOf(certificate);
  if (environment !== undefined && marked !== null && marked !== environment) {
    findings.push(
      finding(vihfRules, 'CERT-ENVIRONMENT', { path: certificatePath, found: marked, expected: environment }),
    );
  }
  return findings;
}

/** In direct mode the professional signs, with the signature key of the own card. */
function cardFindings(content: AssertionContent, { kind, nationalId, use }: CertificateIdentity): Finding[] {
  const findings: Finding[] = [];
  if (kind !== 'person') {
    const place = { path: 'Signature', found: kind, expected: 'person', values: { mode: 'DIRECTE' } };
    findings.push(finding(vihfRules, 'VIHF-SIGNER', place));
  } else if (nationalId !== content.nameId) {
    findings.push(finding(vihfRules, 'VIHF-HOLDER', { path: 'Subject/NameID' }));
  }

  if (use !== 'signature') findings.push(usageFinding('authentication', null, 'nonRepudiation'));
  return findings;
}

/**
 * In the indirect modes the structure signs, for itself: which structure that is, and who the user
 * is, are its word alone. The certificate of a legal entity covers its sites, which only the
 * receiver can know.
 */
function structureFindings(
  content: AssertionContent,
  signer: CertificateIdentity,
  mode: 'indirect' | 'reinforced',
  mayDeclare: CheckedPolicy['mayDeclare'],
): Finding[] {
  const findings: Finding[] = [];
  const { kind, structureId } = signer;
  if (kind !== 'organisation') {
    const place = { path: 'Signature', found: kind, expected: 'organisation', values: { mode: modeValues[mode] } };
    findings.push(finding(vihfRules, 'VIHF-SIGNER', place));
  }

  const declared = stringOf(content, vihfAttribute.structure);
  if (declared !== null && structureId !== declared) {
    const path = `Attribute[@Name="${vihfAttribute.structure}"]`;
    const severity = mayDeclare(declared, signer) ? 'warning' : 'error';
    findings.push(finding(vihfRules, 'VIHF-STRUCTURE-SIGNER', { path, severity }));
  }
  return findings;
}

/** Whether the signer may say what the assertion says. */
export function signerFindings(
  content: AssertionContent,
  certificate: Certificate,
  { mayDeclare }: Pick<CheckedPolicy, 'mayDeclare'>,
): Finding[] {
  const findings: Finding[] = [];
  if (!sameName(certificate.subject, content.issuer)) {
    findings.push(finding(vihfRules, 'VIHF-ISSUER', { path: 'Issuer' }));
  }

  const identity = identityOf(certificate);
  const mode = modeOf(content);
  if (mode === 'direct') findings.push(...cardFindings(content, identity));
  else if (mode !== null) findings.push(...structureFindings(content, identity, mode, mayDeclare));
  return findings;
}
