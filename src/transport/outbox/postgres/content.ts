import type { Pool, PoolClient } from 'pg';

import { TerrESanteError } from '../../../errors.ts';
import type { ByteSource } from '../../../internal/bytes.ts';
import type { OutboxEntry } from '../model.ts';
import { unreadable, type Seal } from '../seal.ts';
import { postgresWork } from './transaction.ts';

/** Where the messages are, and the seal over them. */
export interface ContentPlace {
  readonly schema: string;
  readonly seal: Seal;
}

const partBytes = 256 * 1_024;

const context = (entry: OutboxEntry, part: number): string => `${entry.id}.${String(entry.generation)}/${String(part)}`;

/** Writes a message in parts, inside the transaction that adds its entry. */
export async function writeContent(
  client: PoolClient,
  place: ContentPlace,
  entry: OutboxEntry,
  content: ByteSource,
): Promise<void> {
  const { schema, seal } = place;
  let total = 0;
  let part = 0;

  for await (const bytes of inParts(content)) {
    total += bytes.length;
    await client.query(`INSERT INTO ${schema}.content VALUES ($1,$2,$3,$4)`, [
      entry.id,
      entry.generation,
      part,
      Buffer.from(seal.close(bytes, context(entry, part))),
    ]);
    part += 1;
  }
  if (total !== entry.byteLength) throw unreadable();
}

/** Cuts a source in parts of {@link partBytes} bytes; the last one may be shorter. */
async function* inParts(content: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  let waiting: Uint8Array[] = [];
  let length = 0;

  for await (const chunk of content.open()) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < partBytes) continue;

    const bytes = Buffer.concat(waiting);
    const whole = bytes.length - (bytes.length % partBytes);
    for (let at = 0; at < whole; at += partBytes) yield bytes.subarray(at, at + partBytes);
    waiting = [bytes.subarray(whole)];
    length = bytes.length - whole;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

/**
 * The message of an entry, read part by part at each opening.
 *
 * @throws TerrESanteError `TE_OUTBOX` when it is not stored any more.
 */
export async function readContent(pool: Pool, place: ContentPlace, entry: OutboxEntry): Promise<ByteSource> {
  const { byteLength } = entry;
  const first = await readPart(pool, place, entry, 0);
  if (!first) throw new TerrESanteError('TE_OUTBOX', "Le message n'est plus conservé : il faut déposer de nouveau.");

  return {
    byteLength,
    async *open() {
      let left = byteLength;
      for (let part = 0; left > 0; part += 1) {
        const bytes = part === 0 ? first : await readPart(pool, place, entry, part);
        if (!bytes) throw unreadable();

        left -= bytes.length;
        yield bytes;
      }
    },
  };
}

function readPart(pool: Pool, place: ContentPlace, entry: OutboxEntry, part: number): Promise<Uint8Array | null> {
  const { schema, seal } = place;

  return postgresWork(async () => {
    const { rows } = await pool.query<{ bytes: Buffer }>(
      `SELECT bytes FROM ${schema}.content WHERE id=$1 AND generation=$2 AND part=$3`,
      [entry.id, entry.generation, part],
    );
    return rows[0] ? seal.open(rows[0].bytes, context(entry, part)) : null;
  });
}
