import { TerrESanteError } from '../../errors.ts';
import { inPieces, scan, type ByteSource } from '../../internal/bytes.ts';
import { fixedSource, isFixed, madeFrom } from '../model/content.ts';

/**
 * Three bytes in, four characters out; strings of this length die among the young objects, at
 * little cost.
 */
const pieceBytes = 48 * 1024;

/** Up to this size a document is encoded once and kept; a larger one at each reading. */
const keptBytes = 32 * 1024 * 1024;

/** Base64 of a source on one line, without holding it: all pieces are in the same buffer. */
async function* base64Chunks(source: ByteSource): AsyncGenerator<Uint8Array> {
  const encoded = Buffer.allocUnsafe((pieceBytes / 3) * 4);
  let seen = 0;
  for await (const piece of inPieces(scan(source), pieceBytes)) {
    seen += piece.length;
    yield encoded.subarray(0, encoded.write(piece.toString('base64'), 'latin1'));
  }

  if (seen !== source.byteLength) {
    throw new TerrESanteError('TE_INPUT_INVALID', "La source du contenu n'a pas donné le nombre d'octets annoncé.", {
      details: { announced: source.byteLength, read: seen },
    });
  }
}

/** `head`, the base64 of `content`, `tail`: a document whose body is never held whole. */
export function wrapInBase64(head: Uint8Array, content: ByteSource, tail: Uint8Array): ByteSource {
  async function* scanned(): AsyncGenerator<Uint8Array> {
    yield head;
    yield* base64Chunks(content);
    yield tail;
  }

  async function* open(): AsyncGenerator<Uint8Array> {
    for await (const chunk of scanned()) yield Uint8Array.from(chunk);
  }

  return madeFrom(content, {
    byteLength: head.length + Math.ceil(content.byteLength / 3) * 4 + tail.length,
    open,
    scan: scanned,
  });
}

/**
 * The document that {@link wrapInBase64} describes, encoded now and kept when it is small and its
 * content cannot change: its readers (hash, archive) do not encode it again.
 */
export async function keptInBase64(head: Uint8Array, content: ByteSource, tail: Uint8Array): Promise<ByteSource> {
  const source = wrapInBase64(head, content, tail);
  if (!isFixed(content) || source.byteLength > keptBytes) return source;

  const bytes = Buffer.allocUnsafe(source.byteLength);
  let length = 0;
  for await (const chunk of scan(source)) {
    bytes.set(chunk, length);
    length += chunk.length;
  }

  return fixedSource(bytes);
}
