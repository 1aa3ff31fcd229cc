import { utf8Bytes } from '../../internal/bytes.ts';
import { element, trustedXml, xmlDeclaration, type Xml } from '../../internal/xml/index.ts';
import type { Submission } from '../model/submission.ts';
import { association, ns } from './constants.ts';
import { Serials } from './ebrim.ts';
import { associationXml, documentEntryXml, folderXml, member, original, submissionSetXml } from './write-objects.ts';
import { reading } from '../../internal/border.ts';

/** `lcm:SubmitObjectsRequest` around registry objects. */
export function registryRequest(...objects: readonly Xml[]): Xml {
  return element(
    'lcm:SubmitObjectsRequest',
    { 'xmlns:lcm': ns.lcm, 'xmlns:rim': ns.rim },
    element('rim:RegistryObjectList', null, ...objects),
  );
}

function* registryObjects(submission: Submission, withUri: boolean): Generator<Xml, void, undefined> {
  const { submissionSet, documents, folders = [], associations = [], signature } = submission;
  const serials = new Serials();
  const entries = [...documents, ...(signature ? [signature] : [])].map(({ entry }) => entry);
  yield submissionSetXml(submissionSet, serials);
  for (const entry of entries) yield documentEntryXml(entry, serials, withUri);
  for (const folder of folders) yield folderXml(folder, serials);
  for (const { entryUuid } of entries) yield associationXml(original(serials, submissionSet.id, entryUuid));
  for (const link of associations) yield associationXml(link);
  const memberships = associations.filter(
    ({ type, source }) => type === association.hasMember && folders.some(({ id }) => id === source),
  );
  for (const { id } of [...folders, ...memberships]) yield associationXml(member(serials, submissionSet.id, id));
}

/** The request of a submission: the root of METADATA.XML and the payload of ITI-41. */
export function submitObjects(submission: Submission, withUri: boolean): Xml {
  return registryRequest(...registryObjects(submission, withUri));
}

const hole = trustedXml('<!--objects-->');

/**
 * METADATA.XML of an IHE XDM archive: the ebRIM 3.0 form of the submission set and its documents.
 *
 * @throws TerrESanteError `TE_DOCUMENT_INVALID` when a value is longer than the schema allows
 * @see IHE ITI TF-3, section 4.2; ITI TF-2, section 3.32
 * @group Metadata
 */
export function writeMetadata(submission: Submission): Uint8Array {
  return reading('submission', () => metadataOf(submission));
}

function metadataOf(submission: Submission): Uint8Array {
  // Object by object: one string of thousands of entries would be copied again and again.
  const [head = '', tail = ''] = registryRequest(hole).split(hole);
  const parts = [utf8Bytes(xmlDeclaration + head)];
  for (const object of registryObjects(submission, true)) parts.push(utf8Bytes(object));
  parts.push(utf8Bytes(tail));
  return Buffer.concat(parts);
}
