import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FileFailure } from '../failure.ts';

/** The files of a folder, in the order of their names. */
export async function filesOf(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
    return files.sort();
  } catch (cause) {
    throw new FileFailure(folder, 'TE_INPUT_INVALID', 'Dossier illisible ou absent.', { cause });
  }
}
