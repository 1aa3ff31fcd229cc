import type { Entry, LocalFileHeader } from 'yauzl';
import { zip64EndBytes, type EndRecord } from './end-record.ts';
import { archiveError, type ZipLimits } from './limits.ts';

/** An entry whose local header was found to agree with the directory. */
export interface LocatedEntry {
  readonly entry: Entry;
  readonly name: string;
  /** First byte of the local header. */
  readonly start: number;
  /** First byte after the data. */
  readonly end: number;
  /** CRC and sizes follow the data: some writers say so in one of the two headers only. */
  readonly hasDescriptor: boolean;
}

const smallBytes = 1024 * 1024;
const madeByUnix = 3;
const unixType = 0xf000;
const unixRegular = 0x8000;
const unixDirectory = 0x4000;
const encryptedFlag = 0x0001;
const descriptorFlag = 0x0008;
const zip64Size = 0xffffffff;

/** Encryption, method, sizes, ratio and kind of file, as the directory announces them. */
export function checkEntry(entry: Entry, limits: ZipLimits): void {
  if (entry.isEncrypted()) throw archiveError('encrypted');
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) throw archiveError('compression');

  const { compressedSize, uncompressedSize } = entry;
  if (uncompressedSize > limits.maxEntryBytes) throw archiveError('file-too-large');
  if (uncompressedSize > smallBytes && uncompressedSize > compressedSize * limits.maxRatio) {
    throw archiveError('ratio');
  }
  if (entry.compressionMethod === 0 && compressedSize !== uncompressedSize) {
    throw archiveError('sizes-differ');
  }

  const unixMode = entry.versionMadeBy >> 8 === madeByUnix ? entry.externalFileAttributes >>> 16 : 0;
  const type = unixMode & unixType;
  if (type !== 0 && type !== unixRegular && type !== unixDirectory) throw archiveError('special-file');
}

/** The local header of an entry must say what the directory says. */
export function checkLocalHeader(local: LocalFileHeader, entry: Entry): void {
  if (!local.fileName.equals(entry.fileNameRaw)) throw archiveError('names-differ');
  if (local.compressionMethod !== entry.compressionMethod) throw archiveError('compressions-differ');
  if (((local.generalPurposeBitFlag ^ entry.generalPurposeBitFlag) & encryptedFlag) !== 0) {
    throw archiveError('encryption-differs');
  }

  // Sizes and CRC stand here only when they do not follow the data or fill a zip64 field.
  const isAnnounced = (local.generalPurposeBitFlag & descriptorFlag) === 0;
  const isZip64 = local.compressedSize === zip64Size || local.uncompressedSize === zip64Size;
  if (!isAnnounced || isZip64) return;

  if (local.compressedSize !== entry.compressedSize || local.uncompressedSize !== entry.uncompressedSize) {
    throw archiveError('sizes-differ');
  }
  if (local.crc32 !== entry.crc32) throw archiveError('checksums-differ');
}

/** Whether one of the two headers says that a descriptor follows the data. */
export function announcesDescriptor(local: LocalFileHeader, entry: Entry): boolean {
  return ((local.generalPurposeBitFlag | entry.generalPurposeBitFlag) & descriptorFlag) !== 0;
}

/** Lengths of a descriptor: with or without its mark, with sizes of four or eight bytes. */
const descriptorLengths: readonly number[] = [12, 16, 20, 24];

/**
 * Entries follow one another from the first byte to the directory: no byte is shared, none is
 * hidden between.
 */
export function refuseGaps(entries: readonly LocatedEntry[], directory: number): void {
  const sorted = [...entries].sort((a, b) => a.start - b.start);
  let previousEnd = 0;
  sorted.forEach(({ hasDescriptor, start, end }, index) => {
    if (start < previousEnd) throw archiveError('overlap');
    if (start > previousEnd) throw archiveError(index === 0 ? 'before-files' : 'gap');

    previousEnd = end;
    const nextStart = sorted[index + 1]?.start ?? directory;
    if (hasDescriptor && descriptorLengths.includes(nextStart - end)) previousEnd = nextStart;
  });

  if (previousEnd > directory) throw archiveError('overlap');
  if (previousEnd < directory) throw archiveError('gap');
}

/** The directory stands just before the end record, which counts what is there. */
export function checkEnd(end: EndRecord, directory: number, directoryEnd: number, count: number): void {
  const expected = end.zip64 ? directoryEnd + zip64EndBytes : directoryEnd;
  if (end.position !== expected) throw archiveError('after-directory');
  if (end.zip64) return;

  const isSound =
    end.disk === 0 &&
    end.directoryDisk === 0 &&
    end.entries === count &&
    end.diskEntries === count &&
    end.directorySize === directoryEnd - directory;
  if (!isSound) throw archiveError('directory');
}

/** The names of an archive: each once, capitals or not, and no file that is also a folder. */
export class EntryNames {
  /** Upper-case name, without the slash of a folder, and whether it is a folder. */
  readonly #isFolder = new Map<string, boolean>();

  add(name: string): void {
    const isFolder = name.endsWith('/');
    const key = (isFolder ? name.slice(0, -1) : name).toUpperCase();
    if (this.#isFolder.has(key)) throw archiveError('duplicate-name');

    this.#isFolder.set(key, isFolder);
  }

  refuseFileAsFolder(): void {
    for (const name of this.#isFolder.keys()) {
      for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
        if (this.#isFolder.get(name.slice(0, at)) === false) throw archiveError('file-and-folder');
      }
    }
  }
}
