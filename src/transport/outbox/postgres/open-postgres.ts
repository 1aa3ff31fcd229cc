import type { Pool } from 'pg';

import { TerrESanteError } from '../../../errors.ts';
import type { OutboxStore } from '../model.ts';
import { otherVersion } from '../other-version.ts';
import { sealWith } from '../seal.ts';
import { migrations } from './migrations.ts';
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
  /** Thirty-two bytes: encrypts the messages. The entries hold no trait and stay readable. */
  readonly key?: Uint8Array | undefined;
}

/**
 * Opens an outbox in PostgreSQL, for several workers on several machines: each due entry is locked
 * by one of them. Needs the optional package `pg`. The tables are made and migrated at opening.
 * Clocks of the machines must be synchronised: a lease outlives the longest sending by a minute.
 *
 * @throws TerrESanteError `TE_PEER_MISSING` without `pg`, `TE_OUTBOX` when the database cannot be
 *   used.
 *
 * @group Outbox
 */
export async function openPostgresStore(options: PostgresOptions): Promise<OutboxStore> {
  const schema = options.schema ?? 'terr_esante_outbox';
  if (!/^[a-z_][a-z0-9_]{0,50}$/.test(schema)) {
    throw new TerrESanteError('TE_CONFIG_INVALID', 'Nom de schéma PostgreSQL invalide.', {
      details: { field: 'schema' },
    });
  }

  const seal = sealWith(options.key);
  const pool = await makePool(options);
  try {
    await postgresWork(() => migrate(pool, schema));
  } catch (error) {
    await pool.end().catch(() => undefined);
    throw error;
  }
  return new PostgresStore(pool, { schema, seal });
}

async function makePool({ connectionString, maxConnections = 8 }: PostgresOptions): Promise<Pool> {
  const { Pool: PgPool } = await import('pg').catch(() => {
    throw new TerrESanteError('TE_PEER_MISSING', "Le paquet « pg » n'est pas installé.", { details: { peer: 'pg' } });
  });
  const pool = new PgPool({
    connectionString,
    max: maxConnections,
    connectionTimeoutMillis: 10_000,
    application_name: 'terr-esante-sdk',
  });

  // A connection that breaks while idle is replaced at its next use.
  pool.on('error', () => undefined);
  // One that breaks inside a transaction reports it to its client as well as to the query: without
  // a listener, that would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Brings the tables to the version of this SDK; refuses those of a later one. */
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
