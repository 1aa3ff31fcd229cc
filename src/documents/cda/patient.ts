import { TerrESanteError } from '../../errors.ts';
import type { PatientInput, Sex } from '../../identity/index.ts';
import { birthPlaceCog } from '../../identity/birth-place.ts';
import type { BuiltHeader, HeaderGuardian, HeaderPatient } from '../model/document.ts';
import { all } from './all.ts';
import { organization } from './actors.ts';
import { optionalCode } from './codes.ts';
import type { Guardian, PatientDetails } from './input.ts';
import type { TransmittedIns } from './qualified-ins.ts';
import { address, dateTime, identifier, invalid, line, optionalLine, personName, telecoms } from './values.ts';

/** `YYYY-MM-DD` to `YYYYMMDD`; a year or a month alone only when no INS is written. */
function birthTime(value: string, withIns: boolean): string {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(value);
  if (match) {
    const [, year = '', month, day] = match;
    const date = new Date(Date.UTC(Number(year), Number(month ?? '1') - 1, Number(day ?? '1')));
    const real = date.getUTCMonth() === Number(month ?? '1') - 1 && date.getUTCDate() === Number(day ?? '1');
    if (real && Number(year) > 0 && (day !== undefined || !withIns)) return `${year}${month ?? ''}${day ?? ''}`;
  }

  throw new TerrESanteError('TE_DATE_INVALID', "La date de naissance n'est pas une date du calendrier.", {
    details: { field: 'patient.traits.birthDate' },
  });
}

async function guardian(input: Guardian, field: string): Promise<HeaderGuardian> {
  const relation = await optionalCode('relation', input.relation, `${field}.relation`);
  const contact = {
    telecom: telecoms(input.telecoms, `${field}.telecoms`),
    address: address(input.address, `${field}.address`),
  };
  if (input.structure) {
    return {
      relation,
      name: null,
      organization: await organization(input.structure, `${field}.structure`),
      ...contact,
    };
  }

  return { relation, name: personName(input.name, `${field}.name`), organization: null, ...contact };
}

type NamingTraits = Readonly<Record<'birthName' | 'firstName' | 'birthDate', string>> & { readonly sex: Sex };

/**
 * The traits without which the header cannot name the patient; a record may lack them all, although
 * the types ask for them.
 */
function requireTraits(traits: PatientInput['traits'] | null | undefined): NamingTraits {
  const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
  const { birthName, firstName, birthDate, sex } = traits ?? {};

  if (!isText(birthName) || !isText(firstName) || !isText(birthDate) || !isText(sex)) {
    const missing = Object.entries({ birthName, firstName, birthDate, sex })
      .filter(([, value]) => !isText(value))
      .map(([name]) => name);
    throw new TerrESanteError('TE_IDENTITY_INCOMPLETE', "Des traits d'identité manquent pour écrire le document.", {
      details: { missing },
    });
  }

  if (!['M', 'F', 'I'].includes(sex)) throw invalid('patient.traits.sex', 'M, F ou I attendu');
  return { birthName, firstName, birthDate, sex };
}

/**
 * The patient of the header. With an INS every strict trait is there; without, what is known.
 *
 * @see CI-SIS, volet Structuration minimale de documents de santé, section 3.5.5: recordTarget
 */
export async function headerPatient(
  patient: PatientInput,
  { ins }: TransmittedIns,
  details: PatientDetails = {},
): Promise<BuiltHeader['patient']> {
  const { traits, localId } = patient;
  const { birthName, firstName, birthDate, sex } = requireTraits(traits);
  if (!ins && !localId) {
    throw invalid('patient.localId', "identifiant local nécessaire quand aucune INS n'est transmise");
  }

  const names = (traits.birthFirstNames ?? []).map((name, index) =>
    line(name, `patient.traits.birthFirstNames[${index}]`),
  );
  const cog = birthPlaceCog(traits.birthPlace);
  const postalCode =
    cog === null ? optionalLine(traits.birthPlace?.postalCode, 'patient.traits.birthPlace.postalCode') : null;

  return {
    ins: ins ? { value: ins.value, oid: ins.oid, ...(ins.kind ? { kind: ins.kind } : {}) } : null,
    localIds: localId ? [identifier(localId, 'patient.localId')] : [],
    birthName: line(birthName, 'patient.traits.birthName'),
    usedName: optionalLine(traits.usedName, 'patient.traits.usedName'),
    firstName: line(firstName, 'patient.traits.firstName'),
    birthFirstNames: names.length > 0 ? names.join(' ') : null,
    usedFirstName: optionalLine(traits.usedFirstName, 'patient.traits.usedFirstName'),
    sex,
    birthTime: birthTime(birthDate, ins !== null),
    birthPlace: cog,
    birthPostalCode: postalCode,
    birthCity: optionalLine(traits.birthPlace?.city, 'patient.traits.birthPlace.city'),
    address: address(details.address, 'patientDetails.address'),
    telecom: telecoms(details.telecoms, 'patientDetails.telecoms'),
    ...(await guardiansOf(details)),
    ...deceasedOf(details),
    ...birthRankOf(details),
  };
}

async function guardiansOf({ guardians = [] }: PatientDetails): Promise<Pick<HeaderPatient, 'guardians'>> {
  if (guardians.length === 0) return {};

  return {
    guardians: await all(guardians, (representative, index) =>
      guardian(representative, `patientDetails.guardians[${index}]`),
    ),
  };
}

function deceasedOf({ deceased }: PatientDetails): Pick<HeaderPatient, 'deceased'> {
  if (deceased === undefined) return {};
  if (typeof deceased === 'boolean') return { deceased: { indicator: deceased, time: null } };

  return { deceased: { indicator: true, time: dateTime(deceased.time, 'patientDetails.deceased.time') } };
}

function birthRankOf({ multipleBirth }: PatientDetails): Pick<HeaderPatient, 'multipleBirth'> {
  if (multipleBirth === undefined) return {};
  if (typeof multipleBirth === 'boolean') return { multipleBirth: { indicator: multipleBirth, order: null } };

  return { multipleBirth: { indicator: true, order: multipleBirth.order } };
}
