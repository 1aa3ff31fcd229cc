import { TerrESanteError } from '../../errors.ts';
import type { PatientInput } from '../../identity/index.ts';
import type { BoundPatient } from './call.ts';
import type { DossierRecord } from './model.ts';

/** A state of which nothing else is known. */
export function stateAlone(state: 'absent' | 'ambiguous' | 'unknown'): DossierRecord {
  return {
    state,
    regionalId: null,
    sharing: null,
    membership: 'unknown',
    isTreatingPhysician: null,
    dates: { lastAccess: null, lastUpdate: null, lastDocumentAdded: null },
    identity: null,
  };
}

/** The error of an operation on a dossier that there is not, or of which there are several. */
export function withoutDossier(state: 'absent' | 'ambiguous'): TerrESanteError {
  return state === 'absent'
    ? new TerrESanteError('TE_DOSSIER_ABSENT', "Le patient n'a pas de dossier sur la plateforme.")
    : new TerrESanteError('TE_IDENTITY_AMBIGUOUS', "Plusieurs patients correspondent : aucun n'est choisi.");
}

/** The patient as identity messages take it: an INS that passed the gates is of a qualified one. */
export function asInput({ localId, traits, ins }: BoundPatient): PatientInput {
  return { localId, traits, ...(ins && { ins, identityStatus: 'QUAL' as const }) };
}
