import { createHash } from 'node:crypto';
import type { Finding } from '../../../errors.ts';
import { optionalBoolean } from '../../../internal/border.ts';
import { examine, type Examination } from '../verify/examine.ts';
import { checkAssertionInput, checkPolicy, type AssertionPolicy } from '../verify/policy.ts';
import { problem } from '../verify/problem.ts';
import { digestCause, signedDigest, valueCause, type Cause } from './causes.ts';

/**
 * One step of the reading, in the order in which a receiver takes them.
 *
 * @group VIHF verification
 */
export interface ExplainedStep {
  readonly id:
    'read' | 'place' | 'form' | 'digest' | 'signature' | 'certificate' | 'content' | 'signer' | 'time' | 'receiver';
  /** French. */
  readonly title: string;
  readonly state: 'ok' | 'warning' | 'failed' | 'not-reached';
}

/**
 * What was hashed and signed. The two byte fields hold personal data: they are left out of JSON and
 * of loggers.
 *
 * @group VIHF verification
 */
export interface SignatureEvidence {
  /** In base64. */
  readonly claimedDigest: string;
  readonly computedDigest: string;
  /**
   * Digest that the signature value really covers, recovered with the public key; `null` when it is
   * another key's.
   */
  readonly signedDigest: string | null;
  readonly computedSignedInfoDigest: string;
  readonly certificateFingerprint: string | null;
  /** Exclusive canonical form of the assertion without its signature. */
  readonly canonicalAssertion: Uint8Array;
  /** Exclusive canonical form of `SignedInfo`. */
  readonly canonicalSignedInfo: Uint8Array;
}

/**
 * Why an assertion is refused, or that nothing speaks against it. It grants nothing: {@link
 * verifyAssertion} does.
 *
 * @group VIHF verification
 */
export interface AssertionExplanation {
  readonly assertionId: string | null;
  readonly steps: readonly ExplainedStep[];
  readonly findings: readonly Finding[];
  /** `null` when there is no signature of the accepted form. */
  readonly signature: SignatureEvidence | null;
}

/** How {@link explainAssertion} judges. @group VIHF verification */
export interface ExplainPolicy extends AssertionPolicy {
  /**
   * The reader is not the service that the assertion was made for: a restriction to a service is
   * mentioned, and is no error.
   * @defaultValue `false`
   */
  readonly bystander?: boolean | undefined;
}

const titles: Readonly<Record<ExplainedStep['id'], string>> = {
  read: 'Lecture du XML',
  place: "Place et identifiant de l'assertion",
  form: 'Forme de la signature',
  digest: "Empreinte de l'assertion",
  signature: 'Valeur de signature',
  certificate: 'Certificat et chaîne',
  content: 'Contenu du VIHF',
  signer: 'Signataire et émetteur',
  time: 'Dates',
  receiver: 'Destinataire',
};

function stepOf(rule: string): ExplainedStep['id'] {
  if (rule.startsWith('XML-')) return 'read';
  if (['SAML-COUNT', 'SAML-PLACE', 'SAML-ID', 'SAML-ID-UNIQUE'].includes(rule)) return 'place';
  if (rule.startsWith('SIG-DIGEST')) return 'digest';
  if (rule.startsWith('SIG-VALUE') || rule === 'SIG-SECOND') return 'signature';
  if (rule.startsWith('SIG-')) return 'form';
  if (rule.startsWith('CERT-')) return 'certificate';
  if (['VIHF-ISSUER', 'VIHF-SIGNER', 'VIHF-HOLDER', 'VIHF-STRUCTURE-SIGNER'].includes(rule)) return 'signer';
  if (rule === 'SAML-TIME' || rule === 'SAML-NO-END') return 'time';
  if (['SAML-AUDIENCE', 'SAML-RECIPIENT', 'SAML-CONFIRMATION', 'VIHF-RESOURCE'].includes(rule)) return 'receiver';
  return 'content';
}

function reached(
  { located, shape, content, certificate }: Examination,
  readable: boolean,
): ReadonlySet<ExplainedStep['id']> {
  const out = new Set<ExplainedStep['id']>(['read']);
  if (readable) out.add('place');
  if (located) out.add('form').add('content');
  if (shape) for (const id of ['digest', 'signature', 'certificate'] as const) out.add(id);
  if (content) for (const id of ['time', 'receiver'] as const) out.add(id);
  if (content && certificate) out.add('signer');
  return out;
}

function steps(examination: Examination, findings: readonly Finding[]): ExplainedStep[] {
  const there = reached(examination, !findings.some(({ rule }) => rule.startsWith('XML-')));
  return Object.entries(titles).map(([key, title]) => {
    const id = key as ExplainedStep['id'];
    const here = findings.filter(({ rule }) => stepOf(rule) === id);
    const failed = here.some(({ severity }) => severity === 'error');
    const warned = here.some(({ severity }) => severity === 'warning');
    return { id, title, state: failed ? 'failed' : !there.has(id) ? 'not-reached' : warned ? 'warning' : 'ok' };
  });
}

/** What a bystander cannot judge is said, and refuses nothing. */
function mentioned(finding: Finding): Finding {
  if (finding.rule !== 'SAML-AUDIENCE' && finding.rule !== 'SAML-RECIPIENT') return finding;
  return {
    ...finding,
    severity: 'info',
    message: "L'assertion est réservée à un service, qui n'a pas été contrôlé.",
    messageEn: 'The assertion is restricted to one service, which was not checked.',
    expected: null,
    fix: null,
  };
}

function likely(rule: string, { id, message, messageEn, fix }: Cause, path: string): Finding {
  return problem(`${rule}-CAUSE`, path, `Cause probable : ${message}.`, `Likely cause: ${messageEn}.`, {
    severity: 'info',
    found: id,
    fix,
  });
}

/**
 * Says why an assertion is refused: every rule that fails, where, the digests compared, the likely
 * cause when it can be found by trying the usual mistakes (indented after signing, inclusive
 * canonicalisation, other key, SHA-1, reversed bytes…), and what to do. It never throws for what
 * the assertion holds.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for an option that is no value of its kind.
 *
 * @example
 * ```ts
 * import { explainAssertion } from 'terr-esante-sdk/auth';
 *
 * const { findings } = await explainAssertion('<Assertion/>', { anchors: [] });
 * findings[0]?.rule; // 'SAML-PLACE'
 * ```
 *
 * @group VIHF verification
 */
export async function explainAssertion(
  input: string | Uint8Array,
  policy: ExplainPolicy,
): Promise<AssertionExplanation> {
  const bystander = optionalBoolean('bystander', policy.bystander, false);
  const examination = await examine(checkAssertionInput(input), checkPolicy(policy));
  const { located, shape, canonical, signedInfo, computedDigest, certificate } = examination;
  const findings = bystander ? examination.findings.map(mentioned) : [...examination.findings];
  if (!located || !shape || canonical === null || signedInfo === null || !computedDigest) {
    return { assertionId: located?.id ?? null, steps: steps(examination, findings), findings, signature: null };
  }
  const source = typeof input === 'string' ? input : Buffer.from(input).toString('utf8');
  const add = (rule: string, found: Cause | null): void => {
    const at = findings.findIndex((finding) => finding.rule === rule);
    if (at >= 0 && found) findings.splice(at + 1, 0, likely(rule, found, findings[at]?.path ?? ''));
  };
  if (findings.some(({ rule }) => rule === 'SIG-DIGEST')) add('SIG-DIGEST', digestCause(located, shape, source));
  if (certificate && findings.some(({ rule }) => rule === 'SIG-VALUE')) {
    add('SIG-VALUE', valueCause(located, shape, certificate));
  }
  const real = certificate && signedDigest(certificate, shape.value);
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const evidence = {
    claimedDigest: base64(shape.digest),
    computedDigest: base64(computedDigest),
    signedDigest: real ? base64(real.digest) : null,
    computedSignedInfoDigest: createHash('sha256').update(signedInfo).digest('base64'),
    certificateFingerprint: certificate?.fingerprint ?? null,
  };
  Object.defineProperties(evidence, {
    canonicalAssertion: { value: Buffer.from(canonical, 'utf8') },
    canonicalSignedInfo: { value: Buffer.from(signedInfo, 'utf8') },
  });
  return {
    assertionId: located.id,
    steps: steps(examination, findings),
    findings,
    signature: evidence as SignatureEvidence,
  };
}
