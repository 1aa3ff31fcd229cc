import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import { isTerrESanteError, type TerrESanteError } from '../../src/errors.ts';
import { openSpoolStore, type OutboxStore } from '../../src/transport/index.ts';
import type { SpoolFiles } from '../../src/transport/outbox/spool/files.ts';
import { diskFiles } from '../../src/transport/outbox/spool/files.ts';
import { takeLock, type LockOptions } from '../../src/transport/outbox/spool/lock.ts';
import type { LockClock, SpoolLock } from '../../src/transport/outbox/spool/lock-hold.ts';
import { MemoryDisk } from '../helpers/memory-disk.ts';
import { fromMailSystem } from './fixtures.ts';

const folder = '/spool';
const day = 86_400_000;
/** Short, so that a test that waits for a dead holder waits 200 ms. */
const quick = { takeOverAfterMs: 200 };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Clocks that the test moves. */
class TestClock implements LockClock {
  wallAhead = 0;
  /** A wait takes no time; both clocks say that it did. */
  isQuick = false;
  #waited = 0;
  wall = (): number => Date.now() + this.wallAhead + this.#waited;
  elapsed = (): number => performance.now() + this.#waited;
  pause = async (ms: number): Promise<void> => {
    if (!this.isQuick) await pause(ms);
    else this.#waited += ms;
  };
}

/** A holder whose heart stops when the test says so: its calls wait, or fail, from then on. */
class Holder {
  readonly disk: MemoryDisk;
  isStopped = false;
  #resume: (() => void)[] = [];

  constructor(disk: MemoryDisk) {
    this.disk = disk;
  }

  async #turn(): Promise<void> {
    if (this.isStopped) await new Promise<void>((resolve) => this.#resume.push(resolve));
  }

  wakeUp(): void {
    this.isStopped = false;
    for (const resume of this.#resume.splice(0)) resume();
  }

  get files(): SpoolFiles {
    const { files } = this.disk;
    return {
      ...files,
      look: async (path) => (await this.#turn(), files.look(path)),
      names: async (path) => (await this.#turn(), files.names(path)),
      rename: async (from, to) => (await this.#turn(), files.rename(from, to)),
      createAlone: async (path) => {
        const file = await files.createAlone(path);
        return { ...file, touch: async (at) => (await this.#turn(), file.touch(at)) };
      },
    };
  }

  take(options: LockOptions = {}): Promise<SpoolLock> {
    return takeLock(this.files, folder, { ...quick, ...options });
  }
}

async function diskWithFolder(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  await disk.files.makeFolder(folder);
  return disk;
}

const refused = (work: Promise<unknown>): Promise<TerrESanteError> =>
  work.then(
    () => expect.fail('was not refused'),
    (error: unknown) => (isTerrESanteError(error) ? error : expect.fail(String(error))),
  );

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a lock that is held', () => {
  it('refuses the others, and says since when and how long a silent holder has', async () => {
    const disk = await diskWithFolder();
    const lock = await new Holder(disk).take();
    const error = await refused(new Holder(disk).take({ takeOverAfterMs: 300 }));

    expect(error).toMatchObject({ code: 'TE_OUTBOX', retryable: true, details: { reason: 'locked' } });
    expect(error.details['since']).toMatch(/^\d{4}-\d\d-\d\dT/);
    // The longer patience of the two counts.
    expect(error.details['takeOverInMs']).toBe(300);
    expect(error.message).toMatch(/déjà ouverte par un autre programme depuis le .*reprise 1 s plus tard/);

    await lock.release();
    const next = await new Holder(disk).take();
    expect(next.wasLeft).toBe(false);
    await next.release();
  });

  it.each([-day, 7 * day])('stays held when the clock of the machine jumps by %d ms', async (jump) => {
    const disk = await diskWithFolder();
    const clock = new TestClock();
    const lock = await new Holder(disk).take({ clock });
    clock.wallAhead = jump;
    expect(lock.isSure).toBe(false);

    expect((await refused(new Holder(disk).take({ clock }))).details['reason']).toBe('locked');
    await lock.hold();
    expect(lock.isSure).toBe(true);
    await lock.release();
  });

  it('stays held on a drive whose clock says another year', async () => {
    const disk = await diskWithFolder();
    const { files } = disk;
    const elsewhere = 400 * day;
    const shifted: SpoolFiles = {
      ...files,
      look: async (path) => {
        const seen = await files.look(path);
        return { ...seen, changedAt: seen.changedAt + elsewhere };
      },
      createAlone: async (path) => {
        const file = await files.createAlone(path);
        return { ...file, touch: async (at) => (await file.touch(at)) + elsewhere };
      },
    };
    const lock = await takeLock(shifted, folder, quick);
    expect((await refused(new Holder(disk).take())).details['reason']).toBe('locked');
    await lock.hold();
    await lock.release();
  });

  it('ends the wait of another with its signal and with its deadline', async () => {
    const disk = await diskWithFolder();
    const dead = new Holder(disk);
    await dead.take();
    dead.isStopped = true;

    expect((await refused(new Holder(disk).take({ signal: AbortSignal.abort() }))).code).toBe('TE_CANCELLED');
    const late = new AbortController();
    const waiting = refused(new Holder(disk).take({ signal: late.signal, takeOverAfterMs: 60_000 }));
    await pause(20);
    late.abort();
    expect((await waiting).code).toBe('TE_CANCELLED');

    const once = await refused(new Holder(disk).take({ timeoutMs: 0, takeOverAfterMs: 60_000 }));
    expect(once).toMatchObject({ code: 'TE_OUTBOX', details: { reason: 'locked', takeOverInMs: 60_000 } });
  });
});

describe('a holder that slept', () => {
  it('notices before it writes that another one has the spool', async () => {
    const disk = await diskWithFolder();
    const clock = new TestClock();
    const sleeper = new Holder(disk);
    const lock = await sleeper.take({ clock });
    sleeper.isStopped = true;

    const next = await new Holder(disk).take();
    expect(next.wasLeft).toBe(true);

    // Three hours later; a monotonic clock may have stood still.
    clock.wallAhead = 3 * 3_600_000;
    sleeper.wakeUp();
    expect(lock.isSure).toBe(false);
    expect(await refused(lock.hold())).toMatchObject({ code: 'TE_OUTBOX', details: { reason: 'taken-over' } });

    // It gives back nothing that is not its own.
    await lock.release();
    await next.hold();
    await next.release();
  });

  it('goes on when nobody has taken the spool meanwhile', async () => {
    const disk = await diskWithFolder();
    const clock = new TestClock();
    const lock = await new Holder(disk).take({ clock });
    clock.wallAhead = 3 * 3_600_000;
    expect(lock.isSure).toBe(false);
    await lock.hold();
    expect(lock.isSure).toBe(true);
    await lock.release();
  });

  it('keeps its spool when it wakes up while another takes it', async () => {
    const disk = await diskWithFolder();
    const sleeper = new Holder(disk);
    const lock = await sleeper.take();
    sleeper.isStopped = true;

    // The other one creates its file at the very moment of the heartbeat.
    const { files } = disk;
    const thief: SpoolFiles = {
      ...files,
      createAlone: async (path) => {
        sleeper.wakeUp();
        await pause(60);
        return files.createAlone(path);
      },
    };
    expect((await refused(takeLock(thief, folder, quick))).details['reason']).toBe('locked');
    await lock.hold();
    await lock.release();
  });
});

describe('a lock that was left', () => {
  it('is taken by one of those who want it at once, many times over', async () => {
    for (let round = 0; round < 5; round += 1) {
      const disk = await diskWithFolder();
      const dead = new Holder(disk);
      await dead.take();
      dead.isStopped = true;

      const takers = Array.from({ length: 8 }, () => new Holder(disk).take());
      const ended = await Promise.allSettled(takers);
      const winners = ended.flatMap((item) => (item.status === 'fulfilled' ? [item.value] : []));
      expect(winners).toHaveLength(1);
      await winners[0]!.hold();
      await winners[0]!.release();
    }
  });

  it('is taken after a crash at every call of the one who took it', async () => {
    const counted = await diskWithFolder();
    const before = counted.calls;
    await (await new Holder(counted).take()).release();
    const total = counted.calls - before;
    expect(total).toBeGreaterThan(8);

    const works = Array.from({ length: total }, async (_, index) => {
      const disk = await diskWithFolder();
      disk.dieAt = disk.calls + index + 1;
      const dying = new Holder(disk);
      await dying
        .take()
        .then((lock) => lock.release())
        .catch(() => undefined);
      dying.isStopped = true;

      disk.dieAt = Infinity;
      const clock = new TestClock();
      clock.isQuick = true;
      const next = await new Holder(disk).take({ clock });
      await next.hold();
      await next.release();
    });
    await Promise.all(works);
  });

  it('is known at once where the system frees the file of a dead program', async () => {
    const disk = await diskWithFolder();
    const dead = new Holder(disk);
    await dead.take({ keepsHandle: true });
    dead.isStopped = true;

    // Without the time to watch it.
    const next = await new Holder(disk).take({ keepsHandle: true, timeoutMs: 0 });
    expect(next.wasLeft).toBe(true);
    await next.release();
  });

  it('needs no room on the disk', async () => {
    const disk = await diskWithFolder();
    const { files } = disk;
    const full: SpoolFiles = {
      ...files,
      createAlone: async (path) => ({
        ...(await files.createAlone(path)),
        write: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
      }),
    };
    const lock = await takeLock(full, folder, quick);
    await lock.hold();

    const other = await refused(new Holder(disk).take());
    expect(other.details).toMatchObject({ reason: 'locked', since: null });
    await lock.release();
  });
});

describe('what stands in the place of a lock', () => {
  const made = (): string => {
    const path = mkdtempSync(join(tmpdir(), 'spool-lock-'));
    cleanups.push(() => rmSync(path, { recursive: true, force: true }));
    return path;
  };
  const open = async (where: string): Promise<OutboxStore> => {
    const store = await openSpoolStore({ folder: where, ...quick });
    cleanups.push(() => store.close());
    return store;
  };

  it.each<[string, (path: string) => void]>([
    ['nothing in it', (path) => writeFileSync(path, '')],
    ['half a note', (path) => writeFileSync(path, '{"since":"20')],
    ['a note of somebody else', (path) => writeFileSync(path, '{"takeOverAfterMs":1e300,"since":7}')],
    ['much in it', (path) => writeFileSync(path, Buffer.alloc(100_000))],
    ['a folder', (path) => mkdirSync(path)],
    ['a link to nowhere', (path) => symlinkSync('/nowhere/at/all', path)],
    ['a link to a device that never ends', (path) => symlinkSync('/dev/zero', path)],
    [
      'a time to come',
      (path) => {
        writeFileSync(path, '');
        utimesSync(path, 4e9, 4e9);
      },
    ],
  ])('a number with %s is given up after its time', async (_name, plant) => {
    const where = made();
    mkdirSync(join(where, 'lock'), { mode: 0o700 });
    plant(join(where, 'lock', '0000000041'));

    // Nothing says how long its holder may be silent: the usual time counts.
    const clock = new TestClock();
    clock.isQuick = true;
    const lock = await takeLock(diskFiles(), where, { ...quick, clock });
    expect(readdirSync(join(where, 'lock'))).toContain('0000000042');
    await lock.release();
    await open(where);
  });

  it('other names in its folder are nobody', async () => {
    const where = made();
    mkdirSync(join(where, 'lock'), { mode: 0o700 });
    for (const name of ['x', '0000000001.bak', '12', '.nfs0001', '99999999999999999999']) {
      writeFileSync(join(where, 'lock', name), 'x');
    }
    await open(where);
    expect(readdirSync(join(where, 'lock'))).toContain('0000000001');
  });

  it('is the file of an earlier version, whoever wrote it', async () => {
    const where = made();
    writeFileSync(join(where, 'lock'), `{"pid":${String(process.pid)},"host":"x","started":null,"token":"t"}`);
    await open(where);
  });

  it('that is removed by hand is noticed', async () => {
    const where = made();
    const lock = await takeLock(diskFiles(), where, quick);
    rmSync(join(where, 'lock'), { recursive: true });
    const next = await takeLock(diskFiles(), where, quick);
    // By its next sign of life, which a busy machine may delay.
    const told = (): Promise<unknown> =>
      lock.hold().then(
        () => 'held',
        (error: unknown) => isTerrESanteError(error) && error.details['reason'],
      );
    await expect.poll(told, { timeout: 10_000 }).toBe('taken-over');
    await next.hold();
    await next.release();
  });
});

describe('a spool that was taken over', () => {
  it('is neither read for sending nor written by the one that lost it', async () => {
    const disk = await diskWithFolder();
    const clock = new TestClock();
    const sleeper = new Holder(disk);
    const { openSpool } = await import('../../src/transport/outbox/spool/open-spool.ts');
    const store = await openSpool({ folder, ...quick }, sleeper.files, { clock });
    await store.addUnmatched({
      report: { kind: 'dsn', source: fromMailSystem, reportId: 'a', envelopeId: null, messageIds: [], recipients: [] },
      at: '',
    });

    sleeper.isStopped = true;
    const next = await openSpool({ folder, ...quick }, disk.files);
    clock.wallAhead = 3 * 3_600_000;
    sleeper.wakeUp();

    const lost = { code: 'TE_OUTBOX', retryable: false, details: { reason: 'taken-over' } };
    const report = {
      kind: 'dsn' as const,
      source: fromMailSystem,
      reportId: 'b',
      envelopeId: null,
      messageIds: [],
      recipients: [],
    };
    await expect(store.addUnmatched({ report, at: '' })).rejects.toMatchObject(lost);
    await expect(store.claim({ now: 1e15, limit: 1, owner: 'a', leaseMs: 1 })).rejects.toMatchObject(lost);

    const before = disk.calls;
    await store.close();
    expect(await disk.files.names('/spool/lock')).toHaveLength(1);
    expect(disk.calls).toBeGreaterThan(before);
    await next.close();
  });
});
