import { inspect } from 'node:util';
import { TerrESanteError, type Finding } from '../../../errors.ts';
import { identityOf, type CertificateIdentity } from '../../certificates/identity.ts';
import type { Certificate } from '../../certificates/x509.ts';
import type { VihfPurpose } from '../codes.ts';
import type { VihfMode } from '../model.ts';
import type { VihfVersion } from '../names.ts';
import type { VihfValue } from './content.ts';
import { examine, type Examination } from './examine.ts';
import { type AssertionPolicy, checkAssertionInput, checkPolicy, policyChecks } from './policy.ts';
import { finding, hasError } from '../../../internal/finding.ts';
import { vihfRules } from '../rules/index.ts';
import { checkReplayGuard, isFirstTime, replayEnd, replayKey, type ReplayGuard } from './replay.ts';
import { type Checks, optionsOf } from '../../../internal/border.ts';

/** Options of {@link verifyAssertion}. @group VIHF verification */
export interface VerifyAssertionOptions extends AssertionPolicy {
  /** Refuses an assertion that was already taken. */
  readonly replay?: ReplayGuard | undefined;
}

const verifyChecks: Checks<VerifyAssertionOptions> = {
  ...policyChecks,
  replay: (_name, guard) => checkReplayGuard(guard),
};

/**
 * An assertion whose signature, certificate, dates and content were all found good. Only {@link
 * verifyAssertion} makes one, and every field comes from the bytes that were signed. A logger or
 * JSON sees only its identifier.
 *
 * @group VIHF verification
 */
export interface VerifiedAssertion {
  readonly id: string;
  readonly version: VihfVersion;
  readonly mode: VihfMode;
  /** `NameID`: national identifier of the user. */
  readonly nameId: string;
  readonly subjectName: string | null;
  readonly structureId: string;
  /** Code of TRE_R02, without its OID. */
  readonly activitySector: string;
  /** One or two coded roles: profession, then specialty. */
  readonly roles: readonly VihfValue[];
  readonly purpose: VihfPurpose;
  /**
   * The only patient the assertion is good for, by INS (`NH`) or local identifier (`PI`); `null`
   * when it names none.
   */
  readonly patient: { readonly value: string; readonly oid: string; readonly type: 'NH' | 'PI' } | null;
  readonly resourceUrn: string;
  readonly contextClass: string;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly authnInstant: number;
  /** Milliseconds since 1970; `Infinity` when the assertion has no end. */
  readonly notOnOrAfter: number;
  readonly certificate: Certificate;
  /** Leaf first, up to the anchor. */
  readonly chain: readonly Certificate[];
  readonly signer: CertificateIdentity;
  /** All attributes, by name. */
  readonly attributes: ReadonlyMap<string, readonly VihfValue[]>;
  /** What deserves a look without being a reason to refuse. */
  readonly warnings: readonly Finding[];
  /** The assertion without its signature, in canonical form. */
  readonly signedBytes: Uint8Array;
}

function refused(findings: readonly Finding[]): TerrESanteError {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  return new TerrESanteError('TE_ASSERTION_INVALID', `Assertion refusée : ${first?.message ?? 'motif inconnu.'}`, {
    findings,
    details: { rules: [...new Set(errors.map(({ rule }) => rule))] },
  });
}

/** An examination that reached its end: every part was read, and nothing refuses. */
type Accepted = { readonly [K in keyof Examination]: NonNullable<Examination[K]> };

function isAccepted(examination: Examination): examination is Accepted {
  return !hasError(examination.findings) && Object.values(examination).every((part) => part !== null);
}

/** The assertion as the caller gets it; JSON and loggers see its identifier alone. */
function view({ content, facts, certificate, chain, canonical, findings }: Accepted): VerifiedAssertion {
  const { id, nameId, contextClass, issuedAt, authnInstant, notOnOrAfter, attributes } = content;
  const verified: VerifiedAssertion = {
    ...facts,
    id,
    nameId,
    contextClass,
    issuedAt,
    authnInstant,
    notOnOrAfter: notOnOrAfter ?? Number.POSITIVE_INFINITY,
    attributes,
    certificate,
    chain,
    signer: identityOf(certificate),
    warnings: findings,
    signedBytes: Buffer.from(canonical, 'utf8'),
  };

  const shown = { id };
  return Object.defineProperties(verified, {
    toJSON: { value: () => shown },
    [inspect.custom]: { value: () => `VerifiedAssertion { id: '${id}' }` },
  });
}

/**
 * Verifies a VIHF, alone or in its SOAP 1.2 envelope, and returns what was signed. There is no
 * boolean to misuse: it returns or throws.
 *
 * The signature must have the one accepted form (one reference to the assertion, enveloped then
 * exclusive canonicalisation, RSA-SHA256); it is verified twice, by this SDK and by xml-crypto,
 * which must agree on the bytes. Trust comes from `anchors` alone. Revocation is apart: see {@link
 * checkRevocation} on `chain`.
 *
 * @throws TerrESanteError `TE_ASSERTION_INVALID`, whose findings give every reason;
 *   `TE_INPUT_INVALID` for an option that is no value of its kind; `TE_UNAVAILABLE` or `TE_TIMEOUT`
 *   when the replay guard does not answer.
 *
 * @example
 * ```ts
 * import { createPkcs12Provider, createVihf, verifyAssertion } from 'terr-esante-sdk/auth';
 * import {
 *   createTestHierarchy,
 *   fictiveProfessional,
 *   fictiveStructure,
 * } from 'terr-esante-sdk/testing';
 *
 * const { professional, anchors } = await createTestHierarchy();
 * const { pfx, password } = professional.signature;
 * const vihf = await createVihf(
 *   {
 *     professional: fictiveProfessional(),
 *     structure: fictiveStructure(),
 *     authentication: { means: 'card', instant: Date.now() },
 *     software: { name: 'LPS FICTIF', version: '1.0' },
 *     target: { resourceUrn: 'urn:exemple' },
 *   },
 *   await createPkcs12Provider({ pfx, password }),
 * );
 * const { nameId, mode, patient } = await verifyAssertion(vihf.xml, { anchors });
 * nameId; // '899900000011'
 * mode; // 'direct'
 * patient; // null
 * ```
 *
 * @see XML Signature Syntax and Processing; SAML 2.0 Core, section 5; CI-SIS, Volet Transport
 *   synchrone pour client lourd
 * @group VIHF verification
 */
export async function verifyAssertion(
  input: string | Uint8Array,
  options: VerifyAssertionOptions,
): Promise<VerifiedAssertion> {
  const { replay, ...given } = optionsOf('options', options, verifyChecks);
  const policy = checkPolicy(given);

  const examination = await examine(checkAssertionInput(input), policy);
  if (!isAccepted(examination)) throw refused(examination.findings);

  if (replay) {
    const { content, computedDigest } = examination;
    const key = replayKey(content, computedDigest);
    const isFirst = await isFirstTime(replay, key, replayEnd(content), policy.now);
    if (!isFirst) throw refused([finding(vihfRules, 'SAML-REPLAY', { path: '@ID' })]);
  }

  return view(examination);
}
