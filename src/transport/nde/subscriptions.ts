import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { isObject, writeJson, type Json } from '../../internal/json/index.ts';
import type { AlertSubscriptionRecord } from '../binding/alerts.ts';
import { idOf, readReference } from '../fhir/address.ts';
import { askFhir, type FhirAnswer, type FhirPartner } from '../fhir/exchange.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { readSubscription } from './read-subscription.ts';

/**
 * Creates a subscription and reads it again: 201 says that it is requested, not that it is active.
 * Without an identifier of our own nothing recognises it later, so it is never sent twice.
 *
 * @throws TerrESanteError `details.unknownOutcome` says whether it may exist
 * @see ANS, Notification d'événements 3.0.0, flow 1; HL7 FHIR R4, Subscription
 */
export async function createSubscription(
  partner: FhirPartner,
  resource: Json,
  call: CallOptions,
): Promise<AlertSubscriptionRecord> {
  const url = new URL('Subscription', partner.base).href;
  const body = utf8Bytes(writeJson(resource));
  const answer = await askFhir(partner, { ...call, method: 'POST', url, body, writes: true });
  const id = createdId(answer);

  // What a server keeps for itself was sent by us.
  const created = { ...resource, status: 'requested', ...answer.resource };
  const current = await readAgain(partner, id, call);
  return readSubscription(current ?? created, id);
}

/** The id that the server gave. Its `Location` may name it by another host: type and id count. */
function createdId({ headers, resource }: FhirAnswer): string {
  const named = [headers['location'], headers['content-location']]
    .map((address) => readReference(address))
    .find((reference) => reference?.type === 'Subscription');
  const id = named?.id ?? (resource?.['resourceType'] === 'Subscription' ? idOf(resource) : null);
  if (id !== null) return id;
  throw protocolFailure('no-id', "Le serveur FHIR ne dit pas l'identifiant de l'abonnement.", { unknownOutcome: true });
}

/** NdE announces no reading: a server that does not offer it leaves the status at `requested`. */
async function readAgain(partner: FhirPartner, id: string, call: CallOptions): Promise<Json | null> {
  try {
    return await readResource(partner, id, call);
  } catch (error) {
    if (isTerrESanteError(error) && error.code !== 'TE_CANCELLED') return null;
    throw error;
  }
}

async function readResource(partner: FhirPartner, id: string, call: CallOptions): Promise<Json> {
  const { resource } = await askFhir(partner, { ...call, method: 'GET', url: addressOf(partner, id), writes: false });
  if (resource?.['resourceType'] === 'Subscription' && idOf(resource) === id) return resource;
  throw protocolFailure('no-subscription', "La réponse n'est pas cet abonnement.");
}

/**
 * Ends a subscription. One that is gone already is a success; one that a server keeps because
 * messages refer to it is switched off.
 *
 * @see HL7 FHIR R4, RESTful API, delete; ANS, Notification d'événements 3.0.0, flow 1
 */
export async function endSubscription(partner: FhirPartner, id: string, call: CallOptions): Promise<void> {
  try {
    await askFhir(partner, { ...call, method: 'DELETE', url: addressOf(partner, id), writes: true });
  } catch (error) {
    const status = isTerrESanteError(error) ? error.details['status'] : null;
    if (status === 404 || status === 410) return;
    if (status !== 409) throw error;
    await switchOff(partner, id, call);
  }
}

/** The whole resource goes back, and only as it was read; who changed it meanwhile wins once. */
async function switchOff(partner: FhirPartner, id: string, call: CallOptions): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const resource = await readResource(partner, id, call);
    if (resource['status'] === 'off') return;

    try {
      await putOff(partner, id, resource, call);
      return;
    } catch (error) {
      const isStale = isTerrESanteError(error) && [409, 412].includes(Number(error.details['status']));
      if (!isStale || turn > 0) throw error;
    }
  }
}

async function putOff(partner: FhirPartner, id: string, resource: Json, call: CallOptions): Promise<void> {
  const version = isObject(resource['meta']) ? resource['meta']['versionId'] : undefined;
  if (typeof version !== 'string' || !/^[A-Za-z0-9.-]{1,64}$/.test(version)) {
    throw new TerrESanteError(
      'TE_PROTOCOL',
      "Le serveur FHIR ne dit pas la version de l'abonnement : rien n'est écrit.",
      {
        details: { reason: 'no-version' },
      },
    );
  }

  await askFhir(partner, {
    ...call,
    method: 'PUT',
    url: addressOf(partner, id),
    headers: { 'If-Match': `W/"${version}"` },
    body: utf8Bytes(writeJson({ ...resource, status: 'off' })),
    writes: true,
  });
}

const addressOf = ({ base }: FhirPartner, id: string): string => new URL(`Subscription/${id}`, base).href;
