import type { Finding } from '../errors.ts';
import { finding } from '../internal/finding.ts';
import { insRules } from './ins/rules.ts';
import { labelled, type labels } from './labels.ts';
import { refusal } from './refusal.ts';
import { traitRules } from './trait-rules.ts';

const rules = { ...insRules, ...traitRules };

/** Options of {@link normalizeBirthName} and {@link normalizeGivenName}. @group Names */
export interface NormalizeNameOptions {
  /** Turn several spaces in a row into one instead of refusing them. @defaultValue `false` */
  readonly collapse?: boolean | undefined;
}

/** What a name may break, beside its type. */
type NameRule =
  | 'IDENTITY-INPUT'
  | 'IDENTITY-CHARACTER'
  | 'IDENTITY-LENGTH'
  | 'IDENTITY-NAME-EMPTY'
  | 'IDENTITY-NAME-START'
  | 'IDENTITY-NAME-END'
  | 'IDENTITY-NAME-SEPARATORS';

/** Why a name has no normal form. */
export interface NameFault {
  readonly rule: NameRule;
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
 * What a character that people type in French stands for: a capital for any letter (Latin-1 without
 * the signs of multiplication and division; OE and Y with diaeresis), the plain apostrophe, hyphen
 * or space; 0 for the others.
 */
function typedAs(code: number): number {
  if (code >= 0xc0 && code <= 0xff) return code === 0xd7 || code === 0xf7 ? 0 : 0x41;
  if (code === 0x152 || code === 0x153 || code === 0x178) return 0x41;
  if (code === 0x2019) return 0x27;
  if (code === 0x2010 || code === 0x2011) return 0x2d;
  return code === 0xa0 || code === 0x202f ? 0x20 : 0;
}

/**
 * Faults of a name: in capitals, or `typed` as people do (lower case, diacritics, typographic
 * signs). One pass, no allocation when the name is right. `undefined` means right.
 */
function faultOf(text: string, given: boolean, typed: boolean): NameFault | undefined {
  let previous = 0;
  let letters = false;
  const { length } = text;
  for (let index = 0; index < length; index += 1) {
    let code = text.charCodeAt(index);
    if (typed && code > 0x7f) code = typedAs(code);
    const lower = typed ? code | 0x20 : code + 0x20;
    if (lower >= 0x61 && lower <= 0x7a) letters = true;
    else {
      if (code !== 0x20 && code !== 0x27 && code !== 0x2d) return { rule: 'IDENTITY-CHARACTER', position: index };
      if (index === 0 && code !== 0x27) return { rule: 'IDENTITY-NAME-START', position: 0 };
      if (code === 0x2d ? given && previous === 0x2d : previous === 0x20 || previous === 0x27) {
        return { rule: 'IDENTITY-NAME-SEPARATORS', position: index };
      }
    }
    previous = code;
  }
  if (!letters) return { rule: 'IDENTITY-NAME-EMPTY' };
  if (previous === 0x20 || (given && (previous === 0x2d || previous === 0x27))) {
    return { rule: 'IDENTITY-NAME-END', position: length - 1 };
  }
  return undefined;
}

/**
 * Capitals without diacritics, typographic signs in their plain form; or why there is no such form.
 */
function toCapitals(text: string): string | NameFault {
  if (text.length > maxLength) return { rule: 'IDENTITY-LENGTH' };
  const ascii = plainAscii.test(text);
  const plain = ascii ? text : text.replace(apostrophes, "'").replace(hyphens, '-').replace(spaces, ' ');
  const position = plain.search(foreign);
  if (position >= 0) return { rule: 'IDENTITY-CHARACTER', position };
  if (!ascii && looseMarks.test(plain.normalize('NFD'))) return { rule: 'IDENTITY-CHARACTER' };
  return (ascii ? plain : plain.normalize('NFKD').replace(apostrophes, "'").replace(/\p{M}/gu, ''))
    .toUpperCase()
    .replace(/[^\0-\x7F]/g, (letter) => withoutDecomposition[letter] ?? letter)
    .replace(/^ +/, '')
    .trimEnd();
}

/** Whether a name has a normal form, without making it; false means "look closer", not "wrong". */
export function isPlainlyRight(text: string, given: boolean): boolean {
  return text.length <= maxLength && faultOf(text, given, true) === undefined;
}

/** The normal form of a name, or why it has none. */
export function normalizeName(text: string, given: boolean, collapse = false): string | NameFault {
  if (text.length <= maxLength && faultOf(text, given, false) === undefined) return text;
  let capitals = toCapitals(text);
  if (typeof capitals !== 'string') return capitals;
  if (collapse) capitals = capitals.replace(/ {2,}/g, ' ');
  return faultOf(capitals, given, false) ?? capitals;
}

export function nameFinding({ rule }: NameFault, trait: keyof typeof labels, path: string): Finding {
  return finding(rules, rule, { path, values: { ...labelled(trait), size: `1-${maxLength}` } });
}

function normalizeOrThrow(text: string, given: boolean, options: NormalizeNameOptions | undefined): string {
  const result: string | NameFault =
    typeof text === 'string' ? normalizeName(text, given, options?.collapse === true) : { rule: 'IDENTITY-INPUT' };
  if (typeof result === 'string') return result;

  const fault = given ? nameFinding(result, 'firstName', 'givenName') : nameFinding(result, 'birthName', 'birthName');
  throw refusal('TE_NAME_INVALID', [fault], { position: result.position ?? null });
}

/**
 * Gives a birth name the form that the INSi accepts: capitals without diacritics, space, apostrophe
 * and hyphen.
 *
 * Typographic apostrophes, hyphens and spaces are taken for the plain ones. A character without an
 * equivalent is refused, never dropped: dropping it would change the identity. Use it at the border
 * only, and store what was typed.
 *
 * @throws TerrESanteError `TE_NAME_INVALID`, with the finding and the position of the character
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
  return normalizeOrThrow(text, false, options);
}

/**
 * Gives a given name, or a list of given names separated by spaces, the form that the INSi accepts.
 * Stricter than {@link normalizeBirthName}: no doubled hyphen, no hyphen or apostrophe at the end.
 *
 * @throws TerrESanteError `TE_NAME_INVALID`, with the finding and the position of the character
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
  return normalizeOrThrow(text, true, options);
}

/**
 * Normal form with hyphens and apostrophes as spaces, for comparison only; `null` when there is
 * none.
 */
export function comparableName(text: string): string | null {
  const capitals = toCapitals(text);
  if (typeof capitals !== 'string') return null;
  const folded = capitals.replace(/[ '-]+/g, ' ').replace(/^ | $/g, '');
  return /^[A-Z][A-Z ]*$/.test(folded) ? folded : null;
}

/**
 * Whether the list of birth given names begins with this first given name. Hyphens and apostrophes
 * equal spaces, and whole words are compared.
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
