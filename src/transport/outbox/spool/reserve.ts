import { randomBytes } from 'node:crypto';

import { ifThere, isFull, type SpoolFiles } from './files.ts';
import type { SpoolLayout } from './layout.ts';

/** Room for the records of some hundred messages. */
const reservedBytes = 512 * 1_024;

/**
 * Room that the spool keeps for the journal. On a full disk what was sent could not be recorded, so
 * its message could not be removed, and nothing would ever free the disk: the file `reserve` is
 * given up then, and made again when there is room.
 */
export class Reserve {
  readonly #files: SpoolFiles;
  readonly #layout: SpoolLayout;
  #giving: Promise<void> | null = null;

  constructor(files: SpoolFiles, layout: SpoolLayout) {
    this.#files = files;
    this.#layout = layout;
  }

  get #path(): string {
    return this.#layout.path('reserve');
  }

  /** Keeps the room, unless it is kept already. Without room there is none to keep. */
  async keep(): Promise<void> {
    const kept = await ifThere(this.#files.look(this.#path));
    if (kept?.kind === 'file' && kept.size >= reservedBytes) return;
    if (kept) await this.#files.remove(this.#path);

    const file = await this.#files.create(this.#path);
    try {
      // What is always the same may take no room on a disk that compresses.
      await file.write(randomBytes(reservedBytes));
      await file.datasync();
      await this.#files.syncName(this.#path);
    } catch (error) {
      await this.#files.remove(this.#path).catch(() => undefined);
      if (!isFull(error)) throw error;
    } finally {
      await file.close();
    }
  }

  /** Gives the room up, once for all who ask for it at the same time. */
  giveUp(): Promise<void> {
    this.#giving ??= ifThere(this.#files.remove(this.#path))
      .then(() => undefined)
      .finally(() => (this.#giving = null));
    return this.#giving;
  }
}
