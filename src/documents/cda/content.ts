import type { ByteSource } from '../../internal/bytes.ts';
import { boundSource } from '../../internal/bound-source.ts';
import { fixedSource, isFixed } from '../model/content.ts';
import { invalid } from './values.ts';

function isSource(value: unknown): value is ByteSource {
  if (typeof value !== 'object' || value === null) return false;
  const { byteLength, open } = value as Record<string, unknown>;
  return Number.isSafeInteger(byteLength) && Number(byteLength) >= 0 && typeof open === 'function';
}

/**
 * Bytes are copied, so that the document does not change when the caller uses the buffer again. A
 * source stays with the caller, and is bound to what its first reading gave: a file that is
 * replaced after it was inspected is refused.
 */
export function contentOf(input: unknown, field = 'pdf'): ByteSource {
  if (input instanceof Uint8Array) return fixedSource(Uint8Array.from(input));
  if (!isSource(input)) throw invalid(field, "octets ou source d'octets attendus");

  return isFixed(input) ? input : boundSource(input);
}
