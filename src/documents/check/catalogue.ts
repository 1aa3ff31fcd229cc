import { pdfRules } from '../pdf/rules.ts';
import { metadataRules } from './metadata/rules.ts';
import type { Rule } from './rule.ts';
import { preflightRules } from './submission/preflight-rules.ts';
import { submissionRules } from './submission/rules.ts';
import { xdmRules } from '../xdm/rules.ts';

/**
 * Every rule of the checks of PDF, metadata, archives and submissions, for a page that explains
 * refusals.
 *
 * @example
 * ```ts
 * import { depositRules } from 'terr-esante-sdk/documents';
 *
 * depositRules().some(({ id }) => id === 'XDS-CLASS'); // true
 * ```
 *
 * @group Checks
 */
export function depositRules(): readonly Rule[] {
  return [pdfRules, metadataRules, xdmRules, submissionRules, preflightRules].flatMap((rules) =>
    Object.values<Rule>(rules),
  );
}
