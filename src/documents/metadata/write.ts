import { utf8Bytes } from '../../internal/bytes.ts';
import { element, fragment, xmlDeclaration, type Xml } from '../../internal/xml/index.ts';
import type { Submission } from '../submission.ts';
import { association, ns } from './constants.ts';
import { Serials } from './ebrim.ts';
import { associationXml, documentEntryXml, folderXml, member, original, submissionSetXml } from './write-objects.ts';

/** `lcm:SubmitObjectsRequest` around registry objects. */
export function registryRequest(...objects: readonly Xml[]): Xml {
  return element(
    'lcm:SubmitObjectsRequest',
    { 'xmlns:lcm': ns.lcm, 'xmlns:rim': ns.rim },
    element('rim:RegistryObjectList', null, ...objects),
  );
}

/** The request of a submission: the root of METADATA.XML and the payload of ITI-41. */
export function submitObjects(submission: Submission, withUri: boolean): Xml {
  const { submissionSet, documents, folders = [], associations = [], signature } = submission;
  const serials = new Serials();
  const entries = [...documents, ...(signature ? [signature] : [])].map(({ entry }) => entry);
  return registryRequest(
    submissionSetXml(submissionSet, serials),
    ...entries.map((entry) => documentEntryXml(entry, serials, withUri)),
    ...folders.map((folder) => folderXml(folder, serials)),
    ...entries.map((entry) => associationXml(original(serials, submissionSet.id, entry.entryUuid))),
    ...associations.map(associationXml),
    ...folders.map((folder) => associationXml(member(serials, submissionSet.id, folder.id))),
    ...associations
      .filter(({ type, source }) => type === association.hasMember && folders.some(({ id }) => id === source))
      .map(({ id }) => associationXml(member(serials, submissionSet.id, id))),
  );
}

/**
 * METADATA.XML of an IHE XDM archive: the ebRIM 3.0 form of the submission set and its documents.
 *
 * @throws TerrESanteError `TE_DOCUMENT_INVALID` when a value is longer than the schema allows
 * @see IHE ITI TF-3, section 4.2; ITI TF-2, section 3.32
 * @group Metadata
 */
export function writeMetadata(submission: Submission): Uint8Array {
  return utf8Bytes(fragment(xmlDeclaration, submitObjects(submission, true)));
}
