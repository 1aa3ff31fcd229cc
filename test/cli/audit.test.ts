import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openAuditJournal } from '../../src/index.ts';
import { fictiveAccess } from '../client/audit/access.ts';
import { jsonLines, runWords } from '../helpers/cli.ts';

const root = mkdtempSync(join(tmpdir(), 'te-audit-'));
const folder = join(root, 'acces');
const keyFile = join(root, 'key');
const store = ['--journal', folder, '--key-file', keyFile];
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeAll(async () => {
  const key = randomBytes(32);
  writeFileSync(keyFile, key);
  const journal = await openAuditJournal({ folder, key });
  await journal.write(fictiveAccess);
  await journal.write({ ...fictiveAccess, at: '2026-03-02T10:00:01Z' });
  await journal.close();
});

describe('terr-esante audit', () => {
  it('exports what is asked for, a message a line', async () => {
    const all = await runWords(['audit', 'export', '--format', 'atna', '--source', 'LPS', ...store]);
    expect([all.code, all.out.trim().split('\n').length]).toEqual([0, 2]);
    expect(all.out).toMatch(/^<AuditMessage>/);
    const some = await runWords([
      'audit',
      'export',
      '--format',
      'fhir',
      '--source',
      'LPS',
      '--since',
      fictiveAccess.at.replace('01T', '02T'),
      ...store,
    ]);
    expect(jsonLines(some.out)).toMatchObject([{ resourceType: 'AuditEvent', recorded: '2026-03-02T10:00:01Z' }]);
  });

  it('verifies, gives a mark, and says with 1 that the chain is broken', async () => {
    const good = await runWords(['audit', 'verify', ...store]);
    const mark = /\d+:[0-9a-f]{64}/.exec(good.out)![0];
    expect([good.code, mark.slice(0, 2)]).toEqual([0, '2:']);
    expect((await runWords(['audit', 'verify', '--known', mark, ...store])).code).toBe(0);

    const path = join(folder, 'records', readdirSync(join(folder, 'records'))[0]!);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.indexOf(10) + 1));
    const broken = await runWords(['audit', 'verify', '--json', ...store]);
    expect(broken.code).toBe(1);
    expect(jsonLines(broken.out)).toMatchObject([{ ok: false, findings: [{ rule: 'AUDIT-REMOVED', found: '2' }] }]);
    const text = await runWords(['audit', 'verify', '--lang', 'en', ...store]);
    expect(text.out).toMatch(/ERROR AUDIT-REMOVED[\s\S]*at its end/);
    writeFileSync(path, whole);
  });

  it('purges', async () => {
    const young = await runWords(['audit', 'purge', '--older-than', '36500', '--json', ...store]);
    expect([young.code, jsonLines(young.out)]).toEqual([0, [{ records: 0 }]]);
    const { code, out } = await runWords(['audit', 'purge', '--before', '2026-04-01T00:00:00Z', '--json', ...store]);
    expect([code, jsonLines(out)]).toEqual([0, [{ records: 2 }]]);
    expect((await runWords(['audit', 'verify', ...store])).code).toBe(0);
  });

  it.each<[readonly string[], RegExp]>([
    [['audit', 'show', ...store], /^Mot inconnu « show »/],
    [['audit', 'verify', '--journal', folder], /^Option --key-file manquante/],
    [['audit', 'export', '--format', 'csv', '--source', 'x', ...store], /--format/],
    [['audit', 'purge', ...store], /--older-than/],
    [['audit', 'purge', '--older-than', 'hier', ...store], /--older-than/],
    [['audit', 'verify', '--known', 'x', ...store], /--known/],
    [['audit', 'verify', '--journal', join(root, 'none'), '--key-file', keyFile], /TE_AUDIT/],
  ])('%j ends with 2', async (words, reason) => {
    const { code, err } = await runWords([...words]);
    expect(code).toBe(2);
    expect(err).toMatch(reason);
  });
});
