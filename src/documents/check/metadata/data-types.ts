import { isOid } from '../../../internal/oid.ts';
import type { XdsRuleId } from '../../rules/xds/index.ts';

// The data types of IHE ITI TF-3, table 4.2.3.1.7-2, as the French framework uses them. Each
// function gives the rules that a value breaks, none when it breaks none.

type Rules = readonly XdsRuleId[];

const component = (parts: readonly string[], index: number): string => parts[index - 1] ?? '';

/** Whether components of these numbers are all empty. */
const areEmpty = (parts: readonly string[], ...numbers: readonly number[]): boolean =>
  numbers.every((number) => component(parts, number) === '');

/** Components beyond the one given, which no data type of XDS has. */
const hasMoreThan = (parts: readonly string[], count: number): boolean =>
  parts.slice(count).some((part) => part !== '');

/** `&OID&ISO`: no namespace, an OID, the type ISO and nothing after. */
function isAuthority(value: string): boolean {
  const [namespace, oid = '', type, ...more] = value.split('&');
  return namespace === '' && isOid(oid) && type === 'ISO' && more.every((part) => part === '');
}

/** XCN: a person or a system. */
export function personRules(value: string): Rules {
  const parts = value.split('^');
  const out: XdsRuleId[] = [];
  if (areEmpty(parts, 1, 2)) out.push('XDS-PERSON');

  const authority = component(parts, 9);
  if (authority !== '' && (component(parts, 1) === '' || !isAuthority(authority))) out.push('XDS-AUTHORITY');

  const isPlain = areEmpty(parts, 4, 5, 6, 7, 8, 11, 12) && !hasMoreThan(parts, 13);
  const isWhole = [1, 2, 3, 10, 13].every((number) => !component(parts, number).includes('&'));
  if (!isPlain || !isWhole) out.push('XDS-PERSON-COMPONENTS');
  return out;
}

/** XON: a structure. */
export function institutionRules(value: string): Rules {
  const parts = value.split('^');
  const out: XdsRuleId[] = [];
  const [authority, type, id] = [component(parts, 6), component(parts, 7), component(parts, 10)];

  if (authority === '') {
    if (id !== '' && !isOid(id)) out.push('XDS-AUTHORITY');
  } else if (!isAuthority(authority)) out.push('XDS-AUTHORITY');

  // An author without a structure has no such slot at all.
  const isNothing = parts.every((part) => part === '');
  const known = type === '' || (/^(?:IDNST|SIREN)$/.test(type) && authority !== '' && id !== '');
  const isPlain = areEmpty(parts, 2, 3, 4, 5, 8, 9) && parts.length <= 10;
  if (isNothing || !isPlain || !known || component(parts, 1).includes('&')) out.push('XDS-INSTITUTION-COMPONENTS');
  return out;
}

/** authorRole: in France the label alone. */
export function roleRules(value: string): Rules {
  return value === '' || /[\^&]/.test(value) ? ['XDS-AUTHOR-ROLE'] : [];
}

/** authorSpecialty: in France `code^display^OID`; IHE has a code alone, or `code^^^&OID&ISO`. */
export function specialtyRules(value: string): Rules {
  const parts = value.split('^');
  const [code, display, system, authority] = [1, 2, 3, 4].map((number) => component(parts, number));
  const isFrench = display !== '' && isOid(system ?? '') && authority === '';
  const isIhe = display === '' && system === '' && (authority === '' || isAuthority(authority ?? ''));

  const fits =
    code !== '' && (isFrench || isIhe) && !hasMoreThan(parts, 4) && !/&/.test(`${code ?? ''}${display ?? ''}`);
  return fits ? [] : ['XDS-AUTHOR-SPECIALTY'];
}

/** XTN: a mail address or a telephone number, each with its own parts. */
export function telecomRules(value: string): Rules {
  const parts = value.split('^');
  const [use, kind, mail] = [component(parts, 2), component(parts, 3), component(parts, 4)];
  const [local, whole] = [component(parts, 7), component(parts, 12)];

  const isMail =
    kind === 'Internet' && (use === '' || use === 'NET') && mail.trim() !== '' && areEmpty(parts, 5, 6, 7, 8, 12);
  const isPhone = /^(?:PH|CP)$/.test(kind) && use !== 'NET' && mail === '' && (local === '') !== (whole === '');
  return isMail || isPhone ? [] : ['XDS-TELECOM'];
}

/** intendedRecipient: `XON|XCN|XTN`. */
export function recipientRules(value: string): Rules {
  const parts = value.split('|');
  if (parts.length > 3 || parts.every((part) => part.trim() === '')) return ['XDS-RECIPIENT'];

  const [institution = '', person = '', telecom = ''] = parts;
  const out: XdsRuleId[] = [];
  if (institution !== '') {
    if (institution.startsWith('^')) out.push('XDS-RECIPIENT');
    out.push(...institutionRules(institution));
  }
  if (person !== '') out.push(...personRules(person));
  if (telecom !== '') out.push(...telecomRules(telecom));
  return out;
}

/** CX of a patient: identifier, authority, and in France a type. */
export function patientIdentifierRules(value: string): Rules {
  const parts = value.split('^');
  const out: XdsRuleId[] = [];
  if (!isAuthority(component(parts, 4))) out.push('XDS-AUTHORITY');

  const typed = /^(?:NH|PI)$/.test(component(parts, 5)) && areEmpty(parts, 2, 3) && !hasMoreThan(parts, 5);
  if (!typed) out.push('XDS-CX-TYPE');
  return out;
}

/** CXi: `id^^^&OID&ISO^type`, or a namespace as authority. */
export function referenceRules(value: string): Rules {
  const parts = value.split('^');
  const [namespace = '', oid = '', type = ''] = component(parts, 4).split('&');
  const authority = component(parts, 4) === '' || namespace !== '' || (oid !== '' && type !== '');
  const isoIsOid = type !== 'ISO' || isOid(oid);

  const fits =
    component(parts, 1) !== '' && component(parts, 5) !== '' && areEmpty(parts, 2, 3) && !hasMoreThan(parts, 5);
  return fits && authority && isoIsOid ? [] : ['XDS-REFERENCE-ID'];
}

/** A type and a subtype, without parameters (RFC 2045, section 5.1). */
export function isMediaType(value: string): boolean {
  return /^\w+\/[-+.\w]+$/.test(value);
}

/** Characters that a URI reference may hold, each percent sign before two hexadecimal digits. */
export function isUriReference(value: string): boolean {
  return /^(?:[\w\-.~:/?#@!$&'()*+,;=[\]\u00A0-\uFFFF]|%[\dA-Fa-f]{2})+$/.test(value) && !/#.*#/.test(value);
}

/**
 * A value of the schema type anyURI, which takes nearly everything: what stands before a first
 * colon is a scheme, a percent sign is before two digits, and there is one fragment.
 */
export function isAnyUri(value: string): boolean {
  const scheme = /^([^/?#]*?):/.exec(value)?.[1];
  const isSchemeSound = scheme === undefined || /^[A-Za-z][\w+.-]*$/.test(scheme);
  return isSchemeSound && !/%(?![\dA-Fa-f]{2})/.test(value) && !/#.*#/.test(value);
}
