import { TerrESanteError } from '../../errors.ts';
import { sha1Hex } from '../../internal/bytes.ts';
import { protocolFailure } from '../soap/outcome.ts';
import type { Wanted } from './announced.ts';

/**
 * Contents of documents that stand at several places of an answer, or that share one. They cannot
 * be given as they come, since two places may differ.
 */
export class HeldContents {
  readonly #digests = new Map<Wanted, { readonly sha1: string; readonly count: number }>();
  #total = 0;

  /** @throws TerrESanteError `TE_TOO_LARGE` beyond the limit, which is that of the whole answer */
  async collect(content: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) {
      this.#total += chunk.length;
      if (this.#total > maxBytes) {
        const message = 'Des documents répétés dans la réponse demandent trop de mémoire.';
        throw new TerrESanteError('TE_TOO_LARGE', message, { details: { maxBytes } });
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /**
   * Compares with what came of the document before.
   *
   * @returns whether this was its last place
   * @throws TerrESanteError `TE_PROTOCOL` when one document has two contents
   */
  add(wanted: Wanted, bytes: Uint8Array): boolean {
    const sha1 = sha1Hex(bytes);
    const { sha1: before, count } = this.#digests.get(wanted) ?? { sha1, count: 0 };
    if (before !== sha1) {
      throw protocolFailure('two-contents', 'La réponse donne deux contenus au même document.');
    }

    this.#digests.set(wanted, { sha1, count: count + 1 });
    return count + 1 === wanted.places.length;
  }
}
