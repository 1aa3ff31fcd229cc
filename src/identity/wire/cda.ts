import type { Finding } from '../../errors.ts';
import {
  attributeOf,
  childElement,
  childElements,
  descend,
  element,
  readXml,
  text,
  textOf,
  type ReadElement,
  type Xml,
} from '../../internal/xml/index.ts';
import { isOid } from '../../internal/oid.ts';
import { birthPlaceCog, isCog } from '../birth-place.ts';
import { plainDate } from '../dates.ts';
import { findInsOid } from '../ins/oid.ts';
import type { BirthPlace, PatientInput, Sex } from '../patient.ts';
import {
  assemble,
  dateFromWire,
  insToWrite,
  placeFromCog,
  readIns,
  splitFirstNames,
  wireError,
  wireFinding,
  type WireIdentity,
  type WireWriteOptions,
} from './model.ts';

const hl7 = 'urn:hl7-org:v3';
const genders: Readonly<Record<Sex, readonly [string, string]>> = {
  M: ['M', 'Masculin'],
  F: ['F', 'Féminin'],
  I: ['UN', 'Inconnu'],
};

function part(name: string, value: string | undefined, qualifier?: string): Xml | undefined {
  return value === undefined || value === '' ? undefined : element(name, { qualifier }, text(value));
}

function place(birthPlace: BirthPlace | undefined): Xml | undefined {
  const cog = birthPlaceCog(birthPlace) ?? undefined;
  const postalCode = cog === undefined ? birthPlace?.postalCode : undefined;
  const city = birthPlace?.city;
  if (cog === undefined && !postalCode && !city) return undefined;
  const address = element('addr', null, part('county', cog), part('postalCode', postalCode), part('city', city));
  return element('birthplace', null, element('place', null, address));
}

/**
 * Writes the `recordTarget` of a CI-SIS document, in exclusive canonical XML. The INS comes first,
 * and only for a qualified identity; the local identifier follows.
 *
 * @throws TerrESanteError `TE_IDENTITY_STATUS` for a qualified identity whose INS may not be
 *   transmitted,
 * `TE_WIRE_INVALID` when there is no identifier or no name.
 *
 * @example
 * ```ts
 * import { readRecordTarget, writeRecordTarget } from 'terr-esante-sdk/identity/wire';
 *
 * const xml = writeRecordTarget({
 *   localId: { system: '2.999.1.10', value: 'PAT-000123' },
 *   traits: { birthName: 'MARTIN', firstName: 'ZOE', birthFirstNames: ['ZOE', 'LOU'], sex: 'F', birthDate: '1985-01-12' },
 * });
 * readRecordTarget(xml).patient.traits.birthFirstNames; // ['ZOE', 'LOU']
 * ```
 *
 * @see CI-SIS, volet Structuration minimale de documents de santé, recordTarget
 * @group Wire forms
 */
export function writeRecordTarget(patient: PatientInput, options: WireWriteOptions = {}): string {
  const ins = insToWrite(patient, options);
  const { localId, traits } = patient;
  const { birthName, firstName, birthFirstNames, usedName, usedFirstName, birthDate, sex, birthPlace } = traits;
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
  const [code, displayName] = sex ? genders[sex] : [undefined, undefined];
  return element(
    'recordTarget',
    { xmlns: hl7 },
    element(
      'patientRole',
      null,
      ins && element('id', { root: ins.oid, extension: ins.value }),
      localId && element('id', { root: localId.system, extension: localId.value }),
      element(
        'patient',
        null,
        element(
          'name',
          null,
          part('family', birthName, 'BR'),
          part('family', usedName, 'CL'),
          part('given', birthFirstNames?.join(' ')),
          part('given', firstName, 'BR'),
          part('given', usedFirstName, 'CL'),
        ),
        code === undefined
          ? element('administrativeGenderCode', { nullFlavor: 'UNK' })
          : element('administrativeGenderCode', { code, codeSystem: '2.16.840.1.113883.5.1', displayName }),
        birthDate === undefined
          ? element('birthTime', { nullFlavor: 'UNK' })
          : element('birthTime', { value: birthDate.replaceAll('-', '') }),
        place(birthPlace),
      ),
    ),
  );
}

function nameParts(
  patient: ReadElement | undefined,
  local: string,
  ...qualifiers: readonly (string | undefined)[]
): string | undefined {
  const name = childElement(patient, 'name', hl7);
  const found =
    name && childElements(name, local, hl7).find((node) => qualifiers.includes(attributeOf(node, 'qualifier')));
  return found ? textOf(found).trim() : undefined;
}

function readPlace(patient: ReadElement | undefined, findings: Finding[]): BirthPlace | undefined {
  const address = descend(patient, 'birthplace', 'place', 'addr');
  const value = (local: string): string | undefined => textOf(childElement(address, local, hl7)).trim() || undefined;
  const cog = value('county');
  const city = value('city');
  const postalCode = value('postalCode');
  if (cog !== undefined && isCog(cog)) return city === undefined ? placeFromCog(cog) : { ...placeFromCog(cog), city };
  if (cog !== undefined) {
    findings.push(wireFinding('IDENTITY-WIRE-COG', 'traits.birthPlace'));
  }
  if (city === undefined && postalCode === undefined) return undefined;
  return { ...(postalCode !== undefined && { postalCode }), ...(city !== undefined && { city }) };
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
  const role = findPatientRole(readXml(xml));
  const patient = childElement(role, 'patient', hl7);
  if (!role || !patient) throw wireError('IDENTITY-WIRE-SHAPE', 'recordTarget', { form: 'CDA recordTarget' });
  const findings: Finding[] = [];
  const ids = childElements(role, 'id', hl7).map((id) => ({
    oid: attributeOf(id, 'root') ?? '',
    value: attributeOf(id, 'extension') ?? '',
  }));
  const ins = readIns(
    ids.filter(({ oid }) => findInsOid(oid)),
    findings,
  );
  const local = ids.find(({ oid, value }) => isOid(oid) && !findInsOid(oid) && value !== '');
  const gender = attributeOf(childElement(patient, 'administrativeGenderCode', hl7), 'code');
  if (gender !== undefined && gender !== 'M' && gender !== 'F') {
    findings.push(wireFinding('IDENTITY-SEX-UNKNOWN', 'traits.sex'));
  }
  const birthTime = attributeOf(childElement(patient, 'birthTime', hl7), 'value');
  return assemble(
    {
      localId: local && { system: local.oid, value: local.value },
      traits: {
        birthName: nameParts(patient, 'family', 'BR'),
        // Older documents say SP for the name used.
        usedName: nameParts(patient, 'family', 'CL', 'SP'),
        firstName: nameParts(patient, 'given', 'BR'),
        birthFirstNames: splitFirstNames(nameParts(patient, 'given', undefined)),
        usedFirstName: nameParts(patient, 'given', 'CL'),
        birthDate: dateFromWire(birthTime, findings),
        sex: gender === 'M' || gender === 'F' ? gender : gender === 'UN' ? 'I' : undefined,
        birthPlace: readPlace(patient, findings),
      },
    },
    ins,
    [],
    findings,
  );
}
