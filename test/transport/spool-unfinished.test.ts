import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import { bytesSource, collect } from '../../src/internal/bytes.ts';
import { openSpoolStore, type OutboxEntry, type OutboxStore } from '../../src/transport/index.ts';
import { diskFiles, type SpoolFiles } from '../../src/transport/outbox/spool/files.ts';
import { openSpool } from '../../src/transport/outbox/spool/open-spool.ts';
import { outboxEntry } from './fixtures.ts';

const folders: string[] = [];
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'spool-power-'));
  folders.push(made);
  return made;
}

const content = randomBytes(600_001);
const entry = outboxEntry(['1.1'], content, { expiresAt: 1e15 });
const { id } = entry;
const request = { now: 1e9, limit: 5, owner: 'a', leaseMs: 1e9 };

/** A closed spool whose disk forgot the name of its large message: the file is in `tmp` again. */
async function afterPowerCut(key?: Buffer): Promise<{ root: string; file: string }> {
  const root = folder();
  const store = await openSpoolStore({ folder: root, key });
  await store.add(entry, bytesSource(content));
  await store.close();
  const file = join(root, 'tmp', 'a-name');
  renameSync(join(root, 'queue', id.slice(0, 2), `${id}.1`), file);
  return { root, file };
}

const sentFrom = async (store: OutboxStore): Promise<OutboxEntry | undefined> => (await store.claim(request))[0];

describe('a large message whose name the disk forgot', () => {
  it.each([undefined, randomBytes(32)])('is found at the next opening, whole', async (key) => {
    const { root } = await afterPowerCut(key);
    const store = await openSpoolStore({ folder: root, key });
    const claim = await sentFrom(store);
    expect(Buffer.compare(await collect((await store.content(claim!)).open()), content)).toBe(0);
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
    await store.close();
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut', (bytes) => bytes.subarray(0, -1)],
    ['cut before its end line', (bytes) => bytes.subarray(0, -14)],
    ['zeros at the end', (bytes) => Buffer.concat([bytes.subarray(0, -70_000), Buffer.alloc(70_000)])],
    ['one bit changed', (bytes) => Buffer.from(bytes.map((byte, index) => (index === 300_000 ? byte ^ 1 : byte)))],
    ['empty', () => Buffer.alloc(0)],
    ['no message', () => Buffer.from('hello')],
    ['a length that lies', () => Buffer.from('TE1 P 999999999\n{}')],
  ])('is not sent when it is not whole: %s', async (_name, damage) => {
    const { root, file } = await afterPowerCut();
    writeFileSync(file, damage(readFileSync(file)));
    const store = await openSpoolStore({ folder: root });
    expect(await sentFrom(store)).toBeUndefined();
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
    await store.close();
  });

  it('does not come back once it was sent', async () => {
    const root = folder();
    const first = await openSpoolStore({ folder: root });
    await first.add(entry, bytesSource(content));
    const path = join(root, 'queue', id.slice(0, 2), `${id}.1`);
    const copy = readFileSync(path);
    const claim = (await sentFrom(first))!;
    const end = { work: 'done' as const, owner: null, hasContent: false, revision: claim.revision + 1 };
    await first.save({ ...claim, ...end }, { dropContent: true });
    await first.close();

    writeFileSync(join(root, 'tmp', 'a-name'), copy);
    const again = await openSpoolStore({ folder: root });
    expect(await sentFrom(again)).toBeUndefined();
    expect((await again.get(id))?.work).toBe('done');
    await again.close();
  });
});

describe('an answer to a deposit', () => {
  it.each([2_000, 600_000])('comes after the last sync (%d bytes)', async (size) => {
    const root = folder();
    const calls: string[] = [];
    const disk = diskFiles();
    const files: SpoolFiles = {
      ...disk,
      create: async (path) => {
        const file = await disk.create(path);
        const note = (call: string) => async () => void calls.push(call);
        return {
          ...file,
          sync: () => file.sync().then(note('sync')),
          datasync: () => file.datasync().then(note('sync')),
        };
      },
      rename: (from, to) => disk.rename(from, to).then(() => void calls.push('rename')),
      // On Windows the file itself is flushed, which needs the right to write.
      syncName: (path) => disk.syncName(path).then(() => void calls.push('sync')),
    };
    const store = await openSpool({ folder: root }, files);
    calls.length = 0;
    const bytes = Buffer.alloc(size, 65);
    await store.add({ ...entry, byteLength: size }, bytesSource(bytes));
    expect(calls.at(-1)).toBe('sync');
    expect(calls.includes('rename')).toBe(size > 512 * 1_024);
    await store.close();
  });
});

describe('a message file', () => {
  it('of an earlier version, without a check sum, is read', async () => {
    const root = folder();
    const first = await openSpoolStore({ folder: root });
    await first.add(entry, bytesSource(content));
    await first.close();
    const path = join(root, 'queue', id.slice(0, 2), `${id}.1`);
    writeFileSync(path, readFileSync(path).subarray(0, -14));
    const store = await openSpoolStore({ folder: root });
    const claim = await sentFrom(store);
    expect(Buffer.compare(await collect((await store.content(claim!)).open()), content)).toBe(0);
    await store.close();
  });

  it('in clear of which one bit changed is not given whole', async () => {
    const root = folder();
    const store = await openSpoolStore({ folder: root });
    await store.add(entry, bytesSource(content));
    const path = join(root, 'queue', id.slice(0, 2), `${id}.1`);
    writeFileSync(path, Buffer.from(readFileSync(path).map((byte, index) => (index === 300_000 ? byte ^ 1 : byte))));
    await expect(collect((await store.content(entry)).open())).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    await store.close();
  });
});
