import { createHash } from 'node:crypto';
import type { Finding } from '../../errors.ts';
import { finding, type CaseOf } from '../../internal/finding.ts';
import { idOf, isBase64 } from '../../internal/mime/index.ts';
import { soapNames } from '../../internal/soap/index.ts';
import {
  attributeOf,
  childElement,
  childElements,
  descendants,
  textOf,
  type ReadElement,
} from '../../internal/xml/index.ts';
import { xdsNames } from '../../transport/registry/names.ts';
import { partIds } from '../../transport/xds/announced.ts';
import type { FilePart } from '../message/mime.ts';
import { messageRules } from '../rules/message/index.ts';
import { shown, type Payload } from './place.ts';

type DocumentCase = CaseOf<(typeof messageRules)['MESSAGE-DOCUMENT']>;

/**
 * Documents of a deposit: one for each entry, whose hash and size are those of its bytes.
 *
 * @param parts - those of the message; `null` when only the envelope was kept
 */
export function depositFindings({ node, path }: Payload, parts: readonly FilePart[] | null): Finding[] {
  const documents = childElements(node, 'Document', xdsNames.xds);
  const entries = [...descendants(node)].filter(
    ({ localName, namespace }) => localName === 'ExtrinsicObject' && namespace === xdsNames.rim,
  );
  const byId = new Map(documents.map((document) => [attributeOf(document, 'id') ?? '', document]));
  const at = (id: string): string => `${path}/Document[@id='${shown(id)}']`;
  const faulty = (fault: DocumentCase, where: string): Finding =>
    finding(messageRules, 'MESSAGE-DOCUMENT', { path: where, case: fault });

  const entryIds = entries.map((entry) => attributeOf(entry, 'id') ?? '');
  const known = new Set(entryIds);
  return [
    ...(byId.size < documents.length ? [faulty('twice', `${path}/Document`)] : []),
    ...entryIds.filter((id) => !byId.has(id)).map((id) => faulty('missing', at(id))),
    ...[...byId.keys()].filter((id) => !known.has(id)).map((id) => faulty('metadata', at(id))),
    ...documents
      .filter((document) => isInline(document) && !isBase64(textOf(document)))
      .map((document) => faulty('base64', at(attributeOf(document, 'id') ?? ''))),
    ...entries.flatMap((entry) => {
      const id = attributeOf(entry, 'id') ?? '';
      const document = byId.get(id);
      const bytes = document ? bytesOf(document, parts) : null;
      return bytes === null ? [] : differing(entry, bytes).map((fault) => faulty(fault, at(id)));
    }),
  ];
}

/** Whether a document stands in the message itself, as text. */
export function isInline(document: ReadElement | undefined): boolean {
  return document !== undefined && childElements(document).length === 0;
}

/** The bytes of a document where they can be told: inline, or in a part that is sent as it is. */
function bytesOf(document: ReadElement, parts: readonly FilePart[] | null): Uint8Array | null {
  const include = childElement(document, 'Include', soapNames.xop);
  if (!include) return Buffer.from(textOf(document).replaceAll(/\s+/g, ''), 'base64');

  const part = parts && partOf(include, parts);
  if (!part || !/^(?:binary|8bit|7bit)?$/i.test(part.headers.get('content-transfer-encoding')?.trim() ?? '')) {
    return null;
  }
  return part.bytes;
}

/** The part that an include names, `undefined` when there is none. */
export function partOf(include: ReadElement, parts: readonly FilePart[]): FilePart | undefined {
  const part = (attributeOf(include, 'href') ?? '').trim().replace(/^cid:/i, '');
  const ids = partIds({ part }).map(idOf);
  return parts.find(({ headers }) => {
    const id = idOf(headers.get('content-id'));
    return id !== null && ids.includes(id);
  });
}

function differing(entry: ReadElement, bytes: Uint8Array): ('hash' | 'size')[] {
  const slot = (name: string): string | undefined => {
    const found = childElements(entry, 'Slot', xdsNames.rim).find((item) => attributeOf(item, 'name') === name);
    const [text] = [...(found ? descendants(found) : [])].filter(({ localName }) => localName === 'Value').map(textOf);
    return text?.trim();
  };
  const [hash, size] = [slot('hash'), slot('size')];
  const isOther = hash !== undefined && hash.toLowerCase() !== createHash('sha1').update(bytes).digest('hex');
  return [
    ...(isOther ? (['hash'] as const) : []),
    ...(size !== undefined && Number(size) !== bytes.length ? (['size'] as const) : []),
  ];
}
