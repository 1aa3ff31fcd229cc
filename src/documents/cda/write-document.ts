import { element, fragment, text, xmlDeclaration, type Xml, type XmlChild } from '../../internal/xml/index.ts';
import type {
  BuiltHeader,
  HeaderAct,
  HeaderActor,
  HeaderEncounter,
  HeaderInformant,
  HeaderOrganization,
  HeaderParticipant,
} from '../model/document.ts';
import { hl7Namespace, oids, sdtcNamespace, xsiNamespace } from './oids.ts';
import {
  assignedEntity,
  code,
  contact,
  id,
  interval,
  organization,
  personName,
  telecoms,
  address,
  textElement,
  time,
} from './write-parts.ts';
import { recordTarget } from './write-patient.ts';

const confidentialityLabels: Readonly<Record<string, string>> = { N: 'Normal', R: 'Restreint', V: 'Très restreint' };

function documentId(name: string, uniqueId: string): Xml {
  const separator = uniqueId.indexOf('^');
  return separator < 0
    ? element(name, { root: uniqueId })
    : element(name, { root: uniqueId.slice(0, separator), extension: uniqueId.slice(separator + 1) });
}

function device({ model, software }: NonNullable<HeaderActor['device']>): Xml {
  return element(
    'assignedAuthoringDevice',
    null,
    element('manufacturerModelName', null, text(model)),
    element('softwareName', null, text(software)),
  );
}

function author(actor: HeaderActor): Xml {
  return element(
    'author',
    null,
    code('functionCode', actor.functionCode),
    time('time', actor.time),
    element(
      'assignedAuthor',
      null,
      id(actor.id),
      ...actor.otherIds.map(id),
      code('code', actor.specialty),
      contact(actor),
      actor.name && element('assignedPerson', null, personName(actor.name)),
      actor.device && device(actor.device),
      organization('representedOrganization', actor.organization),
    ),
  );
}

function informant({ kind, classCode, relation, actor }: HeaderInformant): Xml {
  if (kind === 'professional') return element('informant', null, assignedEntity(actor));

  return element(
    'informant',
    null,
    element(
      'relatedEntity',
      { classCode: classCode ?? undefined },
      code('code', relation),
      address(actor.address),
      telecoms(actor.telecom),
      actor.name && element('relatedPerson', null, personName(actor.name)),
    ),
  );
}

function custodian(value: HeaderOrganization): Xml {
  return element(
    'custodian',
    null,
    element(
      'assignedCustodian',
      null,
      element(
        'representedCustodianOrganization',
        null,
        id(value.id),
        textElement('name', value.name),
        value.telecom.length > 0 ? telecoms(value.telecom.slice(0, 1)) : element('telecom', { nullFlavor: 'UNK' }),
        address(value.address) ?? element('addr', { nullFlavor: 'UNK' }),
      ),
    ),
  );
}

function recipient(actor: HeaderActor): Xml {
  return element(
    'informationRecipient',
    null,
    element(
      'intendedRecipient',
      null,
      id(actor.id),
      contact(actor),
      actor.name && element('informationRecipient', null, personName(actor.name)),
      organization('receivedOrganization', actor.organization),
    ),
  );
}

function authenticator(name: string, actor: HeaderActor): Xml {
  return element(name, null, time('time', actor.time), element('signatureCode', { code: 'S' }), assignedEntity(actor));
}

function participant({ typeCode, functionCode, start, stop, classCode, actor }: HeaderParticipant): Xml {
  return element(
    'participant',
    { typeCode: typeCode ?? undefined },
    code('functionCode', functionCode),
    interval('time', start, stop),
    element(
      'associatedEntity',
      { classCode: classCode ?? undefined },
      id(actor.id),
      code('code', actor.specialty),
      contact(actor),
      actor.name && element('associatedPerson', null, personName(actor.name)),
      organization('scopingOrganization', actor.organization),
    ),
  );
}

function act({ code: what, start, stop, performer }: HeaderAct): Xml {
  return element(
    'documentationOf',
    null,
    element(
      'serviceEvent',
      null,
      code('code', what),
      (start !== null || stop !== null) && interval('effectiveTime', start, stop),
      performer &&
        element(
          'performer',
          { typeCode: 'PRF' },
          code('functionCode', performer.functionCode),
          assignedEntity(performer),
        ),
    ),
  );
}

function encounter(value: HeaderEncounter): Xml {
  return element(
    'componentOf',
    null,
    element(
      'encompassingEncounter',
      null,
      id(value.id ?? null),
      code('code', value.code),
      interval('effectiveTime', value.start, value.stop),
      value.responsible && element('responsibleParty', null, assignedEntity(value.responsible)),
      element('location', null, element('healthCareFacility', null, code('code', value.facilityType))),
    ),
  );
}

/** What identifies the document: templates, identifiers, type, title, time, level, language. */
function identification(header: BuiltHeader): readonly XmlChild[] {
  return [
    ...header.templateIds.map(({ root, extension }) =>
      element('templateId', { root, extension: extension ?? undefined }),
    ),
    documentId('id', header.uniqueId),
    code('code', header.type),
    element('title', null, text(header.title)),
    time('effectiveTime', header.effectiveTime),
    element('confidentialityCode', {
      code: header.confidentiality,
      codeSystem: oids.confidentiality,
      displayName: confidentialityLabels[header.confidentiality] ?? header.confidentiality,
    }),
    element('languageCode', { code: header.languageCode }),
    header.setId !== null && documentId('setId', header.setId),
    header.versionNumber !== null && element('versionNumber', { value: String(header.versionNumber) }),
  ];
}

/** Everybody whom the document names, the patient first. */
function people(header: BuiltHeader): readonly XmlChild[] {
  const { dataEnterer, legalAuthenticator } = header;

  return [
    recordTarget(header.patient),
    ...header.authors.map(author),
    dataEnterer && element('dataEnterer', null, time('time', dataEnterer.time), assignedEntity(dataEnterer)),
    ...header.informants.map(informant),
    custodian(header.custodian),
    ...header.recipients.map(recipient),
    legalAuthenticator && authenticator('legalAuthenticator', legalAuthenticator),
    ...header.authenticators.map((actor) => authenticator('authenticator', actor)),
    ...header.participants.map(participant),
  ];
}

/** The version that this document replaces. */
function replacedVersion(uniqueId: string): Xml {
  const parent = element('parentDocument', null, documentId('id', uniqueId));
  return element('relatedDocument', { typeCode: 'RPLC' }, parent);
}

/**
 * A whole CDA document in one order, that of the schema. The body is the content of `component`.
 *
 * @see CI-SIS, volet Structuration minimale de documents de santé, section 3.5.5
 */
export function writeDocument(header: BuiltHeader, body: Xml): Xml {
  const { patient } = header;
  const extended = patient.deceased !== undefined || patient.multipleBirth !== undefined;

  return fragment(
    xmlDeclaration,
    element(
      'ClinicalDocument',
      {
        xmlns: hl7Namespace,
        'xmlns:sdtc': extended ? sdtcNamespace : undefined,
        'xmlns:xsi': xsiNamespace,
      },
      element('realmCode', { code: 'FR' }),
      element('typeId', { root: '2.16.840.1.113883.1.3', extension: 'POCD_HD000040' }),
      ...identification(header),
      ...people(header),
      ...header.acts.map(act),
      header.replaces !== null && replacedVersion(header.replaces),
      header.encounter && encounter(header.encounter),
      element('component', null, body),
    ),
  );
}
