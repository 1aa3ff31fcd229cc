import { TerrESanteError } from '../../../errors.ts';
import { optionalBoolean } from '../../../internal/border.ts';
import { DueQueue } from '../due-queue.ts';
import type { OutboxStore } from '../model.ts';
import { sealWith, type Seal } from '../seal.ts';
import { Entries } from './entries.ts';
import { diskFiles, type SpoolFiles } from './files.ts';
import { requireFormat } from './format.ts';
import { Journal } from './journal.ts';
import { spoolFolders, SpoolLayout } from './layout.ts';
import { takeLock, type SpoolLock } from './lock.ts';
import { MessageLog } from './message-log.ts';
import { Messages } from './messages.ts';
import { isPrivatePlace, readableByOthers, type Place } from './private-folder.ts';
import { lastSegment, recoverItems, recoverLog } from './recovery.ts';
import { spoolWork } from './parts.ts';
import { SpoolReader } from './reader.ts';
import { SpoolStore } from './store.ts';

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
  /**
   * Only looks, while another program has the spool: takes no lock and changes nothing. Such a
   * store lists and shows; everything else is refused with `TE_UNSUPPORTED`.
   *
   * @defaultValue `false`
   */
  readonly readOnly?: boolean | undefined;
}

/**
 * Opens a spool: a folder of files, like the queue of a mail server. A small message is appended to
 * a log, a large one is written and synced under another name, then renamed; changes go to a
 * journal. Log and journal take one sync for all that wait. One process at a time.
 *
 * @throws TerrESanteError `TE_OUTBOX` when the folder cannot be used, another process has it, or
 *   another version of the library wrote it (the sentence names both formats);
 *   `TE_CONFIG_INVALID` without a folder or with a key of another length.
 *
 * @group Outbox
 */
export async function openSpoolStore(options: SpoolOptions): Promise<OutboxStore> {
  return openSpool(options, diskFiles());
}

/** The same over given calls to the disk. */
export async function openSpool(
  { folder, key, folderIsPrivate, readOnly }: SpoolOptions,
  files: SpoolFiles,
  place?: Place,
): Promise<OutboxStore> {
  if (typeof folder !== 'string' || folder === '') {
    throw new TerrESanteError('TE_CONFIG_INVALID', "Le dossier de la boîte d'envoi n'est pas indiqué (folder).");
  }

  const isPrivate = optionalBoolean('folderIsPrivate', folderIsPrivate, false);
  const seal = sealWith(key);
  const layout = new SpoolLayout(files, folder);
  if (optionalBoolean('readOnly', readOnly, false)) {
    return spoolWork(() => new SpoolReader(files, layout, seal).open());
  }

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
  await requireFormat(files, layout, seal);
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
