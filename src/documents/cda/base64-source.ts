import { TerrESanteError } from '../../errors.ts';
import type { ByteSource } from '../../internal/bytes.ts';

/** Base64 of a source on one line, without holding it: three bytes in, four characters out. */
async function* base64Chunks(source: ByteSource): AsyncIterable<Uint8Array> {
  let carry: Uint8Array = new Uint8Array();
  let seen = 0;
  for await (const chunk of source.open()) {
    seen += chunk.length;
    const joined = carry.length === 0 ? chunk : Buffer.concat([carry, chunk]);
    const whole = joined.length - (joined.length % 3);
    // A copy: the source may use its buffer again for the next chunk.
    carry = Uint8Array.from(joined.subarray(whole));
    if (whole > 0) yield Buffer.from(toBase64(joined.subarray(0, whole)), 'latin1');
  }
  if (carry.length > 0) yield Buffer.from(toBase64(carry), 'latin1');
  if (seen !== source.byteLength) {
    throw new TerrESanteError('TE_INPUT_INVALID', "La source du contenu n'a pas donné le nombre d'octets annoncé.", {
      details: { announced: source.byteLength, read: seen },
    });
  }
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** `head`, the base64 of `content`, `tail`: a CDA whose body is never held whole. */
export function wrapInBase64(head: Uint8Array, content: ByteSource, tail: Uint8Array): ByteSource {
  return {
    byteLength: head.length + Math.ceil(content.byteLength / 3) * 4 + tail.length,
    async *open() {
      yield head;
      yield* base64Chunks(content);
      yield tail;
    },
  };
}
