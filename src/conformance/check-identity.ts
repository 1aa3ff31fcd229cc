import type { Finding } from '../errors.ts';
import { checkCompleteness, type PatientInput } from '../identity/index.ts';
import { identityRules } from '../identity/rules.ts';
import { finding } from '../internal/finding.ts';
import type { Runtime } from '../internal/runtime.ts';

function refuse(rule: 'IDENTITY-JSON' | 'IDENTITY-JSON-OBJECT'): readonly Finding[] {
  return [finding(identityRules, rule, { path: '$' })];
}

/**
 * What is missing or wrong in the identity of a patient, given as JSON. The values are never
 * repeated.
 */
export function checkIdentityFile(bytes: Uint8Array, runtime: Runtime): readonly Finding[] {
  let patient: unknown;
  try {
    patient = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse('IDENTITY-JSON');
  }
  if (typeof patient !== 'object' || patient === null || Array.isArray(patient)) {
    return refuse('IDENTITY-JSON-OBJECT');
  }

  return checkCompleteness(patient as PatientInput, { runtime }).findings;
}
