import type { Finding } from '../../../errors.ts';
import type { AssertionContent } from './content.ts';
import type { CheckedPolicy } from './policy.ts';
import { finding, type CaseOf } from '../../../internal/finding.ts';
import { vihfRules } from '../rules/index.ts';

/** How the clock is judged. */
export type TimePolicy = Pick<CheckedPolicy, 'now' | 'skewMs' | 'allowNoEnd' | 'maxAgeMs'>;

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

type TimeCase = CaseOf<(typeof vihfRules)['SAML-TIME']>;

function timeFinding(path: string, fault: TimeCase, found?: string, expected?: string): Finding {
  return finding(vihfRules, 'SAML-TIME', { path, case: fault, found, expected });
}

/**
 * Rules about time. Comparisons are written so that `NaN` refuses. Each finding says by how much,
 * because a few seconds point to a clock and hours to a stale assertion.
 */
export function timeFindings(content: AssertionContent, { now, skewMs, allowNoEnd, maxAgeMs }: TimePolicy): Finding[] {
  const { issuedAt, notBefore, notOnOrAfter, authnInstant, sessionNotOnOrAfter, confirmations } = content;
  const findings: Finding[] = [];

  const begins = (path: string, from: number | null): void => {
    if (from === null || from <= now + skewMs) return;
    findings.push(timeFinding(path, 'early', `+${seconds(from - now)}`, `≤ ${seconds(skewMs)}`));
  };
  const ends = (path: string, to: number | null): void => {
    if (to === null || to > now - skewMs) return;
    findings.push(timeFinding(path, 'late', `-${seconds(now - to)}`));
  };

  // What has not begun yet, and what is over.
  begins('@IssueInstant', issuedAt);
  begins('Conditions/@NotBefore', notBefore);
  begins('AuthnStatement/@AuthnInstant', authnInstant);
  ends('Conditions/@NotOnOrAfter', notOnOrAfter);
  ends('AuthnStatement/@SessionNotOnOrAfter', sessionNotOnOrAfter);
  for (const confirmation of confirmations) {
    begins('Subject/SubjectConfirmation', confirmation.notBefore);
    ends('Subject/SubjectConfirmation', confirmation.notOnOrAfter);
  }

  // Dates that contradict each other.
  if (!(authnInstant <= issuedAt + skewMs)) {
    findings.push(timeFinding('AuthnStatement/@AuthnInstant', 'login-after-issue'));
  }
  if (notBefore !== null && notOnOrAfter !== null && !(notBefore < notOnOrAfter)) {
    findings.push(timeFinding('Conditions', 'empty'));
  }

  // An end, and an age, that the receiver asks for.
  if (notOnOrAfter === null && !allowNoEnd) {
    findings.push(finding(vihfRules, 'SAML-NO-END', { path: 'Conditions/@NotOnOrAfter' }));
  }
  if (maxAgeMs !== undefined && !(now - issuedAt <= maxAgeMs + skewMs)) {
    findings.push(timeFinding('@IssueInstant', 'old', `-${seconds(now - issuedAt)}`, `≤ ${seconds(maxAgeMs)}`));
  }
  return findings;
}
