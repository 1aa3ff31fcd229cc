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
 * offset into a string or a comment would show a reader something else than what is seen here.
 *
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
  const names: string[] = [];
  const numbers: number[] = [];
  const starts = new Set<number>();
  let depth = 0;
  for (let at = 0; ;) {
    const token = nextToken(content, at, true);
    if (!token) {
      if (!/^[\0\t\n\f\r ]*(?:%|$)/.test(content.toString('latin1', at, at + 200))) {
        throw new PdfSyntaxError('token not closed');
      }
      break;
    }
    at = token.end;
    if (token.start < first) {
      if (token.kind !== 'word' || !/^[0-9]{1,10}$/.test(token.text)) throw new PdfSyntaxError('object stream header');
      numbers.push(Number(token.text));
      continue;
    }
    if (token.kind === 'close-dict' || token.kind === 'close-array') depth -= 1;
    if (depth === 0) starts.add(token.start);
    if (token.kind === 'open-dict' || token.kind === 'open-array') depth += 1;
    if (token.kind === 'name') names.push(token.text);
  }
  for (let index = 1; index < numbers.length; index += 2) {
    let start = first + (numbers[index] ?? 0);
    while (start < content.length && /[\0\t\n\f\r ]/.test(content.toString('latin1', start, start + 1))) start += 1;
    if (start < content.length && !starts.has(start)) throw new PdfSyntaxError('object inside another token');
  }
  return names;
}
