import { isTerrESanteError } from '../../../errors.ts';
import type { OutboxEntry } from '../model.ts';
import { buckets, idOf } from './layout.ts';
import { spoolWork, type SpoolParts } from './parts.ts';

/** Every entry of a spool, in memory or on the disk, bucket by bucket. */
export async function* listEntries(
  parts: Pick<SpoolParts, 'files' | 'layout' | 'entries'>,
): AsyncGenerator<OutboxEntry, void, undefined> {
  const { files, layout, entries } = parts;
  const held = await spoolWork(() => files.names(layout.path('held')));

  const inMemory = new Map<string, Set<string>>(buckets.map((bucket) => [bucket, new Set()]));
  for (const id of entries.ids()) inMemory.get(id.slice(0, 2))?.add(id);

  for (const [bucket, ids] of inMemory) {
    for (const place of ['state', 'queue'] as const) {
      for (const name of await spoolWork(() => layout.names(place, bucket))) ids.add(idOf(name));
    }
    for (const name of held) if (name.startsWith(bucket)) ids.add(idOf(name));

    for (const id of ids) {
      const entry = await loadReadable(parts, id);
      if (entry) yield entry;
    }
  }
}

/** An unreadable entry is left out of a list; the next claim reports it. */
async function loadReadable({ entries }: Pick<SpoolParts, 'entries'>, id: string): Promise<OutboxEntry | null> {
  try {
    return await entries.load(id);
  } catch (error) {
    if (isTerrESanteError(error)) return null;
    throw error;
  }
}
