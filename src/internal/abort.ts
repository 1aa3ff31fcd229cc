import { TerrESanteError } from '../errors.ts';
import { longestTimerMs, optionalNumber } from './border.ts';

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

/** A signal that fires when the caller gives up or the time is over. */
export interface Limit {
  /** Its reason is the error to throw: `TE_CANCELLED` or `TE_TIMEOUT`. */
  readonly signal: AbortSignal;
  /** Lets go of the caller's signal, which may live much longer than one call. */
  release(): void;
}

/**
 * Joins the signal and the deadline of a call. For work that must be waited for although it was
 * stopped, because its end tells what happened; else {@link withDeadline} is shorter.
 */
export function limitOf({ signal, timeoutMs }: CallOptions, timeoutMessage = 'Délai dépassé.'): Limit {
  throwIfAborted(signal);
  const delayMs = optionalNumber('timeoutMs', timeoutMs, undefined, { max: longestTimerMs });
  const controller = new AbortController();

  const onAbort = signal && ((): void => controller.abort(cancelled(signal)));
  if (onAbort) signal.addEventListener('abort', onAbort, { once: true });

  const onTimeout = (): void => controller.abort(new TerrESanteError('TE_TIMEOUT', timeoutMessage));
  const timer = delayMs === undefined ? undefined : setTimeout(onTimeout, delayMs);

  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer);
      if (onAbort) signal.removeEventListener('abort', onAbort);
    },
  };
}

/**
 * Settles as the work does, unless the signal fires (`TE_CANCELLED`) or the deadline passes
 * (`TE_TIMEOUT`) first. The work learns of it through the signal it receives.
 */
export async function withDeadline<T>(
  options: CallOptions,
  work: (signal: AbortSignal) => Promise<T>,
  timeoutMessage?: string,
): Promise<T> {
  const limit = limitOf(options, timeoutMessage);

  try {
    return await new Promise<T>((resolve, reject) => {
      limit.signal.addEventListener('abort', () => reject(limit.signal.reason as TerrESanteError), { once: true });
      work(limit.signal).then(resolve, reject);
    });
  } finally {
    limit.release();
  }
}
