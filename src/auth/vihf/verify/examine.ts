import { createHash, verify } from 'node:crypto';
import { isTerrESanteError, type Finding } from '../../../errors.ts';
import { readXml, type ReadElement } from '../../../internal/xml/index.ts';
import { buildCertificateChain } from '../../certificates/chain.ts';
import { nativeOf, readCertificate, type Certificate } from '../../certificates/x509.ts';
import { canonicalise } from '../../xml-signature/canonical.ts';
import { contentFindings } from './content-rules.ts';
import { readContent, type AssertionContent } from './content.ts';
import { locateAssertion, type Located } from './locate.ts';
import { canonicalExceeded, limitFinding } from './limits.ts';
import { problem } from './problem.ts';
import { receiverFindings } from './receiver-rules.ts';
import { secondOpinion } from './second-opinion.ts';
import { readSignature, type SignatureShape } from './shape.ts';
import { certificateFindings, signerFindings } from './signer-match.ts';
import { timeFindings } from './time-rules.ts';
import { clockSkewMs } from '../../../internal/clock-skew.ts';

/** What a receiver demands of an assertion. @group VIHF verification */
export interface AssertionPolicy {
  /**
   * In DER: the self-signed ones are trusted, the others are intermediates. The certificate in the
   * assertion is never trusted by itself.
   */
  readonly anchors: readonly Uint8Array[];
  /** Moment of the check, in milliseconds since 1970. */
  readonly now: number;
  /** Clocks may differ by this much. @defaultValue `60_000` */
  readonly skewMs?: number | undefined;
  /** Our own name: an assertion with an `AudienceRestriction` must hold it. */
  readonly audience?: string | undefined;
  /** Our own address: a `SubjectConfirmationData` with a `Recipient` must hold it. */
  readonly recipient?: string | undefined;
  /** `Ressource_URN` that the assertion must name. */
  readonly resourceUrn?: string | undefined;
  /** Refuses certificates of the other environment. */
  readonly environment?: 'test' | 'production' | undefined;
  /** Accepts an assertion without `NotOnOrAfter`. @defaultValue `false` */
  readonly allowNoEnd?: boolean | undefined;
  /** Longest time since `IssueInstant`, in milliseconds. */
  readonly maxAgeMs?: number | undefined;
}

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
}

interface Trust {
  readonly certificate: Certificate | null;
  readonly chain: readonly Certificate[];
  readonly findings: readonly Finding[];
}

const certificatePath = 'Signature/KeyInfo/X509Data/X509Certificate';

function examineCertificate(der: Uint8Array, policy: AssertionPolicy): Trust {
  let certificate: Certificate;
  try {
    certificate = readCertificate(der);
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    return {
      certificate: null,
      chain: [],
      findings: [problem('CERT-READ', certificatePath, error.message, 'The certificate cannot be read.')],
    };
  }
  const { certificates, findings } = buildCertificateChain(der, { anchors: policy.anchors, now: policy.now });
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
async function disagreement(located: Located, shape: SignatureShape, canonical: string): Promise<Finding | null> {
  const signed = await secondOpinion(canonicalise(located.assertion), canonicalise(shape.signature), shape.certificate);
  if (signed === canonical) return null;
  return problem(
    'SIG-SECOND',
    `${located.path}/Signature`,
    'Deux vérifications indépendantes ne concordent pas.',
    'Two independent verifications disagree.',
    {
      fix: "L'assertion est refusée ; transmettez-la au support.",
    },
  );
}

/**
 * Judges content and dates of an assertion whose signature cannot be looked at: only ever beside an
 * error.
 */
function unsignedFindings({ assertion, path }: Located, policy: AssertionPolicy): Finding[] {
  const children = assertion.children.filter((child) => typeof child === 'string' || child.localName !== 'Signature');
  const { content, findings } = readContent({ ...assertion, children }, path);
  return [...findings, ...(content ? meaning(content, policy) : [])];
}

function meaning(content: AssertionContent, policy: AssertionPolicy): Finding[] {
  const { now, skewMs = clockSkewMs, allowNoEnd = false, maxAgeMs } = policy;
  return [
    ...contentFindings(content),
    ...receiverFindings(content, policy),
    ...timeFindings(content, { now, skewMs, allowNoEnd, maxAgeMs }),
  ];
}

const failed = (findings: readonly Finding[]): boolean => findings.some(({ severity }) => severity === 'error');

const nothing = {
  located: null,
  shape: null,
  canonical: null,
  signedInfo: null,
  computedDigest: null,
  certificate: null,
  chain: [],
  content: null,
} as const;

/**
 * Reads and judges an assertion, going as far as its form allows, so that all that is wrong is said
 * at once. Content is read from the canonical bytes that the digest covers, never from the document
 * around them.
 */
export async function examine(input: string | Uint8Array, policy: AssertionPolicy): Promise<Examination> {
  const { located, findings } = locateAssertion(input);
  if (!located) return { ...nothing, findings };

  try {
    return await examineLocated(located, policy);
  } catch (error) {
    if (!isTerrESanteError(error) || error.details['reason'] !== 'canonical-length') throw error;
    return { ...nothing, findings: [canonicalExceeded(located.path)] };
  }
}

async function examineLocated(located: Located, policy: AssertionPolicy): Promise<Examination> {
  const { shape, findings: shapeFindings } = readSignature(located);
  if (!shape) return { ...nothing, located, findings: [...shapeFindings, ...unsignedFindings(located, policy)] };

  // Before anything is hashed: a short text may ask for a canonical form of hundreds of megabytes.
  const limit = limitFinding(located);
  if (limit) return { ...nothing, findings: [limit] };

  const findings: Finding[] = [];
  const canonical = canonicalise(located.assertion, { without: shape.signature });
  const signedInfo = canonicalise(shape.signedInfo);
  const computedDigest = createHash('sha256').update(canonical, 'utf8').digest();
  if (Buffer.compare(computedDigest, shape.digest) !== 0) {
    findings.push(
      problem(
        'SIG-DIGEST',
        `${located.path}/Signature/SignedInfo/Reference/DigestValue`,
        "L'empreinte ne correspond pas au contenu de l'assertion.",
        'The digest does not match the assertion.',
        {
          found: Buffer.from(shape.digest).toString('base64'),
          expected: computedDigest.toString('base64'),
          fix: "L'assertion a changé après la signature, ou l'empreinte a été calculée sur d'autres octets.",
        },
      ),
    );
  }
  const trust = examineCertificate(shape.certificate, policy);
  const { certificate, chain } = trust;
  if (certificate && !verifiesWith(certificate, signedInfo, shape.value)) {
    findings.push(
      problem(
        'SIG-VALUE',
        `${located.path}/Signature/SignatureValue`,
        'La signature ne correspond pas au certificat joint.',
        'The signature value does not verify with the certificate.',
        {
          fix: "Le certificat joint n'est pas celui de la clé, ou SignedInfo a changé après la signature.",
        },
      ),
    );
  }
  findings.push(...trust.findings);
  if (!failed(findings)) {
    const different = await disagreement(located, shape, canonical);
    if (different) findings.push(different);
  }
  const signedRoot: ReadElement = readXml(canonical, { allowComments: false, allowProcessingInstructions: false });
  const { content, findings: grammar } = readContent(signedRoot, located.path);
  findings.push(...grammar);
  if (content) {
    findings.push(...meaning(content, policy));
    if (certificate) findings.push(...signerFindings(content, certificate));
  }
  return { findings, located, shape, canonical, signedInfo, computedDigest, certificate, chain, content };
}
