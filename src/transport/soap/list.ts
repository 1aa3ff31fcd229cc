import { defaultXmlLimits, XmlFeed, type ItemPlace, type ReadElement } from '../../internal/xml/index.ts';
import type { HttpStream } from '../http/model.ts';
import {
  envelopeLimits,
  messageOf,
  pageOf,
  unreadable,
  unwrapAnswer,
  type AnswerLimits,
  type SoapAnswer,
  type UnwrappedAnswer,
} from './answer.ts';
import { protocolFailure } from './outcome.ts';
import { XmlDecoder } from './text.ts';

/** An answer that is a long list. */
export interface SoapList {
  /** The envelope up to the first item: its headers, and the payload as far as it goes. */
  readonly beginning: SoapAnswer;
  /**
   * The items in the order of the answer, those of one piece of it at a time: a list is long, and
   * each item alone would pass every hand on its way. What is returned last is the whole envelope
   * without them; whoever stops before drops the rest of the answer.
   */
  readonly items: AsyncGenerator<readonly ReadElement[], SoapAnswer>;
}

/** Bytes that hold the declaration of an envelope. */
const headBytes = 200;

/**
 * Reads an envelope up to the first item of its list.
 *
 * @param judge - refuses an answer that is none to our request
 * @throws TerrESanteError like `readAnswer`
 */
export async function readList(
  stream: HttpStream,
  limits: AnswerLimits,
  list: ItemPlace,
  judge: (answer: SoapAnswer) => SoapAnswer,
): Promise<SoapList> {
  const answer = await unwrapAnswer(stream, limits);
  const reader = new ListReader(stream, answer, limits, list);

  let items: readonly ReadElement[] | null = [];
  while (items?.length === 0) items = await reader.next();

  return { beginning: judge(reader.answer()), items: itemsOf(reader, items, stream, judge) };
}

async function* itemsOf(
  reader: ListReader,
  first: readonly ReadElement[] | null,
  stream: HttpStream,
  judge: (answer: SoapAnswer) => SoapAnswer,
): AsyncGenerator<readonly ReadElement[], SoapAnswer> {
  let isOver = false;
  try {
    for (let items = first; items !== null; items = await reader.next()) {
      if (items.length > 0) yield items;
    }

    const answer = judge(reader.answer());
    isOver = true;
    return answer;
  } finally {
    if (!isOver) stream.discard();
  }
}

/** Gives the bytes of an envelope to the parser, piece by piece. */
class ListReader {
  readonly #stream: HttpStream;
  readonly #unwrapped: UnwrappedAnswer;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #maxItemBytes: number;
  readonly #feed: XmlFeed;
  #decoder: XmlDecoder | null = null;
  /** The beginning, until there is enough of it to know its encoding. */
  #head: Uint8Array = new Uint8Array();
  /** Bytes since the last item: only they are held. */
  #held = 0;
  #isOver = false;

  constructor(stream: HttpStream, unwrapped: UnwrappedAnswer, limits: AnswerLimits, list: ItemPlace) {
    this.#stream = stream;
    this.#unwrapped = unwrapped;
    this.#chunks = unwrapped.envelope[Symbol.asyncIterator]();
    this.#maxItemBytes = limits.maxRootBytes;
    // What is given is no longer held, so that only the length of the answer bounds its elements.
    this.#feed = new XmlFeed({ ...defaultXmlLimits, ...envelopeLimits, maxElements: limits.maxBytes }, list);
  }

  /** The items of the next piece; `null` when the envelope and all that follows it have come. */
  async next(): Promise<readonly ReadElement[] | null> {
    if (this.#isOver) return null;

    const next = await this.#chunks.next();
    if (next.done === true) {
      const rest = this.#decoder ? [] : this.#begin(this.#head);
      this.#guarded(() => {
        this.#feed.write(this.#decoder?.decode(new Uint8Array()) ?? '');
        this.#feed.close();
      });
      await this.#passOver();
      this.#isOver = true;
      return rest;
    }
    return this.#decoder ? this.#read(next.value) : this.#gather(next.value);
  }

  /** The envelope as far as it was read. @throws TerrESanteError when it is none */
  answer(): SoapAnswer {
    const { told, parts } = this.#unwrapped;
    const { root } = this.#feed;
    if (!root) throw protocolFailure('no-envelope', "Le service a répondu par autre chose qu'un message SOAP.");
    const discard = (): void => this.#stream.discard();
    return { ...messageOf(this.#stream, pageOf(this.#head), root), told, parts, discard };
  }

  #gather(chunk: Uint8Array): readonly ReadElement[] {
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    return this.#head.length < headBytes ? [] : this.#begin(this.#head);
  }

  #begin(head: Uint8Array): readonly ReadElement[] {
    this.#decoder = new XmlDecoder(head, this.#unwrapped.contentType);
    return this.#read(head);
  }

  #read(chunk: Uint8Array): readonly ReadElement[] {
    const items = this.#guarded(() => this.#feed.write(this.#decoder?.decode(chunk, false) ?? ''));
    this.#held = items.length > 0 ? chunk.length : this.#held + chunk.length;
    if (this.#held > this.#maxItemBytes) {
      throw protocolFailure('long-envelope', "L'enveloppe de la réponse est trop longue.", {
        maxBytes: this.#maxItemBytes,
      });
    }
    return items;
  }

  /** Parts after the envelope are of no use; that they are whole is. */
  async #passOver(): Promise<void> {
    for await (const _ of this.#unwrapped.parts) continue;
  }

  #guarded<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      throw unreadable(this.#stream, pageOf(this.#head), error);
    }
  }
}
