import { TerrESanteError } from '../../errors.ts';
import { collect } from '../../internal/bytes.ts';
import { textOf } from '../../internal/border.ts';
import { writeWholeFile } from '../../internal/whole-file.ts';
import type { Wanted } from './announced.ts';
import { ContentCheck } from './content-check.ts';
import type { RetrievedDocument } from './model.ts';

type Bytes = AsyncIterable<Uint8Array>;

/**
 * At least so many bytes are kept back until all are checked: of a short document nothing is given
 * before.
 */
const heldBytes = 65_536;

/** What an answer learns of the reading of one of its documents. */
export interface ReadingObserver {
  /** Looks at what follows in the answer. @throws when the answer is not what it announces */
  ended(): Promise<void>;
  /** The document has no byte. */
  empty(): void;
}

/**
 * A document whose bytes are still on their way. They are read once, in order; the last of them are
 * kept back until all were checked, so that no reader takes a wrong or a cut document for whole.
 */
export class IncomingDocument implements RetrievedDocument {
  readonly #wanted: Wanted;
  readonly #bytes: Bytes;
  readonly #observer: ReadingObserver;
  /** The reading in progress, when it goes on by itself. */
  #whole: Promise<unknown> = Promise.resolve();
  /** The step in progress of a reader. */
  #step: Promise<unknown> = Promise.resolve();
  #isTaken = false;
  #isOver = false;
  #sha1: string | null = null;

  /** @param bytes - as they come */
  constructor(wanted: Wanted, bytes: Bytes, observer: ReadingObserver) {
    this.#wanted = wanted;
    this.#bytes = bytes;
    this.#observer = observer;
  }

  get repositoryUniqueId(): string {
    return this.#wanted.request.repositoryUniqueId;
  }

  get uniqueId(): string {
    return this.#wanted.request.uniqueId;
  }

  get mimeType(): string | null {
    return this.#wanted.mimeType;
  }

  get sha1(): string | null {
    return this.#sha1;
  }

  content(): Bytes {
    this.#take();
    return this.#steps();
  }

  bytes(): Promise<Uint8Array> {
    return this.#wholly(() => collect(this.#checked()));
  }

  saveTo(path: string): Promise<void> {
    textOf('path', path);
    return this.#wholly(() => writeWholeFile(path, this.#checked()));
  }

  /**
   * Before the answer is read on: a reading that goes on by itself ends, any other is over. What
   * was not read is passed over.
   */
  async leave(): Promise<void> {
    await Promise.allSettled([this.#whole, this.#step]);
    this.#isOver = true;
  }

  async #wholly<T>(read: () => Promise<T>): Promise<T> {
    this.#take();
    const work = read();
    this.#whole = work;
    return work;
  }

  /** @throws TerrESanteError `TE_INPUT_INVALID`: nobody must take "no more bytes" for a document */
  #take(): void {
    if (this.#isTaken || this.#isOver) throw readOnce();
    this.#isTaken = true;
  }

  async *#steps(): AsyncGenerator<Uint8Array, void, undefined> {
    const chunks = this.#checked();
    try {
      for (;;) {
        if (this.#isOver) throw readOnce();
        const step = chunks.next();
        this.#step = step;

        const next = await step;
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await chunks.return(undefined);
    }
  }

  async *#checked(): AsyncGenerator<Uint8Array, void, undefined> {
    const check = new ContentCheck(this.#wanted.known);
    const held: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of this.#bytes) {
      check.add(chunk);
      held.push(chunk);
      length += chunk.length;

      for (let [first] = held; first && length - first.length >= heldBytes; [first] = held) {
        held.shift();
        length -= first.length;
        yield first;
      }
    }

    const whole = check.end();
    await this.#observer.ended();
    if (whole.length === 0) this.#observer.empty();
    this.#sha1 = whole.sha1;
    yield* held;
  }
}

function readOnce(): TerrESanteError {
  return new TerrESanteError(
    'TE_INPUT_INVALID',
    "Ce document a déjà été lu, ou le suivant a été demandé : ses octets ne passent qu'une fois.",
    { details: { reason: 'read-once' } },
  );
}
