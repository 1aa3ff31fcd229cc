import type { Readable } from 'node:stream';
import type { Entry, LocalFileHeader, ZipFile } from 'yauzl';
import { exportsOf } from '../exports-of.ts';
import { eventOf } from '../wait.ts';
import { readableRange, type RandomAccessSource } from './source.ts';

/**
 * Opens an archive with the library, which reads its structure. Names stay bytes: the library's own
 * look at them would refuse some before {@link safeName} judges them, with an error of its own.
 */
export async function openZip(source: RandomAccessSource): Promise<ZipFile> {
  const library = exportsOf(await import('yauzl'));
  class Reader extends library.RandomAccessReader {
    override _readStreamForRange(start: number, end: number): Readable {
      return readableRange(source, start, end);
    }
  }

  const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, decodeStrings: false };
  return new Promise((resolve, reject) => {
    library.fromRandomAccessReader(new Reader(), source.byteLength, options, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });
}

/** Where the next directory record is read; the declared type of the library is wrong. */
export function cursorOf(zip: ZipFile): number {
  return zip.readEntryCursor as unknown as number;
}

/** The next record of the directory, `null` after the last one. */
export async function nextEntry(zip: ZipFile): Promise<Entry | null> {
  const { name, value } = await eventOf(zip, ['entry', 'end'], {}, () => zip.readEntry());
  return name === 'entry' ? (value as Entry) : null;
}

export function readLocalHeader(zip: ZipFile, entry: Entry): Promise<LocalFileHeader> {
  return new Promise((resolve, reject) => {
    zip.readLocalFileHeader(entry, { minimal: false }, (error, header) => (error ? reject(error) : resolve(header)));
  });
}

/** Raw bytes of an entry, as they stand in the archive. */
export function rawStream(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, { decodeFileData: false }, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
}
