import type { Finding, Severity } from '../../errors.ts';

/**
 * One rule of a check, as data: what a page of documentation and a finding say about it.
 *
 * @group Checks
 */
export interface Rule {
  /** Stable id, for example `XDS-HASH`. */
  readonly id: string;
  readonly severity: Severity;
  /** French sentence for the user. */
  readonly message: string;
  /** The same in English, for developers. */
  readonly messageEn: string;
  readonly expected: string | null;
  /** French sentence: what to do. */
  readonly fix: string | null;
  /** Published text and section. */
  readonly reference: string | null;
}

/** A finding of a rule at a place. `found` must not hold a trait or an identifier of a patient. */
export function findingOf(rule: Rule, path: string, found: string | null = null, expected?: string): Finding {
  return {
    rule: rule.id,
    severity: rule.severity,
    path,
    message: rule.message,
    messageEn: rule.messageEn,
    found,
    expected: expected ?? rule.expected,
    fix: rule.fix,
    reference: rule.reference,
  };
}
