import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConformanceReport, ScenarioResult } from '../../../src/conformance/index.ts';
import { htmlOf, junitOf, sarifOf } from '../../../src/conformance/kit.ts';
import { missing, skipBecause } from '../../helpers/require-tool.ts';

const schemas = process.env['TERR_DATA'] === undefined ? null : join(process.env['TERR_DATA'], 'xsd/kit');
const noSchemas = schemas === null && skipBecause('TERR_DATA is not set');

const base: ScenarioResult = {
  id: 'DEP-01',
  revision: 1,
  status: 'stable',
  title: { fr: 'Dépôt <nominal> & "simple"', en: 'Nominal' },
  grade: 'S',
  wire: 'standard',
  verdict: 'failed',
  reason: null,
  assertions: [
    {
      rule: 'K-ONCE',
      severity: 'mandatory',
      outcome: 'broken',
      query: '{"mails":1}',
      found: '<script>alert(1)</script>',
      expected: '1',
      evidence: [{ seq: 3, sha256: 'ab'.repeat(32), size: 12 }],
    },
    {
      rule: 'K-STATE',
      severity: 'recommended',
      outcome: 'met',
      query: 'q',
      found: 'done',
      expected: null,
      evidence: [],
    },
    {
      rule: 'K-LINK',
      severity: 'mandatory',
      outcome: 'not-observed',
      query: 'q',
      found: null,
      expected: null,
      evidence: [],
    },
  ],
  fix: { fr: 'Écrire à la bonne adresse.', en: 'Write to the right address.' },
  waiver: null,
  ms: 1_234,
};
const others: readonly ScenarioResult[] = [
  { ...base, id: 'DEP-02', verdict: 'passed' },
  { ...base, id: 'DOC-01', verdict: 'not-run', reason: 'unanswered', assertions: [] },
  { ...base, id: 'DOC-02', verdict: 'not-applicable', assertions: [] },
  {
    ...base,
    id: 'DOC-03',
    verdict: 'warning',
    waiver: { reason: 'corrigé en 9.5', owner: 'équipe', expires: '2027-01-01' },
  },
];
const report: ConformanceReport = {
  kit: 1,
  catalogue: { version: '2027.01', sha256: 'cd'.repeat(32) },
  product: { name: 'LPS <FICTIF>', version: '9.4.2' },
  driver: 'command',
  seed: 7,
  profiles: [
    {
      name: 'mail-only',
      conclusion: 'failed',
      counts: { passed: 1, warning: 1, failed: 1, 'not-applicable': 1, 'not-run': 1 },
      stable: 5,
      draft: 0,
    },
  ],
  scenarios: [base, ...others],
  exitCode: 1,
};

describe.skipIf(noSchemas || missing('xmllint'))('JUnit XML', () => {
  it('is valid by the schema of Jenkins', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'kit-junit-')), 'junit.xml');
    writeFileSync(file, junitOf(report));
    execFileSync('xmllint', ['--nonet', '--noout', '--schema', join(schemas!, 'junit-jenkins-10.xsd'), file], {
      stdio: 'pipe',
    });
  });
});

describe.skipIf(noSchemas)('SARIF 2.1.0', () => {
  it('is valid by the schema of OASIS', () => {
    const require = createRequire(import.meta.url);
    const Ajv = require('ajv') as new (options: object) => {
      compile(s: object): { (v: unknown): boolean; errors?: unknown };
    };
    const text = readFileSync(join(schemas!, 'sarif-schema-2.1.0.json'), 'utf8');
    const ajv = new Ajv({ schemaId: 'auto', meta: false, unknownFormats: 'ignore', logger: false }) as never as {
      addMetaSchema(s: object): void;
      compile(s: object): { (v: unknown): boolean; errors?: unknown };
      _opts: { defaultMeta?: string };
    };
    const meta = require('ajv/lib/refs/json-schema-draft-04.json') as { id: string };
    ajv.addMetaSchema(meta);
    ajv._opts.defaultMeta = meta.id;
    const check = ajv.compile(JSON.parse(text) as object);

    const sarif = JSON.parse(sarifOf(report)) as { runs: { results: { kind: string; level: string }[] }[] };
    check(sarif);
    expect(check.errors).toBeNull();
    expect(sarif.runs[0]?.results.slice(0, 3).map(({ kind, level }) => `${kind} ${level}`)).toEqual([
      'fail error',
      'pass none',
      'open none',
    ]);

    expect(check({ ...sarif, version: '2.0.0' })).toBe(false);
  });
});

describe('the page', () => {
  const page = htmlOf(report, '29/11/2026');

  it('says the conclusion in the words that were decided, and never more', () => {
    const satisfied = htmlOf(
      { ...report, profiles: report.profiles.map((profile) => ({ ...profile, conclusion: 'satisfied' })) },
      '29/11/2026',
    );
    expect(satisfied).toContain('Satisfait le catalogue 2027.01, profil mail-only.');
    expect(satisfied).not.toMatch(/homologué|certifié/);
    expect(page).not.toContain('Satisfait le catalogue');
  });

  it('runs nothing, loads nothing, and shows foreign text as text', () => {
    expect(page).not.toMatch(/<script|<img|<link|https?:/);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('LPS &lt;FICTIF&gt;');
  });

  it('tells what was not run and why, and who answers for a waiver', () => {
    expect(page).toContain('le logiciel n&#39;a pas répondu');
    expect(page).toContain('corrigé en 9.5');
  });
});
