import { pipeline } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { collect, type ByteSource } from '../bytes.ts';
import {
  announcesDescriptor,
  checkEnd,
  checkEntry,
  checkLocalHeader,
  EntryNames,
  refuseGaps,
  type LocatedEntry,
} from './checks.ts';
import { hasEndBefore, readEndRecord, type EndRecord } from './end-record.ts';
import { cursorOf, nextEntry, openZip, rawStream, readLocalHeader } from './library.ts';
import { archiveError, defaultZipLimits, foreignArchiveError, type ZipLimits } from './limits.ts';
import { entryName } from './names.ts';
import type { RandomAccessSource } from './source.ts';

/** One file of an archive; its bytes are checked (length, CRC) as they are read. */
export interface ZipEntry {
  /** With `/` between folders. */
  readonly name: string;
  readonly content: ByteSource;
}

/** What an archive holds. */
export interface ZipContent {
  readonly files: readonly ZipEntry[];
  /** Folders that have an entry of their own, with a final `/`. */
  readonly folders: readonly string[];
}

/** The end record of an archive without any file. */
const shortestArchive = 22;

async function* entryBytes(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  let crc = 0;
  let size = 0;
  try {
    const raw = await rawStream(zip, entry);
    const inflate = entry.compressionMethod === 8 ? createInflateRaw({ chunkSize: 64 * 1024 }) : null;
    // An error of the archive destroys the inflater, which the loop below then throws.
    const stream = inflate ? pipeline(raw, inflate, () => undefined) : raw;

    for await (const chunk of stream) {
      const bytes = chunk as Uint8Array;
      crc = crc32(bytes, crc);
      size += bytes.length;
      if (size > entry.uncompressedSize) throw archiveError('file-too-long');

      yield bytes;
    }

    if (inflate && inflate.bytesWritten !== entry.compressedSize) throw archiveError('after-file');
  } catch (error) {
    throw foreignArchiveError(error);
  }

  if (size !== entry.uncompressedSize) throw archiveError('file-too-short');
  if (crc !== entry.crc32) throw archiveError('checksum');
}

/** Checks one entry by itself, and finds its place in the archive. */
async function locate(zip: ZipFile, entry: Entry, limits: ZipLimits): Promise<LocatedEntry> {
  checkEntry(entry, limits);
  const name = entryName(entry);
  if (name === null) throw archiveError('forbidden-name');
  if (name.endsWith('/') && entry.uncompressedSize !== 0) throw archiveError('folder-content');

  const local = await readLocalHeader(zip, entry);
  checkLocalHeader(local, entry);
  return {
    entry,
    name,
    start: entry.relativeOffsetOfLocalHeader,
    end: local.fileDataStart + entry.compressedSize,
    hasDescriptor: announcesDescriptor(local, entry),
  };
}

/** Every entry of the directory, within the limits. */
async function locateAll(zip: ZipFile, limits: ZipLimits): Promise<readonly LocatedEntry[]> {
  if (zip.entryCount > limits.maxEntries) throw archiveError('too-many-files');

  const located: LocatedEntry[] = [];
  const names = new EntryNames();
  let total = 0;
  for (let entry = await nextEntry(zip); entry; entry = await nextEntry(zip)) {
    if (located.length >= limits.maxEntries) throw archiveError('too-many-files');
    total += entry.uncompressedSize;
    if (total > limits.maxTotalBytes) throw archiveError('too-large');

    const found = await locate(zip, entry, limits);
    names.add(found.name);
    located.push(found);
  }

  names.refuseFileAsFolder();
  return located;
}

const directorySignature = 0x02014b50;

/**
 * The table stands where the end record says. When every place is too small by the same number,
 * something stands before the archive: another file, or the program that unpacks it.
 */
async function requirePlace(
  source: RandomAccessSource,
  { position, directorySize, directoryOffset, zip64 }: EndRecord,
): Promise<void> {
  const shift = position - directorySize - directoryOffset;
  if (zip64 || shift <= 0) return;

  const start = directoryOffset + shift;
  const isShifted = (await signatureAt(source, start)) && !(await signatureAt(source, directoryOffset));
  if (isShifted) throw archiveError('before-files');
}

/** Whether an entry of the table of files begins there. */
async function signatureAt(source: RandomAccessSource, start: number): Promise<boolean> {
  const bytes = Buffer.from(await collect(source.read(start, start + 4)));
  return bytes.length === 4 && bytes.readUInt32LE(0) === directorySignature;
}

async function open(source: RandomAccessSource, limits: ZipLimits): Promise<ZipContent> {
  if (source.byteLength < shortestArchive) throw archiveError('too-short');
  const end = await readEndRecord(source);
  if (!end) throw archiveError((await hasEndBefore(source)) ? 'after-end' : 'no-end');

  await requirePlace(source, end);
  const zip = await openZip(source);
  const directory = cursorOf(zip);
  const located = await locateAll(zip, limits);

  // Between the entries and after them there is nothing.
  refuseGaps(located, directory);
  checkEnd(end, directory, cursorOf(zip), located.length);

  const isFolder = ({ name }: LocatedEntry): boolean => name.endsWith('/');
  const files = located
    .filter((entry) => !isFolder(entry))
    .map(({ entry, name }) => ({
      name,
      content: { byteLength: entry.uncompressedSize, open: () => entryBytes(zip, entry) },
    }));
  return { files, folders: located.filter(isFolder).map(({ name }) => name) };
}

/**
 * Lists the files of an archive after strict checks: names, sizes, ratio, count, overlap, links,
 * encryption. Nothing is inflated before it is asked for.
 *
 * @throws TerrESanteError `TE_ARCHIVE_INVALID`
 */
export async function readZip(
  source: RandomAccessSource,
  options: Partial<ZipLimits> = {},
): Promise<readonly ZipEntry[]> {
  return (await readZipContent(source, options)).files;
}

/** The same, with the folders. */
export async function readZipContent(
  source: RandomAccessSource,
  options: Partial<ZipLimits> = {},
): Promise<ZipContent> {
  try {
    return await open(source, { ...defaultZipLimits, ...options });
  } catch (error) {
    throw foreignArchiveError(error);
  }
}
