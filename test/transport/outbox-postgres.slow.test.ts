import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { postgresPrograms, startPostgres } from '../../scripts/postgres.mjs';

import { bytesSource } from '../../src/internal/bytes.ts';
import {
  createOutbox,
  followReports,
  openPostgresStore,
  type Mailbox,
  type MailReport,
  type Outbox,
  type OutboxOptions,
  type OutboxStore,
  type PostgresOptions,
} from '../../src/transport/index.ts';
import { entryId } from '../../src/transport/outbox/identity.ts';
import { skipBecause } from '../helpers/require-tool.ts';
import { fixtureSubmission, fromMailSystem, outboxEntry, senderAddress } from './fixtures.ts';

const noPostgres = postgresPrograms() === null && skipBecause('not installed: postgresql');
/** A patient is written to: the mailbox is the INS. */
const patientIns = '184059912345656';
const patientMailbox = `${patientIns}@patient.mssante.fr`;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function outboxOver(store: OutboxStore, change: Partial<OutboxOptions> = {}): Outbox {
  const outbox = createOutbox({
    store,
    carrier: {
      compose: async (_, identifiers) => ({
        ...identifiers,
        envelope: { from: senderAddress, to: patientMailbox },
        byteLength: 5,
        content: bytesSource(Buffer.from('texte')),
      }),
      send: async () => ({ smtpCode: 250, enhancedStatus: null }),
    },
    senderDomain: 'cabinet.mssante.fr',
    sends: false,
    pollMs: 20,
    ...change,
  });
  cleanups.push(() => outbox.close({ graceMs: 0 }));
  return outbox;
}

const report = (change: Partial<MailReport>): MailReport => ({
  kind: 'dsn',
  reportId: '<r@server>',
  source: fromMailSystem,
  envelopeId: null,
  messageIds: ['<unknown@server>'],
  recipients: [{ original: null, final: patientMailbox, verdict: 'failed', status: '5.1.1', code: null }],
  ...change,
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe.skipIf(noPostgres)('an outbox in PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof startPostgres>>;
  let count = 0;
  beforeAll(async () => {
    database = await startPostgres();
  });
  afterAll(() => database.stop());

  const fresh = (): string => `own_${String((count += 1))}`;
  const open = (change: Partial<PostgresOptions> = {}): Promise<OutboxStore> =>
    openPostgresStore({ connectionString: database.connectionString, schema: fresh(), ...change });

  /** Every row of every table, as somebody who reads the disk sees them. */
  async function dump(schema: string): Promise<string> {
    const { Client } = await import('pg');
    const client = new Client({ connectionString: database.connectionString });
    await client.connect();
    const texts: string[] = [];
    for (const table of ['entry', 'name', 'content', 'report']) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${schema}.${table} t`);
      texts.push(...rows.map(({ row }) => row));
    }
    await client.end();
    return texts.join('\n');
  }

  describe('with a key', () => {
    it('holds no INS in clear, neither in entries nor in reports', async () => {
      const schema = fresh();
      const outbox = outboxOver(await open({ schema, key: randomBytes(32) }));
      await outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }));
      await outbox.applyReport(report({}));

      const written = await dump(schema);
      expect(written).toContain('sealed');
      expect(written).not.toContain(patientIns);
    });

    it('seals what was written without one, and the other key opens nothing', async () => {
      const schema = fresh();
      const before = outboxOver(await open({ schema }));
      await before.deposit(fixtureSubmission({ uniqueId: '1.1' }));
      await before.applyReport(report({ reportId: '<nul\0@server>' }));
      await before.close();
      expect(await dump(schema)).toContain(patientIns);

      const key = randomBytes(32);
      const after = outboxOver(await open({ schema, key }));
      expect(await dump(schema)).not.toContain(patientIns);
      expect((await after.status('1.1'))?.state).toBe('queued');
      expect((await all(after.unmatched())).map((item) => item.report.reportId)).toEqual(['<nul\0@server>']);

      for (const other of [randomBytes(32), undefined]) {
        const wrong = outboxOver(await open({ schema, key: other }));
        await expect(wrong.status('1.1')).rejects.toMatchObject({ code: 'TE_OUTBOX' });
      }
    });
  });

  it('survives a restart of the database', async () => {
    const store = await open();
    cleanups.push(() => store.close());
    const content = randomBytes(10);
    await store.add(outboxEntry(['1.1'], content), bytesSource(content));

    await database.crash();
    const again = await store.get(entryId(['1.1'])).catch(() => store.get(entryId(['1.1'])));
    expect(again?.work).toBe('queued');
  });

  it('opens no sealed value in the place of another', async () => {
    const schema = fresh();
    const outbox = outboxOver(await open({ schema, key: randomBytes(32) }));
    await outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }));
    await outbox.deposit(fixtureSubmission({ uniqueId: '1.2' }));

    const { Client } = await import('pg');
    const client = new Client({ connectionString: database.connectionString });
    await client.connect();
    await client.query(`UPDATE ${schema}.entry SET entry = (SELECT entry FROM ${schema}.entry ORDER BY id LIMIT 1)`);
    await client.end();
    const statuses = await Promise.allSettled(['1.1', '1.2'].map((id) => outbox.status(id)));
    expect(statuses.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('forgets what ended before an instant, with its message, and nothing that waits', async () => {
    const schema = fresh();
    const first = outboxOver(await open({ schema }));
    for (const uniqueId of ['1.1', '1.2']) await first.deposit(fixtureSubmission({ uniqueId }));
    await first.cancel('1.1');
    await first.close();

    const later = new Date(Date.now() + 86_400_000).toISOString();
    const kept = outboxOver(await open({ schema, purgeBefore: '2020-01-01T00:00:00Z' }));
    expect((await kept.status('1.1'))?.state).not.toBeUndefined();
    const after = outboxOver(await open({ schema, purgeBefore: later }));
    expect(await after.status('1.1')).toBeNull();
    expect((await after.status('1.2'))?.state).toBe('queued');
    expect(await dump(schema)).not.toContain(entryId(['1.1']));
  });

  it('takes over the tables of the first version, with what waits in them', async () => {
    const schema = fresh();
    await outboxOver(await open({ schema })).deposit(fixtureSubmission({ uniqueId: '1.1' }));
    const { Client } = await import('pg');
    const client = new Client({ connectionString: database.connectionString });
    await client.connect();
    const later = ['claimed_at', 'lapsed', 'state', 'problem', 'owned_by', 'made_at', 'counted'];
    await client.query(`ALTER TABLE ${schema}.entry ${later.map((name) => `DROP COLUMN ${name}`).join(', ')}`);
    await client.query(`DELETE FROM ${schema}.migration WHERE version > 1`);
    await client.end();

    const after = outboxOver(await open({ schema }), { sends: true });
    const { states } = await after.summary();
    expect(Object.values(states).reduce((sum, count) => sum + count)).toBe(1);
    await expect.poll(async () => (await after.status('1.1'))?.state).toBe('accepted');
  });

  describe('keeps texts that a column cannot hold', () => {
    it.each([
      ['a NUL', '<a\0b@server>'],
      ['a lone high surrogate', '<a\ud800b@server>'],
      ['a lone low surrogate', '<\udfffb@server>'],
      ['a backslash before it', '<\\\0@server>'],
      ['what only looks like one', '<\\u0000@server>'],
      ['an emoji', '<😀@server>'],
    ])('%s', async (_, reportId) => {
      for (const key of [undefined, randomBytes(32)]) {
        const outbox = outboxOver(await open({ key }), { sends: true });
        const { envelopeId } = await outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }));

        expect(await outbox.applyReport(report({ reportId, messageIds: ['<x\0@y>'] }))).toBe('unmatched');
        expect((await all(outbox.unmatched()))[0]?.report.reportId).toBe(reportId);

        // Also where the report belongs to a deposit: it becomes part of the entry.
        await expect.poll(async () => (await outbox.status('1.1'))?.state).toBe('accepted');
        await outbox.applyReport(report({ reportId, envelopeId }));
        expect((await outbox.status('1.1'))?.evidence?.map((fact) => fact.reportId)).toContain(reportId);
      }
    });
  });

  it('reads the reports after a bad one', async () => {
    const outbox = outboxOver(await open());
    const ids = ['<r1@x>', '<a\0b@x>', '<\ud800@x>', '<r4@x>'];
    const items = ids.map((reportId, index) => ({
      cursor: `7:${String(index)}`,
      report: report({ reportId, messageIds: [`<m${String(index)}@x>`] }),
    }));
    async function* read(): AsyncGenerator {
      yield* items;
    }

    const outcomes = await all(followReports(outbox, { read, watch: read } as unknown as Mailbox));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(4).fill('unmatched'));
  });

  describe('that is only looked at', () => {
    it('makes and migrates nothing', async () => {
      const schema = fresh();
      await expect(open({ schema, readOnly: true })).rejects.toMatchObject({
        code: 'TE_OUTBOX',
        details: { reason: 'other-version', found: 0 },
      });
      await (await open({ schema })).close();

      const { Client } = await import('pg');
      const client = new Client({ connectionString: database.connectionString });
      await client.connect();
      await client.query(`DELETE FROM ${schema}.migration WHERE version > 1`);
      await expect(open({ schema, readOnly: true })).rejects.toMatchObject({ details: { found: 1 } });
      const { rows } = await client.query(`SELECT version FROM ${schema}.migration`);
      expect(rows).toEqual([{ version: 1 }]);
      await client.end();
    });

    it('shows what is there', async () => {
      const schema = fresh();
      await outboxOver(await open({ schema })).deposit(fixtureSubmission({ uniqueId: '1.1' }));
      expect(await all(outboxOver(await open({ schema, readOnly: true })).list())).toHaveLength(1);
    });
  });

  describe('behind a connection that goes silent', () => {
    /** Passes bytes on until it is frozen: nothing comes, and nothing says so. */
    async function silentProxy(): Promise<{ url: string; freeze: () => void }> {
      let frozen = false;
      const sockets = new Set<Socket>();
      const server = createServer((near) => {
        const far = connect(Number(new URL(database.connectionString).port), '127.0.0.1');
        for (const [from, to] of [
          [near, far],
          [far, near],
        ] as const) {
          sockets.add(from);
          from.on('error', () => undefined);
          from.on('data', (bytes) => frozen || to.write(bytes));
        }
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      cleanups.push(() => {
        for (const socket of sockets) socket.destroy();
        server.close();
      });
      const url = new URL(database.connectionString);
      url.port = String((server.address() as AddressInfo).port);
      return { url: url.href, freeze: () => (frozen = true) };
    }

    it('ends every call: by its signal, by the deadline of the store, by its grace', async () => {
      const proxy = await silentProxy();
      const errors: string[] = [];
      // Long enough for the opening on a busy machine: the calls below wait for it side by side.
      const outbox = outboxOver(await open({ connectionString: proxy.url, timeoutMs: 1_500 }), {
        sends: true,
        onError: ({ code }) => errors.push(code),
      });
      await outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }));
      proxy.freeze();

      await Promise.all([
        expect(outbox.status('1.1')).rejects.toMatchObject({
          code: 'TE_OUTBOX',
          retryable: true,
          details: { reason: 'no-answer' },
        }),
        expect(outbox.deposit(fixtureSubmission({ uniqueId: '1.2' }))).rejects.toMatchObject({ code: 'TE_OUTBOX' }),
        expect(all(outbox.list())).rejects.toMatchObject({ code: 'TE_OUTBOX' }),
        expect(outbox.applyReport(report({}))).rejects.toMatchObject({ code: 'TE_OUTBOX' }),
      ]);
      await expect.poll(() => errors, { timeout: 10_000 }).toContain('TE_OUTBOX');
      await outbox.stop({ graceMs: 0 });
      await outbox.close({ graceMs: 0 });
    });

    it('ends a deposit by its signal, long before the deadline of the store', async () => {
      const proxy = await silentProxy();
      const outbox = outboxOver(await open({ connectionString: proxy.url, timeoutMs: 600_000 }));
      await outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }));
      proxy.freeze();

      const giveUp = new AbortController();
      const deposit = outbox.deposit(fixtureSubmission({ uniqueId: '1.2' }), { signal: giveUp.signal });
      giveUp.abort();
      await expect(deposit).rejects.toMatchObject({ code: 'TE_CANCELLED' });
      await expect(outbox.status('1.1', { timeoutMs: 20 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
      await outbox.close({ graceMs: 0 });
    });

    it('ends the opening', async () => {
      const proxy = await silentProxy();
      proxy.freeze();
      await expect(open({ connectionString: proxy.url, timeoutMs: 100 })).rejects.toMatchObject({
        code: 'TE_OUTBOX',
        details: { reason: 'no-answer' },
      });
    });
  });
});
