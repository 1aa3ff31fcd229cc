import { isTerrESanteError } from '../../../errors.ts';
import type { ByteSource } from '../../../internal/bytes.ts';
import { claimed, waits } from '../entry.ts';
import { aliasesOf } from '../identity.ts';
import type {
  ClaimRequest,
  OutboxEntry,
  OutboxStore,
  OutboxSummary,
  SaveOptions,
  StoreDepositor,
  StoreErasure,
  UnmatchedReport,
} from '../model.ts';
import { unreadable } from '../seal.ts';
import { Tally } from '../tally.ts';
import { idOf } from './layout.ts';
import { listEntries } from './list.ts';
import { purgeSpool } from './purge.ts';
import { removeDeposits } from './remove.ts';
import { rotateKey } from './rotate-key.ts';
import { whileHeld } from './fenced-files.ts';
import { spoolWork, type SpoolParts } from './parts.ts';
import { UnmatchedReports } from './unmatched.ts';
import { Writers } from './writers.ts';

const checkpointBytes = 4 * 1_024 * 1_024;

/** A spool that is open and recovered. */
export class SpoolStore implements OutboxStore {
  readonly kind = 'spool';
  readonly #parts: SpoolParts;
  readonly #reports: UnmatchedReports;
  readonly #adding = new Map<string, Promise<OutboxEntry | null>>();
  readonly #openedAt = Date.now();
  readonly #tally = new Tally(() => this.list());
  readonly #writers: Writers;
  #checkpointing: Promise<void> | null = null;
  #closing: Promise<void> | null = null;

  constructor(parts: SpoolParts) {
    this.#parts = parts;
    this.#writers = new Writers(parts.lock);
    this.#reports = new UnmatchedReports(parts.files, parts.layout.folder, parts.seal);
  }

  get(id: string): Promise<OutboxEntry | null> {
    return spoolWork(() => this.#parts.entries.find(id));
  }

  async add(entry: OutboxEntry, content: ByteSource, replaces?: number): Promise<OutboxEntry | null> {
    const names = [entry.id, ...aliasesOf(entry.uniqueIds)];

    // One deposit at a time for each document: the second sees what the first wrote.
    for (;;) {
      const others = names.map((name) => this.#adding.get(name)).filter((work) => work !== undefined);
      if (others.length === 0) break;
      await Promise.allSettled(others);
    }

    const work = this.#writers.share(() => this.#write(entry, content, names, replaces));
    for (const name of names) this.#adding.set(name, work);
    try {
      return await work;
    } finally {
      for (const name of names) this.#adding.delete(name);
    }
  }

  async #write(
    entry: OutboxEntry,
    content: ByteSource,
    names: readonly string[],
    replaces: number | undefined,
  ): Promise<OutboxEntry | null> {
    const { entries, messages, files, layout, due } = this.#parts;

    // A name that is taken refuses the deposit, unless its entry gives way.
    let former: OutboxEntry | null = null;
    for (const name of names) {
      const existing = await entries.find(name);
      if (!existing) continue;
      if (existing.id !== entry.id || existing.revision !== replaces) return existing;
      former = existing;
    }

    for (const alias of names.slice(1)) await entries.writeAlias(alias, entry.id);
    await messages.add(entry, content);

    if (former) {
      // A restart sees the new message and knows by its generation that it counts.
      entries.changed(entry);
      await files.remove(layout.item('held', former)).catch(() => undefined);
    }
    entries.remember(entry);
    due.set(entry.id, entry.nextAt);
    this.#tally.changed(former, entry);
    return null;
  }

  claim(request: ClaimRequest): Promise<readonly OutboxEntry[]> {
    return this.#writers.share(() => this.#take(request));
  }

  async #take(request: ClaimRequest): Promise<OutboxEntry[]> {
    const { due, problems, entries, journal } = this.#parts;
    const { now, limit, owner, leaseMs } = request;
    const taken: OutboxEntry[] = [];
    this.#throwProblem();
    due.followClock(request);

    while (taken.length < limit) {
      const id = due.take(now);
      if (id === null) break;

      const entry = await this.#loadOrSetAside(id, now + 1_000).catch((error: unknown) => {
        // What is already taken goes out first.
        problems.push(error instanceof Error ? error : unreadable());
        return undefined;
      });
      if (entry === undefined) break;
      if (!entry || !waits(entry)) continue;

      const next = claimed(this.#doubted(entry), owner, now, leaseMs);
      entries.changed(next);
      this.#tally.changed(entry, next);
      due.set(id, next.nextAt, true);
      // A restart finds it in any case: the claim does not wait for the disk.
      journal.append(next, false).catch(() => undefined);
      taken.push(next);
    }

    if (taken.length === 0) this.#throwProblem();
    return taken;
  }

  /** Reports a warning or the first waiting failure; the claim that meets it takes nothing. */
  #throwProblem(): void {
    const { warnings, problems } = this.#parts;
    const problem = warnings.shift() ?? problems.splice(0)[0];
    if (problem !== undefined) throw problem;
  }

  /**
   * A file that cannot be read must not stop the others: it goes to a folder of its own, and the
   * error is reported once.
   */
  async #loadOrSetAside(id: string, retryAt: number): Promise<OutboxEntry | null> {
    const { entries, due, layout, files } = this.#parts;

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

  /** After a crash, a queued entry may already have been sent. */
  #doubted(entry: OutboxEntry): OutboxEntry {
    const mayHaveLeft =
      this.#parts.lock.wasLeft &&
      entry.work === 'queued' &&
      entry.attempts === 0 &&
      entry.createdAt < this.#openedAt &&
      !this.#parts.entries.dirty.has(entry.id);
    return mayHaveLeft ? { ...entry, outcomeUnknown: true } : entry;
  }

  /** What is read here is sent: only as long as the spool is this program's. */
  async content(entry: OutboxEntry): Promise<ByteSource> {
    const { messages, lock } = this.#parts;
    await spoolWork(() => lock.hold());
    return whileHeld(await spoolWork(() => messages.content(entry)), () => spoolWork(() => lock.hold()));
  }

  save(entry: OutboxEntry, { dropContent = false }: SaveOptions = {}): Promise<boolean> {
    return this.#writers.share(() => this.#replace(entry, dropContent));
  }

  async #replace(entry: OutboxEntry, dropContent: boolean): Promise<boolean> {
    const { entries, messages, journal } = this.#parts;
    const former = await entries.load(entry.id);
    if (former?.revision !== entry.revision - 1) return false;

    // From here to the journal without a pause: two writers cannot both see the former revision.
    entries.changed(entry);
    this.#tally.changed(former, entry);
    this.#schedule(entry);
    try {
      await journal.append(entry, true);
    } catch (error) {
      if (entries.dirty.get(entry.id) === entry) {
        entries.changed(former);
        this.#tally.changed(entry, former);
        if (waits(former)) this.#schedule(former);
      }
      throw error;
    }

    // The journal has the truth; what fails here is done at the next opening.
    await messages.place(former, entry, dropContent).catch(() => undefined);
    if (journal.size > checkpointBytes) void this.#checkpoint().catch(() => undefined);
    return true;
  }

  #schedule(entry: OutboxEntry): void {
    if (waits(entry)) this.#parts.due.set(entry.id, entry.nextAt, entry.work === 'sending');
    else this.#parts.due.delete(entry.id);
  }

  async nextDue(): Promise<number | null> {
    return this.#parts.due.peek();
  }

  list(): AsyncGenerator<OutboxEntry, void, undefined> {
    return listEntries(this.#parts);
  }

  summary(who: StoreDepositor | null): Promise<OutboxSummary> {
    return spoolWork(() => this.#tally.summary(who));
  }

  addUnmatched(item: UnmatchedReport): Promise<void> {
    return this.#writers.share(() => this.#reports.add(item));
  }

  async *unmatched(): AsyncGenerator<UnmatchedReport, void, undefined> {
    for (const name of await spoolWork(() => this.#reports.names())) {
      yield await spoolWork(() => this.#reports.read(name));
    }
  }

  /** Writes what the journal holds into one file per entry, then begins a new journal. */
  #checkpoint(): Promise<void> {
    this.#checkpointing ??= this.#moveJournal().finally(() => (this.#checkpointing = null));
    return this.#checkpointing;
  }

  async #moveJournal(): Promise<void> {
    const { journal, entries, reserve } = this.#parts;
    const last = await journal.rotate();
    await entries.writeStates();
    await journal.removeUpTo(last);
    await reserve.keep();
  }

  /** What else writes waits meanwhile. */
  erase({ entries, reports }: StoreErasure): Promise<number> {
    return this.#writers.alone(async () => {
      await this.#checkpointing?.catch(() => undefined);
      await this.#reports.remove(reports);
      const gone = await removeDeposits(this.#parts, entries);
      for (const entry of gone) this.#tally.changed(entry, null);
      return gone.length;
    });
  }

  /** Seals every file with the present key; nobody else uses the store meanwhile. */
  async rotateKey(): Promise<void> {
    await this.#parts.messages.close();
    await rotateKey(this.#parts);
  }

  /** Removes the deposits that ended before an instant; nobody else uses the store meanwhile. */
  async purge(before: number): Promise<void> {
    await this.#parts.messages.close();
    await purgeSpool(this.#parts, before);
  }

  close(): Promise<void> {
    this.#closing ??= spoolWork(() => this.#shut());
    return this.#closing;
  }

  async #shut(): Promise<void> {
    const { messages, journal, lock, files } = this.#parts;
    await this.#writers.close();
    await this.#checkpointing?.catch(() => undefined);

    // Where one of these fails, the log and the journal stay and hold the same at the next opening.
    await messages.close();
    await this.#checkpoint().catch(() => undefined);
    await journal.close();

    await lock.release();
    await files.close?.();
  }
}
