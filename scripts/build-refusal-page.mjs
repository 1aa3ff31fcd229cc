// Writes docs/documents-refus.md, docs/errors-codes.md, docs/erreurs-du-registre.md and
// docs/refus-du-simulateur.md from the catalogues of rules and codes.
import { writeFileSync } from 'node:fs';
import { importSource } from './bundle-source.mjs';
import { simulatorPage } from './docs-site/simulator-page.mjs';
import { errorCodesPage, refusalPage, registryPage } from './refusal-page.mjs';

const { ruleChapters, errorCodes, fhirRules, fhirIssueRules, ...registry } = await importSource(
  'refusal-page',
  `export { ruleChapters } from './src/conformance/rule-list.ts';
   export { errorCodes } from './src/conformance/error-codes.ts';
   export { fhirRules } from './src/simulator/fhir/rules.ts';
   export { fhirIssueRules } from './src/transport/fhir/issue-rules.ts';
   export { errorCodeOf, registryCodes, registryRuleOf } from './src/transport/registry/rules.ts';`,
);
writeFileSync('docs/documents-refus.md', await refusalPage(ruleChapters));
writeFileSync('docs/errors-codes.md', await errorCodesPage(errorCodes()));
writeFileSync('docs/erreurs-du-registre.md', await registryPage(registry, errorCodes()));
writeFileSync('docs/refus-du-simulateur.md', await simulatorPage(fhirRules, fhirIssueRules['FHIR-ISSUE']));
