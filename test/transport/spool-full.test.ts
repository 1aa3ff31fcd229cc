import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { bytesSource, collect } from '../../src/internal/bytes.ts';
import type { OutboxEntry, OutboxStore } from '../../src/transport/index.ts';
import { entryId } from '../../src/transport/outbox/identity.ts';
import type { SpoolFile, SpoolFiles } from '../../src/transport/outbox/spool/files.ts';
import { openSpool } from '../../src/transport/outbox/spool/open-spool.ts';
import { MemoryDisk } from '../helpers/memory-disk.ts';
import { outboxEntry } from './fixtures.ts';

const folder = '/spool';
const block = 4_096;
const blocks = (bytes: number): number => Math.ceil(bytes / block);

/** A disk that counts its blocks: a file takes as many as its bytes need, an empty one none. */
class CountedDisk {
  readonly disk = new MemoryDisk();
  free = Infinity;
  readonly #sizes = new Map<string, number>();

  #grow(path: string, bytes: number): void {
    const former = this.#sizes.get(path) ?? 0;
    const more = blocks(former + bytes) - blocks(former);
    if (more > this.free) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    this.free -= more;
    this.#sizes.set(path, former + bytes);
  }

  #counted(path: string, file: SpoolFile): SpoolFile {
    return {
      ...file,
      write: async (bytes) => {
        this.#grow(path, bytes.length);
        await file.write(bytes);
      },
    };
  }

  get files(): SpoolFiles {
    const { files } = this.disk;
    return {
      ...files,
      makeFolder: async (path) => {
        const isThere = await files.look(path).then(
          () => true,
          () => false,
        );
        if (!isThere) this.#grow(path, 1);
        await files.makeFolder(path);
      },
      create: async (path) => this.#counted(path, await files.create(path)),
      createAlone: async (path) => this.#counted(path, await files.createAlone(path)),
      rename: async (from, to) => {
        await files.rename(from, to);
        this.free += blocks(this.#sizes.get(to) ?? 0);
        this.#sizes.set(to, this.#sizes.get(from) ?? 0);
        this.#sizes.delete(from);
      },
      remove: async (path) => {
        await files.remove(path);
        this.free += blocks(this.#sizes.get(path) ?? 0);
        this.#sizes.delete(path);
      },
    };
  }
}

/** One document, waiting as long as the test lasts. */
const entry = (uniqueId: string, content: Uint8Array): OutboxEntry =>
  outboxEntry([uniqueId], content, { expiresAt: 1e15 });

/** Sends everything that is due; resolves with what went out, by uniqueId. */
async function drain(store: OutboxStore): Promise<Map<string, Uint8Array>> {
  const sent = new Map<string, Uint8Array>();
  for (;;) {
    const [claim] = await store.claim({ now: 1e9, limit: 1, owner: 'a', leaseMs: 1e9 });
    if (!claim) return sent;
    sent.set(claim.uniqueIds[0]!, await collect((await store.content(claim)).open()));
    const end = { work: 'done' as const, owner: null, hasContent: false, revision: claim.revision + 1 };
    expect(await store.save({ ...claim, ...end }, { dropContent: true })).toBe(true);
  }
}

const open = (counted: CountedDisk): Promise<OutboxStore> => openSpool({ folder, takeOverAfterMs: 200 }, counted.files);

/** A spool that a crash left, with small messages in the log and large ones in files. */
async function leftSpool(): Promise<{ counted: CountedDisk; contents: Map<string, Buffer> }> {
  const counted = new CountedDisk();
  const store = await open(counted);
  const contents = new Map<string, Buffer>();
  for (let index = 0; index < 40; index += 1) {
    const content = randomBytes(index % 4 === 0 ? 600_000 : 3_000);
    contents.set(`1.${String(index)}`, content);
    await store.add(entry(`1.${String(index)}`, content), bytesSource(content));
  }

  counted.disk.powerCut();
  return { counted, contents };
}

describe('a spool on a full disk', () => {
  it('opens, sends all that waits, and takes deposits again afterwards', async () => {
    const { counted, contents } = await leftSpool();
    counted.free = 0;

    const store = await open(counted);
    const refused = store.add(entry('2.1', Buffer.alloc(9_000)), bytesSource(Buffer.alloc(9_000)));
    await expect(refused).rejects.toMatchObject({ code: 'TE_OUTBOX', retryable: true, details: { reason: 'ENOSPC' } });

    const sent = await drain(store);
    expect([...sent.keys()].sort()).toEqual([...contents.keys()].sort());
    for (const [uniqueId, content] of contents) expect(Buffer.compare(sent.get(uniqueId)!, content)).toBe(0);

    // What was sent made room.
    expect(await store.add(entry('2.1', Buffer.alloc(9_000)), bytesSource(Buffer.alloc(9_000)))).toBeNull();
    await store.close();
    const again = await open(counted);
    expect([...(await drain(again)).keys()]).toEqual(['2.1']);
    expect((await again.get(entryId(['1.0'])))?.work).toBe('done');
    await again.close();
  });

  it('that is killed while it is full knows at its next opening what it sent', async () => {
    const { counted, contents } = await leftSpool();
    counted.free = 0;
    const store = await open(counted);
    const [claim] = await store.claim({ now: 1e9, limit: 1, owner: 'a', leaseMs: 1e9 });
    const end = { work: 'done' as const, owner: null, hasContent: false, revision: claim!.revision + 1 };
    await store.save({ ...claim!, ...end }, { dropContent: true });
    counted.disk.powerCut();

    const again = await open(counted);
    const sent = await drain(again);
    expect(sent.has(claim!.uniqueIds[0]!)).toBe(false);
    expect(sent.size).toBe(contents.size - 1);
    await again.close();
  });

  it('leaves no empty files behind, however often it is refused', async () => {
    const { counted } = await leftSpool();
    counted.free = 0;
    const store = await open(counted);
    await counted.disk.files.remove('/spool/reserve');
    for (let index = 0; index < 20; index += 1) {
      await store.add(entry(`3.${String(index)}`, Buffer.alloc(10)), bytesSource(Buffer.alloc(10))).catch(() => null);
      await store.addUnmatched({ report: {} as never, at: '' }).catch(() => null);
    }
    await store.claim({ now: 1e9, limit: 40, owner: 'a', leaseMs: 1e9 });
    expect((await counted.disk.files.names('/spool/journal')).length).toBeLessThanOrEqual(1);
    expect((await counted.disk.files.names('/spool/log')).length).toBeLessThanOrEqual(2);
    expect(await counted.disk.files.names('/spool/tmp')).toEqual([]);
    await store.close();
  });

  it('makes its reserve again when there is room', async () => {
    const { counted } = await leftSpool();
    counted.free = 0;
    const store = await open(counted);
    await drain(store);
    expect(await counted.disk.files.names(folder)).not.toContain('reserve');
    counted.free = 1_000;
    await store.close();
    expect(await counted.disk.files.names(folder)).toContain('reserve');
  });
});
