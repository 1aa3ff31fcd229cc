import type { Rule } from '../rule.ts';
import { actRows } from './rules/acts.ts';
import { bodyRows } from './rules/body.ts';
import { dataTypeRows } from './rules/data-types.ts';
import { documentRows } from './rules/document.ts';
import { patientRows } from './rules/patient.ts';
import { peopleRows } from './rules/people.ts';
import { schemaRows } from './rules/schema.ts';
import { summaryRows } from './rules/summary.ts';
import type { Row } from './rules/row.ts';

/**
 * Every rule of {@link checkCda}, as data: the findings and the page of the documentation come from
 * it.
 */
const rows = {
  ...schemaRows,
  ...dataTypeRows,
  ...documentRows,
  ...patientRows,
  ...peopleRows,
  ...actRows,
  ...bodyRows,
  ...summaryRows,
};

/** Id of a rule of {@link checkCda}. */
export type CdaRuleId = keyof typeof rows;

export const cdaRules: Readonly<Record<CdaRuleId, Rule>> = Object.fromEntries(
  Object.entries<Row>(rows).map(([id, [severity, message, messageEn, expected, fix, reference]]) => [
    id,
    { id, severity, message, messageEn, expected, fix, reference },
  ]),
) as Record<CdaRuleId, Rule>;

/**
 * Every rule of the check of a CDA document, for a page that explains refusals.
 *
 * @example
 * ```ts
 * import { cdaRuleList } from 'terr-esante-sdk/documents';
 *
 * cdaRuleList().find(({ id }) => id === 'CDA-TITLE')?.fix; // 'Ajoutez <title>.'
 * ```
 *
 * @group Checks
 */
export function cdaRuleList(): readonly Rule[] {
  return Object.values(cdaRules);
}
