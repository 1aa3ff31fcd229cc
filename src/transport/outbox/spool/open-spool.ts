import { TerrESanteError } from '../../../errors.ts';
import { optionalBoolean } from '../../../internal/border.ts';
import { DueQueue } from '../due-queue.ts';
import type { OutboxStore } from '../model.ts';
import { sealWith, unreadable, type Seal } from '../seal.ts';
import { Entries } from './entries.ts';
import { diskFiles, ifThere, type SpoolFiles } from './files.ts';
import { Journal } from './journal.ts';
import { spoolFolders, SpoolLayout } from './layout.ts';
import { takeLock, type SpoolLock } from './lock.ts';
import { MessageLog } from './message-log.ts';
import { Messages } from './messages.ts';
import { isPrivatePlace, readableByOthers, type Place } from './private-folder.ts';
import { lastSegment, recoverItems, recoverLog } from './recovery.ts';
import { spoolWork } from './parts.ts';
import { SpoolStore } from './store.ts';
import { writeWhole } from './whole-file.ts';

/** Options of {@link openSpoolStore}. @group Outbox */
export interface SpoolOptions {
  /** A folder of a local disk, for this outbox alone. Created when absent. */
  readonly folder: string;
  /** Thirty-two bytes: encrypts messages and entries at rest. The host keeps the key elsewhere. */
  readonly key?: Uint8Array | undefined;
  /**
   * Windows only: says that the access list of the folder lets nobody else in. Without it, a spool
   * without `key` outside of the profile of the account is told once through `onError`.
   *
   * @defaultValue `false`
   */
  readonly folderIsPrivate?: boolean | undefined;
}

/**
 * Opens a spool: a folder of files, like the queue of a mail server. A small message is appended to
 * a log, a large one is written and synced under another name, then renamed; changes go to a
 * journal. Log and journal take one sync for all that wait. One process at a time.
 *
 * @throws TerrESanteError `TE_OUTBOX` when the folder cannot be used or another process has it,
 *   `TE_CONFIG_INVALID` without a folder or with a key of another length.
 *
 * @group Outbox
 */
export async function openSpoolStore(options: SpoolOptions): Promise<OutboxStore> {
  return openSpool(options, diskFiles());
}

/** The same over given calls to the disk. */
export async function openSpool(
  { folder, key, folderIsPrivate }: SpoolOptions,
  files: SpoolFiles,
  place?: Place,
): Promise<OutboxStore> {
  if (typeof folder !== 'string' || folder === '') {
    throw new TerrESanteError('TE_CONFIG_INVALID', "Le dossier de la boîte d'envoi n'est pas indiqué (folder).");
  }

  const isPrivate = optionalBoolean('folderIsPrivate', folderIsPrivate, false);
  const seal = sealWith(key);
  const layout = new SpoolLayout(files, folder);
  return spoolWork(async () => {
    for (const name of spoolFolders) await files.makeFolder(layout.path(name));
    await files.syncFolder(folder);

    const lock = await takeLock(files, folder).catch(async (error: unknown) => {
      await files.close?.();
      throw error;
    });
    try {
      const isClosed = key !== undefined || isPrivate || isPrivatePlace(folder, place);
      return await recover(files, layout, seal, lock, isClosed ? [] : [readableByOthers()]);
    } catch (error) {
      await lock.release().catch(() => undefined);
      await files.close?.();
      throw error;
    }
  });
}

/** Reads what an earlier process left, and brings every message to its place. */
async function recover(
  files: SpoolFiles,
  layout: SpoolLayout,
  seal: Seal,
  lock: SpoolLock,
  warnings: readonly Error[],
): Promise<SpoolStore> {
  await checkKey(files, layout, seal);
  for (const name of await files.names(layout.path('tmp'))) await files.remove(layout.path('tmp', name));
  await layout.look();

  const journal = await Journal.read(files, layout.path('journal'), seal);
  const log = new MessageLog(files, layout.path('log'), seal, await lastSegment(files, layout));
  const entries = new Entries(files, layout, seal, log, journal.entries);
  await entries.dropOutdated();

  const parts = { files, layout, seal, entries, due: new DueQueue() };
  const problems = await recoverLog(parts);
  await recoverItems(parts);

  return new SpoolStore({
    ...parts,
    messages: new Messages(files, layout, seal, log),
    lock,
    warnings: [...warnings],
    problems: [...problems],
    journal: new Journal(files, layout.path('journal'), seal, journal.lastNumber),
  });
}

/** A spool is read with the key it was begun with, or not at all. */
async function checkKey(files: SpoolFiles, layout: SpoolLayout, seal: Seal): Promise<void> {
  const path = layout.path('format');
  const text = Buffer.from(`TE1 ${seal.mark}\n`, 'latin1');

  const known = await ifThere(files.readAll(path));
  if (known) {
    const line = known.subarray(0, text.length);
    const isSame = Buffer.compare(line, text) === 0;
    const word = isSame ? Buffer.from(seal.open(known.subarray(text.length), 'format')).toString() : null;
    if (word !== 'spool') throw unreadable();
    return;
  }

  await writeWhole(files, layout.folder, path, Buffer.concat([text, seal.close(Buffer.from('spool'), 'format')]));
  await files.syncFolder(layout.folder);
}
