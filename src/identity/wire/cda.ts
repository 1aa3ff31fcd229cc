import type { Finding } from '../../errors.ts';
import { childElement, readXml, type ReadElement } from '../../internal/xml/index.ts';
import { isOid } from '../../internal/oid.ts';
import { birthPlaceCog } from '../birth-place.ts';
import { plainDate } from '../dates.ts';
import { findInsOid } from '../ins/oid.ts';
import type { PatientInput, PatientIns } from '../patient.ts';
import { hl7 } from './cda-parts.ts';
import { readCdaPatient, writeCdaPatient, type CdaPatient } from './cda-patient.ts';
import {
  assemble,
  dateFromWire,
  insToWrite,
  leftFinding,
  otherIdentifierFindings,
  placeFromWire,
  readIns,
  splitFirstNames,
  wireError,
  wireFinding,
  type WireIdentity,
  type WireWriteOptions,
  writeChecks,
} from './model.ts';
import { reading } from '../../internal/reading.ts';
import { optionsOf } from '../../internal/border.ts';

/**
 * Writes the `recordTarget` of a CI-SIS document, in exclusive canonical XML. The INS comes first,
 * and only for a qualified identity; the local identifier follows.
 *
 * @throws TerrESanteError `TE_IDENTITY_STATUS` for a qualified identity whose INS may not be
 *   transmitted, `TE_WIRE_INVALID` when there is no identifier or no name.
 *
 * @example
 * ```ts
 * import { readRecordTarget, writeRecordTarget } from 'terr-esante-sdk/identity/wire';
 *
 * const xml = writeRecordTarget({
 *   localId: { system: '2.999.1.10', value: 'PAT-000123' },
 *   traits: {
 *     birthName: 'MARTIN',
 *     firstName: 'ZOE',
 *     birthFirstNames: ['ZOE', 'LOU'],
 *     sex: 'F',
 *     birthDate: '1985-01-12',
 *   },
 * });
 * readRecordTarget(xml).patient.traits.birthFirstNames; // ['ZOE', 'LOU']
 * ```
 *
 * @see CI-SIS, volet Structuration minimale de documents de santé, recordTarget
 * @group Wire forms
 */
export function writeRecordTarget(patient: PatientInput, options?: WireWriteOptions): string {
  const given = optionsOf('options', options, writeChecks);
  return reading('patient', () => recordTargetOf(patient, given));
}

function recordTargetOf(patient: PatientInput, options: WireWriteOptions): string {
  const ins = insToWrite(patient, options);
  const { localId, traits } = patient;
  const { birthName, firstName, birthFirstNames, birthDate } = traits;

  if (!ins && !localId) {
    throw wireError('IDENTITY-WIRE-NO-IDENTIFIER', 'localId');
  }
  if (localId && (!isOid(localId.system) || findInsOid(localId.system) || localId.value === '')) {
    throw wireError('IDENTITY-WIRE-LOCAL-ID', 'localId');
  }
  if (!birthName || !(firstName || birthFirstNames?.length)) {
    throw wireError('IDENTITY-WIRE-NO-NAME', 'traits');
  }
  if (birthDate !== undefined && plainDate(birthDate) === null) {
    throw wireError('IDENTITY-DATE', 'traits.birthDate');
  }

  return writeCdaPatient(cdaPatient(patient, ins), { xmlns: hl7 });
}

/** The patient as the document has it, an absent member as `null`. */
function cdaPatient({ localId, traits }: PatientInput, ins: PatientIns | null): CdaPatient {
  const { birthPlace } = traits;

  return {
    ins,
    localIds: localId ? [localId] : [],
    birthName: textOrNull(traits.birthName),
    usedName: textOrNull(traits.usedName),
    firstName: textOrNull(traits.firstName),
    birthFirstNames: textOrNull(traits.birthFirstNames?.join(' ')),
    usedFirstName: textOrNull(traits.usedFirstName),
    sex: traits.sex ?? null,
    birthTime: traits.birthDate?.replaceAll('-', '') ?? null,
    birthPlace: birthPlaceCog(birthPlace),
    birthPostalCode: textOrNull(birthPlace?.postalCode),
    birthCity: textOrNull(birthPlace?.city),
  };
}

function textOrNull(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

function findPatientRole(root: ReadElement): ReadElement | undefined {
  if (root.namespace !== hl7) return undefined;
  const target = root.localName === 'ClinicalDocument' ? childElement(root, 'recordTarget', hl7) : root;
  return target?.localName === 'recordTarget' ? childElement(target, 'patientRole', hl7) : undefined;
}

/**
 * Reads the patient of a CI-SIS document, or of a `recordTarget` alone. A document carries no
 * identity status: the INS it holds is that of its author's patient, to compare with the stored one
 * before anything is filed.
 *
 * @throws TerrESanteError `TE_XML_INVALID` on refused XML, `TE_WIRE_INVALID` when there is no
 *   patient.
 *
 * @group Wire forms
 */
export function readRecordTarget(xml: string | Uint8Array): WireIdentity {
  return reading('xml', () => identityOf(xml));
}

function identityOf(xml: string | Uint8Array): WireIdentity {
  const role = findPatientRole(readXml(xml));
  if (!childElement(role, 'patient', hl7)) {
    throw wireError('IDENTITY-WIRE-SHAPE', 'recordTarget', { form: 'CDA recordTarget' });
  }

  const findings: Finding[] = [];
  const document = readCdaPatient(role);
  const ids = document.ids.map(({ system, value }) => ({ oid: system, value }));
  const ins = readIns(
    ids.filter(({ oid }) => findInsOid(oid)),
    findings,
  );
  const locals = ids.filter(({ oid }) => !findInsOid(oid));
  const local = locals.find(({ oid, value }) => isOid(oid) && value !== '');
  const otherIdentifiers = locals
    .filter((id) => id !== local)
    .map(({ oid, value }) => ({ value, domain: oid, types: [] }));
  findings.push(
    ...otherIdentifierFindings(otherIdentifiers, local !== undefined),
    ...document.otherNames.map(({ part }) => leftFinding('name', 'traits', { found: part })),
  );

  if (document.genderCode !== null && document.sex !== 'M' && document.sex !== 'F') {
    findings.push(wireFinding('IDENTITY-SEX-UNKNOWN', 'traits.sex'));
  }

  const { birthDate, partialBirthDate } = dateFromWire(document.birthTime ?? undefined, findings);
  const birthPlace = placeFromWire(
    document.birthPlace,
    { postalCode: document.birthPostalCode ?? undefined, city: document.birthCity ?? undefined },
    findings,
  );
  return assemble(
    {
      localId: local && { system: local.oid, value: local.value },
      traits: {
        birthName: document.birthName ?? undefined,
        usedName: document.usedName ?? undefined,
        firstName: document.firstName ?? undefined,
        birthFirstNames: splitFirstNames(document.birthFirstNames ?? undefined),
        usedFirstName: document.usedFirstName ?? undefined,
        birthDate,
        sex: document.sex ?? undefined,
        birthPlace,
      },
    },
    { ins, comments: [], otherIdentifiers, findings, partialBirthDate },
  );
}
