import { TerrESanteError } from '../errors.ts';

/**
 * The error of one request, with the identifier that went with it. The error itself gets it when it
 * has none. One failure may end several calls, such as a card that is pulled out while two of them
 * wait: the second call receives an error of its own, with the first as cause.
 */
export function correlated(error: TerrESanteError, correlationId: string): TerrESanteError {
  // An error of an older copy of the package has no such property.
  const known = (error as { correlationId?: string | null }).correlationId ?? null;
  if (known === correlationId) return error;

  if (known === null && Object.isExtensible(error)) {
    Object.defineProperty(error, 'correlationId', {
      value: correlationId,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    return error;
  }

  const { code, message, retryable, findings, details } = error;
  return new TerrESanteError(code, message, { cause: error, retryable, findings, details, correlationId });
}
