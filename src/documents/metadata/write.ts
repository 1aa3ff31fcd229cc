import { utf8Bytes } from '../../internal/bytes.ts';
import { element, fragment, xmlDeclaration, type Xml } from '../../internal/xml/index.ts';
import type { Submission } from '../submission.ts';
import { ns } from './constants.ts';
import { Serials } from './ebrim.ts';
import { associationXml, documentEntryXml, original, submissionSetXml } from './write-objects.ts';

/** `lcm:SubmitObjectsRequest` of a submission: the root of METADATA.XML and the payload of ITI-41. */
export function submitObjects({ submissionSet, documents }: Submission, withUri: boolean): Xml {
  const serials = new Serials();
  return element(
    'lcm:SubmitObjectsRequest',
    { 'xmlns:lcm': ns.lcm, 'xmlns:rim': ns.rim },
    element(
      'rim:RegistryObjectList',
      null,
      submissionSetXml(submissionSet, serials),
      ...documents.map(({ entry }) => documentEntryXml(entry, serials, withUri)),
      ...documents.map(({ entry }) => associationXml(original(serials, submissionSet.id, entry.entryUuid))),
    ),
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
