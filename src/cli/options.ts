import { readFile } from 'node:fs/promises';
import { fileSource, type RandomAccessSource } from '../documents/index.ts';
import { TerrESanteError } from '../errors.ts';

/** Words that a command cannot use. Holds option names only, never values. */
export function usageError(message: string): TerrESanteError {
  return new TerrESanteError('TE_INPUT_INVALID', message);
}

/** A file named on the command line; its path never appears in an error. */
export async function namedFile(path: string): Promise<RandomAccessSource> {
  try {
    return await fileSource(path);
  } catch (cause) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Fichier illisible ou absent.', { cause });
  }
}

/** A small file, read whole. */
export async function smallFile(path: string, maxBytes: number): Promise<Uint8Array> {
  const { byteLength } = await namedFile(path);
  if (byteLength > maxBytes)
    throw new TerrESanteError('TE_TOO_LARGE', 'Fichier trop grand.', {
      details: { bytes: byteLength, limit: maxBytes },
    });
  return readFile(path);
}

/** `--at`: ISO 8601 with offset, in milliseconds. */
export function instant(value: string): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/.test(value)
    ? Date.parse(value)
    : NaN;
  if (Number.isNaN(time))
    throw usageError('--at : date et heure ISO 8601 avec fuseau attendues, par exemple 2026-03-01T10:00:00Z.');
  return time;
}
