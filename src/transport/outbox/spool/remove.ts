import { dirname } from 'node:path';

import { TerrESanteError } from '../../../errors.ts';
import { waits } from '../entry.ts';
import { aliasesOf } from '../identity.ts';
import type { OutboxEntry } from '../model.ts';
import { ifThere } from './files.ts';
import { idOf } from './layout.ts';
import type { SpoolParts } from './parts.ts';

/** What deposits are removed from. */
export type RemoveParts = Pick<SpoolParts, 'files' | 'layout' | 'entries' | 'journal'>;

/**
 * Removes deposits of an open spool; nothing else writes meanwhile. One that waits, or that changed
 * since, stays. First everything is brought into one file per entry, as for a purge. A crash leaves
 * deposits whole or still listed, so that a second call ends what the first began.
 *
 * @returns those that were removed
 * @throws TerrESanteError `TE_OUTBOX` on a full disk: nothing is removed
 */
export async function removeDeposits(
  parts: RemoveParts & Pick<SpoolParts, 'messages'>,
  wanted: readonly OutboxEntry[],
): Promise<readonly OutboxEntry[]> {
  const { entries } = parts;
  if (!(await parts.messages.empty())) {
    throw new TerrESanteError('TE_OUTBOX', "Le disque de la boîte d'envoi est plein : rien n'a été effacé.", {
      retryable: true,
    });
  }
  await settleSpool(parts);

  const gone: OutboxEntry[] = [];
  for (const { id, revision } of wanted) {
    const entry = await entries.load(id);
    if (entry?.revision === revision && !waits(entry)) gone.push(entry);
  }

  for (const bucket of new Set(gone.map(({ id }) => id.slice(0, 2)))) {
    await removeFromBucket(
      parts,
      bucket,
      gone.filter(({ id }) => id.startsWith(bucket)),
    );
  }
  for (const { id } of gone) entries.forget(id);
  return gone;
}

/**
 * Brings what the journal holds into one file per entry. What is left of journal and log stays away
 * after a power cut: it would bring a deposit back.
 */
export async function settleSpool({ files, layout, entries, journal }: RemoveParts): Promise<void> {
  const last = await journal.rotate();
  await entries.writeStates();
  await journal.removeUpTo(last);
  for (const folder of ['journal', 'log']) await files.syncFolder(layout.path(folder));
}

/**
 * Messages go before the states that say that they were sent, and before the names: a crash in
 * between leaves a state without a message, never a message without its state, which would be sent
 * again.
 */
export async function removeFromBucket(
  parts: RemoveParts,
  bucket: string,
  gone: readonly OutboxEntry[],
): Promise<void> {
  const { layout } = parts;
  const ids = new Set(gone.map(({ id }) => id));
  const isGone = (name: string): boolean => ids.has(idOf(name));

  const queued = (await layout.names('queue', bucket)).filter(isGone).map((name) => layout.path('queue', bucket, name));
  const held = (await parts.files.names(layout.path('held'))).filter(isGone).map((name) => layout.path('held', name));
  await removeFiles(parts, [...queued, ...held]);
  // Also where nothing was removed just now: a message that was only moved away would be back.
  await ifThere(parts.files.syncFolder(layout.path('queue', bucket)));

  const aliases = gone.flatMap(({ uniqueIds }) => aliasesOf(uniqueIds));
  await removeFiles(
    parts,
    aliases.map((alias) => layout.path('alias', alias)),
  );
  await removeFiles(
    parts,
    gone.map(({ id }) => layout.state(id)),
  );
}

/** Removes files, and resolves once they stay away after a power cut. */
async function removeFiles({ files }: RemoveParts, paths: readonly string[]): Promise<void> {
  for (const path of paths) await ifThere(files.remove(path));
  for (const folder of new Set(paths.map((path) => dirname(path)))) await files.syncFolder(folder);
}
