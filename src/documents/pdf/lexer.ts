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

/** A PDF that cannot be read, so that is refused. */
export class PdfSyntaxError extends Error {}

const maxTokenBytes = 4 * 1024 * 1024;
const maxWordBytes = 1024;
const objectHeader = /[0-9][\0\t\n\f\r ]+[0-9]+[\0\t\n\f\r ]+obj/;

const endOfFile = Buffer.from('%%EOF');

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

/**
 * Reads the next token from `from`. `null`: the bytes end inside it (or hold nothing more) and more
 * are needed.
 *
 * @param last - No more bytes follow, so a word at the end is complete.
 * @throws PdfSyntaxError when a token is longer than any sane one.
 */
export function nextToken(bytes: Buffer, from: number, last: boolean): Token | null {
  let at = endOfSpaces(bytes, from);
  let hidden = false;
  if (bytes[at] === 0x25) {
    const comments = passComments(bytes, at, last);
    if (!comments) return null;
    ({ at, hidden } = comments);
  }

  switch (bytes[at]) {
    case undefined:
      return null;
    case 0x5b: // [
      return mark('open-array', at, 1, hidden);
    case 0x5d: // ]
      return mark('close-array', at, 1, hidden);
    case 0x28: // (
      return literalString(bytes, at, hidden);
    case 0x3c: // <
      if (at + 1 >= bytes.length && !last) return null;
      return bytes[at + 1] === 0x3c ? mark('open-dict', at, 2, hidden) : hexString(bytes, at, hidden);
    case 0x3e: // >
      if (at + 1 >= bytes.length && !last) return null;
      if (bytes[at + 1] !== 0x3e) throw new PdfSyntaxError('stray >');
      return mark('close-dict', at, 2, hidden);
    default:
      return nameOrWord(bytes, at, last, hidden);
  }
}

function endOfSpaces(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && isSpace(bytes[at] ?? 0)) at += 1;
  return at;
}

/** A token that is one or two signs. */
function mark(kind: TokenKind, start: number, length: number, hidden: boolean): Token {
  return { kind, text: '', start, end: start + length, hidden };
}

interface Comments {
  /** Where the next token begins. */
  readonly at: number;
  /** An object header stands in a comment that was passed. */
  readonly hidden: boolean;
}

/** Passes comments and spaces; `null` when a comment does not end in these bytes. */
function passComments(bytes: Buffer, from: number, last: boolean): Comments | null {
  let at = from;
  let hidden = false;
  while (bytes[at] === 0x25) {
    let end = at;
    while (end < bytes.length && bytes[end] !== 0x0a && bytes[end] !== 0x0d) end += 1;
    requireSane(at, end);
    if (end === bytes.length && !last) return null;

    // An update may follow the marker at once, without an end of line.
    if (end - at > endOfFile.length && endOfFile.equals(bytes.subarray(at, at + endOfFile.length))) {
      end = at + endOfFile.length;
    }

    if (holdsObjectHeader(bytes.subarray(at, end))) hidden = true;
    at = endOfSpaces(bytes, end);
  }
  return { at, hidden };
}

/** Longer texts are no path. */
const maxTextBytes = 600;

/** The beginning of a string token as text: escapes, hexadecimal and UTF-16 decoded. */
export function stringText(bytes: Buffer, { start, end }: Token): string {
  const raw = bytes.subarray(start + 1, Math.min(end - 1, start + maxTextBytes));
  const value = bytes[start] === 0x3c ? Buffer.from(hexDigits(raw), 'hex') : unescaped(raw);
  if (value[0] === 0xfe && value[1] === 0xff) {
    return Buffer.from(value.subarray(2, value.length - (value.length % 2)))
      .swap16()
      .toString('utf16le');
  }
  return value.toString('latin1');
}

const hexDigits = (raw: Buffer): string => raw.toString('latin1').replaceAll(/[^0-9A-Fa-f]/g, '');

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function unescaped(raw: Buffer): Buffer {
  const text = raw
    .toString('latin1')
    .replaceAll(/\\(?:([0-7]{1,3})|(\r\n|[\s\S]))/g, (_, octal: string | undefined, other: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) % 256);
      return /^[\r\n]/.test(other) ? '' : (escapes[other] ?? other);
    });
  return Buffer.from(text, 'latin1');
}

/** `(…)`, with balanced parentheses and escapes. */
function literalString(bytes: Buffer, at: number, hidden: boolean): Token | null {
  const end = endOfLiteral(bytes, at);
  requireSane(at, end ?? bytes.length);
  if (end === null) return null;

  return { kind: 'string', text: '', start: at, end, hidden: hidden || holdsObjectHeader(bytes.subarray(at, end)) };
}

function endOfLiteral(bytes: Buffer, from: number): number | null {
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
  return null;
}

/** `<48656c6c6f>` */
function hexString(bytes: Buffer, at: number, hidden: boolean): Token | null {
  const end = bytes.indexOf(0x3e, at);
  requireSane(at, end < 0 ? bytes.length : end);

  return end < 0 ? null : { kind: 'string', text: '', start: at, end: end + 1, hidden };
}

function nameOrWord(bytes: Buffer, at: number, last: boolean, hidden: boolean): Token | null {
  let end = at + 1;
  while (end < bytes.length && !isSpace(bytes[end] ?? 0) && !isDelimiter(bytes[end] ?? 0)) end += 1;
  if (end - at > maxWordBytes) throw new PdfSyntaxError('word too long');
  if (end === bytes.length && !last) return null;

  if (bytes[at] !== 0x2f) {
    return { kind: 'word', text: bytes.toString('latin1', at, end), start: at, end, hidden };
  }
  return { kind: 'name', text: decodeName(bytes.toString('latin1', at + 1, end)), start: at, end, hidden };
}

function decodeName(raw: string): string {
  if (!raw.includes('#')) return raw;
  return raw.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function requireSane(from: number, to: number): void {
  if (to - from > maxTokenBytes) throw new PdfSyntaxError('token too long');
}
