import { isTerrESanteError, TerrESanteError } from '../../../errors.ts';
import type { ByteSource } from '../../../internal/bytes.ts';
import { foreignCode } from '../../../internal/foreign-error.ts';
import type { DueQueue } from '../due-queue.ts';
import { claimed, waits } from '../entry.ts';
import { aliasesOf } from '../identity.ts';
import type { OutboxEntry, OutboxStore, SaveOptions, UnmatchedReport } from '../model.ts';
import { unreadable, type Seal } from '../seal.ts';
import { storeWork } from '../store-failure.ts';
import type { Entries } from './entries.ts';
import type { SpoolFiles } from './files.ts';
import type { Journal } from './journal.ts';
import { buckets, idOf, type SpoolLayout } from './layout.ts';
import type { SpoolLock } from './lock.ts';
import type { Messages } from './messages.ts';
import { UnmatchedReports } from './unmatched.ts';

const checkpointBytes = 4 * 1_024 * 1_024;

/** A failure of the disk becomes ours. */
export const spoolWork = <T>(work: () => Promise<T>): Promise<T> =>
  storeWork("Le disque de la boîte d'envoi a refusé une opération.", work);

/** What an open spool is made of. */
export interface SpoolParts {
  readonly files: SpoolFiles;
  readonly layout: SpoolLayout;
  readonly seal: Seal;
  readonly entries: Entries;
  readonly messages: Messages;
  readonly journal: Journal;
  readonly due: DueQueue;
  readonly lock: SpoolLock;
  /** Failures that the next claim tells. */
  readonly problems: Error[];
}

/** A spool that is open and recovered. */
export class SpoolStore implements OutboxStore {
  readonly kind = 'spool';
  private readonly parts: SpoolParts;
  private readonly reports: UnmatchedReports;
  private readonly adding = new Map<string, Promise<OutboxEntry | null>>();
  private readonly openedAt = Date.now();
  private readonly writing = new Set<Promise<unknown>>();
  private checkpointing: Promise<void> | null = null;
  private closing: Promise<void> | null = null;

  constructor(parts: SpoolParts) {
    this.parts = parts;
    this.reports = new UnmatchedReports(parts.files, parts.layout.folder, parts.seal);
  }

  get(id: string): Promise<OutboxEntry | null> {
    return spoolWork(() => this.parts.entries.find(id));
  }

  async add(entry: OutboxEntry, content: ByteSource, replaces?: number): Promise<OutboxEntry | null> {
    const names = [entry.id, ...aliasesOf(entry.uniqueIds)];
    for (;;) {
      const others = names.map((name) => this.adding.get(name)).filter((work) => work !== undefined);
      if (others.length === 0) break;
      await Promise.allSettled(others);
    }
    const work = this.work(() => this.write(entry, content, names, replaces));
    for (const name of names) this.adding.set(name, work);
    try {
      return await work;
    } finally {
      for (const name of names) this.adding.delete(name);
    }
  }

  /**
   * Work that writes: none begins once the spool is closed, and closing waits for what has begun.
   */
  private async work<T>(write: () => Promise<T>): Promise<T> {
    if (this.closing) throw new TerrESanteError('TE_CLOSED', "La boîte d'envoi est fermée.");
    const work = spoolWork(write);
    this.writing.add(work);
    try {
      return await work;
    } finally {
      this.writing.delete(work);
    }
  }

  private async write(
    entry: OutboxEntry,
    content: ByteSource,
    names: readonly string[],
    replaces: number | undefined,
  ): Promise<OutboxEntry | null> {
    const { entries, messages, files, layout, due } = this.parts;
    let former: OutboxEntry | null = null;
    for (const name of names) {
      const existing = await entries.find(name);
      if (!existing) continue;
      if (existing.id !== entry.id || existing.revision !== replaces) return existing;
      former = existing;
    }
    for (const name of names) entries.known.add(name);
    for (const alias of names.slice(1)) await entries.writeAlias(alias, entry.id);
    await messages.add(entry, content);
    if (former) {
      // A restart sees the new message and knows by its generation that it counts.
      entries.changed(entry);
      await files.remove(layout.item('held', former)).catch(() => undefined);
    }
    entries.remember(entry);
    due.set(entry.id, entry.nextAt);
    return null;
  }

  claim({ now, limit, owner, leaseMs }: Parameters<OutboxStore['claim']>[0]): Promise<readonly OutboxEntry[]> {
    const { due, problems, entries, journal } = this.parts;
    return this.work(async () => {
      const taken: OutboxEntry[] = [];
      const [problem] = problems.splice(0);
      if (problem !== undefined) throw problem;
      while (taken.length < limit) {
        const id = due.take(now);
        if (id === null) break;
        const entry = await this.loadOrSetAside(id, now + 1_000).catch((error: unknown) => {
          // What is already taken goes out first.
          problems.push(error instanceof Error ? error : unreadable());
          return undefined;
        });
        if (entry === undefined) break;
        if (!entry || !waits(entry)) continue;
        const next = claimed(this.doubted(entry), owner, now, leaseMs);
        entries.changed(next);
        due.set(id, next.nextAt);
        // A restart finds it in any case: nobody waits for the disk here.
        journal.append(next, false).catch(() => undefined);
        taken.push(next);
      }
      const [failure] = taken.length === 0 ? problems.splice(0) : [];
      if (failure) throw failure;
      return taken;
    });
  }

  /**
   * A file that cannot be read must not stop the others: it goes to a folder of its own, and the
   * error says so once.
   */
  private async loadOrSetAside(id: string, retryAt: number): Promise<OutboxEntry | null> {
    const { entries, due, layout, files } = this.parts;
    try {
      return await entries.load(id, true);
    } catch (error) {
      due.set(id, retryAt);
      if (!isTerrESanteError(error)) throw error;
      const bucket = id.slice(0, 2);
      for (const name of await layout.names('queue', bucket)) {
        if (idOf(name) === id) await files.rename(layout.path('queue', bucket, name), layout.path('damaged', name));
      }
      due.delete(id);
      throw error;
    }
  }

  /** After an end without goodbye, what was queued may have been on its way. */
  private doubted(entry: OutboxEntry): OutboxEntry {
    return this.parts.lock.wasLeft &&
      entry.work === 'queued' &&
      entry.attempts === 0 &&
      entry.createdAt < this.openedAt &&
      !this.parts.entries.dirty.has(entry.id)
      ? { ...entry, outcomeUnknown: true }
      : entry;
  }

  content(entry: OutboxEntry): Promise<ByteSource> {
    return spoolWork(() => this.parts.messages.content(entry));
  }

  save(entry: OutboxEntry, { dropContent = false }: SaveOptions = {}): Promise<boolean> {
    const { entries, messages, journal, due } = this.parts;
    return this.work(async () => {
      const former = await entries.load(entry.id);
      if (former?.revision !== entry.revision - 1) return false;
      // From here to the journal without a pause: two writers cannot both see the former revision.
      entries.changed(entry);
      if (waits(entry)) due.set(entry.id, entry.nextAt);
      else due.delete(entry.id);
      try {
        await journal.append(entry, true);
      } catch (error) {
        if (entries.dirty.get(entry.id) === entry) {
          entries.changed(former);
          if (waits(former)) due.set(former.id, former.nextAt);
        }
        throw error;
      }
      // The journal has the truth; what fails here is done at the next opening.
      await messages.place(former, entry, dropContent).catch(() => undefined);
      if (journal.size > checkpointBytes) void this.checkpoint().catch(() => undefined);
      return true;
    });
  }

  async nextDue(): Promise<number | null> {
    return this.parts.due.peek();
  }

  async *list(): AsyncGenerator<OutboxEntry, void, undefined> {
    const { files, layout, entries } = this.parts;
    const held = await spoolWork(() => files.names(layout.path('held')));
    const byBucket = new Map<string, Set<string>>();
    for (const id of entries.ids()) {
      const bucket = id.slice(0, 2);
      byBucket.set(bucket, (byBucket.get(bucket) ?? new Set()).add(id));
    }
    for (const bucket of buckets) {
      const ids = byBucket.get(bucket) ?? new Set<string>();
      for (const place of ['state', 'queue'] as const) {
        for (const name of await spoolWork(() => layout.names(place, bucket))) ids.add(idOf(name));
      }
      for (const name of held) if (name.startsWith(bucket)) ids.add(idOf(name));
      for (const id of ids) {
        const entry = await entries.load(id).catch((error: unknown) => {
          if (isTerrESanteError(error)) return null;
          throw error;
        });
        if (entry) yield entry;
      }
    }
  }

  addUnmatched(item: UnmatchedReport): Promise<void> {
    return this.work(() => this.reports.add(item));
  }

  async *unmatched(): AsyncGenerator<UnmatchedReport, void, undefined> {
    for (const name of await spoolWork(() => this.reports.names())) {
      yield await spoolWork(() => this.reports.read(name));
    }
  }

  /** Writes what the journal holds into one file per entry, then begins a new journal. */
  private checkpoint(): Promise<void> {
    const { journal, entries } = this.parts;
    this.checkpointing ??= (async () => {
      try {
        const last = await journal.rotate();
        await entries.writeStates();
        await journal.removeUpTo(last);
      } finally {
        this.checkpointing = null;
      }
    })();
    return this.checkpointing;
  }

  close(): Promise<void> {
    const { messages, journal, lock, files } = this.parts;
    return (this.closing ??= spoolWork(async () => {
      await Promise.allSettled(this.writing);
      await this.checkpointing?.catch(() => undefined);
      // Without these the log and the journal stay and say the same at the next opening.
      await messages.close();
      await this.checkpoint().catch(() => undefined);
      await journal.close();
      await lock.release().catch((error: unknown) => {
        if (foreignCode(error) !== 'ENOENT') throw error;
      });
      await files.close?.();
    }));
  }
}
