import { describe, expect, it, vi } from 'vitest';

import { bytesSource, collect } from '../../src/internal/bytes.ts';
import type { OutboxEntry, OutboxStore } from '../../src/transport/index.ts';
import type { SpoolFiles } from '../../src/transport/outbox/spool/files.ts';
import { openSpool } from '../../src/transport/outbox/spool/open-spool.ts';
import { entryId } from '../../src/transport/outbox/identity.ts';
import { GroupFile } from '../../src/transport/outbox/spool/group-file.ts';
import { MemoryDisk } from '../helpers/memory-disk.ts';
import { canary, outboxEntry } from './fixtures.ts';

const folder = '/spool';
const failure = (code: string): Error => Object.assign(new Error(code), { code });

/**
 * A disk whose calls on some paths fail while the predicate says so. A failed sync leaves the bytes
 * to be read again.
 */
function failing(disk: MemoryDisk, fails: (call: string, path: string) => boolean): SpoolFiles {
  const meet = (call: string, path: string): void => {
    if (fails(call, path)) throw failure('EIO');
  };
  const { files } = disk;
  return {
    ...files,
    async create(path) {
      meet('create', path);
      const file = await files.create(path);
      return {
        ...file,
        async write(bytes) {
          if (fails('write', path)) {
            // A full disk takes the beginning.
            await file.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
            throw failure('ENOSPC');
          }
          await file.write(bytes);
        },
        async sync() {
          await file.sync();
          meet('sync', path);
        },
        async datasync() {
          await file.datasync();
          meet('datasync', path);
        },
      };
    },
    async openToRead(path) {
      meet('openToRead', path);
      return files.openToRead(path);
    },
    async rename(from, to) {
      meet('rename', to);
      await files.rename(from, to);
    },
    async remove(path) {
      meet('remove', path);
      await files.remove(path);
    },
  };
}

/** One document, waiting. */
const entry = (uniqueId: string, content: Uint8Array, change: Partial<OutboxEntry> = {}): OutboxEntry =>
  outboxEntry([uniqueId], content, change);

const request = { now: 1e9, limit: 1_000, owner: 'a', leaseMs: 1 };
const content = Buffer.from(`${canary.family} ${canary.ins}`);
const put = (store: OutboxStore, made: OutboxEntry, replaces?: number): Promise<OutboxEntry | null> =>
  store.add(made, bytesSource(content), replaces);
const next = (from: OutboxEntry, change: Partial<OutboxEntry>): OutboxEntry => ({
  ...from,
  owner: null,
  revision: from.revision + 1,
  ...change,
});
const done = (from: OutboxEntry): OutboxEntry => next(from, { work: 'done', hasContent: false });

/** Names of the files that hold something of the patient. */
async function traces(disk: MemoryDisk): Promise<string[]> {
  const found: string[] = [];
  for (const name of ['log', 'queue', 'held', 'tmp', 'damaged']) {
    const look = async (path: string): Promise<void> => {
      for (const one of await disk.files.names(path)) {
        const at = `${path}/${one}`;
        const bytes = await disk.files.readAll(at).catch(() => null);
        if (!bytes) await look(at).catch(() => undefined);
        else if (Buffer.from(bytes).includes(canary.family)) found.push(at);
      }
    };
    await look(`${folder}/${name}`);
  }
  return found;
}

describe('a write to the log that fails', () => {
  it.each(['write', 'datasync'])('leaves nothing of the patient behind (%s)', async (kind) => {
    const disk = new MemoryDisk();
    let isFailing = true;
    const files = failing(disk, (call, path) => isFailing && call === kind && path.includes('/log/'));
    const store = await openSpool({ folder }, files);
    await expect(put(store, entry('1.1', content))).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    isFailing = false;
    expect(await traces(disk)).toEqual([]);
    expect(await store.get(entryId(['1.1']))).toBeNull();
    await store.close();
  });

  it('leaves what was promised before in the same file', async () => {
    const disk = new MemoryDisk();
    let isFailing = false;
    const files = failing(disk, (call, path) => isFailing && call === 'datasync' && path.includes('/log/'));
    const store = await openSpool({ folder }, files);
    await put(store, entry('1.1', content));
    isFailing = true;
    await expect(put(store, entry('1.2', content))).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    isFailing = false;
    disk.powerCut();
    const again = await openSpool({ folder }, disk.files);
    expect((await again.claim(request)).map(({ uniqueIds }) => uniqueIds[0])).toContain('1.1');
  });

  it('does not send the refused message after the one before it was sent again', async () => {
    const disk = new MemoryDisk();
    let isFailing = false;
    const files = failing(disk, (call, path) => isFailing && call === 'datasync' && path.includes('/log/'));
    const store = await openSpool({ folder }, files);
    // Another message waits in the same segment, which therefore stays.
    await put(store, entry('1.9', content, { nextAt: 1e11 }));
    const first = entry('1.1', content);
    await put(store, first);
    const failed = next(first, { work: 'failed' });
    expect(await store.save(failed)).toBe(true);
    isFailing = true;
    const second = entry('1.1', content, { generation: 2, revision: 3 });
    await expect(put(store, second, 2)).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    isFailing = false;
    const again = next(failed, { work: 'queued' });
    expect(await store.save(again)).toBe(true);
    expect(await store.save(done(again), { dropContent: true })).toBe(true);
    disk.powerCut();
    const reopened = await openSpool({ folder }, disk.files);
    expect((await reopened.claim(request)).map(({ uniqueIds }) => uniqueIds[0])).toEqual(['1.9']);
    expect(await reopened.get(first.id)).toMatchObject({ generation: 1, work: 'done' });
  });

  it('keeps the message that was promised, and not the refused one, when the first is small and the other large', async () => {
    const disk = new MemoryDisk();
    let isFailing = false;
    const files = failing(disk, (call, path) => isFailing && call === 'datasync' && path.includes('/log/'));
    const store = await openSpool({ folder }, files);
    await put(store, entry('1.9', content, { nextAt: 1e11 }));
    isFailing = true;
    await expect(put(store, entry('1.1', content))).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    isFailing = false;
    const large = Buffer.alloc(600_000, 'large ');
    const promised = entry('1.1', large, { createdAt: 2_000 });
    await store.add(promised, bytesSource(large));
    disk.powerCut();
    const reopened = await openSpool({ folder }, disk.files);
    const claims = await reopened.claim(request);
    expect(claims.map(({ byteLength }) => byteLength)).toContain(600_000);
    const claim = claims.find(({ id }) => id === promised.id);
    expect((await collect((await reopened.content(claim!)).open())).length).toBe(600_000);
  });

  it('writes what waits in pieces that memory can hold', async () => {
    const disk = new MemoryDisk();
    await disk.files.makeFolder('/log');
    const sizes: number[] = [];
    const files: SpoolFiles = {
      ...disk.files,
      async create(path) {
        const file = await disk.files.create(path);
        return {
          ...file,
          async write(bytes) {
            sizes.push(bytes.length);
            await file.write(bytes);
          },
        };
      },
    };
    const group = new GroupFile(files, '/log', { nameOf: String, lastNumber: 0, maxBytes: 1_000_000 });
    const piece = Buffer.alloc(400_000);
    await Promise.all(Array.from({ length: 20 }, () => group.append(piece, true)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_400_000);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(8_000_000);
  });
});

describe('a journal', () => {
  it('gives the promised state, not the refused one of the same revision', async () => {
    const disk = new MemoryDisk();
    let isFailing = false;
    const files = failing(disk, (call, path) => isFailing && call === 'datasync' && path.includes('/journal/'));
    const store = await openSpool({ folder }, files);
    const made = entry('1.1', content);
    await put(store, made);
    isFailing = true;
    await expect(
      store.save(next(made, { work: 'cancelled', hasContent: false }), { dropContent: true }),
    ).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    isFailing = false;
    expect(await store.save(next(made, { work: 'queued', attempts: 7 }))).toBe(true);
    disk.powerCut();
    const again = await openSpool({ folder }, disk.files);
    expect(await again.get(made.id)).toMatchObject({ work: 'queued', attempts: 7 });
  });

  it('that could not be removed does not undo what happened since', async () => {
    const disk = new MemoryDisk();
    // The first file of the journal cannot be removed.
    const files = failing(disk, (call, path) => call === 'remove' && path.endsWith('/journal/0000000001.log'));
    const reversed: SpoolFiles = { ...files, names: async (path) => [...(await files.names(path))].reverse() };
    const first = await openSpool({ folder }, reversed);
    const made = entry('1.1', content);
    await put(first, made);
    const [claim] = await first.claim(request);
    const waiting = next(claim!, { work: 'queued', nextAt: 2_000 });
    expect(await first.save(waiting)).toBe(true);
    await first.close();
    const second = await openSpool({ folder }, reversed);
    const [taken] = await second.claim(request);
    expect(await second.save(done(taken!), { dropContent: true })).toBe(true);
    await second.close();
    const third = await openSpool({ folder }, reversed);
    expect(await third.get(made.id)).toMatchObject({ work: 'done' });
    expect(await third.claim(request)).toEqual([]);
  });
});

describe('a damaged log', () => {
  /** The log of two messages, and a way to open a spool that has another one in its place. */
  async function left(): Promise<{
    bytes: Buffer;
    open: (bytes: Buffer) => Promise<{ disk: MemoryDisk; told: number }>;
  }> {
    const disk = new MemoryDisk();
    const store = await openSpool({ folder }, disk.files);
    for (const uniqueId of ['1.1', '1.2']) await put(store, entry(uniqueId, content));
    const [name] = await disk.files.names('/spool/log');
    return {
      bytes: Buffer.from(await disk.files.readAll(`/spool/log/${name!}`)),
      async open(bytes) {
        const other = new MemoryDisk();
        await (await openSpool({ folder }, other.files)).close();
        const file = await other.files.create(`/spool/log/${name!}`);
        await file.write(bytes);
        const again = await openSpool({ folder }, other.files);
        let told = 0;
        await again.claim(request).catch(() => (told += 1));
        await again.close();
        return { disk: other, told };
      },
    };
  }

  it('is told and kept when its last message, or all of it, is not what was written', async () => {
    const { bytes, open } = await left();
    for (const at of [3, 30, bytes.length - 1, Math.floor(bytes.length * 0.6)]) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      const { disk, told } = await open(changed);
      expect([at, told, (await disk.files.names('/spool/damaged')).length]).toEqual([at, 1, 1]);
    }
    // Another program wrote this.
    const { told } = await open(Buffer.from('TE2 whatever comes later\n'.repeat(40)));
    expect(told).toBe(1);
  });

  it('is no damage when the end was never written', async () => {
    const { bytes, open } = await left();
    const half = Math.ceil(bytes.length / 2);
    for (const end of [0, 1, 50, half - 1, half, half + 1, half + 40, bytes.length - 1]) {
      const { disk, told } = await open(bytes.subarray(0, end));
      expect([end, told, (await disk.files.names('/spool/damaged')).length]).toEqual([end, 0, 0]);
    }
    // Some file systems keep the length and not the bytes.
    const { told } = await open(Buffer.concat([bytes.subarray(0, half), Buffer.alloc(500)]));
    expect(told).toBe(0);
  });

  it('that cannot be read keeps no other message in it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const disk = new MemoryDisk();
      let bad = '';
      const files = failing(disk, (call, path) => call === 'rename' && bad !== '' && path.includes(bad));
      const store = await openSpool({ folder }, files);
      const names = Array.from({ length: 40 }, (_, index) => `1.${String(index)}`);
      for (const name of names) await put(store, entry(name, content, { nextAt: 1e11 }));
      bad = entryId(['1.0']);
      vi.advanceTimersByTime(30_000);
      const moved = async (): Promise<number> =>
        (
          await Promise.all(
            (await disk.files.names('/spool/queue')).map((folder) => disk.files.names(`/spool/queue/${folder}`)),
          )
        ).flat().length;
      await vi.waitFor(async () => expect(await moved()).toBe(39));
      await store.close();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the sweep of the log', () => {
  it('takes with it what is being written while it begins', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const disk = new MemoryDisk();
      let release = (): void => undefined;
      let blocked: Promise<void> | null = null;
      const files: SpoolFiles = {
        ...disk.files,
        async create(path) {
          const file = await disk.files.create(path);
          return {
            ...file,
            async datasync() {
              await blocked;
              await file.datasync();
            },
          };
        },
      };
      const store = await openSpool({ folder }, files);
      const sent = entry('1.1', content);
      await put(store, sent);
      expect(await store.save(done(sent), { dropContent: true })).toBe(true);
      blocked = new Promise((resolve) => (release = resolve));
      const late = put(store, entry('1.2', content, { nextAt: 1e11 }));
      // The write has begun when the sweep does.
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(30_000);
      blocked = null;
      release();
      await late;
      await vi.waitFor(async () => expect(await disk.files.names('/spool/log')).toEqual([]));
      await store.close();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a spool that is closed', () => {
  it('takes nothing any more: another process may have it', async () => {
    const disk = new MemoryDisk();
    const store = await openSpool({ folder }, disk.files);
    const made = entry('1.1', content);
    await put(store, made);
    await store.close();
    const other = await openSpool({ folder }, disk.files);
    await expect(put(store, entry('1.2', content))).rejects.toMatchObject({ code: 'TE_CLOSED' });
    await expect(store.save(next(made, { attempts: 3 }))).rejects.toMatchObject({ code: 'TE_CLOSED' });
    await expect(store.claim(request)).rejects.toMatchObject({ code: 'TE_CLOSED' });
    await other.close();
    const last = await openSpool({ folder }, disk.files);
    expect(await last.claim(request)).toHaveLength(1);
  });

  it('waits for the deposit that is being written', async () => {
    const disk = new MemoryDisk();
    const store = await openSpool({ folder }, disk.files);
    const adding = put(store, entry('1.1', content));
    const closing = store.close();
    const kept = await adding.then(
      () => true,
      () => false,
    );
    await closing;
    const again = await openSpool({ folder }, disk.files);
    expect((await again.claim(request)).length).toBe(kept ? 1 : 0);
    expect(await disk.files.names('/spool/log')).toEqual([]);
  });
});
