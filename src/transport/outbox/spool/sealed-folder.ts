import { dirname, join } from 'node:path';

import { TerrESanteError } from '../../../errors.ts';
import type { CallOptions } from '../../../internal/abort.ts';
import { sealWith, type Seal } from '../seal.ts';
import { fencedFiles } from './fenced-files.ts';
import { diskFiles, type SpoolFiles } from './files.ts';
import { isKnownFormat, writeFormat } from './format.ts';
import { takeLock } from './lock.ts';
import { ownAccount, requireSafeFolder } from './safe-folder.ts';
import { writeWhole } from './whole-file.ts';

export { ifThere, type SpoolFile, type SpoolFiles } from './files.ts';
export type { Seal } from '../seal.ts';

/** What a {@link SealedFolder} is opened with. */
export interface SealedFolderOptions {
  readonly folder: string;
  /** Thirty-two bytes. */
  readonly key: Uint8Array;
  /** What the folder is for: a spool is not taken for something else. */
  readonly what: string;
  /** Sub-folders to make. */
  readonly parts: readonly string[];
  /** Takes no lock and changes nothing. */
  readonly readOnly: boolean;
}

/**
 * A folder kept as that of a spool is: nobody else may write into it, one program has it at a time,
 * and what it holds is sealed.
 */
export interface SealedFolder {
  readonly files: SpoolFiles;
  readonly seal: Seal;
  path(...names: readonly string[]): string;
  /** Writes a file whole or not at all; its name is durable. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Gives the lock back. */
  close(): Promise<void>;
}

/**
 * Opens or makes such a folder.
 *
 * @throws TerrESanteError `TE_OUTBOX`, `details.reason`: `absent` when there is none to read, and
 *   those of a spool; `TE_CONFIG_INVALID` for the key
 */
export async function openSealedFolder(
  options: SealedFolderOptions,
  files: SpoolFiles = diskFiles(),
  call: CallOptions = {},
): Promise<SealedFolder> {
  const { folder, what, readOnly } = options;
  const seal = sealWith(options.key);
  const place = { folder, path: (...names: readonly string[]) => join(folder, ...names) };

  try {
    const isThere = await requireSafeFolder(files, folder, ownAccount());
    const isKnown = isThere && (await isKnownFormat(files, place, seal, what));
    if (readOnly && !isKnown) throw absent();

    const lock = readOnly ? null : await prepare(options, files, call);
    const held = lock ? fencedFiles(files, lock) : files;
    if (!isKnown) await writeFormat(held, place, seal, what);

    return {
      files: held,
      seal,
      path: place.path,
      async write(name, bytes) {
        await writeWhole(held, folder, place.path(name), bytes);
        await held.syncName(place.path(name));
      },
      async close() {
        await lock?.release();
        await files.close?.();
      },
    };
  } catch (error) {
    await files.close?.();
    throw error;
  }
}

/** Makes what is absent, and takes the lock. */
async function prepare(
  { folder, parts }: SealedFolderOptions,
  files: SpoolFiles,
  call: CallOptions,
): Promise<Awaited<ReturnType<typeof takeLock>>> {
  await files.makeFolder(folder);
  // A parent that only lets pass through cannot be synced.
  await files.syncFolder(dirname(folder)).catch(() => undefined);

  for (const name of ['tmp', ...parts]) {
    const path = join(folder, name);
    if (!(await requireSafeFolder(files, path, ownAccount()))) await files.makeFolder(path);
  }
  await files.syncFolder(folder);
  return takeLock(files, folder, call);
}

function absent(): TerrESanteError {
  return new TerrESanteError('TE_OUTBOX', "Il n'y a rien à lire dans ce dossier.", { details: { reason: 'absent' } });
}
