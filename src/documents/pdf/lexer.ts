/** What one token of the file body is. Only names, keywords and numbers carry their text. */
export type TokenKind = 'name' | 'word' | 'string' | 'open-dict' | 'close-dict' | 'open-array' | 'close-array';

export interface Token {
  readonly kind: TokenKind;
  /** Name decoded, keyword or number as written; empty for the others. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** An object header stands inside a string or a comment passed on the way. */
  readonly hidden: boolean;
}

export class PdfSyntaxError extends Error {}

const maxTokenBytes = 4 * 1024 * 1024;
const maxWordBytes = 1024;
const objectHeader = /[0-9][\0\t\n\f\r ]+[0-9]+[\0\t\n\f\r ]+obj/;

const isSpace = (code: number): boolean =>
  code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09 || code === 0x00 || code === 0x0c;
const isDelimiter = (code: number): boolean =>
  code === 0x28 || // (
  code === 0x29 || // )
  code === 0x3c || // <
  code === 0x3e || // >
  code === 0x5b || // [
  code === 0x5d || // ]
  code === 0x7b || // {
  code === 0x7d || // }
  code === 0x2f || // /
  code === 0x25; // %

/** Whether an object header (`12 0 obj`) stands in these bytes. */
export function holdsObjectHeader(bytes: Buffer): boolean {
  for (let at = bytes.indexOf('obj'); at >= 0; at = bytes.indexOf('obj', at + 3)) {
    if (at > 3 && objectHeader.test(bytes.toString('latin1', Math.max(0, at - 40), at + 3))) return true;
  }
  return false;
}

function tooLong(from: number, at: number): void {
  if (at - from > maxTokenBytes) throw new PdfSyntaxError('token too long');
}

function endOfLiteral(bytes: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < bytes.length; at += 1) {
    const code = bytes[at];
    if (code === 0x5c) at += 1;
    else if (code === 0x28) depth += 1;
    else if (code === 0x29) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

function decodeName(raw: string): string {
  return raw.includes('#')
    ? raw.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : raw;
}

/**
 * Reads the next token from `from`. `null`: the bytes end inside it (or hold nothing more) and more
 * are needed.
 *
 * @param last - No more bytes follow, so a word at the end is complete.
 * @throws PdfSyntaxError when a token is longer than any sane one.
 */
export function nextToken(bytes: Buffer, from: number, last: boolean): Token | null {
  let at = from;
  let hidden = false;
  for (;;) {
    while (at < bytes.length && isSpace(bytes[at] ?? 0)) at += 1;
    if (bytes[at] !== 0x25) break;
    let end = at;
    while (end < bytes.length && bytes[end] !== 0x0a && bytes[end] !== 0x0d) end += 1;
    tooLong(at, end);
    if (end === bytes.length && !last) return null;
    if (holdsObjectHeader(bytes.subarray(at, end))) hidden = true;
    at = end;
  }
  const code = bytes[at];
  if (code === undefined) return null;
  const short = (kind: TokenKind, length: number): Token => ({ kind, text: '', start: at, end: at + length, hidden });
  if (code === 0x5b) return short('open-array', 1);
  if (code === 0x5d) return short('close-array', 1);
  if (code === 0x28) {
    const end = endOfLiteral(bytes, at);
    tooLong(at, end < 0 ? bytes.length : end);
    if (end < 0) return null;
    return { kind: 'string', text: '', start: at, end, hidden: hidden || holdsObjectHeader(bytes.subarray(at, end)) };
  }
  if (code === 0x3c || code === 0x3e) {
    if (at + 1 >= bytes.length && !last) return null;
    if (bytes[at + 1] === code) return short(code === 0x3c ? 'open-dict' : 'close-dict', 2);
    if (code === 0x3e) throw new PdfSyntaxError('stray >');
    const end = bytes.indexOf(0x3e, at);
    tooLong(at, end < 0 ? bytes.length : end);
    return end < 0 ? null : short('string', end + 1 - at);
  }
  let end = at + 1;
  while (end < bytes.length && !isSpace(bytes[end] ?? 0) && !isDelimiter(bytes[end] ?? 0)) end += 1;
  if (end - at > maxWordBytes) throw new PdfSyntaxError('word too long');
  if (end === bytes.length && !last) return null;
  const isName = code === 0x2f;
  const raw = bytes.toString('latin1', isName ? at + 1 : at, end);
  return { kind: isName ? 'name' : 'word', text: isName ? decodeName(raw) : raw, start: at, end, hidden };
}
