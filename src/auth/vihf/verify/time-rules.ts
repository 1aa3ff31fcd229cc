import type { Finding } from '../../../errors.ts';
import type { AssertionContent } from './content.ts';
import type { CheckedPolicy } from './policy.ts';
import { problem } from './problem.ts';

/** How the clock is judged. */
export type TimePolicy = Pick<CheckedPolicy, 'now' | 'skewMs' | 'allowNoEnd' | 'maxAgeMs'>;

const clockHint = "Vérifiez que l'heure du poste est réglée par un serveur de temps.";

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

/**
 * Rules about time. Comparisons are written so that `NaN` refuses. Each finding says by how much, because a few seconds point to a clock and hours to a
 * stale assertion.
 */
export function timeFindings(content: AssertionContent, { now, skewMs, allowNoEnd, maxAgeMs }: TimePolicy): Finding[] {
  const out: Finding[] = [];
  const early = (path: string, from: number | null): void => {
    if (from !== null && !(from <= now + skewMs)) {
      out.push(
        problem('SAML-TIME', path, "L'assertion n'est pas encore valable.", 'The assertion is not valid yet.', {
          found: `${seconds(from - now)} dans le futur`,
          expected: `au plus ${seconds(skewMs)}`,
          fix: clockHint,
        }),
      );
    }
  };
  const late = (path: string, to: number | null): void => {
    if (to !== null && !(to > now - skewMs)) {
      out.push(
        problem('SAML-TIME', path, "L'assertion est périmée.", 'The assertion has expired.', {
          found: `il y a ${seconds(now - to)}`,
          fix: `Créez une nouvelle assertion. ${clockHint}`,
        }),
      );
    }
  };
  early('@IssueInstant', content.issuedAt);
  early('Conditions/@NotBefore', content.notBefore);
  early('AuthnStatement/@AuthnInstant', content.authnInstant);
  late('Conditions/@NotOnOrAfter', content.notOnOrAfter);
  late('AuthnStatement/@SessionNotOnOrAfter', content.sessionNotOnOrAfter);
  for (const { notBefore, notOnOrAfter } of content.confirmations) {
    early('Subject/SubjectConfirmation', notBefore);
    late('Subject/SubjectConfirmation', notOnOrAfter);
  }
  if (!(content.authnInstant <= content.issuedAt + skewMs)) {
    out.push(
      problem(
        'SAML-TIME',
        'AuthnStatement/@AuthnInstant',
        "La connexion est postérieure à l'émission.",
        'The login is later than the issue.',
      ),
    );
  }
  if (content.notBefore !== null && content.notOnOrAfter !== null && !(content.notBefore < content.notOnOrAfter)) {
    out.push(problem('SAML-TIME', 'Conditions', 'La période de validité est vide.', 'The validity period is empty.'));
  }
  if (content.notOnOrAfter === null && !allowNoEnd) {
    out.push(
      problem(
        'SAML-NO-END',
        'Conditions/@NotOnOrAfter',
        "L'assertion n'a pas de fin de validité.",
        'The assertion has no end.',
        { fix: 'Fixez une durée de validité.' },
      ),
    );
  }
  if (maxAgeMs !== undefined && !(now - content.issuedAt <= maxAgeMs + skewMs)) {
    out.push(
      problem('SAML-TIME', '@IssueInstant', "L'assertion est trop ancienne.", 'The assertion is too old.', {
        found: `il y a ${seconds(now - content.issuedAt)}`,
        expected: `au plus ${seconds(maxAgeMs)}`,
      }),
    );
  }
  return out;
}
