import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import { bytesSource } from '../../src/internal/bytes.ts';
import { openSpoolStore, type OutboxEntry, type OutboxStore } from '../../src/transport/index.ts';
import { entryId } from '../../src/transport/outbox/identity.ts';
import { openSpool } from '../../src/transport/outbox/spool/open-spool.ts';
import { newTrack, withSubmission } from '../../src/transport/receipt/track.ts';
import { runWords } from '../helpers/cli.ts';
import { MemoryDisk } from '../helpers/memory-disk.ts';
import { depositAddress, outboxEntry } from './fixtures.ts';

const folders: string[] = [];
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'purge-'));
  folders.push(made);
  return made;
};

const canary = 'CANARI-DU-MESSAGE';
const content = Buffer.from(canary);
const large = Buffer.concat([content, randomBytes(600_000)]);
const old = Date.parse('2026-01-01T00:00:00Z');
const recent = Date.parse('2026-03-01T00:00:00Z');
const purgeBefore = '2026-02-01T00:00:00Z';

const iso = (at: number): string => new Date(at).toISOString();

const oldEntry = (ids: readonly string[], createdAt: number, bytes: Uint8Array): OutboxEntry =>
  outboxEntry(ids, bytes, { createdAt, nextAt: 1_000, track: newTrack('<m@x>', 'e', depositAddress, iso(createdAt)) });

/** Ended long ago: 1 sent, 2 failed, 3 failed and large, 4 of two documents. Kept: the others. */
async function fill(store: OutboxStore): Promise<void> {
  const add = async (ids: readonly string[], createdAt: number, bytes: Uint8Array = content): Promise<void> => {
    await store.add(oldEntry(ids, createdAt, bytes), bytesSource(bytes));
  };
  await add(['1.1'], old);
  await add(['1.2'], old);
  await add(['1.3'], old, large);
  await add(['1.4', '2.4'], old);
  await add(['1.5'], recent);
  const claims = [...(await store.claim({ now: 2_000, limit: 10, owner: 'a', leaseMs: 1 }))];
  const end = async (id: string, work: 'done' | 'failed', at: number): Promise<void> => {
    const claim = claims.find(({ uniqueIds }) => uniqueIds.includes(id))!;
    const state = work === 'done' ? 'accepted' : 'undeliverable';
    const next: OutboxEntry = {
      ...claim,
      work,
      owner: null,
      hasContent: work === 'failed',
      track: withSubmission(newTrack('<m@x>', 'e', depositAddress, iso(old)), state, iso(at)),
      revision: claim.revision + 1,
    };
    expect(await store.save(next, { dropContent: work === 'done' })).toBe(true);
  };
  await end('1.1', 'done', old);
  await end('1.2', 'failed', old);
  await end('1.3', 'failed', old);
  await end('2.4', 'done', old);
  await end('1.5', 'done', recent);
  // Waits since long ago, small and large; ended lately although made long ago.
  await add(['1.6'], old);
  await add(['1.7'], old, large);
  await add(['1.8'], old);
  claims.push(...(await store.claim({ now: 2_001, limit: 10, owner: 'a', leaseMs: 1 })));
  await end('1.8', 'failed', recent);
}

const kept = ['1.5', '1.6', '1.7', '1.8'];
const purged = ['1.1', '1.2', '1.3', '1.4'];

async function idsIn(store: OutboxStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const { uniqueIds } of store.list()) ids.push(...uniqueIds);
  return ids.sort();
}

/** What waits is handed out with its message, and nothing else is. */
async function expectWaiting(store: OutboxStore): Promise<void> {
  const claims = await store.claim({ now: 1e13, limit: 10, owner: 'b', leaseMs: 1 });
  expect(claims.flatMap(({ uniqueIds }) => uniqueIds).sort()).toEqual(['1.6', '1.7']);
  for (const claim of claims) expect((await store.content(claim)).byteLength).toBe(claim.byteLength);
}

/** Every file below a folder. */
const files = (where: string): string[] =>
  readdirSync(where, { recursive: true, encoding: 'utf8' })
    .map((name) => join(where, name))
    .filter((path) => statSync(path).isFile());

describe('a purge of a spool', () => {
  it.each([undefined, randomBytes(32)])('forgets what ended before, and nothing that waits (key %#)', async (key) => {
    const where = folder();
    const first = await openSpoolStore({ folder: where, key });
    await fill(first);
    await first.close();

    const store = await openSpoolStore({ folder: where, key, purgeBefore });
    expect(await idsIn(store)).toEqual(kept);
    for (const id of [...purged, '2.4']) expect(await store.get(entryId([id]))).toBeNull();
    await expectWaiting(store);
    // The same document may be deposited again.
    expect(await store.add(outboxEntry(['1.1'], content), bytesSource(content))).toBeNull();
    await store.close();

    const names = files(where).join('\n');
    for (const id of purged.slice(1, 3)) expect(names).not.toContain(entryId([id]));
    const again = await openSpoolStore({ folder: where, key });
    expect(await idsIn(again)).toEqual(['1.1', ...kept]);
    await again.close();
  });

  it('leaves no byte of the message of a forgotten failure', async () => {
    const where = folder();
    const first = await openSpoolStore({ folder: where });
    await first.add(outboxEntry(['1.2'], content, { createdAt: old }), bytesSource(content));
    const [claim] = await first.claim({ now: 2_000, limit: 1, owner: 'a', leaseMs: 1 });
    const track = withSubmission(newTrack('<m@x>', 'e', depositAddress, iso(old)), 'undeliverable', iso(old));
    await first.save({ ...claim!, work: 'failed', owner: null, track, revision: claim!.revision + 1 });
    await first.close();
    const holds = (): boolean => files(where).some((path) => readFileSync(path).includes(canary));
    expect(holds()).toBe(true);

    await (await openSpoolStore({ folder: where, purgeBefore })).close();
    expect(holds()).toBe(false);
  });

  it('may be interrupted at any call: nothing that ended is sent again, nothing that waits is lost', async () => {
    const filled = async (): Promise<MemoryDisk> => {
      const disk = new MemoryDisk();
      const store = await openSpool({ folder: '/spool' }, disk.files);
      await fill(store);
      await store.close();
      return disk;
    };
    const whole = await filled();
    const before = whole.calls;
    await (await openSpool({ folder: '/spool', purgeBefore }, whole.files)).close();
    const total = whole.calls - before;

    for (let step = 1; step < total; step += 5) {
      const disk = await filled();
      disk.dieAt = disk.calls + step;
      await openSpool({ folder: '/spool', purgeBefore }, disk.files).catch(() => undefined);
      disk.powerCut();
      disk.dieAt = Infinity;
      const store = await openSpool({ folder: '/spool', takeOverAfterMs: 200 }, disk.files);
      expect((await idsIn(store)).filter((id) => kept.includes(id))).toEqual(kept);
      await expectWaiting(store);
      await store.close();
    }
  }, 60_000);

  it('is a command, which wants a number of days', async () => {
    const where = folder();
    const keyFile = join(folder(), 'key');
    const key = randomBytes(32);
    writeFileSync(keyFile, key);
    const first = await openSpoolStore({ folder: where, key });
    await fill(first);
    await first.close();

    const words = ['outbox', 'purge', '--spool', where, '--key-file', keyFile];
    for (const days of ['0', '-1', '1.5', 'hier', '']) {
      expect(await runWords([...words, `--older-than=${days}`])).toMatchObject({ code: 2 });
    }
    expect(await runWords(words)).toMatchObject({ code: 2 });
    const age = Math.floor((Date.now() - recent) / 86_400_000);
    const done = await runWords([...words, '--older-than', String(age + 1)]);
    expect(done).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^Les dépôts terminés avant \d{4}-/) });
    const looking = await openSpoolStore({ folder: where, key, readOnly: true });
    expect(await idsIn(looking)).toEqual(kept);
    await looking.close();
  });
});
