import { element, text, type ReadElement, type Xml } from '../../internal/xml/index.ts';
import { findInsOid } from '../ins/oid.ts';
import type { LocalIdentifier, PatientIns, Sex } from '../patient.ts';
import { readCdaNames, type CdaNames, type OtherName } from './cda-names.ts';
import { attribute, child, children, words } from './cda-parts.ts';

/**
 * The patient of a CDA header as the document has it: nothing is checked, nothing is guessed, what
 * is absent is `null`.
 *
 * @see CI-SIS, volet Structuration minimale de documents de santé, section 3.5.5: recordTarget
 */
export interface CdaPatient extends CdaNames {
  /** The INS when the document carries one, the first when it carries several. */
  readonly ins: PatientIns | null;
  /** Local identifiers, the practice's own first. */
  readonly localIds: readonly LocalIdentifier[];
  readonly sex: Sex | null;
  /** HL7: `YYYY`, `YYYYMM` or `YYYYMMDD`. */
  readonly birthTime: string | null;
  /** COG code of the birth place. */
  readonly birthPlace: string | null;
  /** Of a birth place without COG code. */
  readonly birthPostalCode: string | null;
  readonly birthCity: string | null;
}

/** What a document adds to the identity, at the places that the schema gives it. */
export interface CdaPatientAdditions {
  /** `addr` and `telecom` of the role. */
  readonly contact?: Xml | null | undefined;
  /** Between `birthTime` and `birthplace`: death, multiple birth, guardians. */
  readonly afterBirthTime?: Xml | null | undefined;
  readonly xmlns?: string | undefined;
}

const genderSystem = '2.16.840.1.113883.5.1';
const genders: Readonly<Record<Sex, readonly [code: string, displayName: string]>> = {
  M: ['M', 'Masculin'],
  F: ['F', 'Féminin'],
  I: ['UN', 'Inconnu'],
};

/** The only writer of a `recordTarget`, in exclusive canonical XML. */
export function writeCdaPatient(patient: CdaPatient, additions: CdaPatientAdditions = {}): Xml {
  const { contact = null, afterBirthTime = null, xmlns } = additions;
  const birthTime = patient.birthTime === null ? { nullFlavor: 'UNK' } : { value: patient.birthTime };

  return element(
    'recordTarget',
    { xmlns },
    element(
      'patientRole',
      null,
      patient.ins && writeId({ system: patient.ins.oid, value: patient.ins.value }),
      ...patient.localIds.map(writeId),
      contact,
      element(
        'patient',
        null,
        writeName(patient),
        writeGender(patient.sex),
        element('birthTime', birthTime),
        afterBirthTime,
        writeBirthPlace(patient),
      ),
    ),
  );
}

function writeId({ system, value }: LocalIdentifier): Xml {
  return element('id', { root: system, extension: value || undefined });
}

function writeName(patient: CdaPatient): Xml {
  return element(
    'name',
    null,
    part('family', patient.birthName, 'BR'),
    part('family', patient.usedName, 'CL'),
    part('given', patient.birthFirstNames),
    part('given', patient.firstName, 'BR'),
    part('given', patient.usedFirstName, 'CL'),
  );
}

function part(name: string, value: string | null, qualifier?: string): Xml | null {
  return value === null ? null : element(name, { qualifier }, text(value));
}

/** The element is mandatory: a sex that is not known has a null flavour. */
function writeGender(sex: Sex | null): Xml {
  if (sex === null) return element('administrativeGenderCode', { nullFlavor: 'UNK' });

  const [code, displayName] = genders[sex];
  return element('administrativeGenderCode', { code, codeSystem: genderSystem, displayName });
}

/** The postal code stands in for the COG code: beside it, it could contradict it. */
function writeBirthPlace({ birthPlace, birthPostalCode, birthCity }: CdaPatient): Xml | null {
  const postalCode = birthPlace === null ? birthPostalCode : null;
  if (birthPlace === null && postalCode === null && birthCity === null) return null;

  const address = element(
    'addr',
    null,
    part('county', birthPlace),
    part('postalCode', postalCode),
    part('city', birthCity),
  );
  return element('birthplace', null, element('place', null, address));
}

/** A patient that was read, with what the document wrote for it. */
export interface ReadCdaPatient extends CdaPatient {
  /** Every identifier, in the order of the document: two INS are for the reader to refuse. */
  readonly ids: readonly LocalIdentifier[];
  /** The code of the sex as it is written. */
  readonly genderCode: string | null;
  /** What was written as a name of the patient and is in none of the traits above. */
  readonly otherNames: readonly OtherName[];
}

/** `U` is that of documents older than the national value set, which has `UN`. */
const sexes: ReadonlyMap<string, Sex> = new Map([
  ['M', 'M'],
  ['F', 'F'],
  ['UN', 'I'],
  ['U', 'I'],
]);

/** The sex of a code; `null` for one that is none of these. */
export function readSex(code: string | null): Sex | null {
  return code === null ? null : (sexes.get(code) ?? null);
}

/** The only reader of a `patientRole`. */
export function readCdaPatient(role: ReadElement | undefined): ReadCdaPatient {
  const patient = child(role, 'patient');
  const place = child(child(child(patient, 'birthplace'), 'place'), 'addr');
  const ids = readIds(role);
  const ins = ids.find(isIns);
  const genderCode = attribute(child(patient, 'administrativeGenderCode'), 'code');

  return {
    ids,
    ins: ins ? { value: ins.value, oid: ins.system } : null,
    localIds: ids.filter((id) => !isIns(id)),
    ...readCdaNames(children(patient, 'name')),
    genderCode,
    sex: readSex(genderCode),
    birthTime: attribute(child(patient, 'birthTime'), 'value'),
    birthPlace: words(child(place, 'county')),
    birthPostalCode: words(child(place, 'postalCode')),
    birthCity: words(child(place, 'city')),
  };
}

function isIns({ system }: LocalIdentifier): boolean {
  return findInsOid(system) !== null;
}

function readIds(role: ReadElement | undefined): LocalIdentifier[] {
  return children(role, 'id').flatMap((id) => {
    const system = attribute(id, 'root');
    return system === null ? [] : [{ system, value: attribute(id, 'extension') ?? '' }];
  });
}
