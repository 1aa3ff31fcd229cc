import { birthPlaceCog } from '../birth-place.ts';
import { sameBirthPlace } from '../ins/former-places.ts';
import { readMatricule } from '../ins/matricule.ts';
import { labels } from '../labels.ts';
import { comparableName, isFirstGivenNameOf, plainSigns } from '../names.ts';
import type { PatientInput, PatientIns } from '../patient.ts';
import type { CogLookup } from '../reference/lookup.ts';
import { reading } from '../../internal/reading.ts';
import { requireKnown } from '../known-options.ts';

/** A trait that {@link compareIdentities} looks at. @group Comparison */
export type ComparedTrait = 'birthName' | 'firstName' | 'birthFirstNames' | 'birthDate' | 'sex' | 'birthPlace' | 'ins';

/**
 * How two values of a trait relate.
 *
 * - `equal`: the same text;
 * - `equivalent`: the same under the rules of the INSi (case, diacritics, hyphen, apostrophe; a
 *   code that was renamed);
 * - `compatible`: one may stand for the other, a human decides (a shorter list, an interpreted
 *   date, a former INS);
 * - `different`;
 * - `unknown`: absent or unreadable on one side.
 *
 * @group Comparison
 */
export type TraitOutcome = 'equal' | 'equivalent' | 'compatible' | 'different' | 'unknown';

/** Why, as a code. @group Comparison */
export type ComparisonReason =
  | 'ABSENT'
  | 'UNREADABLE'
  | 'TYPOGRAPHY'
  | 'SEPARATORS'
  | 'FIRST_OF_LIST'
  | 'SHORTER_LIST'
  | 'OTHER_ORDER'
  | 'USED_NAME'
  | 'NAMES_SWAPPED'
  | 'INTERPRETED_DATE'
  | 'DAY_MONTH_SWAPPED'
  | 'YEAR_ONLY_DATE'
  | 'INDETERMINATE_SEX'
  | 'RENAMED_CODE'
  | 'MERGED_COMMUNE'
  | 'CITY_OR_DISTRICT'
  | 'POSTAL_CODE_ONLY'
  | 'FORMER_INS';

/** One trait of two identities, compared. @group Comparison */
export interface TraitComparison {
  readonly trait: ComparedTrait;
  readonly outcome: TraitOutcome;
  readonly reasons: readonly ComparisonReason[];
  /** French sentence; never holds a value. */
  readonly message: string;
}

/** Result of {@link compareIdentities}. @group Comparison */
export interface IdentityComparison {
  /**
   * `match`: every strict trait is equal or equivalent. `possible`: one is only compatible.
   * `incomplete`: one cannot be compared. `mismatch`: one differs, or the INS do. Nothing but
   * `match` may be filed without a human.
   */
  readonly outcome: 'match' | 'possible' | 'incomplete' | 'mismatch';
  readonly traits: readonly TraitComparison[];
}

const outcomeWords: Readonly<Record<TraitOutcome, string>> = {
  equal: 'identique',
  equivalent: "équivalent selon les règles de l'INSi",
  compatible: 'compatible, à vérifier',
  different: 'différent',
  unknown: 'non comparable',
};
const reasonWords: Readonly<Record<ComparisonReason, string>> = {
  ABSENT: "absent d'un côté au moins",
  UNREADABLE: "illisible d'un côté au moins",
  TYPOGRAPHY: 'casse, accents ou signes typographiques',
  SEPARATORS: "trait d'union, apostrophe ou espace",
  FIRST_OF_LIST: "début des prénoms de l'autre",
  SHORTER_LIST: 'les uns sont le début des autres',
  OTHER_ORDER: 'mêmes prénoms dans un autre ordre',
  USED_NAME: "nom utilisé de l'autre",
  NAMES_SWAPPED: 'nom et prénom inversés',
  INTERPRETED_DATE: 'date interprétée de la même année',
  DAY_MONTH_SWAPPED: 'jour et mois inversés',
  YEAR_ONLY_DATE: "1er janvier d'un côté, 31 décembre de l'autre",
  INDETERMINATE_SEX: 'sexe indéterminé',
  RENAMED_CODE: 'même lieu à une autre époque',
  MERGED_COMMUNE: 'communes réunies',
  CITY_OR_DISTRICT: "ville d'un côté, arrondissement de l'autre",
  POSTAL_CODE_ONLY: 'code postal seulement',
  FORMER_INS: "ancienne INS de l'autre",
};

type Verdict = readonly [TraitOutcome, ...ComparisonReason[]];

const absent: Verdict = ['unknown', 'ABSENT'];
const different: Verdict = ['different'];
const firstOfList: Verdict = ['equivalent', 'FIRST_OF_LIST'];

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** Equal once folded; `null` when the values differ. */
function sameName(a: string, b: string): Verdict | null {
  const left = comparableName(a);
  const right = comparableName(b);
  if (left === null || right === null) return ['unknown', 'UNREADABLE'];
  if (left !== right) return null;

  const separators = (text: string): string => plainSigns(text).replace(/[^ '-]/g, '');
  return ['equivalent', separators(a) === separators(b) ? 'TYPOGRAPHY' : 'SEPARATORS'];
}

function folded(value: unknown): string | null {
  const text = textOrNull(value);
  return text === null ? null : comparableName(text);
}

function listOf({ traits }: PatientInput): string | null {
  const list = traits.birthFirstNames as unknown;
  return Array.isArray(list) ? textOrNull(list.filter((name) => typeof name === 'string').join(' ')) : textOrNull(list);
}

export function insKeyOf(ins: PatientIns | undefined): string | null {
  const matricule = readMatricule(ins?.value);
  return ins && matricule !== null ? `${ins.oid} ${matricule.text}` : null;
}

/** What of a patient is compared; `null` when it is absent. */
const readers: Readonly<Record<ComparedTrait, (patient: PatientInput) => string | null>> = {
  birthName: ({ traits }) => textOrNull(traits.birthName),
  firstName: ({ traits }) => textOrNull(traits.firstName),
  birthFirstNames: listOf,
  birthDate: ({ traits }) => textOrNull(traits.birthDate),
  sex: ({ traits }) => traits.sex || null,
  birthPlace: ({ traits }) => birthPlaceCog(traits.birthPlace),
  ins: ({ ins }) => insKeyOf(ins),
};

/** Same day written the other way round; 1 January against 31 December of one year. */
export function swapDayMonth(date: string): string {
  return `${date.slice(0, 5)}${date.slice(8, 10)}-${date.slice(5, 7)}`;
}

/** Paris, Lyon and Marseille have a code for the city and one for each arrondissement. */
function cityOf(cog: string): string {
  if (/^751[0-2]\d$/.test(cog)) return '75056';
  if (/^6938\d$/.test(cog)) return '69123';
  return /^132[01]\d$/.test(cog) ? '13055' : cog;
}

const names: readonly ComparedTrait[] = ['birthName', 'firstName', 'birthFirstNames'];

/** Options of {@link compareIdentities}. @group Comparison */
export interface ComparisonOptions {
  /** Places of birth: with them two codes of one place at two times are recognised. */
  readonly lookup?: Pick<CogLookup, 'relation'> | undefined;
}

type Comparer = (left: string, right: string, a: PatientInput, b: PatientInput, options: ComparisonOptions) => Verdict;

/** For two values that are there, and are not the same text; nor the same name, for names. */
const comparers: Readonly<Record<ComparedTrait, Comparer>> = {
  birthName(left, right, { traits: a }, { traits: b }) {
    if (folded(a.usedName) === folded(right) || folded(b.usedName) === folded(left)) return ['different', 'USED_NAME'];
    const swapped = folded(left) === folded(b.firstName) && folded(right) === folded(a.firstName);
    return swapped ? ['different', 'NAMES_SWAPPED'] : different;
  },
  firstName(left, right, a, b) {
    // JEAN and JEAN-CHRISTOPHE may both begin JEAN CHRISTOPHE PIERRE: both sides must agree with
    // one list.
    for (const list of [listOf(a), listOf(b)]) {
      if (list !== null && isFirstGivenNameOf(left, list) && isFirstGivenNameOf(right, list)) return firstOfList;
    }
    return different;
  },
  birthFirstNames(left, right) {
    if (isFirstGivenNameOf(left, right) || isFirstGivenNameOf(right, left)) return ['compatible', 'SHORTER_LIST'];
    // Two lists that cannot be read are not the same one in another order.
    const sorted = (text: string): string | undefined => comparableName(text)?.split(' ').sort().join(' ');
    const known = sorted(left);
    return known !== undefined && known === sorted(right) ? ['different', 'OTHER_ORDER'] : different;
  },
  birthDate(left, right, { traits: a }, { traits: b }) {
    const sameYear = left.slice(0, 4) === right.slice(0, 4);
    if (sameYear && (a.birthDateInterpreted === true || b.birthDateInterpreted === true)) {
      return ['compatible', 'INTERPRETED_DATE'];
    }
    if (swapDayMonth(left) === right) return ['different', 'DAY_MONTH_SWAPPED'];
    const ends = [left.slice(5), right.slice(5)].sort().join(' ');
    return sameYear && ends === '01-01 12-31' ? ['different', 'YEAR_ONLY_DATE'] : different;
  },
  sex: (left, right) => (left === 'I' || right === 'I' ? ['unknown', 'INDETERMINATE_SEX'] : different),
  birthPlace(left, right, a, b, { lookup }) {
    // The later of the two years decides whether an old code is possible.
    const years = [a, b]
      .flatMap(({ traits: { birthDate } }) => (birthDate === undefined ? [] : [Number.parseInt(birthDate, 10)]))
      .filter((year) => !Number.isNaN(year));
    const birthYear = years.length > 0 ? Math.max(...years) : null;

    if (left === '99999' || right === '99999') return absent;
    if (sameBirthPlace(left, right, birthYear, {}) || sameBirthPlace(right, left, birthYear, {})) {
      return ['equivalent', 'RENAMED_CODE'];
    }
    // A human decides: born in a commune, or in the one that absorbed it later.
    const relation = lookup?.relation?.(left, right) ?? null;
    if (relation !== null) {
      return relation === 'renamed' ? ['equivalent', 'RENAMED_CODE'] : ['compatible', 'MERGED_COMMUNE'];
    }

    const sameCity = cityOf(left) === cityOf(right) && (cityOf(left) === left || cityOf(right) === right);
    return sameCity ? ['compatible', 'CITY_OR_DISTRICT'] : different;
  },
  ins(left, right, a, b) {
    const former = ({ insHistory }: PatientInput, key: string): boolean =>
      (insHistory ?? []).some((ins) => insKeyOf(ins) === key);
    return former(a, right) || former(b, left) ? ['compatible', 'FORMER_INS'] : different;
  },
};

/**
 * When the trait is absent on one side: a first given name may still begin the list of the other.
 */
function compareAbsent(trait: ComparedTrait, alone: string | null, a: PatientInput, b: PatientInput): Verdict {
  if (trait === 'birthPlace' && a.traits.birthPlace && b.traits.birthPlace) return ['unknown', 'POSTAL_CODE_ONLY'];
  if (trait !== 'firstName' || alone === null) return absent;

  const list = listOf(readers.firstName(a) === null ? a : b);
  if (list === null) return absent;
  return isFirstGivenNameOf(alone, list) ? firstOfList : different;
}

function compareTrait(
  trait: ComparedTrait,
  a: PatientInput,
  b: PatientInput,
  options: ComparisonOptions,
): TraitComparison {
  const [outcome, ...reasons] = verdictOf(trait, a, b, options);
  const why = reasons.map((reason) => reasonWords[reason]).join(', ');
  return { trait, outcome, reasons, message: `${labels[trait]} : ${outcomeWords[outcome]}${why && ` (${why})`}.` };
}

function verdictOf(trait: ComparedTrait, a: PatientInput, b: PatientInput, options: ComparisonOptions): Verdict {
  const left = readers[trait](a);
  const right = readers[trait](b);
  if (left === null || right === null) return compareAbsent(trait, left ?? right, a, b);
  if (left === right) return trait === 'sex' && left === 'I' ? ['equal', 'INDETERMINATE_SEX'] : ['equal'];

  const sameOnceFolded = names.includes(trait) ? sameName(left, right) : null;
  return sameOnceFolded ?? comparers[trait](left, right, a, b, options);
}

/**
 * Compares two identities trait by trait, under the rules of the INSi: case, diacritics and
 * typographic signs do not count, hyphens and apostrophes equal spaces, the first given name must
 * begin the list, the order of the list counts.
 *
 * It decides nothing: only `match` says that nothing differs. An absent INS does not lower the
 * outcome, a different one makes it `mismatch`. A city against one of its arrondissements is only
 * `possible`. Codes of a place that was renumbered are recognised where a rule says so (Corsica,
 * overseas, around Paris); give `lookup` for all of them, and for communes that merged.
 *
 * @example
 * ```ts
 * import { compareIdentities } from 'terr-esante-sdk/identity';
 *
 * const birthPlace = { communeInsee: '93066' };
 * const a = { traits: { birthName: 'LE-GALL', firstName: 'Jean', birthFirstNames: ['JEAN', 'CHRISTOPHE'], sex: 'M', birthDate: '1985-05-12', birthPlace } } as const;
 * const b = { traits: { ...a.traits, birthName: 'LE GALL', firstName: 'JEAN-CHRISTOPHE' } };
 * const comparison = compareIdentities(a, b);
 * comparison.outcome; // 'match'
 * comparison.traits[0]?.reasons; // ['SEPARATORS']
 * ```
 *
 * @group Comparison
 */
export function compareIdentities(a: PatientInput, b: PatientInput, options?: ComparisonOptions): IdentityComparison {
  if (options !== undefined) requireKnown(options, { lookup: 'object' });
  return reading('patient', () => compareTraits(a, b, options ?? {}));
}

function compareTraits(a: PatientInput, b: PatientInput, options: ComparisonOptions): IdentityComparison {
  const traits = (Object.keys(readers) as ComparedTrait[]).map((trait) => compareTrait(trait, a, b, options));
  const has = (outcome: TraitOutcome): boolean => traits.some((comparison) => comparison.outcome === outcome);

  if (has('different')) return { outcome: 'mismatch', traits };
  if (traits.some(({ trait, outcome }) => outcome === 'unknown' && trait !== 'ins')) {
    return { outcome: 'incomplete', traits };
  }
  return { outcome: has('compatible') ? 'possible' : 'match', traits };
}
