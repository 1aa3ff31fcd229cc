import { isoUtc } from '../../internal/hl7-time.ts';
import { formatCx } from '../../internal/hl7.ts';
import { attributeValue, text } from '../../internal/xml/index.ts';
import {
  professionRole,
  professionsWithSpecialty,
  purposeCode,
  sectorSystem,
  specialtyRole,
  type VihfCode,
} from './codes.ts';
import type { VihfAuthentication, VihfInput, VihfTarget } from './model.ts';
import {
  bearerConfirmation,
  contextClassPrefix,
  hl7v3,
  modeValues,
  samlAssertion,
  vihfAttribute,
  x509SubjectName,
  xsi,
} from './names.ts';
import { clockSkewMs } from '../../internal/clock-skew.ts';

/** An assertion in exclusive canonical form, cut where its signature goes. */
export interface AssertionText {
  readonly before: string;
  readonly after: string;
  readonly notOnOrAfter: number;
}

const contextClasses: Readonly<Record<NonNullable<VihfAuthentication['means']>, string>> = {
  card: 'SmartcardPKI',
  'e-cps': 'MobileTwoFactorUnregistered',
  password: 'Password',
  'software-certificate': 'TLSClient',
  automaton: 'unspecified',
};

// Written by hand rather than with the generic writer: attribute order and declarations are
// constants, and an assertion costs a few microseconds beside its signature.
function attribute(name: string, value: string): string {
  return (
    `<saml2:Attribute Name="${attributeValue(name)}"><saml2:AttributeValue>${value}` +
    '</saml2:AttributeValue></saml2:Attribute>'
  );
}

const nextValue = '</saml2:AttributeValue><saml2:AttributeValue>';

function coded(element: string, { code, codeSystem, codeSystemName, displayName }: VihfCode): string {
  return (
    `<${element} xmlns="${hl7v3}" xmlns:xsi="${xsi}" code="${attributeValue(code)}" codeSystem="${attributeValue(codeSystem)}"` +
    ` codeSystemName="${attributeValue(codeSystemName)}" displayName="${attributeValue(displayName)}" xsi:type="CE"></${element}>`
  );
}

/**
 * Roles of the professional, from the national tables: the profession and, for those that have one,
 * the specialty. Roles of the input replace them.
 *
 * @throws TerrESanteError `TE_CODE_UNKNOWN`
 */
export async function subjectRoles(input: VihfInput): Promise<readonly VihfCode[]> {
  if (input.roles) return input.roles;

  const { professionCode, specialtyCode } = input.professional;
  const profession = await professionRole(professionCode);
  if (!professionsWithSpecialty.has(professionCode) || !specialtyCode) return [profession];

  return [profession, await specialtyRole(specialtyCode)];
}

function subjectName({ professional, subjectName: given, authentication }: VihfInput): string | null {
  if (given !== undefined) return given;
  const name = [professional.givenName, professional.familyName].filter(Boolean).join(' ');
  return name === '' && (authentication.mode ?? 'direct') === 'direct' ? null : name;
}

function attributes(input: VihfInput, roles: readonly VihfCode[]): string {
  const { structure, patient, localPatient, software, target, purpose = 'normal' } = input;
  const name = subjectName(input);
  const optional = (key: string, value: string | null | undefined): string =>
    value === undefined || value === null ? '' : attribute(key, text(value));

  // Who, for which structure.
  let out = attribute(vihfAttribute.version, text(target.version ?? '3.0'));
  out += attribute(vihfAttribute.structure, text(structure.nationalId));
  out += attribute(vihfAttribute.sector, text(`${structure.activitySector}^${sectorSystem}`));
  out += optional(vihfAttribute.subjectName, name);
  out += attribute(vihfAttribute.role, roles.map((role) => coded('Role', role)).join(nextValue));
  out += attribute(target.modeAttribute ?? vihfAttribute.mode, modeValues[input.authentication.mode ?? 'direct']);

  // About whom, and what.
  if (patient) {
    out += attribute(vihfAttribute.patient, text(formatCx({ id: patient.value, oid: patient.oid, type: 'NH' })));
  } else out += optional(vihfAttribute.patient, localPatient);
  out += attribute(vihfAttribute.resourceUrn, text(target.resourceUrn));
  out += attribute(vihfAttribute.purpose, coded('PurposeOfUse', purposeCode(purpose)));
  out += optional(vihfAttribute.softwareId, software.id);
  out += attribute(vihfAttribute.softwareName, text(software.name));
  out += attribute(vihfAttribute.softwareVersion, text(software.version));
  out += optional(vihfAttribute.dmpApproval, software.dmpApproval);

  for (const extra of input.attributes ?? []) {
    out += attribute(
      extra.name,
      extra.values
        .map((value) => (typeof value === 'string' ? text(value) : coded(value.element, value)))
        .join(nextValue),
    );
  }
  return out;
}

/** Who may take the assertion, and until when: a bearer is whoever shows it. */
function confirmation({ recipient }: VihfTarget, notOnOrAfter: string | null): string {
  if (recipient === undefined) return '';
  const until = notOnOrAfter === null ? '' : ` NotOnOrAfter="${notOnOrAfter}"`;
  return (
    `<saml2:SubjectConfirmation Method="${bearerConfirmation}"><saml2:SubjectConfirmationData${until}` +
    ` Recipient="${attributeValue(recipient)}"></saml2:SubjectConfirmationData></saml2:SubjectConfirmation>`
  );
}

function conditions(
  { audience, oneTimeUse = false }: VihfTarget,
  validity: { readonly notBefore: string; readonly notOnOrAfter: string } | null,
): string {
  let held = '';
  if (audience !== undefined) {
    held += `<saml2:AudienceRestriction><saml2:Audience>${text(audience)}</saml2:Audience></saml2:AudienceRestriction>`;
  }
  if (oneTimeUse) held += '<saml2:OneTimeUse></saml2:OneTimeUse>';
  if (!validity && held === '') return '';

  const times = validity ? ` NotBefore="${validity.notBefore}" NotOnOrAfter="${validity.notOnOrAfter}"` : '';
  return `<saml2:Conditions${times}>${held}</saml2:Conditions>`;
}

/**
 * Writes an assertion so that its text is its exclusive canonical form: namespaces declared where
 * they are used, attributes sorted, no self-closing tag, no white space between elements.
 *
 * @see SAML 2.0 Core, section 2.3.3; Exclusive XML Canonicalization 1.0, section 3
 */
export function writeAssertion(
  input: VihfInput,
  roles: readonly VihfCode[],
  id: string,
  issuer: string,
  now: number,
): AssertionText {
  const { authentication, professional, target } = input;
  const { lifetimeMs = 3_600_000, skewMs = clockSkewMs } = target;
  const notOnOrAfter = lifetimeMs === null ? Number.POSITIVE_INFINITY : Math.floor((now + lifetimeMs) / 1000) * 1000;
  const contextClass =
    authentication.contextClass ?? `${contextClassPrefix}${contextClasses[authentication.means ?? 'card']}`;

  const before =
    `<saml2:Assertion xmlns:saml2="${samlAssertion}" ID="${id}" IssueInstant="${isoUtc(now)}" Version="2.0">` +
    `<saml2:Issuer Format="${x509SubjectName}">${text(issuer)}</saml2:Issuer>`;

  const end = lifetimeMs === null ? null : isoUtc(notOnOrAfter);
  let after = `<saml2:Subject><saml2:NameID>${text(professional.nationalId)}</saml2:NameID>${confirmation(target, end)}</saml2:Subject>`;
  after += conditions(target, end === null ? null : { notBefore: isoUtc(now - skewMs), notOnOrAfter: end });

  after +=
    `<saml2:AuthnStatement AuthnInstant="${isoUtc(authentication.instant)}"><saml2:AuthnContext>` +
    `<saml2:AuthnContextClassRef>${text(contextClass)}</saml2:AuthnContextClassRef>`;
  if (authentication.mode === 'reinforced') {
    after += `<saml2:AuthnContextDecl>${text(authentication.declaration ?? 'APP_BROWSER_AUTH')}</saml2:AuthnContextDecl>`;
  }
  after +=
    `</saml2:AuthnContext></saml2:AuthnStatement><saml2:AttributeStatement>${attributes(input, roles)}` +
    '</saml2:AttributeStatement></saml2:Assertion>';
  return { before, after, notOnOrAfter };
}
