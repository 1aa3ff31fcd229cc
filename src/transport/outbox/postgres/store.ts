import type { Pool, PoolClient, QueryResultRow } from 'pg';

import { TerrESanteError } from '../../../errors.ts';
import type { ByteSource } from '../../../internal/bytes.ts';
import { claimed } from '../entry.ts';
import { maxAside, reasonOf } from '../aside.ts';
import { aliasesOf, reportKey } from '../identity.ts';
import type {
  ClaimRequest,
  OutboxEntry,
  OutboxStore,
  OutboxSummary,
  SaveOptions,
  StoreDepositor,
  StoreErasure,
  UnmatchedReport,
} from '../model.ts';
import { readContent, writeContent, type ContentPlace } from './content.ts';
import { isForgotten } from '../retention.ts';
import { countedColumns, countedValues, countEntries } from './count.ts';
import { entryContext, JsonColumn, reportContext, shownOfReport } from './json-column.ts';
import { inTransaction, postgresWork } from './transaction.ts';

/** A row as it is stored: the entry may be sealed. */
interface StoredRow extends QueryResultRow, Omit<EntryRow, 'entry'> {
  readonly id: string;
  readonly entry: object;
}

interface EntryRow {
  readonly entry: OutboxEntry;
  readonly work: OutboxEntry['work'];
  readonly next_at: string;
  readonly owner: string | null;
  readonly doubt: boolean;
  readonly claimed_at: string | null;
  readonly lapsed: number;
  readonly revision: number;
}

/** Ids under which an entry is found: its own, and one for each of several documents. */
const namesOf = ({ id, uniqueIds }: OutboxEntry): string[] => [id, ...aliasesOf(uniqueIds)];

const columns = 'id, entry, work, next_at, owner, doubt, claimed_at, lapsed, revision';

const purgedAtOnce = 500;

/** What a statement sets of an entry that is written again. */
const written =
  'work=$2, next_at=$3, owner=$4, doubt=$5, lapsed=0, revision=$6, entry=$7, ' +
  'state=$8, problem=$9, owned_by=$10, made_at=$11, counted=$12';

/** The columns of a claim are newer than the entry beside them. */
function entryOf(row: EntryRow): OutboxEntry {
  const { entry, owner, revision } = row;
  if (entry.revision === revision || owner === null) return entry;

  const claimedAt = Number(row.claimed_at ?? row.next_at);
  return claimedRow(row, owner, claimedAt, Number(row.next_at) - claimedAt);
}

/** An entry as its last claim left it; those before are counted in the row. */
function claimedRow(row: EntryRow, owner: string, now: number, leaseMs: number): OutboxEntry {
  const { entry, work, doubt, lapsed, revision } = row;
  const attempts = entry.attempts + lapsed;
  return { ...claimed(entry, owner, now, leaseMs), work, attempts, outcomeUnknown: doubt, revision };
}

/** An outbox in a database that is open and migrated. */
export class PostgresStore implements OutboxStore {
  readonly kind = 'postgres';
  readonly #pool: Pool;
  readonly #place: ContentPlace;
  readonly #json: JsonColumn;
  readonly #end: () => Promise<void>;
  #closing: Promise<void> | null = null;

  constructor(pool: Pool, place: ContentPlace, end: () => Promise<void> = () => pool.end()) {
    this.#pool = pool;
    this.#place = place;
    this.#json = new JsonColumn(place.seal);
    this.#end = end;
  }

  /** Columns of an entry, in the order of the statements. */
  #columnsOf(entry: OutboxEntry): unknown[] {
    return [
      entry.id,
      entry.work,
      entry.nextAt,
      entry.owner,
      entry.outcomeUnknown,
      entry.revision,
      this.#json.write(entry, entryContext(entry.id)),
      ...countedValues(entry),
    ];
  }

  #opened(row: StoredRow): EntryRow {
    return { ...row, entry: this.#json.read(row.entry, entryContext(row.id)) as OutboxEntry };
  }

  add(entry: OutboxEntry, content: ByteSource, replaces?: number): Promise<OutboxEntry | null> {
    return postgresWork(async () => {
      const isAdded = await inTransaction(this.#pool, async (client) => {
        await (replaces === undefined ? this.#insert(client, entry) : this.#replace(client, entry, replaces));
        await writeContent(client, this.#place, entry, content);
        return true;
      }).catch((error: unknown) => {
        if (error instanceof Taken) return false;
        throw error;
      });
      return isAdded ? null : this.#holderOf(entry);
    });
  }

  async #insert(client: PoolClient, entry: OutboxEntry): Promise<void> {
    const names = namesOf(entry);
    const { rowCount } = await client.query(
      `INSERT INTO ${this.#place.schema}.name SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING`,
      [names, entry.id],
    );
    if (rowCount !== names.length) throw new Taken();

    await client.query(
      `INSERT INTO ${this.#place.schema}.entry (id, work, next_at, owner, doubt, revision, entry, ${countedColumns})
       VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)`,
      this.#columnsOf(entry),
    );
  }

  async #replace(client: PoolClient, entry: OutboxEntry, former: number): Promise<void> {
    const { rowCount } = await client.query(
      `UPDATE ${this.#place.schema}.entry SET ${written} WHERE id=$1 AND revision=$13`,
      [...this.#columnsOf(entry), former],
    );
    if (rowCount !== 1) throw new Taken();

    await client.query(`DELETE FROM ${this.#place.schema}.content WHERE id=$1`, [entry.id]);
  }

  /** The entry that holds one of the names already. */
  async #holderOf(entry: OutboxEntry): Promise<OutboxEntry> {
    for (const name of namesOf(entry)) {
      const existing = await this.get(name);
      if (existing) return existing;
    }
    throw new TerrESanteError('TE_CONFLICT', 'Le dépôt est modifié par un autre programme.', { retryable: true });
  }

  get(id: string): Promise<OutboxEntry | null> {
    return postgresWork(async () => {
      const { rows } = await this.#pool.query<StoredRow>(
        `SELECT ${columns} FROM ${this.#place.schema}.entry WHERE id = (SELECT id FROM ${this.#place.schema}.name WHERE name = $1)`,
        [id],
      );
      return rows[0] ? entryOf(this.#opened(rows[0])) : null;
    });
  }

  claim(request: ClaimRequest): Promise<readonly OutboxEntry[]> {
    const { now, limit, owner, leaseMs, longestWaitMs = Number.MAX_SAFE_INTEGER } = request;
    const { schema } = this.#place;

    return postgresWork(async () => {
      // What a clock that was set back since had planned far ahead is brought near: the next claim
      // takes it.
      const { rows } = await this.#pool.query<StoredRow & { readonly due_at: string }>(
        `WITH due AS (
           SELECT id, work, next_at AS due_at FROM ${schema}.entry
           WHERE work IN ('queued', 'sending') AND next_at <= $1
           ORDER BY next_at, id LIMIT $2 FOR UPDATE SKIP LOCKED),
         far AS (
           SELECT id, work FROM ${schema}.entry
           WHERE work IN ('queued', 'sending') AND next_at > least($5::bigint, $6::bigint)
           AND next_at > CASE work WHEN 'queued' THEN $5::bigint ELSE $6::bigint END
           FOR UPDATE SKIP LOCKED),
         near AS (
           UPDATE ${schema}.entry AS e
           SET next_at = CASE far.work WHEN 'queued' THEN $1::bigint ELSE $4::bigint END FROM far WHERE e.id = far.id)
         UPDATE ${schema}.entry AS e
         SET work = 'sending', doubt = e.doubt OR due.work = 'sending', owner = $3, next_at = $4,
           claimed_at = $1, lapsed = e.lapsed + (due.work = 'sending')::integer, revision = e.revision + 1
         FROM due WHERE e.id = due.id
         RETURNING e.id, e.entry, e.work, e.next_at, e.owner, e.doubt, e.claimed_at, e.lapsed, e.revision, due.due_at`,
        [now, limit, owner, now + leaseMs, Math.min(now + longestWaitMs, Number.MAX_SAFE_INTEGER), now + 2 * leaseMs],
      );

      // The statement returns them in any order.
      rows.sort((a, b) => Number(a.due_at) - Number(b.due_at) || (a.id < b.id ? -1 : 1));
      return rows.map((row) => claimedRow(this.#opened(row), owner, now, leaseMs));
    });
  }

  save(entry: OutboxEntry, { dropContent = false }: SaveOptions = {}): Promise<boolean> {
    return postgresWork(async () => {
      const { rows } = await this.#pool.query<{ changed: string }>(
        `WITH changed AS (
           UPDATE ${this.#place.schema}.entry SET ${written}
           WHERE id=$1 AND revision=$6 - 1 RETURNING id),
         gone AS (DELETE FROM ${this.#place.schema}.content WHERE $13 AND id IN (SELECT id FROM changed))
         SELECT count(*) AS changed FROM changed`,
        [...this.#columnsOf(entry), dropContent],
      );
      return rows[0]?.changed === '1';
    });
  }

  content(entry: OutboxEntry): Promise<ByteSource> {
    return readContent(this.#pool, this.#place, entry);
  }

  nextDue(): Promise<number | null> {
    return postgresWork(async () => {
      const { rows } = await this.#pool.query<{ next_at: string }>(
        `SELECT next_at FROM ${this.#place.schema}.entry WHERE work IN ('queued', 'sending') ORDER BY next_at, id LIMIT 1`,
      );
      return rows[0] ? Number(rows[0].next_at) : null;
    });
  }

  async *list(): AsyncGenerator<OutboxEntry, void, undefined> {
    let after = '';
    for (;;) {
      const { rows } = await postgresWork(() =>
        this.#pool.query<StoredRow>(
          `SELECT ${columns} FROM ${this.#place.schema}.entry WHERE id > $1 ORDER BY id LIMIT 500`,
          [after],
        ),
      );
      for (const row of rows) yield entryOf(this.#opened(row));

      const last = rows.at(-1);
      if (!last) return;
      after = last.id;
    }
  }

  summary(who: StoreDepositor | null): Promise<OutboxSummary> {
    return postgresWork(() =>
      countEntries<StoredRow>(this.#pool, this.#place.schema, who, {
        columns,
        entryOf: (row) => entryOf(this.#opened(row)),
      }),
    );
  }

  addUnmatched(item: UnmatchedReport): Promise<void> {
    const key = reportKey(item);
    return postgresWork(async () => {
      await this.#pool.query(`INSERT INTO ${this.#place.schema}.report VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
        key,
        this.#json.write(item, reportContext(key), shownOfReport(item)),
      ]);
      await this.#pool.query(
        `DELETE FROM ${this.#place.schema}.report WHERE key IN (
          SELECT key FROM ${this.#place.schema}.report WHERE coalesce(item->>'reason', 'no-deposit') = $1
          ORDER BY item->>'at' DESC, key OFFSET ${String(maxAside)})`,
        [reasonOf(item)],
      );
    });
  }

  async *unmatched(): AsyncGenerator<UnmatchedReport, void, undefined> {
    const { rows } = await postgresWork(() =>
      this.#pool.query<{ key: string; item: object }>(
        `SELECT key, item FROM ${this.#place.schema}.report ORDER BY key`,
      ),
    );
    for (const { key, item } of rows) yield this.#json.read(item, reportContext(key)) as UnmatchedReport;
  }

  /** Removes the deposits that ended before an instant, unless another program changes them. */
  async purge(before: number): Promise<void> {
    const gone: OutboxEntry[] = [];
    for await (const entry of this.list()) if (isForgotten(entry, before)) gone.push(entry);

    for (let at = 0; at < gone.length; at += purgedAtOnce) {
      const some = gone.slice(at, at + purgedAtOnce);
      await postgresWork(() => this.#remove(some));
    }
  }

  erase({ entries, reports }: StoreErasure): Promise<number> {
    return postgresWork(async () => {
      const keys = reports.map(reportKey);
      await this.#pool.query(`DELETE FROM ${this.#place.schema}.report WHERE key = ANY($1::text[])`, [keys]);
      return this.#remove(entries);
    });
  }

  async #remove(entries: readonly OutboxEntry[]): Promise<number> {
    const { schema } = this.#place;
    const { rows } = await this.#pool.query<{ gone: string }>(
      `WITH gone AS (
         DELETE FROM ${schema}.entry AS e USING unnest($1::text[], $2::integer[]) AS w (id, revision)
         WHERE e.id = w.id AND e.revision = w.revision AND e.work NOT IN ('queued', 'sending') RETURNING e.id),
       messages AS (DELETE FROM ${schema}.content WHERE id IN (SELECT id FROM gone)),
       aliases AS (DELETE FROM ${schema}.name WHERE id IN (SELECT id FROM gone))
       SELECT count(*) AS gone FROM gone`,
      [entries.map(({ id }) => id), entries.map(({ revision }) => revision)],
    );
    return Number(rows[0]?.gone ?? 0);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }
}

/** Another deposit has the entry already: the transaction is undone. */
class Taken extends Error {}
