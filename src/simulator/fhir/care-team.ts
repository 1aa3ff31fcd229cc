import { isObject, type Json } from '../../internal/json/index.ts';
import type { CirclePeriod, DossierState, PlatformState } from '../state/state.ts';
import { fhirNames, referenceTo } from './names.ts';

/** Somebody in a circle who is no professional: a relative or a structure, as it was written. */
export interface OtherParticipant {
  written: Json;
}

/** What was written over FHIR and the other sides do not know. */
export class WrittenTeams {
  /** The resource as it was last written. */
  readonly teams = new WeakMap<DossierState, Json>();
  readonly participants = new WeakMap<CirclePeriod, Json>();
  readonly others = new WeakMap<DossierState, readonly OtherParticipant[]>();
}

/** What a view of a circle needs. */
export interface TeamContext {
  readonly state: PlatformState;
  readonly written: WrittenTeams;
  readonly patientId: string;
  /** Id of the role of a professional. */
  readonly roleId: (nationalId: string) => string;
}

/** A circle that nobody shares is proposed; that is inferred. */
function statusOf({ state, sharing }: DossierState): string {
  if (state === 'closed') return 'inactive';
  return sharing === 'shared' ? 'active' : 'proposed';
}

/**
 * The care circle of a dossier.
 *
 * @see ANS, Cercle de soins 2.0.1, profile cds-ihe-careteam
 */
export function careTeamResource(dossier: DossierState, context: TeamContext): Json {
  const { state, written, patientId } = context;
  const base = written.teams.get(dossier);
  const professionals = dossier.circle.map((member) => participantOf(member, context));
  const others = (written.others.get(dossier) ?? []).map((other) => other.written);

  const { resourceType: _type, id: _id, meta: _meta, participant: _participant, ...kept } = base ?? {};
  return {
    resourceType: 'CareTeam',
    id: dossier.careTeamId,
    meta: { profile: [fhirNames.careTeam] },
    identifier: [{ system: `urn:oid:${state.regionalOid}.4`, value: dossier.careTeamId }],
    name: 'Cercle de soins',
    period: { start: state.iso(dossier.createdAt) },
    ...kept,
    status: statusOf(dossier),
    subject: referenceTo('Patient', patientId),
    ...(professionals.length + others.length > 0 && { participant: [...professionals, ...others] }),
  };
}

function participantOf(member: CirclePeriod, { state, written, roleId }: TeamContext): Json {
  const { nationalId, role, since, until } = member;
  const known = written.participants.get(member);
  const end = until === null ? {} : { end: state.iso(until) };
  const period = known && isObject(known['period']) ? known['period'] : { start: state.iso(since) };
  // What was written keeps its own end, to the precision that it had.
  const ended = 'end' in period && until !== null ? period : { ...period, ...end };
  if (known) return { ...known, period: ended };
  return {
    ...(role !== null && { role: [roleConcept(role)] }),
    member: referenceTo('PractitionerRole', roleId(nationalId)),
    period: ended,
  };
}

/** @see ANS, Cercle de soins 2.0.1, participant.role: TRE_R259 for PCP, TRE_R260 */
function roleConcept(code: string): Json {
  const system = code === 'PCP' ? fhirNames.participationFunction : fhirNames.roleClass;
  return { coding: [{ system, code }] };
}
