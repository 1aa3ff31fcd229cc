import { rules } from '../rule-list.ts';
import { kitRules } from '../scenario/kit-rules.ts';
import type { BilingualText } from '../scenario/model.ts';

export interface RuleText extends BilingualText {
  readonly fix: BilingualText;
}

/**
 * What a rule of a scenario says: one of the kit, one of the checks, or a family of them by its
 * prefix.
 */
export function ruleText(id: string): RuleText {
  const own = kitRules[id];
  if (own) return own;

  const all = rules();
  const found = all.find((rule) => rule.id === id) ?? all.find((rule) => rule.id.startsWith(id));
  return found ?? { fr: id, en: id, fix: { fr: '', en: '' } };
}

/** Whether a rule of a scenario is known. */
export function isKnownRule(id: string): boolean {
  return id in kitRules || rules().some((rule) => rule.id === id || rule.id.startsWith(`${id}-`));
}
