import { bytesSource } from '../../internal/bytes.ts';
import type { PartToWrite } from '../../internal/mime/index.ts';
import { soapNames } from '../../internal/soap/index.ts';
import {
  childElement,
  childElements,
  element,
  fragment,
  text,
  textOf,
  type ReadElement,
  type Xml,
} from '../../internal/xml/index.ts';
import { bareOid, xdsNames } from '../../transport/registry/names.ts';
import type { FiledDocument } from '../state/filed.ts';
import { mayRead, readableDossiers, type XdsContext } from './context.ts';
import { RefusedRequest, registryResponse, type Problem } from './problem.ts';

/** An answer whose documents stand beside it. */
export interface RetrieveAnswer {
  readonly body: Xml;
  readonly parts: readonly PartToWrite[];
}

/** Most documents that one request may name. */
const maxDocuments = 1_000;

/**
 * Answers a `RetrieveDocumentSetRequest`: what is there, and a problem for what is not.
 *
 * @param unique - a UUID, in the identifiers of the parts
 * @see IHE ITI TF-2, section 3.43.4
 * @throws RefusedRequest, SoapRefusal
 */
export function retrieve(payload: ReadElement, context: XdsContext, unique: string): RetrieveAnswer {
  const requests = childElements(payload, 'DocumentRequest', xdsNames.xds);
  if (requests.length === 0 || requests.length > maxDocuments) {
    const reason = `De 1 à ${String(maxDocuments)} DocumentRequest attendus.`;
    throw new RefusedRequest({ code: 'XDSRepositoryError', context: reason });
  }

  const readable = readableDossiers(context)
    .flatMap(({ documents }) => documents)
    .filter((document) => mayRead(document, context));
  const problems: Problem[] = [];
  const found: FiledDocument[] = [];
  for (const [index, request] of requests.entries()) {
    const document = requestedDocument(request, index, readable, context);
    if ('code' in document) problems.push(document);
    else found.push(document);
  }
  if (found.length === 0) throw new RefusedRequest(...problems);

  const { repositoryUniqueId } = context.state;
  const cidOf = (index: number): string => `document${String(index + 1)}.${unique}@terr-esante-simulator`;
  const responses = found.map((document, index) => responseXml(document, repositoryUniqueId, cidOf(index)));
  return {
    body: responseSet(registryResponse(problems.length > 0 ? 'PartialSuccess' : 'Success', problems), ...responses),
    parts: found.map(({ bytes, mimeType }, index) => ({
      contentType: /^[\w.+-]+\/[\w.+-]+$/.test(mimeType) ? mimeType : 'application/octet-stream',
      contentId: cidOf(index),
      content: bytesSource(bytes),
    })),
  };
}

/** The answer without a document. */
export function responseSet(...content: readonly Xml[]): Xml {
  return element('xds:RetrieveDocumentSetResponse', { 'xmlns:xds': xdsNames.xds }, fragment(...content));
}

function requestedDocument(
  request: ReadElement,
  index: number,
  readable: readonly FiledDocument[],
  { state }: XdsContext,
): FiledDocument | Problem {
  const location = `/RetrieveDocumentSetRequest/DocumentRequest[${String(index + 1)}]`;
  const value = (name: string): string => textOf(childElement(request, name, xdsNames.xds)).trim();

  if (bareOid(value('RepositoryUniqueId')) !== state.repositoryUniqueId) {
    return { code: 'XDSUnknownRepositoryId', context: "L'entrepôt demandé n'est pas celui-ci.", location };
  }
  const wanted = value('DocumentUniqueId');
  const document = readable.find(({ uniqueId }) => uniqueId === wanted);
  return document ?? { code: 'XDSDocumentUniqueIdError', context: 'Aucun document de cet identifiant.', location };
}

/** @see IHE ITI TF-2, section 3.43.5, schema: the elements in this order */
function responseXml({ uniqueId, mimeType }: FiledDocument, repositoryUniqueId: string, contentId: string): Xml {
  return element(
    'xds:DocumentResponse',
    null,
    element('xds:RepositoryUniqueId', null, text(repositoryUniqueId)),
    element('xds:DocumentUniqueId', null, text(uniqueId)),
    element('xds:mimeType', null, text(mimeType)),
    element('xds:Document', null, element('xop:Include', { 'xmlns:xop': soapNames.xop, href: `cid:${contentId}` })),
  );
}
