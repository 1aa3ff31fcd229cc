import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { RuleRow } from '../../../src/internal/finding.ts';
import { documentRuleFamilies } from '../../../src/documents/rules/families.ts';
import { documentRules } from '../../../src/documents/rules/index.ts';

const rules = Object.entries<RuleRow>(documentRules);
const placesOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);

/** The code that throws findings, without the catalogues themselves. */
const code = ((): string => {
  const folder = fileURLToPath(new URL('../../../src/documents', import.meta.url));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('rules'))
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .join('\n');
})();

describe('rules of documents', () => {
  it.each(rules)('%s is explained in both languages, with what to do and its source', (id, rule) => {
    expect(id).toMatch(/^(?:CDA|VSM|PDF|XDS|XDM|SUB|PRE)-[A-Z0-9-]+$/);
    for (const text of [rule.fr, rule.en, rule.fix.fr, rule.fix.en]) expect(text).toMatch(/^.{10,}[.}]$/);
    expect(rule.reference.length).toBeGreaterThan(3);
    expect(rule.reference).not.toContain('undefined');
  });

  it.each(rules)('%s tells what to do in the infinitive', (_, { fix }) => {
    expect(fix.fr).toMatch(/^(?:Ne (?:rien |pas )?|N')?[A-ZÉa-zé]+(?:er|ir|re)\b/);
    expect(fix.en).toMatch(/^[A-Z][a-z]+ /);
  });

  it.each(rules)('%s expects a value or a code, no prose', (_, { expected }) => {
    expect(expected ?? '').not.toMatch(/\b(?:un|une|des|le|la|les|ou|et|au|avec|sans|par|the|with|and|or|of)\b/);
  });

  it.each(rules)('%s is found by some check', (id) => {
    expect(code).toContain(`'${id}'`);
  });

  it('have ids of their own across the families', () => {
    const ids = documentRuleFamilies.flatMap(({ rules: family }) => Object.keys(family));
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(Object.keys(documentRules).sort());
  });

  it('leave places only where a check fills them', () => {
    const open = rules.filter(([, row]) =>
      [row.fr, row.en, row.fix.fr, row.fix.en].some((text) => placesOf(text).length),
    );
    expect(open.map(([id]) => id).sort()).toEqual([
      'CDA-TYPE-RETIRED',
      'PDF-FORMAT',
      'PDF-REMOTE-FILE',
      'VSM-NOT-NORMALISED',
      'XDM-FILE',
      'XDM-REFUSED',
    ]);
  });
});
