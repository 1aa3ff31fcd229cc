import type { Pool } from 'pg';

import { TerrESanteError } from '../../../errors.ts';
import { longestTimerMs, needed, optionsOf, type Checks } from '../../../internal/border.ts';
import { anything, anyText, count, flag, number, text } from '../../../internal/option-checks.ts';
import type { OutboxStore } from '../model.ts';
import { otherVersion } from '../other-version.ts';
import { purgeInstant } from '../retention.ts';
import { sealWith } from '../seal.ts';
import { openConnections } from './connections.ts';
import { JsonColumn } from './json-column.ts';
import { migrations } from './migrations.ts';
import { sealRows } from './seal-rows.ts';
import { PostgresStore } from './store.ts';
import { inTransaction, postgresWork } from './transaction.ts';

/** Options of {@link openPostgresStore}. @group Outbox */
export interface PostgresOptions {
  /** For example `postgresql://app@db.example/practice?sslmode=verify-full`. */
  readonly connectionString: string;
  /** Schema of the tables, made when absent. @defaultValue `'terr_esante_outbox'` */
  readonly schema?: string | undefined;
  /** @defaultValue `8` */
  readonly maxConnections?: number | undefined;
  /**
   * Longest wait for one answer of the database, and for a connection to it. Then the call fails
   * with `TE_OUTBOX`.
   *
   * @defaultValue `10_000`
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Thirty-two bytes: encrypts the messages, the entries and the reports; what was written without
   * it is encrypted at opening. Without a key, the columns hold in clear the mailbox written to,
   * which is an INS where a patient is written to.
   */
  readonly key?: Uint8Array | undefined;
  /**
   * Forgets the deposits that ended before this instant, ISO 8601 with offset: opening removes
   * what became of them, and the message of one that failed. What waits stays. A document whose
   * deposit is forgotten may be deposited a second time.
   */
  readonly purgeBefore?: string | undefined;
  /**
   * Looks only: the tables must be there in the version of this SDK, none is made or migrated.
   *
   * @defaultValue `false`
   */
  readonly readOnly?: boolean | undefined;
}

/**
 * Opens an outbox in PostgreSQL, for several workers on several machines: each due entry is locked
 * by one of them. Needs the optional package `pg`. The tables are made and migrated at opening.
 * Clocks of the machines must be synchronised: a lease outlives the longest sending by a minute.
 *
 * @throws TerrESanteError `TE_PEER_MISSING` without `pg`, `TE_OUTBOX` when the database cannot be
 *   used or does not answer in time, `TE_CONFIG_INVALID` for a schema or a key that is none,
 *   `TE_INPUT_INVALID`.
 *
 * @group Outbox
 */
export async function openPostgresStore(options: PostgresOptions): Promise<OutboxStore> {
  const given = optionsOf('options', options, postgresChecks);
  const { connectionString, maxConnections = 8, readOnly = false } = given;
  const { schema = 'terr_esante_outbox', timeoutMs = 10_000 } = given;
  if (!/^[a-z_][a-z0-9_]{0,50}$/.test(schema)) {
    throw new TerrESanteError('TE_CONFIG_INVALID', 'Nom de schéma PostgreSQL invalide.', {
      details: { field: 'schema' },
    });
  }

  const purgeBefore = purgeInstant(given.purgeBefore);
  const seal = sealWith(given.key);
  const connections = await openConnections({ connectionString, max: maxConnections }, timeoutMs);
  const { pool } = connections;

  try {
    await postgresWork(() => (readOnly ? requireTables(pool, schema) : migrate(pool, schema)));
    const json = new JsonColumn(seal);
    if (json.isSealed && !readOnly) await postgresWork(() => sealRows(pool, schema, json));
  } catch (error) {
    await connections.end();
    throw error;
  }
  const store = new PostgresStore(pool, { schema, seal }, () => connections.end());
  if (purgeBefore !== null && !readOnly) {
    await store.purge(purgeBefore).catch(async (error: unknown) => {
      await store.close();
      throw error;
    });
  }
  return store;
}

const postgresChecks: Checks<PostgresOptions> = {
  connectionString: needed(text),
  schema: anyText,
  maxConnections: count(1),
  timeoutMs: number({ min: 1, max: longestTimerMs }),
  // What is wrong with the key is an error of the configuration.
  key: anything,
  purgeBefore: text,
  readOnly: flag,
};

/** Brings the tables to the version of this SDK; refuses those of a later one. */
async function migrate(pool: Pool, schema: string): Promise<void> {
  await inTransaction(pool, async (client) => {
    // Several workers start at once: one of them migrates.
    await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`terr-esante/${schema}`]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await client.query(`CREATE TABLE IF NOT EXISTS ${schema}.migration (version integer PRIMARY KEY)`);

    const done = await versionOf(client, schema);
    if (done > migrations.length) {
      throw otherVersion(done, migrations.length);
    }

    for (const [index, migration] of migrations.entries()) {
      if (index < done) continue;
      await client.query(migration(schema));
      await client.query(`INSERT INTO ${schema}.migration VALUES ($1)`, [index + 1]);
    }
  });
}

/** Tables of this version exactly: a look changes nothing, so it cannot bring them there. */
async function requireTables(pool: Pool, schema: string): Promise<void> {
  const { rows } = await pool.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
    `${schema}.migration`,
  ]);
  const version = rows[0]?.found === true ? await versionOf(pool, schema) : 0;
  if (version !== migrations.length) throw otherVersion(version, migrations.length);
}

async function versionOf(client: Pick<Pool, 'query'>, schema: string): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    `SELECT coalesce(max(version), 0)::integer AS version FROM ${schema}.migration`,
  );
  return rows[0]?.version ?? 0;
}
