import type { Json } from '../../internal/json/index.ts';
import type { DossierState } from '../state/state.ts';
import { textAt } from './elements.ts';
import { eventCodes, eventSystem, type HospitalEvent } from './events.ts';
import { referenceTo } from './names.ts';
import { declarantsOf, isAbout, recipientOf, subjectOf } from './subscriptions.ts';
import type { FhirWorld } from './world.ts';

const nde = 'https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition';
const channels = 'https://mos.esante.gouv.fr/NOS/TRE_R200-CanalCommunication/FHIR/TRE-R200-CanalCommunication';
const core = 'https://hl7.fr/ig/fhir/core';

/** What was told of an event: the ids of its messages. */
const told = new WeakMap<FhirWorld, Map<string, string[]>>();

function toldBy(world: FhirWorld): Map<string, string[]> {
  const known = told.get(world) ?? new Map<string, string[]>();
  told.set(world, known);
  return known;
}

/**
 * Tells an event to those who subscribed to it; gives its name. The same event told twice is two
 * messages.
 *
 * @see ANS, Notification d'événements 3.0.0, flow 4, profile nde-notificationrequest
 */
export function announce(world: FhirWorld, dossier: DossierState, event: HospitalEvent): string {
  const id = world.runtime.ids.uuid();
  const messages = world.kept
    .all('Subscription')
    .filter(({ resource }) => isWaiting(world, dossier, event, resource))
    .map(({ resource, owner }) => {
      const messageId = world.runtime.ids.uuid();
      const message = messageOf(world, event, resource, messageId);
      world.kept.put('CommunicationRequest', messageId, { resource: message, at: world.now, owner });
      return messageId;
    });
  toldBy(world).set(id, messages);
  return id;
}

/** Takes an event back: its messages are revoked. @returns whether it is known */
export function revoke(world: FhirWorld, event: string): boolean {
  const messages = toldBy(world).get(event);
  for (const id of messages ?? []) {
    const kept = world.kept.byId('CommunicationRequest', id);
    if (!kept) continue;
    const resource = { ...kept.resource, status: 'revoked' };
    world.kept.put('CommunicationRequest', id, { ...kept, resource, at: world.now });
  }
  return messages !== undefined;
}

/** An active subscription to this event, of this hospital, while it runs. */
function isWaiting(world: FhirWorld, dossier: DossierState, event: HospitalEvent, resource: Json): boolean {
  const code = textAt(resource, 'extension:event-type.valueCodeableConcept.coding.code');
  const start = Date.parse(textAt(resource, 'extension:start.valueDateTime') ?? '');
  const end = Date.parse(textAt(resource, 'end') ?? '');
  const { now } = world.state;
  return (
    resource['status'] === 'active' &&
    code === eventCodes[event.type] &&
    isAbout(dossier, resource) &&
    declarantsOf(resource).includes(event.facility.finess) &&
    !(start > now) &&
    !(end <= now)
  );
}

function messageOf(world: FhirWorld, event: HospitalEvent, subscription: Json, id: string): Json {
  const { practitioner, endpoint } = recipientOf(subscription);
  const subject = subjectOf(subscription);
  const contained = [
    ...(subject ? [{ ...subject, id: 'pat' }] : []),
    ...(practitioner ? [{ ...practitioner, id: 'ps' }] : []),
    organizationOf(event.facility),
  ];
  const extension = (name: string, value: Json): Json => ({ url: `${nde}/${name}`, ...value });
  const coding = [{ system: eventSystem, code: eventCodes[event.type] }];
  return {
    resourceType: 'CommunicationRequest',
    id,
    meta: { profile: [`${nde}/nde-notificationrequest`] },
    contained,
    extension: [
      extension('event-type', { valueCodeableConcept: { coding } }),
      extension('event-time', { valueDateTime: event.occurredAt }),
      extension('event-emission-time', { valueDateTime: world.now }),
    ],
    basedOn: [referenceTo('Subscription', String(subscription['id']))],
    status: 'active',
    medium: [{ coding: [{ system: channels, code: '3', display: 'Courrier électronique' }] }],
    subject: { reference: '#pat' },
    payload: [{ contentString: event.text }],
    requester: { reference: '#es' },
    recipient: [{ extension: [extension('recipient-endpoint', { valueUrl: endpoint })], reference: '#ps' }],
  };
}

function organizationOf({ finess, name }: HospitalEvent['facility']): Json {
  const type = { coding: [{ system: `${core}/CodeSystem/fr-core-cs-v2-0203`, code: 'FINEG' }] };
  return {
    resourceType: 'Organization',
    id: 'es',
    meta: { profile: [`${core}/StructureDefinition/fr-core-organization`] },
    identifier: [{ type, system: 'https://finess.esante.gouv.fr', value: finess }],
    name,
  };
}
