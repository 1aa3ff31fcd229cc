import type { Finding } from '../errors.ts';
import { finding } from '../internal/finding.ts';
import type { BirthPlace } from './patient.ts';
import type { CogLookup } from './reference/lookup.ts';
import { digitsAt, isBlank } from './text.ts';
import { traitRules } from './trait-rules.ts';

/**
 * Whether a text has the shape of a COG code: five characters, commune or `99` and the country.
 * Department codes alone are not.
 *
 * @group Traits
 */
export function isCog(text: unknown): boolean {
  return typeof text === 'string' && text.length === 5 && isDepartment(text) && digitsAt(text, 2, 3) >= 0;
}

/** Two digits, of which `99` stands for a country; in Corsica `2A` or `2B`. */
function isDepartment(text: string): boolean {
  return digitsAt(text, 0, 2) >= 0 || text.startsWith('2A') || text.startsWith('2B');
}

export function isCountryCog(cog: string): boolean {
  return cog.startsWith('99');
}

/** COG code of France as a country. Several public examples mislabel it. */
const france = '99100';
/** COG code of a place that is not known. */
const unknownPlace = '99999';

interface LoosePlace {
  readonly countryInsee?: unknown;
  readonly postalCode?: unknown;
  readonly communeInsee?: unknown;
}

function asCog(value: unknown): string | null {
  return isCog(value) ? (value as string) : null;
}

/**
 * The COG code of a birth place: the commune, or the country for a birth abroad. `null` when only a
 * postal code is known, which covers several communes.
 *
 * @group Traits
 */
export function birthPlaceCog(place: BirthPlace | undefined): string | null {
  const { countryInsee, communeInsee } = (place ?? {}) as LoosePlace;
  const code = asCog(isBlank(communeInsee) ? countryInsee : communeInsee);
  if (code === null || code === france) return null;

  return isBlank(communeInsee) && !isCountryCog(code) ? null : code;
}

const path = 'traits.birthPlace';

/** What a birth place holds. */
export interface CheckedPlace {
  /** False when neither a place nor an error is there: the trait is missing. */
  readonly present: boolean;
  /** COG code, `null` for a postal code alone or a wrong code. */
  readonly code: string | null;
}

const missing: CheckedPlace = { present: false, code: null };
const withoutCode: CheckedPlace = { present: true, code: null };

/**
 * Checks a birth place and adds its findings: for France a commune or a postal code is needed,
 * abroad the country is enough.
 */
export function checkBirthPlace(place: BirthPlace, findings: Finding[]): CheckedPlace {
  const { countryInsee, communeInsee, postalCode } = place as LoosePlace;

  const country = asCog(countryInsee);
  if (!isBlank(countryInsee) && (country === null || !isCountryCog(country))) {
    findings.push(finding(traitRules, 'IDENTITY-COG', { path: `${path}.countryInsee`, expected: '99000-99999' }));
    return withoutCode;
  }

  const commune = asCog(communeInsee);
  if (commune === null && !isBlank(communeInsee)) {
    findings.push(finding(traitRules, 'IDENTITY-COG', { path: `${path}.communeInsee`, expected: '01001-98999' }));
    return withoutCode;
  }

  if (commune !== null && country !== null && country !== countryOf(commune)) {
    findings.push(finding(traitRules, 'IDENTITY-BIRTH-PLACE-CONFLICT', { path }));
  }

  const code = commune ?? country;
  if (code === null || code === france) return checkPostalCode(postalCode, code === france, findings);
  if (code === unknownPlace) findings.push(finding(traitRules, 'IDENTITY-BIRTH-PLACE-UNKNOWN', { path }));
  return { present: true, code };
}

/** The country of a commune; a country may stand in the place of the commune. */
function countryOf(commune: string): string {
  return isCountryCog(commune) ? commune : france;
}

function checkPostalCode(postalCode: unknown, inFrance: boolean, findings: Finding[]): CheckedPlace {
  if (isBlank(postalCode)) {
    if (inFrance) findings.push(finding(traitRules, 'IDENTITY-BIRTH-PLACE-COUNTRY-ONLY', { path }));
    return missing;
  }

  if (typeof postalCode !== 'string' || !/^\d{5}$/.test(postalCode)) {
    findings.push(finding(traitRules, 'IDENTITY-POSTAL-CODE', { path: `${path}.postalCode` }));
  }
  return withoutCode;
}

/**
 * A code that the list does not hold: a warning, because the codes of the time of birth are
 * legitimate.
 */
export function unknownCogFinding(code: string, birthDate: string | undefined, lookup: CogLookup): Finding | null {
  if (lookup.has(code, birthDate) !== false) return null;
  return finding(traitRules, 'IDENTITY-COG-UNKNOWN', { path });
}
