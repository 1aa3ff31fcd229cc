import type { Finding } from '../../errors.ts';
import { hasError } from '../../internal/finding.ts';
import { checkBirthPlace, unknownCogFinding } from '../birth-place.ts';
import type { BirthPlace } from '../patient.ts';
import type { CogCandidate, CogLookup } from './lookup.ts';
import { reading } from '../../internal/reading.ts';

/**
 * What a birth place resolves to: one COG code; several candidates, among which a human chooses;
 * nothing found; or a place that is missing or wrong.
 *
 * @group Reference data
 */
export type ResolvedBirthPlace =
  | { readonly result: 'resolved'; readonly code: string; readonly findings: readonly Finding[] }
  | {
      readonly result: 'ambiguous';
      readonly candidates: readonly CogCandidate[];
      readonly findings: readonly Finding[];
    }
  | { readonly result: 'not-found' | 'invalid'; readonly findings: readonly Finding[] };

/**
 * Resolves a birth place (commune, country, or postal code with or without the name of the commune)
 * to one COG code. Never guesses: several communes for one postal code, or Paris and one of its
 * arrondissements, are `ambiguous`.
 *
 * @param birthDate - `YYYY-MM-DD`; the code is the one of the time of birth.
 *
 * @example
 * ```ts
 * import { createCommuneLookup, resolveBirthPlace } from 'terr-esante-sdk/identity/reference';
 *
 * const lookup = createCommuneLookup([
 *   { code: '75056', nom: 'Paris', codesPostaux: ['75012'] },
 *   { code: '75112', nom: 'Paris 12e Arrondissement', codesPostaux: ['75012'] },
 * ]);
 * resolveBirthPlace({ postalCode: '75012' }, lookup).result; // 'ambiguous'
 * ```
 *
 * @group Reference data
 */
export function resolveBirthPlace(place: BirthPlace, lookup: CogLookup, birthDate?: string): ResolvedBirthPlace {
  return reading('place', () => resolved(place, lookup, birthDate));
}

function resolved(place: BirthPlace, lookup: CogLookup, birthDate?: string): ResolvedBirthPlace {
  const findings: Finding[] = [];
  const { present, code } = checkBirthPlace(place, findings);
  if (!present || hasError(findings)) return { result: 'invalid', findings };

  if (code !== null) {
    const unknown = unknownCogFinding(code, birthDate, lookup);
    return { result: 'resolved', code, findings: unknown ? [...findings, unknown] : findings };
  }

  const candidates = lookup.search(place.postalCode ?? '', place.city);
  const [only] = candidates;
  if (!only) return { result: 'not-found', findings };

  return candidates.length === 1
    ? { result: 'resolved', code: only.code, findings }
    : { result: 'ambiguous', candidates, findings };
}
