import type { TerrESanteError } from '../errors.ts';

/**
 * The far side says that it has a document of this uniqueId, the very same or another: only its
 * hash tells.
 *
 * @see IHE ITI TF-3, table 4.2.4.1-2
 */
export function saysDuplicate({ code, details: { errorCodes } }: TerrESanteError): boolean {
  return code === 'TE_DUPLICATE' || (Array.isArray(errorCodes) && errorCodes.includes('XDSNonIdenticalHash'));
}
