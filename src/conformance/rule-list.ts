import { clientRules } from '../client/rules.ts';
import { documentRules } from '../documents/rules/index.ts';
import type { Severity } from '../errors.ts';
import type { RuleCatalogue } from '../internal/finding.ts';
import { configRules } from '../platform/config/rules.ts';
import { descriptionRules } from './rules/description.ts';
import { mailRules } from './rules/mail.ts';

/** What a rule is about. @group Rules */
export type RuleFamily = 'configuration' | 'documents' | 'client' | 'mail' | 'description';

/** One rule, whatever its family. @group Rules */
export interface RuleInfo {
  /** Stable: what `Finding.rule` says. */
  readonly id: string;
  readonly family: RuleFamily;
  /** Usual severity; a finding may weigh otherwise by context. */
  readonly severity: Severity;
  /** Sentences; a place such as `{field}` is filled by each finding. */
  readonly fr: string;
  readonly en: string;
  /** What to do. */
  readonly fix: { readonly fr: string; readonly en: string };
  /** Expected value or code, `null` when it depends on the place. */
  readonly expected: string | null;
  /** Published text and section. */
  readonly reference: string;
}

/** The catalogues, in the order of the list. */
export const ruleFamilies: Readonly<Record<RuleFamily, RuleCatalogue>> = {
  configuration: configRules,
  documents: documentRules,
  client: clientRules,
  mail: mailRules,
  description: descriptionRules,
};

/**
 * Lists every rule of the SDK, from the catalogues its findings are made of.
 *
 * @example
 * ```ts
 * import { rules } from 'terr-esante-sdk/conformance';
 *
 * const rule = rules().find(({ id }) => id === 'CFG-09');
 * rule?.severity; // 'warning'
 * rule?.en; // 'The deposit address is not the one the platform has published.'
 * ```
 *
 * @group Rules
 */
export function rules(): readonly RuleInfo[] {
  const families = Object.keys(ruleFamilies) as readonly RuleFamily[];
  return families.flatMap((family) =>
    Object.entries(ruleFamilies[family]).map(([id, { expected = null, ...row }]) => ({ id, family, ...row, expected })),
  );
}
