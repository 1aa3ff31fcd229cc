import { findDelimiter } from './delimiter.ts';
import { mimeError } from './faults.ts';
import { parseHeaders, type MimeHeaders } from './headers.ts';
import { decoded } from './transfer-encoding.ts';

/** One part of a multipart body, read in order. */
export interface MimePart {
  readonly headers: MimeHeaders;
  /** Without angle brackets and blanks; `null` when the part bears none. */
  readonly contentId: string | null;
  /** As it stands. To be read before the next part; what is left is skipped. */
  readonly raw: AsyncIterable<Uint8Array>;
  /**
   * The same without its transfer encoding.
   *
   * @throws TerrESanteError `TE_PROTOCOL` for an encoding that is not known, and while reading for
   *   what is not in its encoding
   */
  content(): AsyncIterable<Uint8Array>;
}

/** Bounds of a multipart body. Its length is bounded by whoever gives the bytes. */
export interface MimeLimits {
  readonly maxParts: number;
  readonly maxHeaderBytes: number;
}

export const defaultMimeLimits: MimeLimits = { maxParts: 1_000, maxHeaderBytes: 16_384 };

/**
 * The parts of a multipart body as they arrive, in time linear in its length and with the memory
 * of one chunk. Text before the first delimiter and behind the last is passed over.
 *
 * @param boundary - as the content type announces it: it is never guessed
 * @see RFC 2046, section 5.1
 * @throws TerrESanteError `TE_PROTOCOL`: no such boundary in the body, no closing delimiter, a
 *   limit or a header that cannot be read
 */
export async function* mimeParts(
  source: AsyncIterable<Uint8Array>,
  boundary: string,
  limits: MimeLimits = defaultMimeLimits,
): AsyncGenerator<MimePart, void, undefined> {
  const reader = new MultipartReader(source, boundary, limits.maxHeaderBytes);
  try {
    let isLast = await reader.skipToDelimiter('boundary-not-found');

    for (let count = 1; !isLast; count += 1) {
      if (count > limits.maxParts) throw mimeError('too-many-parts');

      const headers = parseHeaders(await reader.headerBlock());
      const raw = reader.content('not-closed');
      yield {
        headers,
        contentId: idOf(headers.get('content-id')),
        raw,
        content: () => decoded(headers.get('content-transfer-encoding') ?? '', raw),
      };
      isLast = await reader.skipToDelimiter('not-closed');
    }
    await reader.skipEpilogue();
  } finally {
    await reader.leave();
  }
}

/** An identifier without its brackets: some stacks write none. */
export function idOf(text: string | undefined): string | null {
  const id =
    text
      ?.trim()
      .replace(/^<([^]*)>$/, '$1')
      .trim() ?? '';
  return id === '' ? null : id;
}

/** What was read and not given yet, and what is looked for in it. */
class MultipartReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #marker: Buffer;
  readonly #maxHeaderBytes: number;
  #buffer: Buffer = Buffer.alloc(0);
  /** Before this place no delimiter begins. */
  #scanned = 0;
  /** Whether the buffer begins with a line. */
  #isLineStart = true;
  #isWhole = false;
  #failure: { readonly error: unknown } | null = null;
  /** The delimiter behind the content in progress, once it is found. */
  #closing: { readonly isLast: boolean } | null = null;

  constructor(source: AsyncIterable<Uint8Array>, boundary: string, maxHeaderBytes: number) {
    this.#chunks = source[Symbol.asyncIterator]();
    this.#marker = Buffer.from(`--${boundary}`, 'latin1');
    this.#maxHeaderBytes = maxHeaderBytes;
  }

  /**
   * The content up to the next delimiter.
   *
   * @throws TerrESanteError `TE_PROTOCOL` with `missing` when there is none: what came may be cut
   */
  async *content(missing: 'boundary-not-found' | 'not-closed'): AsyncGenerator<Uint8Array, void, undefined> {
    while (!this.#closing) {
      const found = findDelimiter(this.#buffer, this.#marker, {
        from: this.#scanned,
        isLineStart: this.#isLineStart,
        isWhole: this.#isWhole,
      });
      if (found.kind === 'delimiter') {
        const last = this.#take(found.end);
        this.#take(found.next - found.end);
        this.#closing = { isLast: found.isLast };
        this.#isLineStart = true;
        if (last.length > 0) yield last;
        return;
      }

      const ready = this.#take(found.safe);
      this.#scanned = found.scanned - found.safe;
      if (ready.length > 0) {
        // What ends a line is not ready: the line break belongs to a delimiter that follows it.
        this.#isLineStart = false;
        yield ready;
      }
      if (this.#isWhole) throw mimeError(missing);
      await this.#more();
    }
  }

  /** Passes over what is left of the content. @returns whether the delimiter was the closing one */
  async skipToDelimiter(missing: 'boundary-not-found' | 'not-closed'): Promise<boolean> {
    for await (const _ of this.content(missing)) continue;

    const found = this.#closing;
    if (!found) throw mimeError(missing);
    this.#closing = null;
    return found.isLast;
  }

  /** The header fields of a part, up to the empty line. A part may have none. */
  async headerBlock(): Promise<Uint8Array> {
    let from = 0;
    for (;;) {
      const end = endOfHeaders(this.#buffer, from);
      if (end) {
        const block = this.#take(end.block);
        this.#take(end.next - end.block);
        return block;
      }

      if (this.#buffer.length > this.#maxHeaderBytes) throw mimeError('long-header');
      if (this.#isWhole) return this.#take(this.#buffer.length);
      from = Math.max(0, this.#buffer.lastIndexOf('\n') - 1);
      await this.#more();
    }
  }

  /** Reads to the end: a source that was cut behind the last delimiter says so. */
  async skipEpilogue(): Promise<void> {
    while (!this.#isWhole) {
      this.#buffer = Buffer.alloc(0);
      await this.#more();
    }
  }

  /** Nobody reads on: the source learns of it. */
  async leave(): Promise<void> {
    if (!this.#isWhole) await this.#chunks.return?.();
  }

  async #more(): Promise<void> {
    const next = await this.#nextChunk();
    if (next.done === true) {
      this.#isWhole = true;
      return;
    }

    const { buffer, byteOffset, byteLength } = next.value;
    const chunk = Buffer.from(buffer, byteOffset, byteLength);
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
  }

  /** A source that failed fails again: it must not pass for one that has ended. */
  async #nextChunk(): Promise<IteratorResult<Uint8Array>> {
    if (this.#failure) throw this.#failure.error;
    try {
      return await this.#chunks.next();
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  #take(length: number): Buffer {
    const taken = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    this.#scanned = 0;
    return taken;
  }
}

/** Where the header fields end and the content begins; `null` when the empty line has not come. */
function endOfHeaders(buffer: Buffer, from: number): { readonly block: number; readonly next: number } | null {
  const first = emptyLineAt(buffer, 0);
  if (first !== null) return { block: 0, next: first };

  for (let at = buffer.indexOf('\n', from); at >= 0; at = buffer.indexOf('\n', at + 1)) {
    const next = emptyLineAt(buffer, at + 1);
    if (next !== null) return { block: at, next };
  }
  return null;
}

/** The byte behind the line that begins there, when it is empty; a line of blanks is. */
function emptyLineAt(buffer: Buffer, start: number): number | null {
  let at = start;
  while (buffer[at] === 32 || buffer[at] === 9) at += 1;

  if (buffer[at] === 10) return at + 1;
  return buffer[at] === 13 && buffer[at + 1] === 10 ? at + 2 : null;
}
