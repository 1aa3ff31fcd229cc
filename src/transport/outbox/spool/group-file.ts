import { join } from 'node:path';

import type { SpoolFile, SpoolFiles } from './files.ts';

/** Where appended bytes ended up. */
export interface AppendedAt {
  readonly name: string;
  readonly offset: number;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly durable: boolean;
  resolve(at: AppendedAt): void;
  reject(error: unknown): void;
}

/** How a {@link GroupFile} names its files, and when it begins another one. */
export interface GroupFileOptions {
  readonly nameOf: (number: number) => string;
  readonly lastNumber: number;
  /** Of a file, and of one write. @defaultValue no limit */
  readonly maxBytes?: number | undefined;
  /** Called when a file does not grow any more, also when it is left after a failure. */
  readonly left?: ((name: string) => void) | undefined;
}

/**
 * A row of numbered files that grow at their end: one write and one sync for all that wait. After a
 * failed write or sync the file is left and a new one begun, because what the disk kept of it is
 * unknown.
 */
export class GroupFile {
  #file: { readonly handle: SpoolFile; readonly name: string } | null = null;
  #number: number;
  #bytes = 0;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | null = null;
  readonly #files: SpoolFiles;
  readonly #folder: string;
  readonly #options: GroupFileOptions;

  constructor(files: SpoolFiles, folder: string, options: GroupFileOptions) {
    this.#files = files;
    this.#folder = folder;
    this.#options = options;
    this.#number = options.lastNumber;
  }

  /** Bytes in the current file. */
  get size(): number {
    return this.#bytes;
  }

  /** Name of the file that grows, `null` between two. */
  get current(): string | null {
    return this.#file?.name ?? null;
  }

  /**
   * Resolves once written, and once synced when `durable`. `written` is called at that very moment,
   * before anything else can happen to the file.
   */
  append(bytes: Uint8Array, durable: boolean, written?: (at: AppendedAt) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (at: AppendedAt): void => {
        written?.(at);
        resolve();
      };
      this.#waiting.push({ bytes, durable, resolve: done, reject });
      this.#flushing ??= this.#flush();
    });
  }

  async #flush(): Promise<void> {
    // One turn of the event loop, so that what comes together is written together.
    await new Promise((resolve) => setImmediate(resolve));

    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#fitting());
      try {
        await this.#write(group);
      } catch (error) {
        await this.#leave({ failed: true });
        for (const item of group) item.reject(error);
      }
    }
    this.#flushing = null;
  }

  /**
   * One write, and one sync when a member of the group asks for it; then each learns its offset.
   */
  async #write(group: readonly Waiting[]): Promise<void> {
    if (this.#bytes >= (this.#options.maxBytes ?? Infinity)) await this.#leave();
    this.#file ??= await this.#begin();
    const { handle, name } = this.#file;
    const start = this.#bytes;

    const whole = group.length === 1 && group[0] ? group[0].bytes : Buffer.concat(group.map(({ bytes }) => bytes));
    await handle.write(whole);
    this.#bytes += whole.length;
    if (group.some(({ durable }) => durable)) await handle.datasync();

    let offset = start;
    for (const item of group) {
      item.resolve({ name, offset });
      offset += item.bytes.length;
    }
  }

  /** How many of those that wait go into one write. */
  #fitting(): number {
    const { maxBytes = Infinity } = this.#options;
    let total = 0;
    const tooMany = this.#waiting.findIndex(({ bytes }) => (total += bytes.length) > maxBytes);
    return tooMany === -1 ? this.#waiting.length : Math.max(1, tooMany);
  }

  /** Creates the next file. Its name is saved before anything is written into it. */
  async #begin(): Promise<{ handle: SpoolFile; name: string }> {
    this.#number += 1;
    const name = this.#options.nameOf(this.#number);
    const handle = await this.#files.create(join(this.#folder, name));

    try {
      await this.#files.syncFolder(this.#folder);
    } catch (error) {
      await handle.close().catch(() => undefined);
      this.#options.left?.(name);
      throw error;
    }

    this.#bytes = 0;
    return { handle, name };
  }

  async #leave({ failed = false } = {}): Promise<void> {
    const file = this.#file;
    // On a full disk each attempt would leave a file behind that holds nothing.
    const isEmpty = failed && this.#bytes === 0;
    this.#file = null;
    this.#bytes = 0;
    if (!file) return;

    await file.handle.close().catch(() => undefined);
    if (isEmpty) await this.#files.remove(join(this.#folder, file.name)).catch(() => undefined);
    this.#options.left?.(file.name);
  }

  /** Goes on in a new file; resolves with the number of the last complete one. */
  async rotate(): Promise<number> {
    await this.#flushing;
    // Read before the file is closed: meanwhile a new one may begin.
    const last = this.#number;
    await this.#leave();
    return last;
  }
}
