import type { Professional } from '../../identity/index.ts';
import type { Json } from '../../internal/json/index.ts';
import type { AlertSubscribing, AlertType } from '../binding/alerts.ts';
import { eventCodes, eventSystem, nationalIdUri, ndeNames } from './names.ts';

/** What a doctor reads in the list of the platform: says nothing of the patient. */
const reasons: Readonly<Record<AlertType, string>> = {
  admission: "Alerte d'admission à l'hôpital",
  discharge: "Alerte de sortie de l'hôpital",
};

/** Who subscribes, to what, for whom. */
export interface SubscriptionParts extends AlertSubscribing {
  /** A Patient of FR Core. */
  readonly patient: Json;
  readonly professional: Professional;
  /** ISO 8601, UTC. */
  readonly now: string;
}

/**
 * The subscription to one type of event, of one patient, declared by one hospital. The declarant
 * is who sends the event, and the patient stays out of the criteria.
 *
 * @see ANS, Notification d'événements 3.0.0, profile nde-subscription and example sub1
 */
export function writeSubscription(parts: SubscriptionParts): Json {
  const { type, facility, from, until, mailbox, patient, professional, now } = parts;
  const code = eventCodes[type];
  const reference = (id: string): Json => ({ reference: `#${id}` });
  return {
    resourceType: 'Subscription',
    meta: { profile: [ndeNames.subscription] },
    contained: [{ ...patient, id: 'patient' }, practitioner(professional), organization(facility)],
    extension: [
      { url: ndeNames.subscriptionDate, valueDateTime: now },
      { url: ndeNames.start, valueDateTime: from },
      { url: ndeNames.subject, valueReference: reference('patient') },
      { url: ndeNames.declarant, valueReference: reference('emetteur') },
      { url: ndeNames.eventType, valueCodeableConcept: { coding: [{ system: eventSystem, code }] } },
      { url: ndeNames.subscriber, valueReference: reference('abonne') },
    ],
    status: 'requested',
    ...(until !== null && { end: until }),
    reason: reasons[type],
    criteria: `CommunicationRequest?event-type=${code}`,
    channel: { type: 'email', endpoint: `mailto:${mailbox}` },
  };
}

/** By the RPPS; another national identifier has its domain as its system. */
function practitioner({ nationalId, familyName, givenName }: Professional): Json {
  const isRpps = /^8\d{11}$/.test(nationalId);
  const type = { coding: [{ system: ndeNames.identifierTypes, code: isRpps ? 'RPPS' : 'IDNPS' }] };
  const identifier = isRpps
    ? { type, system: ndeNames.rpps, value: nationalId.slice(1) }
    : { type, system: nationalIdUri, value: nationalId };
  return {
    resourceType: 'Practitioner',
    id: 'abonne',
    meta: { profile: [ndeNames.practitioner] },
    identifier: [identifier],
    name: [{ family: familyName, given: [givenName] }],
  };
}

function organization({ finess, name }: AlertSubscribing['facility']): Json {
  const type = { coding: [{ system: ndeNames.identifierTypes, code: 'FINEG' }] };
  return {
    resourceType: 'Organization',
    id: 'emetteur',
    meta: { profile: [ndeNames.organization] },
    identifier: [{ type, system: ndeNames.finess, value: finess }],
    name,
  };
}
