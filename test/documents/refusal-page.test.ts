import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { refusalPage } from '../../scripts/refusal-page.mjs';
import { documentRuleFamilies } from '../../src/documents/rules/families.ts';
import { documentRules } from '../../src/documents/rules/index.ts';

describe('docs/documents-refus.md', () => {
  const written = readFileSync(new URL('../../docs/documents-refus.md', import.meta.url), 'utf8');

  it('is what scripts/build-refusal-page.mjs writes', async () => {
    expect(written).toBe(await refusalPage(documentRuleFamilies));
  });

  it('explains every rule', () => {
    for (const id of Object.keys(documentRules)) expect(written).toContain(`### ${id} (`);
  });
});
