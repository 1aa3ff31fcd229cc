import { RefusedAssertion, type AssertionRefusal, type VerifyOptions } from '../assertion/model.ts';
import { verifySimulatedAssertion } from '../assertion/verify.ts';
import type { FhirCaller } from './access.ts';
import { refused } from './refusal.ts';
import type { FhirRuleId } from './rules.ts';

const rules: Readonly<Record<AssertionRefusal, FhirRuleId>> = {
  'assertion-absent': 'SIM-FHIR-TOKEN-ABSENT',
  'assertion-expired': 'SIM-FHIR-TOKEN-EXPIRED',
  'assertion-not-yet-valid': 'SIM-FHIR-TOKEN-EXPIRED',
  'assertion-rejected': 'SIM-FHIR-TOKEN-REJECTED',
  'certificate-rejected': 'SIM-FHIR-CERTIFICATE',
};

/**
 * Who asks: the assertion in the header, in base64url, verified as those of the other sides. Which
 * token the real platform takes is not published.
 *
 * @param isRequired - else a request may come without one; a wrong one is refused all the same
 * @returns `null` without an assertion
 * @see RFC 6750, section 2.1; RFC 7522, section 2.1 (a SAML assertion in base64url)
 * @throws FhirRefusal
 */
export async function fhirCallerOf(
  authorization: string | null,
  isRequired: boolean,
  options: VerifyOptions,
): Promise<FhirCaller> {
  if (authorization === null && !isRequired) return null;
  const [, token] = /^Bearer +([A-Za-z0-9_+/-]+={0,2})$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) throw refused(authorization === null ? 'SIM-FHIR-TOKEN-ABSENT' : 'SIM-FHIR-TOKEN-REJECTED');

  try {
    const xml = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(token, 'base64url'));
    return await verifySimulatedAssertion(xml, options);
  } catch (error) {
    if (error instanceof RefusedAssertion) throw refused(rules[error.refusal]);
    if (error instanceof TypeError) throw refused('SIM-FHIR-TOKEN-REJECTED');
    throw error;
  }
}
