import type { AsnType } from 'asn1js';
import { exportsOf } from '../../internal/exports-of.ts';
import { derError, derWhole, requireDer } from './der.ts';

/** The libraries that know the structures of PKCS#12, CRL and OCSP. */
export interface Structures {
  readonly asn1js: typeof import('asn1js');
  readonly pkijs: typeof import('pkijs');
}

/** Loaded at the first file, list or answer: most programs never read one. */
export async function loadStructures(): Promise<Structures> {
  const [asn1js, pkijs] = await Promise.all([import('asn1js'), import('pkijs')]);
  return { asn1js: exportsOf(asn1js), pkijs: exportsOf(pkijs) };
}

/** Parses what our own reader has read before. */
export function parseBer({ asn1js }: Structures, bytes: Uint8Array): AsnType {
  const { offset, result } = readStructure(() => asn1js.fromBER(Uint8Array.from(bytes)));
  if (offset === -1) throw derError('structure');
  return result;
}

/**
 * Parses what must be DER. `asn1js` reads BER, in which one content has many encodings: our own
 * reader has refused these before, with what is deeper or larger than such a structure is.
 */
export function parseDer(structures: Structures, bytes: Uint8Array): AsnType {
  requireDer(derWhole(bytes));
  return parseBer(structures, bytes);
}

/** Reads a structure of `pkijs`; what does not fit it is refused with our own error. */
export function readStructure<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw derError('structure');
  }
}
