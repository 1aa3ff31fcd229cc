import { TerrESanteError } from '../../errors.ts';

/** Refusals after which nothing was done: nothing was sent, or the far side said no. */
const notDone: ReadonlySet<string> = new Set([
  'TE_TLS',
  'TE_CLIENT_CERT',
  'TE_PROXY',
  'TE_TOO_LARGE',
  'TE_FORBIDDEN',
  'TE_RATE_LIMITED',
]);
const notSent: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Whether the far side may have done what a request asked, although it ended in this error. */
export function mayBeDone({ code, details }: TerrESanteError): boolean {
  const { status, networkCode, proxy } = details;
  const isRefusal = typeof status === 'number' && status >= 300 && status < 500;
  return !(isRefusal || notDone.has(code) || notSent.has(String(networkCode)) || proxy !== undefined);
}

/**
 * The error of a request that writes, which says whether the far side may have done it.
 *
 * @param isDecided - the content of the answer says that nothing was done
 */
export function withOutcome(error: TerrESanteError, isDecided: boolean): TerrESanteError {
  const unknownOutcome = !isDecided && mayBeDone(error);
  return new TerrESanteError(error.code, error.message, {
    cause: error,
    retryable: error.retryable && !unknownOutcome,
    details: { ...error.details, unknownOutcome },
  });
}
