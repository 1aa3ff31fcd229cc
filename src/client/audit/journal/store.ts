import { readingLater } from '../../../internal/border.ts';
import { isoUtc, parseInstant } from '../../../internal/hl7-time.ts';
import type { Clock } from '../../../internal/runtime.ts';
import type { SealedFolder, SpoolFile } from '../../../transport/outbox/spool/sealed-folder.ts';
import { exportOf } from '../export/export.ts';
import type { AuditEvent } from '../model.ts';
import { beginning, momentOfRecord, nextLine, type Content } from './chain.ts';
import { auditError, auditWork } from './failure.ts';
import type { AuditExportOptions, AuditFilter, AuditMark, AuditVerification, StoredAuditJournal } from './model.ts';
import { eventOf, exportOptionsOf, filterOf, markOf } from './option-checks.ts';
import { linesOf, readHead, recordsFolder, segmentName, segmentsIn, writeHead } from './segments.ts';
import { Verifier } from './verify.ts';

/** Records that share one write. */
const groupLimit = 256;
const dayMs = 86_400_000;

interface Waiting {
  readonly content: Content;
  resolve(): void;
  reject(error: unknown): void;
}

/** A file that a purge takes, and the last record it takes with it. */
interface Gone {
  readonly number: number;
  last: AuditMark | null;
  readonly records: number;
}

/** A journal in a sealed folder. What writes, verifies or purges takes its turn. */
export class AuditStore implements StoredAuditJournal {
  readonly #folder: SealedFolder;
  readonly #clock: Clock;
  readonly #readOnly: boolean;
  readonly #keepDays: number | null;
  /** The day on which retention was looked after last. */
  #retainedOn: string | null = null;
  #waiting: Waiting[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  /** What the next record follows; `null` when the disk has to be asked. */
  #tail: AuditMark | null = null;
  #file: { readonly handle: SpoolFile; readonly day: string } | null = null;
  #isClosed = false;

  constructor(
    folder: SealedFolder,
    clock: Clock,
    { readOnly, keepDays }: { readonly readOnly: boolean; readonly keepDays: number | null },
  ) {
    this.#folder = folder;
    this.#clock = clock;
    this.#readOnly = readOnly;
    this.#keepDays = keepDays;
  }

  /** Finds the end of the chain; a new journal gets its head. */
  async begin(): Promise<void> {
    this.#tail = await this.#findTail();
    await this.#retain();
  }

  write(event: AuditEvent): Promise<void> {
    return readingLater('event', async () => this.#append({ event: eventOf(event) }));
  }

  async #append(content: Content): Promise<void> {
    this.#requireWritable();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ content, resolve, reject });
      if (this.#waiting.length === 1) void this.#inTurn(() => this.#flush());
    });
  }

  #requireWritable(): void {
    if (this.#readOnly) throw auditError('read-only');
    if (this.#isClosed) throw auditError('closed');
  }

  /** One piece of work at a time: its failure is its own. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(() => auditWork(work));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** Writes what waits: one write, one sync and one head for all that came together. */
  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.slice(0, groupLimit);
      try {
        await auditWork(() => this.#confirm(group.map(({ content }) => content)));
        for (const item of group) item.resolve();
      } catch (error) {
        for (const item of group) item.reject(error);
      }
      this.#waiting = this.#waiting.slice(group.length);
    }
    await this.#retain();
  }

  async #confirm(contents: readonly Content[]): Promise<void> {
    try {
      await this.#writeGroup(contents);
    } catch (error) {
      // What the disk kept of it is unknown: it is asked before the next record.
      this.#tail = null;
      await this.#leaveFile();
      throw error;
    }
  }

  async #writeGroup(contents: readonly Content[]): Promise<void> {
    let last = (this.#tail ??= await this.#findTail());
    const lines: Uint8Array[] = [];
    for (const content of contents) {
      const { line, mark } = nextLine(this.#folder.seal, last, content);
      lines.push(line);
      last = mark;
    }

    const handle = await this.#fileOfToday();
    await handle.write(Buffer.concat(lines));
    await handle.datasync();
    await writeHead(this.#folder, last);
    this.#tail = last;
  }

  async #fileOfToday(): Promise<SpoolFile> {
    const day = isoUtc(this.#clock.now()).slice(0, 10);
    if (this.#file && this.#file.day !== day) await this.#leaveFile();
    if (this.#file) return this.#file.handle;

    const number = ((await segmentsIn(this.#folder)).at(-1) ?? 0) + 1;
    const { files } = this.#folder;
    const handle = await files.create(this.#folder.path(recordsFolder, segmentName(number)));
    this.#file = { handle, day };
    await files.syncFolder(this.#folder.path(recordsFolder));
    return handle;
  }

  async #leaveFile(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.handle.close().catch(() => undefined);
  }

  /**
   * The record that the next one follows: the last one that was confirmed, or one after it that the
   * disk has whole.
   *
   * @throws TerrESanteError `TE_AUDIT`, `head`
   */
  async #findTail(): Promise<AuditMark> {
    const numbers = await segmentsIn(this.#folder);
    const head = await readHead(this.#folder);
    if (typeof head === 'string') {
      if (head === 'unreadable' || numbers.length > 0) throw auditError('head');
      if (!this.#readOnly) await writeHead(this.#folder, beginning);
      return beginning;
    }

    for (const number of [...numbers].reverse()) {
      const lines = await linesOf(this.#folder, number);
      const cut = lines.findIndex(({ record }) => record === null);
      const { record } = (cut === -1 ? lines : lines.slice(0, cut)).at(-1) ?? {};
      if (record) return record.sequence > head.sequence ? record : head;
    }
    return head;
  }

  verify(known?: AuditMark): Promise<AuditVerification> {
    return readingLater('known', async () => {
      const mark = markOf(known);
      return this.#inTurn(() => this.#verify(mark));
    });
  }

  async #verify(known: AuditMark | undefined): Promise<AuditVerification> {
    // Before the records: another program may be writing.
    const head = await readHead(this.#folder);
    const verifier = new Verifier(typeof head === 'string' ? null : head, known);
    for (const number of await segmentsIn(this.#folder)) verifier.file(await linesOf(this.#folder, number));
    return verifier.end();
  }

  async *events(filter?: AuditFilter): AsyncGenerator<AuditEvent, void, undefined> {
    const isWanted = filterOf(filter);
    for (const number of await auditWork(() => segmentsIn(this.#folder))) {
      const lines = await auditWork(() => linesOf(this.#folder, number));
      for (const [index, { record }] of lines.entries()) {
        // The last line may be an unfinished write.
        if (!record && index < lines.length - 1) throw auditError('broken');
        if (record && 'event' in record.content && isWanted(record.content.event)) yield record.content.event;
      }
    }
  }

  async *export(options: AuditExportOptions): AsyncGenerator<string, void, undefined> {
    const { format, source, ...filter } = exportOptionsOf(options);
    const messageOf = exportOf(format, source);
    for await (const event of this.events(filter)) yield messageOf(event);
  }

  purge(before: string): Promise<number> {
    return readingLater('before', async () => {
      const { epochMs } = parseInstant(before);
      this.#requireWritable();
      return this.#inTurn(() => this.#purge(epochMs));
    });
  }

  /**
   * Once a day, what is older than the retention goes. That it cannot go keeps no access from being
   * written: `verify` says what is wrong with the journal.
   */
  async #retain(): Promise<void> {
    const now = this.#clock.now();
    const today = isoUtc(now).slice(0, 10);
    if (this.#keepDays === null || this.#readOnly || this.#retainedOn === today) return;

    this.#retainedOn = today;
    const before = now - this.#keepDays * dayMs;
    try {
      if ((await this.#filesBefore(before)).length > 0) await this.#purge(before);
    } catch {
      // Told by `verify`; tried again on the next day.
    }
  }

  async #purge(before: number): Promise<number> {
    if (!(await this.#verify(undefined)).ok) throw auditError('broken');
    await this.#leaveFile();

    const gone = await this.#filesBefore(before);
    if (gone.length === 0) return 0;

    // First said, then done: a crash in between leaves days that the next purge takes.
    const at = isoUtc(this.#clock.now());
    await this.#confirm([{ purge: { at, before: isoUtc(before), through: gone.flatMap(({ last }) => last ?? []) } }]);
    const { files } = this.#folder;
    for (const { number } of gone) await files.remove(this.#folder.path(recordsFolder, segmentName(number)));
    await files.syncFolder(this.#folder.path(recordsFolder));
    return gone.reduce((sum, { records }) => sum + records, 0);
  }

  /** The files whose records are all older, from the first on. */
  async #filesBefore(before: number): Promise<Gone[]> {
    const gone: Gone[] = [];
    for (const number of await segmentsIn(this.#folder)) {
      const records = (await linesOf(this.#folder, number)).flatMap(({ record }) => record ?? []);
      const [first] = records;
      // The end of a file is what the next one follows: a write that was cut is no part of it.
      const former = gone.at(-1);
      if (former && first) former.last = { sequence: first.sequence - 1, hash: first.previous };
      if (records.some((record) => momentOfRecord(record) >= before)) return gone;
      gone.push({ number, last: null, records: records.length });
    }

    const former = gone.at(-1);
    if (former) former.last = this.#tail ??= await this.#findTail();
    return gone;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#inTurn(async () => {
      await this.#leaveFile();
      await this.#folder.close();
    });
  }
}
