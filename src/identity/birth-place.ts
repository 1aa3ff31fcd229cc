import { errorIssue, warningIssue, type IdentityIssue } from './issue.ts';
import type { BirthPlace } from './patient.ts';
import { isBlank } from './blank.ts';

/**
 * Whether a text has the shape of a COG code: five characters, commune or `99` and the country. Department codes alone
 * are not.
 *
 * @group Traits
 */
export function isCog(text: unknown): boolean {
  if (typeof text !== 'string' || text.length !== 5) return false;
  for (let index = 0; index < 5; index += 1) {
    const code = text.charCodeAt(index);
    const corsica = index === 1 && (code === 0x41 || code === 0x42) && text.charCodeAt(0) === 0x32;
    if ((code < 0x30 || code > 0x39) && !corsica) return false;
  }
  return true;
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
  if (!isBlank(communeInsee)) return asCog(communeInsee);
  const country = asCog(countryInsee);
  return country !== null && isCountryCog(country) && country !== france ? country : null;
}

const path = 'traits.birthPlace';

/**
 * Whether a birth place is there and right: for France a commune or a postal code, abroad the country is enough.
 * Adds its issues; returns false when the place is missing.
 */
export function checkBirthPlace(place: LoosePlace, issues: IdentityIssue[]): boolean {
  const { countryInsee, postalCode, communeInsee } = place;
  const country = isBlank(countryInsee) ? undefined : asCog(countryInsee);
  const commune = isBlank(communeInsee) ? undefined : asCog(communeInsee);
  if (country === null || (country !== undefined && !isCountryCog(country))) {
    issues.push(
      errorIssue(
        'COG',
        `${path}.countryInsee`,
        'Pays de naissance : code INSEE de cinq chiffres commençant par 99 attendu.',
      ),
    );
    return true;
  }
  if (commune !== undefined) {
    if (commune === null) {
      issues.push(
        errorIssue(
          'COG',
          `${path}.communeInsee`,
          'Lieu de naissance : code INSEE de commune de cinq caractères attendu.',
        ),
      );
      return true;
    }
    // A country code in the place of the commune agrees with the same country only.
    const expected = isCountryCog(commune) ? commune : france;
    if (country !== undefined && country !== expected)
      issues.push(
        errorIssue('BIRTH_PLACE_CONFLICT', path, 'Lieu de naissance : la commune et le pays ne vont pas ensemble.'),
      );
    if (commune === unknownPlace)
      issues.push(warningIssue('BIRTH_PLACE_UNKNOWN', path, 'Lieu de naissance déclaré inconnu (99999).'));
    return true;
  }
  if (country !== undefined && country !== france) {
    if (country === unknownPlace)
      issues.push(warningIssue('BIRTH_PLACE_UNKNOWN', path, 'Lieu de naissance déclaré inconnu (99999).'));
    return true;
  }
  if (!isBlank(postalCode)) {
    if (!isPostalCode(postalCode))
      issues.push(
        errorIssue('POSTAL_CODE', `${path}.postalCode`, 'Code postal de naissance : cinq chiffres attendus.'),
      );
    return true;
  }
  if (country !== undefined)
    issues.push(
      warningIssue(
        'BIRTH_PLACE_COUNTRY_ONLY',
        path,
        'Né(e) en France : la commune ou le code postal de naissance est nécessaire.',
      ),
    );
  return false;
}
