import type { ReadElement } from '../../internal/xml/index.ts';
import type {
  CdaHeader,
  HeaderAct,
  HeaderActor,
  HeaderEncounter,
  HeaderInformant,
  HeaderOrganization,
  HeaderParticipant,
} from '../model/document.ts';
import { child, children, path } from './parse.ts';
import { actor, attribute, coded, documentId, identifiers, interval, organization, value, words } from './parts.ts';
import { hasSeveralPatients, patientOf } from './patient.ts';

const noOrganization: HeaderOrganization = { id: null, name: null, telecom: [], address: null, practiceSetting: null };

function authorOf(node: ReadElement): HeaderActor {
  return actor(child(node, 'assignedAuthor'), undefined, {
    time: child(node, 'time'),
    functionCode: child(node, 'functionCode'),
  });
}

/** Who signed or typed: an `assignedEntity` with the time. */
function entityOf(node: ReadElement): HeaderActor {
  return actor(child(node, 'assignedEntity'), undefined, { time: child(node, 'time') });
}

function recipientOf(node: ReadElement): HeaderActor {
  return actor(child(node, 'intendedRecipient'), {
    person: 'informationRecipient',
    organization: 'receivedOrganization',
  });
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
    typeCode: attribute(node, 'typeCode'),
    functionCode: coded(child(node, 'functionCode')),
    ...interval(child(node, 'time')),
    classCode: attribute(role, 'classCode'),
    actor: actor(role, { person: 'associatedPerson', organization: 'scopingOrganization' }),
  };
}

function actOf(node: ReadElement): HeaderAct {
  const event = child(node, 'serviceEvent');
  const performer = child(event, 'performer');
  const functionCode = child(performer, 'functionCode');
  return {
    code: coded(child(event, 'code')),
    ...interval(child(event, 'effectiveTime')),
    performer: performer ? actor(child(performer, 'assignedEntity'), undefined, { functionCode }) : null,
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
  if (!nonXml) return { kind: child(component, 'structuredBody') ? 'structured' : 'none' };

  const languageCode = attribute(child(nonXml, 'languageCode'), 'code');
  return {
    kind: 'non-xml',
    mediaType: attribute(child(nonXml, 'text'), 'mediaType'),
    ...(languageCode === null ? {} : { languageCode }),
  };
}

/** What the document is: its identifiers, type, title, time and confidentiality. */
function documentOf(root: ReadElement) {
  const version = value(child(root, 'versionNumber'));
  const isNumber = version !== null && /^\d{1,9}$/.test(version);
  const replaced = children(root, 'relatedDocument').find((node) => attribute(node, 'typeCode') === 'RPLC');

  return {
    templateIds: children(root, 'templateId').map((node) => ({
      root: attribute(node, 'root'),
      extension: attribute(node, 'extension'),
    })),
    uniqueId: documentId(child(root, 'id')),
    setId: documentId(child(root, 'setId')),
    versionNumber: isNumber ? Number(version) : null,
    type: coded(child(root, 'code')),
    title: words(child(root, 'title')),
    effectiveTime: value(child(root, 'effectiveTime')),
    confidentiality: attribute(child(root, 'confidentialityCode'), 'code'),
    languageCode: attribute(child(root, 'languageCode'), 'code'),
    replaces: documentId(path(replaced, 'parentDocument', 'id')),
  };
}

/** Everybody but the patient, in the order of the header. */
function peopleOf(root: ReadElement) {
  const enterer = child(root, 'dataEnterer');
  const custodian = path(root, 'custodian', 'assignedCustodian', 'representedCustodianOrganization');
  const authenticator = child(root, 'legalAuthenticator');

  return {
    authors: children(root, 'author').map(authorOf),
    dataEnterer: enterer ? entityOf(enterer) : null,
    informants: children(root, 'informant').map(informantOf),
    custodian: organization(custodian) ?? noOrganization,
    recipients: children(root, 'informationRecipient').map(recipientOf),
    legalAuthenticator: authenticator ? entityOf(authenticator) : null,
    authenticators: children(root, 'authenticator').map(entityOf),
    participants: children(root, 'participant').map(participantOf),
  };
}

/**
 * The header of any CI-SIS document, as it is. What is absent is `null`, or an
 * empty list; nothing is guessed.
 */
export function readHeader(root: ReadElement): CdaHeader {
  return {
    ...documentOf(root),
    patient: patientOf(path(root, 'recordTarget', 'patientRole')),
    ...(hasSeveralPatients(root) && { severalPatients: true }),
    ...peopleOf(root),
    acts: children(root, 'documentationOf').map(actOf),
    encounter: encounterOf(path(root, 'componentOf', 'encompassingEncounter')),
    body: bodyOf(root),
  };
}
