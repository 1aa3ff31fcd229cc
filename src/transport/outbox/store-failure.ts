import { isTerrESanteError, TerrESanteError } from '../../errors.ts';

/**
 * Runs the work of a store; a foreign failure becomes ours. Its message may hold a path or quote
 * values: only its code goes on.
 */
export async function storeWork<T>(message: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isTerrESanteError(error)) throw error;
    const reason =
      typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
        ? error.code
        : 'unknown';
    throw new TerrESanteError('TE_OUTBOX', message, { details: { reason }, retryable: true });
  }
}
