import { inflateSync } from 'node:zlib';
import type { StreamDictionary } from './dictionary.ts';
import { nextToken, PdfSyntaxError } from './lexer.ts';

/** A page tree of thousands of pages takes a few hundred kB per object stream. */
const maxInflatedBytes = 16 * 1024 * 1024;

const integer = (value: readonly string[] | undefined): number | null =>
  value?.length === 1 && /^[0-9]{1,10}$/.test(value[0] ?? '') ? Number(value[0]) : null;

/** The direct integer of an entry, or `null` (absent, indirect or something else). */
export function integerEntry(dictionary: StreamDictionary, key: string): number | null {
  return integer(dictionary.get(key));
}

/** Body of a stream, decoded when its only filter is Flate; `null` when it cannot be. Bounded. */
export function decodeBody(dictionary: StreamDictionary, body: Buffer): Buffer | null {
  const parameters = dictionary.get('DecodeParms') ?? dictionary.get('DP');
  if (parameters && parameters.join('') !== 'null') return null;
  const filter = (dictionary.get('Filter') ?? []).filter((token) => token !== '[' && token !== ']');
  if (filter.length === 0) return body;
  if (filter.length !== 1 || filter[0] !== '/FlateDecode') return null;
  try {
    return inflateSync(body, { maxOutputLength: maxInflatedBytes });
  } catch {
    return null;
  }
}

/**
 * Names inside an object stream. Every object it announces must begin at a token of its own: an
 * offset into a string or a comment would show a reader something else than what is inspected.
 *
 * @param onInflated - Called with the size of the decoded stream, which the caller bounds.
 * @throws PdfSyntaxError
 */
export function objectStreamNames(
  dictionary: StreamDictionary,
  body: Buffer,
  onInflated: (bytes: number) => void,
): string[] {
  const first = integerEntry(dictionary, 'First');
  const content = decodeBody(dictionary, body);
  if (first === null || !content) throw new PdfSyntaxError('object stream cannot be read');
  onInflated(content.length);

  const { names, offsets, starts } = scanObjects(content, first);
  for (const offset of offsets) {
    let start = first + offset;
    while (start < content.length && /[\0\t\n\f\r ]/.test(content.toString('latin1', start, start + 1))) start += 1;
    if (start < content.length && !starts.has(start)) throw new PdfSyntaxError('object inside another token');
  }
  return names;
}

interface ScannedObjects {
  readonly names: string[];
  /** Where the header announces each object, from `First` on. */
  readonly offsets: readonly number[];
  /** Where a token begins outside any dictionary or array. */
  readonly starts: ReadonlySet<number>;
}

function scanObjects(content: Buffer, first: number): ScannedObjects {
  const names: string[] = [];
  const header: number[] = [];
  const starts = new Set<number>();
  let depth = 0;

  let token = nextToken(content, 0, true);
  let at = 0;
  for (; token; token = nextToken(content, at, true)) {
    at = token.end;

    // Before `First` stand pairs of numbers: the number of an object and its offset.
    if (token.start < first) {
      if (token.kind !== 'word' || !/^[0-9]{1,10}$/.test(token.text)) throw new PdfSyntaxError('object stream header');
      header.push(Number(token.text));
      continue;
    }

    if (token.kind === 'close-dict' || token.kind === 'close-array') depth -= 1;
    if (depth === 0) starts.add(token.start);
    if (token.kind === 'open-dict' || token.kind === 'open-array') depth += 1;
    if (token.kind === 'name') names.push(token.text);
  }

  requireEnd(content, at);
  return { names, offsets: header.filter((_, index) => index % 2 === 1), starts };
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
