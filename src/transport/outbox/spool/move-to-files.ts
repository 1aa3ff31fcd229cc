import { bytesSource } from '../../../internal/bytes.ts';
import type { Seal } from '../seal.ts';
import type { SpoolFiles } from './files.ts';
import { writeItemFile } from './item.ts';
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
    const work = messages.slice(at, at + width).map((message) => new Move(parts, message).run());
    for (const ended of await Promise.allSettled(work)) if (ended.status === 'rejected') failures.push(ended.reason);
  }
  if (failures.length > 0) throw failures[0];
}

/** The move of one message. Its entry may change, or be finished, at each pause. */
class Move {
  readonly #parts: MoveParts;
  readonly #message: LoggedMessage;

  constructor(parts: MoveParts, message: LoggedMessage) {
    this.#parts = parts;
    this.#message = message;
  }

  async run(): Promise<void> {
    if (this.#wanted() === null) return;

    const { files, layout, seal, log } = this.#parts;
    const content = bytesSource(await log.read(this.#message));
    const temporary = layout.temporary();
    const moved = { path: temporary };
    try {
      await writeItemFile(files, temporary, seal, this.#message.entry, content);
      if (!(await this.#follow(moved))) return;
    } catch (error) {
      await files.remove(moved.path).catch(() => undefined);
      throw error;
    }
    log.drop(this.#message.entry.id);
  }

  /** The path where the message belongs now; `null` when it is not needed any more. */
  #wanted(): string | null {
    const { log, layout } = this.#parts;
    const { entry } = this.#message;
    return log.get(entry) === this.#message && entry.hasContent ? layout.item(placeOf(entry), entry) : null;
  }

  /** Renames the file until it is where it belongs; `false` when it was removed instead. */
  async #follow(moved: { path: string }): Promise<boolean> {
    const { files, layout } = this.#parts;

    for (let next = this.#wanted(); next !== moved.path; next = this.#wanted()) {
      if (next === null) {
        await files.remove(moved.path);
        return false;
      }

      await layout.folderFor(placeOf(this.#message.entry), this.#message.entry.id);
      await files.rename(moved.path, next);
      moved.path = next;
      await files.syncName(next);
    }
    return true;
  }
}
