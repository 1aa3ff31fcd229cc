import { childElement, childElements, element, text, type ReadElement, type Xml } from '../../internal/xml/index.ts';
import type { SoapAnswer } from '../soap/answer.ts';
import { protocolFailure } from '../soap/outcome.ts';
import { announcedOf, idOf, wantedOf, type Announced } from './announced.ts';
import { isUnknownHash } from './content-check.ts';
import { xdsNames } from '../registry/names.ts';
import { registryError } from '../registry/refusal.ts';
import { readRegistryResponse, type RegistryResponse } from '../registry/response.ts';
import type { DocumentRequest } from './model.ts';
import { Retrieval } from './retrieval.ts';

/** The request of ITI-43, its elements in the order of the schema. */
export function writeRetrieve(requests: readonly DocumentRequest[]): Xml {
  const one = ({ homeCommunityId, repositoryUniqueId, uniqueId }: DocumentRequest): Xml =>
    element(
      'xds:DocumentRequest',
      null,
      homeCommunityId !== undefined && element('xds:HomeCommunityId', null, text(homeCommunityId)),
      element('xds:RepositoryUniqueId', null, text(repositoryUniqueId)),
      element('xds:DocumentUniqueId', null, text(uniqueId)),
    );
  return element('xds:RetrieveDocumentSetRequest', { 'xmlns:xds': xdsNames.xds }, ...requests.map(one));
}

/**
 * Reads what the envelope of an answer says of its documents, which are still to come. Nothing is
 * given before the status is known.
 *
 * @param maxHeldBytes - most that is kept of documents that cannot be given as they come
 * @see IHE ITI TF-2, section 3.43
 * @throws RegistryRefusal; TerrESanteError `TE_PROTOCOL`
 */
export function readRetrieveAnswer(
  answer: SoapAnswer,
  payload: ReadElement,
  requests: readonly DocumentRequest[],
  maxHeldBytes: number,
): Retrieval {
  const response = readRegistryResponse(childElement(payload, 'RegistryResponse', xdsNames.registry) ?? payload);
  const announced = childElements(payload, 'DocumentResponse', xdsNames.xds).map(announcedOf);
  requireUsable(response, announced);

  const wanted = wantedOf(requests, announced);
  if (wanted.length === 0) throw protocolFailure('documents', "Aucun des documents reçus n'a été demandé.");

  const isPartial = wanted.length < new Set(requests.map(idOf)).size;
  const told = [
    ...answer.told,
    ...(isPartial && response.errors.length === 0 ? ['missing'] : []),
    ...(wanted.some(({ mimeType }) => mimeType === null) ? ['mime'] : []),
    ...(wanted.some(({ known }) => known.some(isUnknownHash)) ? ['hash'] : []),
  ];

  return new Retrieval(answer, {
    status: response.status === 'Success' ? 'Success' : 'PartialSuccess',
    partial: isPartial || response.status !== 'Success',
    errors: response.errors,
    told,
    wanted,
    maxHeldBytes,
  });
}

function requireUsable(response: RegistryResponse, announced: readonly Announced[]): void {
  const faults = response.errors.filter(({ severity }) => severity === 'Error');
  const isWhole = response.status === 'Success' && faults.length === 0;
  const isPart = response.status === 'PartialSuccess' && announced.length > 0;
  if (response.status === null) throw protocolFailure('status', 'La réponse ne dit pas si elle est un succès.');
  if (!isWhole && !isPart) throw registryError(response);
}
