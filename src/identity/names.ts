import { errorIssue, IdentityError, type IdentityIssueCode } from './issue.ts';

/** Which rules a name follows. */
export type NameProfile = 'birth-name' | 'given-name';

/** Options of {@link normalizeBirthName} and {@link normalizeGivenName}. @group Names */
export interface NormalizeNameOptions {
  /** Turn several spaces in a row into one instead of refusing them. @defaultValue `false` */
  readonly collapse?: boolean | undefined;
}

export interface NameFault {
  readonly code: IdentityIssueCode;
  /** Offset of the character, when one is at fault. */
  readonly position?: number;
}

/** Protection of the SDK against oversized input, not a rule of the referential. */
const maxLength = 1000;

const apostrophes = /[\u2018\u2019\u02BC\u00B4`]/g;
const hyphens = /[\u2010-\u2015\u2212]/g;
const spaces = /[\u00A0\u202F\u2007]/g;
// The grave accent is taken for an apostrophe.
const plainAscii = /^[^`\x80-\uFFFF]*$/;
const foreign = /[^\p{L}\p{M} '-]/u;
// A mark that nothing carries, or more marks on one letter than any writing uses.
const looseMarks = /(?:^|[^\p{L}\p{M}])\p{M}|\p{M}{5}/u;
/** Capitals that Unicode does not decompose. */
const withoutDecomposition: Readonly<Record<string, string>> = {
  Œ: 'OE',
  Æ: 'AE',
  ẞ: 'SS',
  Ø: 'O',
  Đ: 'D',
  Ð: 'D',
  Ł: 'L',
  Þ: 'TH',
};

/**
 * Faults of a name that is already in capitals; one pass, no allocation when the name is right.
 * `undefined` means right.
 */
function capitalsFault(text: string, given: boolean): NameFault | undefined {
  let previous = 0;
  let letters = 0;
  const { length } = text;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0x41 && code <= 0x5a) letters += 1;
    else if (code === 0x27) {
      if (previous === 0x27 || previous === 0x20) return { code: 'NAME_SEPARATORS', position: index };
    } else if (code === 0x2d) {
      if (index === 0) return { code: 'NAME_START', position: 0 };
      if (given && previous === 0x2d) return { code: 'NAME_SEPARATORS', position: index };
    } else if (code === 0x20) {
      if (index === 0) return { code: 'NAME_START', position: 0 };
      if (previous === 0x20 || previous === 0x27) return { code: 'NAME_SEPARATORS', position: index };
    } else return { code: 'CHARACTER', position: index };
    previous = code;
  }
  if (letters === 0) return { code: 'NAME_EMPTY' };
  if (previous === 0x20 || (given && (previous === 0x2d || previous === 0x27)))
    return { code: 'NAME_END', position: length - 1 };
  return undefined;
}

/** Capitals without diacritics, typographic signs in their plain form; or why there is no such form. */
function toCapitals(text: string): string | NameFault {
  if (text.length > maxLength) return { code: 'LENGTH' };
  const ascii = plainAscii.test(text);
  const plain = ascii ? text : text.replace(apostrophes, "'").replace(hyphens, '-').replace(spaces, ' ');
  const position = plain.search(foreign);
  if (position >= 0) return { code: 'CHARACTER', position };
  if (!ascii && looseMarks.test(plain.normalize('NFD'))) return { code: 'CHARACTER' };
  return (ascii ? plain : plain.normalize('NFKD').replace(apostrophes, "'").replace(/\p{M}/gu, ''))
    .toUpperCase()
    .replace(/[^\0-\x7F]/g, (letter) => withoutDecomposition[letter] ?? letter)
    .replace(/^ +/, '')
    .trimEnd();
}

/**
 * Whether a name as people type it in French (Latin letters with diacritics, typographic apostrophe, hyphen or space)
 * has a normal form. One pass that makes no string; false means "look closer", not "wrong".
 */
export function isPlainlyRight(text: string, given: boolean): boolean {
  const { length } = text;
  if (length > maxLength) return false;
  let previous = 0x20;
  let letters = false;
  for (let index = 0; index < length; index += 1) {
    let code = text.charCodeAt(index);
    if ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) {
      letters = true;
      previous = code;
      continue;
    }
    if (code >= 0xc0) {
      // Latin-1 letters, without the signs of multiplication and division; OE and Y with diaeresis.
      if ((code <= 0xff && code !== 0xd7 && code !== 0xf7) || code === 0x152 || code === 0x153 || code === 0x178) {
        letters = true;
        previous = code;
        continue;
      }
      code = code === 0x2019 ? 0x27 : code === 0x2010 || code === 0x2011 ? 0x2d : code === 0x202f ? 0x20 : 0;
    } else if (code === 0xa0) code = 0x20;
    if (code === 0x27) {
      if (index > 0 && (previous === 0x27 || previous === 0x20)) return false;
    } else if (code === 0x2d) {
      if (index === 0 || (given && previous === 0x2d)) return false;
    } else if (code === 0x20) {
      if (previous === 0x20 || previous === 0x27) return false;
    } else return false;
    previous = code;
  }
  return letters && previous !== 0x20 && !(given && (previous === 0x2d || previous === 0x27));
}

/** The normal form of a name, or why it has none. */
export function normalizeName(text: string, profile: NameProfile, collapse = false): string | NameFault {
  const given = profile === 'given-name';
  if (text.length <= maxLength && capitalsFault(text, given) === undefined) return text;
  let capitals = toCapitals(text);
  if (typeof capitals !== 'string') return capitals;
  if (collapse) capitals = capitals.replace(/ {2,}/g, ' ');
  return capitalsFault(capitals, given) ?? capitals;
}

const faultMessages: Partial<Record<IdentityIssueCode, string>> = {
  CHARACTER:
    "contient un caractère sans équivalent dans l'alphabet de l'INS (A à Z, espace, apostrophe, trait d'union)",
  LENGTH: 'est trop long',
  NAME_EMPTY: 'ne contient aucune lettre',
  NAME_START: "ne peut pas commencer par une espace ou un trait d'union",
  NAME_END: "ne peut pas finir par un trait d'union ou une apostrophe",
  NAME_SEPARATORS: "a des espaces, des apostrophes ou des traits d'union mal placés ou doublés",
};

export function nameFaultMessage(label: string, code: IdentityIssueCode): string {
  return `${label} ${faultMessages[code] ?? 'est incorrect'}.`;
}

function normalizeOrThrow(text: string, profile: NameProfile, options: NormalizeNameOptions | undefined): string {
  const path = profile === 'given-name' ? 'givenName' : 'birthName';
  const result: string | NameFault =
    typeof text === 'string' ? normalizeName(text, profile, options?.collapse === true) : { code: 'INPUT' };
  if (typeof result === 'string') return result;
  const label = profile === 'given-name' ? 'Le prénom' : 'Le nom de naissance';
  throw new IdentityError('TE_NAME_INVALID', [errorIssue(result.code, path, nameFaultMessage(label, result.code))], {
    position: result.position,
  });
}

/**
 * Gives a birth name the form that the INSi accepts: capitals without diacritics, space, apostrophe and hyphen.
 *
 * Typographic apostrophes, hyphens and spaces are taken for the plain ones. A character without an equivalent is
 * refused, never dropped: dropping it would change the identity. Use it at the border only, and store what was typed.
 *
 * @throws {@link IdentityError} `TE_NAME_INVALID`
 *
 * @example
 * ```ts
 * import { normalizeBirthName } from 'terr-esante-sdk/identity';
 *
 * normalizeBirthName('Lœuillet-d’Aubigné'); // "LOEUILLET-D'AUBIGNE"
 * ```
 *
 * @group Names
 */
export function normalizeBirthName(text: string, options?: NormalizeNameOptions): string {
  return normalizeOrThrow(text, 'birth-name', options);
}

/**
 * Gives a given name, or a list of given names separated by spaces, the form that the INSi accepts. Stricter than
 * {@link normalizeBirthName}: no doubled hyphen, no hyphen or apostrophe at the end.
 *
 * @throws {@link IdentityError} `TE_NAME_INVALID`
 *
 * @example
 * ```ts
 * import { normalizeGivenName } from 'terr-esante-sdk/identity';
 *
 * normalizeGivenName('Zoé-Lou'); // 'ZOE-LOU'
 * ```
 *
 * @group Names
 */
export function normalizeGivenName(text: string, options?: NormalizeNameOptions): string {
  return normalizeOrThrow(text, 'given-name', options);
}

/** Normal form with hyphens and apostrophes as spaces, for comparison only; `null` when there is none. */
export function comparableName(text: string): string | null {
  const capitals = toCapitals(text);
  if (typeof capitals !== 'string') return null;
  const folded = capitals.replace(/[ '-]+/g, ' ').replace(/^ | $/g, '');
  return /^[A-Z][A-Z ]*$/.test(folded) ? folded : null;
}

/**
 * Whether the list of birth given names begins with this first given name. Hyphens and apostrophes equal spaces, and
 * whole words are compared.
 *
 * @param list - The given names in order, as an array or separated by spaces.
 *
 * @example
 * ```ts
 * import { isFirstGivenNameOf } from 'terr-esante-sdk/identity';
 *
 * isFirstGivenNameOf('Jean-Christophe', 'JEAN CHRISTOPHE PIERRE'); // true
 * isFirstGivenNameOf('MAR', 'MARIE LOU'); // false
 * ```
 *
 * @group Names
 */
export function isFirstGivenNameOf(first: string, list: string | readonly string[]): boolean {
  if (typeof first !== 'string') return false;
  const wanted = comparableName(first);
  const whole = Array.isArray(list) ? list.join(' ') : list;
  const found = typeof whole === 'string' ? comparableName(whole) : null;
  return wanted !== null && found !== null && (found === wanted || found.startsWith(`${wanted} `));
}
