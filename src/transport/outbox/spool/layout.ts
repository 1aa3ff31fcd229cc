import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import type { OutboxEntry } from '../model.ts';
import { waits } from '../entry.ts';
import type { SpoolFiles } from './files.ts';

/** Where a message lies: waiting for the worker, or kept for a later decision. */
export type ItemPlace = 'queue' | 'held';

/** The folders of a spool. */
export const spoolFolders: readonly string[] = [
  'tmp',
  'log',
  'queue',
  'held',
  'state',
  'alias',
  'journal',
  'unmatched',
  'damaged',
];

/** Names of the sub-folders: the first two digits of an id. */
export const buckets: readonly string[] = Array.from({ length: 256 }, (_, index) =>
  index.toString(16).padStart(2, '0'),
);

/** The id in the name of a file. */
export const idOf = (name: string): string => name.slice(0, 40);
/** The generation in the name of a message file. */
export const generationOf = (name: string): number => Number(name.slice(41));
/** Where a message belongs, by its entry. */
export const placeOf = (entry: OutboxEntry): ItemPlace => (waits(entry) ? 'queue' : 'held');

/** Paths of a spool, and which of its sub-folders are there. */
export class SpoolLayout {
  readonly folder: string;
  readonly #files: SpoolFiles;
  readonly #made = new Set<string>();

  constructor(files: SpoolFiles, folder: string) {
    this.#files = files;
    this.folder = folder;
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  item(place: ItemPlace, { id, generation }: Pick<OutboxEntry, 'id' | 'generation'>): string {
    // Few messages are held: one folder is enough for them.
    const bucket = place === 'queue' ? id.slice(0, 2) : '';
    return join(this.folder, place, bucket, `${id}.${String(generation)}`);
  }

  /** A name for a file that is not finished. */
  temporary(): string {
    return join(this.folder, 'tmp', randomUUID());
  }

  state(id: string): string {
    return join(this.folder, 'state', id.slice(0, 2), `${id}.json`);
  }

  /** Looks which sub-folders are there, and whether something speaks against one of them. */
  async look(check?: (path: string) => Promise<unknown>): Promise<void> {
    for (const place of ['queue', 'state']) {
      for (const bucket of await this.#files.names(join(this.folder, place))) {
        await check?.(join(this.folder, place, bucket));
        this.#made.add(join(place, bucket));
      }
    }
  }

  names(place: 'queue' | 'state', bucket: string): Promise<readonly string[]> {
    return this.#made.has(join(place, bucket))
      ? this.#files.names(join(this.folder, place, bucket))
      : Promise.resolve([]);
  }

  /** The folder for a file of this id, made durable when it is new. */
  async folderFor(place: ItemPlace | 'state', id: string): Promise<string> {
    if (place === 'held') return join(this.folder, place);
    const name = join(place, id.slice(0, 2));
    const path = join(this.folder, name);
    if (!this.#made.has(name)) {
      await this.#files.makeFolder(path);
      await this.#files.syncFolder(join(this.folder, place));
      this.#made.add(name);
    }
    return path;
  }
}
