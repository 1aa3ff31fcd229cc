import { dirname } from 'node:path';

import { aliasesOf } from '../identity.ts';
import type { OutboxEntry } from '../model.ts';
import { isForgotten } from '../retention.ts';
import { ifThere } from './files.ts';
import { buckets, idOf } from './layout.ts';
import type { SpoolParts } from './parts.ts';

/** What is purged, once the spool is recovered and nobody uses it yet. */
export type PurgeParts = Pick<SpoolParts, 'files' | 'layout' | 'entries' | 'journal'>;

/**
 * Removes the deposits that ended before an instant. First everything is brought into one file per
 * entry: a record that the log or the journal still held would bring a deposit back. Messages go
 * before the states that say that they were sent: a crash in between leaves a state without a
 * message, never a message without its state, which would be sent again.
 */
export async function purgeSpool(parts: PurgeParts, before: number): Promise<void> {
  const { files, layout, entries, journal } = parts;
  const last = await journal.rotate();
  await entries.writeStates();
  await journal.removeUpTo(last);

  // On a full disk messages stay in the log: then nothing is removed this time.
  if ((await files.names(layout.path('log'))).length > 0) return;

  for (const bucket of buckets) {
    const gone: OutboxEntry[] = [];
    for (const name of await layout.names('state', bucket)) {
      // A state that cannot be read is not judged.
      const entry = await entries.readState(idOf(name)).catch(() => null);
      if (entry && isForgotten(entry, before)) gone.push(entry);
    }
    if (gone.length > 0) await removeAll(parts, bucket, gone);
  }
}

async function removeAll(parts: PurgeParts, bucket: string, gone: readonly OutboxEntry[]): Promise<void> {
  const { layout } = parts;
  const ids = new Set(gone.map(({ id }) => id));
  const isGone = (name: string): boolean => ids.has(idOf(name));

  const queued = (await layout.names('queue', bucket)).filter(isGone).map((name) => layout.path('queue', bucket, name));
  const held = (await parts.files.names(layout.path('held'))).filter(isGone).map((name) => layout.path('held', name));
  await removeFiles(parts, [...queued, ...held]);

  await removeFiles(
    parts,
    gone.map(({ id }) => layout.state(id)),
  );
  const aliases = gone.flatMap(({ uniqueIds }) => aliasesOf(uniqueIds));
  await removeFiles(
    parts,
    aliases.map((alias) => layout.path('alias', alias)),
  );
}

/** Removes files, and resolves once they stay away after a power cut. */
async function removeFiles({ files }: PurgeParts, paths: readonly string[]): Promise<void> {
  for (const path of paths) await ifThere(files.remove(path));
  for (const folder of new Set(paths.map((path) => dirname(path)))) await files.syncFolder(folder);
}
