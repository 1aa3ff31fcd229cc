import { pipeline, type Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { ByteSource } from '../bytes.ts';
import { readEndRecord, zip64EndBytes, type EndRecord } from './end-record.ts';
import { safeName } from './names.ts';
import { readableRange, type RandomAccessSource } from './source.ts';

/** Limits of an archive that comes from outside. @group XDM */
export interface ZipLimits {
  readonly maxEntries: number;
  /** Longest file, once inflated. */
  readonly maxEntryBytes: number;
  /** All files together, once inflated. */
  readonly maxTotalBytes: number;
  /** Largest ratio of the inflated to the compressed size, above one mebibyte. */
  readonly maxRatio: number;
}

export const defaultZipLimits: ZipLimits = {
  maxEntries: 1000,
  maxEntryBytes: 1024 * 1024 * 1024,
  maxTotalBytes: 2 * 1024 * 1024 * 1024,
  maxRatio: 200,
};

/** One file of an archive; its bytes are checked (length, CRC) as they are read. */
export interface ZipEntry {
  /** With `/` between folders. */
  readonly name: string;
  readonly content: ByteSource;
}

export function archiveError(reason: string): TerrESanteError {
  return new TerrESanteError('TE_ARCHIVE_INVALID', `Archive refusée : ${reason}.`, { details: { reason } });
}

/**
 * A foreign error may quote a file name, which may hold a patient's name: only its kind is kept.
 */
function foreign(error: unknown): TerrESanteError {
  return isTerrESanteError(error) && error instanceof TerrESanteError ? error : archiveError('structure illisible');
}

const smallBytes = 1024 * 1024;
const unixType = 0xf000;
const unixRegular = 0x8000;
const unixDirectory = 0x4000;

function checkEntry(entry: Entry, limits: ZipLimits): void {
  if (entry.isEncrypted()) throw archiveError('fichier chiffré');
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) throw archiveError('compression inconnue');
  const { compressedSize, uncompressedSize } = entry;
  if (uncompressedSize > limits.maxEntryBytes) throw archiveError('fichier trop grand');
  if (uncompressedSize > smallBytes && uncompressedSize > compressedSize * limits.maxRatio) {
    throw archiveError('taux de compression anormal');
  }
  if (entry.compressionMethod === 0 && compressedSize !== uncompressedSize) {
    throw archiveError('tailles contradictoires');
  }
  const mode = (entry.versionMadeBy >> 8 === 3 ? entry.externalFileAttributes >>> 16 : 0) & unixType;
  if (mode !== 0 && mode !== unixRegular && mode !== unixDirectory) throw archiveError('lien ou fichier spécial');
}

interface Located {
  readonly entry: Entry;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Local headers must say what the directory says, and no two entries may share a byte. */
async function locate(zip: ZipFile, entry: Entry, name: string): Promise<Located> {
  const local = await new Promise<import('yauzl').LocalFileHeader>((resolve, reject) => {
    zip.readLocalFileHeader(entry, { minimal: false }, (error, header) => (error ? reject(error) : resolve(header)));
  });
  if (!local.fileName.equals(entry.fileNameRaw)) throw archiveError('noms contradictoires');
  if (local.compressionMethod !== entry.compressionMethod) throw archiveError('compressions contradictoires');
  if (((local.generalPurposeBitFlag ^ entry.generalPurposeBitFlag) & 1) !== 0) {
    throw archiveError('chiffrement contradictoire');
  }
  const announced = (local.generalPurposeBitFlag & 8) === 0;
  const zip64 = local.compressedSize === 0xffffffff || local.uncompressedSize === 0xffffffff;
  if (announced && !zip64) {
    if (local.compressedSize !== entry.compressedSize || local.uncompressedSize !== entry.uncompressedSize) {
      throw archiveError('tailles contradictoires');
    }
    if (local.crc32 !== entry.crc32) throw archiveError('contrôles contradictoires');
  }
  return {
    entry,
    name,
    start: entry.relativeOffsetOfLocalHeader,
    end: local.fileDataStart + entry.compressedSize,
  };
}

/**
 * Entries follow one another from the first byte to the directory: no byte is shared, none is
 * hidden between.
 */
function refuseGaps(entries: readonly Located[], directory: number): void {
  let previous = 0;
  for (const { entry, start, end } of [...entries].sort((a, b) => a.start - b.start)) {
    if (start < previous) throw archiveError('fichiers superposés');
    if (start > previous) throw archiveError('octets entre les fichiers');
    previous = end;
    // A descriptor, with or without its mark, with sizes of four or eight bytes.
    if ((entry.generalPurposeBitFlag & 8) !== 0) {
      const next = Math.min(directory, ...entries.map((one) => one.start).filter((other) => other >= end));
      if ([12, 16, 20, 24].includes(next - end)) previous = next;
    }
  }
  if (previous > directory) throw archiveError('fichiers superposés');
  if (previous < directory) throw archiveError('octets entre les fichiers');
}

/** The directory stands just before the end record, which counts what is there. */
function checkEnd(end: EndRecord, directory: number, directoryEnd: number, count: number): void {
  const expected = end.zip64 ? directoryEnd + zip64EndBytes : directoryEnd;
  if (end.position !== expected) throw archiveError('octets après la table des fichiers');
  if (end.zip64) return;
  const sound =
    end.disk === 0 &&
    end.directoryDisk === 0 &&
    end.entries === count &&
    end.diskEntries === count &&
    end.directorySize === directoryEnd - directory;
  if (!sound) throw archiveError('table des fichiers contradictoire');
}

function refuseFileAsFolder(names: ReadonlyMap<string, boolean>): void {
  for (const name of names.keys()) {
    for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
      if (names.get(name.slice(0, at)) === false) throw archiveError('fichier pris pour un dossier');
    }
  }
}

/** Raw bytes of an entry, as they stand in the archive. */
function rawStream(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, { decodeFileData: false }, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
}

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
      if (size > entry.uncompressedSize) throw archiveError('fichier plus long que prévu');
      yield bytes;
    }
    if (inflate && inflate.bytesWritten !== entry.compressedSize) throw archiveError('octets après un fichier');
  } catch (error) {
    throw foreign(error);
  }
  if (size !== entry.uncompressedSize) throw archiveError('fichier plus court que prévu');
  if (crc !== entry.crc32) throw archiveError('contrôle CRC faux');
}

async function openZip(source: RandomAccessSource): Promise<ZipFile> {
  const yauzl = await import('yauzl');
  const library = 'default' in yauzl ? (yauzl.default as typeof yauzl) : yauzl;
  class Reader extends library.RandomAccessReader {
    override _readStreamForRange(start: number, end: number): Readable {
      return readableRange(source, start, end);
    }
  }
  const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: false };
  return new Promise((resolve, reject) => {
    library.fromRandomAccessReader(new Reader(), source.byteLength, options, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });
}

/** Where the next directory record is read; the declared type of the library is wrong. */
function cursorOf(zip: ZipFile): number {
  return zip.readEntryCursor as unknown as number;
}

function nextEntry(zip: ZipFile): Promise<Entry | null> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void): void => {
      zip.removeAllListeners('entry');
      zip.removeAllListeners('end');
      zip.removeAllListeners('error');
      settle();
    };
    zip.once('entry', (entry: Entry) => done(() => resolve(entry)));
    zip.once('end', () => done(() => resolve(null)));
    zip.once('error', (error: Error) => done(() => reject(error)));
    zip.readEntry();
  });
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
  const limits = { ...defaultZipLimits, ...options };
  if (source.byteLength < 22) throw archiveError('fichier trop court');
  try {
    const end = await readEndRecord(source);
    if (!end) throw archiveError('fin absente');
    const zip = await openZip(source);
    const directory = cursorOf(zip);
    if (zip.entryCount > limits.maxEntries) throw archiveError('trop de fichiers');
    const located: Located[] = [];
    /** Upper-case name -> whether it is a folder. */
    const names = new Map<string, boolean>();
    let total = 0;
    for (let entry = await nextEntry(zip); entry; entry = await nextEntry(zip)) {
      if (located.length >= limits.maxEntries) throw archiveError('trop de fichiers');
      checkEntry(entry, limits);
      total += entry.uncompressedSize;
      if (total > limits.maxTotalBytes) throw archiveError('contenu trop grand');
      const name = safeName(entry.fileNameRaw, (entry.generalPurposeBitFlag & 0x800) !== 0);
      if (name === null) throw archiveError('nom de fichier interdit');
      const isFolder = name.endsWith('/');
      const key = (isFolder ? name.slice(0, -1) : name).toUpperCase();
      if (names.has(key)) throw archiveError('nom de fichier en double');
      names.set(key, isFolder);
      if (isFolder && entry.uncompressedSize !== 0) throw archiveError('dossier avec un contenu');
      located.push(await locate(zip, entry, name));
    }
    refuseGaps(located, directory);
    checkEnd(end, directory, cursorOf(zip), located.length);
    refuseFileAsFolder(names);
    return located
      .filter(({ name }) => !name.endsWith('/'))
      .map(({ entry, name }) => ({
        name,
        content: { byteLength: entry.uncompressedSize, open: () => entryBytes(zip, entry) },
      }));
  } catch (error) {
    throw foreign(error);
  }
}
