import { bytesSource, type ByteSource } from '../../internal/bytes.ts';
import { invalid } from './values.ts';

/** Bytes are copied, so that the document does not change when the caller uses the buffer again. */
export function contentOf(input: Uint8Array | ByteSource, field = 'pdf'): ByteSource {
  if (input instanceof Uint8Array) return bytesSource(Uint8Array.from(input));
  if (!Number.isSafeInteger(input.byteLength) || input.byteLength < 0 || typeof input.open !== 'function')
    throw invalid(field, 'octets ou source d’octets attendus');
  return input;
}
