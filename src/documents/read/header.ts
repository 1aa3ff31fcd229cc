import { readCdaPatient } from '../../identity/wire/cda-patient.ts';
import { childElements, type ReadElement } from '../../internal/xml/index.ts';
import { insRoots, sdtcNamespace } from '../cda/oids.ts';
import type {
  CdaHeader,
  HeaderAct,
  HeaderEncounter,
  HeaderInformant,
  HeaderParticipant,
  HeaderPatient,
} from '../model/document.ts';
import { child, children, path } from './parse.ts';
import {
  actor,
  address,
  attribute,
  coded,
  documentId,
  identifiers,
  interval,
  organization,
  personName,
  telecoms,
  value,
  words,
} from './parts.ts';

const sdtc = (parent: ReadElement | undefined, name: string): ReadElement | undefined =>
  parent && childElements(parent, name, sdtcNamespace)[0];

function patientOf(role: ReadElement | undefined): HeaderPatient {
  const patient = child(role, 'patient');
  const { ids, genderCode: _, birthPostalCode, ...identity } = readCdaPatient(role);
  const ins = ids.find(({ system }) => insRoots.has(system));
  const guardians = children(patient, 'guardian').map((node) => ({
    relation: coded(child(node, 'code')),
    name: personName(child(node, 'guardianPerson')),
    organization: organization(child(node, 'guardianOrganization')),
    telecom: telecoms(node),
    address: address(node),
  }));
  const deceasedTime = value(sdtc(patient, 'deceasedTime'));
  const deceasedInd = value(sdtc(patient, 'deceasedInd'));
  const order = value(sdtc(patient, 'multipleBirthOrderNumber'));
  const multiple = value(sdtc(patient, 'multipleBirthInd'));
  return {
    ins: ins ? { value: ins.value, oid: ins.system } : null,
    localIds: ids.filter((one) => !insRoots.has(one.system)),
    ...identity,
    ...(birthPostalCode === null ? {} : { birthPostalCode }),
    address: address(role),
    telecom: telecoms(role),
    ...(guardians.length > 0 ? { guardians } : {}),
    ...(deceasedInd === null && deceasedTime === null
      ? {}
      : { deceased: { indicator: deceasedInd !== 'false', time: deceasedTime } }),
    ...(multiple === null && order === null
      ? {}
      : { multipleBirth: { indicator: multiple !== 'false', order: order === null ? null : Number(order) } }),
  };
}

function informantOf(node: ReadElement): HeaderInformant {
  const related = child(node, 'relatedEntity');
  if (!related) {
    return { kind: 'professional', classCode: null, relation: null, actor: actor(child(node, 'assignedEntity')) };
  }
  const relative = actor(related, { person: 'relatedPerson', organization: '' });
  return {
    kind: 'relative',
    classCode: attribute(related, 'classCode'),
    relation: coded(child(related, 'code')),
    actor: { ...relative, specialty: null },
  };
}

function participantOf(node: ReadElement): HeaderParticipant {
  const role = child(node, 'associatedEntity');
  return {
    typeCode: attribute(node, 'typeCode') ?? '',
    functionCode: coded(child(node, 'functionCode')),
    ...interval(child(node, 'time')),
    classCode: attribute(role, 'classCode') ?? '',
    actor: actor(role, { person: 'associatedPerson', organization: 'scopingOrganization' }),
  };
}

function actOf(node: ReadElement): HeaderAct {
  const event = child(node, 'serviceEvent');
  const performer = child(event, 'performer');
  return {
    code: coded(child(event, 'code')),
    ...interval(child(event, 'effectiveTime')),
    performer: performer
      ? actor(child(performer, 'assignedEntity'), undefined, { functionCode: child(performer, 'functionCode') })
      : null,
  };
}

function encounterOf(node: ReadElement | undefined): HeaderEncounter | null {
  if (!node) return null;
  const responsible = path(node, 'responsibleParty', 'assignedEntity');
  const [id] = identifiers(node);
  return {
    ...(id ? { id } : {}),
    code: coded(child(node, 'code')),
    ...interval(child(node, 'effectiveTime')),
    facilityType: coded(path(node, 'location', 'healthCareFacility', 'code')),
    ...(responsible ? { responsible: actor(responsible) } : {}),
  };
}

function bodyOf(root: ReadElement): CdaHeader['body'] {
  const component = child(root, 'component');
  const nonXml = child(component, 'nonXMLBody');
  if (nonXml) {
    const languageCode = attribute(child(nonXml, 'languageCode'), 'code');
    return {
      kind: 'non-xml',
      mediaType: attribute(child(nonXml, 'text'), 'mediaType'),
      ...(languageCode === null ? {} : { languageCode }),
    };
  }
  return { kind: child(component, 'structuredBody') ? 'structured' : 'none' };
}

/** Whether more than one person is named as the patient: who is meant cannot be known. */
function hasSeveralPatients(root: ReadElement): boolean {
  const roles = children(root, 'recordTarget').flatMap((target) => children(target, 'patientRole'));
  const patients = roles.flatMap((role) => children(role, 'patient'));
  const ins = roles.flatMap(identifiers).filter(({ system }) => insRoots.has(system));
  return (
    children(root, 'recordTarget').length > 1 ||
    roles.length > 1 ||
    patients.length > 1 ||
    new Set(ins.map(({ value: matricule }) => matricule)).size > 1
  );
}

/**
 * The header of any CI-SIS document, as it is. What is absent is `null` or empty; nothing is
 * guessed.
 */
export function readHeader(root: ReadElement): CdaHeader {
  const version = value(child(root, 'versionNumber'));
  const enterer = child(root, 'dataEnterer');
  const authenticator = child(root, 'legalAuthenticator');
  const replaced = children(root, 'relatedDocument').find((node) => attribute(node, 'typeCode') === 'RPLC');
  return {
    templateIds: children(root, 'templateId').map((node) => ({
      root: attribute(node, 'root') ?? '',
      extension: attribute(node, 'extension'),
    })),
    uniqueId: documentId(child(root, 'id')) ?? '',
    setId: documentId(child(root, 'setId')),
    versionNumber: version !== null && /^\d{1,9}$/.test(version) ? Number(version) : null,
    type: coded(child(root, 'code')) ?? { code: '', codeSystem: '', displayName: '' },
    title: words(child(root, 'title')) ?? '',
    effectiveTime: value(child(root, 'effectiveTime')) ?? '',
    confidentiality: attribute(child(root, 'confidentialityCode'), 'code') ?? '',
    languageCode: attribute(child(root, 'languageCode'), 'code') ?? '',
    patient: patientOf(path(root, 'recordTarget', 'patientRole')),
    ...(hasSeveralPatients(root) && { severalPatients: true }),
    authors: children(root, 'author').map((node) =>
      actor(child(node, 'assignedAuthor'), undefined, {
        time: child(node, 'time'),
        functionCode: child(node, 'functionCode'),
      }),
    ),
    dataEnterer: enterer ? actor(child(enterer, 'assignedEntity'), undefined, { time: child(enterer, 'time') }) : null,
    informants: children(root, 'informant').map(informantOf),
    custodian: organization(path(root, 'custodian', 'assignedCustodian', 'representedCustodianOrganization')) ?? {
      id: null,
      name: null,
      telecom: [],
      address: null,
      practiceSetting: null,
    },
    recipients: children(root, 'informationRecipient').map((node) =>
      actor(child(node, 'intendedRecipient'), {
        person: 'informationRecipient',
        organization: 'receivedOrganization',
      }),
    ),
    legalAuthenticator: authenticator
      ? actor(child(authenticator, 'assignedEntity'), undefined, { time: child(authenticator, 'time') })
      : null,
    authenticators: children(root, 'authenticator').map((node) =>
      actor(child(node, 'assignedEntity'), undefined, { time: child(node, 'time') }),
    ),
    participants: children(root, 'participant').map(participantOf),
    acts: children(root, 'documentationOf').map(actOf),
    replaces: documentId(path(replaced, 'parentDocument', 'id')),
    encounter: encounterOf(path(root, 'componentOf', 'encompassingEncounter')),
    body: bodyOf(root),
  };
}
