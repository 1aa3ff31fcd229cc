import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

import { TerrESanteError } from '../../errors.ts';
import { protocolFailure } from './protocol-failure.ts';

type Bytes = AsyncIterable<Uint8Array>;

const decoders = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress };

/**
 * A body without its content coding. We ask for none; what comes all the same is decoded, and its
 * decoded bytes are counted: 25 kB may hold 24 MB.
 *
 * @see RFC 9110, section 8.4
 * @throws TerrESanteError `TE_PROTOCOL` (unknown coding, broken or cut), `TE_TOO_LARGE`
 */
export function withoutCoding(body: Bytes, coding: string | undefined, maxBytes: number): Bytes {
  const name = (coding ?? 'identity').trim().toLowerCase();
  if (name === '' || name === 'identity') return limited(body, maxBytes);

  if (!Object.hasOwn(decoders, name)) {
    throw protocolFailure('content-coding', 'Réponse dans un codage inconnu.');
  }
  return limited(decoded(body, decoders[name as keyof typeof decoders]()), maxBytes);
}

async function* decoded(body: Bytes, decoder: Transform): AsyncGenerator<Uint8Array> {
  const source = Readable.from(body, { objectMode: false });
  source.on('error', (error) => decoder.destroy(error));
  source.pipe(decoder);

  try {
    for await (const chunk of decoder) yield chunk as Uint8Array;
  } catch {
    throw source.errored ?? protocolFailure('content-coding', 'Réponse dont le codage est invalide ou incomplet.');
  } finally {
    source.destroy();
    decoder.destroy();
  }
}

async function* limited(body: Bytes, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of body) {
    total += chunk.length;
    if (total > maxBytes) {
      throw new TerrESanteError('TE_TOO_LARGE', 'La réponse du service est trop longue.', { details: { maxBytes } });
    }
    yield chunk;
  }
}
