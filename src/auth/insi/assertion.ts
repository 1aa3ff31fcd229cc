import { TerrESanteError } from '../../errors.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import {
  currentTime,
  needed,
  optionsOf,
  reading,
  readingLater,
  refuseArgument,
  type Checks,
} from '../../internal/border.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import {
  callChecks,
  choice,
  methods,
  options,
  runtime as runtimeCheck,
  text as textCheck,
} from '../../internal/option-checks.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { attributeValue, text } from '../../internal/xml/index.ts';
import type { SigningProvider } from '../provider.ts';
import { samlAssertion, x509SubjectName } from '../vihf/names.ts';
import { issuerOf, signatureOf, signerOf } from '../vihf/sign.ts';
import { requireSigner } from '../vihf/signer-rules.ts';

/** What an assertion for the INSi says. @group INSi */
export interface InsiAssertionInput {
  /**
   * How the professional logged in: `card`, signed with the signature key of the card;
   * `pro-sante-connect`, not signed.
   */
  readonly form: 'card' | 'pro-sante-connect';
  /** National identifier of the professional; on a card, the name of its certificate. */
  readonly nameId: string;
  /** Who made the assertion; asked for by `pro-sante-connect`. A card names itself. */
  readonly issuer?: string | undefined;
  readonly practice: {
    /**
     * FINESS of the place, else SIRET, of an establishment; else the number by which the
     * professional bills the Assurance Maladie.
     */
    readonly billingId: string;
    /** Code of the Assurance Maladie; physicians and physicians in training only. */
    readonly specialty?: string | undefined;
    readonly activitySector?: string | undefined;
    /** With `pro-sante-connect`, of a professional who has several professions. */
    readonly profession?: string | undefined;
  };
  /** Names of the attributes, where the integration guide of the software asks for others. */
  readonly attributeNames?: { readonly [K in InsiAttribute]?: string | undefined } | undefined;
}

type InsiAttribute = keyof InsiAssertionInput['practice'];

/** Options of {@link createInsiAssertion}. @group INSi */
export interface InsiAssertionOptions extends CallOptions {
  /** Signs the form `card`. */
  readonly provider?: SigningProvider | undefined;
  readonly runtime?: Runtime | undefined;
}

type AttributeNames = Readonly<Record<InsiAttribute, string>>;

/**
 * Names of the attributes in each form, in the order that is written: those of its example. The
 * guide calls the specialty `codeSpecialite`.
 *
 * @see GIE SESAM-Vitale, SEL-MP-043, Guide d'intégration INSi v05.00.01, section 3.2, and its
 *   example WS_INS2, both as quoted by the public library healthcare-domain; example of the card in
 *   the public client tlsi-ins
 */
const attributeNames: Readonly<Record<InsiAssertionInput['form'], AttributeNames>> = {
  card: {
    billingId: 'identifiantFacturation',
    specialty: 'codeSpecialiteAMO',
    activitySector: 'secteurActivite',
    profession: 'gipProfessionCode',
  },
  'pro-sante-connect': {
    specialty: 'codeSpecialiteAMO',
    billingId: 'identifiantFacturation',
    activitySector: 'secteurActivite',
    profession: 'gipProfessionCode',
  },
};

/** `NameQualifier` of the identifier. @see the examples of {@link attributeNames} */
const qualifiers: Readonly<Record<InsiAssertionInput['form'], string>> = { card: 'CPS', 'pro-sante-connect': 'PSC' };

const practiceChecks: Checks<InsiAssertionInput['practice']> = {
  billingId: needed(textCheck),
  specialty: textCheck,
  activitySector: textCheck,
  profession: textCheck,
};
const inputChecks: Checks<InsiAssertionInput> = {
  form: needed(choice('card', 'pro-sante-connect')),
  nameId: needed(textCheck),
  issuer: textCheck,
  practice: needed(options(practiceChecks)),
  attributeNames: options<NonNullable<InsiAssertionInput['attributeNames']>>({
    billingId: textCheck,
    specialty: textCheck,
    activitySector: textCheck,
    profession: textCheck,
  }),
};
const optionChecks: Checks<InsiAssertionOptions> = {
  ...callChecks,
  provider: methods('certificates', 'sign'),
  runtime: runtimeCheck,
};

/**
 * Makes the assertion that goes with a call of the INSi when a professional is behind it. A
 * structure that shows its software certificate in the TLS connection sends none.
 *
 * Its text is written in exclusive canonical form. With a card its signature is verified with the
 * certificate before it is returned.
 *
 * @returns the assertion, for the `assertion` of `createInsiClient`
 * @throws TerrESanteError `TE_INPUT_INVALID`, `TE_CERTIFICATE_INVALID` (expired, authentication
 *   certificate of the card), `TE_IDENTITY_MISMATCH` (another professional's card),
 *   `TE_SIGNATURE_FAILED`, `TE_TIMEOUT`, `TE_CANCELLED`, and what the provider throws
 *
 * @example
 * ```ts
 * import { createInsiAssertion } from 'terr-esante-sdk/auth';
 *
 * const assertion = await createInsiAssertion({
 *   form: 'pro-sante-connect',
 *   nameId: '899900000017',
 *   issuer: 'LPS-FICTIF',
 *   practice: { billingId: '990000010', specialty: '01' },
 * });
 * assertion.includes('NameQualifier="PSC"'); // true
 * ```
 *
 * @see SAML 2.0 Core, section 2.3.3; GIE SESAM-Vitale, SEL-MP-043, Guide d'intégration INSi,
 *   section 3.2
 * @group INSi
 */
export async function createInsiAssertion(input: InsiAssertionInput, how?: InsiAssertionOptions): Promise<string> {
  const given = reading('input', () => optionsOf('input', input, inputChecks));
  const { signal, timeoutMs, provider, runtime } = optionsOf('options', how, optionChecks);
  const at = { runtime: runtime ?? systemRuntime };

  if (given.form === 'pro-sante-connect') {
    if (given.issuer === undefined) refuseArgument('input.issuer', 'émetteur attendu');
    const { before, after } = writeInsiAssertion(given, given.issuer, at.runtime);
    return before + after;
  }
  if (!provider) {
    throw new TerrESanteError('TE_INPUT_INVALID', "La carte signe l'assertion : options.provider manque.", {
      details: { argument: 'options.provider' },
    });
  }
  return withDeadline(
    { signal, timeoutMs },
    (limit) => readingLater('input', () => signedBy(provider, given, at.runtime, { signal: limit })),
    "La signature de l'assertion tarde trop.",
  );
}

async function signedBy(
  provider: SigningProvider,
  input: InsiAssertionInput,
  runtime: Runtime,
  call: CallOptions,
): Promise<string> {
  const certificate = await signerOf(provider, call);
  const expected = { professional: { nationalId: input.nameId }, authentication: {}, target: {} };
  requireSigner(certificate, expected, currentTime(runtime));

  const { before, after, id } = writeInsiAssertion(input, input.issuer ?? issuerOf(certificate), runtime);
  const signature = await signatureOf(before + after, id, { certificate, provider, options: call });
  return before + signature + after;
}

interface InsiAssertionText {
  readonly before: string;
  readonly after: string;
  readonly id: string;
}

/** The assertion, cut where its signature goes. */
function writeInsiAssertion(input: InsiAssertionInput, issuer: string, runtime: Runtime): InsiAssertionText {
  const { form, nameId, practice } = input;
  const id = `_${runtime.ids.uuid()}`;
  const names = { ...attributeNames[form], ...known(input.attributeNames ?? {}) };
  const attributes = (Object.keys(names) as InsiAttribute[]).map((key) => attribute(names[key], practice[key]));

  const before =
    `<saml2:Assertion xmlns:saml2="${samlAssertion}" ID="${id}" IssueInstant="${isoUtc(currentTime(runtime))}" Version="2.0">` +
    `<saml2:Issuer Format="${x509SubjectName}">${text(issuer)}</saml2:Issuer>`;
  const after =
    `<saml2:Subject><saml2:NameID NameQualifier="${qualifiers[form]}">${text(nameId)}</saml2:NameID></saml2:Subject>` +
    `<saml2:AttributeStatement>${attributes.join('')}</saml2:AttributeStatement></saml2:Assertion>`;
  return { before, after, id };
}

function known(given: NonNullable<InsiAssertionInput['attributeNames']>): Partial<AttributeNames> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function attribute(name: string, value: string | undefined): string {
  if (value === undefined) return '';
  return (
    `<saml2:Attribute Name="${attributeValue(name)}"><saml2:AttributeValue>${text(value)}` +
    '</saml2:AttributeValue></saml2:Attribute>'
  );
}
