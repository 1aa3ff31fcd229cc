import type { ByteSource } from '../bytes.ts';
import { xmlError } from './scan.ts';

/** A base64 text that was left out of the skeleton. */
export interface CutText {
  /** Position of its element in document order, the root being 0. */
  readonly elementIndex: number;
  /** Byte offsets of the text in the source. */
  readonly start: number;
  readonly end: number;
  /** Length once decoded. */
  readonly decodedLength: number;
}

export interface Skeleton {
  /** The document without its long base64 texts. */
  readonly xml: Uint8Array;
  readonly cuts: readonly CutText[];
}

export interface CutOptions {
  /** A base64 text longer than this is cut. */
  readonly thresholdBytes: number;
  readonly maxSkeletonBytes: number;
}

/** A tag or a comment longer than this is refused: it would be read again at each chunk. */
const maxMarkupBytes = 1024 * 1024;

const defaults: CutOptions = { thresholdBytes: 64 * 1024, maxSkeletonBytes: 32 * 1024 * 1024 };

/** 0: not base64, 1: one of its letters, 2: padding, 3: white space. */
const kinds = new Uint8Array(256);
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
  kinds[letter.charCodeAt(0)] = 1;
kinds[0x3d] = 2;
for (const code of [0x20, 0x09, 0x0a, 0x0d]) kinds[code] = 3;

const openings: readonly (readonly [opening: string, closing: string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
];

class Cutter {
  readonly #options: CutOptions;
  readonly #kept: Buffer[] = [];
  readonly #cuts: CutText[] = [];
  #keptBytes = 0;
  #window: Buffer = Buffer.alloc(0);
  /** Offset of the window in the source. */
  #offset = 0;
  #elements = 0;
  /** Set inside a long text: where it began, and what it holds so far. */
  #cut: { start: number; letters: number; padding: number } | null = null;

  constructor(options: CutOptions) {
    this.#options = options;
  }

  push(chunk: Uint8Array): void {
    const more = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#window = this.#window.length === 0 ? more : Buffer.concat([this.#window, more]);
    while (this.#step());
  }

  finish(): Skeleton {
    if (this.#cut) throw xmlError('texte non terminé', null);
    this.#keep(this.#window.length);
    return { xml: Buffer.concat(this.#kept), cuts: this.#cuts };
  }

  #take(length: number): Buffer {
    const taken = this.#window.subarray(0, length);
    this.#window = this.#window.subarray(length);
    this.#offset += length;
    return taken;
  }

  #keep(length: number): void {
    this.#keptBytes += length;
    if (this.#keptBytes > this.#options.maxSkeletonBytes) throw xmlError('document trop grand', null);
    if (length > 0) this.#kept.push(Buffer.from(this.#take(length)));
  }

  /** True when it went forward; false when more bytes are needed. */
  #step(): boolean {
    if (this.#window.length === 0) return false;
    return this.#cut ? this.#passCut(this.#cut) : this.#window[0] === 0x3c ? this.#passMarkup() : this.#passText();
  }

  #passText(): boolean {
    const end = this.#window.indexOf(0x3c);
    const length = end < 0 ? this.#window.length : end;
    if (length <= this.#options.thresholdBytes) {
      if (end < 0) return false;
      this.#keep(length);
      return true;
    }
    if (!isBase64(this.#window.subarray(0, this.#options.thresholdBytes))) {
      // A long narrative text: kept, as much as the limit allows.
      this.#keep(length);
      return true;
    }
    this.#cut = { start: this.#offset, letters: 0, padding: 0 };
    return true;
  }

  #passCut(cut: { start: number; letters: number; padding: number }): boolean {
    const end = this.#window.indexOf(0x3c);
    const bytes = this.#take(end < 0 ? this.#window.length : end);
    let { letters, padding } = cut;
    for (let index = 0; index < bytes.length; index += 1) {
      const kind = kinds[bytes[index] ?? 0] ?? 0;
      if (kind === 1) {
        if (padding > 0) throw xmlError('base64 mal formé', null);
        letters += 1;
      } else if (kind === 2) padding += 1;
      else if (kind === 0) throw xmlError('base64 mal formé', null);
    }
    cut.letters = letters;
    cut.padding = padding;
    if (end < 0) return false;
    if (padding > 2 || (padding > 0 && (letters + padding) % 4 !== 0) || letters % 4 === 1)
      throw xmlError('base64 mal formé', null);
    this.#cuts.push({
      elementIndex: this.#elements - 1,
      start: cut.start,
      end: this.#offset,
      decodedLength: Math.floor((letters * 3) / 4),
    });
    this.#cut = null;
    return true;
  }

  #passMarkup(): boolean {
    if (this.#window.length < 9 && this.#window.indexOf(0x3e) < 0) return false;
    for (const [opening, closing] of openings) {
      if (this.#window.toString('latin1', 0, opening.length) !== opening) continue;
      const end = this.#window.indexOf(closing, opening.length);
      if (end < 0) return this.#refuseLong();
      this.#keep(end + closing.length);
      return true;
    }
    let quote = 0;
    for (let index = 1; index < this.#window.length; index += 1) {
      const code = this.#window[index] ?? 0;
      if (quote !== 0) {
        if (code === quote) quote = 0;
      } else if (code === 0x22 || code === 0x27) quote = code;
      else if (code === 0x3e) {
        if (this.#window[1] !== 0x2f && this.#window[1] !== 0x21) this.#elements += 1;
        this.#keep(index + 1);
        return true;
      }
    }
    return this.#refuseLong();
  }

  #refuseLong(): false {
    if (this.#window.length > maxMarkupBytes) throw xmlError('balisage trop long', null);
    return false;
  }
}

function isBase64(bytes: Uint8Array): boolean {
  return bytes.every((byte) => (kinds[byte] ?? 0) !== 0);
}

/**
 * Leaves the long base64 texts out of a document as its bytes pass, so that a document of 500 MB can be parsed: a text
 * node that long exceeds what a string can hold.
 *
 * @throws TerrESanteError `TE_XML_INVALID`
 */
export async function cutLongTexts(source: ByteSource, options: Partial<CutOptions> = {}): Promise<Skeleton> {
  const cutter = new Cutter({ ...defaults, ...options });
  for await (const chunk of source.open()) cutter.push(chunk);
  return cutter.finish();
}

/** The bytes of a text that was cut, decoded as they are read from the source again. */
export function cutContent(source: ByteSource, { start, end, decodedLength }: CutText): ByteSource {
  async function* open(): AsyncGenerator<Uint8Array> {
    let offset = 0;
    let carry = '';
    for await (const chunk of source.open()) {
      const from = Math.max(0, start - offset);
      const to = Math.min(chunk.length, end - offset);
      offset += chunk.length;
      if (to > from) {
        const text = carry + Buffer.from(chunk.buffer, chunk.byteOffset + from, to - from).toString('latin1');
        const letters = /\s/.test(text) ? text.replaceAll(/\s+/g, '') : text;
        const whole = letters.length - (letters.length % 4);
        carry = letters.slice(whole);
        if (whole > 0) yield Buffer.from(letters.slice(0, whole), 'base64');
      }
      if (offset >= end) break;
    }
    if (carry !== '') yield Buffer.from(carry, 'base64');
  }
  return { byteLength: decodedLength, open };
}
