import { isTerrESanteError, TerrESanteError } from '../../../errors.ts';
import type { ByteSource } from '../../../internal/bytes.ts';
import type { OutboxEntry, OutboxStore, UnmatchedReport } from '../model.ts';
import type { Seal } from '../seal.ts';
import { ifThere, type SpoolFiles } from './files.ts';
import { isKnownFormat } from './format.ts';
import { readItemEntry } from './item.ts';
import { Journal } from './journal.ts';
import { buckets, generationOf, idOf, type SpoolLayout } from './layout.ts';
import { readSegment } from './log-record.ts';
import { spoolWork } from './parts.ts';
import { segmentNonce } from './recovery.ts';
import { UnmatchedReports } from './unmatched.ts';

/** Entries read at the same time. */
const width = 16;

/**
 * A spool that is only looked at: no lock is taken and nothing is written, so the program that
 * sends may go on. What a look shows is the spool of that moment.
 */
export class SpoolReader implements OutboxStore {
  readonly kind = 'spool-reader';
  readonly #files: SpoolFiles;
  readonly #layout: SpoolLayout;
  readonly #seal: Seal;

  constructor(files: SpoolFiles, layout: SpoolLayout, seal: Seal) {
    this.#files = files;
    this.#layout = layout;
    this.#seal = seal;
  }

  /**
   * @throws TerrESanteError `TE_OUTBOX` when the folder holds no spool, or one of another version
   */
  async open(): Promise<this> {
    if (await isKnownFormat(this.#files, this.#layout, this.#seal)) return this;
    // An empty folder is a spool that was not begun yet.
    if ((await this.#files.names(this.#layout.folder)).length === 0) return this;
    throw new TerrESanteError('TE_OUTBOX', "Ce dossier n'est pas celui d'une boîte d'envoi.", {
      details: { reason: 'no-spool' },
    });
  }

  /** The entry of an id, or of the submission that has a document of that id. */
  async get(id: string): Promise<OutboxEntry | null> {
    return spoolWork(async () => {
      const alias = await ifThere(this.#files.readAll(this.#layout.path('alias', id)));
      const wanted = alias ? Buffer.from(alias).toString('latin1') : id;
      const look = await this.#look();
      return this.#latest(look, wanted);
    });
  }

  async *list(): AsyncGenerator<OutboxEntry, void, undefined> {
    const look = await spoolWork(() => this.#look());

    for (const bucket of buckets) {
      const states = (await spoolWork(() => this.#names('state', bucket))).map(idOf);
      const ids = [...new Set([...(look.byBucket.get(bucket) ?? []), ...states])];
      for (let at = 0; at < ids.length; at += width) {
        const some = ids.slice(at, at + width);
        const entries = await spoolWork(() => Promise.all(some.map((id) => this.#readable(look, id))));
        for (const entry of entries) if (entry) yield entry;
      }
    }
  }

  /**
   * Reads what moves, in the order in which it moves: a message goes from the log to a file, an
   * entry from the journal to a state. What was there when the look began is found in one of the
   * places, whatever the other program does meanwhile.
   */
  async #look(): Promise<Look> {
    const entries = new Map<string, OutboxEntry>();
    await this.#readLog(entries);

    const items = new Map<string, Item>();
    for (const bucket of await this.#names('queue')) {
      for (const name of await this.#names('queue', bucket)) {
        keepLast(items, name, this.#layout.path('queue', bucket, name));
      }
    }
    for (const name of await this.#names('held')) keepLast(items, name, this.#layout.path('held', name));

    const journal = await Journal.read(this.#files, this.#layout.path('journal'), this.#seal);
    for (const entry of journal.entries.values()) keepNewest(entries, entry);

    const byBucket = new Map<string, Set<string>>(buckets.map((bucket) => [bucket, new Set()]));
    for (const id of [...entries.keys(), ...items.keys()]) byBucket.get(id.slice(0, 2))?.add(id);
    return { entries, items, byBucket };
  }

  /** The entries of the segments. One that is being written ends early: what follows is newer. */
  async #readLog(entries: Map<string, OutboxEntry>): Promise<void> {
    for (const name of [...(await this.#names('log'))].sort()) {
      const nonce = segmentNonce(name);
      const bytes = nonce === null ? null : await ifThere(this.#files.readAll(this.#layout.path('log', name)));
      if (nonce === null || !bytes) continue;
      for (const { entry } of readSegment(this.#seal, nonce, Buffer.from(bytes)).records) keepNewest(entries, entry);
    }
  }

  /** The latest of what log, journal, state and message file say of an id. */
  async #latest({ entries, items }: Look, id: string): Promise<OutboxEntry | null> {
    let latest = entries.get(id) ?? null;

    const state = await ifThere(this.#files.readAll(this.#layout.state(id)));
    if (state) {
      const entry = JSON.parse(Buffer.from(this.#seal.open(state, 'state')).toString('utf8')) as OutboxEntry;
      latest = newer(latest, entry);
    }

    // The file of a message holds its entry as it was added: that counts for a message that was
    // never tried, and for a new one that takes the place of a failed one.
    const item = items.get(id);
    if (item && item.generation > (latest?.generation ?? 0)) {
      const entry = await ifThere(readItemEntry(this.#files, item.path, this.#seal));
      if (entry) latest = newer(latest, entry);
    }
    return latest;
  }

  /** An entry that cannot be read is left out of a list; who sends reports it. */
  async #readable(look: Look, id: string): Promise<OutboxEntry | null> {
    try {
      return await this.#latest(look, id);
    } catch (error) {
      if (isTerrESanteError(error)) return null;
      throw error;
    }
  }

  /** The names in a folder; none when it is absent. */
  async #names(...folder: readonly string[]): Promise<readonly string[]> {
    return (await ifThere(this.#files.names(this.#layout.path(...folder)))) ?? [];
  }

  async *unmatched(): AsyncGenerator<UnmatchedReport, void, undefined> {
    const reports = new UnmatchedReports(this.#files, this.#layout.folder, this.#seal);
    for (const name of await spoolWork(() => this.#names('unmatched'))) {
      yield await spoolWork(() => reports.read(name));
    }
  }

  /** When the next entry is due is the affair of the one who sends. */
  async nextDue(): Promise<null> {
    return null;
  }

  add(): Promise<never> {
    return readOnly();
  }

  claim(): Promise<never> {
    return readOnly();
  }

  save(): Promise<never> {
    return readOnly();
  }

  content(): Promise<ByteSource> {
    return readOnly();
  }

  addUnmatched(): Promise<never> {
    return readOnly();
  }

  async close(): Promise<void> {
    await this.#files.close?.();
  }
}

/** A message file. */
interface Item {
  readonly generation: number;
  readonly path: string;
}

/** What one look found. */
interface Look {
  /** The latest entry of each id in the log and the journal. */
  readonly entries: ReadonlyMap<string, OutboxEntry>;
  /** The file of the last message of each id. */
  readonly items: ReadonlyMap<string, Item>;
  /** The ids of both by their first two digits. */
  readonly byBucket: ReadonlyMap<string, ReadonlySet<string>>;
}

const newer = (former: OutboxEntry | null, entry: OutboxEntry): OutboxEntry =>
  former && former.revision > entry.revision ? former : entry;

function keepNewest(entries: Map<string, OutboxEntry>, entry: OutboxEntry): void {
  entries.set(entry.id, newer(entries.get(entry.id) ?? null, entry));
}

function keepLast(items: Map<string, Item>, name: string, path: string): void {
  const [id, generation] = [idOf(name), generationOf(name)];
  if (generation >= (items.get(id)?.generation ?? 0)) items.set(id, { generation, path });
}

function readOnly(): Promise<never> {
  return Promise.reject(
    new TerrESanteError('TE_UNSUPPORTED', "La boîte d'envoi est ouverte en lecture seule.", {
      details: { reason: 'read-only' },
    }),
  );
}
