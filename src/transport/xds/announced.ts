import { soapNames } from '../../internal/soap/index.ts';
import { attributeOf, childElement, textOf, type ReadElement } from '../../internal/xml/index.ts';
import type { DocumentRequest } from './model.ts';
import { bareOid, xdsNames } from '../registry/names.ts';

/** Where the bytes of a document are: in a part, named as it is referred to, or inline. */
export type Place = { readonly part: string } | { readonly inline: string };

/** What the envelope of an answer says of a document before its bytes are there. */
export interface Announced {
  readonly repositoryUniqueId: string;
  readonly uniqueId: string;
  readonly mimeType: string | null;
  readonly place: Place;
}

/** A document that was asked for and is announced. */
export interface Wanted {
  readonly request: DocumentRequest;
  readonly mimeType: string | null;
  /** What is known of its bytes: one document may be asked for twice. */
  readonly known: readonly Pick<DocumentRequest, 'hash' | 'size'>[];
  /** Some repositories announce one document twice; its bytes must then be the same. */
  readonly places: readonly Place[];
}

/** Reads one `DocumentResponse`. Only a reference within the message counts: nothing is fetched. */
export function announcedOf(node: ReadElement): Announced {
  const value = (name: string): string | undefined => {
    const found = childElement(node, name, xdsNames.xds);
    return found && textOf(found).trim();
  };
  const document = childElement(node, 'Document', xdsNames.xds);
  const include = childElement(document, 'Include', soapNames.xop);
  const [, part = ''] = /^cid:(.+)$/i.exec((include && attributeOf(include, 'href')) ?? '') ?? [];

  return {
    repositoryUniqueId: value('RepositoryUniqueId') ?? '',
    uniqueId: value('DocumentUniqueId') ?? '',
    mimeType: value('mimeType') ?? null,
    place: include ? { part } : { inline: textOf(document) },
  };
}

/** The documents that were asked for and are announced, in the order of the request, each once. */
export function wantedOf(requests: readonly DocumentRequest[], announced: readonly Announced[]): Wanted[] {
  const byId = new Map<string, Wanted>();

  for (const request of requests) {
    const id = idOf(request);
    const own = announced.filter((document) => idOf(document) === id);
    const known = [...(byId.get(id)?.known ?? []), { hash: request.hash, size: request.size }];
    const [first] = own;
    if (first) byId.set(id, { request, mimeType: first.mimeType, known, places: placesOf(own) });
  }
  return [...byId.values()];
}

/** One part that is named twice is one place. */
function placesOf(announced: readonly Announced[]): Place[] {
  const places = new Map(
    announced.map(({ place }, number) => ['part' in place ? `cid:${place.part}` : `inline ${number}`, place]),
  );
  return [...places.values()];
}

/** Repository and document: some write `urn:oid:` before an OID. */
export function idOf({
  repositoryUniqueId,
  uniqueId,
}: Pick<DocumentRequest, 'repositoryUniqueId' | 'uniqueId'>): string {
  return `${bareOid(repositoryUniqueId)} ${bareOid(uniqueId)}`;
}

/** Identifiers that the part of a reference may bear: a reference is percent-encoded, or not. */
export function partIds(place: Place): readonly string[] {
  if (!('part' in place)) return [];
  try {
    return [...new Set([place.part, decodeURIComponent(place.part)])];
  } catch {
    return [place.part];
  }
}
