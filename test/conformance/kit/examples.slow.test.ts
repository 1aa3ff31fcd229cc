import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runConformance, type ConformanceReport } from '../../../src/conformance/index.ts';
import { linkExample } from '../../../scripts/link-conformance-example.mjs';

const root = resolve(import.meta.dirname, '../../..');
linkExample();
process.env['EHR_LOG'] = join(mkdtempSync(join(tmpdir(), 'kit-')), 'ehr.log');

const run = (example: string, only?: readonly string[], timeScale = 1): Promise<ConformanceReport> =>
  runConformance({
    config: {
      kit: 1,
      catalogue: '2027.01',
      product: { name: example, version: '1' },
      profiles: ['mail-only'],
      driver: { kind: 'command', run: [process.execPath, resolve(root, 'examples/conformance', example)] },
    },
    ...(only && { only }),
    timeScale,
  });

const few = ['DEP-01', 'DEP-06', 'DEP-14', 'DEP-16', 'DOC-14', 'DOC-27', 'IDT-02a', 'RES-09a'];

describe('the example software', () => {
  it.each(['sdk/main.mjs', 'naked/main.mjs'])(
    '%s keeps the demands',
    async (example) => {
      const { scenarios } = await run(example, few);
      const played = scenarios.filter(({ reason }) => reason !== 'filtered');
      expect(played.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(played.map(({ id }) => `${id} passed`));
      expect(played).toHaveLength(few.length);
    },
    120_000,
  );

  it.each(['dead/silent.mjs', 'dead/done.mjs', 'dead/refused.mjs'])(
    '%s passes nothing',
    async (example) => {
      const { scenarios, exitCode } = await run(example, few, 0.05);
      expect(scenarios.filter(({ verdict }) => verdict === 'passed' || verdict === 'warning')).toEqual([]);
      expect([1, 3]).toContain(exitCode);
    },
    120_000,
  );

  it('a mistake is caught by its rule', () => {
    const script = resolve(root, 'scripts/conformance-mutants.mjs');
    const told = execFileSync(process.execPath, [script, '--short', '--only', 'M37'], { encoding: 'utf8' });
    expect(told).toContain('M37 caught by DOC-27 LEG-03');
  }, 400_000);
});
