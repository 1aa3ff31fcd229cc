import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCodesPage, refusalPage, registryPage } from '../../scripts/refusal-page.mjs';
import { simulatorPage } from '../../scripts/docs-site/simulator-page.mjs';
import { errorCodes, rules } from '../../src/conformance/index.ts';
import { ruleChapters } from '../../src/conformance/rule-list.ts';
import { fhirRules } from '../../src/simulator/fhir/rules.ts';
import { fhirIssueRules } from '../../src/transport/fhir/issue-rules.ts';
import { errorCodeOf, registryCodes, registryRuleOf } from '../../src/transport/registry/rules.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('docs/documents-refus.md', () => {
  const written = read('docs/documents-refus.md');

  it('is what scripts/build-refusal-page.mjs writes', async () => {
    expect(written).toBe(await refusalPage(ruleChapters));
  });

  it('explains every rule', () => {
    for (const { id } of rules()) expect(written).toContain(`### ${id} (`);
  });
});

describe('docs/errors-codes.md', () => {
  const written = read('docs/errors-codes.md');

  it('is what scripts/build-refusal-page.mjs writes', async () => {
    expect(written).toBe(await errorCodesPage(errorCodes()));
  });

  it('has a section for every code of the closed list', () => {
    const union = read('src/errors.ts').split('/** How much a finding matters.')[0] ?? '';
    const codes = [...union.matchAll(/\| '(TE_\w+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(70);

    const sections = [...written.matchAll(/^## (.+)$/gm)].map(([, title]) => title?.replaceAll('\\', ''));
    expect(sections.sort()).toEqual(codes.sort());
  });
});

describe('docs/erreurs-du-registre.md', () => {
  it('is what scripts/build-refusal-page.mjs writes', async () => {
    const page = await registryPage({ registryCodes, registryRuleOf, errorCodeOf }, errorCodes());
    expect(read('docs/erreurs-du-registre.md')).toBe(page);
  });
});

describe('docs/refus-du-simulateur.md', () => {
  it('is what scripts/build-refusal-page.mjs writes', async () => {
    expect(read('docs/refus-du-simulateur.md')).toBe(await simulatorPage(fhirRules, fhirIssueRules['FHIR-ISSUE']));
  });
});
