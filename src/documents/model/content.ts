import { isBound, markBound, sourceOfHash } from '../../internal/bound-source.ts';
import { inPieces, type ByteSource } from '../../internal/bytes.ts';

/** Size of the pieces in which bytes that are kept are given to a reader. */
const pieceBytes = 64 * 1024;

/** Sources whose bytes cannot change. */
const fixed = new WeakSet<ByteSource>();

/**
 * A source over bytes that nothing else holds: it gives the same bytes for ever, since a reader
 * that keeps its chunks gets copies.
 */
export function fixedSource(bytes: Uint8Array): ByteSource {
  async function* scanned(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  async function* open(): AsyncGenerator<Uint8Array> {
    for await (const piece of inPieces(scanned(), pieceBytes)) yield Uint8Array.from(piece);
  }

  const source = Object.freeze({ byteLength: bytes.length, open, scan: scanned });
  fixed.add(source);
  return source;
}

/**
 * A source made over another one: it cannot change when the other one cannot, and is bound to its
 * first reading when the other one is.
 */
export function madeFrom(inner: ByteSource, source: ByteSource): ByteSource {
  if (isFixed(inner)) fixed.add(source);
  if (isBound(inner)) markBound(source);
  return Object.freeze(source);
}

/**
 * The content of an entry for a writer (archive, request, folder): what the SDK did not read itself
 * must have the hash that the metadata announce.
 */
export function contentToWrite(content: ByteSource, hash: string | null): ByteSource {
  return hash === null || isFixed(content) || isBound(content) ? content : sourceOfHash(content, hash);
}

/** Whether the bytes of a source cannot change: they need no second hash. */
export function isFixed(source: ByteSource): boolean {
  return fixed.has(source);
}
