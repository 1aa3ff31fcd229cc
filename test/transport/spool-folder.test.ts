import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import { bytesSource } from '../../src/internal/bytes.ts';
import { openSpoolStore } from '../../src/transport/index.ts';
import { diskFiles } from '../../src/transport/outbox/spool/files.ts';
import { openSpool } from '../../src/transport/outbox/spool/open-spool.ts';
import { newTrack } from '../../src/transport/receipt/track.ts';
import { fromMailSystem } from './fixtures.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'spool-folder-')));
const folders: string[] = [];
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

/** A folder of this account that nobody else writes into. */
function made(): string {
  const path = mkdtempSync(join(root, 'of-'));
  folders.push(path);
  return path;
}

/** Somebody's folder, with a file that must stay. */
function victim(): string {
  const path = made();
  writeFileSync(join(path, 'precious.txt'), 'x');
  return path;
}

const unsafe = (reason: string): object => ({
  code: 'TE_OUTBOX',
  details: { reason: 'unsafe-folder', unsafe: reason },
});
const levels = ['tmp', 'log', 'queue', 'held', 'state', 'alias', 'journal', 'unmatched', 'damaged', 'lock'];

describe('the folder of a spool', () => {
  it.each([0o777, 0o770, 0o702, 0o1777])('that others may write into is refused (%o)', async (mode) => {
    const path = made();
    chmodSync(path, mode);
    await expect(openSpoolStore({ folder: path })).rejects.toMatchObject(unsafe('writable-by-others'));
    expect(readdirSync(path)).toEqual([]);
  });

  it.each(['', sep, `${sep}.`])('that is a link is refused, however it is written (%j)', async (end) => {
    const target = victim();
    const link = join(made(), 'link');
    symlinkSync(target, link);
    await expect(openSpoolStore({ folder: link + end })).rejects.toMatchObject(unsafe('link'));
    expect(readdirSync(target)).toEqual(['precious.txt']);
  });

  it('that is a file is refused', async () => {
    const path = join(victim(), 'precious.txt');
    await expect(openSpoolStore({ folder: path })).rejects.toMatchObject(unsafe('no-folder'));
  });

  it('of another account is refused, and the sentence says what to do', async () => {
    const path = made();
    const other = lstatSync(path).uid + 1;
    const opening = openSpool({ folder: path }, diskFiles(), { account: other });
    await expect(opening).rejects.toMatchObject({
      ...unsafe('other-owner'),
      message: expect.stringMatching('sous-dossier') as string,
    });
  });

  it('opens where the folders above are links, or are shared as the temporary folder is', async () => {
    const [target, shared] = [made(), made()];
    chmodSync(shared, 0o1777);
    symlinkSync(target, join(shared, 'home'));
    const store = await openSpoolStore({ folder: join(shared, 'home', 'depots') });
    await store.close();
    expect(lstatSync(join(target, 'depots')).mode & 0o777).toBe(0o700);
  });

  it('opens where others may read but not write', async () => {
    const path = made();
    chmodSync(path, 0o755);
    await (await openSpoolStore({ folder: path })).close();
  });

  it('opens where the system knows neither owners nor rights', async () => {
    const path = made();
    chmodSync(path, 0o777);
    await (await openSpool({ folder: path }, diskFiles(), { account: null })).close();
  });

  it('is looked at without a check: nothing is written there', async () => {
    const path = made();
    await (await openSpoolStore({ folder: path })).close();
    chmodSync(path, 0o777);
    await (await openSpoolStore({ folder: path, readOnly: true })).close();
  });
});

describe('each folder inside a spool', () => {
  it.each(levels)('that is a link is refused, and what it leads to stays (%s)', async (level) => {
    const [path, target] = [made(), victim()];
    symlinkSync(target, join(path, level));
    await expect(openSpoolStore({ folder: path })).rejects.toMatchObject(unsafe('link'));
    expect(readdirSync(target)).toEqual(['precious.txt']);
  });

  it.each(levels.filter((level) => level !== 'lock'))('that is a file is refused (%s)', async (level) => {
    const path = made();
    writeFileSync(join(path, level), '');
    await expect(openSpoolStore({ folder: path })).rejects.toMatchObject(unsafe('no-folder'));
  });

  it.each(['queue', 'state'])('is looked at one level deeper (%s)', async (level) => {
    const [path, target] = [made(), victim()];
    mkdirSync(join(path, level), { mode: 0o700 });
    symlinkSync(target, join(path, level, '7f'));
    await expect(openSpoolStore({ folder: path })).rejects.toMatchObject(unsafe('link'));
    expect(readdirSync(target)).toEqual(['precious.txt']);
  });

  it('that others may write into is refused', async () => {
    const path = made();
    mkdirSync(join(path, 'tmp'));
    chmodSync(join(path, 'tmp'), 0o777);
    await expect(openSpoolStore({ folder: path })).rejects.toMatchObject(unsafe('writable-by-others'));
  });

  it.runIf(process.platform !== 'win32')(
    'whose file `format` is a pipe or a link is refused, and not waited for',
    async () => {
      const piped = made();
      execFileSync('mkfifo', [join(piped, 'format')]);
      await expect(openSpoolStore({ folder: piped })).rejects.toMatchObject({ code: 'TE_OUTBOX' });

      const linked = made();
      symlinkSync(join(victim(), 'precious.txt'), join(linked, 'format'));
      await expect(openSpoolStore({ folder: linked })).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    },
  );

  it('keeps no lock when it is refused', async () => {
    const [path, target] = [made(), victim()];
    const store = await openSpoolStore({ folder: path });
    const report = {
      kind: 'dsn' as const,
      source: fromMailSystem,
      reportId: 'a',
      envelopeId: null,
      messageIds: [],
      recipients: [],
    };
    await store.addUnmatched({ report, at: '' });
    await store.close();
    rmSync(join(path, 'tmp'), { recursive: true });
    symlinkSync(target, join(path, 'tmp'));
    await expect(openSpoolStore({ folder: path })).rejects.toMatchObject(unsafe('link'));

    rmSync(join(path, 'tmp'));
    const again = await openSpoolStore({ folder: path }, { timeoutMs: 0 });
    const reports = [];
    for await (const item of again.unmatched()) reports.push(item);
    expect(reports).toHaveLength(1);
    expect(await again.add(entryFor(), bytesSource(Buffer.from('x')))).toBeNull();
    await again.close();
    expect(existsSync(join(target, 'precious.txt'))).toBe(true);
  });
});

function entryFor(): Parameters<Awaited<ReturnType<typeof openSpoolStore>>['add']>[0] {
  return {
    id: 'ab'.repeat(20),
    generation: 1,
    uniqueIds: ['1.1'],
    documents: [{ uniqueId: '1.1', sha1: '00' }],
    channel: 'mssante',
    envelope: { from: 'a@b.mssante.fr', to: 'c@d.mssante.fr' },
    byteLength: 1,
    createdAt: 1,
    expiresAt: 1e15,
    work: 'queued',
    attempts: 0,
    nextAt: 1,
    owner: null,
    lastError: null,
    outcomeUnknown: false,
    hasContent: true,
    track: newTrack('<x@y>', 'x', 'c@d.mssante.fr', '2026-03-01T09:30:00.000Z'),
    previous: [],
    revision: 1,
  };
}
