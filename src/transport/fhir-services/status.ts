import { isTerrESanteError } from '../../errors.ts';
import { stateAlone } from '../binding/known-patient.ts';
import type { Answered, BindingCall, BoundPatient, DossierRecord } from '../binding/model.ts';
import { findCareTeam, type CareTeam } from './care-team.ts';
import { FhirCall } from './exchange.ts';
import { identifiersOf, patientAt, traitsIn } from './identity.ts';
import type { FhirBindingOptions } from './model.ts';
import { belongingOf, participantsOf } from './participants.ts';

/** Role of the treating physician in a care circle (TRE_R259). */
const treatingPhysician = 'PCP';

/**
 * Whether a patient has a dossier: his care circle says so. That a circle that is only proposed is
 * not shared is assumed; of a suspended one nothing is said.
 *
 * @see ANS, Cercle de soins 2.0.1: a person has one care circle
 */
export async function dossierStatus(
  options: FhirBindingOptions,
  patient: BoundPatient,
  bound: BindingCall,
): Promise<Answered<DossierRecord>> {
  const call = new FhirCall(options, bound);
  const known = await patientAt(call, patient);
  if (typeof known === 'string') return call.answered(stateAlone(known));

  const team = await findCareTeam(call, known).catch(unreadable);
  const { regionalId } = known;
  // Whom a patient blocks is blocked in a dossier.
  if (team === 'blocked') {
    return call.answered({ ...stateAlone('unknown'), state: 'exists', regionalId, membership: 'blocked' });
  }
  if (team === 'forbidden') {
    return call.answered({ ...stateAlone('unknown'), regionalId, membership: 'not-member' });
  }
  if (team === null) return call.answered({ ...stateAlone('absent'), regionalId });
  return call.answered(await recordOf(call, team, regionalId));
}

/** A dossier that one may not know of, or from which the patient keeps this professional. */
function unreadable(error: unknown): 'blocked' | 'forbidden' {
  if (!isTerrESanteError(error)) throw error;
  if (error.code === 'TE_BLOCKED_BY_PATIENT') return 'blocked';
  if (error.code === 'TE_FORBIDDEN' || error.code === 'TE_NOT_IN_CIRCLE') return 'forbidden';
  throw error;
}

async function recordOf(
  call: FhirCall,
  team: CareTeam,
  regionalId: DossierRecord['regionalId'],
): Promise<DossierRecord> {
  const { professional } = call.options;
  const { membership, roles } = belongingOf(await participantsOf(team), professional, call.now);
  return {
    ...stateAlone('absent'),
    state: team.status === 'inactive' ? 'closed' : 'exists',
    regionalId: regionalId ?? regionalIn(call, team),
    sharing: sharingOf(team),
    membership,
    isTreatingPhysician: membership === 'member' ? roles.includes(treatingPhysician) : null,
    identity: team.patient && traitsIn(call, team.patient),
  };
}

/** Of the record that came with the circle; of several none is chosen. */
function regionalIn({ options }: FhirCall, { patient }: CareTeam): DossierRecord['regionalId'] {
  const found = patient ? identifiersOf(patient).filter(({ system }) => system === options.regionalOid) : [];
  return found.length === 1 ? (found[0] ?? null) : null;
}

function sharingOf({ status }: CareTeam): DossierRecord['sharing'] {
  if (status === 'active') return 'shared';
  return status === 'proposed' ? 'not-shared' : null;
}
