import { TerrESanteError } from '../../../errors.ts';
import { collect, type ByteSource } from '../../../internal/bytes.ts';
import { Alarm } from '../../../internal/wait.ts';
import type { OutboxEntry } from '../model.ts';
import { unreadable, type Seal } from '../seal.ts';
import { ifThere, type SpoolFiles } from './files.ts';
import { itemContent, writeItemFile } from './item.ts';
import { placeOf, type SpoolLayout } from './layout.ts';
import { loggedBytes, type MessageLog } from './message-log.ts';
import { moveToFiles } from './move-to-files.ts';

const pieceBytes = 64 * 1_024;
/**
 * How long a message may share a segment with others. A segment goes as a whole, so a message that
 * was sent stays on the disk until those that wait beside it are moved out.
 */
const sweepMs = 30_000;

/** The messages of a spool: small ones in the log, the others in files. */
export class Messages {
  readonly #files: SpoolFiles;
  readonly #layout: SpoolLayout;
  readonly #seal: Seal;
  readonly #log: MessageLog;
  #moving: Promise<void> | null = null;
  readonly #nextSweep = new Alarm();
  #closed = false;

  constructor(files: SpoolFiles, layout: SpoolLayout, seal: Seal, log: MessageLog) {
    this.#files = files;
    this.#layout = layout;
    this.#seal = seal;
    this.#log = log;
    // Messages that an opening on a full disk had to leave there.
    if (!log.isEmpty) this.#planSweep();
  }

  /** Resolves once the message is durable. */
  async add(entry: OutboxEntry, content: ByteSource): Promise<void> {
    if (content.byteLength > loggedBytes) {
      await this.#writeFile(entry, content);
      return;
    }

    const bytes = await collect(content.open());
    if (bytes.length !== entry.byteLength) throw unreadable();

    try {
      await this.#log.add(entry, bytes);
    } finally {
      if (!this.#log.isEmpty) this.#planSweep();
    }

    const surplus = this.#log.overflow();
    // What fails here is tried again at the next message.
    if (surplus.length > 0) {
      this.#moving ??= this.#move(surplus)
        .catch(() => undefined)
        .finally(() => (this.#moving = null));
    }
  }

  #move(messages: Parameters<typeof moveToFiles>[1]): Promise<void> {
    const parts = { files: this.#files, layout: this.#layout, seal: this.#seal, log: this.#log };
    return moveToFiles(parts, messages);
  }

  /** Writes the file under another name, syncs it, renames it, then makes the name durable. */
  async #writeFile(entry: OutboxEntry, content: ByteSource): Promise<void> {
    const temporary = this.#layout.temporary();
    const path = this.#layout.item('queue', entry);

    try {
      await writeItemFile(this.#files, temporary, this.#seal, entry, content);
      await this.#layout.folderFor('queue', entry.id);
      await this.#files.rename(temporary, path);
    } catch (error) {
      await this.#files.remove(temporary).catch(() => undefined);
      throw error;
    }

    try {
      await this.#files.syncName(path);
    } catch (error) {
      // Not durable, so not promised: the caller deposits again.
      await this.#files.remove(path).catch(() => undefined);
      throw error;
    }

    // A former message of the same id, when it was a small one.
    this.#log.drop(entry.id);
  }

  /**
   * The message of an entry, read again at each opening. @throws TerrESanteError `TE_OUTBOX` when
   * it is not kept.
   */
  async content(entry: OutboxEntry): Promise<ByteSource> {
    if (!this.#log.get(entry)) return this.#fileContent(entry);
    return { byteLength: entry.byteLength, open: () => this.#loggedContent(entry) };
  }

  async *#loggedContent(entry: OutboxEntry): AsyncGenerator<Uint8Array, void, undefined> {
    const logged = this.#log.get(entry);
    const bytes = logged && (await ifThere(this.#log.read(logged)));

    // Meanwhile it may have got a file of its own.
    if (!bytes) {
      yield* (await this.#fileContent(entry)).open();
      return;
    }

    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }

  async #fileContent(entry: OutboxEntry): Promise<ByteSource> {
    for (const place of ['queue', 'held'] as const) {
      const path = this.#layout.item(place, entry);
      const isThere = (await ifThere(this.#files.look(path))) !== null;
      if (isThere) return itemContent(this.#files, path, this.#seal, entry);
    }

    throw new TerrESanteError('TE_OUTBOX', "Le message n'est plus conservé : il faut déposer de nouveau.");
  }

  /** Moves the message to the place where its entry belongs now, or removes it. */
  async place(former: OutboxEntry, entry: OutboxEntry, dropContent: boolean): Promise<void> {
    if (this.#log.get(entry)) {
      if (dropContent) this.#log.drop(entry.id);
      return;
    }

    const [from, to] = [placeOf(former), placeOf(entry)];
    const path = this.#layout.item(from, entry);
    if (dropContent) {
      await this.#files.remove(path);
    } else if (entry.hasContent && from !== to) {
      await this.#layout.folderFor(to, entry.id);
      await this.#files.rename(path, this.#layout.item(to, entry));
    }
  }

  #planSweep(): void {
    if (!this.#nextSweep.isSet) this.#nextSweep.set(sweepMs, () => void this.#sweep());
  }

  async #sweep(): Promise<void> {
    await this.empty();
    if (!this.#log.isEmpty && !this.#closed) this.#planSweep();
  }

  /**
   * Moves what waits to files and removes the segments of what was sent. What fails is tried again
   * at the next sweep.
   *
   * @returns whether no segment is left
   */
  async empty(): Promise<boolean> {
    while (this.#moving) await this.#moving;

    // What was being written when the segment was left is in it, and moves too.
    const work = this.#log.rotate().then(() => this.#move(this.#log.all()));
    this.#moving = work.catch(() => undefined).finally(() => (this.#moving = null));
    await this.#moving;
    await this.#log.settled();
    return this.#log.isEmpty;
  }

  /** Gives every message a file of its own; what fails stays in the log for the next opening. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#nextSweep.off();

    while (this.#moving) await this.#moving;
    await this.#move(this.#log.all()).catch(() => undefined);
    await this.#log.rotate();
  }
}
