import { TerrESanteError } from '../errors.ts';
import { isOid } from './oid.ts';

const control = /[\0-\x1F\x7F]/;

/**
 * Escapes the delimiters of HL7 v2 inside one component (HL7 v2.5, section 2.7.1). Control
 * characters are refused: they could start another segment.
 */
export function escapeHl7(value: string): string {
  if (control.test(value)) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Une valeur contient un caractère de contrôle interdit en HL7.');
  }

  return value
    .replaceAll('\\', '\\E\\')
    .replaceAll('|', '\\F\\')
    .replaceAll('^', '\\S\\')
    .replaceAll('&', '\\T\\')
    .replaceAll('~', '\\R\\');
}

/** The null of HL7 v2: the sender asks to delete the value; an empty field leaves it alone. */
export const hl7Null = '""';

const delimiters: ReadonlyMap<string, string> = new Map([
  ['E', '\\'],
  ['F', '|'],
  ['S', '^'],
  ['T', '&'],
  ['R', '~'],
  ['P', '#'],
]);

/**
 * The escapes that a reader can know, from left to right: a delimiter; breaks of line, with the
 * spaces around them; highlighting and indentation; characters by their code, of which one may be
 * several escapes.
 */
const escapes =
  /\\(?<delimiter>[EFSTRP])\\|(?<lines> {0,4}(?:\\\.(?:br|ce|s[pk][+-]?\d{0,3})\\ {0,4})+)|\\(?:[HN]|\.(?:fi|nf|(?:in|ti)[+-]?\d{1,3}))\\|(?<codes>(?:\\X(?:[0-9A-Fa-f]{2})+\\)+)|(?<other>\\(?:[CMZ][^\\]{0,32}\\)?)/g;

/** Component of a message, decoded. */
export interface DecodedHl7 {
  readonly text: string;
  /**
   * `kept`: something that only the sender can read stands in the text as it was written.
   * `charset`: bytes that are no UTF-8 were read as ISO 8859-1.
   */
  readonly doubt: 'kept' | 'charset' | null;
}

/**
 * Decodes the escapes of one component: delimiters, characters by their code, line breaks and
 * highlighting. What is local to a sender (`\Z…\`, other alphabets) stays as it is written.
 *
 * @see HL7 v2.5, section 2.7: use of escape sequences in text fields
 */
export function decodeHl7(value: string): DecodedHl7 {
  if (!value.includes('\\')) return { text: value, doubt: null };

  let doubt: DecodedHl7['doubt'] = null;
  let text = '';
  let end = 0;
  for (const { 0: whole, index, groups = {} } of value.matchAll(escapes)) {
    text += value.slice(end, index);
    end = index + whole.length;

    const { delimiter, lines, codes, other } = groups;
    if (delimiter !== undefined) text += delimiters.get(delimiter) ?? '';
    // One line: a break at its start or its end is nothing.
    else if (lines !== undefined) text += index === 0 || end === value.length ? '' : ' ';
    else if (codes !== undefined || other !== undefined) {
      const read = codes === undefined ? null : charactersOf(codes);
      text += read?.text ?? whole;
      if (read?.doubt !== null) doubt ??= read?.doubt ?? 'kept';
    }
  }
  return { text: text + value.slice(end), doubt };
}

/** The characters of a run of `\X…\`; `null` when one of them is a control character. */
function charactersOf(escape: string): DecodedHl7 | null {
  const bytes = Uint8Array.from(escape.match(/[0-9A-Fa-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));
  const utf8 = readUtf8(bytes);
  const text = (utf8 ?? String.fromCharCode(...bytes)).replaceAll(/[\t\r\n]+/g, ' ');

  if (/[\0-\x1F\x7F-\x9F]/.test(text)) return null;
  return { text, doubt: utf8 === null ? 'charset' : null };
}

function readUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The text of a component, decoded: see {@link decodeHl7}. */
export function unescapeHl7(value: string): string {
  return decodeHl7(value).text;
}

/**
 * An identifier is never escaped: a delimiter inside it is refused (it would name another patient).
 */
export function refuseHl7Delimiters(value: string, what: string): string {
  if (value === '' || /[\\|^&~]/.test(value) || control.test(value)) {
    throw new TerrESanteError('TE_INPUT_INVALID', `${what} : vide ou contenant un délimiteur HL7.`);
  }
  return value;
}

export interface CxParts {
  readonly id: string;
  readonly oid: string;
  /** HL7 table 0203: `NH` for an INS in XDS, `PI` for a local identifier. */
  readonly type: string;
  /** CX-4.1, empty in XDS metadata. */
  readonly namespace?: string | undefined;
  /** CX-4.3, `ISO` for an OID. */
  readonly universalType?: string | undefined;
}

/** `id^^^namespace&oid&ISO^type` */
export function formatCx({ id, oid, type, namespace = '', universalType = 'ISO' }: CxParts): string {
  const authority = namespace === '' ? '' : refuseHl7Delimiters(namespace, 'Domaine');
  return `${refuseHl7Delimiters(id, 'Identifiant')}^^^${authority}&${refuseHl7Delimiters(oid, 'OID')}&${universalType}^${type}`;
}

/** Reads the French CX form; `null` when the shape is another. */
export function parseCx(value: string): Required<CxParts> | null {
  const match = /^([^^&|~\\]+)\^\^\^([^^&|~\\]*)&([^^&|~\\]*)&([^^&|~\\]*)\^([A-Z]*)$/.exec(value);
  if (!match) return null;

  const [, id = '', namespace = '', oid = '', universalType = '', type = ''] = match;
  return { id, namespace, oid, universalType, type };
}

/**
 * The identifier and its domain, in any spelling of a CX: with or without the type, the name of the
 * domain, check digit or dates, the OID as a URN or in the place of the name. Two spellings of one
 * identifier are one patient. `null` when it is none, or several.
 */
export function cxIdentity(value: string): { readonly id: string; readonly oid: string } | null {
  const [first = '', , , authority = ''] = value.split('^');
  const [namespace = '', universal = ''] = authority.split('&');
  const domain = (universal === '' ? namespace : universal).trim().replace(/^urn:oid:/i, '');

  const id = unescapeHl7(first).trim();
  if (value.includes('~') || id === '' || id === hl7Null || !isOid(domain)) return null;
  return { id, oid: domain };
}
