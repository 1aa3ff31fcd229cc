const cr = 13;
const lf = 10;
const space = 32;
const tab = 9;
const dash = 45;

/** More blanks behind a delimiter than this make it content. */
const maxPadding = 128;

/** What a look for the next delimiter found. */
export type Found =
  /** `end` of the content before it, `next` byte behind its line. */
  | { readonly kind: 'delimiter'; readonly end: number; readonly next: number; readonly isLast: boolean }
  /** Nothing before `safe` belongs to a delimiter; `scanned` is where to look on. */
  | { readonly kind: 'none'; readonly safe: number; readonly scanned: number };

/**
 * Finds the next delimiter: at the beginning of a line, and followed by blanks and a line break, or
 * by two dashes. The line break before it belongs to it. What only begins like one is content.
 *
 * @param marker - two dashes and the boundary
 * @param from - where to look on
 * @param isWhole - whether no more bytes will come
 * @see RFC 2046, section 5.1.1
 */
export function findDelimiter(buffer: Buffer, marker: Buffer, from: number, isWhole: boolean): Found {
  for (let at = buffer.indexOf(marker, from); at >= 0; at = buffer.indexOf(marker, at + 1)) {
    if (at > 0 && buffer[at - 1] !== lf) continue;

    const line = lineBehind(buffer, at + marker.length, isWhole);
    if (line === 'content') continue;
    const end = endBefore(buffer, at);
    if (line === 'unknown') return { kind: 'none', safe: end, scanned: at };
    return { kind: 'delimiter', end, ...line };
  }

  // The end of what is there may be the beginning of a delimiter, its line break included.
  const scanned = isWhole ? buffer.length : Math.max(from, buffer.length - marker.length + 1);
  const safe = isWhole ? buffer.length : Math.max(0, scanned - 2);
  return { kind: 'none', safe, scanned };
}

/** Where the content ends: the line break before the delimiter is not part of it. */
function endBefore(buffer: Buffer, at: number): number {
  if (at === 0) return 0;
  return at > 1 && buffer[at - 2] === cr ? at - 2 : at - 1;
}

/** What stands behind the marker; `unknown` while its line has not come whole. */
function lineBehind(
  buffer: Buffer,
  after: number,
  isWhole: boolean,
): { readonly next: number; readonly isLast: boolean } | 'content' | 'unknown' {
  if (after + 1 >= buffer.length && !isWhole) return 'unknown';
  // Behind the closing delimiter nothing counts any more.
  if (buffer[after] === dash && buffer[after + 1] === dash) return { next: after + 2, isLast: true };

  let at = after;
  while (at < buffer.length && (buffer[at] === space || buffer[at] === tab)) at += 1;
  if (at - after > maxPadding) return 'content';

  if (buffer[at] === lf) return { next: at + 1, isLast: false };
  if (at >= buffer.length || (buffer[at] === cr && at + 1 >= buffer.length)) return isWhole ? 'content' : 'unknown';
  return buffer[at] === cr && buffer[at + 1] === lf ? { next: at + 2, isLast: false } : 'content';
}
