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

/** Reads a `Name` (RFC 5280, section 4.1.2.4). */
export function readName(node: Der): DistinguishedName {
  return derChildren(derExpect(node, 0x30, 'nom')).map((rdn) =>
    derChildren(derExpect(rdn, 0x31, 'RDN')).map((pair) => {
      const [type, value] = derChildren(derExpect(pair, 0x30, 'attribut de nom'));
      if (!value) throw derError('attribut de nom vide');
      return {
        oid: derOid(derExpect(type, 0x06, 'OID')),
        value: derString(value),
        hex: Buffer.from(value.raw).toString('hex'),
      };
    }),
  );
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
  const one = ({ oid, value, hex }: NameAttribute): string => {
    const keyword = keywords[oid];
    if (keyword === undefined || value === null || (style === 'rfc2253' && !rfc2253.has(keyword))) {
      return `${oid}=#${hex}`;
    }
    return `${keyword}=${escapeValue(value)}`;
  };
  return [...name]
    .reverse()
    .map((group) => (groupOrder === 'der' ? group : [...group].reverse()).map(one).join('+'))
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

/**
 * Reads a string form; `null` when it is none. Relative names come back in string order (most
 * specific first).
 */
function parseName(source: string): ParsedPair[][] | null {
  const names: ParsedPair[][] = [[]];
  let index = 0;
  for (;;) {
    const equals = source.indexOf('=', index);
    if (equals < 0) return null;
    const type = source.slice(index, equals).trim();
    const oid = /^\d+(?:\.\d+)+$/.test(type) ? type : aliases.get(type.toUpperCase());
    if (oid === undefined) return null;
    index = equals + 1;
    const bytes: number[] = [];
    let raw = '';
    let escaped = false;
    for (; index < source.length && source[index] !== ',' && source[index] !== '+'; index += 1) {
      const char = source[index] ?? '';
      if (char !== '\\') {
        raw += char;
        bytes.push(...Buffer.from(String.fromCodePoint(source.codePointAt(index) ?? 0), 'utf8'));
        if ((source.codePointAt(index) ?? 0) > 0xffff) index += 1;
        continue;
      }
      escaped = true;
      const pair = source.slice(index + 1, index + 3);
      if (/^[0-9A-Fa-f]{2}$/.test(pair)) {
        bytes.push(Number.parseInt(pair, 16));
        index += 2;
      } else {
        const next = source[index + 1];
        if (next === undefined) return null;
        bytes.push(...Buffer.from(next, 'utf8'));
        index += 1;
      }
    }
    const value =
      !escaped && raw.startsWith('#')
        ? decodeHexValue(raw.slice(1))
        : Buffer.from(Uint8Array.from(bytes)).toString('utf8');
    if (value === null) return null;
    names.at(-1)?.push({ oid, value });
    if (index >= source.length) return names;
    if (source[index] === ',') names.push([]);
    index += 1;
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
