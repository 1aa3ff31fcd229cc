import { vihfRules } from '../auth/vihf/rules/index.ts';
import { auditRules } from '../client/audit/rules.ts';
import { clientRules } from '../client/rules.ts';
import { documentRuleFamilies } from '../documents/rules/families.ts';
import type { Severity } from '../errors.ts';
import { identityRules } from '../identity/rules.ts';
import type { RuleCatalogue } from '../internal/finding.ts';
import { configRules } from '../platform/config/rules.ts';
import { descriptorRules } from '../platform/descriptor/rules.ts';
import { fhirIssueRules } from '../transport/fhir/issue-rules.ts';
import { registryRules } from '../transport/registry/rules.ts';
import { addressRules } from '../transport/mss/address-rules.ts';
import { descriptionRules } from './rules/description.ts';
import { mailRules } from './rules/mail.ts';
import { messageRules } from './rules/message/index.ts';

/** What a rule is about. @group Rules */
export type RuleFamily =
  | 'identity'
  | 'authentication'
  | 'configuration'
  | 'documents'
  | 'client'
  | 'mail'
  | 'registry'
  | 'message'
  | 'description';

/** One situation of a rule that has several. @group Rules */
export interface RuleCaseInfo {
  readonly key: string;
  /** What fills `{case}` in the sentences of the rule. */
  readonly fr: string;
  readonly en: string;
  /** What to do in this case: its own remedy, or that of the rule. */
  readonly fix: { readonly fr: string; readonly en: string };
}

/** One rule of any family. @group Rules */
export interface RuleInfo {
  /** Stable: the `rule` of its findings. */
  readonly id: string;
  readonly family: RuleFamily;
  /** Usual severity; a finding may weigh otherwise by context. */
  readonly severity: Severity;
  /**
   * Sentences; a place such as `{field}` is filled by each finding, `{case}` by one of the cases.
   */
  readonly fr: string;
  readonly en: string;
  /** What to do. */
  readonly fix: { readonly fr: string; readonly en: string };
  /** Expected value or code, `null` when it depends on the place. */
  readonly expected: string | null;
  /** Published text and section. */
  readonly reference: string;
  /** The situations of the rule; empty when it has but one. */
  readonly cases: readonly RuleCaseInfo[];
}

/** Rules explained under one French title of the page of rules. */
export interface RuleChapter {
  readonly family: RuleFamily;
  readonly title: string;
  readonly rules: RuleCatalogue;
}

/** Every catalogue of the SDK, in the order of the list and of the page. */
export const ruleChapters: readonly RuleChapter[] = [
  { family: 'identity', title: 'Identité du patient et identifiants nationaux', rules: identityRules },
  { family: 'authentication', title: 'Assertion VIHF, certificats et horloge', rules: vihfRules },
  { family: 'configuration', title: 'Configuration du module', rules: configRules },
  { family: 'configuration', title: 'Descripteur de la plateforme', rules: descriptorRules },
  ...documentRuleFamilies.map(({ title, rules }): RuleChapter => ({ family: 'documents', title, rules })),
  { family: 'client', title: 'Dépôt par le client', rules: clientRules },
  { family: 'client', title: 'Journal des accès', rules: auditRules },
  { family: 'mail', title: 'Message de dépôt', rules: mailRules },
  { family: 'mail', title: 'Adresse MSSanté', rules: addressRules },
  { family: 'registry', title: "Refus d'un registre ou d'un entrepôt (XDS)", rules: registryRules },
  { family: 'registry', title: "Refus d'un serveur FHIR", rules: fhirIssueRules },
  { family: 'message', title: 'Messages SOAP, XDS, PIX et PDQ', rules: messageRules },
  { family: 'description', title: "Description d'un document en JSON", rules: descriptionRules },
];

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
  return ruleChapters.flatMap((chapter) =>
    Object.entries(chapter.rules).map(([id, { expected = null, cases = {}, ...row }]) => ({
      id,
      family: chapter.family,
      ...row,
      expected,
      cases: Object.entries(cases).map(([key, { fr, en, fix = row.fix }]) => ({ key, fr, en, fix })),
    })),
  );
}
