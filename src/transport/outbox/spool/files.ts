import { link, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';

/** An open file. */
export interface SpoolFile {
  write(bytes: Uint8Array): Promise<void>;
  read(length: number, position: number): Promise<Uint8Array>;
  truncate(length: number): Promise<void>;
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
}

type Handle = Awaited<ReturnType<typeof open>>;

function fileOf(handle: Handle): SpoolFile {
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
    },
    async read(length, position) {
      const buffer = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    },
    truncate: (length) => handle.truncate(length),
    sync: () => handle.sync(),
    datasync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

/** The disk. Files are readable by their owner only. */
export const diskFiles: SpoolFiles = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  create: async (path) => fileOf(await open(path, 'wx', 0o600)),
  openToRead: async (path) => fileOf(await open(path, 'r')),
  readAll: (path) => readFile(path),
  names: (folder) => readdir(folder),
  size: async (path) => (await stat(path)).size,
  rename,
  link,
  remove: unlink,
  async syncFolder(path) {
    // Windows has no such call and needs none.
    if (process.platform === 'win32') return;
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** Whether an error of the system has this code. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** The value, or `null` when the file does not exist. */
export async function ifThere<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
