import { dirname } from 'node:path';

import { TerrESanteError } from '../../../errors.ts';
import { collect, type ByteSource } from '../../../internal/bytes.ts';
import type { OutboxEntry } from '../model.ts';
import { unreadable, type Seal } from '../seal.ts';
import { ifThere, type SpoolFiles } from './files.ts';
import { itemContent, writeItem } from './item.ts';
import { placeOf, type SpoolLayout } from './layout.ts';
import { loggedBytes, type MessageLog } from './message-log.ts';
import { moveToFiles } from './move-to-files.ts';

const pieceBytes = 64 * 1_024;
/**
 * How long a message may share a segment: what was sent goes with the segment, whatever waits
 * beside it.
 */
const sweepMs = 30_000;

/** The messages of a spool: small ones in the log, the others in files. */
export class Messages {
  private readonly files: SpoolFiles;
  private readonly layout: SpoolLayout;
  private readonly seal: Seal;
  private readonly log: MessageLog;
  private moving: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(files: SpoolFiles, layout: SpoolLayout, seal: Seal, log: MessageLog) {
    this.files = files;
    this.layout = layout;
    this.seal = seal;
    this.log = log;
  }

  /** Resolves once the message is durable. */
  async add(entry: OutboxEntry, content: ByteSource): Promise<void> {
    if (content.byteLength > loggedBytes) {
      await this.writeFile(entry, content);
      return;
    }
    const bytes = await collect(content.open());
    if (bytes.length !== entry.byteLength) throw unreadable();
    try {
      await this.log.add(entry, bytes);
    } finally {
      if (!this.log.isEmpty) this.planSweep();
    }
    const surplus = this.log.overflow();
    // What fails here is tried again at the next message.
    if (surplus.length > 0) {
      this.moving ??= this.move(surplus)
        .catch(() => undefined)
        .finally(() => (this.moving = null));
    }
  }

  private move(messages: Parameters<typeof moveToFiles>[1]): Promise<void> {
    const { files, layout, seal, log } = this;
    return moveToFiles({ files, layout, seal, log }, messages);
  }

  private async writeFile(entry: OutboxEntry, content: ByteSource): Promise<void> {
    const { files, layout, seal } = this;
    const temporary = layout.temporary();
    const path = layout.item('queue', entry);
    try {
      const file = await files.create(temporary);
      try {
        await writeItem(file, seal, entry, content);
      } finally {
        await file.close();
      }
      await layout.folderFor('queue', entry.id);
      await files.rename(temporary, path);
    } catch (error) {
      await files.remove(temporary).catch(() => undefined);
      throw error;
    }
    try {
      await files.syncFolder(dirname(path));
    } catch (error) {
      // Not durable, so not promised: the caller deposits again.
      await files.remove(path).catch(() => undefined);
      throw error;
    }
    // A former message of the same id, when it was a small one.
    this.log.drop(entry.id);
  }

  /**
   * The message of an entry, read again at each opening. @throws TerrESanteError `TE_OUTBOX` when
   * it is not kept.
   */
  async content(entry: OutboxEntry): Promise<ByteSource> {
    if (!this.log.get(entry)) return this.fileContent(entry);
    return { byteLength: entry.byteLength, open: () => this.loggedContent(entry) };
  }

  private async *loggedContent(entry: OutboxEntry): AsyncGenerator<Uint8Array, void, undefined> {
    const { log } = this;
    const logged = log.get(entry);
    // Meanwhile it may have got a file of its own.
    const bytes = logged && (await ifThere(log.read(logged)));
    if (!bytes) yield* (await this.fileContent(entry)).open();
    else for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }

  private async fileContent(entry: OutboxEntry): Promise<ByteSource> {
    const { files, layout, seal } = this;
    for (const place of ['queue', 'held'] as const) {
      const path = layout.item(place, entry);
      if ((await ifThere(files.size(path))) !== null) return itemContent(files, path, seal, entry);
    }
    throw new TerrESanteError('TE_OUTBOX', "Le message n'est plus conservé : il faut déposer de nouveau.");
  }

  /** Puts the message where its entry now says it is. */
  async place(former: OutboxEntry, entry: OutboxEntry, dropContent: boolean): Promise<void> {
    const { log, files, layout } = this;
    const [from, to] = [placeOf(former), placeOf(entry)];
    if (log.get(entry)) {
      if (dropContent) log.drop(entry.id);
    } else if (dropContent) await files.remove(layout.item(from, entry));
    else if (entry.hasContent && from !== to) {
      await layout.folderFor(to, entry.id);
      await files.rename(layout.item(from, entry), layout.item(to, entry));
    }
  }

  private planSweep(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.sweep();
    }, sweepMs).unref();
  }

  /**
   * Moves what waits to files and removes the segments of what was sent. What fails is tried again
   * at the next sweep.
   */
  private async sweep(): Promise<void> {
    while (this.moving) await this.moving;
    // What was being written when the segment was left is in it, and moves too.
    const work = this.log.rotate().then(() => this.move(this.log.all()));
    this.moving = work.catch(() => undefined).finally(() => (this.moving = null));
    await this.moving;
    if (!this.log.isEmpty && !this.closed) this.planSweep();
  }

  /** Gives every message a file of its own; what fails stays in the log for the next opening. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    while (this.moving) await this.moving;
    await this.move(this.log.all()).catch(() => undefined);
    await this.log.rotate();
  }
}
