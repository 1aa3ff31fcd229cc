import type { OutboxEntry } from '../model.ts';
import type { Seal } from '../seal.ts';
import type { Entries } from './entries.ts';
import type { SpoolFiles } from './files.ts';
import { writeFormat } from './format.ts';
import { itemContent, readItemEntry, writeItemFile } from './item.ts';
import type { Journal } from './journal.ts';
import { buckets, type SpoolLayout } from './layout.ts';
import { writeWhole } from './whole-file.ts';

/** What is sealed anew, once the spool is recovered. */
export interface RotationParts {
  readonly files: SpoolFiles;
  readonly layout: SpoolLayout;
  /** Opens with both keys, closes with the new one. */
  readonly seal: Seal;
  readonly entries: Entries;
  readonly journal: Journal;
}

/**
 * Seals every file of a spool with its new key. Each file is written under another name and
 * renamed, so a crash leaves a spool of which both keys open a part: the next opening with both
 * begins again. The file `format` comes last: when the new key opens it, the former one is not
 * needed any more. What lies in `damaged` stays as it is.
 */
export async function rotateKey(parts: RotationParts): Promise<void> {
  const { files, layout, entries, journal } = parts;
  const last = await journal.rotate();
  await entries.writeStates();
  await journal.removeUpTo(last);

  for (const bucket of buckets) {
    for (const name of await layout.names('state', bucket)) {
      await resealFile(parts, layout.path('state', bucket, name), 'state');
    }
    for (const name of await layout.names('queue', bucket)) {
      await resealMessage(parts, layout.path('queue', bucket, name));
    }
  }
  for (const name of await files.names(layout.path('held'))) await resealMessage(parts, layout.path('held', name));
  for (const name of await files.names(layout.path('unmatched'))) {
    await resealFile(parts, layout.path('unmatched', name), 'unmatched');
  }
  await writeFormat(files, layout, parts.seal);
}

async function resealFile({ files, layout, seal }: RotationParts, path: string, context: string): Promise<void> {
  const bytes = seal.open(await files.readAll(path), context);
  await writeWhole(files, layout.folder, path, seal.close(bytes, context));
  await files.syncName(path);
}

async function resealMessage({ files, layout, seal }: RotationParts, path: string): Promise<void> {
  const entry: OutboxEntry = await readItemEntry(files, path, seal);
  const temporary = layout.temporary();
  await writeItemFile(files, temporary, seal, entry, itemContent(files, path, seal, entry));
  await files.rename(temporary, path);
  await files.syncName(path);
}
