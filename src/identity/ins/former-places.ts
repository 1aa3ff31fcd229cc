import type { CogLookup } from '../reference/lookup.ts';

/** Options of `checkCoherence`: until when a place may bear an older code. @group INS */
export interface CoherenceOptions {
  /**
   * Last birth year for which departments 91 to 94 may stand for Algeria: the year of independence.
   * @defaultValue `1962`
   */
  readonly algeriaUntil?: number | undefined;
  /**
   * Last birth year for which departments 95 and 96 may stand for Morocco and Tunisia. The year is
   * unverified.
   * @defaultValue `1964`
   */
  readonly moroccoTunisiaUntil?: number | undefined;
  /** Places of birth: with them every code that changed is known, not those of the rules alone. */
  readonly lookup?: Pick<CogLookup, 'relation'> | undefined;
}

/**
 * Whether the place in a matricule and the place of a trait are the same, maybe under the codes of
 * two times: a number keeps the code of the time of birth.
 *
 * @param place - COG code, that of the matricule.
 * @param trait - COG code, as it is known today.
 * @param birthYear - `null` when it is not known: then only Corsica and overseas are recognised.
 */
export function sameBirthPlace(
  place: string,
  trait: string,
  birthYear: number | null,
  options: CoherenceOptions,
): boolean {
  // 99999 is the unknown place, which cannot differ.
  if (place === trait || place === '99999' || trait === '99999') return true;
  if (sameInCorsica(place, trait) || sameOverseas(place, trait)) return true;
  if (options.lookup?.relation?.(place, trait)) return true;

  return (
    birthYear !== null && (sameAroundParis(place, trait, birthYear) || sameInMaghreb(place, trait, birthYear, options))
  );
}

/** Corsica was one department, 20, until 1976; the last three digits were kept. */
function sameInCorsica(a: string, b: string): boolean {
  if (a.slice(2) !== b.slice(2)) return false;
  return (a.startsWith('20') && isCorsica(b)) || (b.startsWith('20') && isCorsica(a));
}

function isCorsica(cog: string): boolean {
  return cog.startsWith('2A') || cog.startsWith('2B');
}

/**
 * Mayotte was 985 and is 976, its communes kept their number; Saint-Barthélemy and Saint-Martin
 * left Guadeloupe. None of these codes was given to another place: the year does not count.
 *
 * The renumbering by the INSEE in 2008 is known through secondary texts; the current codes are in
 * the Code officiel géographique.
 */
function sameOverseas(a: string, b: string): boolean {
  return overseasToday(a) === overseasToday(b);
}

function overseasToday(cog: string): string {
  if (cog === '97123') return '97701';
  if (cog === '97127') return '97801';
  return cog.startsWith('985') ? `976${cog.slice(3)}` : cog;
}

/**
 * Seine (75) and Seine-et-Oise (78) were divided on 1 January 1968 into the departments 91 to 95;
 * most communes kept their last three digits.
 */
function sameAroundParis(a: string, b: string, birthYear: number): boolean {
  if (birthYear >= 1968 || a.slice(2) !== b.slice(2)) return false;
  return (isUndivided(a) && isDivided(b)) || (isUndivided(b) && isDivided(a));
}

function isUndivided(cog: string): boolean {
  return cog.startsWith('75') || cog.startsWith('78');
}

function isDivided(cog: string): boolean {
  const department = cog.slice(0, 2);
  return department >= '91' && department <= '95';
}

/**
 * Before independence the number has a French department: 91 to 94 Algeria, 95 Morocco, 96 Tunisia.
 */
function sameInMaghreb(place: string, trait: string, birthYear: number, options: CoherenceOptions): boolean {
  const { algeriaUntil = 1962, moroccoTunisiaUntil = 1964 } = options;
  const department = place.slice(0, 2);

  switch (trait) {
    case '99352': // Algeria
      return department >= '91' && department <= '94' && birthYear <= algeriaUntil;
    case '99350': // Morocco
      return department === '95' && birthYear <= moroccoTunisiaUntil;
    case '99351': // Tunisia
      return department === '96' && birthYear <= moroccoTunisiaUntil;
    default:
      return false;
  }
}
