// Writes docs/documents-refus.md and docs/errors-codes.md from the catalogues of rules and codes.
import { writeFileSync } from 'node:fs';
import { importSource } from './bundle-source.mjs';
import { errorCodesPage, refusalPage } from './refusal-page.mjs';

const { ruleChapters, errorCodes } = await importSource(
  'refusal-page',
  `export { ruleChapters } from './src/conformance/rule-list.ts';
   export { errorCodes } from './src/conformance/error-codes.ts';`,
);
writeFileSync('docs/documents-refus.md', await refusalPage(ruleChapters));
writeFileSync('docs/errors-codes.md', await errorCodesPage(errorCodes()));
