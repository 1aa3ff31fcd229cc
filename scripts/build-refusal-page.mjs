// Writes docs/documents-refus.md from the catalogues of rules.
import { writeFileSync } from 'node:fs';
import { importSource } from './bundle-source.mjs';
import { refusalPage } from './refusal-page.mjs';

const { documentRuleFamilies } = await importSource(
  'refusal-page',
  "export { documentRuleFamilies } from './src/documents/rules/families.ts';",
);
writeFileSync('docs/documents-refus.md', await refusalPage(documentRuleFamilies));
