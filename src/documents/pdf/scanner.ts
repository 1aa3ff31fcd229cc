import { DictionaryStack, type StreamDictionary } from './dictionary.ts';
import { holdsObjectHeader, nextToken, PdfSyntaxError } from './lexer.ts';
import { decodeBody, integerEntry, objectStreamNames, requireEnd } from './object-stream.ts';

const maxObjectStreamBytes = 16 * 1024 * 1024;
const maxAllObjectStreams = 256 * 1024 * 1024;
const maxXmpBytes = 2 * 1024 * 1024;
/** Longest `12345 65535 obj` with sane spacing, and `endstream`: what may straddle two chunks. */
const overlap = 64;
/** A content in memory is scanned in pieces too. */
const pieceBytes = 64 * 1024;
const endOfStream = Buffer.from('endstream');

interface OpenBody {
  readonly dictionary: StreamDictionary;
  readonly role: 'objects' | 'metadata' | 'other';
  readonly parts: Buffer[];
  kept: number;
  /** Bytes to pass before `endstream` is looked for. */
  remaining: number;
  started: boolean;
}

function roleOf(dictionary: StreamDictionary): OpenBody['role'] {
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
  readonly names: Set<string> = new Set<string>();
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
  #objectStreamBytes = 0;
  readonly #dictionaries = new DictionaryStack();

  /** @throws PdfSyntaxError when something cannot be read, so cannot be let through. */
  push(chunk: Uint8Array, last = false): void {
    for (let at = 0; at < chunk.length; at += pieceBytes) this.#take(chunk.subarray(at, at + pieceBytes), false);
    if (last) this.#take(new Uint8Array(), true);
    if (last && this.#body) throw new PdfSyntaxError('stream not closed');
  }

  #take(chunk: Uint8Array, last: boolean): void {
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
    if (token.kind === 'name') this.names.add(token.text);
    if (token.kind === 'word' && token.text === 'obj') this.objects += 1;
    if (token.kind === 'word' && token.text === 'startxref') this.startXref = true;

    if (token.kind === 'word' && token.text === 'stream') this.#openBody(this.#dictionaries.closed());
    else this.#dictionaries.push(token);
    return true;
  }

  #openBody(dictionary: StreamDictionary | null): void {
    if (!dictionary) throw new PdfSyntaxError('stream without dictionary');
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
    if (body.role === 'objects') {
      for (const name of objectStreamNames(body.dictionary, Buffer.concat(body.parts), (bytes) => this.#count(bytes))) {
        this.names.add(name);
      }
    } else if (body.role === 'metadata' && body.kept <= maxXmpBytes) {
      this.xmp +=
        decodeBody(body.dictionary, Buffer.concat(body.parts))?.toString('latin1').slice(0, maxXmpBytes) ?? '';
    }
  }

  #count(bytes: number): void {
    this.#objectStreamBytes += bytes;
    if (this.#objectStreamBytes > maxAllObjectStreams) throw new PdfSyntaxError('object streams too large');
  }
}
