import { escapeHl7, refuseHl7Delimiters, unescapeHl7 } from '../../internal/hl7.ts';
import type { Coded } from '../model/document.ts';
import type { XdsInstitution, XdsPerson, XdsReferenceId } from '../model/metadata.ts';

/**
 * `id^family^given^^^^^^&authority&ISO^D^^^IDNPS` (CI-SIS, volet Partage de documents de santé,
 * authorPerson).
 */
export function formatXcn(person: XdsPerson): string {
  const id = refuseHl7Delimiters(person.id, 'Identifiant de personne');
  const authority = refuseHl7Delimiters(person.authority, 'OID');
  return `${id}^${escapeHl7(person.family)}^${escapeHl7(person.given)}^^^^^^&${authority}&ISO^${person.nameType}^^^${escapeHl7(person.idType)}`;
}

/**
 * Reads an XCN; missing components are empty. `null` when there is neither an identifier nor a
 * name. Of a family name in sub-components (HL7 FN) the first is the whole name; of several people
 * in one value, the first is read.
 */
export function parseXcn(value: string): XdsPerson | null {
  const [first = ''] = repetitions(value);
  const parts = first.split('^');
  const at = (index: number): string => unescapeHl7(parts[index] ?? '');
  const family = unescapeHl7((parts[1] ?? '').split('&')[0] ?? '');
  if (at(0) === '' && family === '' && at(2) === '') return null;

  return {
    id: at(0),
    family,
    given: at(2),
    authority: (parts[8] ?? '').split('&')[1] ?? '',
    nameType: at(9) === 'U' ? 'U' : 'D',
    idType: at(12),
  };
}

/** The repetitions of a field (HL7 v2.5, section 2.5.3): an escaped tilde is no separator. */
export function repetitions(value: string): readonly string[] {
  return value.includes('~') ? value.split('~').filter((part) => part !== '') : [value];
}

/** One value of a PID field; `null` when the text is none. */
export interface PidField {
  readonly field: number | null;
  readonly content: string;
}

/**
 * The PID fields of sourcePatientInfo, one repetition each: `PID-5|A~B` is two names, as are two
 * values.
 */
export function pidFields(values: readonly string[]): readonly PidField[] {
  return values.flatMap((value): readonly PidField[] => {
    const match = /^PID-([1-9]\d{0,2})\|/.exec(value);
    if (!match) return [{ field: null, content: value }];

    const contents = repetitions(value.slice(match[0].length));
    return contents.map((content) => ({ field: Number(match[1]), content }));
  });
}

/**
 * Whom a CX names: identifier and OID of its domain, whatever the other components. IHE writes none
 * after the fourth, the French framework writes the type; both name the same patient.
 */
export function cxKey(value: string): string {
  // A second identifier, or a delimiter that no identifier holds: this names nobody else.
  if (/[~|\\]/.test(value)) return value;

  const [id = '', , , authority = ''] = value.trim().split('^');
  const [namespace = '', oid = ''] = authority.split('&');
  const domain = oid === '' ? namespace : oid;
  return JSON.stringify([id.trim(), domain.trim().replace(/^urn:oid:/i, '')]);
}

/**
 * `name^^^^^&authority&ISO^IDNST^^^id`; components 6, 7 and 10 are empty when the structure has no
 * identifier.
 */
export function formatXon(institution: XdsInstitution): string {
  const name = escapeHl7(institution.name);
  if (institution.id === '') return name;
  const authority = refuseHl7Delimiters(institution.authority, 'OID');
  const id = refuseHl7Delimiters(institution.id, 'Identifiant de structure');
  return `${name}^^^^^&${authority}&ISO^${escapeHl7(institution.idType)}^^^${id}`;
}

export function parseXon(value: string): XdsInstitution {
  const parts = value.split('^');
  return {
    name: unescapeHl7(parts[0] ?? ''),
    authority: (parts[5] ?? '').split('&')[1] ?? '',
    idType: unescapeHl7(parts[6] ?? ''),
    id: parts[9] ?? '',
  };
}

/** `code^display^OID`: authorSpecialty is not a strict CX. */
export function formatSpecialty({ code, displayName, codeSystem }: Coded): string {
  return `${escapeHl7(code)}^${escapeHl7(displayName)}^${escapeHl7(codeSystem)}`;
}

/** Reads `code^display^OID`, and the form of IHE: a code alone, or `code^^^&OID&ISO`. */
export function parseSpecialty(value: string): Coded {
  const [code = '', displayName = '', codeSystem = '', authority = ''] = value.split('^');
  const system = codeSystem === '' ? (authority.split('&')[1] ?? '') : codeSystem;
  return { code: unescapeHl7(code), displayName: unescapeHl7(displayName), codeSystem: unescapeHl7(system) };
}

/** CXi: `id^^^&authority&ISO^type` (IHE ITI TF-3, table 4.2.3.1.7-2). */
export function formatReferenceId({ id, authority, type }: XdsReferenceId): string {
  const assigner = authority === '' ? '' : `&${refuseHl7Delimiters(authority, 'OID')}&ISO`;
  return `${refuseHl7Delimiters(id, 'Référence')}^^^${assigner}^${escapeHl7(type)}`;
}

export function parseReferenceId(value: string): XdsReferenceId {
  const parts = value.split('^');
  return { id: parts[0] ?? '', authority: (parts[3] ?? '').split('&')[1] ?? '', type: unescapeHl7(parts[4] ?? '') };
}
