import type { AcceptedAssertion } from '../assertion/model.ts';
import { dossiersOf } from '../state/patient-id.ts';
import type { DossierState, PlatformState } from '../state/state.ts';
import type { FhirRuleId } from './rules.ts';

/** Who asks; `null` for a request without an assertion, where the simulator takes them. */
export type FhirCaller = AcceptedAssertion | null;

/** Whether the assertion is that of the patient of a dossier. */
export function isNamed(state: PlatformState, caller: FhirCaller, dossier: DossierState): boolean {
  if (caller === null) return true;
  return caller.resourceId !== null && dossiersOf(state, caller.resourceId).includes(dossier);
}

/**
 * Why a caller may not see a care circle: it is there for whoever asks for this patient, member or
 * not. An assertion without a patient opens the circles that its professional is in.
 */
export function circleRefusal(state: PlatformState, caller: FhirCaller, dossier: DossierState): FhirRuleId | null {
  if (caller === null) return null;
  const isOwn = caller.resourceId === null && dossier.circle.some(({ nationalId }) => nationalId === caller.nameId);
  if (!isOwn && !isNamed(state, caller, dossier)) return 'SIM-FHIR-OTHER-PATIENT';
  return dossier.blocked.has(caller.nameId) ? 'SIM-FHIR-BLOCKED' : null;
}

/**
 * Why a caller may not read the consents of a dossier: a closed one is closed. Who is not in the
 * circle reads those that he collected; where there is none of his, nothing found would mislead.
 */
export function consentRefusal(state: PlatformState, caller: FhirCaller, dossier: DossierState): FhirRuleId | null {
  const refusal = circleRefusal(state, caller, dossier);
  if (refusal !== null) return refusal;
  if (dossier.state === 'closed') return 'SIM-FHIR-CLOSED';

  const isOwn = dossier.consents.some(({ collectedBy }) => collectedBy === caller?.nameId);
  return isOwn ? null : readRefusal(state, caller, dossier);
}

/**
 * Why a caller may not read a dossier; `null` when he may. Without a patient in the assertion, only
 * the dossiers that the professional follows are read.
 */
export function readRefusal(state: PlatformState, caller: FhirCaller, dossier: DossierState): FhirRuleId | null {
  if (caller === null) return dossier.state === 'closed' ? 'SIM-FHIR-CLOSED' : null;

  const { nameId, purpose, resourceId } = caller;
  const isMember = dossier.members.has(nameId);
  const isFollowed = resourceId === null && isMember;
  if (!isFollowed && !isNamed(state, caller, dossier)) return 'SIM-FHIR-OTHER-PATIENT';
  if (dossier.state === 'closed') return 'SIM-FHIR-CLOSED';
  if (dossier.blocked.has(nameId)) return 'SIM-FHIR-BLOCKED';
  return isMember || purpose !== 'normal' ? null : 'SIM-FHIR-NOT-IN-CIRCLE';
}
