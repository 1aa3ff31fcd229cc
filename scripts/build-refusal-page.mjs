// Writes docs/documents-refus.md, docs/errors-codes.md and docs/erreurs-du-registre.md from the catalogues of rules and codes.
import { writeFileSync } from 'node:fs';
import { importSource } from './bundle-source.mjs';
import { errorCodesPage, refusalPage, registryPage } from './refusal-page.mjs';

const { ruleChapters, errorCodes, ...registry } = await importSource(
  'refusal-page',
  `export { ruleChapters } from './src/conformance/rule-list.ts';
   export { errorCodes } from './src/conformance/error-codes.ts';
   export { errorCodeOf, registryCodes, registryRuleOf } from './src/transport/registry/rules.ts';`,
);
writeFileSync('docs/documents-refus.md', await refusalPage(ruleChapters));
writeFileSync('docs/errors-codes.md', await errorCodesPage(errorCodes()));
writeFileSync('docs/erreurs-du-registre.md', await registryPage(registry, errorCodes()));
