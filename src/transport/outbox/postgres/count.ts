import type { Pool, QueryResultRow } from 'pg';

import type { TerrESanteErrorCode } from '../../../errors.ts';
import { sha1Hex } from '../../../internal/bytes.ts';
import type { DepositState } from '../../receipt/model.ts';
import type { OutboxEntry, OutboxSummary, StoreDepositor } from '../model.ts';
import { countedOf, ownerOf, ownersSeenBy, summaryOfGroups, type CountedGroup } from '../tally.ts';
import { inTransaction } from './transaction.ts';

/** The columns that a summary counts by, beside the sealed entry: no trait and no mailbox. */
export const countedColumns = 'state, problem, owned_by, made_at, counted';

/** Their values. The owner is a digest, so that a mailbox is not in clear. */
export function countedValues(entry: OutboxEntry): unknown[] {
  const { state, problem, owner, createdAt } = countedOf(entry);
  return [state, problem, ownerKey(owner), createdAt, entry.revision];
}

const ownerKey = (owner: string): string => sha1Hex(Buffer.from(owner, 'utf8'));

interface GroupRow extends QueryResultRow {
  readonly state: DepositState;
  readonly problem: TerrESanteErrorCode | null;
  readonly count: number;
  readonly made_at: string;
}

const pageRows = 500;

/** How rows are read that have no counts: claimed since, or written by an earlier version. */
interface Uncounted<Row extends QueryResultRow> {
  readonly columns: string;
  readonly entryOf: (row: Row) => OutboxEntry;
}

/** Counts the entries of a schema as they are at one moment. */
export function countEntries<Row extends QueryResultRow & { readonly id: string }>(
  pool: Pool,
  schema: string,
  who: StoreDepositor | null,
  { columns, entryOf }: Uncounted<Row>,
): Promise<OutboxSummary> {
  const owners = ownersSeenBy(who);

  return inTransaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<GroupRow>(
      `SELECT state, problem, count(*)::integer AS count, min(made_at) AS made_at FROM ${schema}.entry
       WHERE counted = revision AND ($1::text[] IS NULL OR owned_by = ANY($1)) GROUP BY state, problem`,
      [owners && owners.map(ownerKey)],
    );
    const groups: CountedGroup[] = rows.map(({ state, problem, count, made_at: madeAt }) => ({
      state,
      problem,
      count,
      createdAt: Number(madeAt),
    }));

    let after = '';
    for (;;) {
      const page = await client.query<Row>(
        `SELECT ${columns} FROM ${schema}.entry WHERE counted IS DISTINCT FROM revision AND id > $1
         ORDER BY id LIMIT ${String(pageRows)}`,
        [after],
      );
      for (const entry of page.rows.map(entryOf)) {
        if (owners && !owners.includes(ownerOf(entry))) continue;
        groups.push({ ...countedOf(entry), count: 1 });
      }

      const last = page.rows.at(-1);
      if (!last) return summaryOfGroups(groups);
      after = last.id;
    }
  });
}
