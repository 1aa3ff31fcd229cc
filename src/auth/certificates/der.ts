import { TerrESanteError } from '../../errors.ts';
import { fill } from '../../internal/finding.ts';
import { certificateFaults, type CertificateFault } from './faults.ts';

/** One TLV of a DER encoding. */
export interface Der {
  /** First byte: class, constructed bit and number (numbers above 30 are refused). */
  readonly tag: number;
  readonly content: Uint8Array;
  /** Header and content. */
  readonly raw: Uint8Array;
}

/** The error of everything that cannot be read; `details` fill the places of its sentence. */
export function derError(reason: CertificateFault, details: Readonly<Record<string, string>> = {}): TerrESanteError {
  return new TerrESanteError(
    'TE_CERTIFICATE_INVALID',
    `Certificat illisible : ${fill(certificateFaults[reason].fr, details)}.`,
    { details: { reason, ...details } },
  );
}

/** A length written in `count` bytes, as few as it needs. */
function longLength(bytes: Uint8Array, offset: number, count: number): number {
  if (count === 0 || count > 4) throw derError('length-form');

  let length = 0;
  for (let index = offset; index < offset + count; index += 1) {
    const byte = bytes[index];
    if (byte === undefined) throw derError('truncated');
    length = length * 256 + byte;
  }

  if (length < 0x80 || length < 256 ** (count - 1)) throw derError('length-not-minimal');
  return length;
}

/**
 * Reads the TLV at `offset`. Only DER is taken: a length is definite, written in the fewest bytes
 * (X.690, section 10.1), and not beyond what is there. In BER one certificate has many encodings,
 * and so many fingerprints; in DER it has one.
 */
export function derAt(bytes: Uint8Array, offset = 0): { readonly node: Der; readonly next: number } {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) throw derError('truncated');
  if ((tag & 0x1f) === 0x1f) throw derError('high-tag');

  // Up to 127 the byte is the length; beyond, it counts the bytes of the length that follow.
  const count = first < 0x80 ? 0 : first & 0x7f;
  const start = offset + 2 + count;
  const length = first < 0x80 ? first : longLength(bytes, offset + 2, count);

  const next = start + length;
  if (next > bytes.length) throw derError('truncated');
  return { node: { tag, content: bytes.subarray(start, next), raw: bytes.subarray(offset, next) }, next };
}

/** The one TLV that fills the bytes. */
export function derWhole(bytes: Uint8Array): Der {
  const { node, next } = derAt(bytes);
  if (next !== bytes.length) throw derError('trailing');
  return node;
}

export function derChildren(parent: Der): Der[] {
  const out: Der[] = [];
  for (let offset = 0; offset < parent.content.length;) {
    const { node, next } = derAt(parent.content, offset);
    out.push(node);
    offset = next;
  }
  return out;
}

/** The TLV of a field, named as in its standard, which must carry this tag. */
export function derExpect(node: Der | undefined, tag: number, field: string): Der {
  if (node?.tag !== tag) throw derError('type', { field });
  return node;
}

/** Deeper than any certificate, list or answer. */
const maxDepth = 24;

/**
 * Reads a TLV to its leaves. A universal type has one form in DER: SEQUENCE and SET are made of
 * parts, all others are not (X.690, sections 8.9 to 8.12 and 10.2).
 */
export function requireDer(node: Der, depth = 0): void {
  const constructed = (node.tag & 0x20) !== 0;
  if (node.tag < 0x40 && constructed !== hasParts(node.tag & 0x1f)) throw derError('constructed');
  if (!constructed) return;

  if (depth >= maxDepth) throw derError('depth');
  for (const child of derChildren(node)) requireDer(child, depth + 1);
}

/** SEQUENCE and SET. */
function hasParts(number: number): boolean {
  return number === 0x10 || number === 0x11;
}

/** A BOOLEAN: DER writes `true` as FF alone (X.690, section 11.1). */
export function derBoolean(node: Der): boolean {
  const [value] = derExpect(node, 0x01, 'BOOLEAN').content;
  if (node.content.length !== 1 || (value !== 0x00 && value !== 0xff)) throw derError('boolean');
  return value === 0xff;
}

/** An OBJECT IDENTIFIER in dotted form; an arc has no leading zero byte (X.690, section 8.19.2). */
export function derOid(node: Der): string {
  const bytes = node.content;
  const arcs: number[] = [];
  let value = 0;
  let begins = true;

  // Each arc in groups of seven bits; the last one has its high bit clear.
  for (const byte of bytes) {
    if (begins && byte === 0x80) throw derError('oid-form');
    begins = byte < 0x80;

    if (value > 2 ** 45) throw derError('oid-size');
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(value);
      value = 0;
    }
  }

  // The first two arcs share one number (X.690, section 8.19.4).
  const [head, ...rest] = arcs;
  if (head === undefined || (bytes.at(-1) ?? 0x80) >= 0x80) throw derError('oid-truncated');
  const root = Math.min(Math.floor(head / 40), 2);
  return [root, head - root * 40, ...rest].join('.');
}

const utf8String = 0x0c;
const bmpString = 0x1e;
/** NumericString, PrintableString, T61String and IA5String. */
const latin1Strings: ReadonlySet<number> = new Set([0x12, 0x13, 0x14, 0x16]);

const utf8 = new TextDecoder('utf-8', { fatal: true });
const utf16 = new TextDecoder('utf-16be', { fatal: true });

/**
 * A string by its tag, or `null` when the tag is no string or the bytes do not fit it. T61String is
 * read as Latin-1: that is what the cards of the former IGC-CPS hold.
 */
export function derString({ tag, content }: Der): string | null {
  if (latin1Strings.has(tag)) return Buffer.from(content).toString('latin1');

  try {
    if (tag === utf8String) return utf8.decode(content);
    return tag === bmpString ? utf16.decode(content) : null;
  } catch {
    return null;
  }
}

/** Two digits of a year stand for 1950 to 2049. */
function centuryOf(year: number): number {
  return year < 50 ? 2000 : 1900;
}

/**
 * A time of an OCSP answer: a GeneralizedTime as in certificates (RFC 6960, section 4.2.2.1), or
 * one with fractions of a second in their DER form (X.690, section 11.7), which RFC 2560 left open
 * and older responders write. The fraction is dropped.
 */
export function derOcspTime({ tag, content, raw }: Der): number {
  if (tag !== 0x18) throw derError('date-form');
  const fraction = /^(\d{14})\.\d{0,8}[1-9]Z$/.exec(Buffer.from(content).toString('latin1'));
  return derTime(fraction ? { tag, content: Buffer.from(`${fraction[1]}Z`), raw } : { tag, content, raw });
}

/** UTCTime or GeneralizedTime in UTC, in milliseconds (RFC 5280, section 4.1.2.5). */
export function derTime({ tag, content }: Der): number {
  const value = Buffer.from(content).toString('latin1');
  const match = (
    tag === 0x17 ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/ : /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/
  ).exec(value);
  if (!match || (tag !== 0x17 && tag !== 0x18)) throw derError('date-form');
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const time = Date.UTC(tag === 0x17 ? centuryOf(year) + year : year, month - 1, day, hour, minute, second);
  // 30 February would silently become 2 March.
  const written = new Date(time).toISOString().replaceAll(/\D/g, '').slice(0, 14);
  if (!written.endsWith(value.slice(0, -1))) throw derError('date-impossible');
  return time;
}

export function derSmallInteger({ tag, content }: Der): number | null {
  if (tag !== 0x02 || content.length === 0 || content.length > 4) return null;
  return Buffer.from(content).readIntBE(0, content.length);
}
