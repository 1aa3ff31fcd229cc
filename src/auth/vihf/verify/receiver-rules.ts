import type { Finding } from '../../../errors.ts';
import { vihfAttribute } from '../names.ts';
import { stringOf } from './content-rules.ts';
import type { AssertionContent } from './content.ts';
import type { CheckedPolicy } from './policy.ts';
import { problem } from './problem.ts';

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/** Whom the assertion is for. */
export type Receiver = Pick<CheckedPolicy, 'audience' | 'recipient' | 'resourceUrn'>;

/**
 * Rules about whom the assertion is for: one made for another service must not be replayed here.
 */
export function receiverFindings(content: AssertionContent, { audience, recipient, resourceUrn }: Receiver): Finding[] {
  const out: Finding[] = [];
  // Without a name of our own, a restricted assertion cannot be shown to be for us.
  for (const audiences of content.audiences) {
    if (audience === undefined || !audiences.includes(audience)) {
      out.push(
        problem(
          'SAML-AUDIENCE',
          'Conditions/AudienceRestriction',
          "L'assertion est destinée à un autre service.",
          'The assertion is for another audience.',
          {
            expected: audience,
            fix: 'Laissez Audience vide, ou écrivez celle que la plateforme demande.',
          },
        ),
      );
    }
  }
  for (const { method, recipient: named } of content.confirmations) {
    if (method !== bearer) {
      out.push(
        problem(
          'SAML-CONFIRMATION',
          'Subject/SubjectConfirmation/@Method',
          'Mode de confirmation non pris en charge.',
          'Unsupported confirmation method.',
          { expected: bearer },
        ),
      );
    }
    if (named !== null && named !== recipient) {
      out.push(
        problem(
          'SAML-RECIPIENT',
          'Subject/SubjectConfirmation',
          "L'assertion est destinée à une autre adresse.",
          'The assertion is for another recipient.',
          { expected: recipient ?? 'aucun destinataire' },
        ),
      );
    }
  }
  if (resourceUrn !== undefined && stringOf(content, vihfAttribute.resourceUrn) !== resourceUrn) {
    out.push(
      problem(
        'VIHF-RESOURCE',
        `Attribute[@Name="${vihfAttribute.resourceUrn}"]`,
        "L'assertion vise une autre ressource.",
        'The assertion names another resource.',
        {
          expected: resourceUrn,
          fix: 'Ressource_URN est la valeur donnée par la plateforme.',
        },
      ),
    );
  }
  return out;
}
