import { escapeHl7, formatCx, hl7Null } from '../../internal/hl7.ts';
import { isOid } from '../../internal/oid.ts';
import { birthPlaceCog } from '../birth-place.ts';
import { plainDate } from '../dates.ts';
import { findInsOid } from '../ins/oid.ts';
import type { BirthPlace, LocalIdentifier, PatientInput, PatientIns } from '../patient.ts';
import {
  insToWrite,
  pidDialect,
  type StatusDialect,
  statusToWire,
  wireError,
  type WireWriteOptions,
  writeChecks,
} from './model.ts';
import { reading } from '../../internal/reading.ts';
import { optionsOf, type Checks } from '../../internal/border.ts';
import { anyText } from '../../internal/option-checks.ts';

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

const writePidChecks: Checks<WritePidOptions> = {
  ...writeChecks,
  dialect: pidDialect,
  localNamespace: anyText,
  niaNamespace: anyText,
  indeterminateSex: anyText,
};

/** A component. The null of HL7 is refused as a value: the receiver would delete what it has. */
function cell(value: string | undefined, path: string): string {
  if (value === hl7Null) throw wireError('IDENTITY-WIRE-NULL', path);
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
  if (value === hl7Null) throw wireError('IDENTITY-WIRE-NULL', 'localId.value');
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
  if (cog === null && !place?.postalCode && !place?.city) return '';

  const city = cell(place?.city, 'traits.birthPlace.city');
  if (cog !== null) return `^^${city}^^^^BDL^^${cog}`;
  return `^^${city}^^${cell(place?.postalCode, 'traits.birthPlace.postalCode')}^^BDL`;
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
  const given = optionsOf('options', options, writePidChecks);
  return reading('patient', () => segmentOf(patient, given));
}

function segmentOf(patient: PatientInput, options: WritePidOptions): string {
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
  fields[5] = [
    cell(birthName, 'traits.birthName'),
    cell(firstName, 'traits.firstName'),
    cell(birthFirstNames?.join(' '), 'traits.birthFirstNames'),
    '^^^L',
  ].join('^');
  fields[7] = (birthDate ?? '').replaceAll('-', '');
  fields[8] = sexCode(patient, options);
  fields[11] = birthAddress(traits.birthPlace);

  const codes = identityStatus ? [statusToWire(identityStatus, options.dialect)] : [];
  fields[32] = [...codes, ...identityAttributes].map(escapeHl7).join('~');

  return fields.join('|').replace(/\|+$/, '');
}
