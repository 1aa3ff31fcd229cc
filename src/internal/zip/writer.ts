import { crc32 } from 'node:zlib';
import { TerrESanteError } from '../../errors.ts';
import { collect, scan, type ByteSource } from '../bytes.ts';
import { deflated } from './deflate.ts';
import { centralDirectory, dataDescriptor, dosTime, localHeader, type ZipRecord } from './records.ts';

/** One file of an archive that is written. */
export interface ZipEntryInput {
  /** ASCII, `/` between folders. */
  readonly name: string;
  readonly content: ByteSource;
  readonly method: 'deflate' | 'store';
}

export interface ZipWriteOptions {
  /**
   * Time of every entry, in milliseconds; written in UTC so that the bytes do not depend on the
   * time zone.
   */
  readonly time: number;
  /** zlib level, 1 to 9. */
  readonly level: number;
  /** Up to this many bytes an entry is compressed in memory, so that its header is complete. */
  readonly inMemoryBytes: number;
}

const maxBytes = 0xfffffffe;

function changed(): never {
  throw new TerrESanteError('TE_INPUT_INVALID', "Un contenu a changé pendant l'écriture de l'archive.");
}

function tooLarge(): never {
  throw new TerrESanteError('TE_TOO_LARGE', "L'archive dépasserait 4 Gio.");
}

/** Reads to the end, counting; refuses a source that does not yield what it announced. */
async function* measured(
  source: ByteSource,
  seen: { crc: number; size: number },
  chunks: AsyncIterable<Uint8Array> = scan(source),
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    seen.crc = crc32(chunk, seen.crc);
    seen.size += chunk.length;
    yield chunk;
  }
  if (seen.size !== source.byteLength) changed();
}

async function drain(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  while (!(await chunks.next()).done);
}

type Prepared = (offset: number) => AsyncGenerator<Uint8Array, ZipRecord>;

/**
 * Compresses in memory, or reads a stored entry once for its CRC: the header can then be complete.
 */
async function complete(
  entry: ZipEntryInput,
  base: Pick<ZipRecord, 'name' | 'method' | 'time'>,
  level: number,
): Promise<{ prepared: Prepared; bodyLength: number }> {
  const seen = { crc: 0, size: 0 };
  let body: Uint8Array | null = null;
  if (entry.method === 'deflate') body = await collect(deflated(measured(entry.content, seen), level));
  else await drain(measured(entry.content, seen));

  const { crc, size } = seen;
  const compressedSize = body ? body.length : size;

  async function* prepared(offset: number): AsyncGenerator<Uint8Array, ZipRecord> {
    const record: ZipRecord = { ...base, descriptor: false, crc, compressedSize, size, offset };
    yield localHeader(record);
    if (body) {
      yield body;
      return record;
    }

    const again = { crc: 0, size: 0 };
    yield* measured(entry.content, again, entry.content.open());
    if (again.crc !== crc) changed();
    return record;
  }

  return { prepared, bodyLength: compressedSize };
}

/** A large deflated entry: one pass, sizes after the data. */
function streamed(entry: ZipEntryInput, base: Pick<ZipRecord, 'name' | 'method' | 'time'>, level: number): Prepared {
  return async function* (offset) {
    const seen = { crc: 0, size: 0 };
    let compressedSize = 0;
    yield localHeader({ ...base, descriptor: true, crc: 0, compressedSize: 0, size: 0, offset });

    for await (const chunk of deflated(measured(entry.content, seen), level)) {
      compressedSize += chunk.length;
      yield chunk;
    }

    const record: ZipRecord = { ...base, descriptor: true, ...seen, compressedSize, offset };
    yield dataDescriptor(record);
    return record;
  };
}

async function prepare(
  entry: ZipEntryInput,
  { time, level, inMemoryBytes }: ZipWriteOptions,
  count: boolean,
): Promise<{ prepared: Prepared; length: number }> {
  const { name, content, method } = entry;
  if (content.byteLength > maxBytes) tooLarge();

  const base = { name: Buffer.from(name, 'ascii'), method, time: dosTime(time) };
  const header = 30 + base.name.length;
  if (method === 'store' || content.byteLength <= inMemoryBytes) {
    const { prepared, bodyLength } = await complete(entry, base, level);
    return { prepared, length: header + bodyLength };
  }

  let length = header + 16;
  if (count) for await (const chunk of deflated(measured(content, { crc: 0, size: 0 }), level)) length += chunk.length;
  return { prepared: streamed(entry, base, level), length };
}

async function* write(parts: readonly { prepared: Prepared }[]): AsyncGenerator<Uint8Array> {
  const records: ZipRecord[] = [];
  let offset = 0;
  for (const { prepared } of parts) {
    if (offset > maxBytes) tooLarge();

    const body = prepared(offset);
    try {
      let step = await body.next();
      for (; !step.done; step = await body.next()) {
        offset += step.value.length;
        yield step.value;
      }
      records.push(step.value);
    } finally {
      // A reader that stops early: the source is ended too.
      await body.return(undefined as never);
    }
  }

  const end = centralDirectory(records, offset);
  if (offset + end.length > maxBytes) tooLarge();
  yield end;
}

/**
 * An archive whose exact length is known. Entries above `inMemoryBytes` are compressed once to be
 * counted and once more at each reading; nothing is written to a disk.
 */
export async function createZip(entries: readonly ZipEntryInput[], options: ZipWriteOptions): Promise<ByteSource> {
  const parts: { prepared: Prepared; length: number }[] = [];
  let byteLength = 22;
  for (const entry of entries) {
    const part = await prepare(entry, options, true);
    parts.push(part);
    byteLength += part.length + 46 + entry.name.length;
  }
  if (byteLength > maxBytes) tooLarge();
  return { byteLength, open: () => write(parts) };
}

/** The same bytes in one pass, when the length need not be known before. */
export async function* streamZip(
  entries: readonly ZipEntryInput[],
  options: ZipWriteOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const parts: { prepared: Prepared }[] = [];
  for (const entry of entries) parts.push(await prepare(entry, options, false));
  yield* write(parts);
}
