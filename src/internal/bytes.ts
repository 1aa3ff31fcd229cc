import { nodeCrypto } from './node-crypto.ts';

/** Bytes that can be read more than once, so that a retry reads again. @group Bytes */
export interface ByteSource {
  /** Exact number of bytes that `open()` yields. */
  readonly byteLength: number;
  /** Starts a fresh reading from the first byte. */
  open(): AsyncIterable<Uint8Array>;
  /**
   * The same bytes for a reader that keeps none of them: each chunk may be overwritten once the
   * next is asked for. A source that has it spares memory on large contents.
   */
  scan?(): AsyncIterable<Uint8Array>;
}

/** Reads without keeping: hashing, inspecting, encoding, compressing. */
export function scan(source: ByteSource): AsyncIterable<Uint8Array> {
  return source.scan ? source.scan() : source.open();
}

/**
 * A source in pieces of one size, the last one shorter, all in the same buffer: for a reader that
 * keeps none.
 */
export async function* inPieces(source: AsyncIterable<Uint8Array>, pieceBytes: number): AsyncGenerator<Buffer> {
  const piece = Buffer.allocUnsafe(pieceBytes);
  let length = 0;

  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + pieceBytes - length);
      piece.set(part, length);
      at += part.length;
      length += part.length;
      if (length < pieceBytes) continue;

      yield piece;
      length = 0;
    }
  }

  if (length > 0) yield piece.subarray(0, length);
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    byteLength: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

export function sha1Hex(bytes: Uint8Array): string {
  return nodeCrypto().createHash('sha1').update(bytes).digest('hex');
}

export function sha256Hex(bytes: Uint8Array): string {
  return nodeCrypto().createHash('sha256').update(bytes).digest('hex');
}

export function utf8Bytes(value: string): Uint8Array {
  return Buffer.from(value, 'utf8');
}
