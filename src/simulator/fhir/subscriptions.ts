import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { mssAddressProblem } from '../../transport/mss/address.ts';
import { dossiersOf } from '../state/patient-id.ts';
import type { DossierState } from '../state/state.ts';
import { nationalIdOf } from './actors.ts';
import { requireVersion } from './conditions.ts';
import { elementsAt, isSameJson, objectsAt, textAt } from './elements.ts';
import { identifierOf } from './identity.ts';
import { eventCodes, eventSystem } from './events.ts';
import { refused } from './refusal.ts';
import { requireElements } from './required.ts';
import type { FhirView } from './view.ts';

/** A contained resource that an extension names. */
function containedIn(resource: Json, extension: string): Json | undefined {
  const reference = textAt(resource, `extension:${extension}.valueReference.reference`);
  const id = /^#(.+)$/.exec(reference ?? '')?.[1];
  return objects(resource['contained']).find((inner) => inner['id'] === id);
}

/**
 * Takes a subscription to one type of event of one patient; gives its id. It is requested, and
 * active as soon as it is looked at again.
 *
 * @see ANS, Notification d'événements 3.0.0, flow 1, profile nde-subscription
 * @throws FhirRefusal
 */
export function addSubscription(view: FhirView, resource: Json): string {
  const { world, caller } = view;
  requireElements(resource);
  if (resource['status'] !== 'requested') throw refused('SIM-FHIR-VALUE', 'Subscription.status');
  requireEvent(resource);
  requireChannel(resource);
  requireSubscriber(view, resource);
  requireSubject(view, resource);
  if (!world.kept.hasRoom('Subscription')) throw refused('SIM-FHIR-TOO-MANY');

  const id = world.runtime.ids.uuid();
  const { resourceType, id: _id, ...rest } = resource;
  const owner = caller?.nameId ?? null;
  const requested = { resourceType, id, ...rest };
  // The first version is told as requested; the next, which is read, is active.
  world.versions.stamped(requested, world.now);
  world.kept.put('Subscription', id, { resource: { ...requested, status: 'active' }, at: world.now, owner });
  return id;
}

function requireEvent(resource: Json): void {
  const codings = objectsAt(resource, 'extension:event-type.valueCodeableConcept.coding');
  const known: readonly unknown[] = Object.values(eventCodes);
  const isKnown = codings.some(({ system, code }) => system === eventSystem && known.includes(code));
  if (!isKnown) throw refused('SIM-FHIR-VALUE', 'Subscription.extension');
}

/** No mail about a patient leaves MSSanté. */
function requireChannel(resource: Json): void {
  const type = textAt(resource, 'channel.type');
  if (type !== 'email' && type !== 'message') throw refused('SIM-FHIR-VALUE', 'Subscription.channel.type');
  const endpoint = textAt(resource, 'channel.endpoint') ?? '';
  const address = /^mailto:(.+)$/i.exec(endpoint)?.[1];
  if (address === undefined || mssAddressProblem(address) !== null) {
    throw refused('SIM-FHIR-MSS-ADDRESS', 'Subscription.channel.endpoint');
  }
}

function requireSubscriber({ caller }: FhirView, resource: Json): void {
  const subscriber = containedIn(resource, 'subscriber');
  const own = subscriber && nationalIdOf(subscriber['identifier']);
  if (!subscriber) throw refused('SIM-FHIR-REFERENCE', 'Subscription.extension');
  if (caller !== null && own !== caller.nameId) throw refused('SIM-FHIR-SUBSCRIBER', 'Subscription.extension');
}

/** The patient is known, and that of the assertion. */
function requireSubject({ world, caller }: FhirView, resource: Json): void {
  const ids = subjectIds(resource);
  const isKnown = ids.some((id) => world.identities.byId(id) !== null);
  if (!isKnown) throw refused('SIM-FHIR-REFERENCE', 'Subscription.extension');
  if (caller === null) return;

  const named = caller.resourceId === null ? [] : dossiersOf(world.state, caller.resourceId);
  if (!named.some((dossier) => isAbout(dossier, resource))) {
    throw refused('SIM-FHIR-OTHER-PATIENT', 'Subscription.extension');
  }
}

function subjectIds(resource: Json): readonly NonNullable<ReturnType<typeof identifierOf>>[] {
  return objects(containedIn(resource, 'subject')?.['identifier']).flatMap((id) => identifierOf(id) ?? []);
}

/** Whether a subscription is about the patient of a dossier. */
export function isAbout({ localIds, regionalId, ins }: DossierState, resource: Json): boolean {
  const own = [...localIds, regionalId, ...(ins ? [{ system: ins.oid, value: ins.value }] : [])];
  return subjectIds(resource).some(({ system, value }) => own.some((id) => id.system === system && id.value === value));
}

/** The hospital that a subscription waits for: its identifiers. */
export function declarantsOf(resource: Json): readonly string[] {
  return objects(containedIn(resource, 'declarant')?.['identifier']).flatMap(({ value }) =>
    typeof value === 'string' ? [value] : [],
  );
}

/** The professional of a subscription, and where he is told. */
export function recipientOf(resource: Json): { readonly practitioner: Json | undefined; readonly endpoint: string } {
  return { practitioner: containedIn(resource, 'subscriber'), endpoint: textAt(resource, 'channel.endpoint') ?? '' };
}

/** The patient as the subscriber named it. */
export const subjectOf = (resource: Json): Json | undefined => containedIn(resource, 'subject');

/** Switches a subscription off, or gives it another end. @throws FhirRefusal */
export function changeSubscription(view: FhirView, current: Json, resource: Json, ifMatch: string | null): void {
  if (ifMatch !== null) requireVersion(current, ifMatch);
  requireElements(resource);
  const { status } = resource;
  const isKnown = status === 'off' || status === 'requested' || status === current['status'];
  const isSame = ['extension', 'contained', 'criteria'].every((name) => isSameJson(resource[name], current[name]));
  if (!isKnown || !isSame || elementsAt(resource, 'channel').length !== 1) {
    throw refused('SIM-FHIR-VALUE', 'Subscription');
  }

  const { meta, ...rest } = resource;
  const profile = isObject(meta) ? meta['profile'] : undefined;
  const next = { ...rest, ...(profile !== undefined && { meta: { profile } }) };
  const active = status === 'requested' ? { ...next, status: 'active' } : next;
  const owner = view.caller?.nameId ?? null;
  view.world.kept.put('Subscription', String(resource['id']), { resource: active, at: view.world.now, owner });
}
