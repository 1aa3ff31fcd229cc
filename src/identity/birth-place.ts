import type { Finding } from '../errors.ts';
import { finding } from '../internal/finding.ts';
import type { BirthPlace } from './patient.ts';
import type { CogLookup } from './reference/lookup.ts';
import { departmentAt, isBlank, twoDigits } from './text.ts';
import { traitRules } from './trait-rules.ts';

/**
 * Whether a text has the shape of a COG code: five characters, commune or `99` and the country.
 * Department codes alone are not.
 *
 * @group Traits
 */
export function isCog(text: unknown): boolean {
  if (typeof text !== 'string' || text.length !== 5) return false;
  return departmentAt(text, 0) >= 0 && twoDigits(text, 2) >= 0 && twoDigits(text, 3) >= 0;
}

export function isCountryCog(cog: string): boolean {
  return cog.startsWith('99');
}

/** COG code of France as a country. Several public examples mislabel it. */
export const france = '99100';
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
 * @example
 * ```ts
 * import { birthPlaceCog } from 'terr-esante-sdk/identity';
 *
 * birthPlaceCog({ communeInsee: '93066' }); // '93066'
 * birthPlaceCog({ postalCode: '93200' }); // null
 * ```
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

/**
 * Checks a birth place: for France a commune or a postal code is needed, abroad the country is
 * enough. Adds its findings.
 *
 * @returns The COG code; `null` when the place is there without one; `undefined` when the place is
 *   missing.
 */
export function checkBirthPlace(place: BirthPlace, findings: Finding[]): string | null | undefined {
  const { countryInsee, postalCode, communeInsee } = place as LoosePlace;
  // The usual case: a commune, and either no country or France.
  if (isCog(communeInsee) && (countryInsee === undefined || countryInsee === france)) {
    const commune = communeInsee as string;
    if (!isCountryCog(commune)) return commune;
  }
  const country = isBlank(countryInsee) ? undefined : asCog(countryInsee);
  if (country === null || (country !== undefined && !isCountryCog(country))) {
    findings.push(finding(traitRules, 'IDENTITY-COG', { path: `${path}.countryInsee`, expected: '99000-99999' }));
    return null;
  }
  let code = country;
  if (!isBlank(communeInsee)) {
    const commune = asCog(communeInsee);
    if (commune === null) {
      findings.push(finding(traitRules, 'IDENTITY-COG', { path: `${path}.communeInsee`, expected: '01001-98999' }));
      return null;
    }
    // A country code in the place of the commune agrees with the same country only.
    if (country !== undefined && country !== (isCountryCog(commune) ? commune : france)) {
      findings.push(finding(traitRules, 'IDENTITY-BIRTH-PLACE-CONFLICT', { path }));
    }
    code = commune;
  }
  if (code !== undefined && code !== france) {
    if (code === unknownPlace) {
      findings.push(finding(traitRules, 'IDENTITY-BIRTH-PLACE-UNKNOWN', { path }));
    }
    return code;
  }
  if (!isBlank(postalCode)) {
    if (!(typeof postalCode === 'string' && /^\d{5}$/.test(postalCode))) {
      findings.push(finding(traitRules, 'IDENTITY-POSTAL-CODE', { path: `${path}.postalCode` }));
    }
    return null;
  }
  if (code === france) {
    findings.push(finding(traitRules, 'IDENTITY-BIRTH-PLACE-COUNTRY-ONLY', { path }));
  }
  return undefined;
}

/**
 * A code that the list does not hold: a warning, because the codes of the time of birth are
 * legitimate.
 */
export function unknownCogFinding(code: string, birthDate: string | undefined, lookup: CogLookup): Finding | null {
  if (lookup.has(code, birthDate) !== false) return null;

  return finding(traitRules, 'IDENTITY-COG-UNKNOWN', { path });
}
