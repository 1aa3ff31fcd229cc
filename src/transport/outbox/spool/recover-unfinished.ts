import type { Seal } from '../seal.ts';
import { ifThere, type SpoolFiles } from './files.ts';
import { readWholeItem } from './item.ts';
import type { SpoolLayout } from './layout.ts';

/**
 * Gives the messages in `tmp` their names. A large message is written and synced there, then
 * renamed; a disk may forget the name after a power cut although it keeps the file. Only a message
 * that is whole, by the check sum at its end, is taken: everything else was never promised.
 *
 * @param names - what was in `tmp` when the spool was opened
 */
export async function recoverUnfinished(
  { files, layout, seal }: { readonly files: SpoolFiles; readonly layout: SpoolLayout; readonly seal: Seal },
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const temporary = layout.path('tmp', name);
    const entry = await readWholeItem(files, temporary, seal);
    const isNew = entry !== null && (await ifThere(files.look(layout.item('queue', entry)))) === null;

    if (entry === null || !isNew) {
      await files.remove(temporary);
      continue;
    }

    const target = layout.item('queue', entry);
    await layout.folderFor('queue', entry.id);
    await files.rename(temporary, target);
    await files.syncName(target);
  }
}
