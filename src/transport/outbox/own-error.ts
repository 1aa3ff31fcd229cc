import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { foreignCode } from '../../internal/foreign-error.ts';

/** A foreign message may quote an address or a path: only its code goes on. */
export function ownError(error: unknown): TerrESanteError {
  if (isTerrESanteError(error)) return error;

  return new TerrESanteError('TE_OUTBOX', "La boîte d'envoi a rencontré une erreur.", {
    details: { reason: foreignCode(error) ?? 'unknown' },
    retryable: true,
  });
}
