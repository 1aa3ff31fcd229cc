import type { Pool } from 'pg';

import type { UnmatchedReport } from '../model.ts';
import { entryContext, reportContext, shownOfReport, type JsonColumn } from './json-column.ts';

const batch = 500;

interface PlainRow {
  readonly name: string;
  readonly value: object;
}

/**
 * Seals what was written before there was a key. A row that changes meanwhile is left to its
 * writer.
 */
export async function sealRows(pool: Pool, schema: string, json: JsonColumn): Promise<void> {
  await sealColumn(pool, { table: `${schema}.entry`, name: 'id', column: 'entry' }, (value, id) =>
    json.write(json.read(value, entryContext(id)) as object, entryContext(id)),
  );
  await sealColumn(pool, { table: `${schema}.report`, name: 'key', column: 'item' }, (value, key) => {
    const item = json.read(value, reportContext(key)) as UnmatchedReport;
    return json.write(item, reportContext(key), shownOfReport(item));
  });
}

async function sealColumn(
  pool: Pool,
  { table, name, column }: { readonly table: string; readonly name: string; readonly column: string },
  seal: (value: object, name: string) => string,
): Promise<void> {
  let after = '';
  for (;;) {
    const { rows } = await pool.query<PlainRow>(
      `SELECT ${name} AS name, ${column} AS value FROM ${table}
       WHERE ${name} > $1 AND NOT ${column} ? 'sealed' ORDER BY ${name} LIMIT ${String(batch)}`,
      [after],
    );

    for (const row of rows) {
      await pool.query(`UPDATE ${table} SET ${column} = $2 WHERE ${name} = $1 AND ${column} = $3`, [
        row.name,
        seal(row.value, row.name),
        JSON.stringify(row.value),
      ]);
    }

    const last = rows.at(-1);
    if (!last) return;
    after = last.name;
  }
}
