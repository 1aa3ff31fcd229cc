import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { currentTime, optionsOf, readingLater } from '../../internal/border.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import type { SigningProvider } from '../provider.ts';
import { subjectRoles, writeAssertion } from './assertion.ts';
import { checkInput } from './input-rules.ts';
import { Vihf, type VihfInput } from './model.ts';
import { issuerOf, signatureOf, signerOf } from './sign.ts';
import { requireSigner } from './signer-rules.ts';
import { callChecks, runtime as runtimeCheck } from '../../internal/option-checks.ts';

/** Options of {@link createVihf}. @group VIHF */
export interface VihfOptions extends CallOptions {
  /**
   * Gives the time of issue and the identifier.
   *
   * @defaultValue the system clock and random identifiers
   */
  readonly runtime?: Runtime | undefined;
}

async function create(
  input: VihfInput,
  provider: SigningProvider,
  runtime: Runtime,
  options: CallOptions,
): Promise<Vihf> {
  checkInput(input);

  // Who signs, and whether this certificate may.
  const certificate = await signerOf(provider, options);
  const now = currentTime(runtime);
  requireSigner(certificate, input, now);

  // The assertion, and the bytes to sign.
  const { formatIssuer } = input.target;
  const issuer = formatIssuer ? formatIssuer(certificate.subject) : issuerOf(certificate);
  const id = `_${runtime.ids.uuid()}`;
  const { before, after, notOnOrAfter } = writeAssertion(input, await subjectRoles(input), id, issuer, now);
  const signature = await signatureOf(before + after, id, { certificate, provider, options });

  return new Vihf({
    xml: before + signature + after,
    id,
    version: input.target.version ?? '3.0',
    issuedAt: Math.floor(now / 1000) * 1000,
    notOnOrAfter,
    certificateFingerprint: certificate.fingerprint,
  });
}

/**
 * Makes a signed VIHF (Vecteur d'Identification et d'Habilitation Formelles): the SAML 2.0
 * assertion that says who acts, for which structure, for which patient.
 *
 * The text is written in exclusive canonical form, signed RSA-SHA256, and its signature verified
 * with the certificate before it is returned. An assertion that names a patient is only good for
 * that patient.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID`, `TE_CODE_UNKNOWN`, `TE_CERTIFICATE_INVALID` (expired,
 *   authentication certificate of the card, wrong environment), `TE_IDENTITY_MISMATCH` (another
 *   professional's card), `TE_SIGNATURE_FAILED`, and what the provider throws.
 *
 * @example
 * ```ts
 * import { createPkcs12Provider, createVihf } from 'terr-esante-sdk/auth';
 * import { createTestHierarchy, fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
 *
 * const { professional } = await createTestHierarchy();
 * const { pfx, password } = professional.signature;
 * const provider = await createPkcs12Provider({ pfx, password });
 * const vihf = await createVihf(
 *   {
 *     professional: fictiveProfessional(),
 *     structure: fictiveStructure(),
 *     patient: fictivePatient().ins,
 *     authentication: { means: 'card', instant: Date.now() },
 *     software: { name: 'LPS FICTIF', version: '1.0' },
 *     target: { resourceUrn: 'urn:exemple' },
 *   },
 *   provider,
 * );
 * vihf.version; // '3.0'
 * ```
 *
 * @see CI-SIS, Volet Transport synchrone pour client lourd; SAML 2.0 Core, section 2.3
 * @group VIHF
 */
export async function createVihf(input: VihfInput, provider: SigningProvider, options?: VihfOptions): Promise<Vihf> {
  const given = optionsOf('options', options, { ...callChecks, runtime: runtimeCheck });
  return readingLater('input', () => vihfOf(input, provider, given));
}

async function vihfOf(input: VihfInput, provider: SigningProvider, options: VihfOptions): Promise<Vihf> {
  const { runtime = systemRuntime, signal, timeoutMs } = options;
  if (signal === undefined && timeoutMs === undefined) return create(input, provider, runtime, {});
  return withDeadline(
    options,
    (inner) => create(input, provider, runtime, { signal: inner }),
    'La signature du VIHF tarde trop.',
  );
}
