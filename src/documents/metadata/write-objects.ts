import { element, type Xml, type XmlChild } from '../../internal/xml/index.ts';
import { association, classificationNode, identifier, objectType, scheme, stableDocument } from './constants.ts';
import { formatReferenceId, formatSpecialty, formatXcn, formatXon } from './datatypes.ts';
import {
  codeClassification,
  externalIdentifier,
  localized,
  nodeClassification,
  slot,
  type Classified,
  type Serials,
} from './ebrim.ts';
import type {
  Association,
  DocumentEntry,
  Folder,
  SubmissionSet,
  XdsAuthor,
  XdsInstitution,
} from '../model/metadata.ts';

function authorClassification({ serials, owner }: Classified, schemeId: string, author: XdsAuthor): Xml {
  return element(
    'rim:Classification',
    {
      id: serials.next('cl'),
      classificationScheme: schemeId,
      classifiedObject: owner,
      nodeRepresentation: '',
      objectType: objectType.classification,
    },
    slot('authorPerson', formatXcn(author.person)),
    slot('authorInstitution', ...institutionsOf(author).map(formatXon)),
    slot('authorRole', ...author.roles),
    slot('authorSpecialty', ...author.specialties.map(formatSpecialty)),
    slot('authorTelecommunication', ...(author.telecoms ?? [])),
  );
}

function institutionsOf({ institution, otherInstitutions = [] }: XdsAuthor): readonly XdsInstitution[] {
  return institution === null ? otherInstitutions : [institution, ...otherInstitutions];
}

/** `rim:RegistryPackage` of a submission set, children in the order of the schema. */
export function submissionSetXml(set: SubmissionSet, serials: Serials): Xml {
  const on: Classified = { serials, owner: set.id };
  const names = identifier.submissionSet;

  return element(
    'rim:RegistryPackage',
    { id: set.id, objectType: objectType.registryPackage },
    slot('submissionTime', set.submissionTime),
    slot('intendedRecipient', ...set.intendedRecipients),
    localized('rim:Name', set.title, 'title'),
    localized('rim:Description', set.comments, 'comments'),
    ...set.authors.map((author) => authorClassification(on, scheme.submissionSet.author, author)),
    codeClassification(on, scheme.submissionSet.contentTypeCode, set.contentTypeCode),
    nodeClassification(on, classificationNode.submissionSet),
    externalIdentifier(on, names.patientId, set.patientId),
    externalIdentifier(on, names.sourceId, set.sourceId),
    externalIdentifier(on, names.uniqueId, set.uniqueId),
  );
}

/** `rim:ExtrinsicObject` of a document. The URI belongs to a media, not to a repository. */
export function documentEntryXml(entry: DocumentEntry, serials: Serials, withUri: boolean): Xml {
  const on: Classified = { serials, owner: entry.entryUuid };
  const codes = scheme.document;

  return element(
    'rim:ExtrinsicObject',
    {
      id: entry.entryUuid,
      lid: entry.logicalId ?? undefined,
      mimeType: entry.mimeType,
      objectType: stableDocument,
      status: entry.availabilityStatus ?? undefined,
    },

    // Slots.
    slot('creationTime', entry.creationTime),
    slot('languageCode', entry.languageCode),
    slot('legalAuthenticator', entry.legalAuthenticator && formatXcn(entry.legalAuthenticator)),
    slot('serviceStartTime', entry.serviceStartTime),
    slot('serviceStopTime', entry.serviceStopTime),
    slot('sourcePatientId', entry.sourcePatientId),
    slot('sourcePatientInfo', ...entry.sourcePatientInfo),
    slot('hash', entry.hash),
    slot('size', entry.size === null ? null : String(entry.size)),
    withUri && slot('URI', entry.uri),
    slot('repositoryUniqueId', entry.repositoryUniqueId),
    slot('urn:ihe:iti:xds:2013:referenceIdList', ...entry.referenceIds.map(formatReferenceId)),

    // Texts.
    localized('rim:Name', entry.title, 'title'),
    localized('rim:Description', entry.comments, 'comments'),
    entry.version !== null && element('rim:VersionInfo', { versionName: entry.version }),

    // Classifications.
    ...entry.authors.map((author) => authorClassification(on, codes.author, author)),
    codeClassification(on, codes.classCode, entry.classCode),
    codeClassification(on, codes.typeCode, entry.typeCode),
    ...entry.confidentialityCodes.map((code) => codeClassification(on, codes.confidentialityCode, code)),
    codeClassification(on, codes.formatCode, entry.formatCode),
    codeClassification(on, codes.healthcareFacilityTypeCode, entry.healthcareFacilityTypeCode),
    codeClassification(on, codes.practiceSettingCode, entry.practiceSettingCode),
    ...entry.eventCodes.map((code) => codeClassification(on, codes.eventCodeList, code)),

    // Identifiers.
    externalIdentifier(on, identifier.document.patientId, entry.patientId),
    externalIdentifier(on, identifier.document.uniqueId, entry.uniqueId),
  );
}

export function folderXml(folder: Folder, serials: Serials): Xml {
  const on: Classified = { serials, owner: folder.id };

  return element(
    'rim:RegistryPackage',
    { id: folder.id, objectType: objectType.registryPackage },
    slot('lastUpdateTime', folder.lastUpdateTime),
    localized('rim:Name', folder.title, 'title'),
    localized('rim:Description', folder.comments, 'comments'),
    ...folder.codes.map((code) => codeClassification(on, scheme.folder.codeList, code)),
    nodeClassification(on, classificationNode.folder),
    externalIdentifier(on, identifier.folder.patientId, folder.patientId),
    externalIdentifier(on, identifier.folder.uniqueId, folder.uniqueId),
  );
}

export function associationXml({ id, type, source, target, slots }: Association): Xml {
  const children: XmlChild[] = Object.entries(slots).map(([name, values]) => slot(name, ...values));
  return element(
    'rim:Association',
    { associationType: type, id, objectType: objectType.association, sourceObject: source, targetObject: target },
    ...children,
  );
}

/** HasMember from the submission set to a folder, or to the membership of a folder. */
export function member(serials: Serials, source: string, target: string): Association {
  return { id: serials.next('as'), type: association.hasMember, source, target, slots: {} };
}

/** HasMember from the submission set to a new document. */
export function original(serials: Serials, source: string, target: string): Association {
  return { ...member(serials, source, target), slots: { SubmissionSetStatus: ['Original'] } };
}
