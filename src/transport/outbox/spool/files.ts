import { close, fdatasync, fsync, open, read, rename, stat, unlink, write, type Stats } from 'node:fs';
import { link, mkdir, readdir, readFile } from 'node:fs/promises';

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
  close(): Promise<void>;
}

/** Every call the spool makes to the disk: a test makes each of them fail in turn. */
export interface SpoolFiles {
  makeFolder(path: string): Promise<void>;
  create(path: string): Promise<SpoolFile>;
  openToRead(path: string): Promise<SpoolFile>;
  readAll(path: string): Promise<Uint8Array>;
  names(folder: string): Promise<readonly string[]>;
  size(path: string): Promise<number>;
  rename(from: string, to: string): Promise<void>;
  /** Fails with `EEXIST` when the target is there. */
  link(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes the names of a folder durable. */
  syncFolder(path: string): Promise<void>;
  /** Closes the folders that are kept open. */
  close?(): Promise<void>;
}

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
const openFile = (path: string, flags: string, mode?: number): Promise<number> =>
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
    close: () => closeFile(descriptor),
  };
}

/**
 * The disk. Files are readable by their owner only (on Windows the access list of the folder says
 * by whom); folders stay open, because each is synced again and again.
 */
export function diskFiles(): SpoolFiles {
  const folders = new Map<string, Promise<number>>();
  return {
    async makeFolder(path) {
      await mkdir(path, { recursive: true, mode: 0o700 });
    },
    create: async (path) => fileOf(await openFile(path, 'wx', 0o600)),
    openToRead: async (path) => fileOf(await openFile(path, 'r')),
    readAll: (path) => whenFree(() => readFile(path)),
    names: (folder) => readdir(folder),
    size: async (path) => (await call<Stats>((done) => stat(path, done))).size,
    rename: (from, to) => whenFree(() => act((done) => rename(from, to, done))),
    link: (from, to) => whenFree(() => link(from, to)),
    remove: (path) => whenFree(() => act((done) => unlink(path, done))),
    async syncFolder(path) {
      // Windows has no such call and needs none.
      if (process.platform === 'win32') return;

      let folder = folders.get(path);
      if (!folder) {
        folder = openFile(path, 'r');
        folders.set(path, folder);
        folder.catch(() => folders.delete(path));
      }

      const descriptor = await folder;
      await act((done) => fsync(descriptor, done));
    },
    async close() {
      const opened = [...folders.values()];
      folders.clear();
      for (const folder of opened) await folder.then(closeFile).catch(() => undefined);
    },
  };
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
