import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import type { OutboxEntry } from '../model.ts';
import type { Seal } from '../seal.ts';
import { ifThere, isFull, type SpoolFiles } from './files.ts';
import { GroupFile } from './group-file.ts';
import type { Reserve } from './reserve.ts';

const nameOf = (number: number): string => `${String(number).padStart(10, '0')}.log`;
const numberOf = (name: string): number => (/^\d{10}\.log$/.test(name) ? Number(name.slice(0, 10)) : NaN);

/** The journal of changes: one line per change. */
export class Journal {
  readonly #file: GroupFile;
  readonly #files: SpoolFiles;
  readonly #folder: string;
  readonly #seal: Seal;
  readonly #reserve: Reserve;

  constructor(files: SpoolFiles, folder: string, seal: Seal, lastNumber: number, reserve: Reserve) {
    this.#reserve = reserve;
    this.#file = new GroupFile(files, folder, { nameOf, lastNumber });
    this.#files = files;
    this.#folder = folder;
    this.#seal = seal;
  }

  /** Bytes in the current file. */
  get size(): number {
    return this.#file.size;
  }

  async append(entry: OutboxEntry, durable: boolean): Promise<void> {
    const body = Buffer.from(this.#seal.close(Buffer.from(JSON.stringify(entry), 'utf8'), 'journal'));
    const text = this.#seal.mark === 'E' ? body.toString('base64') : body.toString('utf8');
    const line = Buffer.from(`${crcOf(text)} ${text}\n`, 'utf8');

    try {
      await this.#file.append(line, durable);
    } catch (error) {
      if (!isFull(error)) throw error;
      await this.#reserve.giveUp();
      await this.#file.append(line, durable);
    }
  }

  /** Goes on in a new file; resolves with the number of the last complete one. */
  rotate(): Promise<number> {
    return this.#file.rotate();
  }

  /** Removes the files up to a number, once their entries are elsewhere. */
  async removeUpTo(last: number): Promise<void> {
    const names = (await this.#files.names(this.#folder)).filter((name) => numberOf(name) <= last);
    // The oldest first: what is left after a failure is always the latest.
    for (const name of [...names].sort()) await this.#files.remove(join(this.#folder, name));
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
    const numbers = ((await ifThere(files.names(folder))) ?? [])
      .map(numberOf)
      .filter((number) => !Number.isNaN(number))
      .sort((a, b) => a - b);

    for (const number of numbers) {
      // For who only looks: a journal that was just removed has left its entries to the states.
      const bytes = (await ifThere(files.readAll(join(folder, nameOf(number))))) ?? new Uint8Array();
      const text = Buffer.from(bytes).toString('utf8');
      for (const entry of entriesIn(text, seal)) {
        // Of two changes with the same revision, the first was refused when its write failed.
        const former = entries.get(entry.id);
        if (!former || former.revision <= entry.revision) entries.set(entry.id, entry);
      }
    }
    return { entries, lastNumber: numbers.at(-1) ?? 0 };
  }
}

const crcOf = (text: string): string => crc32(text).toString(16).padStart(8, '0');

/** Reads lines of `<CRC> <entry>` up to the first one that is not whole. */
function* entriesIn(text: string, seal: Seal): Generator<OutboxEntry, void, undefined> {
  for (const line of text.split('\n')) {
    const body = line.slice(9);
    if (line === '' || crcOf(body) !== line.slice(0, 8)) return;

    const bytes = Buffer.from(body, seal.mark === 'E' ? 'base64' : 'utf8');
    yield JSON.parse(Buffer.from(seal.open(bytes, 'journal')).toString('utf8')) as OutboxEntry;
  }
}
