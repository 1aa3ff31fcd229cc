import { TerrESanteError } from '../../errors.ts';
import { boundSource } from '../../internal/bound-source.ts';
import type { ByteSource } from '../../internal/bytes.ts';
import type { Cut } from './base64-cut.ts';

/** The bytes of a stretch of a source. */
async function* stretch(source: ByteSource, start: number, end: number): AsyncIterable<Uint8Array> {
  let offset = 0;
  for await (const chunk of source.open()) {
    const next = offset + chunk.length;
    if (next > start) yield chunk.subarray(Math.max(0, start - offset), Math.min(chunk.length, end - offset));
    offset = next;
    if (offset >= end) return;
  }
  throw new TerrESanteError('TE_DOCUMENT_INVALID', 'Le document a changé depuis sa lecture.');
}

async function* decode(source: ByteSource, cut: Cut): AsyncIterable<Uint8Array> {
  let carry = '';
  let length = 0;

  for await (const chunk of stretch(source, cut.start, cut.end)) {
    const characters = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
    const text = carry + characters.replaceAll(/[ \t\r\n]/g, '');

    // Four characters make three bytes: what is left waits for the next chunk.
    const whole = text.length - (text.length % 4);
    carry = text.slice(whole);
    const bytes = Buffer.from(text.slice(0, whole), 'base64');
    length += bytes.length;
    if (bytes.length > 0) yield bytes;
  }

  if (carry !== '' || length !== cut.decodedLength) {
    throw new TerrESanteError('TE_DOCUMENT_INVALID', 'Le document a changé depuis sa lecture.');
  }
}

/**
 * The content of a cut, decoded again at each reading and bound to the first one. `null` when it is
 * not base64.
 */
export function decodedCut(source: ByteSource, cut: Cut): ByteSource | null {
  if (cut.decodedLength === null) return null;
  return boundSource({ byteLength: cut.decodedLength, open: () => decode(source, cut) });
}

/** A short base64 text; `null` when it is not base64. */
export function decodeBase64(text: string): Uint8Array | null {
  const compact = text.replaceAll(/[ \t\r\n]/g, '');
  if (compact === '' || compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return null;
  return Uint8Array.from(Buffer.from(compact, 'base64'));
}
