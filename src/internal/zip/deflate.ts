import { Readable, pipeline } from 'node:stream';
import { constants, createDeflateRaw, deflateRawSync } from 'node:zlib';

const segmentBytes = 1024 * 1024;
const windowBytes = 8 * 1024;
const sampled = 3;
const { Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY } = constants;

/**
 * How to compress a segment. Base64 of a scan holds no repetition: coding its 64 letters is all that can be gained,
 * and looking for repetitions costs four times the time for no byte. Small windows are tried both ways.
 */
function strategyOf(segment: Uint8Array, level: number): number {
  if (segment.length < sampled * windowBytes) return Z_DEFAULT_STRATEGY;
  const step = Math.floor((segment.length - windowBytes) / (sampled - 1));
  let searched = 0;
  let coded = 0;
  for (let index = 0; index < sampled; index += 1) {
    const window = segment.subarray(index * step, index * step + windowBytes);
    searched += deflateRawSync(window, { level }).length;
    coded += deflateRawSync(window, { level, strategy: Z_HUFFMAN_ONLY }).length;
  }
  return searched < coded * 0.98 ? Z_DEFAULT_STRATEGY : Z_HUFFMAN_ONLY;
}

async function* segments(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + segmentBytes - length);
      parts.push(part);
      at += part.length;
      length += part.length;
      if (length === segmentBytes) {
        yield Buffer.concat(parts);
        parts = [];
        length = 0;
      }
    }
  }
  if (length > 0) yield Buffer.concat(parts);
}

/**
 * Raw deflate in a stream. The bytes depend on the content and the level only, not on how the source is cut.
 *
 * @param level - zlib level, 1 to 9
 */
export async function* deflated(source: AsyncIterable<Uint8Array>, level: number): AsyncGenerator<Uint8Array> {
  const deflate = createDeflateRaw({ level, memLevel: 9, chunkSize: 128 * 1024 });
  let current = Z_DEFAULT_STRATEGY;
  async function* tuned(): AsyncGenerator<Uint8Array> {
    for await (const segment of segments(source)) {
      const strategy = strategyOf(segment, level);
      // Takes effect after what was written before: zlib flushes first.
      if (strategy !== current) await new Promise<void>((resolve) => deflate.params(level, strategy, resolve));
      current = strategy;
      yield segment;
    }
  }
  // An error of the source destroys the compressor, which the loop below then throws.
  pipeline(Readable.from(tuned(), { objectMode: false, highWaterMark: segmentBytes }), deflate, () => undefined);
  for await (const chunk of deflate) yield chunk as Uint8Array;
}
