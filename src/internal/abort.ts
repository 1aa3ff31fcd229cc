import { TerrESanteError } from '../errors.ts';

/** Options that every call that may take time accepts last. @group Runtime */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Longest time the call may take, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(signal);
}

export function cancelled(signal: AbortSignal): TerrESanteError {
  return new TerrESanteError('TE_CANCELLED', 'Opération annulée.', { cause: signal.reason });
}

/**
 * Settles as the work does, unless the signal fires (`TE_CANCELLED`) or the deadline passes
 * (`TE_TIMEOUT`) first. The work is told through the signal it receives.
 */
export async function withDeadline<T>(
  { signal, timeoutMs }: CallOptions,
  work: (signal: AbortSignal) => Promise<T>,
  timeoutMessage = 'Délai dépassé.',
): Promise<T> {
  throwIfAborted(signal);
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      const stop = (error: TerrESanteError): void => {
        reject(error);
        controller.abort(error);
      };
      if (signal) {
        onAbort = () => stop(cancelled(signal));
        signal.addEventListener('abort', onAbort, { once: true });
      }
      if (timeoutMs !== undefined) {
        timer = setTimeout(() => stop(new TerrESanteError('TE_TIMEOUT', timeoutMessage)), timeoutMs);
      }
      work(controller.signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener('abort', onAbort);
  }
}
