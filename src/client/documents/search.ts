import { TerrESanteError } from '../../errors.ts';
import { readingLater } from '../../internal/border.ts';
import type { DocumentRecord } from '../../transport/index.ts';
import type { DocumentSearch } from './search-model.ts';

/** A search that was checked, and has asked nobody. */
export interface OpenedSearch {
  /** `null`: the platform does not tell enough of a document. */
  readonly accepts: (record: DocumentRecord) => boolean | null;
  readonly pages: AsyncIterable<readonly DocumentRecord[]>;
}

/** One search, read once: a second reading would find nothing, which is an answer. */
export class OneSearch implements DocumentSearch {
  /** An emergency, whatever becomes of it. */
  readonly banner: boolean;
  readonly #open: () => Promise<OpenedSearch>;
  #undecided = 0;
  #isRead = false;

  constructor(open: () => Promise<OpenedSearch>, banner = false) {
    this.banner = banner;
    this.#open = open;
  }

  get undecided(): number {
    return this.#undecided;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DocumentRecord, void, undefined> {
    if (this.#isRead) {
      throw new TerrESanteError('TE_INPUT_INVALID', 'Cette recherche a déjà été lue : lancez-en une autre.', {
        details: { reason: 'read-once' },
      });
    }
    this.#isRead = true;

    const { accepts, pages } = await readingLater('arguments', this.#open);
    for await (const documents of pages) {
      for (const document of documents) {
        const isAccepted = accepts(document);
        if (isAccepted === null) this.#undecided += 1;
        if (isAccepted === true) yield document;
      }
    }
  }
}
