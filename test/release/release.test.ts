import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { budget, overBudget } from '../../scripts/release/budget.mjs';
import { isAllowed, licencesOf, nationalTables } from '../../scripts/release/contents.mjs';
import { changedNames, publicNames, unannounced, versionFits, type Names } from '../../scripts/release/names.mjs';

/** The names of one report with these declarations. */
function namesOf(...declarations: readonly string[]): Names {
  const folder = mkdtempSync(join(tmpdir(), 'te-names-'));
  try {
    writeFileSync(
      join(folder, 'auth.api.md'),
      ['## API Report', '```ts', ...declarations, '// (No @packageDocumentation)', '```', ''].join('\n\n'),
    );
    return publicNames(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a changed public name', () => {
  const before = namesOf(
    '// @public\nexport function sign(a: string): string;',
    '// @public\nexport interface Key {\n    readonly id: string;\n}',
  );
  const after = namesOf(
    '// @public\nexport function sign(a: string, b: number): string;',
    '// @public\nexport const made: string;',
  );
  const changes = changedNames(before, after);

  it('is found: added, changed, removed', () => {
    expect(changes).toEqual({ removed: ['auth#Key'], added: ['auth#made'], changed: ['auth#sign'] });
    expect(changedNames(before, before)).toEqual({ removed: [], added: [], changed: [] });
  });

  it('is one when one of its overloads changes', () => {
    const overloaded = namesOf('export function sign(a: string): string;', 'export function sign(a: Key): string;');
    expect(changedNames(before, overloaded).changed).toEqual(['auth#sign']);
  });

  it('must be named, as code, in the changelog', () => {
    expect(unannounced(changes, '- sign, made and Key have changed.')).toEqual(['auth#Key', 'auth#made', 'auth#sign']);
    expect(unannounced(changes, '- `sign(a, b)` takes a number; `Key.id` is gone with it.')).toEqual(['auth#made']);
    expect(unannounced(changes, '- `sign`, `Key`, `made`')).toEqual([]);
  });

  it.each([
    [null, '0.1.0', true],
    ['0.1.0', '0.1.1', false],
    ['0.1.0', '0.2.0', true],
    ['1.2.0', '1.3.0', false],
    ['1.2.0', '2.0.0', true],
    ['1.2.0', '0.9.0', false],
  ])('after %s as %s: %s', (released, version, fits) => {
    expect(versionFits(released, version, changes)).toBe(fits);
  });

  it('may be added by a minor version, and not by a patch', () => {
    const added = { removed: [], added: ['auth#made'], changed: [] };
    expect(versionFits('1.2.0', '1.3.0', added)).toBe(true);
    expect(versionFits('1.2.0', '1.2.1', added)).toBe(false);
    expect(versionFits('1.2.0', '1.2.0', { ...added, added: [] })).toBe(false);
  });
});

describe('what a release ships', () => {
  it.each([
    ['MIT', true],
    ['(MIT OR EUPL-1.1+)', true],
    ['MIT AND ISC', true],
    ['GPL-3.0', false],
    ['MIT AND GPL-3.0', false],
  ])('licence %s: %s', (licence, fine) => {
    expect(isAllowed(licence)).toBe(fine);
  });

  it('names a package without a licence', () => {
    const components = [
      { name: 'a', version: '1.0.0' },
      { name: 'b', version: '1.0.0', licenses: [{ license: { id: 'MIT' } }] },
    ];
    expect(licencesOf({ components }).map(({ licence }) => licence)).toEqual([null, 'MIT']);
  });

  it('has a version or a date for every national table', () => {
    const tables = nationalTables(resolve(import.meta.dirname, '../..'));
    expect(tables.length).toBeGreaterThan(40);
    expect(tables.filter(({ version, date }) => version === null && date === null)).toEqual([]);
  });

  it('is over its budget when one measure is', () => {
    expect(overBudget(budget)).toEqual([]);
    expect(overBudget({ ...budget, files: budget.files + 1 })).toHaveLength(1);
    expect(overBudget({ ...budget, importMs: { ...budget.importMs, identity: 10_000 } })).toHaveLength(1);
  });
});
