import { TerrESanteError } from '../../errors.ts';
import { bytesSource, collect, type ByteSource } from '../../internal/bytes.ts';
import { maxAside, reasonOf } from './aside.ts';
import { DueQueue } from './due-queue.ts';
import { claimed, waits } from './entry.ts';
import { aliasesOf, reportKey } from './identity.ts';
import type { ClaimRequest, OutboxEntry, OutboxStore, SaveOptions, StoreErasure, UnmatchedReport } from './model.ts';

/**
 * An outbox that ends with the process: for tests and for hosts that keep deposits themselves.
 *
 * @example
 * ```ts
 * import { createMemoryStore } from 'terr-esante-sdk/transport';
 *
 * const store = createMemoryStore();
 * await store.nextDue(); // null
 * ```
 *
 * @group Outbox
 */
export function createMemoryStore(): OutboxStore {
  return new MemoryStore();
}

class MemoryStore implements OutboxStore {
  readonly kind = 'memory';
  readonly #entries = new Map<string, OutboxEntry>();
  readonly #contents = new Map<string, Uint8Array>();
  /** Document id -> id of the submission that holds it. */
  readonly #aliases = new Map<string, string>();
  readonly #due = new DueQueue();
  readonly #reports = new Map<string, UnmatchedReport>();

  async add(entry: OutboxEntry, content: ByteSource, replaces?: number): Promise<OutboxEntry | null> {
    const bytes = await collect(content.open());
    const aliases = aliasesOf(entry.uniqueIds);

    for (const name of [entry.id, ...aliases]) {
      const existing = this.#find(name);
      const givesWay = existing?.id === entry.id && existing.revision === replaces;
      if (existing && !givesWay) return existing;
    }

    for (const alias of aliases) this.#aliases.set(alias, entry.id);
    this.#contents.set(entry.id, bytes);
    this.#put(entry);
    return null;
  }

  async get(id: string): Promise<OutboxEntry | null> {
    return this.#find(id) ?? null;
  }

  async claim(request: ClaimRequest): Promise<readonly OutboxEntry[]> {
    const { now, limit, owner, leaseMs } = request;
    const taken: OutboxEntry[] = [];
    this.#due.followClock(request);

    while (taken.length < limit) {
      const id = this.#due.take(now);
      const entry = id === null ? undefined : this.#entries.get(id);
      if (!entry) break;

      const next = claimed(entry, owner, now, leaseMs);
      this.#put(next);
      taken.push(next);
    }
    return taken;
  }

  async save(entry: OutboxEntry, { dropContent = false }: SaveOptions = {}): Promise<boolean> {
    if (this.#entries.get(entry.id)?.revision !== entry.revision - 1) return false;

    this.#put(entry);
    if (dropContent) this.#contents.delete(entry.id);
    return true;
  }

  async content({ id }: OutboxEntry): Promise<ByteSource> {
    const bytes = this.#contents.get(id);
    if (!bytes) {
      throw new TerrESanteError('TE_OUTBOX', "Le message n'est plus conservé : il faut déposer de nouveau.");
    }
    return bytesSource(bytes);
  }

  async nextDue(): Promise<number | null> {
    return this.#due.peek();
  }

  async *list(): AsyncGenerator<OutboxEntry, void, undefined> {
    yield* this.#entries.values();
  }

  async addUnmatched(item: UnmatchedReport): Promise<void> {
    this.#reports.set(reportKey(item), item);

    const same = [...this.#reports].filter(([, other]) => reasonOf(other) === reasonOf(item));
    const oldest = same.length > maxAside ? same[0] : undefined;
    if (oldest) this.#reports.delete(oldest[0]);
  }

  async *unmatched(): AsyncGenerator<UnmatchedReport, void, undefined> {
    yield* this.#reports.values();
  }

  async erase({ entries, reports }: StoreErasure): Promise<number> {
    for (const report of reports) this.#reports.delete(reportKey(report));

    const gone = entries.filter(({ id, revision }) => {
      const entry = this.#entries.get(id);
      return entry?.revision === revision && !waits(entry);
    });
    for (const { id, uniqueIds } of gone) {
      this.#entries.delete(id);
      this.#contents.delete(id);
      for (const alias of aliasesOf(uniqueIds)) this.#aliases.delete(alias);
    }
    return gone.length;
  }

  async close(): Promise<void> {
    // Nothing to release.
  }

  #find(name: string): OutboxEntry | undefined {
    return this.#entries.get(this.#aliases.get(name) ?? name);
  }

  #put(entry: OutboxEntry): void {
    this.#entries.set(entry.id, entry);
    if (waits(entry)) this.#due.set(entry.id, entry.nextAt, entry.work === 'sending');
    else this.#due.delete(entry.id);
  }
}
