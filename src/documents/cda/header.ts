import { uuidToOid } from '../../internal/oid.ts';
import { hl7Local, parisInstant } from '../../internal/hl7-time.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type {
  CdaHeader,
  Coded,
  HeaderAct,
  HeaderActor,
  HeaderEncounter,
  HeaderInformant,
  HeaderOrganization,
  HeaderParticipant,
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
import { dateTime, identifier, interval, invalid, line, oid } from './values.ts';

/** What the caller of a builder has decided: the type, the templates and the body. */
export interface HeaderPlan {
  readonly type: Coded;
  readonly title: string;
  readonly templateIds: CdaHeader['templateIds'];
  readonly body: CdaHeader['body'];
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

const all = <T, R>(items: readonly T[] | undefined, one: (item: T, index: number) => Promise<R>): Promise<R[]> =>
  Promise.all((items ?? []).map(one));

/**
 * The whole header from what the caller gave, defaults applied, every code checked against its
 * table.
 */
export async function buildHeader(
  input: DocumentInput,
  plan: HeaderPlan,
  insOfPatient: TransmittedIns,
  runtime: Runtime,
): Promise<CdaHeader> {
  const authors = [input.author, ...(input.otherAuthors ?? [])];
  const time =
    input.effectiveTime === undefined
      ? hl7Local(parisInstant(runtime.clock.now()))
      : dateTime(input.effectiveTime, 'effectiveTime');
  const patient = await headerPatient(input.patient, insOfPatient, input.patientDetails);
  const professional = authors.find(isProfessional);
  const authenticator = input.legalAuthenticator ?? professional;
  const { replaces } = input;
  const uniqueId = input.uniqueId === undefined ? uuidToOid(runtime.ids.uuid()) : oid(input.uniqueId, 'uniqueId');
  const setId = input.setId ?? replaces?.setId;
  const versionNumber = replaces ? replaces.versionNumber + 1 : 1;
  if (!Number.isSafeInteger(versionNumber) || versionNumber < 1) {
    throw invalid('replaces.versionNumber', 'entier positif attendu');
  }

  if (replaces && setId !== replaces.setId) throw invalid('setId', 'le même que celui de la version remplacée');
  if (replaces && replaces.uniqueId === uniqueId) {
    throw invalid('uniqueId', 'différent de celui de la version remplacée');
  }

  let legalAuthenticator: HeaderActor;
  if (authenticator) legalAuthenticator = await professionalActor(authenticator, 'legalAuthenticator', time);
  else if (authors.some((author) => 'patient' in author)) legalAuthenticator = patientActor(patient, time);
  else {
    throw invalid(
      'legalAuthenticator',
      "responsable du document obligatoire quand aucun auteur n'est un professionnel",
    );
  }

  const performer = input.act?.performer ?? professional ?? input.legalAuthenticator;
  if (!performer) {
    throw invalid('act.performer', "exécutant de l'acte obligatoire quand aucun auteur n'est un professionnel");
  }

  const mainStructure = performer.structure;
  const languageCode = input.languageCode ?? 'fr-FR';
  if (!/^[a-z]{2}-[A-Z]{2}$/.test(languageCode)) {
    throw invalid('languageCode', 'langue et pays attendus, par exemple fr-FR');
  }

  return {
    templateIds: plan.templateIds,
    uniqueId,
    setId: setId === undefined ? uuidToOid(runtime.ids.uuid()) : oid(setId, 'setId'),
    versionNumber,
    type: plan.type,
    title: plan.title,
    effectiveTime: time,
    confidentiality: input.confidentiality ?? 'N',
    languageCode,
    patient,
    authors: await all(authors, (author, index) =>
      authorActor(author, index === 0 ? 'author' : `otherAuthors[${index - 1}]`, time, patient),
    ),
    dataEnterer: input.dataEnterer ? await professionalActor(input.dataEnterer, 'dataEnterer', time) : null,
    informants: await all(input.informants, (one, index) => informant(one, `informants[${index}]`)),
    custodian: await custodian(input, input.author),
    recipients: await all(input.recipients, async (one, index) => ({
      ...(await namedProfessional(one, `recipients[${index}]`)),
      // An intendedRecipient has no code in the schema.
      specialty: null,
    })),
    legalAuthenticator,
    authenticators: await all(input.authenticators, (one, index) =>
      professionalActor(one, `authenticators[${index}]`, time),
    ),
    participants: await all(input.participants, (one, index) => participant(one, `participants[${index}]`, time)),
    acts: [
      await act(input.act ?? {}, 'act', time, performer, plan.actCode),
      ...(await all(input.otherActs, (one, index) => otherAct(one, `otherActs[${index}]`))),
    ],
    replaces: replaces ? line(replaces.uniqueId, 'replaces.uniqueId', 130) : null,
    encounter: await encounter(input.encounter ?? {}, mainStructure.activitySector),
    body: plan.body,
  };
}
