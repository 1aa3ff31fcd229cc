import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { postgresPrograms, startPostgres } from '../../scripts/postgres.mjs';

import { bytesSource, collect } from '../../src/internal/bytes.ts';
import {
  createMemoryStore,
  openPostgresStore,
  openSpoolStore,
  type OutboxEntry,
  type OutboxStore,
} from '../../src/transport/index.ts';
import { isOf } from '../../src/transport/outbox/depositor.ts';
import { DueQueue } from '../../src/transport/outbox/due-queue.ts';
import { entryId } from '../../src/transport/outbox/identity.ts';
import { migrations } from '../../src/transport/outbox/postgres/migrations.ts';
import { summaryOf } from '../../src/transport/outbox/tally.ts';
import { receiptOf } from '../../src/transport/receipt/receipt.ts';
import { withSubmission } from '../../src/transport/receipt/track.ts';
import { skipBecause } from '../helpers/require-tool.ts';
import { canary, depositAddress, fromMailSystem, outboxEntry, senderAddress } from './fixtures.ts';

const folders: string[] = [];
const open: OutboxStore[] = [];
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'spool-'));
  folders.push(made);
  return made;
};
const keep = <T extends OutboxStore>(store: T): T => {
  open.push(store);
  return store;
};

const done = (claim: OutboxEntry): OutboxEntry => ({
  ...claim,
  work: 'done',
  owner: null,
  hasContent: false,
  outcomeUnknown: false,
  revision: claim.revision + 1,
});
const all = async (store: OutboxStore): Promise<OutboxEntry[]> => {
  const list: OutboxEntry[] = [];
  for await (const item of store.list()) list.push(item);
  return list;
};

/** Who looks: the whole, one depositor by name and by mailbox, and nobody's. */
const lookers = [
  null,
  { id: 'a', address: senderAddress },
  { id: 'b', address: 'autre@cabinet.example' },
  { id: 'c', address: 'personne@cabinet.example' },
];

/** What a store counts is what its receipts say, for each depositor. */
async function expectCounts(store: OutboxStore): Promise<void> {
  for (const who of lookers) {
    const seen = async function* (): AsyncGenerator<ReturnType<typeof receiptOf>> {
      const depositor = who && { ...who, compose: () => Promise.reject(new Error('never')) };
      for await (const entry of store.list()) if (isOf(entry, depositor)) yield receiptOf(entry);
    };
    expect(await store.summary?.(who)).toEqual(await summaryOf(seen()));
  }
}

const kinds = {
  memory: async (): Promise<OutboxStore> => createMemoryStore(),
  spool: (): Promise<OutboxStore> => openSpoolStore({ folder: folder() }),
  'encrypted spool': (): Promise<OutboxStore> => openSpoolStore({ folder: folder(), key: randomBytes(32) }),
};

/** What every store owes. */
function contract(make: () => Promise<OutboxStore>): void {
  it('keeps an entry and its message', async () => {
    const store = keep(await make());
    const content = randomBytes(200_001);
    const made = outboxEntry(['1.2.3'], content);
    expect(await store.add(made, bytesSource(content))).toBeNull();
    expect(await store.get(made.id)).toEqual(made);
    expect(Buffer.compare(await collect((await store.content(made)).open()), content)).toBe(0);
    expect(await store.nextDue()).toBe(1_000);
    expect(await all(store)).toEqual([made]);
  });

  it('takes a document version once, alone or among others', async () => {
    const store = keep(await make());
    const content = randomBytes(10);
    const several = outboxEntry(['1.2.3', '1.2.4'], content);
    expect(await store.add(several, bytesSource(content))).toBeNull();
    expect(await store.add(several, bytesSource(content))).toEqual(several);
    expect(await store.add(outboxEntry(['1.2.4'], content), bytesSource(content))).toEqual(several);
    expect(await store.add(outboxEntry(['1.2.5', '1.2.3'], content), bytesSource(content))).toEqual(several);
    expect(await store.get(entryId(['1.2.3']))).toEqual(several);
    const both = await Promise.all(
      ['a', 'b'].map(() => store.add(outboxEntry(['1.2.9'], content), bytesSource(content))),
    );
    expect(both.filter((existing) => existing === null)).toHaveLength(1);
  });

  it('gives each due entry to one claimer, and again when the lease has ended', async () => {
    const store = keep(await make());
    const content = randomBytes(10);
    for (let count = 0; count < 20; count += 1) {
      await store.add(outboxEntry([`1.${String(count)}`], content, { nextAt: 1_000 + count }), bytesSource(content));
    }
    expect(await store.claim({ now: 999, limit: 5, owner: 'a', leaseMs: 100 })).toHaveLength(0);
    const first = await store.claim({ now: 2_000, limit: 12, owner: 'a', leaseMs: 100 });
    const second = await store.claim({ now: 2_000, limit: 12, owner: 'b', leaseMs: 200 });
    expect([first.length, second.length]).toEqual([12, 8]);
    expect(new Set([...first, ...second].map(({ id }) => id)).size).toBe(20);
    expect(first[0]).toMatchObject({ work: 'sending', owner: 'a', nextAt: 2_100, outcomeUnknown: false, revision: 2 });
    const late = await store.claim({ now: 2_100, limit: 1, owner: 'b', leaseMs: 100 });
    expect(late[0]).toMatchObject({ owner: 'b', outcomeUnknown: true, revision: 3 });
    const loser = first.find(({ id }) => id === late[0]!.id)!;
    expect(await store.save(done(loser))).toBe(false);
    expect(await store.save(done(late[0]!), { dropContent: true })).toBe(true);
    expect(await store.get(loser.id)).toMatchObject({ work: 'done' });
    await expect(store.content(loser)).rejects.toMatchObject({ code: 'TE_OUTBOX' });
  });

  it('gives an entry the time that it had when it was due, and counts a lost lease as an attempt', async () => {
    const store = keep(await make());
    const content = randomBytes(10);
    await store.add(outboxEntry(['1.2.3'], content, { nextAt: 1_000, expiresAt: 1_500 }), bytesSource(content));

    const [late] = await store.claim({ now: 9_000, limit: 5, owner: 'a', leaseMs: 100 });
    expect(late).toMatchObject({ expiresAt: 9_500, attempts: 0 });
    const [again] = await store.claim({ now: 20_000, limit: 5, owner: 'b', leaseMs: 100 });
    expect(again).toMatchObject({ expiresAt: 20_500, attempts: 1 });
    const [third] = await store.claim({ now: 30_000, limit: 5, owner: 'b', leaseMs: 100 });
    expect(third).toMatchObject({ expiresAt: 30_500, attempts: 2 });
    expect(await store.get(third!.id)).toMatchObject({ expiresAt: 30_500, attempts: 2 });

    await store.save({ ...third!, work: 'queued', owner: null, nextAt: 31_000, revision: third!.revision + 1 });
    const [queued] = await store.claim({ now: 31_000, limit: 5, owner: 'b', leaseMs: 100 });
    expect(queued).toMatchObject({ expiresAt: 30_500, attempts: 2 });
  });

  it('does not wait for what a clock that was set back had planned', async () => {
    const store = keep(await make());
    const content = randomBytes(10);
    const day = 86_400_000;
    const request = { limit: 5, leaseMs: 100, longestWaitMs: 1_000 };
    await store.add(outboxEntry(['1.1'], content, { nextAt: 2 * day, expiresAt: 2 * day + 50 }), bytesSource(content));
    await store.add(outboxEntry(['1.2'], content, { nextAt: day + 900 }), bytesSource(content));

    // It may take a second claim: the first one brings it near.
    const claimAt = async (now: number): Promise<string[][]> => {
      const first = await store.claim({ ...request, now, owner: 'a' });
      const second = await store.claim({ ...request, now, owner: 'a' });
      return [...first, ...second].map(({ uniqueIds }) => [...uniqueIds]);
    };
    expect(await claimAt(day)).toEqual([['1.1']]);
    expect(await store.get(entryId(['1.1']))).toMatchObject({ expiresAt: day + 50 });

    // A planned wait is kept, a lease too: another clock began it, so it ends a lease from now on.
    expect(await claimAt(day + 50)).toEqual([]);
    expect(await claimAt(500)).toEqual([['1.2']]);
    expect(await claimAt(550)).toEqual([]);
    // Both are due at the same moment: in any order.
    expect((await claimAt(601)).sort()).toEqual([['1.1'], ['1.2']]);
  });

  it('counts as its receipts do, whatever happens meanwhile', async () => {
    const store = keep(await make());
    if (!store.summary) return;

    const content = randomBytes(10);
    const add = (number: number, change: Partial<OutboxEntry> = {}): Promise<unknown> =>
      store.add(
        outboxEntry([`1.${String(number)}`], content, { createdAt: 1_000 + number, nextAt: number, ...change }),
        bytesSource(content),
      );
    const failure = { code: 'TE_UNAVAILABLE', smtpCode: 451, at: 9 } as const;
    const edited = async (claim: OutboxEntry, state: 'queued' | 'undeliverable' | 'accepted'): Promise<void> => {
      const work = { queued: 'queued', undeliverable: 'failed', accepted: 'done' } as const;
      const track = withSubmission(claim.track, state, '2026-03-01T09:31:00.000Z');
      const lastError = state === 'accepted' ? null : failure;
      const next = { ...claim, work: work[state], owner: null, track, lastError, revision: claim.revision + 1 };
      expect(await store.save({ ...next, nextAt: 1e6 })).toBe(true);
    };

    await expectCounts(store);
    for (let number = 0; number < 12; number += 1) {
      const from = number % 3 === 0 ? 'autre@cabinet.example' : senderAddress;
      const depositor = number % 4 === 0 ? 'b' : undefined;
      await add(number, { depositor, envelope: { from, to: depositAddress } });
    }
    await expectCounts(store);

    // Changes during the first count after an opening, too.
    const counting = store.summary(null);
    const claims = await store.claim({ now: 6, limit: 5, owner: 'a', leaseMs: 1_000 });
    await counting;
    await expectCounts(store);

    const [first, second, third, ...others] = claims;
    await edited(first!, 'accepted');
    await edited(second!, 'undeliverable');
    await edited(third!, 'queued');
    await expectCounts(store);
    expect(await store.summary(null)).toMatchObject({ waiting: 10, problems: { TE_UNAVAILABLE: 2 } });

    // A failed one that gives way, one that another writer changed first, a lease that ended.
    const failed = (await store.get(second!.id))!;
    const fresh = { generation: 2, revision: failed.revision + 1 };
    expect(
      await store.add(outboxEntry(second!.uniqueIds, content, fresh), bytesSource(content), failed.revision),
    ).toBeNull();
    expect(await store.save({ ...others[0]!, revision: 9 })).toBe(false);
    await store.claim({ now: 5_000, limit: 50, owner: 'b', leaseMs: 1_000 });
    await expectCounts(store);
  });

  it('replaces a failed entry by a new message', async () => {
    const store = keep(await make());
    const content = randomBytes(10);
    const old = outboxEntry(['1.2.3'], content);
    await store.add(old, bytesSource(content));
    const failed: OutboxEntry = { ...old, work: 'failed', revision: 2 };
    expect(await store.save(failed)).toBe(true);
    expect(await store.nextDue()).toBeNull();
    const fresh = randomBytes(20);
    const next = outboxEntry(['1.2.3'], fresh, { generation: 2, revision: 3 });
    expect(await store.add(next, bytesSource(fresh), 1)).toMatchObject({ work: 'failed' });
    expect(await store.add(next, bytesSource(fresh), 2)).toBeNull();
    const [claim] = await store.claim({ now: 5_000, limit: 5, owner: 'a', leaseMs: 100 });
    expect(claim).toMatchObject({ generation: 2 });
    expect(Buffer.compare(await collect((await store.content(claim!)).open()), fresh)).toBe(0);
  });

  it('lists reports that belong to no deposit', async () => {
    const store = keep(await make());
    const report = {
      kind: 'dsn' as const,
      reportId: '<r@x>',
      envelopeId: 'e',
      messageIds: [],
      source: fromMailSystem,
      recipients: [],
    };
    await store.addUnmatched({ report, at: 'x' });
    await store.addUnmatched({ report, at: 'x' });
    const list = [];
    for await (const item of store.unmatched()) list.push(item);
    expect(list).toEqual([{ report, at: 'x' }]);
    expect(await store.erase?.({ entries: [], reports: [{ report, at: 'x' }] })).toBe(0);
    for await (const item of store.unmatched()) expect(item).toBeUndefined();
  });

  it('removes entries for good, and none that waits or that somebody changed since', async () => {
    const store = keep(await make());
    const content = randomBytes(10);
    const ids = ['1.1', '1.2', '1.3', '1.4'];
    for (const id of ids) await store.add(outboxEntry([id, `2.${id}`], content), bytesSource(content));
    const claims = await store.claim({ now: 2_000, limit: 3, owner: 'a', leaseMs: 1_000 });
    const ended = claims.map((claim) => done(claim));
    for (const entry of ended) expect(await store.save(entry, { dropContent: true })).toBe(true);
    const later = { ...ended[0]!, revision: ended[0]!.revision + 1 };
    expect(await store.save(later)).toBe(true);
    await store.summary?.(null);

    const waiting = (await all(store)).find(({ work }) => work === 'queued')!;
    expect(await store.erase?.({ entries: [...ended, waiting], reports: [] })).toBe(2);
    const gone = ended.slice(1);
    const left = [later.id, waiting.id].sort();
    expect((await all(store)).map(({ id }) => id).sort()).toEqual(left);
    for (const { id, uniqueIds } of gone) {
      expect([await store.get(id), await store.get(entryId([uniqueIds[0]!]))]).toEqual([null, null]);
    }
    if (store.summary) await expectCounts(store);
    // What was removed is free again, whole.
    const again = outboxEntry(gone[0]!.uniqueIds, content);
    expect(await store.add(again, bytesSource(content))).toBeNull();
    expect((await store.claim({ now: 9_000, limit: 9, owner: 'b', leaseMs: 1 })).map(({ id }) => id).sort()).toEqual(
      [waiting.id, again.id].sort(),
    );
  });
}

describe.each(Object.entries(kinds))('%s store', (_, make) => contract(make));

const noPostgres = postgresPrograms() === null && skipBecause('not installed: postgresql');

describe.skipIf(noPostgres)('PostgreSQL store', () => {
  let database: Awaited<ReturnType<typeof startPostgres>>;
  let count = 0;
  const fresh = (): string => `box_${String((count += 1))}`;
  beforeAll(async () => {
    database = await startPostgres();
  });
  afterAll(() => database.stop());

  describe('plain', () =>
    contract(() => openPostgresStore({ connectionString: database.connectionString, schema: fresh() })));
  describe('encrypted', () =>
    contract(() =>
      openPostgresStore({ connectionString: database.connectionString, schema: fresh(), key: randomBytes(32) }),
    ));

  it('gives each entry to one of four workers, whatever happens at once', async () => {
    const schema = fresh();
    const stores = await Promise.all(
      [1, 2, 3, 4].map(async () =>
        keep(await openPostgresStore({ connectionString: database.connectionString, schema })),
      ),
    );
    const content = randomBytes(10);
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        stores[index % 4]!.add(outboxEntry([`1.${String(index)}`], content), bytesSource(content)),
      ),
    );
    const claims = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        stores[index % 4]!.claim({ now: 2_000, limit: 5, owner: String(index), leaseMs: 1_000 }),
      ),
    );
    const ids = claims.flat().map(({ id }) => id);
    expect(ids).toHaveLength(100);
    expect(new Set(ids).size).toBe(100);
    expect((await stores[1]!.get(ids[0]!))?.track.submission).toBe('sending');
  });

  it('counts rows of an earlier version too, and reads only these', async () => {
    const schema = fresh();
    const key = randomBytes(32);
    const store = keep(await openPostgresStore({ connectionString: database.connectionString, schema, key }));
    const content = randomBytes(10);
    for (const number of [1, 2, 3])
      await store.add(outboxEntry([`1.${String(number)}`], content), bytesSource(content));
    const { Client } = await import('pg');
    const client = new Client({ connectionString: database.connectionString });
    await client.connect();
    await client.query(`UPDATE ${schema}.entry SET counted = NULL, state = NULL WHERE id = $1`, [entryId(['1.1'])]);
    await expectCounts(store);

    // What is counted is not opened: here it could not be.
    await client.query(`UPDATE ${schema}.entry SET entry = '{"sealed":"AA=="}' WHERE id = $1`, [entryId(['1.2'])]);
    expect(await store.summary?.(null)).toMatchObject({ states: { queued: 3 } });
    await client.end();
  });

  it('holds no trait in its columns, and nothing readable with a key', async () => {
    const schema = fresh();
    const key = randomBytes(32);
    const store = keep(await openPostgresStore({ connectionString: database.connectionString, schema, key }));
    const content = Buffer.from(`${canary.family} ${canary.ins}`.repeat(20_000));
    await store.add(outboxEntry(['2.999.1.77'], content), bytesSource(content));
    const { Client } = await import('pg');
    const client = new Client({ connectionString: database.connectionString });
    await client.connect();
    const { rows } = await client.query(
      `SELECT e.*, encode(c.bytes, 'escape') AS bytes FROM ${schema}.entry e JOIN ${schema}.content c USING (id)`,
    );
    await client.end();
    expect(rows.length).toBeGreaterThan(1);
    for (const trace of [canary.family, canary.ins]) expect(JSON.stringify(rows)).not.toContain(trace);
  });

  it('refuses the tables of a later version, and names both', async () => {
    const schema = fresh();
    await (await openPostgresStore({ connectionString: database.connectionString, schema })).close();
    const { Client } = await import('pg');
    const client = new Client({ connectionString: database.connectionString });
    await client.connect();
    await client.query(`INSERT INTO ${schema}.migration VALUES (99)`);
    await client.end();
    await expect(openPostgresStore({ connectionString: database.connectionString, schema })).rejects.toMatchObject({
      code: 'TE_OUTBOX',
      message: expect.stringContaining('99') as string,
      details: { reason: 'other-version', found: 99, expected: migrations.length },
    });
  });

  it('says that it cannot be reached, without the address', async () => {
    const error = await openPostgresStore({
      connectionString: 'postgresql://secretuser:secretpassword@127.0.0.1:1/x',
    }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'TE_OUTBOX', retryable: true });
    expect(JSON.stringify(error) + String(error)).not.toContain('secret');
  });

  it('refuses a schema name that is not a plain word', async () => {
    await expect(
      openPostgresStore({ connectionString: database.connectionString, schema: 'a; DROP TABLE x' }),
    ).rejects.toMatchObject({ code: 'TE_CONFIG_INVALID' });
  });
});

describe('spool', () => {
  it('is the same after it was closed, and after it was left', async () => {
    const where = folder();
    const content = randomBytes(100);
    const first = await openSpoolStore({ folder: where });
    for (let count = 0; count < 30; count += 1) {
      await first.add(outboxEntry([`1.${String(count)}`], content), bytesSource(content));
    }
    const claims = await first.claim({ now: 2_000, limit: 20, owner: 'a', leaseMs: 1e6 });
    for (const claim of claims.slice(0, 10)) await first.save(done(claim), { dropContent: true });
    for (const claim of claims.slice(10, 15)) {
      await first.save({ ...claim, work: 'failed', owner: null, revision: claim.revision + 1 });
    }
    await first.close();
    const second = keep(await openSpoolStore({ folder: where }));
    const works = (await all(second)).map(({ work }) => work).sort();
    expect(works).toEqual([
      ...Array<string>(10).fill('done'),
      ...Array<string>(5).fill('failed'),
      ...Array<string>(10).fill('queued'),
      ...Array<string>(5).fill('sending'),
    ]);
    const again = await second.claim({ now: 2_000, limit: 100, owner: 'b', leaseMs: 1e6 });
    expect(again).toHaveLength(15);
    expect(again.filter(({ outcomeUnknown }) => outcomeUnknown)).toHaveLength(5);
  });

  it('is open once', async () => {
    const where = folder();
    keep(await openSpoolStore({ folder: where }));
    await expect(openSpoolStore({ folder: where })).rejects.toMatchObject({
      code: 'TE_OUTBOX',
      details: { reason: 'locked' },
    });
  });

  it('is taken from a dead process, and doubts what was queued', async () => {
    const where = folder();
    const content = randomBytes(10);
    const first = await openSpoolStore({ folder: where });
    await first.add(outboxEntry(['1.1'], content), bytesSource(content));
    await first.close();
    // As an earlier version left it.
    rmSync(join(where, 'lock'), { recursive: true });
    writeFileSync(
      join(where, 'lock'),
      JSON.stringify({ pid: 2 ** 22 + 1, host: (await import('node:os')).hostname(), started: '1', token: 't' }),
    );
    const second = keep(await openSpoolStore({ folder: where }));
    expect(await second.claim({ now: 2_000, limit: 1, owner: 'a', leaseMs: 1 })).toMatchObject([
      { outcomeUnknown: true },
    ]);
  });

  it('encrypts everything that the host gave it, and needs the right key', async () => {
    const where = folder();
    const key = randomBytes(32);
    const content = Buffer.from(`${canary.family} ${canary.ins}`.repeat(5_000));
    const store = await openSpoolStore({ folder: where, key });
    await store.add(outboxEntry(['2.999.1.77'], content), bytesSource(content));
    const [claim] = await store.claim({ now: 2_000, limit: 1, owner: 'a', leaseMs: 1 });
    await store.save({ ...claim!, work: 'queued', revision: claim!.revision + 1 });
    await store.addUnmatched({
      report: {
        kind: 'dsn',
        reportId: canary.family,
        envelopeId: null,
        messageIds: [],
        source: fromMailSystem,
        recipients: [],
      },
      at: '',
    });
    await store.close();
    const files = readdirSync(where, { recursive: true, withFileTypes: true }).filter((item) => item.isFile());
    for (const file of files) {
      const text = file.name + readFileSync(join(file.parentPath, file.name), 'latin1');
      for (const trace of [canary.family, canary.ins, depositAddress, senderAddress, '2.999.1.77']) {
        expect(text).not.toContain(trace);
      }
    }
    await expect(openSpoolStore({ folder: where, key: randomBytes(32) })).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    await expect(openSpoolStore({ folder: where })).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    const again = keep(await openSpoolStore({ folder: where, key }));
    const [entryAgain] = await again.claim({ now: 1e9, limit: 1, owner: 'a', leaseMs: 1 });
    expect(Buffer.compare(await collect((await again.content(entryAgain!)).open()), content)).toBe(0);
  });

  it('never gives a damaged message for a whole one', async () => {
    const where = folder();
    const content = randomBytes(600_000);
    const store = await openSpoolStore({ folder: where });
    const made = outboxEntry(['1.1'], content);
    await store.add(made, bytesSource(content));
    const path = join(where, 'queue', made.id.slice(0, 2), `${made.id}.1`);
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    await expect(collect((await store.content(made)).open())).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    keep(store);
  });

  it('gives the messages of a full log files of their own, and removes what was sent', async () => {
    const where = folder();
    const store = await openSpoolStore({ folder: where });
    const contents = new Map<string, Buffer>();
    for (let count = 0; count < 100; count += 1) {
      const content = randomBytes(500_000);
      const made = outboxEntry([`1.${String(count)}`], content, { nextAt: 1_000 + count });
      contents.set(made.id, content);
      await store.add(made, bytesSource(content));
    }
    const size = (name: string): number =>
      readdirSync(join(where, name), { recursive: true, withFileTypes: true })
        .filter((item) => item.isFile())
        .reduce((sum, item) => sum + statSync(join(item.parentPath, item.name)).size, 0);
    expect(size('queue')).toBeGreaterThan(10_000_000);
    expect(size('log')).toBeLessThan(60_000_000);
    for (const claim of await store.claim({ now: 2_000, limit: 100, owner: 'a', leaseMs: 1 })) {
      const bytes = await collect((await store.content(claim)).open());
      expect(Buffer.compare(bytes, contents.get(claim.id)!)).toBe(0);
      expect(await store.save(done(claim), { dropContent: true })).toBe(true);
    }
    await store.close();
    expect([size('queue'), size('log'), size('held')]).toEqual([0, 0, 0]);
  });

  it('keeps nothing of what was sent, although something beside it waits', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const where = folder();
      const store = keep(await openSpoolStore({ folder: where }));
      const [sent, waiting] = [Buffer.from(canary.family), randomBytes(50)];
      await store.add(outboxEntry(['1.1'], sent), bytesSource(sent));
      await store.add(outboxEntry(['1.2'], waiting, { nextAt: 5_000 }), bytesSource(waiting));
      const [claim] = await store.claim({ now: 2_000, limit: 1, owner: 'a', leaseMs: 1 });
      await store.save(done(claim!), { dropContent: true });
      const traces = (): string[] =>
        readdirSync(where, { recursive: true, withFileTypes: true })
          .filter((item) => item.isFile())
          .map((item) => join(item.parentPath, item.name))
          .filter((path) => readFileSync(path, 'latin1').includes(canary.family));
      expect(traces()).toHaveLength(1);
      vi.advanceTimersByTime(30_000);
      await vi.waitFor(() => expect(readdirSync(join(where, 'log'))).toEqual([]));
      expect(traces()).toEqual([]);
      const [other] = await store.claim({ now: 6_000, limit: 1, owner: 'a', leaseMs: 1 });
      expect(Buffer.compare(await collect((await store.content(other!)).open()), waiting)).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([undefined, randomBytes(32)])('finds the messages of a log that was left, whole or cut', async (key) => {
    const where = folder();
    const store = await openSpoolStore({ folder: where, key });
    const contents = [0, 1, 2].map((count) => Buffer.concat([randomBytes(900), Buffer.from(`TE1 P ${String(count)}`)]));
    for (const [count, content] of contents.entries()) {
      await store.add(outboxEntry([`1.${String(count)}`], content), bytesSource(content));
    }
    const [name] = readdirSync(join(where, 'log'));
    const whole = readFileSync(join(where, 'log', name!));
    await store.close();
    /** What a fresh spool finds in this log. */
    const found = async (bytes: Buffer): Promise<{ ids: number[]; damaged: number; told: boolean }> => {
      for (const place of ['queue', 'state', 'journal', 'damaged']) rmSync(join(where, place), { recursive: true });
      mkdirSync(join(where, 'log'), { recursive: true });
      writeFileSync(join(where, 'log', name!), bytes);
      const again = await openSpoolStore({ folder: where, key });
      const request = { now: 1e9, limit: 5, owner: 'b', leaseMs: 1 };
      let told = false;
      const claims = await again.claim(request).catch(() => {
        told = true;
        return again.claim(request);
      });
      const ids: number[] = [];
      for (const claim of claims) {
        const content = await collect((await again.content(claim)).open());
        ids.push(contents.findIndex((other) => other.equals(content)));
      }
      await again.close();
      return { ids: ids.sort(), damaged: readdirSync(join(where, 'damaged')).length, told };
    };
    const third = whole.length / 3;
    expect(await found(whole)).toEqual({ ids: [0, 1, 2], damaged: 0, told: false });
    for (const cut of [whole.length - 1, whole.length - 500, Math.ceil(third * 2) + 10]) {
      expect(await found(whole.subarray(0, cut))).toEqual({ ids: [0, 1], damaged: 0, told: false });
    }
    // One byte changed in the middle record: the other two are saved, and the failure is told.
    const changed = Buffer.from(whole);
    changed[Math.floor(third * 1.5)]! ^= 1;
    expect(await found(changed)).toEqual({ ids: [0, 2], damaged: 1, told: true });
  });

  it('reads a journal that was cut anywhere', async () => {
    const where = folder();
    const content = randomBytes(10);
    const store = await openSpoolStore({ folder: where });
    await store.add(outboxEntry(['1.1'], content), bytesSource(content));
    let [current] = await store.claim({ now: 2_000, limit: 1, owner: 'a', leaseMs: 1 });
    for (let count = 0; count < 3; count += 1) {
      current = { ...current!, attempts: count, revision: current!.revision + 1 };
      await store.save(current);
    }
    const [name] = readdirSync(join(where, 'journal'));
    const whole = readFileSync(join(where, 'journal', name!));
    await store.close();
    for (let length = 0; length <= whole.length; length += Math.ceil(whole.length / 12)) {
      rmSync(join(where, 'state'), { recursive: true });
      writeFileSync(join(where, 'journal', name!), whole.subarray(0, length));
      const again = await openSpoolStore({ folder: where });
      expect(await again.claim({ now: 1e9, limit: 5, owner: 'b', leaseMs: 1 })).toHaveLength(1);
      await again.close();
    }
  });
});

describe('due queue', () => {
  it('gives the items in order whatever happened to them', () => {
    const queue = new DueQueue();
    const times = new Map<string, number>();
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let step = 0; step < 20_000; step += 1) {
      const id = String(random(500));
      if (random(5) === 0) {
        queue.delete(id);
        times.delete(id);
      } else {
        const at = random(1_000);
        queue.set(id, at);
        times.set(id, at);
      }
    }
    expect(queue.size).toBe(times.size);
    const taken: number[] = [];
    for (let id = queue.take(1e9); id !== null; id = queue.take(1e9)) taken.push(times.get(id)!);
    expect(taken).toEqual([...times.values()].sort((a, b) => a - b));
  });
});
