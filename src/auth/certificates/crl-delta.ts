import type { CheckedCrl } from './crl.ts';

/**
 * Whether a delta brings a list up to date: it covers the same, is later, and is for a list no
 * newer than this one (RFC 5280, section 5.2.4, conditions a to d).
 */
function isFor(delta: CheckedCrl, { scope, number }: CheckedCrl): boolean {
  if (delta.deltaOf === null || delta.number === null || number === null) return false;
  return delta.scope === scope && delta.deltaOf <= number && delta.number > number;
}

/**
 * A complete list with the newest delta that is for it; the list itself when there is none. Without
 * delta a list is as good as its dates: whether deltas are used is the verifier's choice (6.3.1).
 */
export function withDelta(list: CheckedCrl, deltas: readonly CheckedCrl[]): CheckedCrl {
  let newest: CheckedCrl | null = null;
  for (const delta of deltas) {
    if (isFor(delta, list) && (delta.number ?? 0n) > (newest?.number ?? 0n)) newest = delta;
  }
  if (!newest) return list;

  // What the delta does not name is as the list says; it may also take a certificate off the list.
  const { thisUpdate, nextUpdate, entry } = newest;
  const current = entry?.removed ? null : entry;
  return { ...list, thisUpdate, nextUpdate, entry: entry ? current : list.entry };
}
