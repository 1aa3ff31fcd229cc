import type { Json } from '../../internal/json/index.ts';
import { nationalIdOf } from './actors.ts';
import { conditionalMatch } from './conditions.ts';
import { LinkedResources } from './linked.ts';
import { isNote } from './notes.ts';
import { changeNote, keepNote, requireNote } from './write-note.ts';
import { changePlan, planTypes, requirePlan } from './write-plan.ts';
import { refused } from './refusal.ts';
import { requireElements } from './required.ts';
import { addSubscription, changeSubscription } from './subscriptions.ts';
import { applyTeamChange, readTeamChange, requireJoinConsent } from './update-team.ts';
import type { FhirView } from './view.ts';
import { addConsent, dossierOfConsent, keptConsent, withdrawConsent } from './write-consent.ts';

/** What became of a write. */
export interface Written {
  readonly resource: Json;
  readonly isNew: boolean;
}

/** Types that only the FHIR side keeps, as they were written. */
export const keptTypes: ReadonlySet<string> = new Set([
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'RelatedPerson',
  'AuditEvent',
  ...planTypes,
]);

/** A professional who is written takes the place of what the other sides know of him. */
function idOf({ world }: FhirView, { resourceType, identifier }: Json): string {
  const nationalId = resourceType === 'Practitioner' ? nationalIdOf(identifier) : null;
  const known = nationalId === null ? null : world.ids.ofProfessional(nationalId);
  return known === null || world.kept.byId('Practitioner', known) ? world.runtime.ids.uuid() : known;
}

/** What is kept as it was written is judged before. @throws FhirRefusal */
export function requireKept(view: FhirView, resource: Json): void {
  requireElements(resource);
  if (planTypes.has(String(resource['resourceType']))) requirePlan(view, resource);
}

/** Keeps a resource; gives its id. */
export function keep(view: FhirView, resource: Json): string {
  const { world, caller } = view;
  const type = String(resource['resourceType']);
  if (!world.kept.hasRoom(type)) throw refused('SIM-FHIR-TOO-MANY');
  const id = idOf(view, resource);
  const { resourceType, id: _id, ...rest } = resource;
  // A trace is its writer's alone.
  const owner = type === 'AuditEvent' ? (caller?.nameId ?? null) : null;
  world.kept.put(type, id, { resource: { resourceType, id, ...rest }, at: world.now, owner });
  return id;
}

/**
 * Creates one resource.
 *
 * @param ifNoneExist - a criterion: what it finds is given back, and nothing is created
 * @throws FhirRefusal
 * @see HL7 FHIR R4, RESTful API, create
 */
export function createResource(view: FhirView, resource: Json, ifNoneExist: string | null): Written {
  const type = String(resource['resourceType']);
  const known = ifNoneExist === null ? null : conditionalMatch(view, type, ifNoneExist);
  if (known) return { resource: known, isNew: false };

  new LinkedResources(view).check(resource);
  const id = create(view, type, resource);
  view.refresh();
  // A subscription is told as it was requested.
  const created = type === 'Subscription' ? view.world.versions.of(type, id).at(-1) : view.byId(type, id);
  if (!created) throw refused('SIM-FHIR-NOT-FOUND');
  return { resource: created, isNew: true };
}

function create(view: FhirView, type: string, resource: Json): string {
  if (keptTypes.has(type)) {
    requireKept(view, resource);
    return keep(view, resource);
  }
  if (type === 'Subscription') return addSubscription(view, resource);
  if (type === 'DocumentReference' && isNote(resource)) {
    requireNote(view, resource, new LinkedResources(view));
    return keepNote(view, resource);
  }
  if (type === 'Consent') {
    const consent = keptConsent(view, resource);
    return addConsent(view, dossierOfConsent(view, resource), consent, resource);
  }
  throw refused('SIM-FHIR-METHOD');
}

/**
 * Writes the next version of one resource.
 *
 * @throws FhirRefusal
 * @see HL7 FHIR R4, RESTful API, update
 */
export function updateResource(view: FhirView, id: string, resource: Json, ifMatch: string | null): Written {
  const type = String(resource['resourceType']);
  if (resource['id'] !== id) throw refused('SIM-FHIR-ID', `${type}.id`);
  const current = view.byId(type, id);
  if (!current) throw refused('SIM-FHIR-NOT-FOUND');

  if (type === 'CareTeam') updateTeam(view, current, resource, ifMatch);
  else if (type === 'Consent') withdrawConsent(view, current, resource, ifMatch);
  else if (type === 'Subscription') changeSubscription(view, current, resource, ifMatch);
  else if (planTypes.has(type)) changePlan(view, current, resource, ifMatch);
  else if (type === 'DocumentReference') changeNote(view, current, resource, ifMatch);
  else throw refused('SIM-FHIR-METHOD');

  view.refresh();
  return { resource: view.byId(type, id) ?? current, isNew: false };
}

function updateTeam(view: FhirView, current: Json, resource: Json, ifMatch: string | null): void {
  const linked = new LinkedResources(view);
  linked.check(resource);
  const change = readTeamChange(view, current, resource, { ifMatch, linked });
  requireJoinConsent(view, change);
  applyTeamChange(view, change, linked);
}
