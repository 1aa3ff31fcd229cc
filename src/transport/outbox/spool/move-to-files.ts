import { dirname } from 'node:path';

import { bytesSource } from '../../../internal/bytes.ts';
import type { Seal } from '../seal.ts';
import type { SpoolFiles } from './files.ts';
import { writeItem } from './item.ts';
import { placeOf, type SpoolLayout } from './layout.ts';
import type { LoggedMessage, MessageLog } from './message-log.ts';

/** What moving a message needs. */
export interface MoveParts {
  readonly files: SpoolFiles;
  readonly layout: SpoolLayout;
  readonly seal: Seal;
  readonly log: MessageLog;
}

const width = 16;

/**
 * Gives messages of the log a file of their own, made durable before the log forgets them. One that
 * fails does not keep the others; the first failure is thrown at the end.
 */
export async function moveToFiles(parts: MoveParts, messages: readonly LoggedMessage[]): Promise<void> {
  const failures: unknown[] = [];
  for (let at = 0; at < messages.length; at += width) {
    const work = messages.slice(at, at + width).map((message) => move(parts, message));
    for (const one of await Promise.allSettled(work)) if (one.status === 'rejected') failures.push(one.reason);
  }
  if (failures.length > 0) throw failures[0];
}

async function move({ files, layout, seal, log }: MoveParts, message: LoggedMessage): Promise<void> {
  // Its entry may change, or be finished, at each pause.
  const wanted = (): string | null => {
    const { entry } = message;
    return log.get(entry) === message && entry.hasContent ? layout.item(placeOf(entry), entry) : null;
  };
  if (wanted() === null) return;
  const content = bytesSource(await log.read(message));
  let at = layout.temporary();
  try {
    const file = await files.create(at);
    try {
      await writeItem(file, seal, message.entry, content);
    } finally {
      await file.close();
    }
    for (let next = wanted(); next !== at; next = wanted()) {
      if (next === null) {
        await files.remove(at);
        return;
      }
      await layout.folderFor(placeOf(message.entry), message.entry.id);
      await files.rename(at, next);
      at = next;
      await files.syncFolder(dirname(at));
    }
  } catch (error) {
    await files.remove(at).catch(() => undefined);
    throw error;
  }
  log.drop(message.entry.id);
}
