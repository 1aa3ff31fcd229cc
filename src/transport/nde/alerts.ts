import type { LocalIdentifier } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { isObject, type Json } from '../../internal/json/index.ts';
import type { AlertMessages, AlertQuery, AlertRecord } from '../binding/alerts.ts';
import type { FhirPartner } from '../fhir/exchange.ts';
import { searchPages } from '../fhir/search.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { readAlert, subscriptionsOf } from './read-alert.ts';
import { containedOf, identifiersOf } from './read-parts.ts';

/** How many subscriptions one question names. */
const batchSize = 20;

/**
 * The messages that answer these subscriptions. NdE announces no search: that a server lets its
 * subscribers look is an assumption, which the descriptor makes by binding the operation. The
 * recipient is contained, so that no search finds it: messages are found by their subscription.
 *
 * @param query - `since` is asked by the second, inclusive: `gt` leaves the whole second out
 * @see HL7 FHIR R4, Search, `_lastUpdated`; CommunicationRequest, search parameter `based-on`
 */
export async function listAlerts(
  partner: FhirPartner,
  query: AlertQuery,
  { allowsGet, ...call }: CallOptions & { readonly allowsGet: boolean },
): Promise<AlertMessages> {
  const found = { messages: [] as AlertRecord[], unread: 0, isComplete: true };

  for (let start = 0; start < query.subscriptions.length; start += batchSize) {
    const patients = new Map(
      query.subscriptions.slice(start, start + batchSize).map(({ id, patient }) => [id, patient]),
    );
    const basedOn = [...patients.keys()].map((id) => `Subscription/${id}`).join(',');
    const since = query.since === null ? [] : [['_lastUpdated', `ge${query.since}`] as const];
    const pages = searchPages(partner, {
      ...call,
      type: 'CommunicationRequest',
      parameters: [['based-on', basedOn], ...since],
      allowsGet,
    });

    for (let page = await pages.next(); ; page = await pages.next()) {
      if (page.done === true) {
        found.isComplete &&= !page.value.isPartial;
        break;
      }
      // What the layer leaves out because something may turn its meaning round is told too.
      if (page.value.told.includes('modifier')) found.unread += 1;
      for (const { type, resource } of page.value.entries) {
        if (type === 'CommunicationRequest') take(resource, patients, found);
      }
    }
  }
  return found;
}

/** A server that ignores the filter gives messages of others: those are not ours to read. */
function take(
  resource: Json,
  patients: ReadonlyMap<string, LocalIdentifier>,
  found: { readonly messages: AlertRecord[]; unread: number },
): void {
  const subscription = subscriptionsOf(resource).find((id) => patients.has(id));
  const patient = subscription === undefined ? undefined : patients.get(subscription);
  if (subscription === undefined || !patient) return;

  requirePatient(resource, patient);
  const record = readAlert(resource, subscription);
  if (record) found.messages.push(record);
  else found.unread += 1;
}

/**
 * The patient of a message, where it says an identifier of our domain.
 *
 * @throws TerrESanteError `TE_PROTOCOL` for an alert about somebody else
 */
function requirePatient(resource: Json, { system, value }: LocalIdentifier): void {
  const { subject } = resource;
  const logical = isObject(subject) && isObject(subject['identifier']) ? [subject['identifier']] : [];
  const known = identifiersOf(containedOf(resource, subject) ?? { identifier: logical });
  const own = known.filter((identifier) => identifier.system === system);
  if (own.length === 0 || own.some((identifier) => identifier.value === value)) return;

  throw protocolFailure('other-patient', "Le serveur FHIR donne l'alerte d'un autre patient : la réponse est écartée.");
}
