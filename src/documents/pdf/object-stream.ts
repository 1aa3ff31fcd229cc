import { inflateSync } from 'node:zlib';
import { nextToken, PdfSyntaxError } from './lexer.ts';
import type { PdfActions } from './actions.ts';
import { PdfStructure, type PdfDictionary } from './structure.ts';

/** A page tree of thousands of pages takes a few hundred kB per object stream. */
const maxInflatedBytes = 16 * 1024 * 1024;

const integer = (value: readonly string[] | undefined): number | null =>
  value?.length === 1 && /^[0-9]{1,10}$/.test(value[0] ?? '') ? Number(value[0]) : null;

/** The direct integer of an entry, or `null` (absent, indirect or something else). */
export function integerEntry(dictionary: PdfDictionary, key: string): number | null {
  return integer(dictionary.get(key));
}

/** Body of a stream, decoded when its only filter is Flate; `null` when it cannot be. Bounded. */
export function decodeBody(dictionary: PdfDictionary, body: Buffer): Buffer | null {
  const parameters = dictionary.get('DecodeParms') ?? dictionary.get('DP');
  if (parameters && !/^\[?(?:null)?\]?$/.test(parameters.join(''))) return null;
  const filter = (dictionary.get('Filter') ?? []).filter((token) => token !== '[' && token !== ']');
  if (filter.length === 0) return body;
  if (filter.length !== 1 || filter[0] !== '/FlateDecode') return null;
  try {
    return inflateSync(body, { maxOutputLength: maxInflatedBytes });
  } catch {
    return null;
  }
}

/** What the reader of an object stream tells, and what bounds it. */
export interface ObjectStreamVisitor {
  readonly actions: PdfActions;
  /** A name, wherever it stands. */
  name(text: string): void;
  /** Called with the size of the decoded stream, and for each token: throws beyond the bounds. */
  inflated(bytes: number): void;
  token(): void;
}

/**
 * Reads an object stream. Every object it announces must begin at a token of its own: an offset
 * into a string or a comment would show a reader something else than what is inspected.
 *
 * @throws PdfSyntaxError
 */
export function readObjectStream(dictionary: PdfDictionary, body: Buffer, visitor: ObjectStreamVisitor): void {
  const first = integerEntry(dictionary, 'First');
  const content = decodeBody(dictionary, body);
  if (first === null || !content) throw new PdfSyntaxError('object stream cannot be read');
  visitor.inflated(content.length);

  // Before `First` stand pairs of numbers: the number of an object and its offset.
  const header = readHeader(content, first, visitor);
  const announced = new Map<number, number>();
  for (let at = 1; at < header.length; at += 2) {
    const start = first + (header[at] ?? 0);
    if (start < content.length) announced.set(startOfToken(content, start), header[at - 1] ?? -1);
  }

  readObjects(content, first, announced, visitor);
  if (announced.size > 0) throw new PdfSyntaxError('object inside another token');
}

function readHeader(content: Buffer, first: number, visitor: ObjectStreamVisitor): readonly number[] {
  const header: number[] = [];
  const bytes = content.subarray(0, first);
  for (let token = nextToken(bytes, 0, true); token; token = nextToken(bytes, token.end, true)) {
    visitor.token();
    if (token.kind !== 'word' || !/^[0-9]{1,10}$/.test(token.text)) throw new PdfSyntaxError('object stream header');
    header.push(Number(token.text));
  }
  return header;
}

/** Where the token of an object begins: spaces and comments may stand before it. */
function startOfToken(content: Buffer, from: number): number {
  let at = from;
  while (at < content.length) {
    const code = content[at] ?? 0;
    if (code === 0x25) while (at < content.length && content[at] !== 0x0a && content[at] !== 0x0d) at += 1;
    else if (/[\0\t\n\f\r ]/.test(String.fromCharCode(code))) at += 1;
    else break;
  }
  return at;
}

/** Reads the objects, and takes each announced start that it meets off the list. */
function readObjects(
  content: Buffer,
  first: number,
  announced: Map<number, number>,
  visitor: ObjectStreamVisitor,
): void {
  const structure = new PdfStructure(visitor.actions);
  let at = first;

  for (let token = nextToken(content, at, true); token; token = nextToken(content, at, true)) {
    at = token.end;
    visitor.token();
    if (structure.isTop) {
      const object = announced.get(token.start);
      if (object !== undefined) structure.begin(object);
      announced.delete(token.start);
    }

    if (token.kind === 'name') visitor.name(token.text);
    structure.push(token, content);
  }

  // An object that begins where the content ends is empty: a reader takes it for null.
  announced.delete(content.length);
  requireEnd(content, at);
}

/**
 * Requires that only spaces or a comment are left, since no token follows.
 *
 * @throws PdfSyntaxError when a token is not closed
 */
export function requireEnd(content: Buffer, at: number): void {
  if (!/^[\0\t\n\f\r ]*(?:%|$)/.test(content.toString('latin1', at, at + 200))) {
    throw new PdfSyntaxError('token not closed');
  }
}
