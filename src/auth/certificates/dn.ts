import { derChildren, derError, derExpect, derOid, derString, derWhole, type Der } from './der.ts';

/** One attribute of a name. @group Certificates */
export interface NameAttribute {
  /** Dotted OID of the attribute type. */
  readonly oid: string;
  /** Decoded by its string tag; `null` when it is no string. */
  readonly value: string | null;
  /** BER of the value, tag included, in lower-case hexadecimal. */
  readonly hex: string;
}

/**
 * A distinguished name: the relative names in the order of the DER, each with its attributes in the
 * order of the DER.
 *
 * @group Certificates
 */
export type DistinguishedName = readonly (readonly NameAttribute[])[];

const keywords: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '2.5.4.65': 'pseudonym',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};

/** The keywords of RFC 2253, section 2.3: all that Java's RFC 2253 output knows. */
const rfc2253: ReadonlySet<string> = new Set(['CN', 'L', 'ST', 'O', 'OU', 'C', 'STREET', 'DC', 'UID']);

const aliases: ReadonlyMap<string, string> = new Map([
  ...Object.entries(keywords).map(([oid, keyword]) => [keyword.toUpperCase(), oid] as const),
  ['G', '2.5.4.42'],
  ['GIVENNAME', '2.5.4.42'],
  ['SURNAME', '2.5.4.4'],
  ['S', '2.5.4.8'],
  ['T', '2.5.4.12'],
]);

/** The attributes of one relative name. */
export function readGroup(pairs: readonly Der[]): readonly NameAttribute[] {
  return pairs.map((pair) => {
    const [type, value] = derChildren(derExpect(pair, 0x30, 'AttributeTypeAndValue'));
    if (!value) throw derError('empty-attribute');
    return {
      oid: derOid(derExpect(type, 0x06, 'OBJECT-IDENTIFIER')),
      value: derString(value),
      hex: Buffer.from(value.raw).toString('hex'),
    };
  });
}

/** Reads a `Name` (RFC 5280, section 4.1.2.4). */
export function readName(node: Der): DistinguishedName {
  return derChildren(derExpect(node, 0x30, 'Name')).map((rdn) =>
    readGroup(derChildren(derExpect(rdn, 0x31, 'RelativeDistinguishedName'))),
  );
}

/** Letter case and blanks do not count in a name (RFC 5280, section 7.1; RFC 4518, section 2). */
const folded = (value: string): string => value.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();

/**
 * A text that two names share when they are the same one: by value, whatever their string types,
 * letter case and blanks, attributes of one relative name in any order.
 *
 * @see RFC 5280, section 7.1
 */
export function nameKey(name: DistinguishedName): string {
  const part = ({ oid, value, hex }: NameAttribute): string =>
    JSON.stringify([oid, value === null ? `#${hex}` : folded(value)]);
  return JSON.stringify(name.map((group) => group.map(part).sort()));
}

function escapeValue(value: string): string {
  return value
    .replaceAll(/[\\,+"<>;]/g, '\\$&')
    .replaceAll('\0', '\\00')
    .replace(/^[# ]/, '\\$&')
    .replace(/(?<=[^\\]|\\\\) $/, '\\ ');
}

/** How {@link formatName} writes a name. @group Certificates */
export interface NameFormat {
  /**
   * `keywords`: `GN=`, `SN=`, `title=` (default). `rfc2253`: only the keywords of RFC 2253, the
   * others as OID and hexadecimal BER, as Java does. Both forms have been accepted by the DMP.
   */
  readonly style?: 'keywords' | 'rfc2253' | undefined;
  /** Order inside a multi-valued relative name. @defaultValue `der` */
  readonly groupOrder?: 'der' | 'reversed' | undefined;
}

/**
 * Writes a name in the string form of RFC 2253 and RFC 4514: the most specific relative name first,
 * characters outside ASCII unescaped.
 *
 * @see RFC 4514, section 2
 * @group Certificates
 */
export function formatName(
  name: DistinguishedName,
  { style = 'keywords', groupOrder = 'der' }: NameFormat = {},
): string {
  const written = ({ oid, value, hex }: NameAttribute): string => {
    const keyword = keywords[oid];
    if (keyword === undefined || value === null || (style === 'rfc2253' && !rfc2253.has(keyword))) {
      return `${oid}=#${hex}`;
    }
    return `${keyword}=${escapeValue(value)}`;
  };

  return [...name]
    .reverse()
    .map((group) => (groupOrder === 'der' ? group : [...group].reverse()).map(written).join('+'))
    .join(',');
}

interface ParsedPair {
  readonly oid: string;
  readonly value: string;
}

function decodeHexValue(hex: string): string | null {
  if (!/^(?:[0-9A-Fa-f]{2}){2,4096}$/.test(hex)) return null;
  try {
    return derString(derWhole(Buffer.from(hex, 'hex'))) ?? `#${hex.toLowerCase()}`;
  } catch {
    return null;
  }
}

/** The OID of an attribute type: dotted, or by its keyword in any case. */
function oidOf(type: string): string | undefined {
  return /^\d+(?:\.\d+)+$/.test(type) ? type : aliases.get(type.toUpperCase());
}

/** An escape: two hexadecimal digits, or one character; `null` at the end of the text. */
function readEscape(source: string, backslash: number): { readonly bytes: Uint8Array; readonly next: number } | null {
  const pair = source.slice(backslash + 1, backslash + 3);
  if (/^[0-9A-Fa-f]{2}$/.test(pair)) return { bytes: Buffer.from(pair, 'hex'), next: backslash + 3 };

  const char = source[backslash + 1];
  return char === undefined ? null : { bytes: Buffer.from(char, 'utf8'), next: backslash + 2 };
}

/** A value up to the next `,` or `+`, its escapes undone; `null` when it cannot be read. */
function readValue(source: string, start: number): { readonly value: string; readonly next: number } | null {
  const parts: Uint8Array[] = [];
  let escaped = false;
  let index = start;

  for (let char = source[index]; char !== undefined && char !== ',' && char !== '+'; char = source[index]) {
    if (char === '\\') {
      const escape = readEscape(source, index);
      if (!escape) return null;
      escaped = true;
      parts.push(escape.bytes);
      index = escape.next;
    } else {
      // A character beyond the basic plane takes two units.
      const whole = String.fromCodePoint(source.codePointAt(index) ?? 0);
      parts.push(Buffer.from(whole, 'utf8'));
      index += whole.length;
    }
  }

  const text = Buffer.concat(parts).toString('utf8');
  const value = !escaped && text.startsWith('#') ? decodeHexValue(text.slice(1)) : text;
  return value === null ? null : { value, next: index };
}

/**
 * Reads a string form; `null` when it is none. Relative names come back in string order (most
 * specific first).
 */
function parseName(source: string): ParsedPair[][] | null {
  let group: ParsedPair[] = [];
  const names = [group];

  for (let index = 0; ;) {
    const equals = source.indexOf('=', index);
    if (equals < 0) return null;
    const oid = oidOf(source.slice(index, equals).trim());
    if (oid === undefined) return null;

    const read = readValue(source, equals + 1);
    if (!read) return null;
    group.push({ oid, value: read.value });
    if (read.next >= source.length) return names;

    // A comma begins the next relative name; a plus sign goes on with this one.
    if (source[read.next] === ',') names.push((group = []));
    index = read.next + 1;
  }
}

const keyOf = (pairs: readonly ParsedPair[]): string =>
  JSON.stringify(pairs.map(({ oid, value }) => [oid, value]).sort((a, b) => (String(a) < String(b) ? -1 : 1)));

/**
 * Tells whether a string form names the same thing as a decoded name. Attributes of one relative
 * name are a set: their order does not count (X.501). Keywords, OIDs and hexadecimal values compare
 * as equal.
 *
 * @group Certificates
 */
export function sameName(name: DistinguishedName, source: string): boolean {
  if (source.length > 4096) return false;
  const parsed = parseName(source);
  if (parsed?.length !== name.length) return false;
  return [...name]
    .reverse()
    .every(
      (group, index) =>
        keyOf(group.map(({ oid, value, hex }) => ({ oid, value: value ?? `#${hex}` }))) === keyOf(parsed[index] ?? []),
    );
}

/** First value of an attribute type, from the most specific relative name on. */
export function nameValue(name: DistinguishedName, oid: string): string | null {
  for (let index = name.length - 1; index >= 0; index -= 1) {
    for (const attribute of name[index] ?? []) {
      if (attribute.oid === oid && attribute.value !== null) return attribute.value;
    }
  }
  return null;
}
