import { addError, addWarning, warningIssue, type IdentityIssue } from './issue.ts';
import type { BirthPlace } from './patient.ts';
import type { CogLookup } from './reference/lookup.ts';
import { departmentAt, isBlank, twoDigits } from './text.ts';

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
 * enough. Adds its issues.
 *
 * @returns The COG code; `null` when the place is there without one; `undefined` when the place is
 *   missing.
 */
export function checkBirthPlace(place: BirthPlace, issues: IdentityIssue[]): string | null | undefined {
  const { countryInsee, postalCode, communeInsee } = place as LoosePlace;
  // The usual case: a commune, and either no country or France.
  if (isCog(communeInsee) && (countryInsee === undefined || countryInsee === france)) {
    const commune = communeInsee as string;
    if (!isCountryCog(commune)) return commune;
  }
  const country = isBlank(countryInsee) ? undefined : asCog(countryInsee);
  if (country === null || (country !== undefined && !isCountryCog(country))) {
    addError(
      issues,
      'COG',
      `${path}.countryInsee`,
      'Lieu de naissance : code INSEE de pays attendu (cinq chiffres, 99 au début).',
    );
    return null;
  }
  let code = country;
  if (!isBlank(communeInsee)) {
    const commune = asCog(communeInsee);
    if (commune === null) {
      addError(
        issues,
        'COG',
        `${path}.communeInsee`,
        'Lieu de naissance : code INSEE de commune attendu (cinq caractères).',
      );
      return null;
    }
    // A country code in the place of the commune agrees with the same country only.
    if (country !== undefined && country !== (isCountryCog(commune) ? commune : france)) {
      addError(issues, 'BIRTH_PLACE_CONFLICT', path, 'Lieu de naissance : commune et pays ne vont pas ensemble.');
    }
    code = commune;
  }
  if (code !== undefined && code !== france) {
    if (code === unknownPlace) {
      addWarning(issues, 'BIRTH_PLACE_UNKNOWN', path, 'Lieu de naissance : déclaré inconnu (99999).');
    }
    return code;
  }
  if (!isBlank(postalCode)) {
    if (!(typeof postalCode === 'string' && /^\d{5}$/.test(postalCode))) {
      addError(issues, 'POSTAL_CODE', `${path}.postalCode`, 'Lieu de naissance : code postal attendu (cinq chiffres).');
    }
    return null;
  }
  if (code === france) {
    addWarning(
      issues,
      'BIRTH_PLACE_COUNTRY_ONLY',
      path,
      'Lieu de naissance en France : commune ou code postal à renseigner.',
    );
  }
  return undefined;
}

/**
 * A code that the list does not hold: a warning, because the codes of the time of birth are
 * legitimate.
 */
export function unknownCogIssue(
  code: string,
  birthDate: string | undefined,
  lookup: CogLookup,
): IdentityIssue | undefined {
  if (lookup.has(code, birthDate) !== false) return undefined;
  return warningIssue(
    'COG_UNKNOWN',
    path,
    'Lieu de naissance : code absent de la liste actuelle, ancien ou mal saisi.',
  );
}
