import { otherVersion } from '../other-version.ts';
import { unreadable, type Seal } from '../seal.ts';
import { ifThere, type SpoolFiles } from './files.ts';
import type { SpoolLayout } from './layout.ts';
import { writeWhole } from './whole-file.ts';

/**
 * Version of the files of a spool: it grows when a spool of the former one can no longer be read
 * as it is. The file `format` says it, with the mark of the seal, `TE1 P`, and a sealed word that
 * proves the key.
 */
export const spoolVersion = 1;

type Place = Pick<SpoolLayout, 'folder' | 'path'>;

const firstLine = /^TE(?<version>\d{1,6}) (?<mark>[A-Z])\n/;
const longestLine = 16;

/** What the first line of the file `format` says; `null` when it is none of ours. */
interface Format {
  readonly version: number;
  readonly mark: string;
  readonly sealed: Uint8Array;
}

function readFormat(bytes: Uint8Array): Format | null {
  const line = firstLine.exec(Buffer.from(bytes.subarray(0, longestLine)).toString('latin1'));
  const { version, mark } = line?.groups ?? {};
  if (!line || version === undefined || mark === undefined) return null;
  return { version: Number(version), mark, sealed: bytes.subarray(line[0].length) };
}

/**
 * Whether the folder holds a spool that this version reads with this key.
 *
 * @param what - The sealed word: what the folder is for
 * @returns `false` when nothing says that it is a spool
 * @throws TerrESanteError `TE_OUTBOX` for another version, which it names, or another key
 */
export async function isKnownFormat(files: SpoolFiles, layout: Place, seal: Seal, what = 'spool'): Promise<boolean> {
  const bytes = await ifThere(files.readAll(layout.path('format')));
  if (!bytes) return false;

  const format = readFormat(bytes);
  if (!format) throw unreadable();
  if (format.version !== spoolVersion) throw otherVersion(format.version, spoolVersion);

  const word = format.mark === seal.mark ? Buffer.from(seal.open(format.sealed, 'format')).toString() : null;
  if (word !== what) throw unreadable();
  return true;
}

/** Writes the file `format` anew, for another key. */
export async function writeFormat(files: SpoolFiles, layout: Place, seal: Seal, what = 'spool'): Promise<void> {
  const line = Buffer.from(`TE${String(spoolVersion)} ${seal.mark}\n`, 'latin1');
  const bytes = Buffer.concat([line, seal.close(Buffer.from(what), 'format')]);
  await writeWhole(files, layout.folder, layout.path('format'), bytes);
  await files.syncName(layout.path('format'));
}

/** A spool is read with the key it was begun with, or not at all: a new one remembers which. */
export async function requireFormat(files: SpoolFiles, layout: SpoolLayout, seal: Seal): Promise<void> {
  if (!(await isKnownFormat(files, layout, seal))) await writeFormat(files, layout, seal);
}
