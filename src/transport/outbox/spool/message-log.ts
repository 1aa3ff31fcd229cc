import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import type { OutboxEntry } from '../model.ts';
import { unreadable, type Seal } from '../seal.ts';
import { ifThere, type SpoolFiles } from './files.ts';
import { GroupFile } from './group-file.ts';
import { logRecord, type LogRecord } from './log-record.ts';

/** A message above this size gets a file of its own at once. */
export const loggedBytes: number = 512 * 1_024;
const segmentBytes = 8 * 1_024 * 1_024;
const segmentItems = 2_000;
const maxSegments = 4;
/** Messages kept in memory until they are sent, so that a quick sending reads nothing back. */
const memoryBytes = 8 * 1_024 * 1_024;

/** A message of the log that is still needed. */
export interface LoggedMessage {
  /** The entry as it stands now. */
  entry: OutboxEntry;
  readonly segment: string;
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
}

const nameOf = (nonce: string, number: number): string => `${String(number).padStart(10, '0')}.${nonce}.log`;

/**
 * Small messages are made durable together: one append and one sync for all that wait. Most are
 * sent before their segment is full, and never get a file of their own; the others are moved to one
 * (see `moveToFiles`) before the segment goes.
 */
export class MessageLog {
  readonly #live = new Map<string, LoggedMessage>();
  readonly #segments = new Map<string, Set<LoggedMessage>>();
  readonly #memory = new Map<LoggedMessage, Uint8Array>();
  readonly #removing = new Map<string, Promise<void>>();
  #inMemory = 0;
  readonly #nonce = randomBytes(8).toString('hex');
  readonly #files: SpoolFiles;
  readonly #folder: string;
  readonly #seal: Seal;
  readonly #file: GroupFile;

  constructor(files: SpoolFiles, folder: string, seal: Seal, lastNumber: number) {
    this.#files = files;
    this.#folder = folder;
    this.#seal = seal;
    this.#file = new GroupFile(files, folder, {
      nameOf: (number) => nameOf(this.#nonce, number),
      lastNumber,
      maxBytes: segmentBytes,
      left: (name) => {
        // After a failure nothing in it was promised, and no message refers to it.
        if (!this.#segments.has(name)) this.#segments.set(name, new Set());
        this.#removeEmpty();
      },
    });
  }

  /** The message of an entry, when the log has it. */
  get({ id, generation }: Pick<OutboxEntry, 'id' | 'generation'>): LoggedMessage | undefined {
    const found = this.#live.get(id);
    return found?.entry.generation === generation ? found : undefined;
  }

  /** The entry of an id, when the log has its message. */
  entry(id: string): OutboxEntry | undefined {
    return this.#live.get(id)?.entry;
  }

  ids(): Iterable<string> {
    return this.#live.keys();
  }

  /** Resolves once durable. A former message of the same id is given up. */
  async add(entry: OutboxEntry, bytes: Uint8Array): Promise<void> {
    const { record, body } = logRecord(this.#seal, this.#nonce, entry, bytes);
    // A copy of its own: the caller may write into the bytes again.
    const kept = this.#seal.mark === 'P' ? record.subarray(record.length - body.length) : Buffer.from(bytes);

    await this.#file.append(record, true, ({ name, offset }) => {
      this.drop(entry.id);
      const at = offset + record.length - body.length;
      const logged: LoggedMessage = { entry, segment: name, offset: at, length: body.length, crc: crc32(body) };
      this.#live.set(entry.id, logged);
      this.#segments.set(name, (this.#segments.get(name) ?? new Set()).add(logged));

      if (this.#inMemory + kept.length > memoryBytes) return;
      this.#memory.set(logged, kept);
      this.#inMemory += kept.length;
    });
  }

  /** Takes a message of a segment that an earlier process left, and that has to stay there. */
  adopt(segment: string, entry: OutboxEntry, { offset, length, crc }: LogRecord['body']): void {
    const logged: LoggedMessage = { entry, segment, offset, length, crc };
    this.#live.set(entry.id, logged);
    this.#segments.set(segment, (this.#segments.get(segment) ?? new Set()).add(logged));
  }

  /** Follows the entry of a message. */
  changed(entry: OutboxEntry): void {
    const logged = this.get(entry);
    if (logged) logged.entry = entry;
  }

  async read(logged: LoggedMessage): Promise<Uint8Array> {
    const kept = this.#memory.get(logged);
    if (kept) return kept;

    const file = await this.#files.openToRead(join(this.#folder, logged.segment));
    try {
      const body = await file.read(logged.length, logged.offset);
      if (body.length !== logged.length || crc32(body) !== logged.crc) throw unreadable();

      const { id, generation } = logged.entry;
      return this.#seal.open(body, `${id}.${String(generation)}/log`);
    } finally {
      await file.close();
    }
  }

  /** The message of this id is not needed here any more. */
  drop(id: string): void {
    const logged = this.#live.get(id);
    if (!logged) return;

    this.#live.delete(id);
    this.#inMemory -= this.#memory.get(logged)?.length ?? 0;
    this.#memory.delete(logged);
    this.#segments.get(logged.segment)?.delete(logged);
    this.#removeEmpty();
  }

  /**
   * Segments that hold nothing go, but for the one that grows. What fails here is tried again at
   * the next sweep.
   */
  #removeEmpty(): void {
    for (const [name, messages] of this.#segments) {
      if (messages.size > 0 || name === this.#file.current || this.#removing.has(name)) continue;
      this.#removing.set(name, this.#removeSegment(name));
    }
  }

  async #removeSegment(name: string): Promise<void> {
    try {
      await ifThere(this.#files.remove(join(this.#folder, name)));
      this.#segments.delete(name);
    } catch {
      // It stays among the segments.
    }
    this.#removing.delete(name);
  }

  /**
   * Messages that should get a file of their own: those of the oldest segments, when there are too
   * many.
   */
  overflow(): readonly LoggedMessage[] {
    const surplus = Math.max(
      this.#segments.size - maxSegments,
      this.#live.size > maxSegments * segmentItems && this.#segments.size > 1 ? 1 : 0,
    );
    return [...this.#segments.values()].slice(0, Math.max(0, surplus)).flatMap((messages) => [...messages]);
  }

  all(): readonly LoggedMessage[] {
    return [...this.#live.values()];
  }

  /** Whether a segment still holds a message. */
  holds(segment: string): boolean {
    return (this.#segments.get(segment)?.size ?? 0) > 0;
  }

  /** Nothing of any message is on the disk. */
  get isEmpty(): boolean {
    return this.#segments.size === 0;
  }

  /** Resolves once the segments that are being removed are gone. */
  async settled(): Promise<void> {
    await Promise.all(this.#removing.values());
  }

  /** Goes on in a new segment, and removes those that hold nothing. */
  async rotate(): Promise<void> {
    await this.#file.rotate();
    this.#removeEmpty();
    await this.settled();
  }
}
