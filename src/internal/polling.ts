import { isTerrESanteError, type TerrESanteError } from '../errors.ts';
import { throwIfAborted } from './abort.ts';
import { pause } from './wait.ts';

/** How often something is looked at, and what failures are borne. */
export interface PollingOptions {
  readonly intervalMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Failures in a row that are waited out; the next one ends the watching. @defaultValue `0` */
  readonly failures?: number | undefined;
}

/** Longest wait after failures: an hour. */
const longestWaitMs = 3_600_000;

/**
 * Looks again and again, without end. After a failure that may pass it waits twice as long as
 * before, or as long as the far side asks.
 *
 * @param look - one reading; what it gives is passed on as it comes
 * @throws TerrESanteError `TE_CANCELLED`, and what `look` throws
 */
export async function* polled<T>(
  look: () => AsyncIterable<T>,
  { intervalMs, signal, failures = 0 }: PollingOptions,
): AsyncGenerator<T, void, undefined> {
  let failed = 0;

  for (;;) {
    throwIfAborted(signal);

    let waitMs = intervalMs;
    try {
      yield* look();
      failed = 0;
    } catch (error) {
      if (!isTerrESanteError(error) || !error.retryable || failed >= failures) throw error;
      failed += 1;
      waitMs = Math.max(Math.min(intervalMs * 2 ** failed, longestWaitMs), askedWait(error), intervalMs);
    }

    await pause(waitMs, { signal, keepsAlive: false });
    throwIfAborted(signal);
  }
}

function askedWait({ details: { retryAfterMs } }: TerrESanteError): number {
  return typeof retryAfterMs === 'number' ? Math.min(retryAfterMs, longestWaitMs) : 0;
}
