import { parseProfessionalId, parseStructureId } from '../../identity/national-id/index.ts';
import type { LocalIdentifier, Professional, Structure } from '../../identity/index.ts';
import type { HeaderActor, HeaderName, HeaderOrganization, HeaderPatient } from '../model/document.ts';
import { optionalCode, requireCode } from './codes.ts';
import type {
  Address,
  DeviceAuthor,
  DocumentAuthor,
  DocumentRecipient,
  ProfessionalPart,
  ProfessionalRole,
  RelativeInformant,
  Telecom,
} from './input.ts';
import { oids } from './oids.ts';
import { address, dateTime, identifier, invalid, line, optionalLine, personName, telecoms } from './values.ts';

const titles = new Set(['DR', 'PR', 'MC', 'MG', 'PC', 'PG']);
const civilities = new Set(['M', 'MME']);

function professionalName(professional: Professional, field: string): HeaderName {
  const { civility, title } = professional;
  if (civility !== undefined && !civilities.has(civility)) throw invalid(`${field}.civility`, 'M ou MME attendu');
  if (title !== undefined && !titles.has(title)) throw invalid(`${field}.title`, 'DR, PR, MC, MG, PC ou PG attendu');

  return {
    family: line(professional.familyName, `${field}.familyName`),
    given: optionalLine(professional.givenName, `${field}.givenName`),
    prefix: civility ?? null,
    suffix: title ?? null,
  };
}

function professionalId(professional: Professional, field: string): LocalIdentifier {
  const value = line(professional.nationalId, `${field}.nationalId`, 64);
  parseProfessionalId(value);
  return { system: oids.professional, value };
}

/** JDV_J01 joins profession and specialty: `G15_10/SM54`. */
async function specialty(
  { professionCode, specialtyCode }: Professional,
  field: string,
): ReturnType<typeof requireCode> {
  const profession = `G15_${line(professionCode, `${field}.professionCode`, 20)}`;

  return requireCode(
    'authorSpecialty',
    specialtyCode === undefined ? profession : `${profession}/${specialtyCode}`,
    `${field}.professionCode`,
  );
}

/**
 * Structure as an organization of the header; the practice setting only where the header wants it.
 */
export async function organization(
  structure: Structure,
  field: string,
  options: { practiceSetting?: boolean; telecoms?: readonly Telecom[] | undefined; address?: Address | undefined } = {},
): Promise<HeaderOrganization> {
  const value = line(structure.nationalId, `${field}.nationalId`, 64);
  parseStructureId(value);

  return {
    id: { system: oids.structure, value },
    name: line(structure.name, `${field}.name`),
    telecom: telecoms(options.telecoms, `${field}.telecoms`),
    address: address(options.address, `${field}.address`),
    practiceSetting: options.practiceSetting
      ? await requireCode('practiceSetting', structure.practiceSetting, `${field}.practiceSetting`)
      : null,
  };
}

/**
 * A professional in a role; `time` is the default when the role has none, `null` when the role
 * carries no time.
 */
export async function professionalActor(
  role: ProfessionalPart,
  field: string,
  time: string | null,
  practiceSetting = false,
): Promise<HeaderActor> {
  const { professional, structure } = role;

  return {
    id: professionalId(professional, `${field}.professional`),
    otherIds: [],
    kind: 'professional',
    specialty: await specialty(professional, `${field}.professional`),
    functionCode: null,
    name: professionalName(professional, `${field}.professional`),
    device: null,
    telecom: telecoms(role.telecoms, `${field}.telecoms`),
    address: address(role.address, `${field}.address`),
    organization: await organization(structure, `${field}.structure`, { practiceSetting }),
    time: time === null || role.time === undefined ? time : dateTime(role.time, `${field}.time`),
  };
}

/** A professional whose function in the document may be said: author or performer. */
export async function functionActor(
  role: ProfessionalRole,
  field: string,
  time: string | null,
  practiceSetting = false,
): Promise<HeaderActor> {
  return {
    ...(await professionalActor(role, field, time, practiceSetting)),
    functionCode: await optionalCode('functionCode', role.functionCode, `${field}.functionCode`),
  };
}

async function deviceActor(author: DeviceAuthor, field: string, time: string): Promise<HeaderActor> {
  const { device, structure } = author;

  return {
    id: identifier(device.id, `${field}.device.id`),
    otherIds: [],
    kind: 'device',
    specialty: await requireCode('authorSpecialty', author.specialty, `${field}.specialty`),
    functionCode: null,
    name: null,
    device: {
      model: line(device.model, `${field}.device.model`),
      software: line(device.software, `${field}.device.software`),
    },
    telecom: telecoms(author.telecoms, `${field}.telecoms`),
    address: address(author.address, `${field}.address`),
    organization: await organization(structure, `${field}.structure`),
    time: author.time === undefined ? time : dateTime(author.time, `${field}.time`),
  };
}

/** The patient as author or legal authenticator: no specialty and no organization. */
export function patientActor(patient: HeaderPatient, time: string): HeaderActor {
  const { ins, localIds } = patient;
  const id = ins ? { system: ins.oid, value: ins.value } : localIds[0];
  if (!id) throw invalid('patient.localId', 'identifiant du patient nécessaire pour un document dont il est auteur');

  const family = patient.usedName ?? patient.birthName;
  if (family === null) throw invalid('patient.traits.birthName', 'nom nécessaire pour un document dont il est auteur');

  return {
    id,
    otherIds: [],
    kind: 'patient',
    specialty: null,
    functionCode: null,
    name: {
      family,
      given: patient.usedFirstName ?? patient.firstName,
      prefix: null,
      suffix: null,
    },
    device: null,
    telecom: [],
    address: null,
    organization: null,
    time,
  };
}

export async function authorActor(
  author: DocumentAuthor,
  field: string,
  time: string,
  patient: HeaderPatient,
): Promise<HeaderActor> {
  if ('device' in author) return deviceActor(author, field, time);
  if ('patient' in author) {
    return patientActor(patient, author.time === undefined ? time : dateTime(author.time, `${field}.time`));
  }

  const actor = await functionActor(author, field, time);
  const second = optionalLine(author.assuranceMaladieId, `${field}.assuranceMaladieId`, 64);

  return second === null ? actor : { ...actor, otherIds: [{ system: oids.assuranceMaladie, value: second }] };
}

/** A recipient or a participant: a professional whose structure is not always given. */
export async function namedProfessional(input: DocumentRecipient, field: string): Promise<HeaderActor> {
  return {
    id: professionalId(input.professional, `${field}.professional`),
    otherIds: [],
    kind: 'professional',
    specialty: await specialty(input.professional, `${field}.professional`),
    functionCode: null,
    name: professionalName(input.professional, `${field}.professional`),
    device: null,
    telecom: telecoms(input.telecoms, `${field}.telecoms`),
    address: address(input.address, `${field}.address`),
    organization: input.structure ? await organization(input.structure, `${field}.structure`) : null,
    time: null,
  };
}

export function relativeActor(informant: RelativeInformant, field: string): HeaderActor {
  return {
    id: null,
    otherIds: [],
    kind: 'other',
    specialty: null,
    functionCode: null,
    name: personName(informant.name, `${field}.name`),
    device: null,
    telecom: telecoms(informant.telecoms, `${field}.telecoms`),
    address: address(informant.address, `${field}.address`),
    organization: null,
    time: null,
  };
}
