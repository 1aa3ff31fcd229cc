import { bytesSource, collect, sha1Hex } from '../../internal/bytes.ts';
import { fromBase64, mimeError } from '../../internal/mime/index.ts';
import { soapNames } from '../../internal/soap/index.ts';
import {
  attributeOf,
  childElement,
  childElements,
  element,
  text,
  textOf,
  type ReadElement,
  type Xml,
} from '../../internal/xml/index.ts';
import type { AnswerPart, SoapAnswer } from '../soap/answer.ts';
import { protocolFailure } from '../soap/outcome.ts';
import { xdsNames } from './names.ts';
import { registryError } from './registry-error.ts';
import { readRegistryResponse, type RegistryResponse } from './registry-response.ts';
import type { DocumentRequest, RetrievedDocument, RetrievedDocuments } from './model.ts';

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

/** What the answer says of a document before its bytes are there. */
interface Announced {
  readonly repositoryUniqueId: string;
  readonly uniqueId: string;
  readonly mimeType: string | null;
  /** Identifier of the part with the bytes, or `null` when they stand inline. */
  readonly part: string | null;
  readonly inline: string;
}

/**
 * Reads the documents of an answer. Nothing is given before the status is known, and each document
 * only when its bytes are those that its entry announces.
 *
 * @see IHE ITI TF-2, section 3.43
 * @throws RegistryRefusal; TerrESanteError `TE_PROTOCOL`
 */
export async function readRetrieveAnswer(
  answer: SoapAnswer,
  payload: ReadElement,
  requests: readonly DocumentRequest[],
): Promise<RetrievedDocuments> {
  const response = readRegistryResponse(childElement(payload, 'RegistryResponse', xdsNames.registry) ?? payload);
  const announced = childElements(payload, 'DocumentResponse', xdsNames.xds).map(announcedOf);
  requireUsable(response, announced);

  const parts = await partsOf(answer.parts);
  const contents = await Promise.all(announced.map((document) => contentOf(document, parts)));
  const found = announced.map((document, place) => ({ document, content: contents[place] ?? new Uint8Array() }));
  const documents = requests.flatMap((request) => pick(request, found) ?? []);
  if (documents.length === 0) throw protocolFailure('documents', "Aucun des documents reçus n'a été demandé.");

  const isPartial = documents.length < requests.length;
  return {
    status: response.status === 'Success' ? 'Success' : 'PartialSuccess',
    documents,
    partial: isPartial || response.status !== 'Success',
    errors: response.errors,
    told: [...answer.told, ...oddities(documents, response, isPartial)],
  };
}

function requireUsable(response: RegistryResponse, announced: readonly Announced[]): void {
  const faults = response.errors.filter(({ severity }) => severity === 'Error');
  const isWhole = response.status === 'Success' && faults.length === 0;
  const isPart = response.status === 'PartialSuccess' && announced.length > 0;
  if (response.status === null) throw protocolFailure('status', 'La réponse ne dit pas si elle est un succès.');
  if (!isWhole && !isPart) throw registryError(response);
}

function announcedOf(node: ReadElement): Announced {
  const value = (name: string): string | undefined => {
    const found = childElement(node, name, xdsNames.xds);
    return found && textOf(found).trim();
  };
  const document = childElement(node, 'Document', xdsNames.xds);
  const include = childElement(document, 'Include', soapNames.xop);

  return {
    repositoryUniqueId: value('RepositoryUniqueId') ?? '',
    uniqueId: value('DocumentUniqueId') ?? '',
    mimeType: value('mimeType') ?? null,
    part: include ? (attributeOf(include, 'href') ?? '') : null,
    inline: include ? '' : textOf(document),
  };
}

/** The bytes of every part, by its identifier. */
async function partsOf(parts: AsyncIterable<AnswerPart>): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for await (const part of parts) {
    const bytes = await collect(part.content());
    if (part.contentId === null) continue;
    if (found.has(part.contentId)) throw mimeError('same-id');
    found.set(part.contentId, bytes);
  }
  return found;
}

async function contentOf(document: Announced, parts: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  if (document.part === null) return collect(fromBase64(bytesSource(Buffer.from(document.inline, 'latin1')).open()));

  const [, id] = /^cid:(.+)$/i.exec(document.part) ?? [];
  const bytes = id === undefined ? undefined : (parts.get(id) ?? parts.get(unescaped(id)));
  if (!bytes) throw protocolFailure('part', "Un document de la réponse n'a pas ses octets.");
  return bytes;
}

/** A reference is percent-encoded; the part bears the identifier as it is. */
function unescaped(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

const bare = (oid: string): string => oid.trim().replace(/^urn:oid:/i, '');

interface Found {
  readonly document: Announced;
  readonly content: Uint8Array;
}

/** The document of a request; two different contents of one document cannot be told apart. */
function pick(request: DocumentRequest, found: readonly Found[]): RetrievedDocument | null {
  const own = found.filter(
    ({ document }) =>
      bare(document.uniqueId) === bare(request.uniqueId) &&
      bare(document.repositoryUniqueId) === bare(request.repositoryUniqueId),
  );
  const [first] = own;
  if (!first) return null;

  const sha1 = sha1Hex(first.content);
  if (own.some(({ content }) => sha1Hex(content) !== sha1)) {
    throw protocolFailure('two-contents', 'La réponse donne deux contenus au même document.');
  }
  requireAnnounced(request, first.content, sha1);
  return {
    ...request,
    repositoryUniqueId: request.repositoryUniqueId,
    mimeType: first.document.mimeType,
    content: first.content,
    sha1,
  };
}

/** @throws TerrESanteError `TE_PROTOCOL` when the bytes are not those of the entry */
function requireAnnounced({ hash, size }: DocumentRequest, content: Uint8Array, sha1: string): void {
  const isOther = typeof hash === 'string' && hash.length === 40 && hash.toLowerCase() !== sha1;
  if (isOther || (typeof size === 'number' && size !== content.length)) {
    throw protocolFailure('hash', "Les octets reçus ne sont pas ceux que l'entrée du registre annonce.");
  }
}

function oddities(documents: readonly RetrievedDocument[], { errors }: RegistryResponse, isPartial: boolean): string[] {
  return [
    ...(isPartial && errors.length === 0 ? ['missing'] : []),
    ...(documents.some(({ content }) => content.length === 0) ? ['empty'] : []),
    ...(documents.some(({ mimeType }) => mimeType === null) ? ['mime'] : []),
  ];
}
