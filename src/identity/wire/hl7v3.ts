import type { Finding } from '../../errors.ts';
import { isOid } from '../../internal/oid.ts';
import { element, text, type ReadElement, type Xml } from '../../internal/xml/index.ts';
import { birthPlaceCog, isCountryCog } from '../birth-place.ts';
import { plainDate } from '../dates.ts';
import { findInsOid } from '../ins/oid.ts';
import type { BirthPlace, LocalIdentifier, PatientInput, PatientTraits, Sex } from '../patient.ts';
import { readCdaNames } from './cda-names.ts';
import { attribute, child, children, words } from './cda-parts.ts';
import { readSex } from './cda-patient.ts';
import {
  assemble,
  dateFromWire,
  insToWrite,
  leftFinding,
  placeFromWire,
  readIns,
  splitFirstNames,
  wireError,
  wireFinding,
  type WireIdentity,
  type WireWriteOptions,
} from './model.ts';

/*
 * The patient of HL7 v3 messages (PIX, PDQ): the datatypes of CDA in other elements. That names
 * carry the qualifiers of a CI-SIS document, and the birth place its COG code in `county`, is
 * inferred: no French text on these messages is published.
 */

/** AdministrativeGender of HL7 v3. */
const genderSystem = '2.16.840.1.113883.5.1';
const genders: Readonly<Record<Sex, string>> = { M: 'M', F: 'F', I: 'UN' };

/**
 * Writes the `patient` of a feed: the local identifier first, the INS of a qualified identity, the
 * traits that are known.
 *
 * @param more - what stands behind them, such as observations
 * @see HL7 v3, PRPA_MT201301UV02; IHE ITI TF-2, table 3.44.4.1.2-1
 * @throws TerrESanteError `TE_IDENTITY_STATUS`, `TE_WIRE_INVALID`
 */
export function writeHl7v3Patient(
  patient: PatientInput,
  options: WireWriteOptions = {},
  more: readonly (Xml | null)[] = [],
): Xml {
  const ins = insToWrite(patient, options);
  const { localId, traits } = patient;
  if (!localId || !isOid(localId.system) || findInsOid(localId.system) || !localId.value) {
    throw wireError('IDENTITY-WIRE-LOCAL-ID', 'localId');
  }

  return element(
    'patient',
    { classCode: 'PAT' },
    writeHl7v3Id(localId),
    ins && writeHl7v3Id({ system: ins.oid, value: ins.value }),
    element('statusCode', { code: 'active' }),
    element('patientPerson', { classCode: 'PSN', determinerCode: 'INSTANCE' }, ...personOf(traits)),
    element(
      'providerOrganization',
      { classCode: 'ORG', determinerCode: 'INSTANCE' },
      element('id', { root: localId.system }),
      element('contactParty', { classCode: 'CON', nullFlavor: 'NA' }),
    ),
    ...more,
  );
}

export function writeHl7v3Id({ system, value }: LocalIdentifier, name = 'id'): Xml {
  return element(name, { root: system, extension: value });
}

/** A code of the sex, as an element of that name. */
export function writeHl7v3Gender(sex: Sex, name = 'administrativeGenderCode'): Xml {
  return element(name, { code: genders[sex], codeSystem: genderSystem });
}

/** A birth date as the digits of HL7. @throws TerrESanteError `TE_WIRE_INVALID` */
export function hl7v3Date(birthDate: string): string {
  if (plainDate(birthDate) === null) throw wireError('IDENTITY-DATE', 'traits.birthDate');
  return birthDate.replaceAll('-', '');
}

function personOf(traits: PatientTraits): (Xml | null)[] {
  const { birthName, usedName, firstName, birthFirstNames, usedFirstName, sex, birthDate, birthPlace } = traits;
  if (!birthName || !(firstName || birthFirstNames?.length)) throw wireError('IDENTITY-WIRE-NO-NAME', 'traits');

  // A reader that knows no qualifier takes the first of each kind.
  const name = element(
    'name',
    { use: 'L' },
    part('family', birthName, 'BR'),
    part('family', usedName, 'CL'),
    part('given', firstName, 'BR'),
    part('given', birthFirstNames?.join(' ')),
    part('given', usedFirstName, 'CL'),
  );
  return [
    name,
    sex ? writeHl7v3Gender(sex) : null,
    birthDate ? element('birthTime', { value: hl7v3Date(birthDate) }) : null,
    birthPlace ? writeBirthPlace(birthPlace) : null,
  ];
}

function part(name: string, value: string | undefined, qualifier?: string): Xml | null {
  return value ? element(name, { qualifier }, text(value)) : null;
}

/** The postal code stands in for the COG code: beside it, it could contradict it. */
function writeBirthPlace(place: BirthPlace): Xml | null {
  const cog = birthPlaceCog(place) ?? undefined;
  const postalCode = cog === undefined ? place.postalCode : undefined;
  if (cog === undefined && postalCode === undefined && place.city === undefined) return null;

  const address = [part('county', cog), part('postalCode', postalCode), part('city', place.city)];
  return element('birthPlace', { classCode: 'BIRTHPL' }, element('addr', null, ...address));
}

/**
 * Reads the traits and the INS of a `patient`. Its other identifiers are for the caller: a
 * candidate has those of many domains, and none is its own. No status travels with it.
 *
 * @see HL7 v3, PRPA_MT201310UV02; IHE ITI TF-2, section 3.47.4.2.2
 */
export function readHl7v3Patient(patient: ReadElement): WireIdentity {
  const person = child(patient, 'patientPerson');
  const findings: Finding[] = [];

  const ins = readIns(insCandidates(patient, person), findings);
  const { otherNames, ...names } = readCdaNames(children(person, 'name'));
  findings.push(...otherNames.map(({ part: kind }) => leftFinding('name', 'traits', { found: kind })));

  const genderCode = attribute(child(person, 'administrativeGenderCode'), 'code');
  const sex = readSex(genderCode);
  if (genderCode !== null && sex !== 'M' && sex !== 'F') {
    findings.push(wireFinding('IDENTITY-SEX-UNKNOWN', 'traits.sex'));
  }

  const birthTime = attribute(child(person, 'birthTime'), 'value');
  const { birthDate, partialBirthDate } = dateFromWire(birthTime ?? undefined, findings);
  return assemble(
    {
      traits: {
        birthName: names.birthName ?? undefined,
        usedName: names.usedName ?? undefined,
        firstName: names.firstName ?? undefined,
        birthFirstNames: splitFirstNames(names.birthFirstNames ?? undefined),
        usedFirstName: names.usedFirstName ?? undefined,
        birthDate,
        sex: sex ?? undefined,
        birthPlace: readBirthPlace(person, findings),
      },
    },
    { ins, comments: [], otherIdentifiers: [], findings, partialBirthDate },
  );
}

function insCandidates(
  patient: ReadElement,
  person: ReadElement | undefined,
): { readonly value: string; readonly oid: string }[] {
  const others = children(person, 'asOtherIDs').flatMap((role) => children(role, 'id'));
  return [...children(patient, 'id'), ...others].flatMap((id) => {
    const oid = attribute(id, 'root');
    return oid !== null && findInsOid(oid) ? [{ oid, value: attribute(id, 'extension') ?? '' }] : [];
  });
}

function readBirthPlace(person: ReadElement | undefined, findings: Finding[]): BirthPlace | undefined {
  const role = child(person, 'birthPlace');
  const address = child(role, 'addr') ?? child(child(role, 'birthplace'), 'addr');
  const country = words(child(address, 'country'));
  const county = words(child(address, 'county'));
  const cog = county ?? (country !== null && isCountryCog(country) ? country : null);
  const postalCode = words(child(address, 'postalCode')) ?? undefined;
  const city = words(child(address, 'city')) ?? undefined;

  // The country and a postal code name the place together, as in the guide of the platform.
  if (county === null && cog !== null && postalCode !== undefined) {
    return { countryInsee: cog, postalCode, ...(city !== undefined && { city }) };
  }
  return placeFromWire(cog, { postalCode, city }, findings);
}
