import { createHash } from 'node:crypto';
import { isTerrESanteError, TerrESanteError } from '../../../errors.ts';
import { longestClockSkewMs } from '../../../internal/clock-skew.ts';
import type { AssertionContent } from './content.ts';
import { momentOf, numberIn, refuseArgument, textOf } from '../../../internal/border.ts';
import { foreignCode } from '../../../internal/foreign-error.ts';
import { hostAnswer } from '../../../internal/wait.ts';

/**
 * Remembers which assertions were already taken. A shared store must claim atomically.
 *
 * @group VIHF verification
 */
export interface ReplayGuard {
  /**
   * Claims an assertion; `false` when it was claimed before.
   *
   * @param key - Names what was signed, in hexadecimal; no identifier can be read from it.
   * @param until - The claim may be forgotten after this moment, in milliseconds since 1970.
   */
  claim(key: string, until: number, now: number): boolean | Promise<boolean>;
}

/** Forgets the assertions that have ended: they are refused by their dates. */
function forgetEnded(claims: Map<string, number>, now: number): void {
  for (const [key, end] of claims) {
    if (end <= now) claims.delete(key);
  }
}

/**
 * A guard in the memory of one process. When it is full of assertions that are still valid it
 * refuses rather than forgets.
 *
 * @param capacity - Most assertions remembered at once.
 * @group VIHF verification
 */
export function createReplayGuard(capacity = 100_000): ReplayGuard {
  numberIn('capacity', capacity, { min: 1, max: 10_000_000, integer: true });

  const claims = new Map<string, number>();
  return {
    claim(key, until, now) {
      textOf('key', key);
      momentOf('now', now);
      // `Infinity` is an end too: that of an assertion without one.
      if (until !== Number.POSITIVE_INFINITY) momentOf('until', until);
      if ((claims.get(key) ?? 0) > now) return false;

      if (claims.size >= capacity) forgetEnded(claims, now);
      if (claims.size >= capacity) {
        throw new TerrESanteError('TE_UNAVAILABLE', "Trop d'assertions en cours de validité : réessayez plus tard.", {
          details: { reason: 'replay-guard-full' },
        });
      }

      claims.set(key, until);
      return true;
    },
  };
}

/**
 * Names what was signed: issuer, identifier and canonical bytes. Nothing else goes in, because what
 * is around the signed bytes (encoding of the certificate, white space of the signature) can be
 * written again by anybody who holds the assertion, and each writing would count as a new one.
 *
 * A hash, because a shared store must not hold the name of a professional.
 */
export function replayKey({ issuer, id }: AssertionContent, canonicalDigest: Uint8Array): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, id]))
    .update(canonicalDigest)
    .digest('hex');
}

/**
 * Until when an assertion must be remembered: its end, and the longest skew with which any check
 * may still take it. The skew of this check is not enough, since the next one may allow more.
 */
export function replayEnd({ notOnOrAfter }: AssertionContent): number {
  return notOnOrAfter === null ? Number.POSITIVE_INFINITY : notOnOrAfter + longestClockSkewMs;
}

/** A guard that cannot be asked would let every second presentation pass. */
export function checkReplayGuard(guard: unknown): ReplayGuard | undefined {
  if (guard === undefined) return undefined;
  const claim: unknown =
    typeof guard === 'object' && guard !== null ? (guard as Partial<ReplayGuard>).claim : undefined;
  if (typeof claim !== 'function') refuseArgument('replay', 'garde contre le rejeu attendue');
  // Read once: a getter of the host could give another method later.
  return { claim: (...parts) => (claim as ReplayGuard['claim']).apply(guard, parts) };
}

/**
 * Asks the guard whether an assertion was taken before. A guard that does not answer, or not in
 * time, lets nothing pass.
 *
 * @throws TerrESanteError `TE_UNAVAILABLE`, `TE_TIMEOUT`, or what the guard says in our own words
 */
export async function isFirstTime(guard: ReplayGuard, ...parts: Parameters<ReplayGuard['claim']>): Promise<boolean> {
  try {
    // `true` and nothing else: a guard that answers another kind of value answers nothing.
    return ((await hostAnswer('replay.claim', () => guard.claim(...parts))) as unknown) === true;
  } catch (error) {
    if (isTerrESanteError(error)) throw error;
    throw new TerrESanteError('TE_UNAVAILABLE', 'La garde contre le rejeu ne répond pas : réessayez plus tard.', {
      details: { reason: foreignCode(error) ?? 'replay-guard' },
    });
  }
}
