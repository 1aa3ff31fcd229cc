import type { OutboxEntry } from '../model.ts';
import type { Seal } from '../seal.ts';
import { ifThere, type SpoolFiles } from './files.ts';
import { readItemEntry } from './item.ts';
import { generationOf, idOf, type SpoolLayout } from './layout.ts';
import type { MessageLog } from './message-log.ts';
import { writeWhole } from './whole-file.ts';

/** Entries kept in memory although the disk has them. */
const recentLimit = 1_000;
const width = 16;

/** The entries of a spool: those that changed lately in memory, all of them on the disk. */
export class Entries {
  /** Latest state of entries that the state files do not have yet. */
  readonly dirty: Map<string, OutboxEntry>;
  /** Entries that the disk has too. */
  readonly #recent = new Map<string, OutboxEntry>();
  /** How often entries were forgotten: what was read before that is read again. */
  #forgotten = 0;
  readonly #files: SpoolFiles;
  readonly #layout: SpoolLayout;
  readonly #seal: Seal;
  readonly #log: MessageLog;

  constructor(
    files: SpoolFiles,
    layout: SpoolLayout,
    seal: Seal,
    log: MessageLog,
    dirty: ReadonlyMap<string, OutboxEntry>,
  ) {
    this.#files = files;
    this.#layout = layout;
    this.#seal = seal;
    this.#log = log;
    this.dirty = new Map(dirty);
  }

  /** Ids that are in memory. */
  *ids(): Generator<string, void, undefined> {
    yield* this.dirty.keys();
    yield* this.#recent.keys();
    yield* this.#log.ids();
  }

  #inMemory(id: string): OutboxEntry | undefined {
    return this.dirty.get(id) ?? this.#recent.get(id) ?? this.#log.entry(id);
  }

  /** Keeps an entry that the disk has. */
  remember(entry: OutboxEntry): void {
    if (this.#recent.size >= recentLimit) {
      const [oldest] = this.#recent.keys();
      if (oldest !== undefined) this.#recent.delete(oldest);
    }
    this.#recent.set(entry.id, entry);
  }

  /** An entry that the disk has no more. */
  forget(id: string): void {
    this.dirty.delete(id);
    this.#recent.delete(id);
    this.#forgotten += 1;
  }

  /** Keeps an entry that only the journal has. */
  changed(entry: OutboxEntry): void {
    this.dirty.set(entry.id, entry);
    this.#log.changed(entry);
  }

  async readState(id: string): Promise<OutboxEntry | null> {
    const bytes = await ifThere(this.#files.readAll(this.#layout.state(id)));
    return bytes && (JSON.parse(Buffer.from(this.#seal.open(bytes, 'state')).toString('utf8')) as OutboxEntry);
  }

  /**
   * Gives up the entries of an old journal that are newer in their state file: that journal should
   * have been removed.
   */
  async dropOutdated(): Promise<void> {
    const entries = [...this.dirty.values()];

    const look = async ({ id, revision }: OutboxEntry): Promise<void> => {
      // A state that cannot be read is written again from the journal.
      const state = await this.readState(id).catch(() => null);
      if (state && state.revision > revision) this.dirty.delete(id);
    };

    for (let at = 0; at < entries.length; at += width) await Promise.all(entries.slice(at, at + width).map(look));
  }

  /**
   * Brings an entry into memory. `thorough` looks for a message that is not the first of its
   * document.
   */
  async load(id: string, thorough = false): Promise<OutboxEntry | null> {
    const here = this.#inMemory(id);
    if (here) return here;

    const forgotten = this.#forgotten;
    let found = await this.readState(id);
    for (const place of ['queue', 'held'] as const) {
      found ??= await ifThere(readItemEntry(this.#files, this.#layout.item(place, { id, generation: 1 }), this.#seal));
    }
    if (!found && thorough) found = await this.#readLastMessage(id);

    // What was changed while the disk was read counts.
    const meanwhile = this.#inMemory(id);
    if (meanwhile) return meanwhile;
    if (forgotten !== this.#forgotten) return this.load(id, thorough);

    if (found) this.remember(found);
    return found;
  }

  /** The entry in the last message file of an id, of any generation. */
  async #readLastMessage(id: string): Promise<OutboxEntry | null> {
    const bucket = id.slice(0, 2);
    const names = (await this.#layout.names('queue', bucket)).filter((name) => idOf(name) === id);
    const last = names.sort((a, b) => generationOf(a) - generationOf(b)).at(-1);
    return last === undefined ? null : readItemEntry(this.#files, this.#layout.path('queue', bucket, last), this.#seal);
  }

  /** The entry of an id, or of the submission that has a document of that id. */
  async find(id: string): Promise<OutboxEntry | null> {
    const entry = await this.load(id);
    if (entry) return entry;

    const alias = await ifThere(this.#files.readAll(this.#layout.path('alias', id)));
    return alias ? this.load(Buffer.from(alias).toString('latin1')) : null;
  }

  async writeAlias(alias: string, id: string): Promise<void> {
    const bytes = Buffer.from(id, 'latin1');
    await writeWhole(this.#files, this.#layout.folder, this.#layout.path('alias', alias), bytes);
    await this.#files.syncFolder(this.#layout.path('alias'));
  }

  /** Writes what only the journal has into one file per entry. */
  async writeStates(): Promise<void> {
    const entries = [...this.dirty.values()];
    const folders = new Set<string>();

    const write = async (entry: OutboxEntry): Promise<void> => {
      const bytes = this.#seal.close(Buffer.from(JSON.stringify(entry), 'utf8'), 'state');
      folders.add(await this.#layout.folderFor('state', entry.id));
      await writeWhole(this.#files, this.#layout.folder, this.#layout.state(entry.id), bytes);
    };
    for (let at = 0; at < entries.length; at += width) await Promise.all(entries.slice(at, at + width).map(write));
    for (const folder of folders) await this.#files.syncFolder(folder);

    // An entry that changed meanwhile is only in the journal again.
    for (const entry of entries) {
      if (this.dirty.get(entry.id) !== entry) continue;
      this.dirty.delete(entry.id);
      this.remember(entry);
    }
  }
}
