import type { Pool, PoolClient } from 'pg';

import { storeWork } from '../store-failure.ts';

/** Runs work on the database; its failure becomes `TE_OUTBOX`. */
export const postgresWork = <T>(work: () => Promise<T>): Promise<T> =>
  storeWork("La base de données de la boîte d'envoi a refusé une opération.", work, 'no-answer');

/** All or nothing; a connection in doubt is not used again. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = true;

  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    broken = false;

    return result;
  } catch (error) {
    // A database that did not answer is not asked again; its own errors bear a code.
    if (!isUnanswered(error)) {
      await client.query('ROLLBACK').then(
        () => (broken = false),
        () => undefined,
      );
    }
    throw error;
  } finally {
    client.release(broken);
  }
}

/** A wait of the driver that was too long. */
function isUnanswered(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}
