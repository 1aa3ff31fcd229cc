import type { Finding } from '../errors.ts';
import { finding } from '../internal/finding.ts';
import { insRules } from './ins/rules.ts';
import { labelled, type labels } from './labels.ts';
import { refusal } from './refusal.ts';
import { traitRules } from './trait-rules.ts';
import { requireKnown } from './known-options.ts';
import { reading } from '../internal/reading.ts';

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

/** Which of the two sets of rules a name obeys: that of birth names, or the stricter one. */
export type NameKind = 'birth' | 'given';

/**
 * What the INSi refuses in a name that is in capitals without diacritics, in the order in which it
 * is reported.
 */
const refusedBy: Readonly<Record<NameKind, readonly (readonly [rule: NameRule, pattern: RegExp])[]>> = {
  birth: [
    ['IDENTITY-CHARACTER', /[^A-Z '-]/],
    ['IDENTITY-NAME-START', /^[ -]/],
    ['IDENTITY-NAME-SEPARATORS', /[ '][ ']/],
    ['IDENTITY-NAME-EMPTY', /^[^A-Z]*$/],
    ['IDENTITY-NAME-END', / $/],
  ],
  given: [
    ['IDENTITY-CHARACTER', /[^A-Z '-]/],
    ['IDENTITY-NAME-START', /^[ -]/],
    ['IDENTITY-NAME-SEPARATORS', /[ '][ ']|--/],
    ['IDENTITY-NAME-EMPTY', /^[^A-Z]*$/],
    ['IDENTITY-NAME-END', /[ '-]$/],
  ],
};

/** Protection of the SDK against oversized input, not a rule of the referential. */
const maxLength = 1000;

// Signs that stand for an apostrophe: quotation marks and accents as they are typed, then letters
// of other languages (okina of Polynesia, hamza and ayin of transcriptions, saltillo) and primes.
// The INSi has no other sign for them, and dropping one would change the name.
const apostrophes =
  /[\u2018\u2019\u201B\u00B4\uFF07`\u02B9\u02BB-\u02BF\u02C8\u02CA\u02CB\u055A\u05F3\u2032\u2035\uA78B\uA78C]/g;
const letterApostrophe = /[\u02B9\u02BB-\u02BF\u02C8\u02CA\u02CB\u055A\u05F3\u2032\u2035\uA78B\uA78C]/;
const hyphens = /[\u2010-\u2015\u2212]/g;
const spaces = /[\u00A0\u202F\u2007]/g;

const foreign = /[^\p{L}\p{M} '-]/u;
/** A mark that nothing carries, or more marks on one letter than any writing uses. */
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

/** Apostrophes, hyphens and spaces in their plain form. */
export function plainSigns(text: string): string {
  return text.replace(apostrophes, "'").replace(hyphens, '-').replace(spaces, ' ');
}

/** Whether a letter of the name becomes an apostrophe, which is told. */
export function hasLetterApostrophe(text: string): boolean {
  return letterApostrophe.test(text);
}

/**
 * A name in capitals without diacritics, typographic signs in their plain form; or why there is no
 * such form. A character without an equivalent is never dropped.
 */
function toCapitals(text: string): string | NameFault {
  if (text.length > maxLength) return { rule: 'IDENTITY-LENGTH' };

  const plain = plainSigns(text);
  const position = plain.search(foreign);
  if (position >= 0) return { rule: 'IDENTITY-CHARACTER', position };
  if (looseMarks.test(plain.normalize('NFD'))) return { rule: 'IDENTITY-CHARACTER' };

  // Compatibility characters may decompose to an apostrophe of their own.
  return plain
    .normalize('NFKD')
    .replace(apostrophes, "'")
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^\0-\x7F]/g, (letter) => withoutDecomposition[letter] ?? letter)
    .replace(/^ +/, '')
    .trimEnd();
}

/** What a character is in a name, as its number of Latin-1. */
const letter = 1;
const separator = 2;
const kinds = new Uint8Array(256);
kinds.fill(letter, 0x41, 0x5b); // A to Z
kinds.fill(letter, 0x61, 0x7b); // a to z
kinds.fill(letter, 0xc0, 0x100); // À to ÿ, without the signs × and ÷
kinds.fill(0, 0xd7, 0xd8);
kinds.fill(0, 0xf7, 0xf8);
for (const sign of " '-") kinds[sign.charCodeAt(0)] = separator;

/** How the names that stand for an unknown value begin: INCONNU, SANS NOM, SANS PRENOM. */
const placeholderStart = /^(?:inco|sans)/i;

/**
 * Whether a name is right at first sight, for both kinds and as it is typed: letters, with one
 * separator at most between two of them, and not the start of a placeholder. False means "look
 * closer", not "wrong".
 *
 * A table rather than a regular expression: 0.09 µs a name in the place of 0.13, in the check of a
 * whole patient that takes 0.8.
 */
export function isPlainName(name: unknown): boolean {
  if (typeof name !== 'string' || name.length > maxLength) return false;

  let previous = separator;
  for (let index = 0; index < name.length; index += 1) {
    const kind = kinds[name.charCodeAt(index)] ?? 0;
    if (kind === 0 || (kind === separator && previous === separator)) return false;
    previous = kind;
  }
  return previous === letter && !isPlaceholderLike(name);
}

/** The initial is looked at first: few names begin with these letters. */
function isPlaceholderLike(name: string): boolean {
  const initial = name.charAt(0);
  const likely = initial === 'I' || initial === 'S' || initial === 'i' || initial === 's';
  return likely && placeholderStart.test(name);
}

/** The normal form of a name, or why it has none. */
export function normalizeName(text: string, kind: NameKind, collapse = false): string | NameFault {
  let capitals = toCapitals(text);
  if (typeof capitals !== 'string') return capitals;
  if (collapse) capitals = capitals.replace(/ {2,}/g, ' ');

  for (const [rule, pattern] of refusedBy[kind]) {
    const position = capitals.search(pattern);
    if (position >= 0) return { rule, position };
  }
  return capitals;
}

export function nameFinding({ rule }: NameFault, trait: keyof typeof labels, path: string): Finding {
  return finding(rules, rule, { path, values: { ...labelled(trait), size: `1-${maxLength}` } });
}

function normalizeOrThrow(text: string, kind: NameKind, options: NormalizeNameOptions): string {
  requireKnown(options, { collapse: 'boolean' });
  const { collapse = false } = options;
  const result = typeof text === 'string' ? normalizeName(text, kind, collapse) : notText;
  if (typeof result === 'string') return result;

  const fault =
    kind === 'given' ? nameFinding(result, 'firstName', 'givenName') : nameFinding(result, 'birthName', 'birthName');
  throw refusal('TE_NAME_INVALID', [fault], { position: result.position ?? null });
}

/** The fault of a value that is no text. */
export const notText: NameFault = { rule: 'IDENTITY-INPUT' };

/**
 * Gives a birth name the form that the INSi accepts: capitals without diacritics, space, apostrophe
 * and hyphen.
 *
 * Typographic apostrophes, hyphens and spaces are taken for the plain ones, and so are the letters
 * that other languages have for an apostrophe (the okina), which `checkCompleteness` tells. A
 * character without an equivalent is refused, never dropped: dropping it would change the identity.
 * Use it at the border only, and store what was typed.
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
export function normalizeBirthName(text: string, options: NormalizeNameOptions = {}): string {
  return normalizeOrThrow(text, 'birth', options);
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
export function normalizeGivenName(text: string, options: NormalizeNameOptions = {}): string {
  return normalizeOrThrow(text, 'given', options);
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
  return reading('list', () => beginsList(first, list));
}

function beginsList(first: string, list: string | readonly string[]): boolean {
  if (typeof first !== 'string') return false;
  const whole = Array.isArray(list) ? list.join(' ') : list;
  if (typeof whole !== 'string') return false;

  const wanted = comparableName(first);
  const found = comparableName(whole);
  return wanted !== null && found !== null && (found === wanted || found.startsWith(`${wanted} `));
}
