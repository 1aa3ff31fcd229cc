import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawings } from '../../scripts/docs-site/drawings.mjs';
import { guides } from '../../scripts/docs-site/guides.mjs';
import { depositStates } from '../../src/index.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('the guides of the site', () => {
  it('are each file of docs, once', () => {
    const named = guides.map(({ file }) => file).filter((file) => file.startsWith('docs/'));
    const there = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.md'),
    );
    expect(named.toSorted()).toEqual(there.map((name) => `docs/${name}`).toSorted());
  });

  it('begin with one heading, by which they are listed', () => {
    for (const { file } of guides) expect(read(file), file).toMatch(/^# \S/);
  });

  const entries = [...(/"entryPoints": \[([^\]]*)/.exec(read('typedoc.json'))?.[1] ?? '').matchAll(/"(.+?)"/g)].map(
    ([, entry]) => entry ?? '',
  );

  it.each(entries)('are named by %s', (entry) => {
    const comment = read(entry).split('*/')[0] ?? '';
    const named = [...comment.matchAll(/`(docs\/[\w.-]+\.md)`/g)].map(([, file]) => file ?? '');
    expect(named.length).toBeGreaterThan(0);
    for (const file of named) expect(existsSync(join(root, file)), file).toBe(true);
  });
});

/** Of a guide: the levels of its headings and its code, without comments, spaces and the words of `text` blocks. */
function skeleton(file: string): { readonly headings: readonly string[]; readonly code: readonly string[] } {
  const headings: string[] = [];
  const code: string[] = [];
  let block: string | null = null;
  for (const line of read(file).split('\n')) {
    const fence = /^\s*```(\w*)/.exec(line);
    if (fence) {
      if (block !== null) code.push(block);
      block = block === null ? `${fence[1] ?? ''}:` : null;
    } else if (block !== null)
      block += line.replace(/(^|\s)\/\/ (?!['"[{\d]|true|false|null|undefined).*$/, '').replaceAll(/\s/g, '');
    else if (/^#+ /.test(line)) headings.push(line.split(' ')[0] ?? '');
  }
  return { headings, code };
}

describe('a guide in both languages', () => {
  const pairs = guides.flatMap(({ file, lang, twin }) => (lang === 'fr' && twin ? [{ file, twin }] : []));

  it('is told by both', () => {
    for (const { file, twin } of guides) {
      if (twin) expect(guides.find((other) => other.file === twin)?.twin).toBe(file);
    }
  });

  it.each(pairs)('$file has the headings and the code of $twin', ({ file, twin }) => {
    expect(skeleton(file)).toEqual(skeleton(twin));
  });
});

describe('the drawings', () => {
  it.each(Object.entries(drawings))('%s is as scripts/build-drawings.mjs writes it', (name, content) => {
    expect(read(`docs/media/${name}.svg`)).toBe(content);
  });

  it('show every state of a deposit', () => {
    for (const state of Object.keys(depositStates)) expect(drawings['etats-depot']).toContain(`>${state}<`);
  });
});
