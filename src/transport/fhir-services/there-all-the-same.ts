import { isTerrESanteError, TerrESanteError } from '../../errors.ts';

/**
 * What is there although the attempt to create it ended in an error: the answer may have been lost,
 * or an earlier attempt had landed. An error that leaves no doubt is thrown as it is; so is the
 * first one where nothing is found, or where that cannot be asked either.
 */
export async function thereAllTheSame<T>(error: unknown, look: () => Promise<T | null>): Promise<T> {
  if (!isTerrESanteError(error) || error.code === 'TE_CANCELLED') throw error;
  if (error.details['unknownOutcome'] !== true && error.code !== 'TE_DUPLICATE') throw error;

  const found = await look().catch((failure: unknown) => {
    if (isTerrESanteError(failure)) return null;
    throw failure;
  });
  if (found !== null) return found;
  throw new TerrESanteError(error.code, error.message, { cause: error, retryable: false, details: error.details });
}
