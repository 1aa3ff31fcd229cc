import { TerrESanteError } from '../errors.ts';
import { scan, type ByteSource } from './bytes.ts';
import { nodeCrypto } from './node-crypto.ts';

/** What the bytes of a source are known to be. */
interface KnownBytes {
  readonly algorithm: 'sha1' | 'sha256';
  /** In hexadecimal; `null` until a whole reading has said it. */
  digest: string | null;
}

/** Sources that give the same bytes at each reading, or end in an error. */
const bound = new WeakSet<ByteSource>();

/** Details of the error, so that a check can tell it from other wrong inputs. */
const changedContent = 'changed-content';

function changed(): TerrESanteError {
  return new TerrESanteError('TE_INPUT_INVALID', 'Un contenu a changé depuis son contrôle : il est refusé.', {
    details: { reason: changedContent },
  });
}

/** Whether this is the error of a source that no longer gives the bytes that were checked. */
export function isChangedContent(error: unknown): boolean {
  return error instanceof TerrESanteError && error.details['reason'] === changedContent;
}

/**
 * One reading: at its end the digest is remembered, or compared. What differs ends in an error, so
 * that no reader takes the bytes for whole.
 */
async function* reading(
  chunks: AsyncIterable<Uint8Array>,
  byteLength: number,
  known: KnownBytes,
): AsyncGenerator<Uint8Array> {
  const hash = nodeCrypto().createHash(known.algorithm);
  let length = 0;

  for await (const chunk of chunks) {
    hash.update(chunk);
    length += chunk.length;
    // More than was announced is known before it is passed on.
    if (length > byteLength) throw changed();
    yield chunk;
  }

  const digest = hash.digest('hex');
  if (length !== byteLength || (known.digest !== null && known.digest !== digest)) throw changed();
  known.digest = digest;
}

function guarded(source: ByteSource, known: KnownBytes): ByteSource {
  const { byteLength } = source;
  const guard: ByteSource = Object.freeze({
    byteLength,
    open: () => reading(source.open(), byteLength, known),
    scan: () => reading(scan(source), byteLength, known),
  });
  bound.add(guard);
  return guard;
}

/**
 * A source of the caller, bound to the bytes of its first whole reading: what was checked is what
 * is hashed, written and sent later, and a file that is replaced in between is refused
 * (`TE_INPUT_INVALID`) at the end of the reading that differs.
 */
export function boundSource(source: ByteSource): ByteSource {
  return isBound(source) ? source : guarded(source, { algorithm: 'sha256', digest: null });
}

/** A source whose bytes must be those of this SHA-1, in hexadecimal. */
export function sourceOfHash(source: ByteSource, sha1: string): ByteSource {
  return guarded(source, { algorithm: 'sha1', digest: sha1.toLowerCase() });
}

/** Whether a source is bound to what was read of it first. */
export function isBound(source: ByteSource): boolean {
  return bound.has(source);
}

/** Remembers that a source is made over bound ones only. */
export function markBound(source: ByteSource): void {
  bound.add(source);
}
