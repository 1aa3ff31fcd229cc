import { TerrESanteError } from '../../errors.ts';
import { bytesSource, utf8Bytes } from '../../internal/bytes.ts';
import { fromBase64, mimeError } from '../../internal/mime/index.ts';
import type { AnswerPart, SoapAnswer } from '../soap/answer.ts';
import { protocolFailure } from '../soap/outcome.ts';
import { partIds, type Place, type Wanted } from './announced.ts';
import { HeldContents } from './held-contents.ts';
import { IncomingDocument } from './incoming-document.ts';
import type { RetrievedDocument, RetrievedDocuments } from './model.ts';
import type { RegistryError } from '../registry/response.ts';

/** What the envelope of the answer says, before any byte of a document. */
export interface RetrievalStart {
  readonly status: RetrievedDocuments['status'];
  readonly partial: boolean;
  readonly errors: readonly RegistryError[];
  readonly told: readonly string[];
  readonly wanted: readonly Wanted[];
  /** Most that is kept of documents that cannot be given as they come, in bytes. */
  readonly maxHeldBytes: number;
}

/**
 * The documents of one answer in the order in which they come, those inside the envelope last. In
 * memory is one chunk, and what stands at two places or belongs to two documents, up to a limit.
 */
export class Retrieval implements RetrievedDocuments {
  readonly #start: RetrievalStart;
  readonly #answer: SoapAnswer;
  readonly #parts: AsyncIterator<AnswerPart>;
  readonly #told: Set<string>;
  /** Documents by the identifiers that their parts may bear. */
  readonly #byPart = new Map<string, { readonly wanted: Wanted; readonly place: Place }[]>();
  /** References of the envelope whose part did not come yet. */
  readonly #missing = new Set<Place>();
  readonly #seen = new Set<string>();
  readonly #held = new HeldContents();
  /** The next part, already looked at. */
  #next: AnswerPart | null = null;
  #current: IncomingDocument | null = null;
  #isTaken = false;

  constructor(answer: SoapAnswer, start: RetrievalStart) {
    this.#answer = answer;
    this.#start = start;
    this.#parts = answer.parts[Symbol.asyncIterator]();
    this.#told = new Set(start.told);

    for (const wanted of start.wanted) {
      for (const place of wanted.places) {
        if ('part' in place) this.#missing.add(place);
        for (const id of partIds(place)) this.#byPart.set(id, [...this.#waitingFor(id), { wanted, place }]);
      }
    }
  }

  get status(): RetrievedDocuments['status'] {
    return this.#start.status;
  }

  get partial(): boolean {
    return this.#start.partial;
  }

  get errors(): readonly RegistryError[] {
    return this.#start.errors;
  }

  get told(): readonly string[] {
    return [...this.#told];
  }

  get documents(): AsyncIterable<RetrievedDocument> {
    return { [Symbol.asyncIterator]: () => this.#iterator() };
  }

  discard(): void {
    this.#answer.discard();
  }

  #iterator(): AsyncGenerator<RetrievedDocument, void, undefined> {
    if (this.#isTaken) {
      const message = "Les documents d'une réponse ne se parcourent qu'une fois.";
      throw new TerrESanteError('TE_INPUT_INVALID', message, { details: { reason: 'read-once' } });
    }
    this.#isTaken = true;
    return this.#all();
  }

  async *#all(): AsyncGenerator<RetrievedDocument, void, undefined> {
    let isWhole = false;
    try {
      for (let part = await this.#part(); part; part = await this.#part()) yield* this.#documentsOf(part);
      isWhole = true;
      for (const wanted of this.#start.wanted) yield* this.#inlineDocument(wanted);
    } finally {
      // Who leaves early waits for nobody: the connection is closed under whatever still reads.
      if (!isWhole) this.discard();
      await this.#current?.leave();
      await this.#parts.return?.();
    }
  }

  /** The documents that are whole with this part. */
  async *#documentsOf(part: AnswerPart): AsyncGenerator<RetrievedDocument, void, undefined> {
    const here = part.contentId === null ? [] : this.#waitingFor(part.contentId);
    const [only] = here;
    if (!only) return;

    if (here.length === 1 && only.wanted.places.length === 1) {
      yield this.#given(only.wanted, part.content());
      await this.#current?.leave();
      return;
    }
    const bytes = await this.#held.collect(part.content(), this.#start.maxHeldBytes);
    for (const { wanted } of here) yield* this.#compared(wanted, bytes);
  }

  async *#inlineDocument(wanted: Wanted): AsyncGenerator<RetrievedDocument, void, undefined> {
    for (const place of wanted.places) {
      if (!('inline' in place)) continue;

      const bytes = fromBase64(inSlices(place.inline));
      if (wanted.places.length === 1) yield this.#given(wanted, bytes);
      else yield* this.#compared(wanted, await this.#held.collect(bytes, this.#start.maxHeldBytes));
      await this.#current?.leave();
    }
  }

  async *#compared(wanted: Wanted, bytes: Uint8Array): AsyncGenerator<RetrievedDocument, void, undefined> {
    if (!this.#held.add(wanted, bytes)) return;
    yield this.#given(wanted, bytesSource(bytes).open());
    await this.#current?.leave();
  }

  #given(wanted: Wanted, bytes: AsyncIterable<Uint8Array>): IncomingDocument {
    this.#current = new IncomingDocument(wanted, bytes, {
      ended: async () => {
        await this.#look();
      },
      empty: () => {
        this.#told.add('empty');
      },
    });
    return this.#current;
  }

  #waitingFor(partId: string): readonly { readonly wanted: Wanted; readonly place: Place }[] {
    return this.#byPart.get(partId) ?? [];
  }

  async #part(): Promise<AnswerPart | null> {
    const next = await this.#look();
    this.#next = null;
    return next;
  }

  async #look(): Promise<AnswerPart | null> {
    this.#next ??= await this.#readPart();
    return this.#next;
  }

  /** @throws TerrESanteError `TE_PROTOCOL` when the answer is cut, or not what its envelope says */
  async #readPart(): Promise<AnswerPart | null> {
    const next = await this.#parts.next();
    if (next.done === true) {
      if (this.#missing.size > 0) throw protocolFailure('part', "Un document de la réponse n'a pas ses octets.");
      return null;
    }

    const { contentId } = next.value;
    if (contentId === null) return next.value;
    if (this.#seen.has(contentId)) throw mimeError('same-id');
    this.#seen.add(contentId);
    // One reference, two parts: one bears it as it stands, the other decoded.
    for (const { place } of this.#waitingFor(contentId)) {
      if (!this.#missing.delete(place)) throw mimeError('same-id');
    }
    return next.value;
  }
}

const sliceLength = 65_536;

/** Not one byte per character: what is no letter of base64 must not become one. */
async function* inSlices(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < text.length; at += sliceLength) yield utf8Bytes(text.slice(at, at + sliceLength));
}
