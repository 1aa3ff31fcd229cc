import { parseCx } from '../../internal/hl7.ts';
import { isOid } from '../../internal/oid.ts';
import { attributeOf, childElement, childElements, textOf, type ReadElement } from '../../internal/xml/index.ts';
import { rejected, type AcceptedAssertion, type VerifyOptions } from './model.ts';

const purposeAttribute = 'urn:oasis:names:tc:xspa:1.0:subject:purposeofuse';
const roleAttribute = 'urn:oasis:names:tc:xacml:2.0:subject:role';
const subjectAttribute = 'urn:oasis:names:tc:xspa:1.0:subject:subject-id';
const resourceAttribute = 'urn:oasis:names:tc:xacml:2.0:resource:resource-id';

const issuerFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName';
const contextPrefix = 'urn:oasis:names:tc:SAML:2.0:ac:classes:';
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/** Code systems of the profile: professions TRE_G15, access modes TRE_R248. */
const professions = '1.2.250.1.71.1.2.7';
const accessModes = '1.2.250.1.213.1.1.4.248';

const person = /^(?:8\d{11}|0[0-9A-Z]{9}|[1-6][0-9A-Z]{8,20}\/[0-9A-Za-z]{1,40})$/;
const structure = /^(?:[0-6][0-9A-Z]{8,20}|4[01][0-9A-Z]{1,30})$/;
const sector = /^[A-Z]{2}[0-9A-Z]{2}\^[0-9.]+$/;

/** How the user logged in, as the assertion writes it. */
export type Mode = 'DIRECTE' | 'INDIRECTE' | 'INDIRECTE_RENFORCEE';

/** What an assertion says, once its form is known. */
export interface Statement extends AcceptedAssertion {
  readonly mode: Mode;
  readonly issuer: string;
}

/** A child that the grammar has found to be there. */
export function part(parent: ReadElement, name: string): ReadElement {
  const found = childElement(parent, name);
  if (!found) throw rejected(name);
  return found;
}

/** The attributes of a VIHF, by name; none of them stands twice. */
class Attributes {
  readonly #values = new Map<string, ReadElement[]>();

  constructor(statement: ReadElement) {
    for (const attribute of childElements(statement, 'Attribute')) {
      const name = attributeOf(attribute, 'Name') ?? '';
      if (this.#values.has(name)) throw rejected('attribute-twice');
      this.#values.set(name, childElements(attribute, 'AttributeValue'));
    }
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  values(name: string): readonly ReadElement[] {
    return this.#values.get(name) ?? [];
  }

  /** The one text of an attribute that must have one. */
  text(name: string): string {
    const [value, ...others] = this.values(name);
    const isText = value && childElements(value).length === 0;
    if (!isText || others.length > 0 || textOf(value) === '') throw rejected(name);
    return textOf(value);
  }

  /** The coded values of an attribute, each written in an element of that name. */
  codes(name: string, element: string): { readonly code: string; readonly codeSystem: string }[] {
    return this.values(name).map((value) => {
      const [coded] = childElements(value);
      const code = attributeOf(coded, 'code') ?? '';
      const codeSystem = attributeOf(coded, 'codeSystem') ?? '';
      const label = attributeOf(coded, 'displayName') ?? '';
      if (coded?.localName !== element || code === '' || label === '' || !isOid(codeSystem)) throw rejected(name);
      return { code, codeSystem };
    });
  }
}

/** Reads what was signed and refuses what breaks the profile; dates and signer are judged apart. */
export function readStatement(assertion: ReadElement, options: VerifyOptions): Statement {
  if (attributeOf(assertion, 'Version') !== '2.0') throw rejected('version');
  const issuer = part(assertion, 'Issuer');
  if (attributeOf(issuer, 'Format') !== issuerFormat) throw rejected('issuer-format');

  checkReceiver(assertion, options);
  const attributes = new Attributes(part(assertion, 'AttributeStatement'));
  const mode = modeOf(attributes);
  checkContext(assertion, mode);
  checkProfile(attributes, mode);

  const nameId = textOf(part(part(assertion, 'Subject'), 'NameID'));
  if (!person.test(nameId)) throw rejected('name-id');
  const structureId = attributes.text('Identifiant_Structure');
  if (!structure.test(structureId)) throw rejected('structure');
  if (!sector.test(attributes.text('Secteur_Activite'))) throw rejected('sector');
  const { resourceUrn } = options;
  const urn = attributes.text('Ressource_URN');
  if (resourceUrn !== null && urn !== resourceUrn) throw rejected('resource-urn');

  checkRoles(attributes);
  const purpose = purposeOf(attributes);
  const resourceId = patientOf(attributes);
  const id = attributeOf(assertion, 'ID') ?? '';
  return { id, nameId, structureId, resourceId, purpose, mode, issuer: textOf(issuer) };
}

/** Whom the assertion is for: each restriction must hold us, each address must be ours. */
function checkReceiver(assertion: ReadElement, { audience, recipient }: VerifyOptions): void {
  const conditions = childElement(assertion, 'Conditions');
  const restrictions = conditions ? childElements(conditions, 'AudienceRestriction') : [];
  if (audience !== null && restrictions.length === 0) throw rejected('audience');
  for (const restriction of restrictions) {
    const audiences = childElements(restriction).map(textOf);
    if (audience === null || !audiences.includes(audience)) throw rejected('audience');
  }

  for (const confirmation of childElements(part(assertion, 'Subject'), 'SubjectConfirmation')) {
    const named = attributeOf(childElement(confirmation, 'SubjectConfirmationData'), 'Recipient');
    if (attributeOf(confirmation, 'Method') !== bearer) throw rejected('confirmation');
    if (named !== undefined && named !== recipient) throw rejected('recipient');
  }
}

/** The mode, under either published spelling of its attribute. */
function modeOf(attributes: Attributes): Mode {
  const values = ['Authentification_Mode', 'Authentification_mode'].flatMap((name) => attributes.values(name));
  const [value, ...others] = values;
  const text = value && childElements(value).length === 0 ? textOf(value) : '';
  if (others.length > 0 || !['DIRECTE', 'INDIRECTE', 'INDIRECTE_RENFORCEE'].includes(text)) throw rejected('mode');
  return text as Mode;
}

function checkContext(assertion: ReadElement, mode: Mode): void {
  const context = part(part(assertion, 'AuthnStatement'), 'AuthnContext');
  if (!textOf(part(context, 'AuthnContextClassRef')).startsWith(contextPrefix)) throw rejected('context');

  const declaration = textOf(childElement(context, 'AuthnContextDecl'));
  if (mode === 'INDIRECTE_RENFORCEE' && declaration === '') throw rejected('declaration');
}

/** The attributes that the version and the mode ask for. */
function checkProfile(attributes: Attributes, mode: Mode): void {
  const version = attributes.text('VIHF_Version');
  if (!['2.0', '3.0', '4.0'].includes(version)) throw rejected('vihf-version');
  if (version === '2.0' && !(attributes.has('VIHF_Profil') && attributes.has('Profil_Utilisateur'))) {
    throw rejected('profile');
  }

  attributes.text('LPS_Nom');
  attributes.text('LPS_Version');
  if (mode !== 'DIRECTE') attributes.text(subjectAttribute);
}

/** The profession, and the specialty of a physician or a pharmacist. */
function checkRoles(attributes: Attributes): void {
  const [profession, ...others] = attributes.codes(roleAttribute, 'Role');
  if (!profession || others.length > 1) throw rejected('role');

  const specialised = profession.codeSystem === professions && ['10', '21'].includes(profession.code);
  if (specialised && others.length === 0) throw rejected('specialty');
}

function purposeOf(attributes: Attributes): string {
  const [purpose, ...others] = attributes.codes(purposeAttribute, 'PurposeOfUse');
  const known = purpose?.codeSystem === accessModes && ['normal', 'bris_de_glace', 'centre_15'].includes(purpose.code);
  if (!known || others.length > 0) throw rejected('purpose');
  return purpose.code;
}

/** The patient, by INS or by local identifier. */
function patientOf(attributes: Attributes): string | null {
  if (!attributes.has(resourceAttribute)) return null;

  const text = attributes.text(resourceAttribute);
  const cx = parseCx(text);
  const isPatient = cx?.universalType === 'ISO' && isOid(cx.oid) && ['NH', 'PI'].includes(cx.type);
  if (!isPatient) throw rejected('patient');
  return text;
}
