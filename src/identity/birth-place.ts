import { errorIssue, warningIssue, type IdentityIssue } from './issue.ts';
import type { BirthPlace } from './patient.ts';
import type { CogLookup } from './reference/lookup.ts';
import { isBlank, twoDigits } from './text.ts';

/**
 * Whether a text has the shape of a COG code: five characters, commune or `99` and the country. Department codes alone
 * are not.
 *
 * @group Traits
 */
export function isCog(text: unknown): boolean {
  if (typeof text !== 'string' || text.length !== 5) return false;
  const letter = text.charCodeAt(1);
  const corsica = (letter === 0x41 || letter === 0x42) && text.charCodeAt(0) === 0x32;
  return (corsica || twoDigits(text, 0) >= 0) && twoDigits(text, 2) >= 0 && twoDigits(text, 3) >= 0;
}

export function isCountryCog(cog: string): boolean {
  return cog.charCodeAt(0) === 0x39 && cog.charCodeAt(1) === 0x39;
}

/** COG code of France as a country. Several public examples mislabel it. */
export const france = '99100';
const unknownPlace = '99999';

interface LoosePlace {
  readonly countryInsee?: unknown;
  readonly postalCode?: unknown;
  readonly communeInsee?: unknown;
}

function isPostalCode(value: unknown): boolean {
  return typeof value === 'string' && /^\d{5}$/.test(value);
}

function asCog(value: unknown): string | null {
  return isCog(value) ? (value as string) : null;
}

/**
 * The COG code of a birth place: the commune, or the country for a birth abroad. `null` when only a postal code is
 * known, which covers several communes.
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
 * Checks a birth place: for France a commune or a postal code is needed, abroad the country is enough. Adds its issues.
 *
 * @returns The COG code; `null` when the place is there without one; `undefined` when the place is missing.
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
    issues.push(
      errorIssue(
        'COG',
        `${path}.countryInsee`,
        'Pays de naissance : code INSEE de cinq chiffres commençant par 99 attendu.',
      ),
    );
    return null;
  }
  let code = country;
  if (!isBlank(communeInsee)) {
    const commune = asCog(communeInsee);
    if (commune === null) {
      issues.push(
        errorIssue(
          'COG',
          `${path}.communeInsee`,
          'Lieu de naissance : code INSEE de commune de cinq caractères attendu.',
        ),
      );
      return null;
    }
    // A country code in the place of the commune agrees with the same country only.
    if (country !== undefined && country !== (isCountryCog(commune) ? commune : france))
      issues.push(
        errorIssue('BIRTH_PLACE_CONFLICT', path, 'Lieu de naissance : la commune et le pays ne vont pas ensemble.'),
      );
    code = commune;
  }
  if (code !== undefined && code !== france) {
    if (code === unknownPlace)
      issues.push(warningIssue('BIRTH_PLACE_UNKNOWN', path, 'Lieu de naissance déclaré inconnu (99999).'));
    return code;
  }
  if (!isBlank(postalCode)) {
    if (!isPostalCode(postalCode))
      issues.push(
        errorIssue('POSTAL_CODE', `${path}.postalCode`, 'Code postal de naissance : cinq chiffres attendus.'),
      );
    return null;
  }
  if (code === france)
    issues.push(
      warningIssue(
        'BIRTH_PLACE_COUNTRY_ONLY',
        path,
        'Né(e) en France : la commune ou le code postal de naissance est nécessaire.',
      ),
    );
  return undefined;
}

/** A code that the list does not hold: a warning, because the codes of the time of birth are legitimate. */
export function unknownCogIssue(
  code: string,
  birthDate: string | undefined,
  lookup: CogLookup,
): IdentityIssue | undefined {
  if (lookup.has(code, birthDate) !== false) return undefined;
  return warningIssue(
    'COG_UNKNOWN',
    path,
    'Code du lieu de naissance absent de la liste actuelle : code ancien, ou erreur de saisie.',
  );
}
