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
  private readonly nonce = randomBytes(9).toString('hex');
  private readonly kept: Uint8Array[] = [];
  private readonly found: Cut[] = [];
  private keptLength = 0;
  /** Bytes of all earlier chunks. */
  private offset = 0;
  /** Offset of the current run, or -1 outside a run. */
  private runStart = -1;
  private symbols = 0;
  private pads = 0;
  /** The run is long enough: its bytes are no longer kept. */
  private cutting = false;
  /** Bytes of the run from earlier chunks, while it may still turn out to be plain text. */
  private pending: Uint8Array[] = [];

  private readonly maxKept: number;

  constructor(maxKept: number) {
    this.maxKept = maxKept;
  }

  push(chunk: Uint8Array): void {
    /** First byte of this chunk that is neither kept, nor pending, nor cut. */
    let from = 0;
    let index = 0;
    for (;;) {
      if (this.runStart < 0) {
        const close = chunk.indexOf(0x3e, index);
        if (close < 0) break;
        index = close + 1;
        this.keep(chunk.subarray(from, index));
        from = index;
        this.runStart = this.offset + index;
        this.symbols = 0;
        this.pads = 0;
      }
      index = this.follow(chunk, index);
      if (index === chunk.length) break;
      const position = this.offset + index;
      if (this.cutting || position - this.runStart >= minimum) {
        if (chunk[index] === 0x3c) {
          this.cut(position);
          from = index;
        } else if (this.cutting) {
          throw new TerrESanteError('TE_DOCUMENT_INVALID', 'Un contenu en base64 contient un caractère interdit.', {
            details: { position },
          });
        }
      }
      for (const part of this.pending) this.keep(part);
      this.pending = [];
      this.runStart = -1;
    }
    this.endOfChunk(chunk, from);
    this.offset += chunk.length;
  }

  /** Index of the first byte that is not of the run, or the length of the chunk. */
  private follow(chunk: Uint8Array, start: number): number {
    let { symbols, pads } = this;
    let index = start;
    for (; index < chunk.length; index += 1) {
      const kind = classes[chunk[index] ?? 0];
      // Three paddings are never right: so is marked a symbol after a padding.
      if (kind === alphabet) {
        symbols += 1;
        if (pads > 0) pads = 3;
      } else if (kind === padding) pads += 1;
      else if (kind === other) break;
    }
    this.symbols = symbols;
    this.pads = pads;
    return index;
  }

  private cut(end: number): void {
    const placeholder = `cut-${this.nonce}-${this.found.length}`;
    const { symbols, pads } = this;
    const whole = pads <= 2 && (symbols + pads) % 4 === 0 && symbols > 0;
    this.found.push({
      placeholder,
      start: this.runStart,
      end,
      decodedLength: whole ? ((symbols + pads) / 4) * 3 - pads : null,
    });
    this.pending = [];
    this.keep(Buffer.from(placeholder, 'latin1'));
    this.cutting = false;
  }

  private endOfChunk(chunk: Uint8Array, from: number): void {
    if (this.cutting) return;
    if (this.runStart < 0) this.keep(chunk.subarray(from));
    else if (this.offset + chunk.length - this.runStart >= minimum) {
      this.cutting = true;
      this.pending = [];
    } else this.pending.push(Uint8Array.from(chunk.subarray(from)));
  }

  private keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.keptLength += bytes.length;
    if (this.keptLength > this.maxKept) {
      throw new TerrESanteError('TE_XML_INVALID', `XML refusé : plus de ${this.maxKept} octets hors contenus.`, {
        details: { reason: 'size', position: null },
      });
    }
    // A copy: the source may use its buffer again.
    this.kept.push(Uint8Array.from(bytes));
  }

  /**
   * The XML that is left, and what was cut. A run that never ends is left out: the parser refuses
   * such a document.
   */
  end(): { readonly xml: Uint8Array; readonly cuts: readonly Cut[] } {
    for (const part of this.pending) this.keep(part);
    return { xml: Buffer.concat(this.kept), cuts: this.found };
  }
}
