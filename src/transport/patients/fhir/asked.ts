import { findInsOid, type InsEnvironment, type LocalIdentifier, type PatientInput } from '../../../identity/index.ts';
import { refuseArgument } from '../../../internal/border.ts';
import { isOid } from '../../../internal/oid.ts';
import { askedIdentifier } from '../checks.ts';

/**
 * What names a patient in FHIR, where any sign may stand in a local identifier. A matricule goes
 * out only with an identity that allows it.
 */
export function namedIdentifier(
  patient: LocalIdentifier | PatientInput,
  environment: InsEnvironment | undefined,
): LocalIdentifier {
  if ('traits' in patient) return askedIdentifier(patient, environment);

  const { system, value } = patient;
  const isLocal = isOid(system) && !findInsOid(system) && typeof value === 'string' && value.trim() !== '';
  return isLocal ? { system, value } : refuseArgument('patient', 'identifiant local attendu');
}
