import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { TerrESanteError } from '../../../errors.ts';
import { foreignCode } from '../../../internal/foreign-error.ts';
import { ifThere, type SpoolFiles } from './files.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /**
   * Start of the process in clock ticks, where the system gives it: a recycled pid is not the same
   * process.
   */
  readonly started: string | null;
  readonly token: string;
}

function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie holds nothing any more.
    return state === 'Z' ? null : (rest[18] ?? null);
  } catch {
    return null;
  }
}

function isAlive(holder: Holder): boolean {
  // Another machine cannot be looked at: it keeps its lock until it releases it.
  if (holder.host !== hostname()) return true;

  if (holder.started !== null) return startOf(holder.pid) === holder.started;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return foreignCode(error) === 'EPERM';
  }
}

/** The lock of a spool: one process at a time. */
export interface SpoolLock {
  /** The former holder ended without releasing it. */
  readonly wasLeft: boolean;
  release(): Promise<void>;
}

/**
 * Takes the lock, from a dead holder too.
 *
 * @throws TerrESanteError `TE_OUTBOX` when a living process holds it.
 */
export async function takeLock(files: SpoolFiles, folder: string): Promise<SpoolLock> {
  const path = join(folder, 'lock');
  const holder: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid), token: randomUUID() };

  // Written whole under another name first: a lock is never seen half written.
  const own = join(folder, 'tmp', `lock.${holder.token}`);
  const file = await files.create(own);
  try {
    await file.write(Buffer.from(JSON.stringify(holder), 'utf8'));
  } finally {
    await file.close();
  }

  let wasLeft = false;
  try {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      if (await isLinked(files, own, path)) return lockOf(files, path, holder, wasLeft);

      const current = await readHolder(files, path);
      if (!current) continue;
      if (isAlive(current)) throw locked();
      if (await moveAway(files, folder, current)) wasLeft = true;
    }
  } finally {
    await files.remove(own).catch(() => undefined);
  }
  throw locked();
}

function lockOf(files: SpoolFiles, path: string, holder: Holder, wasLeft: boolean): SpoolLock {
  return {
    wasLeft,
    async release() {
      if ((await readHolder(files, path))?.token === holder.token) await files.remove(path);
    },
  };
}

/** Whether the name of the lock was free: a link is made for one of those who try. */
async function isLinked(files: SpoolFiles, own: string, path: string): Promise<boolean> {
  try {
    await files.link(own, path);
    return true;
  } catch (error) {
    if (foreignCode(error) !== 'EEXIST') throw error;
    return false;
  }
}

async function readHolder(files: SpoolFiles, path: string): Promise<Holder | null> {
  const bytes = await ifThere(files.readAll(path));
  if (!bytes) return null;

  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as Holder;
  } catch {
    // A damaged lock has no living holder.
    return { pid: 0, host: hostname(), started: 'damaged', token: '' };
  }
}

/**
 * Moves the lock of a dead holder away; `true` when it was that one. Only one of those who saw the
 * dead holder moves its lock; who moved a living one by mistake puts it back.
 */
async function moveAway(files: SpoolFiles, folder: string, dead: Holder): Promise<boolean> {
  const path = join(folder, 'lock');
  const aside = join(folder, 'tmp', `dead.${randomUUID()}`);
  try {
    await files.rename(path, aside);
  } catch (error) {
    if (foreignCode(error) !== 'ENOENT') throw error;
    return false;
  }

  const isDead = (await readHolder(files, aside))?.token === dead.token;
  if (!isDead) await files.link(aside, path).catch(() => undefined);
  await files.remove(aside);
  return isDead;
}

const locked = (): TerrESanteError =>
  new TerrESanteError('TE_OUTBOX', "La boîte d'envoi est déjà ouverte par un autre programme.", {
    details: { reason: 'locked' },
  });
