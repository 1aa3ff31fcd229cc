import { createHash } from 'node:crypto';
import { TerrESanteError } from '../../../errors.ts';
import { longestClockSkewMs } from '../../../internal/clock-skew.ts';
import type { AssertionContent } from './content.ts';
import { momentOf, numberIn, refuseArgument, textOf } from '../../../internal/border.ts';

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
  const good = typeof guard === 'object' && guard !== null && typeof (guard as ReplayGuard).claim === 'function';
  return good ? (guard as ReplayGuard) : refuseArgument('replay', 'garde contre le rejeu attendue');
}
