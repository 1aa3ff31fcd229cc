import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runInNewContext } from 'node:vm';

import { bytesSource, collect } from '../../src/internal/bytes.ts';
import { openPostgresStore, openSpoolStore, type OutboxEntry, type OutboxStore } from '../../src/transport/index.ts';
import { entryId } from '../../src/transport/outbox/identity.ts';
import { openSpool } from '../../src/transport/outbox/spool/open-spool.ts';
import { newTrack } from '../../src/transport/receipt/track.ts';
import { runWords } from '../helpers/cli.ts';
import { MemoryDisk } from '../helpers/memory-disk.ts';
import { depositAddress, fromMailSystem, senderAddress } from './fixtures.ts';

const folders: string[] = [];
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'spool-key-'));
  folders.push(made);
  return made;
}

const text = 'unPassphraseLongueDe32Caracteres';
const refused = { code: 'TE_CONFIG_INVALID', details: { argument: 'key' } };

describe('the key of an outbox', () => {
  it.each<[string, unknown]>([
    ['a text of 32 characters', text],
    ['an object of length 32', { length: 32 }],
    ['an array of 32 numbers', [...randomBytes(32)]],
    ['an ArrayBuffer', new ArrayBuffer(32)],
    ['a view of words', new Uint16Array(32).map((_, index) => index)],
    ['a view of the same length', new DataView(new ArrayBuffer(32))],
    ['null', null],
    ['a number', 32],
    ['nothing in it', new Uint8Array()],
    ['31 bytes', randomBytes(31)],
    ['33 bytes', randomBytes(33)],
    ['64 hexadecimal digits', randomBytes(32).toString('hex')],
    ['zeros', new Uint8Array(32)],
    ['one byte again and again', Buffer.alloc(32, 0xff)],
    ['bytes whose buffer was given away', detached()],
  ])('is refused when it is %s', async (_name, key) => {
    const where = folder();
    const wrong = key as Uint8Array;
    await expect(openSpoolStore({ folder: where, key: wrong })).rejects.toMatchObject(refused);
    await expect(openSpoolStore({ folder: where, key: wrong, readOnly: true })).rejects.toMatchObject(refused);
    await expect(openPostgresStore({ connectionString: 'postgresql://x', key: wrong })).rejects.toMatchObject(refused);
    expect(readdirSync(where)).toEqual([]);
  });

  it('is not repeated in the error', async () => {
    const error = await openSpoolStore({ folder: folder(), key: text as unknown as Uint8Array }).catch(
      (reason: unknown) => reason,
    );
    expect(JSON.stringify(error) + String(error)).not.toContain(text.slice(0, 8));
  });

  it('may be bytes of another realm, a part of a buffer, or bytes that the host wipes afterwards', async () => {
    const foreign = runInNewContext('Uint8Array.from({ length: 32 }, (_, index) => index)') as Uint8Array;
    await (await openSpoolStore({ folder: folder(), key: foreign })).close();

    const where = folder();
    const pool = randomBytes(64);
    const key = pool.subarray(16, 48);
    const again = Buffer.from(key);
    const store = await openSpoolStore({ folder: where, key });
    key.fill(0);
    await store.close();
    await (await openSpoolStore({ folder: where, key: again })).close();
  });
});

function detached(): Uint8Array {
  const bytes = new Uint8Array(32).map((_, index) => index);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

describe('another key for a spool', () => {
  const content = Buffer.from('a message that is kept');
  const depositOf = (uniqueId: string, size = 0): [OutboxEntry, Buffer] => {
    const id = entryId([uniqueId]);
    const bytes = Buffer.concat([content, Buffer.alloc(size, 7)]);
    const track = newTrack(`<${id}.x@c.mssante.fr>`, `${id}.x`, depositAddress, '2026-03-01T09:30:00.000Z');
    const made: OutboxEntry = {
      ...{ id, generation: 1, uniqueIds: [uniqueId], documents: [{ uniqueId, sha1: '00' }], channel: 'mssante' },
      ...{ envelope: { from: senderAddress, to: depositAddress }, byteLength: bytes.length, createdAt: 1 },
      ...{ expiresAt: 1e15, work: 'queued', attempts: 0, nextAt: 1, owner: null, lastError: null },
      ...{ outcomeUnknown: false, hasContent: true, track, previous: [], revision: 1 },
    };
    return [made, bytes];
  };

  /** Two that wait, one that failed and keeps its message, one that was sent. */
  async function fill(store: OutboxStore): Promise<void> {
    for (const [name, size] of [
      ['1.1', 0],
      ['1.2', 600_000],
      ['1.3', 0],
      ['1.4', 0],
    ] as const) {
      const [made, bytes] = depositOf(name, size);
      await store.add(made, bytesSource(bytes));
      if (name === '1.3') await store.save({ ...made, work: 'failed', revision: 2 });
      if (name === '1.4')
        await store.save({ ...made, work: 'done', hasContent: false, revision: 2 }, { dropContent: true });
    }
    await store.addUnmatched({
      report: { kind: 'dsn', source: fromMailSystem, reportId: 'r', envelopeId: null, messageIds: [], recipients: [] },
      at: '',
    });
  }

  async function expectAll(store: OutboxStore): Promise<void> {
    const works = await Promise.all(['1.1', '1.2', '1.3', '1.4'].map((name) => store.get(entryId([name]))));
    expect(works.map((entry) => entry?.work)).toEqual(['queued', 'queued', 'failed', 'done']);
    for (const entry of works.slice(0, 3)) {
      const bytes = Buffer.from(await collect((await store.content(entry!)).open()));
      expect(bytes.subarray(0, content.length).equals(content)).toBe(true);
    }
    const reports = [];
    for await (const item of store.unmatched()) reports.push(item);
    expect(reports).toHaveLength(1);
  }

  it('opens all it holds, and the former one opens nothing any more', async () => {
    const where = folder();
    const [former, key] = [randomBytes(32), randomBytes(32)];
    const first = await openSpoolStore({ folder: where, key: former });
    await fill(first);
    await first.close();

    const turned = await openSpoolStore({ folder: where, key, formerKey: former });
    await expectAll(turned);
    await turned.close();

    await expect(openSpoolStore({ folder: where, key: former })).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    const again = await openSpoolStore({ folder: where, key });
    await expectAll(again);
    await again.close();
  });

  it('may be interrupted at any call, and is then given again', async () => {
    const [former, key] = [randomBytes(32), randomBytes(32)];
    const filled = async (): Promise<MemoryDisk> => {
      const disk = new MemoryDisk();
      const store = await openSpool({ folder: '/spool', key: former }, disk.files);
      await fill(store);
      await store.close();
      return disk;
    };
    const whole = await filled();
    const before = whole.calls;
    await (await openSpool({ folder: '/spool', key, formerKey: former }, whole.files)).close();
    const total = whole.calls - before;

    for (let step = 1; step < total; step += 7) {
      const disk = await filled();
      disk.dieAt = disk.calls + step;
      await openSpool({ folder: '/spool', key, formerKey: former }, disk.files).catch(() => undefined);
      disk.powerCut();
      const store = await openSpool({ folder: '/spool', key, formerKey: former, takeOverAfterMs: 200 }, disk.files);
      await expectAll(store);
      await store.close();
      await (await openSpool({ folder: '/spool', key }, disk.files)).close();
    }
  }, 60_000);

  it('is changed on the command line by the files of both, and shown nowhere', async () => {
    const [where, apart] = [folder(), folder()];
    const [former, key] = [randomBytes(32), randomBytes(32)];
    const file = (name: string, bytes: Uint8Array): string => {
      writeFileSync(join(apart, name), bytes);
      return join(apart, name);
    };
    const [formerFile, keyFile] = [file('former', former), file('new', key)];
    const first = await openSpoolStore({ folder: where, key: former });
    await fill(first);
    await first.close();

    const words = ['outbox', 'rotate-key', '--spool', where, '--key-file'];
    const runs = [
      // Not the key of this spool, no new key, the same key, a short key, a folder that is no spool.
      await runWords([...words, file('other', randomBytes(32)), '--new-key-file', keyFile]),
      await runWords([...words, formerFile]),
      await runWords([...words, formerFile, '--new-key-file', formerFile]),
      await runWords([...words, formerFile, '--new-key-file', file('short', key.subarray(1))]),
      await runWords(['outbox', 'rotate-key', '--spool', apart, '--key-file', formerFile, '--new-key-file', keyFile]),
    ];
    expect(runs.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
    expect(readdirSync(apart).sort()).toEqual(['former', 'new', 'other', 'short']);
    await (await openSpoolStore({ folder: where, key: former })).close();

    const done = await runWords([...words, formerFile, '--new-key-file', keyFile]);
    expect(done).toMatchObject({ code: 0, err: '', out: expect.stringContaining('nouvelle clé') });
    const again = await runWords([...words, formerFile, '--new-key-file', keyFile, '--json']);
    expect(again).toMatchObject({ code: 0, out: '{"rotated":true}\n' });

    await expect(openSpoolStore({ folder: where, key: former })).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    const turned = await openSpoolStore({ folder: where, key });
    await expectAll(turned);
    await turned.close();

    const printed = [...runs, done, again].map(({ out, err }) => out + err).join('');
    for (const canary of [former, key].map((bytes) => Buffer.from(bytes))) {
      for (const form of ['hex', 'base64', 'latin1'] as const) expect(printed).not.toContain(canary.toString(form));
    }
  });

  it('wants a new one, and the right former one', async () => {
    const where = folder();
    const [former, key] = [randomBytes(32), randomBytes(32)];
    await (await openSpoolStore({ folder: where, key: former })).close();
    await expect(openSpoolStore({ folder: where, formerKey: former })).rejects.toMatchObject(refused);
    const wrong = openSpoolStore({ folder: where, key, formerKey: randomBytes(32) });
    await expect(wrong).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    await (await openSpoolStore({ folder: where, key: former })).close();
  });
});
