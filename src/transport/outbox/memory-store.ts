import { TerrESanteError } from '../../errors.ts';
import { bytesSource, collect } from '../../internal/bytes.ts';
import { DueQueue } from './due-queue.ts';
import { claimed, waits } from './entry.ts';
import { aliasesOf } from './identity.ts';
import type { OutboxEntry, OutboxStore, UnmatchedReport } from './model.ts';

/**
 * An outbox that ends with the process: for tests and for hosts that keep deposits themselves.
 *
 * @group Outbox
 */
export function createMemoryStore(): OutboxStore {
  const entries = new Map<string, OutboxEntry>();
  const contents = new Map<string, Uint8Array>();
  const aliases = new Map<string, string>();
  const due = new DueQueue();
  const reports = new Map<string, UnmatchedReport>();
  const put = (entry: OutboxEntry): void => {
    entries.set(entry.id, entry);
    if (waits(entry)) due.set(entry.id, entry.nextAt);
    else due.delete(entry.id);
  };
  return {
    kind: 'memory',
    async add(entry, content, replaces) {
      const bytes = await collect(content.open());
      const names = [entry.id, ...aliasesOf(entry.uniqueIds)];
      for (const name of names) {
        const existing = entries.get(aliases.get(name) ?? name);
        if (existing && !(existing.id === entry.id && existing.revision === replaces)) return existing;
      }
      for (const alias of aliasesOf(entry.uniqueIds)) aliases.set(alias, entry.id);
      contents.set(entry.id, bytes);
      put(entry);
      return null;
    },
    async get(id) {
      return entries.get(aliases.get(id) ?? id) ?? null;
    },
    async claim({ now, limit, owner, leaseMs }) {
      const taken: OutboxEntry[] = [];
      while (taken.length < limit) {
        const id = due.take(now);
        const entry = id === null ? undefined : entries.get(id);
        if (!entry) break;
        const next = claimed(entry, owner, now, leaseMs);
        put(next);
        taken.push(next);
      }
      return taken;
    },
    async save(entry, { dropContent = false } = {}) {
      if (entries.get(entry.id)?.revision !== entry.revision - 1) return false;
      put(entry);
      if (dropContent) contents.delete(entry.id);
      return true;
    },
    async content({ id }) {
      const bytes = contents.get(id);
      if (!bytes) {
        throw new TerrESanteError('TE_OUTBOX', "Le message n'est plus conservé : il faut déposer de nouveau.");
      }
      return bytesSource(bytes);
    },
    async nextDue() {
      return due.peek();
    },
    async *list() {
      yield* entries.values();
    },
    async addUnmatched(item) {
      reports.set(item.report.reportId ?? `${item.at}/${String(reports.size)}`, item);
    },
    async *unmatched() {
      yield* reports.values();
    },
    async close() {
      // Nothing to release.
    },
  };
}
