import type { VihfRule } from './index.ts';

/** Steps of a reading, in the order in which a receiver takes them. */
export type StepId =
  'read' | 'place' | 'form' | 'digest' | 'signature' | 'certificate' | 'content' | 'signer' | 'time' | 'receiver';

/**
 * The step in which each rule is judged. A rule of the catalogue that is missing here does not
 * compile.
 */
const steps = {
  'XML-ENCODING': 'read',
  'XML-CDATA': 'read',
  'XML-CHARACTER': 'read',
  'XML-READ': 'read',
  'XML-LIMITS': 'read',
  'SAML-COUNT': 'place',
  'SAML-PLACE': 'place',
  'SAML-ID': 'place',
  'SAML-ID-UNIQUE': 'place',
  'SIG-COUNT': 'form',
  'SIG-PLACE': 'form',
  'SIG-SHAPE': 'form',
  'SIG-BASE64': 'form',
  'SIG-C14N': 'form',
  'SIG-ALGORITHM': 'form',
  'SIG-TRANSFORM': 'form',
  'SIG-REFERENCE': 'form',
  'SIG-DIGEST': 'digest',
  'SIG-DIGEST-CAUSE': 'digest',
  'SIG-VALUE': 'signature',
  'SIG-VALUE-CAUSE': 'signature',
  'SIG-SECOND': 'signature',
  'CERT-READ': 'certificate',
  'CERT-VALIDITY': 'certificate',
  'CERT-EXPIRY': 'certificate',
  'CERT-CRITICAL': 'certificate',
  'CERT-ALGORITHM': 'certificate',
  'CERT-AUTHORITY': 'certificate',
  'CERT-TRUST': 'certificate',
  'CERT-KEY': 'certificate',
  'CERT-USAGE': 'certificate',
  'CERT-ENVIRONMENT': 'certificate',
  'CERT-HOLDER': 'certificate',
  'SAML-GRAMMAR': 'content',
  'VIHF-INPUT': 'content',
  'VIHF-ATTRIBUTE': 'content',
  'VIHF-CODE': 'content',
  'VIHF-ROLE': 'content',
  'VIHF-SPECIALTY': 'content',
  'VIHF-PATIENT': 'content',
  'VIHF-MODE': 'content',
  'VIHF-VERSION': 'content',
  'VIHF-STRUCTURE': 'content',
  'VIHF-SECTOR': 'content',
  'VIHF-PURPOSE': 'content',
  'VIHF-SUBJECT': 'content',
  'VIHF-CONTEXT': 'content',
  'VIHF-DECLARATION': 'content',
  'VIHF-ISSUER': 'signer',
  'VIHF-SIGNER': 'signer',
  'VIHF-HOLDER': 'signer',
  'VIHF-STRUCTURE-SIGNER': 'signer',
  'SAML-TIME': 'time',
  'SAML-NO-END': 'time',
  'CLOCK-SKEW': 'time',
  'SAML-AUDIENCE': 'receiver',
  'SAML-RECIPIENT': 'receiver',
  'SAML-RESTRICTED': 'receiver',
  'SAML-CONFIRMATION': 'receiver',
  'SAML-REPLAY': 'receiver',
  'VIHF-RESOURCE': 'receiver',
} as const satisfies Readonly<Record<VihfRule, StepId>>;

/** The step of a rule; `null` for a rule of another family. */
export function stepOfRule(rule: string): StepId | null {
  return Object.hasOwn(steps, rule) ? steps[rule as VihfRule] : null;
}
