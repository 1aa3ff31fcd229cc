import type { Finding } from '../../errors.ts';
import { escapeHl7, formatCx, unescapeHl7 } from '../../internal/hl7.ts';
import { isOid } from '../../internal/oid.ts';
import { birthPlaceCog } from '../birth-place.ts';
import { plainDate } from '../dates.ts';
import { findInsOid } from '../ins/oid.ts';
import type { BirthPlace, LocalIdentifier, PatientInput, PatientIns, PatientTraits } from '../patient.ts';
import {
  assemble,
  dateFromWire,
  insToWrite,
  placeFromWire,
  readIns,
  sortStatusCodes,
  splitFirstNames,
  statusFromWire,
  statusToWire,
  wireError,
  wireFinding,
  type StatusDialect,
  type WireIdentity,
  type WireWriteOptions,
} from './model.ts';

/** Options of {@link writePid}. @group Wire forms */
export interface WritePidOptions extends WireWriteOptions {
  /** How the receiver reads PID-32. Required: the same code means two things. */
  readonly dialect: StatusDialect;
  /** Name of the local identification domain, CX-4.1. */
  readonly localNamespace?: string | undefined;
  /**
   * CX-4.1 of an INS-NIA: the published examples only show the one of a NIR.
   *
   * @defaultValue `'ASIP-SANTE-INS-NIA'`, unverified
   */
  readonly niaNamespace?: string | undefined;
  /** PID-8 for an indeterminate sex: no text says it. Without it such a patient is refused. */
  readonly indeterminateSex?: string | undefined;
}

function cell(value: string | undefined): string {
  return value === undefined ? '' : escapeHl7(value);
}

function identifiers(patient: PatientInput, ins: PatientIns | null, options: WritePidOptions): string {
  const all: string[] = [];
  if (patient.localId) all.push(localIdentifier(patient.localId, options));
  if (ins) all.push(insIdentifier(ins, options));
  if (all.length === 0) throw wireError('IDENTITY-WIRE-NO-IDENTIFIER', 'localId');

  return all.join('~');
}

function localIdentifier({ system, value }: LocalIdentifier, { localNamespace }: WritePidOptions): string {
  if (!isOid(system) || findInsOid(system)) throw wireError('IDENTITY-WIRE-LOCAL-ID', 'localId.system');
  return formatCx({ id: value, oid: system, type: 'PI', namespace: localNamespace });
}

function insIdentifier({ value, oid }: PatientIns, options: WritePidOptions): string {
  const nia = options.niaNamespace ?? 'ASIP-SANTE-INS-NIA';
  const namespace = findInsOid(oid)?.kind === 'NIA' ? nia : 'ASIP-SANTE-INS-NIR';
  return formatCx({ id: value, oid, type: 'INS', namespace });
}

function birthAddress(place: BirthPlace | undefined): string {
  const cog = birthPlaceCog(place);
  if (cog !== null) return `^^${cell(place?.city)}^^^^BDL^^${cog}`;
  if (!place?.postalCode && !place?.city) return '';
  return `^^${cell(place.city)}^^${cell(place.postalCode)}^^BDL`;
}

function sexCode(patient: PatientInput, options: WritePidOptions): string {
  const { sex } = patient.traits;
  if (sex !== 'I') return sex ?? '';
  if (options.indeterminateSex === undefined) {
    throw wireError('IDENTITY-WIRE-SEX', 'traits.sex');
  }
  return escapeHl7(options.indeterminateSex);
}

/**
 * Writes the PID segment of PAM France: identifiers, official name, birth date, sex, birth place,
 * identity status. The INS is written for a qualified identity only; names are written as stored.
 * The list of given names is in the third component of PID-5, as in the published examples.
 *
 * @returns The segment, without its end-of-segment character.
 * @throws TerrESanteError `TE_IDENTITY_STATUS` for a qualified identity whose INS may not be
 *   transmitted, `TE_WIRE_INVALID` when there is nothing to identify the patient with.
 *
 * @example
 * ```ts
 * import { readPid, writePid } from 'terr-esante-sdk/identity/wire';
 *
 * const patient = {
 *   localId: { system: '2.999.1.10', value: 'PAT-000123' },
 *   traits: {
 *     birthName: 'MARTIN',
 *     firstName: 'ZOE',
 *     sex: 'F',
 *     birthDate: '1985-01-12',
 *     birthPlace: { communeInsee: '93066' },
 *   },
 *   identityStatus: 'PROV',
 * } as const;
 * const segment = writePid(patient, { dialect: 'rniv2' });
 * segment.slice(0, 47); // 'PID|||PAT-000123^^^&2.999.1.10&ISO^PI||MARTIN^Z'
 * readPid(segment, { dialect: 'rniv2' }).patient.identityStatus; // 'PROV'
 * ```
 *
 * @see IHE PAM, French national extension; HL7 v2 examples of the Agence du Numérique en Santé
 * @group Wire forms
 */
export function writePid(patient: PatientInput, options: WritePidOptions): string {
  const ins = insToWrite(patient, options);
  const { traits, identityStatus, identityAttributes = [] } = patient;
  const { birthName, firstName, birthFirstNames, birthDate } = traits;
  if (birthDate !== undefined && plainDate(birthDate) === null) {
    throw wireError('IDENTITY-DATE', 'traits.birthDate');
  }

  // By their number in the segment: fields[3] is PID-3. A field that stays empty is absent.
  const fields: string[] = Array.from({ length: 33 }, () => '');
  fields[0] = 'PID';
  fields[3] = identifiers(patient, ins, options);
  fields[5] = `${cell(birthName)}^${cell(firstName)}^${cell(birthFirstNames?.join(' '))}^^^^L`;
  fields[7] = (birthDate ?? '').replaceAll('-', '');
  fields[8] = sexCode(patient, options);
  fields[11] = birthAddress(traits.birthPlace);

  const codes = identityStatus ? [statusToWire(identityStatus, options.dialect)] : [];
  fields[32] = [...codes, ...identityAttributes].map(escapeHl7).join('~');

  return fields.join('|').replace(/\|+$/, '');
}

/** Longest PID segment that is read, in characters. */
const maxLength = 65_536;

interface Cx {
  readonly id: string;
  readonly oid: string;
  readonly type: string;
}

function readIdentifiers(field: string): Cx[] {
  return field.split('~').map((repetition) => {
    const [id = '', , , authority = '', type = ''] = repetition.split('^');
    const [, oid = ''] = authority.split('&');
    return { id: unescapeHl7(id), oid, type };
  });
}

function readName(field: string): string[] {
  const repetitions = field.split('~').map((repetition) => repetition.split('^'));
  const official = repetitions.find((parts) => parts[6] === 'L') ?? repetitions.find((parts) => !parts[6]) ?? [];
  return official.map((part) => unescapeHl7(part.split('&')[0] ?? ''));
}

/** The repetition of type BDL of PID-11: city, postal code, and the COG code in component 9. */
function readBirthPlace(field: string, findings: Finding[]): BirthPlace | undefined {
  const address = field
    .split('~')
    .map((repetition) => repetition.split('^'))
    .find((components) => components[6] === 'BDL');
  if (!address) return undefined;

  const component = (index: number): string | undefined => unescapeHl7(address[index] ?? '') || undefined;
  return placeFromWire(address[8], { city: component(2), postalCode: component(4) }, findings);
}

/**
 * Reads a PID segment of PAM France, with the usual delimiters. An INS is an identifier of type
 * `INS` with one of the OIDs of the INS; a social security number (`NH`) with the same OID is not
 * one. The first given name is the one that the message names, never the start of the list.
 *
 * @throws TerrESanteError `TE_WIRE_INVALID` when the text is no PID segment.
 *
 * @group Wire forms
 */
export function readPid(segment: string, options: { readonly dialect: StatusDialect }): WireIdentity {
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

  const all = readIdentifiers(field(3));
  const ins = readIns(
    all.filter(({ type }) => type === 'INS').map(({ id, oid }) => ({ value: id, oid })),
    findings,
  );
  const local = all.find(({ type, id, oid }) => type === 'PI' && id !== '' && isOid(oid) && !findInsOid(oid));

  const sex = field(8);
  const knownSex = sex === 'M' || sex === 'F' ? sex : undefined;
  if (sex !== '' && knownSex === undefined) findings.push(wireFinding('IDENTITY-SEX-UNKNOWN', 'traits.sex'));

  const [birthName, firstName, list] = readName(field(5));
  const traits: PatientTraits = {
    birthName,
    firstName,
    birthFirstNames: splitFirstNames(list),
    birthDate: dateFromWire(field(7), findings),
    sex: knownSex,
    birthPlace: readBirthPlace(field(11), findings),
  };

  const codes = sortStatusCodes(
    field(32)
      .split('~')
      .map((code) => code.split('^')[0] ?? ''),
    findings,
  );
  return assemble(
    {
      localId: local && { system: local.oid, value: local.id },
      traits,
      identityStatus: statusFromWire(codes.status, dialect, ins !== null),
      identityAttributes: codes.attributes,
    },
    ins,
    codes.comments,
    findings,
  );
}
