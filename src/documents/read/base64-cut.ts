import { randomBytes } from 'node:crypto';
import { TerrESanteError } from '../../errors.ts';

/** A run of base64 taken out of the bytes before they reach the XML parser. */
export interface Cut {
  /** What stands in its place in the remaining XML. */
  readonly placeholder: string;
  /** Offsets in the original bytes. */
  readonly start: number;
  readonly end: number;
  /** Length once decoded, or `null` when it is not base64. */
  readonly decodedLength: number | null;
}

/**
 * A shorter run goes through the parser. No sentence is that long without a dot, a comma or an
 * accent.
 */
const minimum = 16 * 1024;

const other = 0;
const alphabet = 1;
const blank = 2;
const padding = 3;

const classes = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') {
  classes[character.charCodeAt(0)] = alphabet;
}
for (const character of ' \t\r\n') classes[character.charCodeAt(0)] = blank;
classes[0x3d] = padding;

/**
 * Cuts long base64 texts out of a stream of XML, in memory that does not grow with them: a text of
 * some hundred megabytes passes the limits of a string. What is left is small and goes to the
 * parser.
 */
export class Base64Cutter {
  readonly #nonce = randomBytes(9).toString('hex');
  readonly #maxKept: number;
  readonly #kept: Uint8Array[] = [];
  readonly #cuts: Cut[] = [];
  #keptLength = 0;
  /** Bytes of all earlier chunks. */
  #offset = 0;
  /** Offset of the current run, or -1 outside a run. */
  #runStart = -1;
  #symbols = 0;
  #pads = 0;
  /** The run is long enough: its bytes are no longer kept. */
  #cutting = false;
  /** Bytes of the run from earlier chunks, while it may still turn out to be plain text. */
  #pending: Uint8Array[] = [];

  constructor(maxKept: number) {
    this.#maxKept = maxKept;
  }

  push(chunk: Uint8Array): void {
    /** First byte of this chunk that is neither kept, nor pending, nor cut. */
    let from = 0;
    let index = 0;
    while (index < chunk.length) {
      if (this.#runStart < 0) {
        // A text begins after a tag.
        const close = chunk.indexOf(0x3e, index);
        if (close < 0) break;

        index = close + 1;
        this.#startRun(this.#offset + index);
      }

      index = this.#follow(chunk, index);
      if (index === chunk.length) break;

      if (this.#endRun(chunk, from, index)) from = index;
    }

    this.#endChunk(chunk, from);
    this.#offset += chunk.length;
  }

  /**
   * The XML that is left, and what was cut. A run that never ends is left out: the parser refuses
   * such a document.
   */
  end(): { readonly xml: Uint8Array; readonly cuts: readonly Cut[] } {
    for (const part of this.#pending) this.#keep(part);
    return { xml: Buffer.concat(this.#kept), cuts: this.#cuts };
  }

  #startRun(start: number): void {
    this.#runStart = start;
    this.#symbols = 0;
    this.#pads = 0;
  }

  /** Index of the first byte that is not of the run, or the length of the chunk. */
  #follow(chunk: Uint8Array, start: number): number {
    let symbols = this.#symbols;
    let pads = this.#pads;
    let index = start;
    for (; index < chunk.length; index += 1) {
      const kind = classes[chunk[index] ?? 0];
      // A symbol after a padding is marked by three paddings, which are never right.
      if (kind === alphabet) {
        symbols += 1;
        if (pads > 0) pads = 3;
      } else if (kind === padding) pads += 1;
      else if (kind === other) break;
    }

    this.#symbols = symbols;
    this.#pads = pads;
    return index;
  }

  /**
   * Ends the run at a byte that is none of base64: it is cut when it is long and a tag follows.
   *
   * @returns whether it was cut; what stands before it in the chunk has then been kept
   */
  #endRun(chunk: Uint8Array, from: number, end: number): boolean {
    const position = this.#offset + end;
    const isCut = chunk[end] === 0x3c && position - this.#runStart >= minimum;
    if (this.#cutting && !isCut) {
      throw new TerrESanteError('TE_DOCUMENT_INVALID', 'Un contenu en base64 contient un caractère interdit.', {
        details: { position },
      });
    }

    if (isCut) {
      this.#keepUpToRun(chunk, from);
      this.#keep(Buffer.from(this.#addCut(position), 'latin1'));
    } else {
      for (const part of this.#pending) this.#keep(part);
    }

    this.#pending = [];
    this.#cutting = false;
    this.#runStart = -1;
    return isCut;
  }

  /** Notes the run as cut, and gives what takes its place. */
  #addCut(end: number): string {
    const placeholder = `cut-${this.#nonce}-${this.#cuts.length}`;
    const length = this.#symbols + this.#pads;
    const whole = this.#pads <= 2 && length % 4 === 0 && this.#symbols > 0;
    this.#cuts.push({
      placeholder,
      start: this.#runStart,
      end,
      decodedLength: whole ? (length / 4) * 3 - this.#pads : null,
    });
    return placeholder;
  }

  #endChunk(chunk: Uint8Array, from: number): void {
    if (this.#runStart < 0) {
      this.#keep(chunk.subarray(from));
      return;
    }
    if (this.#cutting) return;

    this.#keepUpToRun(chunk, from);
    if (this.#offset + chunk.length - this.#runStart >= minimum) {
      this.#cutting = true;
      this.#pending = [];
    } else {
      const start = Math.max(0, this.#runStart - this.#offset);
      this.#pending.push(Uint8Array.from(chunk.subarray(start)));
    }
  }

  /** Keeps what stands before the run, when the run begins in this chunk. */
  #keepUpToRun(chunk: Uint8Array, from: number): void {
    if (this.#runStart > this.#offset) this.#keep(chunk.subarray(from, this.#runStart - this.#offset));
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;

    this.#keptLength += bytes.length;
    if (this.#keptLength > this.#maxKept) {
      throw new TerrESanteError('TE_XML_INVALID', `XML refusé : plus de ${this.#maxKept} octets hors contenus.`, {
        details: { reason: 'size', position: null },
      });
    }
    // A copy: the source may use its buffer again.
    this.#kept.push(Uint8Array.from(bytes));
  }
}
