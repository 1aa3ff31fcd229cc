import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { refusalPage } from '../../scripts/refusal-page.mjs';
import { cdaRuleList, depositRules } from '../../src/documents/index.ts';

describe('docs/documents-refus.md', () => {
  it('is what scripts/build-refusal-page.mjs writes', async () => {
    const written = readFileSync(new URL('../../docs/documents-refus.md', import.meta.url), 'utf8');
    expect(written).toBe(await refusalPage(cdaRuleList(), depositRules()));
  });

  it('explains every rule', () => {
    const written = readFileSync(new URL('../../docs/documents-refus.md', import.meta.url), 'utf8');
    for (const { id } of [...cdaRuleList(), ...depositRules()]) expect(written).toContain(`### ${id} (`);
  });
});
