import { crc32 } from 'node:zlib';

import type { ByteSource } from '../../../internal/bytes.ts';
import type { OutboxEntry } from '../model.ts';
import { isSystemError } from '../../../internal/held-file.ts';
import type { SpoolFile, SpoolFiles } from './files.ts';
import { unreadable, type Seal } from '../seal.ts';

/**
 * An item file: `TE1 <P|E> <length of the closed entry>\n`, the entry as JSON, then the message in
 * pieces of at most {@link pieceBytes} bytes, each closed by the seal, then `\nTE1 <CRC>\n` of all
 * that comes before: who finds the file without its name knows that it is whole. A file of an
 * earlier version ends without it.
 */
const pieceBytes = 64 * 1_024;
const headBytes = 8 * 1_024;
const endLine = (crc: number): Buffer => Buffer.from(`\nTE1 ${crc.toString(16).padStart(8, '0')}\n`, 'latin1');

const pieceContext = (entry: OutboxEntry, index: number): string =>
  `${entry.id}.${String(entry.generation)}/${String(index)}`;

/** Creates the file of a message, writes and syncs it; the caller gives it its name afterwards. */
export async function writeItemFile(
  files: SpoolFiles,
  path: string,
  seal: Seal,
  entry: OutboxEntry,
  content: ByteSource,
): Promise<void> {
  const file = await files.create(path);

  try {
    const writer = new ItemWriter(file, seal, entry);
    for await (const chunk of content.open()) await writer.take(chunk);
    await writer.end();
  } finally {
    await file.close();
  }
}

/** Writes an item file piece by piece: the entry goes out with the first pieces. */
class ItemWriter {
  readonly #file: SpoolFile;
  readonly #seal: Seal;
  readonly #entry: OutboxEntry;
  /** The first line and the entry, until they are written. */
  #front: Uint8Array[];
  /** Bytes that do not fill a piece yet. */
  #rest: Uint8Array[] = [];
  #restLength = 0;
  #pieces = 0;
  #total = 0;
  #crc = 0;

  constructor(file: SpoolFile, seal: Seal, entry: OutboxEntry) {
    const head = seal.close(Buffer.from(JSON.stringify(entry), 'utf8'), 'entry');
    this.#file = file;
    this.#seal = seal;
    this.#entry = entry;
    this.#front = [Buffer.from(`TE1 ${seal.mark} ${String(head.length)}\n`, 'latin1'), head];
  }

  async take(chunk: Uint8Array): Promise<void> {
    this.#rest.push(chunk);
    this.#restLength += chunk.length;
    this.#total += chunk.length;
    if (this.#restLength >= 4 * pieceBytes) await this.#flush(false);
  }

  /** @throws TerrESanteError when the message has another length than in its entry */
  async end(): Promise<void> {
    await this.#flush(true);
    if (this.#total !== this.#entry.byteLength) throw unreadable();
    await this.#file.sync();
  }

  async #flush(all: boolean): Promise<void> {
    const bytes = Buffer.concat(this.#rest);
    const end = all ? bytes.length : bytes.length - (bytes.length % pieceBytes);

    const pieces: Uint8Array[] = [];
    for (let at = 0; at < end; at += pieceBytes) {
      const piece = bytes.subarray(at, Math.min(end, at + pieceBytes));
      pieces.push(this.#seal.close(piece, pieceContext(this.#entry, this.#pieces)));
      this.#pieces += 1;
    }
    if (this.#front.length + pieces.length > 0 || all) {
      const written = Buffer.concat([...this.#front, ...pieces]);
      this.#crc = crc32(written, this.#crc);
      await this.#file.write(all ? Buffer.concat([written, endLine(this.#crc)]) : written);
    }

    this.#front = [];
    this.#rest = end < bytes.length ? [bytes.subarray(end)] : [];
    this.#restLength = bytes.length - end;
  }
}

interface Head {
  readonly entry: OutboxEntry;
  /** Where the message starts. */
  readonly offset: number;
}

const firstLine = /^TE1 (?<mark>[PE]) (?<length>\d{1,9})\n/;

async function readHead(file: SpoolFile, seal: Seal): Promise<Head> {
  let bytes = await file.read(headBytes, 0);
  const line = firstLine.exec(Buffer.from(bytes.subarray(0, 40)).toString('latin1'));
  if (line?.groups?.['mark'] !== seal.mark) throw unreadable();

  const start = line[0].length;
  const end = start + Number(line.groups['length']);
  if (end > bytes.length) bytes = await file.read(end, 0);
  if (bytes.length < end) throw unreadable();

  const json = Buffer.from(seal.open(bytes.subarray(start, end), 'entry')).toString('utf8');
  return { entry: JSON.parse(json) as OutboxEntry, offset: end };
}

/** The entry as it was when it was added. */
export async function readItemEntry(files: SpoolFiles, path: string, seal: Seal): Promise<OutboxEntry> {
  const file = await files.openToRead(path);
  try {
    return (await readHead(file, seal)).entry;
  } finally {
    await file.close();
  }
}

/**
 * The message, read again at each opening. A file that is cut or changed fails before its last byte
 * is given.
 */
export function itemContent(files: SpoolFiles, path: string, seal: Seal, entry: OutboxEntry): ByteSource {
  return {
    byteLength: entry.byteLength,
    async *open() {
      const file = await files.openToRead(path);
      try {
        yield* readPieces(file, seal, entry);
      } finally {
        await file.close();
      }
    },
  };
}

async function* readPieces(
  file: SpoolFile,
  seal: Seal,
  entry: OutboxEntry,
): AsyncGenerator<Uint8Array, void, undefined> {
  let { offset } = await readHead(file, seal);
  let left = entry.byteLength;
  let crc = crc32(await file.read(offset, 0));

  for (let index = 0; left > 0; index += 1) {
    const plain = Math.min(pieceBytes, left);
    const bytes = await file.read(plain + seal.overhead, offset);
    if (bytes.length !== plain + seal.overhead) throw unreadable();

    offset += bytes.length;
    left -= plain;
    crc = crc32(bytes, crc);
    if (left === 0) await requireEnd(file, offset, crc);
    yield seal.open(bytes, pieceContext(entry, index));
  }
}

/** A file of an earlier version ends with its message; any other with its check sum. */
async function requireEnd(file: SpoolFile, offset: number, crc: number): Promise<void> {
  const end = endLine(crc);
  const found = await file.read(end.length, offset);
  if (found.length > 0 && Buffer.compare(found, end) !== 0) throw unreadable();
}

/** The entry of a file that is whole, by the check sum at its end; `null` of any other. */
export async function readWholeItem(files: SpoolFiles, path: string, seal: Seal): Promise<OutboxEntry | null> {
  const { kind, size } = await files.look(path);
  if (kind !== 'file') return null;

  const file = await files.openToRead(path);
  try {
    const { entry } = await readHead(file, seal);
    const end = endLine(0).length;

    let crc = 0;
    for (let at = 0; at < size - end; at += pieceBytes) {
      crc = crc32(await file.read(Math.min(pieceBytes, size - end - at), at), crc);
    }
    const last = await file.read(end, Math.max(0, size - end));
    return Buffer.compare(last, endLine(crc)) === 0 ? entry : null;
  } catch (error) {
    // What cannot be read as a message is none; a disk that fails is no answer.
    if (isSystemError(error)) throw error;
    return null;
  } finally {
    await file.close();
  }
}
