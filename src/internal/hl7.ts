import { TerrESanteError } from '../errors.ts';

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

const delimiters: ReadonlyMap<string, string> = new Map([
  ['E', '\\'],
  ['F', '|'],
  ['S', '^'],
  ['T', '&'],
  ['R', '~'],
]);

/** The inverse of {@link escapeHl7}; an unknown escape stays as it is. */
export function unescapeHl7(value: string): string {
  return value.replace(/\\([EFSTR])\\/g, (escape, letter: string) => delimiters.get(letter) ?? escape);
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
