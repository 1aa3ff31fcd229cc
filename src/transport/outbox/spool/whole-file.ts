import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import type { SpoolFiles } from './files.ts';

/**
 * Writes a file whole or not at all: under another name, synced, then renamed. Its name is durable
 * once the folder that holds it is synced, which is the caller's part: one sync may serve many
 * files.
 */
export async function writeWhole(files: SpoolFiles, folder: string, target: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(folder, 'tmp', randomUUID());

  try {
    const file = await files.create(temporary);
    try {
      await file.write(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }

    await files.rename(temporary, target);
  } catch (error) {
    await files.remove(temporary).catch(() => undefined);
    throw error;
  }
}
