import { birthPlaceCog } from '../birth-place.ts';
import { sameBirthPlace } from '../ins/coherence.ts';
import { readMatricule } from '../ins/matricule.ts';
import { comparableName, isFirstGivenNameOf } from '../names.ts';
import type { PatientInput, PatientIns, PatientTraits } from '../patient.ts';

/** A trait that {@link compareIdentities} looks at. @group Comparison */
export type ComparedTrait = 'birthName' | 'firstName' | 'birthFirstNames' | 'birthDate' | 'sex' | 'birthPlace' | 'ins';

/**
 * How two values of a trait relate.
 *
 * - `equal`: the same text;
 * - `equivalent`: the same under the rules of the INSi (case, diacritics, hyphen, apostrophe; a code that was renamed);
 * - `compatible`: one may stand for the other, a human decides (a shorter list, an interpreted date, a former INS);
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
   * `match`: every strict trait is equal or equivalent. `possible`: one is only compatible. `incomplete`: one cannot be
   * compared. `mismatch`: one differs, or the INS do. Nothing but `match` may be filed without a human.
   */
  readonly outcome: 'match' | 'possible' | 'incomplete' | 'mismatch';
  readonly traits: readonly TraitComparison[];
}

const labels: Readonly<Record<ComparedTrait, string>> = {
  birthName: 'Nom de naissance',
  firstName: 'Premier prénom',
  birthFirstNames: 'Liste des prénoms',
  birthDate: 'Date de naissance',
  sex: 'Sexe',
  birthPlace: 'Lieu de naissance',
  ins: 'INS',
};
const outcomeWords: Readonly<Record<TraitOutcome, string>> = {
  equal: 'identique',
  equivalent: "équivalent selon les règles de l'INSi",
  compatible: 'compatible, à vérifier',
  different: 'différent',
  unknown: 'non comparable',
};
const reasonWords: Readonly<Record<ComparisonReason, string>> = {
  ABSENT: 'absent de part ou d’autre',
  UNREADABLE: 'illisible de part ou d’autre',
  TYPOGRAPHY: 'casse, accents ou signes typographiques',
  SEPARATORS: 'trait d’union, apostrophe ou espace',
  FIRST_OF_LIST: 'début de la liste des prénoms de l’autre',
  SHORTER_LIST: 'une liste est le début de l’autre',
  OTHER_ORDER: 'mêmes prénoms dans un autre ordre',
  USED_NAME: 'nom utilisé de l’autre',
  NAMES_SWAPPED: 'nom et prénom inversés',
  INTERPRETED_DATE: 'date interprétée de la même année',
  DAY_MONTH_SWAPPED: 'jour et mois inversés',
  YEAR_ONLY_DATE: '1er janvier d’un côté, 31 décembre de l’autre',
  INDETERMINATE_SEX: 'sexe indéterminé',
  RENAMED_CODE: 'code d’un même lieu à une autre époque',
  CITY_OR_DISTRICT: 'ville d’un côté, arrondissement de l’autre',
  POSTAL_CODE_ONLY: 'code postal seulement',
  FORMER_INS: 'INS de l’historique de l’autre',
};

type Verdict = readonly [TraitOutcome, ...ComparisonReason[]];

const absent: Verdict = ['unknown', 'ABSENT'];
const different: Verdict = ['different'];

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** Equal, or equal once folded; `null` when the values differ. */
function sameName(a: string, b: string): Verdict | null {
  if (a === b) return ['equal'];
  const left = comparableName(a);
  const right = comparableName(b);
  if (left === null || right === null) return ['unknown', 'UNREADABLE'];
  if (left !== right) return null;
  const separators = (text: string): string => text.replace(/[^ '’-]/g, '');
  return ['equivalent', separators(a) === separators(b) ? 'TYPOGRAPHY' : 'SEPARATORS'];
}

function folded(value: unknown): string | null {
  const text = textOrNull(value);
  return text === null ? null : comparableName(text);
}

function compareBirthName(a: PatientTraits, b: PatientTraits): Verdict {
  const left = textOrNull(a.birthName);
  const right = textOrNull(b.birthName);
  if (left === null || right === null) return absent;
  const same = sameName(left, right);
  if (same) return same;
  if (folded(a.usedName) === folded(right) || folded(b.usedName) === folded(left)) return ['different', 'USED_NAME'];
  const swapped = folded(left) === folded(b.firstName) && folded(right) === folded(a.firstName);
  return swapped ? ['different', 'NAMES_SWAPPED'] : different;
}

function listOf(traits: PatientTraits): string | null {
  const list = traits.birthFirstNames as unknown;
  return Array.isArray(list) ? textOrNull(list.filter((name) => typeof name === 'string').join(' ')) : textOrNull(list);
}

function compareFirstName(a: PatientTraits, b: PatientTraits): Verdict {
  const left = textOrNull(a.firstName);
  const right = textOrNull(b.firstName);
  const leftList = listOf(a);
  const rightList = listOf(b);
  if (left !== null && right !== null) {
    const same = sameName(left, right);
    if (same) return same;
    // JEAN and JEAN-CHRISTOPHE may both begin JEAN CHRISTOPHE PIERRE: both sides must agree with one list.
    for (const list of [leftList, rightList])
      if (list !== null && isFirstGivenNameOf(left, list) && isFirstGivenNameOf(right, list))
        return ['equivalent', 'FIRST_OF_LIST'];
    return different;
  }
  const alone = left ?? right;
  const list = left === null ? leftList : rightList;
  if (alone === null || list === null) return absent;
  return isFirstGivenNameOf(alone, list) ? ['equivalent', 'FIRST_OF_LIST'] : different;
}

function compareLists(a: PatientTraits, b: PatientTraits): Verdict {
  const left = listOf(a);
  const right = listOf(b);
  if (left === null || right === null) return absent;
  const same = sameName(left, right);
  if (same) return same;
  if (isFirstGivenNameOf(left, right) || isFirstGivenNameOf(right, left)) return ['compatible', 'SHORTER_LIST'];
  const sorted = (text: string): string => (comparableName(text) ?? '').split(' ').sort().join(' ');
  const reordered = sorted(left) === sorted(right);
  return reordered ? ['different', 'OTHER_ORDER'] : different;
}

/** Same day written the other way round; 1 January against 31 December of one year. */
export function swapDayMonth(date: string): string {
  return `${date.slice(0, 5)}${date.slice(8, 10)}-${date.slice(5, 7)}`;
}

function compareDates(a: PatientTraits, b: PatientTraits): Verdict {
  const left = textOrNull(a.birthDate);
  const right = textOrNull(b.birthDate);
  if (left === null || right === null) return absent;
  if (left === right) return ['equal'];
  const sameYear = left.slice(0, 4) === right.slice(0, 4);
  if (sameYear && (a.birthDateInterpreted === true || b.birthDateInterpreted === true))
    return ['compatible', 'INTERPRETED_DATE'];
  if (swapDayMonth(left) === right) return ['different', 'DAY_MONTH_SWAPPED'];
  const ends = [left.slice(5), right.slice(5)].sort().join(' ');
  return sameYear && ends === '01-01 12-31' ? ['different', 'YEAR_ONLY_DATE'] : different;
}

function compareSex(a: PatientTraits, b: PatientTraits): Verdict {
  if (!a.sex || !b.sex) return absent;
  if (a.sex === 'I' || b.sex === 'I') return [a.sex === b.sex ? 'equal' : 'unknown', 'INDETERMINATE_SEX'];
  return [a.sex === b.sex ? 'equal' : 'different'];
}

/** Paris, Lyon and Marseille have a code for the city and one for each arrondissement. */
function cityOf(cog: string): string {
  if (/^751[0-2]\d$/.test(cog)) return '75056';
  if (/^6938\d$/.test(cog)) return '69123';
  return /^132[01]\d$/.test(cog) ? '13055' : cog;
}

function comparePlaces(a: PatientTraits, b: PatientTraits): Verdict {
  const left = birthPlaceCog(a.birthPlace);
  const right = birthPlaceCog(b.birthPlace);
  if (left === null || right === null) return ['unknown', a.birthPlace && b.birthPlace ? 'POSTAL_CODE_ONLY' : 'ABSENT'];
  if (left === right) return ['equal'];
  // The later of the two years decides whether an old code is possible.
  const years = [a, b].map(({ birthDate }) => Number.parseInt(birthDate?.slice(0, 4) ?? '', 10));
  const known = years.filter((year) => !Number.isNaN(year));
  const birthYear = known.length > 0 ? Math.max(...known) : null;
  const unknown = left === '99999' || right === '99999';
  if (!unknown && (sameBirthPlace(left, right, birthYear, {}) || sameBirthPlace(right, left, birthYear, {})))
    return ['equivalent', 'RENAMED_CODE'];
  if (unknown) return absent;
  const sameCity = cityOf(left) === cityOf(right) && (cityOf(left) === left || cityOf(right) === right);
  return sameCity ? ['compatible', 'CITY_OR_DISTRICT'] : different;
}

export function insKeyOf(ins: PatientIns | undefined): string | null {
  const { matricule } = readMatricule(ins?.value, 'warning');
  return ins && matricule !== null ? `${ins.oid} ${matricule}` : null;
}

function compareIns(a: PatientInput, b: PatientInput): Verdict {
  const left = insKeyOf(a.ins);
  const right = insKeyOf(b.ins);
  if (left === null || right === null) return absent;
  if (left === right) return ['equal'];
  const former = (patient: PatientInput, key: string): boolean =>
    (patient.insHistory ?? []).some((ins) => insKeyOf(ins) === key);
  if (former(a, right) || former(b, left)) return ['compatible', 'FORMER_INS'];
  return different;
}

const comparers: Readonly<Record<Exclude<ComparedTrait, 'ins'>, (a: PatientTraits, b: PatientTraits) => Verdict>> = {
  birthName: compareBirthName,
  firstName: compareFirstName,
  birthFirstNames: compareLists,
  birthDate: compareDates,
  sex: compareSex,
  birthPlace: comparePlaces,
};

function explain(trait: ComparedTrait, [outcome, ...reasons]: Verdict): TraitComparison {
  const why = reasons.map((reason) => reasonWords[reason]).join(', ');
  return { trait, outcome, reasons, message: `${labels[trait]} : ${outcomeWords[outcome]}${why && ` (${why})`}.` };
}

/**
 * Compares two identities trait by trait, under the rules of the INSi: case, diacritics and typographic signs do not
 * count, hyphens and apostrophes equal spaces, the first given name must begin the list, the order of the list counts.
 *
 * It decides nothing: only `match` says that nothing differs. An absent INS does not lower the outcome, a different one
 * makes it `mismatch`. A city against one of its arrondissements is only `possible`.
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
export function compareIdentities(a: PatientInput, b: PatientInput): IdentityComparison {
  const traits = (Object.keys(comparers) as (keyof typeof comparers)[]).map((trait) =>
    explain(trait, comparers[trait](a.traits, b.traits)),
  );
  const ins = explain('ins', compareIns(a, b));
  const has = (outcome: TraitOutcome): boolean => traits.some((one) => one.outcome === outcome);
  const compared = [...traits, ins];
  if (has('different') || ins.outcome === 'different') return { outcome: 'mismatch', traits: compared };
  if (has('unknown')) return { outcome: 'incomplete', traits: compared };
  return { outcome: has('compatible') || ins.outcome === 'compatible' ? 'possible' : 'match', traits: compared };
}
