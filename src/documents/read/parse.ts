import { TerrESanteError } from '../../errors.ts';
import { bytesSource, type ByteSource } from '../../internal/bytes.ts';
import { childElement, childElements, descendants, readXml, type ReadElement } from '../../internal/xml/index.ts';
import { hl7Namespace } from '../cda/oids.ts';
import { Base64Cutter, type Cut } from './base64-cut.ts';

/** Where the document was found. @group Reading */
export type CdaEnvelope = 'none' | 'stylesheet' | 'signature' | 'other';

/** A document taken apart: its tree without the long contents, and where these are. */
export interface ParsedCda {
  readonly root: ReadElement;
  readonly envelope: CdaEnvelope;
  readonly cuts: ReadonlyMap<string, Cut>;
  readonly source: ByteSource;
}

/** Without its base64 contents, no clinical document is larger. */
const maxXmlBytes = 32 * 1024 * 1024;

function envelopeOf(top: ReadElement): CdaEnvelope {
  if (top.namespace === hl7Namespace && top.localName === 'ClinicalDocument') return 'none';
  if (top.namespace === 'http://www.w3.org/1999/XSL/Transform') return 'stylesheet';
  if (top.namespace === 'http://www.w3.org/2000/09/xmldsig#') return 'signature';
  return 'other';
}

/** The one document inside an envelope: a second one would leave in doubt whose document it is. */
function locate(top: ReadElement): ReadElement {
  const found: ReadElement[] = [];
  for (const node of descendants(top)) {
    if (node.localName === 'ClinicalDocument' && node.namespace === hl7Namespace) found.push(node);
  }

  const [root] = found;
  if (!root || found.length > 1) {
    throw new TerrESanteError(
      'TE_DOCUMENT_INVALID',
      root ? 'Le fichier contient plusieurs documents CDA.' : "Le fichier n'est pas un document CDA.",
      { details: { documents: found.length } },
    );
  }

  return root;
}

function parsed(cutter: Base64Cutter, source: ByteSource): ParsedCda {
  const { xml, cuts } = cutter.end();
  const top = readXml(xml, { maxBytes: maxXmlBytes + cuts.length * 64 });
  return {
    root: locate(top),
    envelope: envelopeOf(top),
    cuts: new Map(cuts.map((cut) => [cut.placeholder, cut])),
    source,
  };
}

/** Takes a document apart that is whole in memory. */
export function parseCda(bytes: Uint8Array): ParsedCda {
  if (!ArrayBuffer.isView(bytes)) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Des octets sont attendus ; une source se lit avec readCdaSource.');
  }

  const cutter = new Base64Cutter(maxXmlBytes);
  cutter.push(bytes);
  return parsed(cutter, bytesSource(bytes));
}

/** The same from a source that may be too large for the memory. */
export async function parseCdaSource(source: ByteSource): Promise<ParsedCda> {
  const cutter = new Base64Cutter(maxXmlBytes);
  for await (const chunk of source.open()) cutter.push(chunk);
  return parsed(cutter, source);
}

/** First child of the CDA namespace with that name. */
export function child(parent: ReadElement | undefined, name: string): ReadElement | undefined {
  return childElement(parent, name, hl7Namespace);
}

/** All children of the CDA namespace with that name. */
export function children(parent: ReadElement | undefined, name: string): readonly ReadElement[] {
  return parent ? childElements(parent, name, hl7Namespace) : [];
}

/** The element reached by these names. */
export function path(parent: ReadElement | undefined, ...names: readonly string[]): ReadElement | undefined {
  let current = parent;
  for (const name of names) current = child(current, name);
  return current;
}
