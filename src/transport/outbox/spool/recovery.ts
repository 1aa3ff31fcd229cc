import { join } from 'node:path';

import { bytesSource } from '../../../internal/bytes.ts';
import type { DueQueue } from '../due-queue.ts';
import { waits } from '../entry.ts';
import type { OutboxEntry } from '../model.ts';
import { unreadable, type Seal } from '../seal.ts';
import type { Entries } from './entries.ts';
import { ifNotFull, isFull, type SpoolFiles } from './files.ts';
import { readItemEntry, writeItemFile } from './item.ts';
import { buckets, generationOf, idOf, placeOf, type ItemPlace, type SpoolLayout } from './layout.ts';
import { readSegment, type LogRecord } from './log-record.ts';
import type { MessageLog } from './message-log.ts';

/** What the recovery works on. */
export interface RecoveryParts {
  readonly files: SpoolFiles;
  readonly layout: SpoolLayout;
  readonly seal: Seal;
  readonly entries: Entries;
  readonly log: MessageLog;
  readonly due: DueQueue;
}

/** Messages that get their file at the same time. */
const width = 16;
const segmentName = /^(?<number>\d{10})\.(?<nonce>[0-9a-f]{16})\.log$/;

/** The nonce in the name of a segment; `null` when the name is none of ours. */
export const segmentNonce = (name: string): string | null => segmentName.exec(name)?.groups?.['nonce'] ?? null;

/** Number of the last segment. */
export async function lastSegment(files: SpoolFiles, layout: SpoolLayout): Promise<number> {
  const names = await files.names(layout.path('log'));
  return Math.max(0, ...names.map((name) => Number(segmentName.exec(name)?.groups?.['number'] ?? 0)));
}

/**
 * Gives every message of the log that is still needed a file of its own, then removes the log. On a
 * full disk a message stays where it is, and is sent from there: what is sent makes room. Resolves
 * with the failures to report: a damaged segment goes to the folder of damaged files, once its
 * readable messages are saved.
 */
export async function recoverLog(parts: RecoveryParts): Promise<readonly Error[]> {
  const { files, layout } = parts;
  const { segments, messages } = await readLog(parts);

  const touched = new Set<string>();
  const all = [...messages.entries()];
  for (let at = 0; at < all.length; at += width) {
    const saving = all.slice(at, at + width).map(([id, generations]) => saveNeeded(parts, id, generations));

    // All of them end before a failure goes on: the spool is closed then.
    const ended = await Promise.allSettled(saving);
    const failed = ended.find((item) => item.status === 'rejected');
    if (failed) throw failed.reason;
    for (const item of ended) if (item.status === 'fulfilled' && item.value !== null) touched.add(item.value);
  }

  // The names of the files are durable before the segments go.
  for (const path of touched) await files.syncFolder(path);
  const problems: Error[] = [];
  for (const { name, isDamaged } of segments) {
    if (isDamaged) problems.push(unreadable());
    if (parts.log.holds(name)) continue;

    if (isDamaged) {
      await files.rename(layout.path('log', name), layout.path('damaged', name));
    } else {
      await files.remove(layout.path('log', name));
    }
  }
  return problems;
}

/** Messages of one id by generation: the last one of a generation is the one that was promised. */
type Generations = Map<number, SegmentRecord>;

/** A message and the segment it lies in. */
interface SegmentRecord extends LogRecord {
  readonly segment: string;
}

interface LogContent {
  readonly segments: readonly { readonly name: string; readonly isDamaged: boolean }[];
  readonly messages: ReadonlyMap<string, Generations>;
}

async function readLog({ files, layout, seal }: RecoveryParts): Promise<LogContent> {
  const folder = layout.path('log');
  const segments: { name: string; isDamaged: boolean }[] = [];
  const messages = new Map<string, Generations>();

  for (const name of [...(await files.names(folder))].sort()) {
    const nonce = segmentNonce(name);
    if (nonce === null) continue;

    const { records, isDamaged } = readSegment(seal, nonce, Buffer.from(await files.readAll(join(folder, name))));
    segments.push({ name, isDamaged });
    for (const record of records) {
      const { id, generation } = record.entry;
      const generations = messages.get(id) ?? new Map<number, SegmentRecord>();
      messages.set(id, generations.set(generation, { ...record, segment: name }));
    }
  }
  return { segments, messages };
}

/**
 * Writes the latest message that still counts; resolves with the folder to sync, or `null` when
 * there is nothing to sync.
 */
async function saveNeeded(parts: RecoveryParts, id: string, generations: Generations): Promise<string | null> {
  const { files, layout, seal, entries } = parts;
  const known = entries.dirty.get(id) ?? (await entries.readState(id));
  const [needed] = [...generations.values()]
    .filter(({ entry }) => !known || isNeeded(entry, known))
    .sort((a, b) => b.entry.generation - a.entry.generation);
  if (!needed || (await hasLaterFile(parts, needed.entry))) return null;

  const { entry, content } = needed;
  const temporary = layout.temporary();
  try {
    await writeItemFile(files, temporary, seal, entry, bytesSource(content));
    const folder = await layout.folderFor('queue', entry.id);
    await files.rename(temporary, layout.item('queue', entry));
    return folder;
  } catch (error) {
    await files.remove(temporary).catch(() => undefined);
    if (!isFull(error)) throw error;
    stayInLog(parts, needed, known);
    return null;
  }
}

/** Leaves a message in its segment, with what is known of its deposit. */
function stayInLog({ log, due }: RecoveryParts, { segment, entry, body }: SegmentRecord, known: OutboxEntry | null) {
  const latest = known?.generation === entry.generation ? known : entry;
  log.adopt(segment, latest, body);
  enqueue(due, latest);
}

/** Whether a message that was found still counts beside what is known of its document. */
function isNeeded(found: OutboxEntry, known: OutboxEntry): boolean {
  if (found.generation === known.generation) return known.hasContent;

  // A new message takes the place of a failed one; refused by the disk and outlived by its
  // predecessor, it does not.
  return found.generation > known.generation && found.revision > known.revision;
}

/** Whether a small message was refused by the disk, and a large one taken in its place. */
async function hasLaterFile(
  { files, layout, seal }: Pick<RecoveryParts, 'files' | 'layout' | 'seal'>,
  entry: OutboxEntry,
): Promise<boolean> {
  // A file that cannot be read gives way.
  const filed = await readItemEntry(files, layout.item('queue', entry), seal).catch(() => null);
  return filed !== null && filed.createdAt > entry.createdAt;
}

/** Puts every message where its entry belongs, and fills the queue. */
export async function recoverItems(parts: RecoveryParts): Promise<void> {
  const { files, layout, entries, due } = parts;
  const held = await files.names(layout.path('held'));

  for (const bucket of buckets) {
    await recoverBucket(
      parts,
      bucket,
      held.filter((name) => name.startsWith(bucket)),
    );
  }

  for (const entry of entries.dirty.values()) enqueue(due, entry);
}

async function recoverBucket(parts: RecoveryParts, bucket: string, held: readonly string[]): Promise<void> {
  const { files, layout, seal, entries, due } = parts;
  const states = new Set(await layout.names('state', bucket));
  const known = async (id: string): Promise<OutboxEntry | null> =>
    entries.dirty.get(id) ?? (states.has(`${id}.json`) ? entries.readState(id) : null);

  for (const name of await layout.names('queue', bucket)) {
    const id = idOf(name);
    const entry = await known(id);
    if (entry) await settle(parts, 'queue', name, entry);
    // Without any state the file itself is the record; a queue is resumed without reading it.
    else due.set(id, 0);
  }

  for (const name of held) {
    const entry = (await known(idOf(name))) ?? (await readItemEntry(files, layout.path('held', name), seal));
    await settle(parts, 'held', name, entry);
  }
}

/** Keeps, moves or removes one message file, by what is known of its document. */
async function settle(parts: RecoveryParts, place: ItemPlace, name: string, known: OutboxEntry): Promise<void> {
  const { files, layout, entries, due } = parts;
  const path = layout.path(place, place === 'queue' ? name.slice(0, 2) : '', name);

  const entry = await latestEntry(parts, path, generationOf(name), known);
  if (!entry || generationOf(name) < entry.generation || !entry.hasContent) {
    await files.remove(path);
    return;
  }
  if (entry !== known) entries.dirty.set(entry.id, entry);

  const right = placeOf(entry);
  if (right !== place) {
    // Without room for a new folder it stays where it is, and is found there.
    await ifNotFull(layout.folderFor(right, entry.id).then(() => files.rename(path, layout.item(right, entry))));
  }
  enqueue(due, entry);
}

/**
 * The entry that counts beside a message file: the known one, or that of the file when a new
 * message took the place of a failed one just before the end. `null` when the file does not count.
 */
async function latestEntry(
  { files, seal }: RecoveryParts,
  path: string,
  generation: number,
  known: OutboxEntry,
): Promise<OutboxEntry | null> {
  if (generation <= known.generation) return known;

  const found = await readItemEntry(files, path, seal);
  return isNeeded(found, known) ? found : null;
}

function enqueue(due: DueQueue, entry: OutboxEntry): void {
  if (waits(entry)) due.set(entry.id, entry.work === 'sending' ? 0 : entry.nextAt);
}
