import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { isTerrESanteError, TerrESanteError } from '../../../errors.ts';
import type { ByteSource } from '../../../internal/bytes.ts';
import { DueQueue } from '../due-queue.ts';
import { claimed, waits } from '../entry.ts';
import { aliasesOf } from '../identity.ts';
import type { OutboxEntry, OutboxStore, SaveOptions, UnmatchedReport } from '../model.ts';
import { sealWith, unreadable, type Seal } from '../seal.ts';
import { storeWork } from '../store-failure.ts';
import { diskFiles, hasCode, ifThere, type SpoolFiles } from './files.ts';
import { itemContent, readItemEntry, writeItem } from './item.ts';
import { Journal } from './journal.ts';
import { KnownIds } from './known-ids.ts';
import { takeLock, type SpoolLock } from './lock.ts';
import { UnmatchedReports } from './unmatched.ts';
import { writeWhole } from './whole-file.ts';

/** Options of {@link openSpoolStore}. @group Outbox */
export interface SpoolOptions {
  /** A folder of a local disk, for this outbox alone. Created when absent. */
  readonly folder: string;
  /** Thirty-two bytes: encrypts messages and entries at rest. The host keeps the key elsewhere. */
  readonly key?: Uint8Array | undefined;
  /** Calls to the disk. @defaultValue the disk */
  readonly files?: SpoolFiles | undefined;
}

const buckets = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));
const checkpointBytes = 4 * 1_024 * 1_024;
/** Entries kept in memory although the disk has them. */
const recentLimit = 1_000;
const idOf = (name: string): string => name.slice(0, 40);

/**
 * Opens a spool: a folder of files, like the queue of a mail server. A message is written and synced under another name,
 * then renamed; changes go to a journal with one sync for all that wait. One process at a time.
 *
 * @throws TerrESanteError `TE_OUTBOX` when the folder cannot be used or another process has it.
 *
 * @group Outbox
 */
export async function openSpoolStore(options: SpoolOptions): Promise<OutboxStore> {
  const { folder, files = diskFiles() } = options;
  const seal = sealWith(options.key);
  return wrap(async () => {
    for (const name of ['tmp', 'queue', 'held', 'state', 'alias', 'journal', 'unmatched', 'damaged'])
      await files.makeFolder(join(folder, name));
    await files.syncFolder(folder);
    const lock = await takeLock(files, folder).catch(async (error: unknown) => {
      await files.close?.();
      throw error;
    });
    try {
      await checkKey(files, folder, seal);
      for (const name of await files.names(join(folder, 'tmp'))) await files.remove(join(folder, 'tmp', name));
      const { entries, lastNumber } = await Journal.read(files, join(folder, 'journal'), seal);
      const store = new SpoolStore(
        folder,
        files,
        seal,
        new Journal(files, join(folder, 'journal'), seal, lastNumber),
        lock,
        entries,
      );
      await store.recover();
      return store;
    } catch (error) {
      await lock.release().catch(() => undefined);
      await files.close?.();
      throw error;
    }
  });
}

/** A spool is read with the key it was begun with, or not at all. */
async function checkKey(files: SpoolFiles, folder: string, seal: Seal): Promise<void> {
  const path = join(folder, 'format');
  const text = Buffer.from(`TE1 ${seal.mark}\n`, 'latin1');
  const known = await ifThere(files.readAll(path));
  if (known) {
    const line = known.subarray(0, text.length);
    if (
      Buffer.compare(line, text) !== 0 ||
      Buffer.from(seal.open(known.subarray(text.length), 'format')).toString() !== 'spool'
    )
      throw unreadable();
    return;
  }
  await writeWhole(files, folder, path, Buffer.concat([text, seal.close(Buffer.from('spool'), 'format')]));
  await files.syncFolder(folder);
}

const wrap = <T>(work: () => Promise<T>): Promise<T> =>
  storeWork("Le disque de la boîte d'envoi a refusé une opération.", work);

class SpoolStore implements OutboxStore {
  readonly kind = 'spool';
  private readonly folder: string;
  private readonly files: SpoolFiles;
  private readonly seal: Seal;
  private readonly journal: Journal;
  private readonly lock: SpoolLock;
  private readonly reports: UnmatchedReports;
  private readonly due = new DueQueue();
  /** Latest state of entries that the state files do not have yet. */
  private readonly dirty: Map<string, OutboxEntry>;
  /** Entries that the disk has too. */
  private readonly recent = new Map<string, OutboxEntry>();
  private readonly adding = new Map<string, Promise<OutboxEntry | null>>();
  private readonly openedAt = Date.now();
  private readonly known = new KnownIds();
  /** Sub-folders that are there. */
  private readonly made = new Set<string>();
  private checkpointing: Promise<void> | null = null;
  /** Failures that the next claim tells. */
  private readonly problems: Error[] = [];

  constructor(
    folder: string,
    files: SpoolFiles,
    seal: Seal,
    journal: Journal,
    lock: SpoolLock,
    dirty: Map<string, OutboxEntry>,
  ) {
    this.folder = folder;
    this.files = files;
    this.seal = seal;
    this.reports = new UnmatchedReports(files, folder, seal);
    this.journal = journal;
    this.lock = lock;
    this.dirty = dirty;
  }

  private item(place: 'queue' | 'held', { id, generation }: Pick<OutboxEntry, 'id' | 'generation'>): string {
    // Few messages are held: one folder is enough for them.
    const bucket = place === 'queue' ? id.slice(0, 2) : '';
    return join(this.folder, place, bucket, `${id}.${String(generation)}`);
  }

  private bucketNames(place: 'queue' | 'state', bucket: string): Promise<readonly string[]> {
    return this.made.has(join(place, bucket))
      ? this.files.names(join(this.folder, place, bucket))
      : Promise.resolve([]);
  }

  /** The sub-folder of an id, made durable when it is new. */
  private async bucket(place: 'queue' | 'state', id: string): Promise<string> {
    const name = join(place, id.slice(0, 2));
    const path = join(this.folder, name);
    if (!this.made.has(name)) {
      await this.files.makeFolder(path);
      await this.files.syncFolder(join(this.folder, place));
      this.made.add(name);
    }
    return path;
  }

  private statePath(id: string): string {
    return join(this.folder, 'state', id.slice(0, 2), `${id}.json`);
  }

  /** Puts every message where its entry says it is, and fills the queue. */
  async recover(): Promise<void> {
    const held = await this.files.names(join(this.folder, 'held'));
    for (const place of ['queue', 'state'])
      for (const bucket of await this.files.names(join(this.folder, place))) this.made.add(join(place, bucket));
    for (const id of this.dirty.keys()) this.known.add(id);
    for (const name of [...held, ...(await this.files.names(join(this.folder, 'alias')))]) this.known.add(idOf(name));
    for (const bucket of buckets) {
      const states = new Set(await this.bucketNames('state', bucket));
      for (const name of states) this.known.add(idOf(name));
      const known = async (id: string): Promise<OutboxEntry | null> =>
        this.dirty.get(id) ?? (states.has(`${id}.json`) ? this.readState(id) : null);
      for (const name of await this.bucketNames('queue', bucket)) {
        const id = idOf(name);
        this.known.add(id);
        const entry = await known(id);
        if (entry) await this.settleItem('queue', name, entry);
        // Without any state the file itself is the record; a queue is resumed without reading it.
        else this.due.set(id, 0);
      }
      for (const name of held.filter((item) => item.startsWith(bucket))) {
        const path = join(this.folder, 'held', name);
        await this.settleItem(
          'held',
          name,
          (await known(idOf(name))) ?? (await readItemEntry(this.files, path, this.seal)),
        );
      }
    }
    for (const entry of this.dirty.values())
      if (waits(entry)) this.due.set(entry.id, entry.work === 'sending' ? 0 : entry.nextAt);
  }

  private async settleItem(place: 'queue' | 'held', name: string, known: OutboxEntry): Promise<void> {
    const path = join(this.folder, place, place === 'queue' ? name.slice(0, 2) : '', name);
    let entry = known;
    const generation = Number(name.slice(41));
    if (generation > entry.generation) {
      // A new message took the place of a failed one just before the end.
      entry = await readItemEntry(this.files, path, this.seal);
      this.dirty.set(entry.id, entry);
    }
    if (generation < entry.generation || !entry.hasContent) {
      await this.files.remove(path);
      return;
    }
    const right = waits(entry) ? 'queue' : 'held';
    if (right !== place) await this.files.rename(path, this.item(right, entry));
    if (waits(entry)) this.due.set(entry.id, entry.work === 'sending' ? 0 : entry.nextAt);
  }

  private async readState(id: string): Promise<OutboxEntry | null> {
    const bytes = await ifThere(this.files.readAll(this.statePath(id)));
    return bytes && (JSON.parse(Buffer.from(this.seal.open(bytes, 'state')).toString('utf8')) as OutboxEntry);
  }

  /** Brings an entry into memory. `thorough` looks for a message that is not the first of its document. */
  private async load(id: string, thorough = false): Promise<OutboxEntry | null> {
    const inMemory = (): OutboxEntry | undefined => this.dirty.get(id) ?? this.recent.get(id);
    const known = inMemory();
    if (known) return known;
    if (!this.known.mayHave(id)) return null;
    let found = await this.readState(id);
    for (const place of ['queue', 'held'] as const)
      found ??= await ifThere(readItemEntry(this.files, this.item(place, { id, generation: 1 }), this.seal));
    if (!found && thorough) {
      const folder = join(this.folder, 'queue', id.slice(0, 2));
      const names = (await this.bucketNames('queue', id.slice(0, 2))).filter((name) => idOf(name) === id);
      const last = names.sort((a, b) => Number(a.slice(41)) - Number(b.slice(41))).at(-1);
      if (last !== undefined) found = await readItemEntry(this.files, join(folder, last), this.seal);
    }
    const meanwhile = inMemory();
    if (meanwhile) return meanwhile;
    if (found) this.remember(found);
    return found;
  }

  /** The entry of an id, or of the submission that has a document of that id. */
  private async find(id: string): Promise<OutboxEntry | null> {
    if (!this.known.mayHave(id)) return null;
    const entry = await this.load(id);
    if (entry) return entry;
    const alias = await ifThere(this.files.readAll(join(this.folder, 'alias', id)));
    return alias ? this.load(Buffer.from(alias).toString('latin1')) : null;
  }

  private remember(entry: OutboxEntry): void {
    if (this.recent.size >= recentLimit) {
      const [oldest] = this.recent.keys();
      if (oldest !== undefined) this.recent.delete(oldest);
    }
    this.recent.set(entry.id, entry);
  }

  get(id: string): Promise<OutboxEntry | null> {
    return wrap(() => this.find(id));
  }

  async add(entry: OutboxEntry, content: ByteSource, replaces?: number): Promise<OutboxEntry | null> {
    const names = [entry.id, ...aliasesOf(entry.uniqueIds)];
    for (;;) {
      const others = names.map((name) => this.adding.get(name)).filter((work) => work !== undefined);
      if (others.length === 0) break;
      await Promise.allSettled(others);
    }
    const work = wrap(() => this.write(entry, content, names, replaces));
    for (const name of names) this.adding.set(name, work);
    try {
      return await work;
    } finally {
      for (const name of names) this.adding.delete(name);
    }
  }

  private async write(
    entry: OutboxEntry,
    content: ByteSource,
    names: readonly string[],
    replaces: number | undefined,
  ): Promise<OutboxEntry | null> {
    let former: OutboxEntry | null = null;
    for (const name of names) {
      const existing = await this.find(name);
      if (!existing) continue;
      if (existing.id !== entry.id || existing.revision !== replaces) return existing;
      former = existing;
    }
    for (const name of names) this.known.add(name);
    const temporary = join(this.folder, 'tmp', randomUUID());
    const path = this.item('queue', entry);
    let folder: string;
    try {
      const file = await this.files.create(temporary);
      try {
        await writeItem(file, this.seal, entry, content);
      } finally {
        await file.close();
      }
      for (const alias of names.slice(1)) await this.writeAlias(alias, entry.id);
      folder = await this.bucket('queue', entry.id);
      await this.files.rename(temporary, path);
    } catch (error) {
      await this.files.remove(temporary).catch(() => undefined);
      throw error;
    }
    try {
      await this.files.syncFolder(folder);
      if (former) await this.journal.append(entry, true);
    } catch (error) {
      // Not durable, so not promised: the caller deposits again.
      await this.files.remove(path).catch(() => undefined);
      throw error;
    }
    if (former) {
      this.dirty.set(entry.id, entry);
      await this.files.remove(this.item('held', former)).catch(() => undefined);
    }
    this.remember(entry);
    this.due.set(entry.id, entry.nextAt);
    return null;
  }

  private async writeAlias(alias: string, id: string): Promise<void> {
    await writeWhole(this.files, this.folder, join(this.folder, 'alias', alias), Buffer.from(id, 'latin1'));
    await this.files.syncFolder(join(this.folder, 'alias'));
  }

  claim({ now, limit, owner, leaseMs }: Parameters<OutboxStore['claim']>[0]): Promise<readonly OutboxEntry[]> {
    return wrap(async () => {
      const taken: OutboxEntry[] = [];
      const [problem] = this.problems.splice(0);
      if (problem !== undefined) throw problem;
      while (taken.length < limit) {
        const id = this.due.take(now);
        if (id === null) break;
        const entry = await this.loadOrSetAside(id, now + 1_000).catch((error: unknown) => {
          // What is already taken goes out first.
          this.problems.push(error instanceof Error ? error : unreadable());
          return undefined;
        });
        if (entry === undefined) break;
        if (!entry || !waits(entry)) continue;
        const next = claimed(this.doubted(entry), owner, now, leaseMs);
        this.dirty.set(id, next);
        this.due.set(id, next.nextAt);
        // A restart finds it in any case: nobody waits for the disk here.
        this.journal.append(next, false).catch(() => undefined);
        taken.push(next);
      }
      const [failure] = taken.length === 0 ? this.problems.splice(0) : [];
      if (failure) throw failure;
      return taken;
    });
  }

  /** A file that cannot be read must not stop the others: it goes to a folder of its own, and the error says so once. */
  private async loadOrSetAside(id: string, retryAt: number): Promise<OutboxEntry | null> {
    try {
      return await this.load(id, true);
    } catch (error) {
      this.due.set(id, retryAt);
      if (!isTerrESanteError(error)) throw error;
      for (const name of await this.bucketNames('queue', id.slice(0, 2)))
        if (idOf(name) === id)
          await this.files.rename(join(this.folder, 'queue', id.slice(0, 2), name), join(this.folder, 'damaged', name));
      this.due.delete(id);
      throw error;
    }
  }

  /** After an end without goodbye, what was queued may have been on its way. */
  private doubted(entry: OutboxEntry): OutboxEntry {
    return this.lock.wasLeft &&
      entry.work === 'queued' &&
      entry.attempts === 0 &&
      entry.createdAt < this.openedAt &&
      !this.dirty.has(entry.id)
      ? { ...entry, outcomeUnknown: true }
      : entry;
  }

  save(entry: OutboxEntry, { dropContent = false }: SaveOptions = {}): Promise<boolean> {
    return wrap(async () => {
      const former = await this.load(entry.id);
      if (former?.revision !== entry.revision - 1) return false;
      // From here to the journal without a pause: two writers cannot both see the former revision.
      this.dirty.set(entry.id, entry);
      if (waits(entry)) this.due.set(entry.id, entry.nextAt);
      else this.due.delete(entry.id);
      try {
        await this.journal.append(entry, true);
      } catch (error) {
        if (this.dirty.get(entry.id) === entry) {
          this.dirty.set(entry.id, former);
          if (waits(former)) this.due.set(former.id, former.nextAt);
        }
        throw error;
      }
      await this.place(former, entry, dropContent).catch(() => undefined);
      if (this.journal.size > checkpointBytes) void this.checkpoint().catch(() => undefined);
      return true;
    });
  }

  /** The journal has the truth; what fails here is done at the next opening. */
  private async place(former: OutboxEntry, entry: OutboxEntry, dropContent: boolean): Promise<void> {
    const from = waits(former) ? 'queue' : 'held';
    const to = waits(entry) ? 'queue' : 'held';
    if (dropContent) await this.files.remove(this.item(from, entry));
    else if (entry.hasContent && from !== to) await this.files.rename(this.item(from, entry), this.item(to, entry));
  }

  content(entry: OutboxEntry): Promise<ByteSource> {
    return wrap(async () => {
      for (const place of ['queue', 'held'] as const) {
        const path = this.item(place, entry);
        if ((await ifThere(this.files.size(path))) !== null) return itemContent(this.files, path, this.seal, entry);
      }
      throw new TerrESanteError('TE_OUTBOX', "Le message n'est plus conservé : il faut déposer de nouveau.");
    });
  }

  async nextDue(): Promise<number | null> {
    return this.due.peek();
  }

  async *list(): AsyncGenerator<OutboxEntry, void, undefined> {
    const held = await wrap(() => this.files.names(join(this.folder, 'held')));
    const byBucket = new Map<string, Set<string>>();
    for (const id of [...this.dirty.keys(), ...this.recent.keys()]) {
      const bucket = id.slice(0, 2);
      byBucket.set(bucket, (byBucket.get(bucket) ?? new Set()).add(id));
    }
    for (const bucket of buckets) {
      const ids = byBucket.get(bucket) ?? new Set<string>();
      for (const place of ['state', 'queue'] as const)
        for (const name of await wrap(() => this.bucketNames(place, bucket))) ids.add(idOf(name));
      for (const name of held) if (name.startsWith(bucket)) ids.add(idOf(name));
      for (const id of ids) {
        const entry = await this.load(id).catch((error: unknown) => {
          if (isTerrESanteError(error)) return null;
          throw error;
        });
        if (entry) yield entry;
      }
    }
  }

  addUnmatched(item: UnmatchedReport): Promise<void> {
    return wrap(() => this.reports.add(item));
  }

  async *unmatched(): AsyncGenerator<UnmatchedReport, void, undefined> {
    for (const name of await wrap(() => this.reports.names())) yield await wrap(() => this.reports.read(name));
  }

  /** Writes what the journal holds into one file per entry, then begins a new journal. */
  private checkpoint(): Promise<void> {
    this.checkpointing ??= (async () => {
      try {
        const last = await this.journal.rotate();
        const entries = [...this.dirty.values()];
        for (let at = 0; at < entries.length; at += 16)
          await Promise.all(
            entries.slice(at, at + 16).map(async (entry) => {
              const bytes = this.seal.close(Buffer.from(JSON.stringify(entry), 'utf8'), 'state');
              await this.bucket('state', entry.id);
              await writeWhole(this.files, this.folder, this.statePath(entry.id), bytes);
            }),
          );
        const touched = new Set(entries.map(({ id }) => id.slice(0, 2)));
        for (const bucket of touched) await this.files.syncFolder(join(this.folder, 'state', bucket));
        for (const entry of entries) {
          if (this.dirty.get(entry.id) !== entry) continue;
          this.dirty.delete(entry.id);
          this.remember(entry);
        }
        await this.journal.removeUpTo(last);
      } finally {
        this.checkpointing = null;
      }
    })();
    return this.checkpointing;
  }

  async close(): Promise<void> {
    await wrap(async () => {
      await this.checkpointing?.catch(() => undefined);
      // Without it the journal stays and says the same at the next opening.
      await this.checkpoint().catch(() => undefined);
      await this.journal.close();
      await this.lock.release().catch((error: unknown) => {
        if (!hasCode(error, 'ENOENT')) throw error;
      });
      await this.files.close?.();
    });
  }
}
