import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/*
 * Every code and every rule that the sources know stands on a page of the documentation. The pages are written from
 * catalogues (`refusal-pages.slow.test.ts`): what is looked for here is what no catalogue names.
 */
const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: read(join('src', name)) }));

const all = (pattern: RegExp, texts = sources.map(({ text }) => text)): ReadonlySet<string> =>
  new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, id]) => id ?? '')));

describe('the pages of refusals', () => {
  it('have a section for each error code', () => {
    const page = read('docs/errors-codes.md').replaceAll('\\', '');
    const codes = all(/['"`](TE_[A-Z0-9_]+)['"`]/g);
    expect(codes.size).toBeGreaterThan(70);
    expect([...codes].filter((code) => !page.includes(`## ${code}\n`))).toEqual([]);
  });

  it('have a section for each rule of a catalogue, with what to do', () => {
    const page = read('docs/documents-refus.md');
    const catalogues = sources.filter(({ text }) => /satisfies RuleCatalogue/.test(text)).map(({ text }) => text);
    const rules = all(/^ {2}'?([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*)'?: (?:\{|\w+\()/gm, catalogues);
    expect(rules.size).toBeGreaterThan(400);
    expect([...rules].filter((rule) => !page.includes(`### ${rule} (`))).toEqual([]);

    const sections = page.split(/^### /m).slice(1);
    for (const section of sections) expect(section).toMatch(/^- Que faire : .+\n- What to do: .+\n- Référence : ./m);
  });

  it('have a row for each rule of the simulator', () => {
    const page = read('docs/refus-du-simulateur.md');
    const rules = all(/'(SIM-[A-Z0-9-]+)'/g);
    expect(rules.size).toBeGreaterThan(80);
    expect([...rules].filter((rule) => !page.includes(`| \`${rule}\` `))).toEqual([]);
  });
});
