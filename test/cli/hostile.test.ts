import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { documentCommand } from '../../src/cli/document.ts';
import { exampleSpec } from '../../src/cli/document/example.ts';
import { inspectCommand } from '../../src/cli/inspect.ts';
import { runCli } from '../helpers/cli.ts';
import { skipBecause } from '../helpers/require-tool.ts';

const folder = mkdtempSync(join(tmpdir(), 'te-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const spec = (name: string, value: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
};
const out = join(folder, 'out');
const windows = process.platform === 'win32' && skipBecause('no pipes by name on Windows');

describe.skipIf(windows)('a pipe or a device in the place of a file', () => {
  it('is refused at once: reading it would never end', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, '/dev/zero']) {
      for (const run of [
        runCli(inspectCommand, [path]).catch((error: unknown) => error as { code: string }),
        runCli(documentCommand, ['build', path, '--out', out]),
        runCli(documentCommand, ['build', spec('pipe.json', { ...exampleSpec('letter'), pdf: path }), '--out', out]),
      ]) {
        expect([2, 'TE_INPUT_INVALID']).toContain((await run).code);
      }
    }
  });
});

describe('a hostile description', () => {
  it('commands no terminal', async () => {
    const path = spec('escape.json', { ...exampleSpec('letter'), 'tit\u001B[2Jle': 1, 'ti\u001Btle': 1 });
    for (const json of [[], ['--json']]) {
      const run = await runCli(documentCommand, ['build', path, '--out', out, ...json]);
      expect(run.code).toBe(2);
      expect(run.out + run.err).toContain('SPEC-UNKNOWN-KEY');
      expect(run.out + run.err).not.toMatch(/[\0-\x09\x0B-\x1F\x7F-\x9F]/);
    }
  });

  it('gets a short answer, however much of it is wrong', async () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${String(index)}`, 1]));
    for (const value of [
      { ...exampleSpec('letter'), ...many },
      { ...exampleSpec('letter'), otherAuthors: Array<number>(200_000).fill(1) },
    ]) {
      const run = await runCli(documentCommand, ['build', spec('many.json', value), '--out', out]);
      expect(run.code).toBe(2);
      expect(run.err.length).toBeLessThan(200_000);
    }
  });
});
