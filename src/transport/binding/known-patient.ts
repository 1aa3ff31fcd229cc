import { TerrESanteError } from '../../errors.ts';
import { differingTraits } from '../../identity/differing-traits.ts';
import type { PatientInput, PatientTraits } from '../../identity/index.ts';
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

/**
 * Whom the platform knows by this identifier, and whom the caller means, are one person: a trait
 * that one side lacks is not compared.
 *
 * @throws TerrESanteError `TE_IDENTITY_MISMATCH`
 */
export function requireSameTraits(held: PatientTraits, said: PatientTraits | null): void {
  const differing = said ? differingTraits(held, said) : [];
  if (differing.length > 0) throw otherTraits(differing, 'identifiant');
}

/** The error of an identifier that the platform knows under other traits. */
export function otherTraits(traits: readonly string[], identifier: 'identifiant' | 'INS'): TerrESanteError {
  return new TerrESanteError(
    'TE_IDENTITY_MISMATCH',
    `La plateforme connaît cet ${identifier} sous d'autres traits : vérifiez l'identité du patient.`,
    { details: { traits } },
  );
}

/** The patient as identity messages take it: an INS that passed the gates is of a qualified one. */
export function asInput({ localId, traits, ins }: BoundPatient): PatientInput {
  return { localId, traits, ...(ins && { ins, identityStatus: 'QUAL' as const }) };
}
