// Writes docs/documents-refus.md from the rules of the checks.
import { writeFileSync } from 'node:fs';
import { importSource } from './bundle-source.mjs';
import { refusalPage } from './refusal-page.mjs';

const { cdaRuleList, depositRules } = await importSource(
  'refusal-page',
  "export { cdaRuleList, depositRules } from './src/documents/index.ts';",
);
writeFileSync('docs/documents-refus.md', await refusalPage(cdaRuleList(), depositRules()));
