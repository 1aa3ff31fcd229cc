import { findInsOid, type LocalIdentifier, type PatientIns } from '../../identity/index.ts';
import { cxIdentity } from '../../internal/hl7.ts';
import type { Json } from '../../internal/json/index.ts';
import type { DossierState, KeptConsent, NewDossier } from '../state/state.ts';
import { toldPerson } from './identity.ts';
import type { LinkedResources } from './linked.ts';
import { readParticipants, type WrittenParticipant } from './participants.ts';
import { refused } from './refusal.ts';
import { requireElements } from './required.ts';
import type { FhirView } from './view.ts';
import { addProfessionals } from './update-team.ts';
import { hasConsent } from './write-consent.ts';

/** A dossier to create, once everything is judged. */
export interface TeamCreation {
  readonly team: Json;
  readonly person: Pick<NewDossier, 'localId' | 'traits' | 'ins' | 'regionalId'>;
  readonly participants: readonly WrittenParticipant[];
  readonly sharing: DossierState['sharing'];
}

/**
 * Judges the creation of a care team, and so of a dossier.
 *
 * @param patient - who it is for
 * @param consents - those that come with it
 * @see ANS, Cercle de soins 2.0.1, flow 1, cds-bundle-transaction-creation
 * @throws FhirRefusal
 */
export function readTeamCreation(
  view: FhirView,
  team: Json,
  {
    patient,
    consents,
    linked,
  }: { readonly patient: Json; readonly consents: readonly KeptConsent[]; readonly linked: LinkedResources },
): TeamCreation {
  requireElements(team);
  const { status } = team;
  if (status !== 'active' && status !== 'proposed') throw refused('SIM-FHIR-VALUE', 'CareTeam.status');
  if (view.caller !== null && view.caller.purpose !== 'normal') throw refused('SIM-FHIR-PURPOSE');

  const person = personOf(view, patient);
  const participants = readParticipants(team, linked);
  const kinds = participants.length > 0 ? ['dossier-creation', 'join-circle'] : ['dossier-creation'];
  if (!kinds.every((kind) => hasConsent(view, consents, kind))) throw refused('SIM-FHIR-CONSENT', 'Consent');
  requireNone(view, person);
  return { team, person, participants, sharing: status === 'active' ? 'shared' : 'not-shared' };
}

/** The person of the assertion, by the local identifier or the INS. */
function personOf({ world, caller }: FhirView, patient: Json): TeamCreation['person'] {
  const { ids, traits } = toldPerson(patient);
  const { regionalOid } = world.state;
  const national = ids.find(({ system }) => findInsOid(system) !== null);
  const localId = ids.find(({ system }) => system !== national?.system && system !== regionalOid);
  const isWhole = traits.birthName && traits.firstName && traits.birthDate && traits.sex && traits.sex !== 'I';
  if (!localId || !isWhole) throw refused('SIM-FHIR-IDENTITY-INCOMPLETE', 'Patient');

  const named = cxIdentity(caller?.resourceId ?? '');
  const isNamed = ids.some(({ system, value }) => system === named?.oid && value === named.id);
  if (caller !== null && !isNamed) throw refused('SIM-FHIR-OTHER-PATIENT', 'Patient.identifier');

  const regionalId = world.identities.byId(localId)?.ids.find(({ system }) => system === regionalOid);
  return { localId, traits, ins: insOf(national), regionalId };
}

function insOf(national: LocalIdentifier | undefined): PatientIns | null {
  const kind = findInsOid(national?.system)?.kind;
  return national && kind ? { value: national.value, oid: national.system, kind } : null;
}

function requireNone({ world }: FhirView, person: TeamCreation['person']): void {
  const found = world.state.find(person);
  if (found.kind === 'mismatch') throw refused('SIM-FHIR-IDENTITY-MISMATCH', 'Patient');
  if (found.kind === 'ambiguous') throw refused('SIM-FHIR-IDENTITY-AMBIGUOUS', 'Patient');
  if (found.kind !== 'one') return;
  throw refused(found.dossier.state === 'closed' ? 'SIM-FHIR-DOSSIER-CLOSED' : 'SIM-FHIR-DOSSIER-EXISTS', 'CareTeam');
}

/** Opens the dossier, with nobody in its circle yet. */
export function openDossier({ world }: FhirView, { person, sharing }: TeamCreation): DossierState {
  return world.state.create({ ...person, sharing, members: [] });
}

/** Writes the circle of a new dossier, once its ids are known. */
export function fillTeam(view: FhirView, dossier: DossierState, creation: TeamCreation, linked: LinkedResources): void {
  const { participants, team } = creation;
  const { teams } = view.world;
  addProfessionals(view, dossier, participants, linked);
  const others = participants.filter(({ nationalId }) => nationalId === null);
  teams.others.set(
    dossier,
    others.map(({ written }) => ({ written: linked.placed(written) as Json })),
  );
  teams.teams.set(dossier, linked.placed(team) as Json);
}
