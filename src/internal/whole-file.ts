import { randomBytes } from 'node:crypto';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { fileFailure, isSystemError, whenFree } from './held-file.ts';

/**
 * Writes a file that is there whole or not at all: beside its place under another name, forced to
 * the disk, then renamed. A file that stood there is replaced. Only the owner can read it; on
 * Windows, those whom the access list of the folder lets in.
 *
 * @param chunks - what they throw removes what was written, and passes as it is
 * @throws TerrESanteError `TE_FILE_ACCESS` when the disk refuses
 */
export async function writeWholeFile(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  // Of a length of its own: the name may be as long as the system allows.
  const beside = join(dirname(path), `${randomBytes(8).toString('hex')}.part`);

  try {
    const file = await whenFree(() => open(beside, 'wx', 0o600));
    try {
      await writeFile(file, chunks);
      await file.sync();
    } finally {
      await file.close();
    }
    await whenFree(() => rename(beside, path));
  } catch (error) {
    await whenFree(() => rm(beside, { force: true })).catch(() => undefined);
    throw isSystemError(error) ? fileFailure(error) : error;
  }
}
