import type { Finding } from '../../../errors.ts';
import { bearerConfirmation, vihfAttribute } from '../names.ts';
import { stringOf } from './facts.ts';
import type { AssertionContent } from './content.ts';
import type { CheckedPolicy } from './policy.ts';
import { finding } from '../../../internal/finding.ts';
import { vihfRules } from '../rules/index.ts';

/** Whom the assertion is for. */
export type Receiver = Pick<CheckedPolicy, 'audience' | 'recipient' | 'resourceUrn'>;

/**
 * Rules about whom the assertion is for: one made for another service must not be replayed here.
 */
export function receiverFindings(content: AssertionContent, { audience, recipient, resourceUrn }: Receiver): Finding[] {
  const findings: Finding[] = [];

  // Without a name of our own, a restricted assertion cannot be shown to be for us.
  for (const audiences of content.audiences) {
    if (audience !== undefined && audiences.includes(audience)) continue;
    findings.push(finding(vihfRules, 'SAML-AUDIENCE', { path: 'Conditions/AudienceRestriction', expected: audience }));
  }

  for (const { method, recipient: named } of content.confirmations) {
    const path = 'Subject/SubjectConfirmation';
    if (method !== bearerConfirmation) {
      findings.push(finding(vihfRules, 'SAML-CONFIRMATION', { path: `${path}/@Method`, expected: bearerConfirmation }));
    }
    if (named !== null && named !== recipient) {
      findings.push(finding(vihfRules, 'SAML-RECIPIENT', { path, expected: recipient }));
    }
  }

  if (resourceUrn !== undefined && stringOf(content, vihfAttribute.resourceUrn) !== resourceUrn) {
    const path = `Attribute[@Name="${vihfAttribute.resourceUrn}"]`;
    findings.push(finding(vihfRules, 'VIHF-RESOURCE', { path, expected: resourceUrn }));
  }
  return findings;
}
