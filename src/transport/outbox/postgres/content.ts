import type { Pool, PoolClient } from 'pg';

import { TerrESanteError } from '../../../errors.ts';
import type { ByteSource } from '../../../internal/bytes.ts';
import type { OutboxEntry } from '../model.ts';
import { unreadable, type Seal } from '../seal.ts';
import { postgresWork } from './transaction.ts';

/** Where the messages are, and what closes them. */
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
  let part = 0;
  let total = 0;
  let waiting: Uint8Array[] = [];
  let length = 0;
  const write = async (bytes: Uint8Array): Promise<void> => {
    const closed = Buffer.from(seal.close(bytes, context(entry, part)));
    await client.query(`INSERT INTO ${schema}.content VALUES ($1,$2,$3,$4)`, [
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

/**
 * The message of an entry, part by part at each opening. @throws TerrESanteError `TE_OUTBOX` when
 * it is not kept.
 */
export async function readContent(pool: Pool, place: ContentPlace, entry: OutboxEntry): Promise<ByteSource> {
  const { schema, seal } = place;
  const read = (part: number): Promise<Uint8Array | null> =>
    postgresWork(async () => {
      const { rows } = await pool.query<{ bytes: Buffer }>(
        `SELECT bytes FROM ${schema}.content WHERE id=$1 AND generation=$2 AND part=$3`,
        [entry.id, entry.generation, part],
      );
      return rows[0] ? seal.open(rows[0].bytes, context(entry, part)) : null;
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
