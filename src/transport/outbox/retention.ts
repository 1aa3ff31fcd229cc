import { parseInstant } from '../../internal/hl7-time.ts';
import { waits } from './entry.ts';
import type { OutboxEntry } from './model.ts';

/** When the last thing was learnt about a deposit, in milliseconds since 1970. */
function lastNewsAt({ createdAt, lastError, track }: OutboxEntry): number {
  const facts = track.evidence.map(({ at }) => Date.parse(at)).filter((at) => Number.isFinite(at));
  return Math.max(createdAt, lastError?.at ?? 0, ...facts);
}

/**
 * Whether a deposit is forgotten: nothing more is sent for it, and nothing was learnt about it
 * since. One that waits is never forgotten, however old.
 */
export function isForgotten(entry: OutboxEntry, before: number): boolean {
  return !waits(entry) && lastNewsAt(entry) < before;
}

/**
 * The instant of `purgeBefore`; `null` without one.
 *
 * @throws TerrESanteError `TE_DATE_INVALID`
 */
export const purgeInstant = (before: string | undefined): number | null =>
  before === undefined ? null : parseInstant(before).epochMs;
