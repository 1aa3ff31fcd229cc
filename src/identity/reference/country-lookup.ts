import { isCog, isCountryCog } from '../birth-place.ts';
import { countries } from './countries.ts';
import type { CogLookup } from './lookup.ts';

/**
 * The countries of the COG, `99100` being France. Current codes only: the country of an older birth
 * may be absent, which is a warning at most. `99999` is the unknown place.
 *
 * @example
 * ```ts
 * import { createCountryLookup } from 'terr-esante-sdk/identity/reference';
 *
 * const lookup = createCountryLookup();
 * lookup.label('99100'); // 'France'
 * lookup.has('99001'); // false
 * ```
 *
 * @see Nomenclature des objets de santé, table ASS_A25 (COG and ISO countries); labels of Unicode
 *   CLDR
 * @group Reference data
 */
export function createCountryLookup(): CogLookup {
  const labels = new Map(countries.split('|').map((row) => [row.slice(0, 5), row.slice(5)]));
  labels.set('99999', 'Lieu inconnu');

  return {
    has: (code) => (isCog(code) && isCountryCog(code) ? labels.has(code) : null),
    label: (code) => labels.get(code) ?? null,
    search: () => [],
  };
}
