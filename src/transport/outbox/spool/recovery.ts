import { join } from 'node:path';

import { bytesSource } from '../../../internal/bytes.ts';
import type { DueQueue } from '../due-queue.ts';
import { waits } from '../entry.ts';
import type { OutboxEntry } from '../model.ts';
import { unreadable, type Seal } from '../seal.ts';
import type { Entries } from './entries.ts';
import type { SpoolFiles } from './files.ts';
import { readItemEntry, writeItem } from './item.ts';
import { buckets, generationOf, idOf, placeOf, type ItemPlace, type SpoolLayout } from './layout.ts';
import { readSegment, type LogRecord } from './log-record.ts';

/** What the recovery works on. */
export interface RecoveryParts {
  readonly files: SpoolFiles;
  readonly layout: SpoolLayout;
  readonly seal: Seal;
  readonly entries: Entries;
  readonly due: DueQueue;
}

/** Messages that get their file at the same time. */
const width = 16;
const segmentName = /^(\d{10})\.([0-9a-f]{16})\.log$/;

/** Number of the last segment. */
export async function lastSegment(files: SpoolFiles, layout: SpoolLayout): Promise<number> {
  const names = await files.names(layout.path('log'));
  return Math.max(0, ...names.map((name) => Number(segmentName.exec(name)?.[1] ?? 0)));
}

/**
 * Gives every message of the log that is still needed a file of its own, then removes the log.
 * Resolves with the failures to tell: a damaged segment goes to the folder of damaged files, with
 * what could be read saved.
 */
export async function recoverLog({ files, layout, seal, entries }: RecoveryParts): Promise<readonly Error[]> {
  const folder = layout.path('log');
  const problems: Error[] = [];
  const found: { name: string; isDamaged: boolean }[] = [];
  /** By id, then by generation: the last message of a generation is the one that was promised. */
  const records = new Map<string, Map<number, LogRecord>>();
  for (const name of [...(await files.names(folder))].sort()) {
    const nonce = segmentName.exec(name)?.[2];
    if (nonce === undefined) continue;
    const segment = readSegment(seal, nonce, Buffer.from(await files.readAll(join(folder, name))));
    found.push({ name, isDamaged: segment.isDamaged });
    for (const record of segment.records) {
      const { id, generation } = record.entry;
      records.set(id, (records.get(id) ?? new Map<number, LogRecord>()).set(generation, record));
    }
  }
  const touched = new Set<string>();
  const save = async ([id, generations]: [string, ReadonlyMap<number, LogRecord>]): Promise<void> => {
    const known = entries.dirty.get(id) ?? (await entries.readState(id));
    const needed = [...generations.values()]
      .filter(({ entry }) => !known || isNeeded(entry, known))
      .sort((one, other) => other.entry.generation - one.entry.generation)[0];
    if (!needed || (await hasLaterFile({ files, layout, seal }, needed.entry))) return;
    const { entry, content } = needed;
    const temporary = layout.temporary();
    const file = await files.create(temporary);
    try {
      await writeItem(file, seal, entry, bytesSource(content));
    } finally {
      await file.close();
    }
    touched.add(await layout.folderFor('queue', entry.id));
    await files.rename(temporary, layout.item('queue', entry));
  };
  const all = [...records];
  for (let at = 0; at < all.length; at += width) {
    // All of them end before a failure goes on: the spool is closed then.
    const ended = await Promise.allSettled(all.slice(at, at + width).map(save));
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  }
  for (const path of touched) await files.syncFolder(path);
  for (const { name, isDamaged } of found) {
    if (isDamaged) {
      problems.push(unreadable());
      await files.rename(join(folder, name), layout.path('damaged', name));
    } else await files.remove(join(folder, name));
  }
  return problems;
}

/** Whether a message that was found still counts beside what is known of its document. */
function isNeeded(found: OutboxEntry, known: OutboxEntry): boolean {
  if (found.generation === known.generation) return known.hasContent;
  // A new message takes the place of a failed one; refused by the disk and outlived by its
  // predecessor, it does not.
  return found.generation > known.generation && found.revision > known.revision;
}

/** A small message was refused by the disk, and a large one taken in its place. */
async function hasLaterFile(
  { files, layout, seal }: Pick<RecoveryParts, 'files' | 'layout' | 'seal'>,
  entry: OutboxEntry,
): Promise<boolean> {
  // A file that cannot be read gives way.
  const filed = await readItemEntry(files, layout.item('queue', entry), seal).catch(() => null);
  return filed !== null && filed.createdAt > entry.createdAt;
}

/** Puts every message where its entry says it is, and fills the queue. */
export async function recoverItems(parts: RecoveryParts): Promise<void> {
  const { files, layout, seal, entries, due } = parts;
  const held = await files.names(layout.path('held'));
  for (const id of entries.dirty.keys()) entries.known.add(id);
  for (const name of [...held, ...(await files.names(layout.path('alias')))]) entries.known.add(idOf(name));
  for (const bucket of buckets) {
    const states = new Set(await layout.names('state', bucket));
    for (const name of states) entries.known.add(idOf(name));
    const known = async (id: string): Promise<OutboxEntry | null> =>
      entries.dirty.get(id) ?? (states.has(`${id}.json`) ? entries.readState(id) : null);
    for (const name of await layout.names('queue', bucket)) {
      const id = idOf(name);
      entries.known.add(id);
      const entry = await known(id);
      if (entry) await settle(parts, 'queue', name, entry);
      // Without any state the file itself is the record; a queue is resumed without reading it.
      else due.set(id, 0);
    }
    for (const name of held.filter((item) => item.startsWith(bucket))) {
      const path = layout.path('held', name);
      await settle(parts, 'held', name, (await known(idOf(name))) ?? (await readItemEntry(files, path, seal)));
    }
  }
  for (const entry of entries.dirty.values()) enqueue(due, entry);
}

async function settle(
  { files, layout, seal, entries, due }: RecoveryParts,
  place: ItemPlace,
  name: string,
  known: OutboxEntry,
): Promise<void> {
  const path = layout.path(place, place === 'queue' ? name.slice(0, 2) : '', name);
  let entry = known;
  if (generationOf(name) > entry.generation) {
    const found = await readItemEntry(files, path, seal);
    if (!isNeeded(found, entry)) {
      await files.remove(path);
      return;
    }
    // A new message took the place of a failed one just before the end.
    entry = found;
    entries.dirty.set(entry.id, entry);
  }
  if (generationOf(name) < entry.generation || !entry.hasContent) {
    await files.remove(path);
    return;
  }
  const right = placeOf(entry);
  if (right !== place) {
    await layout.folderFor(right, entry.id);
    await files.rename(path, layout.item(right, entry));
  }
  enqueue(due, entry);
}

function enqueue(due: DueQueue, entry: OutboxEntry): void {
  if (waits(entry)) due.set(entry.id, entry.work === 'sending' ? 0 : entry.nextAt);
}
