import { isTerrESanteError } from '../../errors.ts';
import { searchWhole, type FhirFound, type FhirSearch } from '../fhir/search.ts';
import type { FhirCall } from './exchange.ts';

/** A refusal that another question may not meet. */
export function isUnknownCondition(error: unknown): boolean {
  return isTerrESanteError(error) && ['TE_VALIDATION', 'TE_UNSUPPORTED'].includes(error.code);
}

/**
 * The whole of the first question that the server takes, from all that is wanted to what every
 * server knows: it may know less, or refuse what it does not know.
 *
 * @throws TerrESanteError the first refusal when it takes none, and those of a search
 */
export async function searchFirst(
  { partner, limits, options }: FhirCall,
  type: string,
  questions: readonly FhirSearch['parameters'][],
): Promise<FhirFound> {
  let refusal: unknown;
  for (const parameters of questions) {
    try {
      const allowsGet = options.services.patientInAddress;
      return await searchWhole(partner, { ...limits, type, parameters, allowsGet });
    } catch (error) {
      if (!isUnknownCondition(error)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}
