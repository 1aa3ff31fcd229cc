import type { OutboxEntry } from '../model.ts';
import { isForgotten } from '../retention.ts';
import { buckets, idOf } from './layout.ts';
import { removeFromBucket, settleSpool, type RemoveParts } from './remove.ts';

/**
 * Removes the deposits that ended before an instant, once the spool is recovered and nobody uses it
 * yet. First everything is brought into one file per entry: a record that the log or the journal
 * still held would bring a deposit back.
 */
export async function purgeSpool(parts: RemoveParts, before: number): Promise<void> {
  const { files, layout, entries } = parts;
  await settleSpool(parts);

  // On a full disk messages stay in the log: then nothing is removed this time.
  if ((await files.names(layout.path('log'))).length > 0) return;

  for (const bucket of buckets) {
    const gone: OutboxEntry[] = [];
    for (const name of await layout.names('state', bucket)) {
      // A state that cannot be read is not judged.
      const entry = await entries.readState(idOf(name)).catch(() => null);
      if (entry && isForgotten(entry, before)) gone.push(entry);
    }
    if (gone.length > 0) await removeFromBucket(parts, bucket, gone);
  }
}
