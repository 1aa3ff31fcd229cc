import { writeFhirPatient } from '../../identity/wire/index.ts';
import type { PatientInput } from '../../identity/index.ts';
import type { HeaderPatient } from '../model/document.ts';
import { fhirTime, patientIdentifier, type Json } from './resources.ts';

/**
 * The patient as the source knew it, contained in its document. With the INS only when the five
 * traits are there, which its profile requires; else as any patient.
 *
 * @param sourcePatientId - CX
 * @see ANS, PDSm 3.1.1, context.sourcePatientInfo; FR Core 2.1.0, fr-core-patient and -ins
 */
export function sourcePatient(patient: HeaderPatient, sourcePatientId: string): Json {
  const id = 'source-patient';
  const [localId] = patient.localIds;
  const traits = traitsOf(patient);
  const { birthName, firstName, birthFirstNames, birthDate, birthPlace, sex } = traits;
  const isWhole = birthName && firstName && birthFirstNames && birthDate && birthPlace && sex;

  const local: PatientInput | null = localId ? { traits, localId } : null;
  const known: PatientInput | null =
    patient.ins && isWhole ? { traits, ...local, ins: patient.ins, identityStatus: 'QUAL' } : local;
  if (known) return { ...writeFhirPatient(known, { dialect: 'v2-0445' }), id };

  const name = [{ use: 'official', family: birthName, given: firstName ? [firstName] : [] }];
  return {
    resourceType: 'Patient',
    id,
    meta: { profile: ['https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient'] },
    identifier: [patientIdentifier(sourcePatientId)],
    ...(birthName && firstName ? { name } : {}),
  };
}

type Traits = PatientInput['traits'];

function traitsOf(patient: HeaderPatient): Traits {
  const { birthName, usedName, firstName, birthFirstNames, usedFirstName, sex, birthTime, birthPlace } = patient;
  const birthDate = birthTime !== null && /^\d{8}$/.test(birthTime) ? fhirTime(birthTime) : undefined;
  return {
    birthName: birthName ?? undefined,
    usedName: usedName ?? undefined,
    firstName: firstName ?? undefined,
    usedFirstName: usedFirstName ?? undefined,
    birthFirstNames: birthFirstNames?.split(' ').filter((given) => given !== ''),
    sex: sex ?? undefined,
    birthDate,
    birthPlace: birthPlace === null ? undefined : placeOf(birthPlace),
  };
}

/** A code of the COG that begins with 99 is a country. */
function placeOf(cog: string): NonNullable<Traits['birthPlace']> {
  return cog.startsWith('99') ? { countryInsee: cog } : { communeInsee: cog };
}
