import type { Finding } from '../errors.ts';
import { checkCompleteness, type PatientInput } from '../identity/index.ts';
import { identityRules } from '../identity/rules.ts';
import { finding } from '../internal/finding.ts';
import type { Runtime } from '../internal/runtime.ts';
import { decodeText } from '../internal/text.ts';

function refuse(rule: 'IDENTITY-JSON' | 'IDENTITY-JSON-OBJECT'): readonly Finding[] {
  return [finding(identityRules, rule, { path: '$' })];
}

/**
 * What is missing or wrong in the identity of a patient, given as JSON in UTF-8, or in UTF-16 with
 * a mark. The values are never repeated.
 */
export function checkIdentityFile(bytes: Uint8Array, runtime: Runtime): readonly Finding[] {
  let patient: unknown;
  try {
    patient = JSON.parse(decodeText(bytes) ?? '');
  } catch {
    return refuse('IDENTITY-JSON');
  }
  if (typeof patient !== 'object' || patient === null || Array.isArray(patient)) {
    return refuse('IDENTITY-JSON-OBJECT');
  }

  return checkCompleteness(patient as PatientInput, { runtime }).findings;
}
