import type { Seen, SpoolFile, SpoolFiles } from '../../src/transport/outbox/spool/files.ts';

/** A file: what programs see, and what survives a power cut. */
interface Inode {
  bytes: Buffer;
  durable: Buffer;
  /** Bytes changed since the last successful or failed sync. */
  pending: boolean;
  changedAt: number;
}

const fail = (code: string): Error => Object.assign(new Error(code), { code });

/**
 * A disk in memory that forgets what was not synced. After a failed sync the data is not written
 * any more, as Linux does: a second sync succeeds and saves nothing.
 */
export class MemoryDisk {
  /** Folder -> name -> file, as programs see it and as it survives. */
  #folders = new Map<string, Map<string, Inode>>([['/', new Map()]]);
  #durable = new Map<string, Map<string, Inode>>([['/', new Map()]]);
  #folderNames = new Map<string, Set<string>>();
  #durableFolderNames = new Map<string, Set<string>>();
  calls = 0;
  /** The call of this number fails once. */
  failAt = Infinity;
  /** From this call on nothing answers any more. */
  dieAt = Infinity;
  /** What the failed call was. */
  failed = '';

  #step(name: string): void {
    this.calls += 1;
    if (this.calls >= this.dieAt) throw fail('EDEAD');
    if (this.calls === this.failAt) {
      this.failed = name;
      throw fail('EIO');
    }
  }

  /** The power goes: only what was synced is left. */
  powerCut(): void {
    this.#folderNames = new Map([...this.#durableFolderNames].map(([parent, names]) => [parent, new Set(names)]));
    const kept = new Set([
      '/',
      ...[...this.#folderNames].flatMap(([parent, names]) => [...names].map((name) => join(parent, name))),
    ]);
    this.#folders = new Map();
    for (const folder of kept) {
      const files = new Map<string, Inode>();
      for (const [name, inode] of this.#durable.get(folder) ?? []) {
        files.set(name, {
          bytes: Buffer.from(inode.durable),
          durable: Buffer.from(inode.durable),
          pending: false,
          changedAt: inode.changedAt,
        });
      }
      this.#folders.set(folder, files);
    }
    this.#durable = new Map([...this.#folders].map(([folder, files]) => [folder, new Map(files)]));
    this.dieAt = Infinity;
    this.failAt = Infinity;
  }

  #folder(path: string): Map<string, Inode> {
    const found = this.#folders.get(path);
    if (!found) throw fail('ENOENT');
    return found;
  }

  #inode(path: string): Inode {
    const found = this.#folder(parentOf(path)).get(nameOf(path));
    if (!found) throw fail('ENOENT');
    return found;
  }

  #open(inode: Inode): SpoolFile {
    return {
      write: async (bytes) => {
        this.#step('write');
        inode.bytes = Buffer.concat([inode.bytes, bytes]);
        inode.pending = true;
      },
      read: async (length, position) => {
        this.#step('read');
        return Buffer.from(inode.bytes.subarray(position, position + length));
      },
      sync: async () => this.#sync(inode, 'sync'),
      datasync: async () => this.#sync(inode, 'datasync'),
      touch: async (at) => {
        this.#step('touch');
        inode.changedAt = at;
        return at;
      },
      close: async () => this.#step('close'),
    };
  }

  #sync(inode: Inode, name: string): void {
    try {
      this.#step(name);
    } catch (error) {
      inode.pending = false;
      throw error;
    }
    if (inode.pending) inode.durable = Buffer.from(inode.bytes);
    inode.pending = false;
  }

  #create(path: string, name: string): SpoolFile {
    this.#step(name);
    const files = this.#folder(parentOf(path));
    if (files.has(nameOf(path))) throw fail('EEXIST');

    const inode: Inode = { bytes: Buffer.alloc(0), durable: Buffer.alloc(0), pending: false, changedAt: Date.now() };
    files.set(nameOf(path), inode);
    return this.#open(inode);
  }

  #look(path: string): Seen {
    this.#step('look');
    const mine = { owner: process.getuid?.() ?? 0, mode: 0o700, changedAt: 0, createdAt: 0, size: 0 };
    if (this.#folders.has(path)) return { ...mine, kind: 'folder' };

    const inode = this.#inode(path);
    return { ...mine, kind: 'file', size: inode.bytes.length, changedAt: inode.changedAt };
  }

  readonly files: SpoolFiles = {
    makeFolder: async (path) => {
      this.#step('makeFolder');
      let at = '/';
      for (const name of path.split('/').filter((part) => part !== '')) {
        const names = this.#folderNames.get(at) ?? new Set();
        this.#folderNames.set(at, names.add(name));
        at = join(at, name);
        if (!this.#folders.has(at)) this.#folders.set(at, new Map());
      }
    },
    create: async (path) => this.#create(path, 'create'),
    createAlone: async (path) => this.#create(path, 'createAlone'),
    openToRead: async (path) => {
      this.#step('openToRead');
      return this.#open(this.#inode(path));
    },
    readAll: async (path) => {
      this.#step('readAll');
      return Buffer.from(this.#inode(path).bytes);
    },
    names: async (path) => {
      this.#step('names');
      return [...this.#folder(path).keys(), ...(this.#folderNames.get(path) ?? [])];
    },
    look: async (path) => this.#look(path),
    rename: async (from, to) => {
      this.#step('rename');
      const inode = this.#inode(from);
      this.#folder(parentOf(to)).set(nameOf(to), inode);
      this.#folder(parentOf(from)).delete(nameOf(from));
    },
    remove: async (path) => {
      this.#step('remove');
      if (!this.#folder(parentOf(path)).delete(nameOf(path))) throw fail('ENOENT');
    },
    syncName: (path) => this.files.syncFolder(parentOf(path)),
    syncFolder: async (path) => {
      this.#step('syncFolder');
      this.#durable.set(path, new Map(this.#folder(path)));
      this.#durableFolderNames.set(path, new Set(this.#folderNames.get(path)));
      // What is not yet known below the new folders is empty.
      for (const name of this.#folderNames.get(path) ?? []) {
        if (!this.#durable.has(join(path, name))) this.#durable.set(join(path, name), new Map());
      }
    },
  };
}

const join = (parent: string, name: string): string => (parent === '/' ? `/${name}` : `${parent}/${name}`);
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
