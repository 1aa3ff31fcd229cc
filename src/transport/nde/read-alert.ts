import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { AlertRecord } from '../binding/alerts.ts';
import { idOf, readReference } from '../fhir/address.ts';
import { ndeNames } from './names.ts';
import { eventTypeOf, extensionOf, facilityOf, momentOf, textOf } from './read-parts.ts';

/**
 * What the status of a message means for the alert; any other is a message that is not sent, or of
 * which nobody knows what became of it.
 *
 * @see HL7 FHIR R4, CommunicationRequest, RequestStatus
 */
const statuses: ReadonlyMap<unknown, 'sent' | 'cancelled'> = new Map([
  ['active', 'sent'],
  ['completed', 'sent'],
  ['revoked', 'cancelled'],
  ['entered-in-error', 'cancelled'],
]);

/** Ids of the subscriptions that a message answers. */
export function subscriptionsOf({ basedOn }: Json): string[] {
  return objects(basedOn).flatMap(({ reference }) => {
    const found = readReference(reference);
    return found?.type === 'Subscription' ? [found.id] : [];
  });
}

/**
 * A notification (flow 4) or a declaration of an event (flow 3).
 *
 * @returns `null` for what is no alert: another event, a message that was not sent
 * @see ANS, Notification d'événements 3.0.0, profiles nde-notificationrequest, nde-eventdeclaration
 */
export function readAlert(resource: Json, subscription: string): AlertRecord | null {
  const id = idOf(resource);
  const type = eventTypeOf(resource);
  const status = statuses.get(resource['status']);
  const isNegated = resource['doNotPerform'] === true;
  if (id === null || type === null || status === undefined || isNegated) return null;

  const meta = isObject(resource['meta']) ? resource['meta'] : {};
  const [payload] = objects(resource['payload']);
  return {
    id,
    subscription,
    type,
    facility: facilityOf(resource, resource['requester']),
    occurredAt: momentOf(extensionOf(resource, ndeNames.eventTime)['valueDateTime']),
    emittedAt: momentOf(extensionOf(resource, ndeNames.emissionTime)['valueDateTime']),
    receivedAt: momentOf(meta['lastUpdated']),
    ...contentOf(payload ?? {}),
    isCancelled: status === 'cancelled',
    replaces: objects(resource['replaces']).flatMap(({ reference }) => {
      const found = readReference(reference);
      return found?.type === 'CommunicationRequest' ? [found.id] : [];
    }),
  };
}

/** A sentence, or an attachment: its title, and its content where that is plain text. */
function contentOf({ contentString, contentAttachment }: Json): Pick<AlertRecord, 'title' | 'text'> {
  if (!isObject(contentAttachment)) return { title: null, text: textOf(contentString) };

  const { contentType, data, title } = contentAttachment;
  const isText = typeof contentType === 'string' && /^text\/plain\b/i.test(contentType) && typeof data === 'string';
  const text = isText ? textOf(Buffer.from(data, 'base64').toString('utf8')) : null;
  return { title: textOf(title), text };
}
