import { dirname } from 'node:path';

import { TerrESanteError } from '../../../errors.ts';
import type { CallOptions } from '../../../internal/abort.ts';
import { optionalBoolean, optionalNumber, optionsOf, type Checks } from '../../../internal/border.ts';
import { anything, callChecks, flag, number, text } from '../../../internal/option-checks.ts';
import { DueQueue } from '../due-queue.ts';
import type { OutboxStore } from '../model.ts';
import { purgeInstant } from '../retention.ts';
import { sealWith, turningSeal, type Seal } from '../seal.ts';
import { Entries } from './entries.ts';
import { fencedFiles } from './fenced-files.ts';
import { diskFiles, ifNotFull, ifThere, type SpoolFiles } from './files.ts';
import { isKnownFormat, requireFormat } from './format.ts';
import { Journal } from './journal.ts';
import { spoolFolders, SpoolLayout } from './layout.ts';
import { takeLock } from './lock.ts';
import { patienceRange, usualPatienceMs } from './lock-files.ts';
import type { LockClock, SpoolLock } from './lock-hold.ts';
import { MessageLog } from './message-log.ts';
import { Messages } from './messages.ts';
import { isPrivatePlace, readableByOthers, type Place } from './private-folder.ts';
import { recoverUnfinished } from './recover-unfinished.ts';
import { lastSegment, recoverItems, recoverLog } from './recovery.ts';
import { Reserve } from './reserve.ts';
import { spoolWork } from './parts.ts';
import { SpoolReader } from './reader.ts';
import { ownAccount, requireSafeFolder, type Account } from './safe-folder.ts';
import { SpoolStore } from './store.ts';

/** Options of {@link openSpoolStore}. @group Outbox */
export interface SpoolOptions {
  /**
   * A folder of a local disk, for this outbox alone. Created when absent. It belongs to the account
   * of the program, nobody else may write into it, and it is no link.
   */
  readonly folder: string;
  /** Thirty-two bytes: encrypts messages and entries at rest. The host keeps the key elsewhere. */
  readonly key?: Uint8Array | undefined;
  /**
   * The key the spool has so far, to give it another one: opening seals every file with `key`, and
   * `formerKey` is not needed at the next opening. After a crash in between, open with both again.
   */
  readonly formerKey?: Uint8Array | undefined;
  /**
   * Forgets the deposits that ended before this instant, ISO 8601 with offset: opening removes
   * what became of them, and the message of one that failed. What waits stays. A document whose
   * deposit is forgotten may be deposited a second time.
   */
  readonly purgeBefore?: string | undefined;
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
  /**
   * After how many milliseconds without a sign of life the spool of another program is taken over,
   * 200 to 600,000. A program that stood still for longer may lose its spool; it then writes and
   * sends nothing more. The longer one of the two programs counts.
   *
   * @defaultValue `8_000`
   */
  readonly takeOverAfterMs?: number | undefined;
}

/**
 * Opens a spool: a folder of files, like the queue of a mail server. A small message is appended to
 * a log, a large one is written and synced under another name, then renamed; changes go to a
 * journal. Log and journal take one sync for all that wait. One process at a time.
 *
 * A spool that another program left without closing it (a crash, `kill -9`) is watched for
 * `takeOverAfterMs` before it is taken over: opening then takes as long, or ends with the signal or
 * the deadline of `call`. On Windows the end of the program is known at once. A spool whose program
 * lives is refused within a second.
 *
 * @param call - `signal` and `timeoutMs` end the wait for a lock; `timeoutMs: 0` looks once
 * @throws TerrESanteError `TE_OUTBOX` when the folder cannot be used (`details.reason`:
 *   `unsafe-folder` when another account could write into it), when another program has it
 * (`locked`, with `since` and `takeOverInMs`; `retryable`), or when another version of the library
 * wrote it (the sentence names both formats); `TE_CONFIG_INVALID` without a folder or with a key
 * that is none; `TE_INPUT_INVALID`, `TE_CANCELLED`
 *
 * @group Outbox
 */
export async function openSpoolStore(options: SpoolOptions, call?: CallOptions): Promise<OutboxStore> {
  const given = optionsOf('options', options, spoolChecks);
  return openSpool(given, diskFiles(), optionsOf('call', call, callChecks));
}

const spoolChecks: Checks<SpoolOptions> = {
  // What is wrong with the folder or the keys is an error of the configuration.
  folder: anything,
  key: anything,
  formerKey: anything,
  purgeBefore: text,
  folderIsPrivate: flag,
  readOnly: flag,
  takeOverAfterMs: number(patienceRange),
};

/** Where a spool is opened, as a test may give it. */
export interface SpoolCircumstances extends CallOptions {
  readonly place?: Place | undefined;
  readonly account?: Account | undefined;
  readonly clock?: LockClock | undefined;
  readonly keepsHandle?: boolean | undefined;
}

/** The same over given calls to the disk. */
export async function openSpool(
  options: SpoolOptions,
  files: SpoolFiles,
  circumstances: SpoolCircumstances = {},
): Promise<OutboxStore> {
  const { folder, key } = options;
  if (typeof folder !== 'string' || folder.trim() === '' || folder.includes('\0')) {
    throw new TerrESanteError('TE_CONFIG_INVALID', "Le dossier de la boîte d'envoi n'est pas indiqué (folder).");
  }

  const isPrivate = optionalBoolean('folderIsPrivate', options.folderIsPrivate, false);
  const takeOverAfterMs = optionalNumber('takeOverAfterMs', options.takeOverAfterMs, usualPatienceMs, patienceRange);
  const purgeBefore = purgeInstant(options.purgeBefore);
  const seal = options.formerKey === undefined ? sealWith(key) : turningSeal(key, options.formerKey);
  const layout = new SpoolLayout(files, folder);
  if (optionalBoolean('readOnly', options.readOnly, false)) {
    return spoolWork(() => new SpoolReader(files, layout, seal).open());
  }

  return spoolWork(async () => {
    const lock = await prepare(layout, files, seal, { ...circumstances, takeOverAfterMs }).catch(
      async (error: unknown) => {
        await files.close?.();
        throw error;
      },
    );

    try {
      const isClosed = key !== undefined || isPrivate || isPrivatePlace(folder, circumstances.place);
      const fenced = fencedFiles(files, lock);
      const warnings = isClosed ? [] : [readableByOthers()];
      if (options.formerKey !== undefined) await turn(fenced, folder, seal, lock);
      const present = sealWith(key);
      if (purgeBefore !== null) await (await recover(fenced, folder, present, lock, [])).purge(purgeBefore);
      return await recover(fenced, folder, present, lock, warnings);
    } catch (error) {
      await lock.release();
      await files.close?.();
      throw error;
    }
  });
}

/** Makes the folders, unless something speaks against them, and takes the lock. */
async function prepare(
  layout: SpoolLayout,
  files: SpoolFiles,
  seal: Seal,
  circumstances: SpoolCircumstances & { readonly takeOverAfterMs: number },
): Promise<SpoolLock> {
  const { account = ownAccount() } = circumstances;

  // A spool that cannot be read is left as it is.
  if (await requireSafeFolder(files, layout.folder, account)) {
    await isKnownFormat(files, layout, seal);
  } else {
    await files.makeFolder(layout.folder);
    // A parent that only lets pass through cannot be synced.
    await files.syncFolder(dirname(layout.folder)).catch(() => undefined);
  }

  for (const name of spoolFolders) {
    const path = layout.path(name);
    if (!(await requireSafeFolder(files, path, account))) await files.makeFolder(path);
  }
  await layout.look((path) => requireSafeFolder(files, path, account));
  await files.syncFolder(layout.folder);

  const formerLock = await ifThere(files.look(layout.path('lock')));
  if (formerLock?.kind !== 'file') await requireSafeFolder(files, layout.path('lock'), account);
  return takeLock(files, layout.folder, circumstances);
}

/** Gives a spool another key: it is recovered with both, then every file is sealed anew. */
async function turn(files: SpoolFiles, folder: string, seal: Seal, lock: SpoolLock): Promise<void> {
  const store = await recover(files, folder, seal, lock, []);
  await store.rotateKey();
}

/** Reads what an earlier process left, and brings every message to its place. */
async function recover(
  files: SpoolFiles,
  folder: string,
  seal: Seal,
  lock: SpoolLock,
  warnings: readonly Error[],
): Promise<SpoolStore> {
  const layout = new SpoolLayout(files, folder);
  await requireFormat(files, layout, seal);
  const unfinished = await files.names(layout.path('tmp'));
  await layout.look();

  const journal = await Journal.read(files, layout.path('journal'), seal);
  const log = new MessageLog(files, layout.path('log'), seal, await lastSegment(files, layout));
  const entries = new Entries(files, layout, seal, log, journal.entries);
  await entries.dropOutdated();

  const parts = { files, layout, seal, entries, log, due: new DueQueue() };
  const problems = await recoverLog(parts);
  await recoverUnfinished(parts, unfinished);
  await recoverItems(parts);

  const reserve = new Reserve(files, layout);
  await ifNotFull(reserve.keep());

  return new SpoolStore({
    ...parts,
    reserve,
    messages: new Messages(files, layout, seal, log),
    lock,
    warnings: [...warnings],
    problems: [...problems],
    journal: new Journal(files, layout.path('journal'), seal, journal.lastNumber, reserve),
  });
}
