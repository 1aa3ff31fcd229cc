import { Serials } from '../../documents/metadata/ebrim.ts';
import {
  associationXml,
  documentEntryXml,
  folderXml,
  submissionSetXml,
} from '../../documents/metadata/write-objects.ts';
import { registryRequest } from '../../documents/metadata/write.ts';
import type { RegistryObjects } from '../../documents/index.ts';
import { readXml } from '../../internal/xml/index.ts';
import { readSubmission, type SubmittedObjects } from './submission.ts';

/**
 * The objects of an archive, as a registry would have been sent them: what the library does not
 * read of a METADATA.XML does not reach the registry.
 *
 * @throws TerrESanteError `TE_DOCUMENT_INVALID` for a value that a registry may not hold
 */
export function objectsOfMetadata(metadata: RegistryObjects): SubmittedObjects {
  const serials = new Serials();
  const request = registryRequest(
    ...metadata.submissionSets.map((set) => submissionSetXml(set, serials)),
    ...metadata.documents.map((entry) => documentEntryXml(entry, serials, false)),
    ...metadata.folders.map((folder) => folderXml(folder, serials)),
    ...metadata.associations.map((link) => associationXml(link)),
  );
  return readSubmission(readXml(request));
}
