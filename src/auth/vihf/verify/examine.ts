import { createHash, verify } from 'node:crypto';
import { isTerrESanteError, type Finding } from '../../../errors.ts';
import { readXml, type ReadElement } from '../../../internal/xml/index.ts';
import { faultOf } from '../../../internal/fault.ts';
import { chainAt } from '../../certificates/chain.ts';
import { certificateFaults } from '../../certificates/faults.ts';
import { nativeOf, readCertificate, type Certificate } from '../../certificates/x509.ts';
import { canonicalise } from '../../xml-signature/canonical.ts';
import { contentFindings } from './content-rules.ts';
import { readContent, type AssertionContent } from './content.ts';
import { readFacts, type VihfFacts } from './facts.ts';
import { locateAssertion } from './locate.ts';
import type { Located } from './located.ts';
import type { CheckedPolicy } from './policy.ts';
import { canonicalExceeded, limitFinding } from './limits.ts';
import { finding, hasError } from '../../../internal/finding.ts';
import { vihfRules } from '../rules/index.ts';
import { receiverFindings } from './receiver-rules.ts';
import { secondOpinion } from './second-opinion.ts';
import { readSignature, type SignatureShape } from './shape.ts';
import { certificateFindings, signerFindings } from './signer-match.ts';
import { timeFindings } from './time-rules.ts';

/** Everything one reading of an assertion found. */
export interface Examination {
  readonly findings: readonly Finding[];
  readonly located: Located | null;
  readonly shape: SignatureShape | null;
  /** Exclusive canonical form of the assertion without its signature: what is hashed. */
  readonly canonical: string | null;
  readonly signedInfo: string | null;
  readonly computedDigest: Uint8Array | null;
  readonly certificate: Certificate | null;
  readonly chain: readonly Certificate[];
  readonly content: AssertionContent | null;
  /** `null` as long as one fact of the profile is absent or malformed. */
  readonly facts: VihfFacts | null;
}

interface Trust {
  readonly certificate: Certificate | null;
  readonly chain: readonly Certificate[];
  readonly findings: readonly Finding[];
}

const certificatePath = 'Signature/KeyInfo/X509Data/X509Certificate';

/** Reads the certificate, or says why it cannot be read. */
function readSigner(der: Uint8Array): Certificate | Finding {
  try {
    return readCertificate(der);
  } catch (error) {
    const fault = faultOf(error, certificateFaults);
    if (fault === null || !isTerrESanteError(error)) throw error;

    const values = { field: String(error.details['field']) };
    return finding(vihfRules, 'CERT-READ', { path: certificatePath, case: fault, values });
  }
}

/** The certificate of the signature, its chain up to an anchor, and what is wrong with either. */
function examineCertificate(der: Uint8Array, policy: CheckedPolicy): Trust {
  const certificate = readSigner(der);
  if ('rule' in certificate) return { certificate: null, chain: [], findings: [certificate] };

  const { certificates, findings } = chainAt(der, policy.anchors, policy.now);
  return {
    certificate,
    chain: certificates,
    findings: [...findings, ...certificateFindings(certificate, policy.environment)],
  };
}

function verifiesWith(certificate: Certificate, data: string, value: Uint8Array): boolean {
  try {
    return (
      certificate.key.type === 'rsa' &&
      verify('sha256', Buffer.from(data, 'utf8'), nativeOf(certificate).publicKey, value)
    );
  } catch {
    return false;
  }
}

/** `null` when xml-crypto verified exactly these bytes. */
async function disagreement(located: Located, certificate: Certificate, canonical: string): Promise<Finding | null> {
  const signed = await secondOpinion(located.source, nativeOf(certificate).publicKey);
  if (signed === canonical) return null;
  return finding(vihfRules, 'SIG-SECOND', { path: `${located.path}/Signature` });
}

/**
 * Judges content and dates of an assertion whose signature cannot be looked at: only ever beside an
 * error.
 */
function unsignedFindings({ assertion, path }: Located, policy: CheckedPolicy): Finding[] {
  const children = assertion.children.filter((child) => typeof child === 'string' || child.localName !== 'Signature');
  const { content, findings } = readContent({ ...assertion, children }, path);
  return [...findings, ...(content ? meaning(content, policy) : [])];
}

function meaning(content: AssertionContent, policy: CheckedPolicy): Finding[] {
  return [...contentFindings(content), ...receiverFindings(content, policy), ...timeFindings(content, policy)];
}

const nothing = {
  located: null,
  shape: null,
  canonical: null,
  signedInfo: null,
  computedDigest: null,
  certificate: null,
  chain: [],
  content: null,
  facts: null,
} as const;

/**
 * Reads and judges an assertion, going as far as its form allows, so that all that is wrong is said
 * at once. Content is read from the canonical bytes that the digest covers, never from the document
 * around them.
 */
export async function examine(input: string | Uint8Array, policy: CheckedPolicy): Promise<Examination> {
  const { located, findings } = locateAssertion(input);
  if (!located) return { ...nothing, findings };

  try {
    return await examineLocated(located, policy);
  } catch (error) {
    if (!isTerrESanteError(error) || error.details['reason'] !== 'canonical-length') throw error;
    return { ...nothing, findings: [canonicalExceeded(located.path)] };
  }
}

async function examineLocated(located: Located, policy: CheckedPolicy): Promise<Examination> {
  const { shape, findings: shapeFindings } = readSignature(located);
  if (!shape) return { ...nothing, located, findings: [...shapeFindings, ...unsignedFindings(located, policy)] };

  // Before anything is hashed: a short text may ask for a canonical form of hundreds of megabytes.
  const limit = limitFinding(located);
  if (limit) return { ...nothing, findings: [limit] };

  // The digest, over the assertion without its signature.
  const findings: Finding[] = [];
  const canonical = canonicalise(located.assertion, { without: shape.signature });
  const computedDigest = createHash('sha256').update(canonical, 'utf8').digest();
  if (Buffer.compare(computedDigest, shape.digest) !== 0) {
    findings.push(
      finding(vihfRules, 'SIG-DIGEST', {
        path: `${located.path}/Signature/SignedInfo/Reference/DigestValue`,
        found: Buffer.from(shape.digest).toString('base64'),
        expected: computedDigest.toString('base64'),
      }),
    );
  }

  // The signature over SignedInfo, and trust in its key.
  const signedInfo = canonicalise(shape.signedInfo);
  const trust = examineCertificate(shape.certificate, policy);
  const { certificate, chain } = trust;
  if (certificate && !verifiesWith(certificate, signedInfo, shape.value)) {
    findings.push(finding(vihfRules, 'SIG-VALUE', { path: `${located.path}/Signature/SignatureValue` }));
  }
  findings.push(...trust.findings);

  // Only a signature that holds is worth a second opinion.
  if (!hasError(findings) && certificate) {
    const different = await disagreement(located, certificate, canonical);
    if (different) findings.push(different);
  }

  // What was signed, read from the bytes that the digest covers.
  const signedRoot: ReadElement = readXml(canonical, { allowComments: false, allowProcessingInstructions: false });
  const { content, findings: grammar } = readContent(signedRoot, located.path);
  findings.push(...grammar);
  if (content) {
    findings.push(...meaning(content, policy));
    if (certificate) findings.push(...signerFindings(content, certificate, policy));
  }

  const facts = content && readFacts(content);
  return { findings, located, shape, canonical, signedInfo, computedDigest, certificate, chain, content, facts };
}
