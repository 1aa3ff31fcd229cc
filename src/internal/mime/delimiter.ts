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
 * @param isLineStart - whether a line begins with the buffer
 * @param isWhole - whether no more bytes will come
 * @see RFC 2046, section 5.1.1
 */
export function findDelimiter(
  buffer: Buffer,
  marker: Buffer,
  { from, isLineStart, isWhole }: { readonly from: number; readonly isLineStart: boolean; readonly isWhole: boolean },
): Found {
  for (let at = buffer.indexOf(marker, from); at >= 0; at = buffer.indexOf(marker, at + 1)) {
    if (!beginsLine(buffer, at, isLineStart)) continue;

    const line = lineBehind(buffer, at + marker.length, isWhole);
    if (line === 'content') continue;
    const end = endBefore(buffer, at);
    if (line === 'unknown') return { kind: 'none', safe: end, scanned: at };
    return { kind: 'delimiter', end, ...line };
  }

  const scanned = isWhole ? buffer.length : possibleBeginning(buffer, marker, isLineStart);
  return { kind: 'none', safe: isWhole ? buffer.length : endBefore(buffer, scanned), scanned };
}

/** A buffer that begins in the middle of a line has no delimiter at its beginning. */
function beginsLine(buffer: Buffer, at: number, isLineStart: boolean): boolean {
  return at === 0 ? isLineStart : buffer[at - 1] === lf;
}

/**
 * Where the end of what is there may be the beginning of a delimiter. What cannot be is passed on
 * at once, so that a long content is not copied to join its chunks.
 */
function possibleBeginning(buffer: Buffer, marker: Buffer, isLineStart: boolean): number {
  const { length } = buffer;
  for (let at = Math.max(0, length - marker.length + 1); at <= length; at += 1) {
    if (!beginsLine(buffer, at, isLineStart)) continue;
    if (buffer.subarray(at).equals(marker.subarray(0, length - at))) return at;
  }
  // A line break may have come by half.
  return buffer[length - 1] === cr ? length + 1 : length;
}

/** Where the content ends: the line break before the delimiter is not part of it. */
function endBefore(buffer: Buffer, at: number): number {
  if (at === 0) return 0;
  if (at > buffer.length) return buffer.length - 1;
  if (buffer[at - 1] !== lf) return at;
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
