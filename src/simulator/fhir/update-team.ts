import { objects, type Json } from '../../internal/json/index.ts';
import type { CirclePeriod, DossierState } from '../state/state.ts';
import { circleRefusal } from './access.ts';
import { requireVersion } from './conditions.ts';
import { isSameJson, textAt } from './elements.ts';
import type { LinkedResources } from './linked.ts';
import { readParticipants, type WrittenParticipant } from './participants.ts';
import { refused } from './refusal.ts';
import { requireElements } from './required.ts';
import type { FhirView } from './view.ts';
import { hasConsent, requireWritable } from './write-consent.ts';

/** What a new version of a care team changes, once everything is judged. */
export interface TeamChange {
  readonly dossier: DossierState;
  readonly ended: readonly { readonly period: CirclePeriod; readonly until: number; readonly written: Json }[];
  readonly added: readonly WrittenParticipant[];
  /** Relatives and structures as they are now. */
  readonly others: readonly WrittenParticipant[];
  readonly sharing: DossierState['sharing'];
  readonly written: Json;
}

/**
 * Judges a new version of a care team: an entry is never taken away, its period ends; who comes
 * back has a new entry.
 *
 * @see ANS, Cercle de soins 2.0.1, flow 3
 * @throws FhirRefusal
 */
export function readTeamChange(
  view: FhirView,
  current: Json,
  resource: Json,
  { ifMatch, linked }: { readonly ifMatch: string | null; readonly linked: LinkedResources },
): TeamChange {
  const dossier = view.world.state.all().find(({ careTeamId }) => careTeamId === current['id']);
  if (!dossier) throw refused('SIM-FHIR-NOT-FOUND');
  requireVersion(current, ifMatch);
  requireElements(resource);
  requireWritable(view, dossier);
  const rule = circleRefusal(view.world.state, view.caller, dossier);
  if (rule !== null) throw refused(rule, 'CareTeam.subject');
  const isSame = ['subject', 'identifier'].every((name) => isSameJson(resource[name], current[name]));
  if (!isSame) throw refused('SIM-FHIR-VALUE', 'CareTeam.subject');

  const participants = readParticipants(resource, linked);
  const { kept, added } = compared(objects(current['participant']), participants);
  const change = {
    dossier,
    ended: endedOf(dossier, kept),
    added,
    others: participants.filter(({ nationalId }) => nationalId === null),
    sharing: sharingOf(resource),
    written: resource,
  };
  requireRights(view, change);
  return change;
}

function sharingOf({ status }: Json): DossierState['sharing'] {
  if (status !== 'active' && status !== 'proposed') throw refused('SIM-FHIR-VALUE', 'CareTeam.status');
  return status === 'active' ? 'shared' : 'not-shared';
}

interface Compared {
  /** In the order of the current version. */
  readonly kept: readonly WrittenParticipant[];
  readonly added: readonly WrittenParticipant[];
}

/** Each entry that is there must come back: the same member, from the same time. */
function compared(current: readonly Json[], next: readonly WrittenParticipant[]): Compared {
  const left = [...next];
  const kept = current.map((entry) => {
    const [member, start, end] = ['member.reference', 'period.start', 'period.end'].map((path) => textAt(entry, path));
    const index = left.findIndex(
      ({ written }) => textAt(written, 'member.reference') === member && textAt(written, 'period.start') === start,
    );
    const found = index < 0 ? undefined : left.splice(index, 1)[0];
    const isReopened = found && end !== null && textAt(found.written, 'period.end') !== end;
    if (!found || isReopened) throw refused('SIM-FHIR-PARTICIPANT-KEPT', 'CareTeam.participant');
    return found;
  });
  return { kept, added: left };
}

/** The professionals, whose entries come first and in order, that leave. */
function endedOf({ circle }: DossierState, kept: readonly WrittenParticipant[]): TeamChange['ended'] {
  return circle.flatMap((period, index) => {
    const { until, written } = kept[index] ?? { until: null, written: {} };
    return period.until === null && until !== null ? [{ period, until, written }] : [];
  });
}

/**
 * A member adds whom the patient wants there; somebody else himself alone. Both with the consent of
 * the patient. Who leaves is himself, or let go by a member.
 */
function requireRights(view: FhirView, { dossier, added, ended }: TeamChange): void {
  const { caller } = view;
  if (caller === null) return;

  const isMember = dossier.members.has(caller.nameId);
  const isOwn = [...added.map(({ nationalId }) => nationalId), ...ended.map(({ period }) => period.nationalId)].every(
    (nationalId) => nationalId === caller.nameId,
  );
  if (!isMember && !isOwn) throw refused('SIM-FHIR-PARTICIPANT-RIGHT', 'CareTeam.participant');
  if (added.some(({ nationalId }) => nationalId !== null && dossier.blocked.has(nationalId))) {
    throw refused('SIM-FHIR-BLOCKED', 'CareTeam.participant');
  }
}

/** @throws FhirRefusal without the consent of the patient to those who are added */
export function requireJoinConsent(
  view: FhirView,
  { added, dossier }: TeamChange,
  fresh: DossierState['consents'] = [],
): void {
  if (added.length > 0 && !hasConsent(view, [...dossier.consents, ...fresh], 'join-circle')) {
    throw refused('SIM-FHIR-CONSENT', 'CareTeam.participant');
  }
}

/** Makes the change: the other sides see the same circle. */
export function applyTeamChange({ world }: FhirView, change: TeamChange, linked: LinkedResources): void {
  const { dossier, ended, added, others, sharing, written } = change;
  const { state, teams } = world;

  for (const { period, until, written: entry } of ended) {
    period.until = until;
    dossier.members.delete(period.nationalId);
    teams.participants.set(period, linked.placed(entry) as Json);
  }
  addProfessionals({ world }, dossier, added, linked);
  teams.others.set(
    dossier,
    others.map((other) => ({ written: linked.placed(other.written) as Json })),
  );
  teams.teams.set(dossier, linked.placed(written) as Json);
  dossier.sharing = sharing;
  dossier.lastUpdate = state.now;
}

/** Professionals enter a circle. */
export function addProfessionals(
  { world: { state, teams } }: Pick<FhirView, 'world'>,
  dossier: DossierState,
  added: readonly WrittenParticipant[],
  linked: LinkedResources,
): void {
  for (const { nationalId, role, since, until, written } of added) {
    if (nationalId === null) continue;
    const period = { nationalId, role, since: since ?? state.stamp(), until };
    dossier.circle.push(period);
    teams.participants.set(period, linked.placed(written) as Json);
    if (until === null || until > state.now) dossier.members.add(nationalId);
  }
}
