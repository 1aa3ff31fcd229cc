import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import type { OutboxEntry } from '../model.ts';
import type { SpoolFile, SpoolFiles } from './files.ts';
import type { Seal } from '../seal.ts';

const nameOf = (number: number): string => `${String(number).padStart(10, '0')}.log`;
const numberOf = (name: string): number => (/^\d{10}\.log$/.test(name) ? Number(name.slice(0, 10)) : NaN);

interface Waiting {
  readonly line: Buffer;
  readonly durable: boolean;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * The journal of changes: one line per change, appended, with one sync for all that wait. After a failed write or sync the
 * file is left and a new one begun, because nobody knows what a disk kept of it.
 */
export class Journal {
  private file: SpoolFile | null = null;
  private number: number;
  private bytes = 0;
  private waiting: Waiting[] = [];
  private flushing: Promise<void> | null = null;
  private readonly files: SpoolFiles;
  private readonly folder: string;
  private readonly seal: Seal;

  constructor(files: SpoolFiles, folder: string, seal: Seal, lastNumber: number) {
    this.files = files;
    this.folder = folder;
    this.seal = seal;
    this.number = lastNumber;
  }

  /** Bytes in the current file. */
  get size(): number {
    return this.bytes;
  }

  append(entry: OutboxEntry, durable: boolean): Promise<void> {
    const body = Buffer.from(this.seal.close(Buffer.from(JSON.stringify(entry), 'utf8'), 'journal'));
    const text = this.seal.mark === 'E' ? body.toString('base64') : body.toString('utf8');
    const line = Buffer.from(`${crc32(text).toString(16).padStart(8, '0')} ${text}\n`, 'utf8');
    return new Promise((resolve, reject) => {
      this.waiting.push({ line, durable, resolve, reject });
      this.flushing ??= this.flush();
    });
  }

  private async flush(): Promise<void> {
    // One turn of the event loop, so that what comes together is written together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        this.file ??= await this.begin();
        const bytes = Buffer.concat(group.map(({ line }) => line));
        await this.file.write(bytes);
        this.bytes += bytes.length;
        if (group.some(({ durable }) => durable)) await this.file.datasync();
        for (const item of group) item.resolve();
      } catch (error) {
        await this.leave();
        for (const item of group) item.reject(error);
      }
    }
    this.flushing = null;
  }

  private async begin(): Promise<SpoolFile> {
    this.number += 1;
    const file = await this.files.create(join(this.folder, nameOf(this.number)));
    try {
      await this.files.syncFolder(this.folder);
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    this.bytes = 0;
    return file;
  }

  private async leave(): Promise<void> {
    const { file } = this;
    this.file = null;
    await file?.close().catch(() => undefined);
  }

  /** Goes on in a new file; resolves with the number of the last complete one. */
  async rotate(): Promise<number> {
    await this.flushing;
    // Read before the file is closed: meanwhile a new one may begin.
    const last = this.number;
    await this.leave();
    return last;
  }

  /** Removes the files up to a number, once all they say is elsewhere. */
  async removeUpTo(last: number): Promise<void> {
    for (const name of await this.files.names(this.folder))
      if (numberOf(name) <= last) await this.files.remove(join(this.folder, name));
  }

  async close(): Promise<void> {
    await this.rotate();
  }

  /** The latest entry of each id in all the files. A line that is cut or damaged ends its file. */
  static async read(
    files: SpoolFiles,
    folder: string,
    seal: Seal,
  ): Promise<{ entries: Map<string, OutboxEntry>; lastNumber: number }> {
    const entries = new Map<string, OutboxEntry>();
    const numbers = (await files.names(folder))
      .map(numberOf)
      .filter((number) => !Number.isNaN(number))
      .sort((a, b) => a - b);
    for (const number of numbers) {
      const text = Buffer.from(await files.readAll(join(folder, nameOf(number)))).toString('utf8');
      for (const line of text.split('\n')) {
        const body = line.slice(9);
        if (line === '' || crc32(body).toString(16).padStart(8, '0') !== line.slice(0, 8)) break;
        const bytes = Buffer.from(body, seal.mark === 'E' ? 'base64' : 'utf8');
        const entry = JSON.parse(Buffer.from(seal.open(bytes, 'journal')).toString('utf8')) as OutboxEntry;
        if ((entries.get(entry.id)?.revision ?? 0) < entry.revision) entries.set(entry.id, entry);
      }
    }
    return { entries, lastNumber: numbers.at(-1) ?? 0 };
  }
}
