import { hostAnswer } from '../../internal/wait.ts';
import type { OutboxEntry, OutboxStore, UnmatchedReport } from './model.ts';

/** Longest time for a message to be written, whatever its size and the disk: an assumption. */
const addTimeoutMs = 600_000;

/**
 * A store each of whose answers has a deadline: a disk of the network or a store of the host that
 * never answers ends the call that waits for it with `TE_TIMEOUT`.
 */
export class BoundedStore implements OutboxStore {
  readonly kind: string;
  /** Where the store counts by itself. */
  readonly summary: OutboxStore['summary'];
  /** Where the store removes. */
  readonly erase: OutboxStore['erase'];
  readonly #store: OutboxStore;

  constructor(store: OutboxStore) {
    this.kind = store.kind;
    this.#store = store;
    // The first count of a spool reads it whole.
    const summary = store.summary?.bind(store);
    this.summary = summary && ((who) => hostAnswer('store.summary', () => summary(who), { timeoutMs: addTimeoutMs }));
    const erase = store.erase?.bind(store);
    this.erase = erase && ((what) => hostAnswer('store.erase', () => erase(what), { timeoutMs: addTimeoutMs }));
  }

  add(...parts: Parameters<OutboxStore['add']>): Promise<OutboxEntry | null> {
    return hostAnswer('store.add', () => this.#store.add(...parts), { timeoutMs: addTimeoutMs });
  }

  get(id: string): Promise<OutboxEntry | null> {
    return hostAnswer('store.get', () => this.#store.get(id));
  }

  claim(...parts: Parameters<OutboxStore['claim']>): ReturnType<OutboxStore['claim']> {
    return hostAnswer('store.claim', () => this.#store.claim(...parts));
  }

  save(...parts: Parameters<OutboxStore['save']>): Promise<boolean> {
    return hostAnswer('store.save', () => this.#store.save(...parts));
  }

  content(entry: OutboxEntry): ReturnType<OutboxStore['content']> {
    return hostAnswer('store.content', () => this.#store.content(entry));
  }

  nextDue(): Promise<number | null> {
    return hostAnswer('store.nextDue', () => this.#store.nextDue());
  }

  list(): AsyncIterable<OutboxEntry> {
    return bounded('store.list', this.#store.list());
  }

  addUnmatched(report: UnmatchedReport): Promise<void> {
    return hostAnswer('store.addUnmatched', () => this.#store.addUnmatched(report));
  }

  unmatched(): AsyncIterable<UnmatchedReport> {
    return bounded('store.unmatched', this.#store.unmatched());
  }

  close(): Promise<void> {
    return hostAnswer('store.close', () => this.#store.close());
  }
}

/** The same items; each has the time of one answer to come. */
async function* bounded<T>(name: string, items: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  let isDone = false;

  try {
    for (;;) {
      const next = await hostAnswer(name, () => iterator.next());
      isDone = next.done === true;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Who reads no further is not made to wait for what the store still does.
    if (!isDone) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
