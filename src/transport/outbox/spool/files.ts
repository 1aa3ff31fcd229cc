import {
  close,
  constants,
  fdatasync,
  fstat,
  fsync,
  futimes,
  lstat,
  open,
  read,
  rename,
  unlink,
  write,
  type Stats,
} from 'node:fs';
import { mkdir, open as openHandle, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import { foreignCode } from '../../../internal/foreign-error.ts';
import { whenFree } from '../../../internal/held-file.ts';

/** An open file. */
export interface SpoolFile {
  write(bytes: Uint8Array): Promise<void>;
  read(length: number, position: number): Promise<Uint8Array>;
  /** Data and metadata. */
  sync(): Promise<void>;
  /** Data, and what is needed to read it again. */
  datasync(): Promise<void>;
  /**
   * Sets the time of the last change, in milliseconds since 1970; resolves with what the disk kept
   * of it. Needs no free space.
   */
  touch(at: number): Promise<number>;
  close(): Promise<void>;
}

/** What bears a name on the disk. */
export interface Seen {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly size: number;
  /** Milliseconds since 1970, by the clock of the disk. */
  readonly changedAt: number;
  /** The same for its creation; 0 where the disk does not know it. */
  readonly createdAt: number;
  /** The account it belongs to, and its rights; they say nothing on Windows. */
  readonly owner: number;
  readonly mode: number;
}

/** Every call the spool makes to the disk: a test makes each of them fail in turn. */
export interface SpoolFiles {
  makeFolder(path: string): Promise<void>;
  create(path: string): Promise<SpoolFile>;
  /** The same; on Windows nobody else opens the file as long as this program has it open. */
  createAlone(path: string): Promise<SpoolFile>;
  openToRead(path: string): Promise<SpoolFile>;
  readAll(path: string): Promise<Uint8Array>;
  names(folder: string): Promise<readonly string[]>;
  /** Looks at a name without following a link. */
  look(path: string): Promise<Seen>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes the names of a folder durable; on Windows {@link SpoolFiles.syncName} does. */
  syncFolder(path: string): Promise<void>;
  /** Makes the name of a file durable, after it was renamed. */
  syncName(path: string): Promise<void>;
  /** Closes the folders that are kept open. */
  close?(): Promise<void>;
}

/** `UV_FS_O_EXLOCK`, which Node.js has no name for: Windows shares the file with nobody. */
const noSharing = process.platform === 'win32' ? 0x10000000 : 0;
const createNew = constants.O_CREAT | constants.O_EXCL | constants.O_RDWR;
/**
 * A link would lead elsewhere, and a pipe be waited for until somebody writes. Windows has neither
 * flag.
 */
const toRead = [constants.O_NOFOLLOW, constants.O_NONBLOCK].reduce(
  (flags, flag: number | undefined) => flags | (flag ?? 0),
  constants.O_RDONLY,
);

/** Plain descriptors: an object per file costs twice the call. */
const call = <T>(work: (done: (error: NodeJS.ErrnoException | null, result?: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    work((error, result) => {
      if (error) reject(error);
      else resolve(result as T);
    });
  });

/** The same for a call without a result. */
const act = (work: (done: (error: NodeJS.ErrnoException | null) => void) => void): Promise<void> =>
  call<undefined>((done) => {
    work(done);
  });

/** On Windows, waits for a scanner that holds the file. */
const openFile = (path: string, flags: string | number, mode?: number): Promise<number> =>
  whenFree(() =>
    call<number>((done) => {
      open(path, flags, mode, done);
    }),
  );
const closeFile = (descriptor: number): Promise<void> => act((done) => close(descriptor, done));

function fileOf(descriptor: number): SpoolFile {
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length;) {
        at += await call<number>((done) => write(descriptor, bytes, at, bytes.length - at, null, done));
      }
    },
    async read(length, position) {
      const buffer = Buffer.allocUnsafe(length);
      let filled = 0;

      while (filled < length) {
        const count = await call<number>((done) =>
          read(descriptor, buffer, filled, length - filled, position + filled, done),
        );
        if (count === 0) break;
        filled += count;
      }
      return buffer.subarray(0, filled);
    },
    sync: () => act((done) => fsync(descriptor, done)),
    datasync: () => act((done) => fdatasync(descriptor, done)),
    async touch(at) {
      await act((done) => futimes(descriptor, at / 1_000, at / 1_000, done));
      return (await call<Stats>((done) => fstat(descriptor, done))).mtimeMs;
    },
    close: () => closeFile(descriptor),
  };
}

/**
 * The disk. Files are readable by their owner only (on Windows the access list of the folder says
 * by whom); folders stay open, because each is synced again and again.
 */
export function diskFiles(): SpoolFiles {
  const folders = new Map<string, Promise<number>>();

  const syncFolder = async (path: string): Promise<void> => {
    // Windows has no such call.
    if (process.platform === 'win32') return;

    let folder = folders.get(path);
    if (!folder) {
      folder = openFile(path, 'r');
      folders.set(path, folder);
      folder.catch(() => folders.delete(path));
    }

    const descriptor = await folder;
    await act((done) => fsync(descriptor, done));
  };

  return {
    syncFolder,
    syncName: (path) => (process.platform === 'win32' ? syncRenamed(path) : syncFolder(dirname(path))),
    async makeFolder(path) {
      await mkdir(path, { recursive: true, mode: 0o700 });
    },
    create: async (path) => fileOf(await openFile(path, 'wx', 0o600)),
    createAlone: async (path) => fileOf(await openFile(path, createNew | noSharing, 0o600)),
    openToRead: async (path) => fileOf(await openFile(path, toRead)),
    readAll: (path) => whenFree(() => readFound(path)),
    names: (folder) => readdir(folder),
    look: async (path) => seenIn(await call<Stats>((done) => lstat(path, done))),
    rename: (from, to) => whenFree(() => act((done) => rename(from, to, done))),
    remove: (path) => whenFree(() => act((done) => unlink(path, done))),
    async close() {
      const opened = [...folders.values()];
      folders.clear();
      for (const folder of opened) await folder.then(closeFile).catch(() => undefined);
    },
  };
}

/** Reads a name that was there before, when it is a file. */
async function readFound(path: string): Promise<Uint8Array> {
  const handle = await openHandle(path, toRead);
  try {
    if ((await handle.stat()).isFile()) return await handle.readFile();
    throw Object.assign(new Error('no file'), { code: 'EINVAL' });
  } finally {
    await handle.close();
  }
}

/**
 * Windows writes the names of a folder down when a file in it is flushed, which it does for a file
 * that may be written only.
 *
 * @see Microsoft, FlushFileBuffers: the handle needs the right to write
 */
async function syncRenamed(path: string): Promise<void> {
  const descriptor = await openFile(path, 'r+');
  try {
    await act((done) => fsync(descriptor, done));
  } finally {
    await closeFile(descriptor);
  }
}

function seenIn(stats: Stats): Seen {
  const { size, mtimeMs: changedAt, birthtimeMs: createdAt, uid: owner, mode } = stats;
  return { kind: kindOf(stats), size, changedAt, createdAt, owner, mode };
}

function kindOf(stats: Stats): Seen['kind'] {
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isDirectory()) return 'folder';
  return stats.isFile() ? 'file' : 'other';
}

/** The value, or `null` when the file does not exist. */
export async function ifThere<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (foreignCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Whether the disk has no room. */
export const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(foreignCode(error) ?? '');

/** Waits for the work, and goes on when the disk has no room for it. */
export async function ifNotFull(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isFull(error)) throw error;
  });
}
