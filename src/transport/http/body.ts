import type { Readable } from 'node:stream';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { cancelled } from '../../internal/abort.ts';
import { Alarm } from '../../internal/wait.ts';
import { httpFailure } from './failures.ts';

/** Bounds of the reading of an answer. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** Longest silence of the server while somebody waits for it. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/**
 * A server that was waited for this many times the longest silence must have sent this much a
 * second, on average. One byte now and then is no answer. An assumption, far below any line.
 */
const slowest = { silences: 4, bytesPerSecond: 1_000 };

/**
 * The body with its limits: length, silence, slowness and cancellation. Only the time that somebody
 * waits for the server counts: a reader may pause as long as it likes. Whatever ends the reading
 * before its end also ends the connection, through `end`, and the reading of what was still sent.
 *
 * @param sent - the body of the request
 */
export async function* limitedBody(
  stream: Readable,
  sent: Readable | undefined,
  end: AbortController,
  { maxBytes, idleMs, signal }: BodyLimits,
): AsyncGenerator<Uint8Array, void, undefined> {
  let total = 0;
  let isWhole = false;
  let waitedMs = 0;
  const stalled = (): TerrESanteError => new TerrESanteError('TE_TIMEOUT', 'Le serveur a cessé de répondre.');
  let asked: number | null = performance.now();
  const silence = new Alarm();
  // Not set anew for each chunk: there are thousands of them.
  const watch = (ms: number): void =>
    silence.set(ms, () => {
      if (asked === null) return;
      const left = asked + idleMs - performance.now();
      if (left <= 0) end.abort(stalled());
      else watch(Math.ceil(left));
    });
  watch(idleMs);

  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      waitedMs += performance.now() - asked;
      asked = null;
      total += chunk.length;
      if (total > maxBytes) {
        throw new TerrESanteError('TE_PROTOCOL', 'La réponse du serveur est trop longue.', { details: { maxBytes } });
      }
      const least = (waitedMs / 1_000) * slowest.bytesPerSecond;
      if (waitedMs > idleMs * slowest.silences && total < least) throw stalled();

      yield chunk;
      asked = performance.now();
      if (!silence.isSet) watch(idleMs);
    }
    isWhole = true;
  } catch (error) {
    throw reasonOf(end.signal) ?? reasonOf(signal) ?? httpFailure(error, true);
  } finally {
    silence.off();
    if (!isWhole) end.abort();
    sent?.destroy();
  }
}

/** Why a signal fired, as an error of the SDK; `null` while it has not. */
export function reasonOf(signal: AbortSignal): TerrESanteError | null {
  if (!signal.aborted) return null;
  return isTerrESanteError(signal.reason) ? signal.reason : cancelled(signal);
}
