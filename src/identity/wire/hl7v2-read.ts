import type { Finding } from '../../errors.ts';
import { decodeHl7, hl7Null } from '../../internal/hl7.ts';
import { isOid } from '../../internal/oid.ts';
import { findInsOid } from '../ins/oid.ts';
import type { BirthPlace, LocalIdentifier, PatientIns, PatientTraits } from '../patient.ts';
import {
  assemble,
  dateFromWire,
  escapeFinding,
  insType,
  leftFinding,
  otherIdentifierFindings,
  pidDialect,
  placeFromWire,
  readIns,
  sortStatusCodes,
  splitFirstNames,
  type StatusDialect,
  statusFromWire,
  wireError,
  wireFinding,
  type WireIdentity,
} from './model.ts';
import { reading } from '../../internal/reading.ts';
import { optionsOf } from '../../internal/border.ts';

/** Longest PID segment that is read, in characters. */
const maxLength = 65_536;

/**
 * Reads a PID segment of PAM France, with the usual delimiters. An INS is an identifier of type
 * `INS` (or `INS-NIR`, `INS-NIA`, as FR Core names them) with one of the OIDs of the INS; a social
 * security number (`NH`) with the same OID is not one. The first given name is the one that the
 * message names, never the start of the list.
 *
 * An empty field says nothing; the null of HL7 (`""`) asks to delete. Both leave the trait absent,
 * and the second has the finding `IDENTITY-WIRE-DELETE`. What the message carries and no trait
 * holds has the finding `IDENTITY-WIRE-LEFT`.
 *
 * @throws TerrESanteError `TE_WIRE_INVALID` when the text is no PID segment.
 *
 * @see IHE PAM, French national extension; HL7 v2.5, sections 2.5.3 and 2.7
 * @group Wire forms
 */
export function readPid(segment: string, options: { readonly dialect: StatusDialect }): WireIdentity {
  const given = optionsOf('options', options, { dialect: pidDialect });
  return reading('segment', () => identityOf(segment, given));
}

function identityOf(segment: string, options: { readonly dialect: StatusDialect }): WireIdentity {
  if (typeof segment !== 'string' || !segment.startsWith('PID|') || segment.length > maxLength) {
    throw wireError('IDENTITY-WIRE-SHAPE', 'PID', { form: 'HL7 v2 PID' });
  }

  const fields = segment.replace(/[\r\n]+$/, '').split('|');
  if (fields.some((field) => /[\0-\x1F\x7F]/.test(field))) throw wireError('IDENTITY-WIRE-CONTROL', 'PID');

  return readFields((index) => fields[index] ?? '', options.dialect);
}

/** @param field - Gives a field of the segment, empty when the segment is shorter. */
function readFields(field: (index: number) => string, dialect: StatusDialect): WireIdentity {
  const findings: Finding[] = [];
  const read = componentReader(findings);

  const { ins, localId, otherIdentifiers } = readIdentifiers(field(3), read, findings);
  const { birthDate, partialBirthDate } = dateFromWire(read(firstOf(field(7)), 'traits.birthDate'), findings);
  const traits: PatientTraits = {
    ...readNames(field(5), read, findings),
    birthDate,
    sex: readSex(read(firstOf(field(8)), 'traits.sex'), findings),
    birthPlace: readBirthPlace(field(11), read, findings),
  };

  const codes = sortStatusCodes(readStatusCodes(field(32), read, findings), findings);
  return assemble(
    {
      localId,
      traits,
      identityStatus: statusFromWire(codes.status, dialect, ins !== null),
      identityAttributes: codes.attributes,
    },
    { ins, comments: codes.comments, otherIdentifiers, findings, partialBirthDate },
  );
}

/**
 * Decodes a component; an empty one has no value, nor has the null of HL7, which is told.
 *
 * @param path - Trait that the component holds.
 */
type ReadComponent = (component: string | undefined, path: string) => string | undefined;

function componentReader(findings: Finding[]): ReadComponent {
  return (component, path) => {
    if (component === undefined || component === '') return undefined;
    if (component === hl7Null) {
      findings.push(wireFinding('IDENTITY-WIRE-DELETE', path));
      return undefined;
    }

    const { text, doubt } = decodeHl7(component);
    if (doubt !== null) findings.push(escapeFinding(doubt, path));
    return text;
  };
}

function firstOf(field: string): string {
  return field.split('^')[0] ?? '';
}

interface ReadIdentifiers {
  readonly ins: PatientIns | null;
  readonly localId: LocalIdentifier | undefined;
  readonly otherIdentifiers: WireIdentity['otherIdentifiers'];
}

/** The INS, and the first local identifier whose domain has an OID. */
function readIdentifiers(field: string, read: ReadComponent, findings: Finding[]): ReadIdentifiers {
  const all = field.split('~').flatMap((repetition) => {
    const [component, , , authority = '', type = ''] = repetition.split('^');
    const [namespace = '', universal = ''] = authority.split('&');
    const value = read(component, insType.test(type) ? 'ins' : 'localId');
    const domain = isOid(universal) || namespace === '' ? universal : namespace;
    return value === undefined ? [] : [{ value, domain, type, oid: universal }];
  });

  const isIns = ({ type }: { readonly type: string }): boolean => insType.test(type);
  const local = all.find(({ type, oid }) => type === 'PI' && isOid(oid) && !findInsOid(oid));
  const otherIdentifiers = all
    .filter((identifier) => identifier !== local && !isIns(identifier))
    .map(({ value, domain, type }) => ({ value, domain, types: type === '' ? [] : [type] }));

  const ins = readIns(all.filter(isIns), findings);
  findings.push(...otherIdentifierFindings(otherIdentifiers, local !== undefined));
  return { ins, localId: local && { system: local.oid, value: local.value }, otherIdentifiers };
}

/** The legal name (type `L`), else the first without a type. */
function readNames(
  field: string,
  read: ReadComponent,
  findings: Finding[],
): Pick<PatientTraits, 'birthName' | 'firstName' | 'birthFirstNames'> {
  const repetitions = field
    .split('~')
    .filter((repetition) => repetition !== '')
    .map((repetition) => repetition.split('^'));
  const official =
    repetitions.find(([, , , , , , type]) => type === 'L') ??
    repetitions.find(([, , , , , , type]) => type === undefined || type === '');

  for (const other of repetitions.filter((repetition) => repetition !== official)) {
    const type = other[6] ?? '';
    const found = /^[A-Z]{1,3}$/.test(type) ? type : null;
    if (other.slice(0, 3).some((part) => part !== '')) findings.push(leftFinding('name', 'traits', { found }));
  }

  // The null of the whole field asks to delete every name.
  const whole = official?.length === 1 && official[0] === hl7Null;
  const [family = '', given = '', list = ''] = whole ? [hl7Null, hl7Null, hl7Null] : (official ?? []);
  return {
    birthName: read(surname(family, findings), 'traits.birthName'),
    firstName: read(firstPart(given, 'traits.firstName', findings), 'traits.firstName'),
    birthFirstNames: splitFirstNames(
      read(firstPart(list, 'traits.birthFirstNames', findings), 'traits.birthFirstNames'),
    ),
  };
}

/**
 * The surname. It may be given in parts only: own prefix and own surname (HL7 v2.5, data type FN).
 * The parts of a partner are no birth name.
 */
function surname(component: string, findings: Finding[]): string {
  const [whole = '', prefix = '', own = '', ...partner] = component.split('&');
  const parts = [prefix, own].filter((part) => part !== '' && part !== hl7Null).join(' ');

  const isLeft = partner.some((part) => part !== '') || (whole !== '' && !whole.includes(own));
  if (isLeft) findings.push(leftFinding('name', 'traits.birthName'));
  return whole === '' ? parts : whole;
}

/** A name is one text: a further part of it is told. */
function firstPart(component: string, path: string, findings: Finding[]): string {
  const [first = '', ...others] = component.split('&');
  if (others.some((part) => part !== '')) findings.push(leftFinding('name', path));
  return first;
}

function readSex(sex: string | undefined, findings: Finding[]): 'M' | 'F' | undefined {
  if (sex === 'M' || sex === 'F') return sex;

  if (sex !== undefined) findings.push(wireFinding('IDENTITY-SEX-UNKNOWN', 'traits.sex'));
  return undefined;
}

/** The repetition of type BDL of PID-11: city, postal code, and the COG code in component 9. */
function readBirthPlace(field: string, read: ReadComponent, findings: Finding[]): BirthPlace | undefined {
  const path = 'traits.birthPlace';
  if (field === hl7Null) {
    read(field, path);
    return undefined;
  }

  const [address, ...others] = field
    .split('~')
    .map((repetition) => repetition.split('^'))
    .filter((components) => components[6] === 'BDL');
  if (!address) return undefined;

  findings.push(...others.map(() => leftFinding('place', path)));
  return placeFromWire(
    read(address[8], path),
    { city: read(address[2], path), postalCode: read(address[4], path) },
    findings,
  );
}

function readStatusCodes(field: string, read: ReadComponent, findings: Finding[]): string[] {
  const codes = field.split('~').flatMap((repetition) => read(firstOf(repetition), 'identityStatus') ?? []);
  const unreadable = codes.filter((code) => !/^[A-Z]{1,10}$/.test(code));

  findings.push(...unreadable.map(() => leftFinding('status', 'identityStatus')));
  return codes;
}
