import { PdfActions } from './actions.ts';
import { holdsObjectHeader, nextToken, PdfSyntaxError } from './lexer.ts';
import { decodeBody, integerEntry, readObjectStream, requireEnd } from './object-stream.ts';
import { PdfStructure, type PdfDictionary } from './structure.ts';

const maxObjectStreamBytes = 16 * 1024 * 1024;
/**
 * What all object streams may come to, for each byte of the file and for any file: a file of a few
 * kB must not cost seconds. What office software and qpdf write stays far below.
 */
const inflatedPerByte = 64;
const inflatedAtLeast = 16 * 1024 * 1024;
const tokensPerByte = 4;
const tokensAtLeast = 500_000;
const maxXmpBytes = 2 * 1024 * 1024;
/** Longest `12345 65535 obj` with sane spacing, and `endstream`: what may straddle two chunks. */
const overlap = 64;
/** A content in memory is scanned in pieces too. */
const pieceBytes = 64 * 1024;
const endOfStream = Buffer.from('endstream');

interface OpenBody {
  readonly dictionary: PdfDictionary;
  readonly role: 'objects' | 'metadata' | 'other';
  readonly parts: Buffer[];
  kept: number;
  /** Bytes to pass before `endstream` is looked for. */
  remaining: number;
  started: boolean;
}

function roleOf(dictionary: PdfDictionary): OpenBody['role'] {
  const type = dictionary.get('Type')?.join('');
  if (type !== undefined && !type.startsWith('/')) throw new PdfSyntaxError('indirect type of a stream');
  if (type === '/ObjStm' || (dictionary.has('N') && dictionary.has('First'))) return 'objects';
  return type === '/Metadata' ? 'metadata' : 'other';
}

/**
 * Passes over a PDF once, in fixed memory: tokens are read, stream bodies are skipped, object
 * streams are inflated. Every revision in the file counts, also what an incremental update has
 * removed from view.
 */
export class PdfScanner {
  /** Those of the names looked for that the file holds. */
  readonly names: Set<string> = new Set<string>();
  readonly actions = new PdfActions();
  /** An object stream could not be read: encrypted, or beyond the limits. */
  hasUnreadable = false;
  /** The content of a stream lies in another file. */
  hasExternalStream = false;
  hidden = false;
  objects = 0;
  startXref = false;
  xmp = '';
  /**
   * Chunks are copied here behind what is left of the one before: they may be overwritten by
   * whoever gave them.
   */
  #buffer: Buffer = Buffer.alloc(0);
  #window: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Length of the window below which no further token can be whole. */
  #enough = 0;
  #body: OpenBody | null = null;
  #fileBytes = 0;
  #inflatedBytes = 0;
  #tokens = 0;
  readonly #structure = new PdfStructure(this.actions);
  readonly #wanted: ReadonlySet<string>;

  /** @param wanted - names to look for */
  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted;
  }

  /** @throws PdfSyntaxError when something cannot be read, so cannot be let through. */
  push(chunk: Uint8Array, last = false): void {
    for (let at = 0; at < chunk.length; at += pieceBytes) this.#take(chunk.subarray(at, at + pieceBytes), false);
    if (last) this.#take(new Uint8Array(), true);
    if (last && this.#body) throw new PdfSyntaxError('stream not closed');
  }

  #take(chunk: Uint8Array, last: boolean): void {
    this.#fileBytes += chunk.length;
    const left = this.#window.length - this.#at;
    if (this.#buffer.length < left + chunk.length) {
      const larger = Buffer.allocUnsafe(2 * (left + chunk.length));
      this.#window.copy(larger, 0, this.#at);
      this.#buffer = larger;
    } else this.#window.copy(this.#buffer, 0, this.#at);

    this.#buffer.set(chunk, left);
    this.#window = this.#buffer.subarray(0, left + chunk.length);
    this.#at = 0;
    if (this.#window.length < this.#enough && !last) return;

    while (this.#body ? this.#passBody(this.#body) : this.#passToken(last));

    // A long token is read again once twice as many bytes are there, so that the work stays in
    // proportion to the file.
    this.#enough = this.#body ? 0 : 2 * (this.#window.length - this.#at);
  }

  /** False when the window holds no further whole token. */
  #passToken(last: boolean): boolean {
    const token = nextToken(this.#window, this.#at, last);
    if (!token) {
      if (last) requireEnd(this.#window, this.#at);
      return false;
    }

    this.#at = token.end;
    if (token.hidden) this.hidden = true;
    if (token.kind === 'name') this.#name(token.text);
    if (token.kind === 'word' && token.text === 'obj') this.objects += 1;
    if (token.kind === 'word' && token.text === 'startxref') this.startXref = true;

    this.#structure.push(token, this.#window);
    if (token.kind === 'word' && token.text === 'stream') this.#openBody(this.#structure.closed());
    return true;
  }

  #name(text: string): void {
    if (this.#wanted.has(text)) this.names.add(text);
  }

  #openBody(dictionary: PdfDictionary | null): void {
    if (!dictionary) throw new PdfSyntaxError('stream without dictionary');
    if (dictionary.has('F')) this.hasExternalStream = true;
    this.#body = {
      dictionary,
      role: roleOf(dictionary),
      parts: [],
      kept: 0,
      remaining: integerEntry(dictionary, 'Length') ?? 0,
      started: false,
    };
  }

  /** True when the body ended inside the window. */
  #passBody(body: OpenBody): boolean {
    if (!body.started) {
      // The keyword is followed by CR LF or LF.
      if (this.#window.length - this.#at < 2) return false;
      if (this.#window[this.#at] === 0x0d) this.#at += 1;
      if (this.#window[this.#at] === 0x0a) this.#at += 1;
      body.started = true;
    }

    const from = this.#at;
    const searchFrom = from + body.remaining;
    const end = searchFrom < this.#window.length ? this.#window.indexOf(endOfStream, searchFrom) : -1;
    const to = end < 0 ? Math.max(from, this.#window.length - overlap) : end;

    // The overlap is scanned again with the next chunk, so that nothing hides on a border.
    if (holdsObjectHeader(this.#window.subarray(from, end < 0 ? this.#window.length : to))) this.hidden = true;
    this.#keep(body, this.#window.subarray(from, to));
    body.remaining = Math.max(0, body.remaining - (to - from));
    this.#at = to;
    if (end < 0) return false;

    this.#at = end + endOfStream.length;
    this.#body = null;
    this.#closeBody(body);
    return true;
  }

  #keep(body: OpenBody, part: Buffer): void {
    if (body.role === 'other') return;

    body.kept += part.length;
    const limit = body.role === 'objects' ? maxObjectStreamBytes : maxXmpBytes;
    if (body.kept <= limit) body.parts.push(Buffer.from(part));
    else if (body.role === 'objects') throw new PdfSyntaxError('object stream too large');
  }

  #closeBody(body: OpenBody): void {
    if (body.role === 'objects') this.#readObjects(body);
    else if (body.role === 'metadata' && body.kept <= maxXmpBytes) {
      this.xmp +=
        decodeBody(body.dictionary, Buffer.concat(body.parts))?.toString('latin1').slice(0, maxXmpBytes) ?? '';
    }
  }

  /** What cannot be read is remembered; the file is read on, for it may say why (encrypted). */
  #readObjects({ dictionary, parts }: OpenBody): void {
    if (this.hasUnreadable) return;

    try {
      readObjectStream(dictionary, Buffer.concat(parts), {
        actions: this.actions,
        name: (text) => this.#name(text),
        inflated: (bytes) => {
          this.#inflatedBytes += bytes;
          requireWithin(this.#inflatedBytes, inflatedAtLeast + inflatedPerByte * this.#fileBytes);
        },
        token: () => {
          this.#tokens += 1;
          requireWithin(this.#tokens, tokensAtLeast + tokensPerByte * this.#fileBytes);
        },
      });
    } catch (error) {
      if (!(error instanceof PdfSyntaxError)) throw error;
      this.hasUnreadable = true;
    }
  }
}

function requireWithin(value: number, limit: number): void {
  if (value > limit) throw new PdfSyntaxError('object streams too large');
}
