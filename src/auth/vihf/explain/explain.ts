import { createHash } from 'node:crypto';
import type { CheckReport, Finding } from '../../../errors.ts';
import { type Checks, optionsOf } from '../../../internal/border.ts';
import { examine, type Examination } from '../verify/examine.ts';
import { type AssertionPolicy, checkAssertionInput, checkPolicy, policyChecks } from '../verify/policy.ts';
import { checkReport, finding, hasError } from '../../../internal/finding.ts';
import { vihfRules } from '../rules/index.ts';
import { stepOfRule, type StepId } from '../rules/steps.ts';
import { digestCause, signedDigest, valueCause } from './causes.ts';
import { flag } from '../../../internal/option-checks.ts';

/**
 * One step of the reading, in the order in which a receiver takes them.
 *
 * @group VIHF verification
 */
export interface ExplainedStep {
  readonly id: StepId;
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
export interface AssertionExplanation extends CheckReport {
  readonly assertionId: string | null;
  readonly steps: readonly ExplainedStep[];
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

const explainChecks: Checks<ExplainPolicy> = { ...policyChecks, bystander: flag };

const titles: Readonly<Record<StepId, string>> = {
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

function reached({ located, shape, content, certificate }: Examination, readable: boolean): ReadonlySet<StepId> {
  const out = new Set<StepId>(['read']);
  if (readable) out.add('place');
  if (located) out.add('form').add('content');
  if (shape) for (const id of ['digest', 'signature', 'certificate'] as const) out.add(id);
  if (content) for (const id of ['time', 'receiver'] as const) out.add(id);
  if (content && certificate) out.add('signer');
  return out;
}

function stateOf(findings: readonly Finding[], isReached: boolean): ExplainedStep['state'] {
  if (hasError(findings)) return 'failed';
  if (!isReached) return 'not-reached';
  return findings.some(({ severity }) => severity === 'warning') ? 'warning' : 'ok';
}

function steps(examination: Examination, findings: readonly Finding[]): ExplainedStep[] {
  const there = reached(examination, !findings.some(({ rule }) => rule.startsWith('XML-')));
  return Object.entries(titles).map(([key, title]) => {
    const id = key as StepId;
    const here = findings.filter(({ rule }) => stepOfRule(rule) === id);
    return { id, title, state: stateOf(here, there.has(id)) };
  });
}

/** What a bystander cannot judge is mentioned, and refuses nothing. */
function mentioned(found: Finding): Finding {
  if (found.rule !== 'SAML-AUDIENCE' && found.rule !== 'SAML-RECIPIENT') return found;
  return finding(vihfRules, 'SAML-RESTRICTED', { path: found.path });
}

/** The likely cause of each digest or value that does not match, right after its finding. */
function withCauses(findings: readonly Finding[], { located, shape, certificate }: Examination): readonly Finding[] {
  if (!located || !shape) return findings;

  return findings.flatMap((found) => {
    const { rule, path } = found;
    if (rule === 'SIG-DIGEST') {
      const cause = digestCause(located, shape);
      return cause ? [found, finding(vihfRules, 'SIG-DIGEST-CAUSE', { path, case: cause, found: cause })] : [found];
    }
    if (rule === 'SIG-VALUE' && certificate) {
      const cause = valueCause(located, shape, certificate);
      return [found, finding(vihfRules, 'SIG-VALUE-CAUSE', { path, case: cause, found: cause })];
    }
    return [found];
  });
}

/** What was hashed and signed; `null` when there is no signature of the accepted form. */
function evidenceOf({
  shape,
  canonical,
  signedInfo,
  computedDigest,
  certificate,
}: Examination): SignatureEvidence | null {
  if (!shape || canonical === null || signedInfo === null || !computedDigest) return null;

  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const real = certificate && signedDigest(certificate, shape.value);
  const evidence = {
    claimedDigest: base64(shape.digest),
    computedDigest: base64(computedDigest),
    signedDigest: real && base64(real.digest),
    computedSignedInfoDigest: createHash('sha256').update(signedInfo).digest('base64'),
    certificateFingerprint: certificate?.fingerprint ?? null,
  };
  // Personal data: not enumerable, so that JSON and loggers leave them out.
  return Object.defineProperties(evidence, {
    canonicalAssertion: { value: Buffer.from(canonical, 'utf8') },
    canonicalSignedInfo: { value: Buffer.from(signedInfo, 'utf8') },
  }) as SignatureEvidence;
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
  const { bystander = false, ...given } = optionsOf('policy', policy, explainChecks);
  const examination = await examine(checkAssertionInput(input), checkPolicy(given));

  const judged = bystander ? examination.findings.map(mentioned) : examination.findings;
  const findings = withCauses(judged, examination);
  return {
    ...checkReport(findings),
    assertionId: examination.located?.id ?? null,
    steps: steps(examination, findings),
    signature: evidenceOf(examination),
  };
}
