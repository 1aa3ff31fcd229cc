import { constants, createDeflateRaw, type DeflateRaw } from 'node:zlib';
import { inPieces } from '../bytes.ts';
import { calledBack } from '../wait.ts';

const segmentBytes = 256 * 1024;
const windowBytes = 16 * 1024;
const { Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY } = constants;

/** Multiplier of a hash of four bytes (Knuth's, the golden ratio), and the bits that are kept. */
const hashFactor = 0x9e3779b1;
const hashBits = 12;

/** How many places of a window begin four bytes that an earlier place also begins. */
function repetitions(bytes: Uint8Array): number {
  const last = new Int32Array(2 ** hashBits).fill(-1);
  let found = 0;
  let four = 0;

  for (let at = 0; at < bytes.length; at += 1) {
    four = (four << 8) | (bytes[at] ?? 0);
    if (at < 3) continue;

    // Two places of one hash are compared: they may differ.
    const slot = Math.imul(four, hashFactor) >>> (32 - hashBits);
    const before = last[slot] ?? -1;
    const isRepeated =
      before >= 0 &&
      bytes[before] === bytes[at] &&
      bytes[before - 1] === bytes[at - 1] &&
      bytes[before - 2] === bytes[at - 2] &&
      bytes[before - 3] === bytes[at - 3];
    if (isRepeated) found += 1;
    last[slot] = at;
  }
  return found;
}

/**
 * How to compress a segment. Base64 of a scan holds no repetition: coding its 64 letters is all
 * that can be gained, and looking for repetitions costs four times the time for no byte. A window
 * at each end of the segment decides.
 */
function strategyOf(segment: Uint8Array): number {
  if (segment.length < 2 * windowBytes) return Z_DEFAULT_STRATEGY;

  const found = repetitions(segment.subarray(0, windowBytes)) + repetitions(segment.subarray(-windowBytes));
  return found > (2 * windowBytes) / 50 ? Z_DEFAULT_STRATEGY : Z_HUFFMAN_ONLY;
}

/**
 * One call of the compressor; rejects when it is destroyed meanwhile, so that no call waits for
 * ever.
 */
function step(deflate: DeflateRaw, start: (done: (error?: Error | null) => void) => void): Promise<void> {
  if (deflate.destroyed) return Promise.reject(new Error('closed'));
  return calledBack(deflate, { failures: ['close'] }, start);
}

/** Writes piece by piece: the buffer is used again only when zlib has read it. */
async function feed(deflate: DeflateRaw, source: AsyncIterable<Uint8Array>, level: number): Promise<void> {
  let current = Z_DEFAULT_STRATEGY;
  for await (const segment of inPieces(source, segmentBytes)) {
    const strategy = strategyOf(segment);
    // Takes effect after what was written before: zlib flushes first.
    if (strategy !== current) await step(deflate, (done) => deflate.params(level, strategy, done));
    current = strategy;
    await step(deflate, (done) => deflate.write(segment, done));
  }
  deflate.end();
}

/**
 * Raw deflate in a stream. The bytes depend on the content and the level only, not on how the
 * source is cut.
 *
 * @param level - zlib level, 1 to 9
 */
export async function* deflated(source: AsyncIterable<Uint8Array>, level: number): AsyncGenerator<Uint8Array> {
  const deflate = createDeflateRaw({ level, memLevel: 9, chunkSize: 128 * 1024 });
  // An error of the source destroys the compressor, which the loop below then throws.
  const fed = feed(deflate, source, level).catch((error: unknown) => deflate.destroy(error as Error));
  try {
    for await (const chunk of deflate) yield chunk as Uint8Array;
  } finally {
    deflate.destroy();
    await fed;
  }
}
