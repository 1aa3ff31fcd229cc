import type { Finding, Severity } from '../../../errors.ts';

/**
 * What a finding adds to its rule, place and sentences. `found` never holds an identifier or a
 * name.
 */
export interface ProblemExtras {
  readonly found?: string | undefined;
  readonly expected?: string | undefined;
  readonly fix?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly reference?: string | undefined;
}

const references: Readonly<Record<string, string>> = {
  XML: 'XML 1.0, section 2',
  SIG: 'XML Signature Syntax and Processing, section 4; SAML 2.0 Core, section 5.4',
  CERT: 'RFC 5280, sections 4 and 6',
  SAML: 'SAML 2.0 Core, section 2',
  VIHF: 'CI-SIS, Volet Transport synchrone pour client lourd',
};

/** One explained problem; the text it comes from follows from the first word of the rule. */
export function problem(
  rule: string,
  path: string,
  message: string,
  messageEn: string,
  extras: ProblemExtras = {},
): Finding {
  return {
    rule,
    severity: extras.severity ?? 'error',
    // A name in a hostile document may be an identifier.
    path: path.replaceAll(/\d{8,}/g, '…'),
    message,
    messageEn,
    found: extras.found ?? null,
    expected: extras.expected ?? null,
    fix: extras.fix ?? null,
    reference: extras.reference ?? references[rule.slice(0, rule.indexOf('-'))] ?? null,
  };
}
