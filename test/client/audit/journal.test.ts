import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import { openJournal } from '../../../src/client/audit/journal/open.ts';
import { openAuditJournal, type AuditEvent, type StoredAuditJournal } from '../../../src/index.ts';
import { runtimeAt, type Clock } from '../../../src/internal/runtime.ts';
import { MemoryDisk } from '../../helpers/memory-disk.ts';

const key = randomBytes(32);
const root = mkdtempSync(join(tmpdir(), 'te-audit-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const newFolder = (): string => join(root, String((folders += 1)));

function access(correlationId: string, more: Partial<AuditEvent> = {}): AuditEvent {
  return {
    startedAt: '2026-03-01T10:00:00Z',
    at: '2026-03-01T10:00:01Z',
    action: 'documents.fetch',
    purpose: 'normal',
    reason: null,
    professional: '899700012349',
    structure: '1990000010',
    patient: { system: '2.999.1.10', value: 'PAT-000123' },
    object: '2.999.1.2.3',
    outcome: 'ok',
    code: null,
    binding: 'soap-ihe',
    correlationId,
    ...more,
  };
}

/** A journal whose days the test decides. */
class Days implements Clock {
  day = 1;
  now(): number {
    return Date.UTC(2026, 2, this.day, 10);
  }
}

async function journalOf(
  records: number,
  folder = newFolder(),
): Promise<{ folder: string; journal: StoredAuditJournal }> {
  const journal = await openAuditJournal({ folder, key });
  for (let index = 1; index <= records; index += 1) await journal.write(access(`r${String(index)}`));
  return { folder, journal };
}

const looking = (folder: string): Promise<StoredAuditJournal> => openAuditJournal({ folder, key, readOnly: true });
const listed = async (journal: StoredAuditJournal): Promise<string[]> => {
  const ids: string[] = [];
  for await (const event of journal.events()) ids.push(event.correlationId);
  return ids;
};

function recordsFile(folder: string, index = 0): string {
  const place = join(folder, 'records');
  return join(place, readdirSync(place).sort()[index]!);
}

/** One journal of six records, whose file each test changes. */
let six: ReturnType<typeof sixRecords> | undefined;
async function sixRecords(): Promise<{ folder: string; lines: string[] }> {
  const { folder, journal } = await journalOf(6);
  await journal.close();
  return { folder, lines: readFileSync(recordsFile(folder), 'latin1').trimEnd().split('\n') };
}

/** What `verify` says after the lines of the first file were changed. */
async function after(change: (lines: string[]) => string[]): Promise<string[]> {
  const { folder, lines } = await (six ??= sixRecords());
  const path = recordsFile(folder);
  writeFileSync(
    path,
    change(lines)
      .map((line) => `${line}\n`)
      .join(''),
  );

  const { findings } = await (await looking(folder)).verify();
  return findings.map(({ rule, path: place, found }) => [rule, place, found].filter(Boolean).join(' '));
}

describe('a journal of accesses', () => {
  it('keeps them in their order over two openings, sealed, for the owner only', async () => {
    const { folder, journal } = await journalOf(3);
    await Promise.all(['a', 'b', 'c'].map((id) => journal.write(access(id))));
    expect(await journal.verify()).toMatchObject({ ok: true, findings: [], records: 6, last: { sequence: 6 } });
    await journal.close();

    const again = await openAuditJournal({ folder, key });
    await again.write(access('d', { patient: { system: '2.999.1.10', value: 'CANARI-2' } }));
    expect(await listed(again)).toEqual(['r1', 'r2', 'r3', 'a', 'b', 'c', 'd']);
    const other: string[] = [];
    for await (const event of again.events({ patient: { system: '2.999.1.10', value: 'CANARI-2' } })) {
      other.push(event.correlationId);
    }
    expect(other).toEqual(['d']);
    expect((await again.verify()).ok).toBe(true);
    await again.close();

    for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(name.parentPath, name.name);
      expect(statSync(path).mode & 0o077).toBe(0);
      if (name.isFile()) expect(readFileSync(path, 'latin1')).not.toMatch(/CANARI|PAT-|8997/);
    }
  });

  it('is had by one program at a time, and looked at by others', async () => {
    const { folder, journal } = await journalOf(1);
    await expect(openAuditJournal({ folder, key })).rejects.toMatchObject({
      code: 'TE_AUDIT',
      details: { reason: 'locked' },
    });
    const seen = await looking(folder);
    expect(await listed(seen)).toEqual(['r1']);
    await expect(seen.write(access('x'))).rejects.toMatchObject({ details: { reason: 'read-only' } });
    await expect(seen.purge('2026-04-01T00:00:00Z')).rejects.toMatchObject({ details: { reason: 'read-only' } });
    await journal.close();
    await journal.close();
    await expect(journal.write(access('x'))).rejects.toMatchObject({ code: 'TE_AUDIT', details: { reason: 'closed' } });
  });

  it('says what it cannot be opened with', async () => {
    const { folder, journal } = await journalOf(1);
    await journal.close();
    const refusals = [
      [
        () => openAuditJournal({ folder, key: randomBytes(32) }),
        { code: 'TE_AUDIT', details: { reason: 'unreadable' } },
      ],
      [
        () => openAuditJournal({ folder: newFolder(), key, readOnly: true }),
        { code: 'TE_AUDIT', details: { reason: 'absent' } },
      ],
      [() => openAuditJournal({ folder: newFolder(), key: randomBytes(16) }), { code: 'TE_CONFIG_INVALID' }],
      [
        () => openAuditJournal({ folder: newFolder() } as never),
        { code: 'TE_CONFIG_INVALID', details: { argument: 'key' } },
      ],
      [() => openAuditJournal({ folder: ' ', key }), { code: 'TE_CONFIG_INVALID', details: { argument: 'folder' } }],
      [() => openAuditJournal({ folder, key, keys: [key] } as never), { code: 'TE_INPUT_INVALID' }],
    ] as const;
    for (const [opening, refusal] of refusals) await expect(opening()).rejects.toMatchObject(refusal);

    const link = newFolder();
    symlinkSync(folder, link);
    await expect(openAuditJournal({ folder: link, key })).rejects.toMatchObject({
      details: { reason: 'unsafe-folder' },
    });
    chmodSync(folder, 0o777);
    await expect(openAuditJournal({ folder, key })).rejects.toMatchObject({ details: { reason: 'unsafe-folder' } });
  });

  it.each<[string, unknown, string?]>([
    ['nothing', undefined],
    ['another member', { ...access('x'), birthName: 'FICTIF' }],
    ['a member less', (({ patient: _left, ...rest }) => rest)(access('x'))],
    ['a text that is too long', access('x', { reason: 'x'.repeat(1_001) })],
    ['an instant that is none', access('x', { at: 'hier' }), 'TE_DATE_INVALID'],
  ])('refuses %s as an access', async (_, event, code = 'TE_INPUT_INVALID') => {
    const { journal } = await journalOf(0);
    await expect(journal.write(event as AuditEvent)).rejects.toMatchObject({ code });
    expect(await journal.verify()).toMatchObject({ ok: true, records: 0 });
    await journal.close();
  });
});

describe('a journal that somebody touched', () => {
  const [file] = ['1.log'];

  it.each<[string, (lines: string[]) => string[], string[]]>([
    ['nothing', (lines) => lines, []],
    ['a record changed', (l) => l.with(2, `A${l[2]!.slice(1)}`), [`AUDIT-CHANGED ${file}:3`]],
    ['the first one changed', (l) => l.with(0, `A${l[0]!.slice(1)}`), [`AUDIT-CHANGED ${file}:1`]],
    ['the last one changed', (l) => l.with(5, `A${l[5]!.slice(1)}`), [`AUDIT-CHANGED ${file}:6`]],
    ['a record removed', (l) => l.toSpliced(2, 1), [`AUDIT-REMOVED ${file}:3 3`]],
    ['three records removed', (l) => l.toSpliced(1, 3), [`AUDIT-REMOVED ${file}:2 2-4`]],
    ['the first two removed', (l) => l.slice(2), ['AUDIT-REMOVED #1 1-2']],
    ['the last two removed', (l) => l.slice(0, 4), ['AUDIT-REMOVED head 5-6']],
    ['the last one cut', (l) => l.with(5, l[5]!.slice(0, 40)), [`AUDIT-CHANGED ${file}:6`]],
    ['everything removed', () => [], ['AUDIT-REMOVED head 1-6']],
    ['two exchanged', (l) => l.with(2, l[3]!).with(3, l[2]!), [`AUDIT-REORDERED ${file}:4 3`]],
    ['the first moved to the end', (l) => [...l.slice(1), l[0]!], ['AUDIT-REORDERED 1.log:6 1', 'AUDIT-REMOVED #1 1']],
    ['a record repeated', (l) => l.toSpliced(3, 0, l[2]!), [`AUDIT-REORDERED ${file}:4 3`]],
    [
      'a line put in',
      (l) => l.toSpliced(3, 0, 'bm90IG91cnM='),
      ['AUDIT-REORDERED 1.log:5 4', `AUDIT-CHANGED ${file}:4`],
    ],
  ])('%s: told', async (_, change, expected) => {
    expect(await after(change)).toEqual(expected);
  });

  it('whatever the change, and however many', async () => {
    const line = fc.nat(5);
    const change = fc.oneof(
      fc.record({ kind: fc.constant('remove' as const), line }),
      fc.record({ kind: fc.constant('change' as const), line }),
      fc.record({ kind: fc.constant('repeat' as const), line }),
      fc.record({ kind: fc.constant('exchange' as const), line }),
    );
    const apply = (lines: string[], { kind, line: at }: { kind: string; line: number }): string[] => {
      const index = at % Math.max(1, lines.length);
      const found = lines[index];
      if (found === undefined) return lines;
      if (kind === 'remove') return lines.toSpliced(index, 1);
      if (kind === 'change')
        return lines.with(
          index,
          found.replace(/^../, (two) => (two === 'AA' ? 'BB' : 'AA')),
        );
      if (kind === 'repeat') return lines.toSpliced(index, 0, found);
      const next = (index + 1) % lines.length;
      return lines.with(index, lines[next]!).with(next, found);
    };
    const { folder, lines: original } = await (six ??= sixRecords());
    const path = recordsFile(folder);
    const seen = await looking(folder);
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const changed = changes.reduce(apply, original);
        writeFileSync(path, changed.map((text) => `${text}\n`).join(''));
        expect((await seen.verify()).ok).toBe(changed.join() === original.join());
      }),
      { numRuns: 40 },
    );
  });

  it('the head: changed, removed, or an older one', async () => {
    const { folder, journal } = await journalOf(2);
    const head = join(folder, 'head');
    const older = readFileSync(head);
    await journal.write(access('r3'));
    const { last } = await journal.verify();
    await journal.close();

    rmSync(head);
    expect(await (await looking(folder)).verify()).toMatchObject({
      ok: false,
      findings: [{ rule: 'AUDIT-CHAIN', path: 'head' }],
    });
    await expect(openAuditJournal({ folder, key })).rejects.toMatchObject({ details: { reason: 'head' } });
    writeFileSync(head, 'x'.repeat(60));
    await expect(openAuditJournal({ folder, key })).rejects.toMatchObject({ details: { reason: 'head' } });

    // An older copy of head and records: only what was noted elsewhere tells it.
    writeFileSync(head, older);
    const path = recordsFile(folder);
    writeFileSync(path, readFileSync(path, 'latin1').split('\n').slice(0, 2).join('\n').concat('\n'));
    const seen = await looking(folder);
    expect(await seen.verify()).toMatchObject({ ok: true, records: 2 });
    expect(await seen.verify(last)).toMatchObject({
      ok: false,
      findings: [{ rule: 'AUDIT-REMOVED', path: 'known', found: '3' }],
    });
    expect((await seen.verify({ sequence: 2, hash: last.hash })).findings).toMatchObject([
      { rule: 'AUDIT-CHAIN', path: 'known' },
    ]);
    await expect(seen.verify({ sequence: -1, hash: 'x' })).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it('a removed end stays told after the program went on', async () => {
    const { folder, journal } = await journalOf(4);
    await journal.close();
    const path = recordsFile(folder);
    writeFileSync(path, readFileSync(path, 'latin1').split('\n').slice(0, 2).join('\n').concat('\n'));

    const again = await openAuditJournal({ folder, key });
    await again.write(access('r5'));
    expect((await again.verify()).findings).toMatchObject([{ rule: 'AUDIT-REMOVED', found: '3-4' }]);
    await expect(again.purge('2030-01-01T00:00:00Z')).rejects.toMatchObject({ details: { reason: 'broken' } });
    await again.close();
  });
});

describe('a purge', () => {
  it('takes whole days and leaves a chain that verifies, again and again', async () => {
    const clock = new Days();
    const journal = await openAuditJournal({ folder: newFolder(), key, runtime: { clock, ids: runtimeAt(0).ids } });
    for (clock.day = 1; clock.day <= 4; clock.day += 1) {
      const at = `2026-03-0${String(clock.day)}T10:00:00Z`;
      await journal.write(access(`${String(clock.day)}a`, { at }));
      await journal.write(access(`${String(clock.day)}b`, { at }));
    }
    const { last } = await journal.verify();

    expect(await journal.purge('2026-02-01T00:00:00Z')).toBe(0);
    expect(await journal.purge('2026-03-03T00:00:00Z')).toBe(4);
    expect(await listed(journal)).toEqual(['3a', '3b', '4a', '4b']);
    expect(await journal.verify(last)).toMatchObject({ ok: true, findings: [], records: 5 });

    clock.day = 9;
    expect(await journal.purge('2026-03-09T00:00:00Z')).toBe(5);
    expect(await journal.verify(last)).toMatchObject({ ok: true, findings: [], records: 1, last: { sequence: 10 } });
    await expect(journal.purge('demain')).rejects.toMatchObject({ code: 'TE_DATE_INVALID' });
    await journal.close();
  });

  it('comes by itself where a retention is set, and leaves a chain that verifies', async () => {
    const clock = new Days();
    const folder = newFolder();
    const how = { folder, key, keepDays: 3, runtime: { clock, ids: runtimeAt(0).ids } };
    const journal = await openAuditJournal(how);
    for (clock.day = 1; clock.day <= 6; clock.day += 1) {
      await journal.write(access(String(clock.day), { at: `2026-03-0${String(clock.day)}T10:00:00Z` }));
    }
    expect(await journal.verify()).toMatchObject({ ok: true, findings: [] });
    expect(await listed(journal)).toEqual(['3', '4', '5', '6']);
    await journal.close();

    clock.day = 9;
    const again = await openAuditJournal(how);
    expect(await listed(again)).toEqual(['6']);
    expect((await again.verify()).ok).toBe(true);
    await again.close();
    for (const keepDays of [0, -1, 1.5, '30']) {
      await expect(openAuditJournal({ ...how, keepDays: keepDays as never })).rejects.toMatchObject({
        code: 'TE_INPUT_INVALID',
      });
    }
  });

  it('leaves a journal alone that does not verify, and accesses are written on', async () => {
    const clock = new Days();
    const folder = newFolder();
    const how = { folder, key, keepDays: 3, runtime: { clock, ids: runtimeAt(0).ids } };
    const journal = await openAuditJournal({ ...how, keepDays: undefined });
    for (clock.day = 1; clock.day <= 3; clock.day += 1) {
      await journal.write(access(String(clock.day), { at: `2026-03-0${String(clock.day)}T10:00:00Z` }));
    }
    await journal.close();
    rmSync(join(folder, 'records', '0000000002.log'));

    clock.day = 9;
    const again = await openAuditJournal(how);
    await again.write(access('9', { at: '2026-03-09T10:00:00Z' }));
    expect(await listed(again)).toEqual(['1', '3', '9']);
    expect((await again.verify()).ok).toBe(false);
    await again.close();
  });

  it('is not the way to hide a record: what it does not name is missing', async () => {
    const clock = new Days();
    const folder = newFolder();
    const journal = await openAuditJournal({ folder, key, runtime: { clock, ids: runtimeAt(0).ids } });
    for (clock.day = 1; clock.day <= 3; clock.day += 1) {
      await journal.write(access('a', { at: `2026-03-0${String(clock.day)}T10:00:00Z` }));
    }
    await journal.purge('2026-03-02T00:00:00Z');
    await journal.close();
    rmSync(recordsFile(folder));
    expect((await (await looking(folder)).verify()).findings).toMatchObject([{ rule: 'AUDIT-REMOVED', found: '1-2' }]);
  });
});

describe('a crash', () => {
  const options = { folder: '/j', key, readOnly: false, clock: runtimeAt(Date.UTC(2026, 2, 1)).clock };

  /** Writes until the disk dies; what was confirmed must be there after the power is back. */
  async function crashAt(dieAt: number, isPowerCut: boolean): Promise<boolean> {
    const disk = new MemoryDisk();
    const confirmed: string[] = [];
    disk.dieAt = dieAt;
    let isThrough = true;
    try {
      const journal = await openJournal(options, disk.files);
      for (const id of ['a', 'b', 'c']) {
        await journal.write(access(id));
        confirmed.push(id);
      }
      await journal.close();
    } catch {
      isThrough = false;
    }

    if (isPowerCut) disk.powerCut();
    disk.dieAt = Infinity;
    // The lock of a program that died is left to its own tests.
    for (const name of await disk.files.names('/j/lock').catch(() => [])) await disk.files.remove(`/j/lock/${name}`);
    const again = await openJournal(options, disk.files);
    await again.write(access('d'));
    const { ok, findings } = await again.verify();
    expect([ok, findings.filter(({ rule }) => rule !== 'AUDIT-CUT')]).toEqual([true, []]);
    const ids = await listed(again);
    expect(ids.filter((id) => confirmed.includes(id))).toEqual(confirmed);
    expect(ids.at(-1)).toBe('d');
    await again.close();
    return isThrough;
  }

  it.each([true, false])(
    'at any call to the disk loses nothing that was confirmed (power cut: %s)',
    async (isPowerCut) => {
      let dieAt = 1;
      while (!(await crashAt(dieAt, isPowerCut))) dieAt += 1;
      expect(dieAt).toBeGreaterThan(30);
    },
  );

  it('in the middle of a record is told as a cut, before and after the program goes on', async () => {
    const { folder, journal } = await journalOf(2);
    const head = readFileSync(join(folder, 'head'));
    await Promise.all([journal.write(access('r3')), journal.write(access('r4'))]);
    await journal.close();
    // The head of before, and a part of the record: the disk had no time for more.
    writeFileSync(join(folder, 'head'), head);
    const path = recordsFile(folder);
    const lines = readFileSync(path, 'latin1').split('\n');
    for (const rest of ['', lines[2]!.slice(0, 30), `${lines[2]!.slice(0, 30)}\n${lines[3]!}\n`, '\0\0\0\0']) {
      writeFileSync(path, `${lines.slice(0, 2).join('\n')}\n${rest}`);
      const told = rest === '' ? [] : [{ rule: 'AUDIT-CUT', severity: 'warning', path: '1.log:3' }];
      expect(await (await looking(folder)).verify()).toMatchObject({ ok: true, findings: told, last: { sequence: 2 } });
    }

    const again = await openAuditJournal({ folder, key });
    await again.write(access('r3 again'));
    expect(await again.verify()).toMatchObject({ ok: true, findings: [{ rule: 'AUDIT-CUT' }], last: { sequence: 3 } });
    await again.close();
  });

  it('of one call is told to who writes, and the next write goes on', async () => {
    for (let failAt = 1; failAt < 12; failAt += 1) {
      const disk = new MemoryDisk();
      const journal = await openJournal(options, disk.files);
      await journal.write(access('a'));
      disk.failAt = disk.calls + failAt;
      const outcomes = await Promise.allSettled([journal.write(access('b')), journal.write(access('c'))]);
      disk.failAt = Infinity;
      await journal.write(access('d'));

      expect((await journal.verify()).findings.filter(({ rule }) => rule !== 'AUDIT-CUT')).toEqual([]);
      const ids = await listed(journal);
      if (outcomes.every(({ status }) => status === 'fulfilled')) expect(ids).toEqual(['a', 'b', 'c', 'd']);
      else expect(outcomes).toMatchObject([{ reason: { code: 'TE_AUDIT', retryable: true } }, { status: 'rejected' }]);
      expect([ids[0], ids.at(-1)]).toEqual(['a', 'd']);
      await journal.close();
    }
  });
});
