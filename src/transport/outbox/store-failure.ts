import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { foreignCode } from '../../internal/foreign-error.ts';

/**
 * Runs the work of a store; a foreign failure becomes `TE_OUTBOX`. Its message may hold a path or
 * quote values: only its code goes on.
 */
export async function storeWork<T>(message: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isTerrESanteError(error)) throw error;

    throw new TerrESanteError('TE_OUTBOX', message, {
      details: { reason: foreignCode(error) ?? 'unknown' },
      retryable: true,
    });
  }
}
