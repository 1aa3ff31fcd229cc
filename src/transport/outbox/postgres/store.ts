import type { Pool, PoolClient, QueryResultRow } from 'pg';

import { TerrESanteError } from '../../../errors.ts';
import type { ByteSource } from '../../../internal/bytes.ts';
import { claimed } from '../entry.ts';
import { aliasesOf, reportKey } from '../identity.ts';
import type { OutboxEntry, OutboxStore, SaveOptions, UnmatchedReport } from '../model.ts';
import { sealWith, unreadable, type Seal } from '../seal.ts';
import { storeWork } from '../store-failure.ts';
import { migrations } from './migrations.ts';

/** Options of {@link openPostgresStore}. @group Outbox */
export interface PostgresOptions {
  /** For example `postgresql://app@db.example/practice?sslmode=verify-full`. */
  readonly connectionString: string;
  /** Schema of the tables, made when absent. @defaultValue `'terr_esante_outbox'` */
  readonly schema?: string | undefined;
  /** @defaultValue `8` */
  readonly maxConnections?: number | undefined;
  /** Thirty-two bytes: encrypts the messages. The entries hold no trait and stay readable. */
  readonly key?: Uint8Array | undefined;
}

interface EntryRow extends QueryResultRow {
  readonly entry: OutboxEntry;
  readonly work: OutboxEntry['work'];
  readonly next_at: string;
  readonly owner: string | null;
  readonly doubt: boolean;
  readonly revision: number;
}

const columns = 'entry, work, next_at, owner, doubt, revision';
const partBytes = 256 * 1_024;

/**
 * Opens an outbox in PostgreSQL, for several workers on several machines: each due entry is locked by one of them. Needs the
 * optional package `pg`. The tables are made and migrated at opening. Clocks of the machines must be synchronised: a lease
 * outlives the longest sending by a minute.
 *
 * @throws TerrESanteError `TE_PEER_MISSING` without `pg`, `TE_OUTBOX` when the database cannot be used.
 *
 * @group Outbox
 */
export async function openPostgresStore(options: PostgresOptions): Promise<OutboxStore> {
  const schema = options.schema ?? 'terr_esante_outbox';
  if (!/^[a-z_][a-z0-9_]{0,50}$/.test(schema))
    throw new TerrESanteError('TE_CONFIG_INVALID', 'Nom de schéma PostgreSQL invalide.', {
      details: { field: 'schema' },
    });
  const seal = sealWith(options.key);
  const { Pool: PgPool } = await import('pg').catch(() => {
    throw new TerrESanteError('TE_PEER_MISSING', "Le paquet « pg » n'est pas installé.", { details: { peer: 'pg' } });
  });
  const pool = new PgPool({
    connectionString: options.connectionString,
    max: options.maxConnections ?? 8,
    connectionTimeoutMillis: 10_000,
    application_name: 'terr-esante-sdk',
  });
  // A connection that breaks while idle is replaced at its next use.
  pool.on('error', () => undefined);
  try {
    await wrap(() => migrate(pool, schema));
  } catch (error) {
    await pool.end().catch(() => undefined);
    throw error;
  }
  return new PostgresStore(pool, schema, seal);
}

const wrap = <T>(work: () => Promise<T>): Promise<T> =>
  storeWork("La base de données de la boîte d'envoi a refusé une opération.", work);

/** Columns of an entry, in the order of the statements. */
const columnsOf = (entry: OutboxEntry): unknown[] => [
  entry.id,
  entry.work,
  entry.nextAt,
  entry.owner,
  entry.outcomeUnknown,
  entry.revision,
  JSON.stringify(entry),
];

async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    broken = false;
    return result;
  } catch (error) {
    await client.query('ROLLBACK').then(
      () => (broken = false),
      () => undefined,
    );
    throw error;
  } finally {
    client.release(broken);
  }
}

async function migrate(pool: Pool, schema: string): Promise<void> {
  await inTransaction(pool, async (client) => {
    // Several workers start at once: one of them migrates.
    await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`terr-esante/${schema}`]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await client.query(`CREATE TABLE IF NOT EXISTS ${schema}.migration (version integer PRIMARY KEY)`);
    const { rows } = await client.query<{ version: number }>(
      `SELECT coalesce(max(version), 0)::integer AS version FROM ${schema}.migration`,
    );
    const done = rows[0]?.version ?? 0;
    if (done > migrations.length)
      throw new TerrESanteError(
        'TE_OUTBOX',
        "Les tables de la boîte d'envoi viennent d'une version plus récente du SDK.",
      );
    for (const [index, migration] of migrations.entries()) {
      if (index < done) continue;
      await client.query(migration(schema));
      await client.query(`INSERT INTO ${schema}.migration VALUES ($1)`, [index + 1]);
    }
  });
}

/** The columns of a claim are newer than the entry beside them. */
function entryOf(row: EntryRow): OutboxEntry {
  const { entry, work, owner, doubt, revision } = row;
  if (entry.revision === revision) return entry;
  return { ...claimed(entry, owner ?? '', Number(row.next_at), 0), work, owner, outcomeUnknown: doubt, revision };
}

class PostgresStore implements OutboxStore {
  readonly kind = 'postgres';
  private readonly pool: Pool;
  private readonly schema: string;
  private readonly seal: Seal;
  private closing: Promise<void> | null = null;

  constructor(pool: Pool, schema: string, seal: Seal) {
    this.pool = pool;
    this.schema = schema;
    this.seal = seal;
  }

  private context(entry: OutboxEntry, part: number): string {
    return `${entry.id}.${String(entry.generation)}/${String(part)}`;
  }

  add(entry: OutboxEntry, content: ByteSource, replaces?: number): Promise<OutboxEntry | null> {
    const names = [entry.id, ...aliasesOf(entry.uniqueIds)];
    return wrap(async () => {
      const added = await inTransaction(this.pool, async (client) => {
        const values = columnsOf(entry);
        if (replaces === undefined) {
          const { rowCount } = await client.query(
            `INSERT INTO ${this.schema}.name SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING`,
            [names, entry.id],
          );
          if (rowCount !== names.length) throw new Taken();
          await client.query(
            `INSERT INTO ${this.schema}.entry (id, work, next_at, owner, doubt, revision, entry) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
            values,
          );
        } else {
          const { rowCount } = await client.query(
            `UPDATE ${this.schema}.entry SET work=$2, next_at=$3, owner=$4, doubt=$5, revision=$6, entry=$7 WHERE id=$1 AND revision=$8`,
            [...values, replaces],
          );
          if (rowCount !== 1) throw new Taken();
          await client.query(`DELETE FROM ${this.schema}.content WHERE id=$1`, [entry.id]);
        }
        await this.writeContent(client, entry, content);
        return true;
      }).catch((error: unknown) => {
        if (error instanceof Taken) return false;
        throw error;
      });
      if (added) return null;
      for (const name of names) {
        const existing = await this.get(name);
        if (existing) return existing;
      }
      throw new TerrESanteError('TE_CONFLICT', 'Le dépôt est modifié par un autre programme.', { retryable: true });
    });
  }

  private async writeContent(client: PoolClient, entry: OutboxEntry, content: ByteSource): Promise<void> {
    let part = 0;
    let total = 0;
    let waiting: Uint8Array[] = [];
    let length = 0;
    const write = async (bytes: Uint8Array): Promise<void> => {
      const closed = Buffer.from(this.seal.close(bytes, this.context(entry, part)));
      await client.query(`INSERT INTO ${this.schema}.content VALUES ($1,$2,$3,$4)`, [
        entry.id,
        entry.generation,
        part,
        closed,
      ]);
      part += 1;
    };
    for await (const chunk of content.open()) {
      waiting.push(chunk);
      length += chunk.length;
      total += chunk.length;
      if (length < partBytes) continue;
      const bytes = Buffer.concat(waiting);
      const whole = bytes.length - (bytes.length % partBytes);
      for (let at = 0; at < whole; at += partBytes) await write(bytes.subarray(at, at + partBytes));
      waiting = [bytes.subarray(whole)];
      length = bytes.length - whole;
    }
    if (length > 0) await write(Buffer.concat(waiting));
    if (total !== entry.byteLength) throw unreadable();
  }

  get(id: string): Promise<OutboxEntry | null> {
    return wrap(async () => {
      const { rows } = await this.pool.query<EntryRow>(
        `SELECT ${columns} FROM ${this.schema}.entry WHERE id = (SELECT id FROM ${this.schema}.name WHERE name = $1)`,
        [id],
      );
      return rows[0] ? entryOf(rows[0]) : null;
    });
  }

  claim({ now, limit, owner, leaseMs }: Parameters<OutboxStore['claim']>[0]): Promise<readonly OutboxEntry[]> {
    return wrap(async () => {
      const { rows } = await this.pool.query<EntryRow>(
        `WITH due AS (
           SELECT id, work FROM ${this.schema}.entry
           WHERE work IN ('queued', 'sending') AND next_at <= $1
           ORDER BY next_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
         UPDATE ${this.schema}.entry AS e
         SET work = 'sending', doubt = e.doubt OR due.work = 'sending', owner = $3, next_at = $4, revision = e.revision + 1
         FROM due WHERE e.id = due.id RETURNING e.entry, e.work, e.next_at, e.owner, e.doubt, e.revision`,
        [now, limit, owner, now + leaseMs],
      );
      return rows.map((row) => ({
        ...claimed(row.entry, owner, now, leaseMs),
        outcomeUnknown: row.doubt,
        revision: row.revision,
      }));
    });
  }

  save(entry: OutboxEntry, { dropContent = false }: SaveOptions = {}): Promise<boolean> {
    return wrap(async () => {
      const { rows } = await this.pool.query<{ changed: string }>(
        `WITH changed AS (
           UPDATE ${this.schema}.entry SET work=$2, next_at=$3, owner=$4, doubt=$5, revision=$6, entry=$7
           WHERE id=$1 AND revision=$6 - 1 RETURNING id),
         gone AS (DELETE FROM ${this.schema}.content WHERE $8 AND id IN (SELECT id FROM changed))
         SELECT count(*) AS changed FROM changed`,
        [...columnsOf(entry), dropContent],
      );
      return rows[0]?.changed === '1';
    });
  }

  async content(entry: OutboxEntry): Promise<ByteSource> {
    const read = (part: number): Promise<Uint8Array | null> =>
      wrap(async () => {
        const { rows } = await this.pool.query<{ bytes: Buffer }>(
          `SELECT bytes FROM ${this.schema}.content WHERE id=$1 AND generation=$2 AND part=$3`,
          [entry.id, entry.generation, part],
        );
        return rows[0] ? this.seal.open(rows[0].bytes, this.context(entry, part)) : null;
      });
    const first = await read(0);
    if (!first) throw new TerrESanteError('TE_OUTBOX', "Le message n'est plus conservé : il faut déposer de nouveau.");
    const { byteLength } = entry;
    return {
      byteLength,
      async *open() {
        for (let part = 0, given = 0; given < byteLength; part += 1) {
          const bytes = part === 0 ? first : await read(part);
          if (!bytes) throw unreadable();
          given += bytes.length;
          yield bytes;
        }
      },
    };
  }

  nextDue(): Promise<number | null> {
    return wrap(async () => {
      const { rows } = await this.pool.query<{ next_at: string }>(
        `SELECT next_at FROM ${this.schema}.entry WHERE work IN ('queued', 'sending') ORDER BY next_at, id LIMIT 1`,
      );
      return rows[0] ? Number(rows[0].next_at) : null;
    });
  }

  async *list(): AsyncGenerator<OutboxEntry, void, undefined> {
    let after = '';
    for (;;) {
      const { rows } = await wrap(() =>
        this.pool.query<EntryRow>(`SELECT ${columns} FROM ${this.schema}.entry WHERE id > $1 ORDER BY id LIMIT 500`, [
          after,
        ]),
      );
      for (const row of rows) yield entryOf(row);
      const last = rows.at(-1);
      if (!last) return;
      after = last.entry.id;
    }
  }

  addUnmatched(item: UnmatchedReport): Promise<void> {
    return wrap(async () => {
      await this.pool.query(`INSERT INTO ${this.schema}.report VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
        reportKey(item),
        JSON.stringify(item),
      ]);
    });
  }

  async *unmatched(): AsyncGenerator<UnmatchedReport, void, undefined> {
    const { rows } = await wrap(() =>
      this.pool.query<{ item: UnmatchedReport }>(`SELECT item FROM ${this.schema}.report ORDER BY key`),
    );
    for (const { item } of rows) yield item;
  }

  close(): Promise<void> {
    this.closing ??= this.pool.end();
    return this.closing;
  }
}

/** Somebody has the entry already: the transaction is undone. */
class Taken extends Error {}
