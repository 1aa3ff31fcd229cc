import { uuidToOid } from '../../internal/oid.ts';
import { hl7Local, parisInstant } from '../../internal/hl7-time.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type {
  BuiltHeader,
  Coded,
  HeaderAct,
  HeaderActor,
  HeaderEncounter,
  HeaderInformant,
  HeaderOrganization,
  HeaderParticipant,
  HeaderPatient,
} from '../model/document.ts';
import {
  authorActor,
  functionActor,
  namedProfessional,
  organization,
  patientActor,
  professionalActor,
  relativeActor,
} from './actors.ts';
import { checkCoded, optionalCode, requireCode } from './codes.ts';
import type {
  DocumentAct,
  DocumentAuthor,
  DocumentEncounter,
  DocumentInformant,
  DocumentInput,
  DocumentParticipant,
  ProfessionalRole,
} from './input.ts';
import { oids } from './oids.ts';
import { headerPatient } from './patient.ts';
import type { TransmittedIns } from './qualified-ins.ts';
import { all } from './all.ts';
import { dateTime, identifier, interval, invalid, line, oid } from './values.ts';

/** What the caller of a builder has decided: the type, the templates and the body. */
export interface HeaderPlan {
  readonly type: Coded;
  readonly title: string;
  readonly templateIds: BuiltHeader['templateIds'];
  readonly body: BuiltHeader['body'];
  /** Code of the main act when the kind of document fixes it. */
  readonly actCode?: Coded | undefined;
}

const isProfessional = (author: DocumentAuthor): author is ProfessionalRole => 'professional' in author;

async function act(
  input: DocumentAct,
  field: string,
  time: string,
  performer: ProfessionalRole | null,
  code: Coded | undefined,
): Promise<HeaderAct> {
  const start = input.start === undefined ? time : dateTime(input.start, `${field}.start`);

  return {
    code: checkCoded(code ?? input.code, `${field}.code`),
    ...interval(start, input.stop, field),
    performer: performer && (await functionActor(performer, `${field}.performer`, null, true)),
  };
}

async function otherAct(input: DocumentAct, field: string): Promise<HeaderAct> {
  return {
    code: checkCoded(input.code, `${field}.code`),
    ...interval(input.start === undefined ? null : dateTime(input.start, `${field}.start`), input.stop, field),
    performer: input.performer ? await functionActor(input.performer, `${field}.performer`, null, true) : null,
  };
}

async function encounter(input: DocumentEncounter, facility: string | undefined): Promise<HeaderEncounter> {
  const type = input.facilityType ?? facility;
  if (type === undefined) throw invalid('encounter.facilityType', "secteur d'activité obligatoire");

  const { id, responsible } = input;

  return {
    ...(id ? { id: identifier(id, 'encounter.id') } : {}),
    code: await optionalCode('encounterType', input.code, 'encounter.code'),
    ...interval(input.start === undefined ? null : dateTime(input.start, 'encounter.start'), input.stop, 'encounter'),
    facilityType: await requireCode('healthcareFacilityType', type, 'encounter.facilityType'),
    ...(responsible ? { responsible: await professionalActor(responsible, 'encounter.responsible', null) } : {}),
  };
}

async function informant(input: DocumentInformant, field: string): Promise<HeaderInformant> {
  if ('professional' in input) {
    return {
      kind: 'professional',
      classCode: null,
      relation: null,
      actor: await professionalActor(input, field, null),
    };
  }

  return {
    kind: 'relative',
    classCode: input.classCode,
    relation: await optionalCode('relation', input.relation, `${field}.relation`),
    actor: relativeActor(input, field),
  };
}

async function participant(input: DocumentParticipant, field: string, time: string): Promise<HeaderParticipant> {
  const start = input.start === undefined ? time : dateTime(input.start, `${field}.start`);

  return {
    typeCode: (await requireCode('participationType', input.typeCode, `${field}.typeCode`)).code,
    functionCode: await optionalCode('functionCode', input.functionCode, `${field}.functionCode`),
    ...interval(start, input.stop, field),
    classCode: input.classCode ?? 'PROV',
    actor: await namedProfessional(input, field),
  };
}

async function custodian(input: DocumentInput, main: DocumentAuthor): Promise<HeaderOrganization> {
  if (input.custodian) {
    const { structure, telecoms, address } = input.custodian;
    return organization(structure, 'custodian.structure', { telecoms, address });
  }

  if ('patient' in main) {
    return { id: { system: oids.dmp, value: '' }, name: 'DMP', telecom: [], address: null, practiceSetting: null };
  }

  return organization(main.structure, 'author.structure');
}

/** Default language of a document. */
const french = 'fr-FR';

function languageOf({ languageCode = french }: DocumentInput): string {
  if (!/^[a-z]{2}-[A-Z]{2}$/.test(languageCode)) {
    throw invalid('languageCode', 'langue et pays attendus, par exemple fr-FR');
  }
  return languageCode;
}

type Version = Pick<BuiltHeader, 'uniqueId' | 'setId' | 'versionNumber' | 'replaces'>;

/** Identifiers of the document and of its versions: a new one, or the next one of a document. */
function versionOf({ replaces, ...input }: DocumentInput, { ids }: Runtime): Version {
  const uniqueId = input.uniqueId === undefined ? uuidToOid(ids.uuid()) : oid(input.uniqueId, 'uniqueId');
  const setId = input.setId ?? replaces?.setId;
  const versionNumber = replaces ? replaces.versionNumber + 1 : 1;
  if (!Number.isSafeInteger(versionNumber) || versionNumber < 1) {
    throw invalid('replaces.versionNumber', 'entier positif attendu');
  }

  if (replaces && setId !== replaces.setId) throw invalid('setId', 'le même que celui de la version remplacée');
  if (replaces && replaces.uniqueId === uniqueId) {
    throw invalid('uniqueId', 'différent de celui de la version remplacée');
  }

  return {
    uniqueId,
    setId: setId === undefined ? uuidToOid(ids.uuid()) : oid(setId, 'setId'),
    versionNumber,
    replaces: replaces ? line(replaces.uniqueId, 'replaces.uniqueId', 130) : null,
  };
}

/** Who answers for the content: the one given, else the first professional, else the patient. */
async function legalAuthenticatorOf(
  { legalAuthenticator, author, otherAuthors = [] }: DocumentInput,
  patient: HeaderPatient,
  time: string,
): Promise<HeaderActor> {
  const authors = [author, ...otherAuthors];
  const professional = legalAuthenticator ?? authors.find(isProfessional);
  if (professional) return professionalActor(professional, 'legalAuthenticator', time);
  if (authors.some((other) => 'patient' in other)) return patientActor(patient, time);

  throw invalid('legalAuthenticator', "responsable du document obligatoire quand aucun auteur n'est un professionnel");
}

/** Who did the main act: the one given, else the first author who is a professional. */
function performerOf({ act: main, author, otherAuthors = [], legalAuthenticator }: DocumentInput): ProfessionalRole {
  const performer = main?.performer ?? [author, ...otherAuthors].find(isProfessional) ?? legalAuthenticator;
  if (performer) return performer;

  throw invalid('act.performer', "exécutant de l'acte obligatoire quand aucun auteur n'est un professionnel");
}

type People = Pick<
  BuiltHeader,
  'authors' | 'dataEnterer' | 'informants' | 'custodian' | 'recipients' | 'authenticators' | 'participants'
>;

/** Everybody whom the header names beside the patient and those who answer for the document. */
async function peopleOf(input: DocumentInput, patient: HeaderPatient, time: string): Promise<People> {
  const authors = [input.author, ...(input.otherAuthors ?? [])];

  return {
    authors: await all(authors, (author, index) =>
      authorActor(author, index === 0 ? 'author' : `otherAuthors[${index - 1}]`, time, patient),
    ),
    dataEnterer: input.dataEnterer ? await professionalActor(input.dataEnterer, 'dataEnterer', time) : null,
    informants: await all(input.informants, (part, index) => informant(part, `informants[${index}]`)),
    custodian: await custodian(input, input.author),
    recipients: await all(input.recipients, async (part, index) => ({
      ...(await namedProfessional(part, `recipients[${index}]`)),
      // An intendedRecipient has no code in the schema.
      specialty: null,
    })),
    authenticators: await all(input.authenticators, (part, index) =>
      professionalActor(part, `authenticators[${index}]`, time),
    ),
    participants: await all(input.participants, (part, index) => participant(part, `participants[${index}]`, time)),
  };
}

/**
 * The whole header from what the caller gave, defaults applied, every code checked against its
 * table.
 */
export async function buildHeader(
  input: DocumentInput,
  plan: HeaderPlan,
  insOfPatient: TransmittedIns,
  runtime: Runtime,
): Promise<BuiltHeader> {
  const time =
    input.effectiveTime === undefined
      ? hl7Local(parisInstant(runtime.clock.now()))
      : dateTime(input.effectiveTime, 'effectiveTime');
  const patient = await headerPatient(input.patient, insOfPatient, input.patientDetails);

  // What must agree between members of the input, before any code is looked up.
  const version = versionOf(input, runtime);
  const legalAuthenticator = await legalAuthenticatorOf(input, patient, time);
  const performer = performerOf(input);
  const languageCode = languageOf(input);

  return {
    templateIds: plan.templateIds,
    ...version,
    type: plan.type,
    title: plan.title,
    effectiveTime: time,
    confidentiality: input.confidentiality ?? 'N',
    languageCode,
    patient,
    ...(await peopleOf(input, patient, time)),
    legalAuthenticator,
    acts: [
      await act(input.act ?? {}, 'act', time, performer, plan.actCode),
      ...(await all(input.otherActs, (other, index) => otherAct(other, `otherActs[${index}]`))),
    ],
    encounter: await encounter(input.encounter ?? {}, performer.structure.activitySector),
    body: plan.body,
  };
}
