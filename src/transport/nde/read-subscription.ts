import { isObject, type Json } from '../../internal/json/index.ts';
import type { AlertSubscriptionRecord } from '../binding/alerts.ts';
import { ndeNames } from './names.ts';
import { eventTypeOf, extensionOf, facilityOf, momentOf, textOf } from './read-parts.ts';

type Status = AlertSubscriptionRecord['status'];

/** @see HL7 FHIR R4, Subscription, SubscriptionStatus */
const statuses: ReadonlyMap<unknown, Status> = new Map<unknown, Status>([
  ['requested', 'requested'],
  ['active', 'active'],
  ['error', 'error'],
  ['off', 'off'],
]);

/** @see ANS, Notification d'événements 3.0.0, profile nde-subscription */
export function readSubscription(resource: Json, id: string): AlertSubscriptionRecord {
  const channel = isObject(resource['channel']) ? resource['channel'] : {};
  const momentIn = (url: string): string | null => momentOf(extensionOf(resource, url)['valueDateTime']);
  return {
    id,
    status: statuses.get(resource['status']) ?? null,
    problem: textOf(resource['error']),
    type: eventTypeOf(resource),
    facility: facilityOf(resource, extensionOf(resource, ndeNames.declarant)['valueReference']),
    reason: textOf(resource['reason']),
    mailbox: textOf(channel['endpoint'])?.replace(/^mailto:/i, '') ?? null,
    askedAt: momentIn(ndeNames.subscriptionDate),
    from: momentIn(ndeNames.start),
    until: momentOf(resource['end']),
  };
}
