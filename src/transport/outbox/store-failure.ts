import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { foreignCode } from '../../internal/foreign-error.ts';

/** SQLSTATE of a value that the database will refuse each time: data exception, constraint. */
const refusedData = /^2[23][0-9A-Z]{3}$/;

/**
 * Runs the work of a store; a foreign failure becomes `TE_OUTBOX`. Its message may hold a path or
 * quote values: only its code goes on.
 *
 * @param uncoded - the reason to give for a failure without a code
 */
export async function storeWork<T>(message: string, work: () => Promise<T>, uncoded = 'unknown'): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isTerrESanteError(error)) throw error;

    const code = foreignCode(error);
    throw new TerrESanteError('TE_OUTBOX', message, {
      details: { reason: code ?? uncoded },
      retryable: code === null || !refusedData.test(code),
    });
  }
}
