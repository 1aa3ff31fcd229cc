import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { isObject, objects, writeJson, type Json } from '../../internal/json/index.ts';
import { readReference, type FhirReference } from '../fhir/address.ts';
import { askFhir, type FhirAnswer } from '../fhir/exchange.ts';
import { readTransactionAnswer } from '../mhd/answer.ts';
import type { TransactionEntry } from './actors.ts';
import type { FhirCall } from './exchange.ts';

/** What became of an entry. */
export interface Written {
  readonly reference: FhirReference | null;
  /** Version of the resource, without the marks of an ETag; `null` when it is not said. */
  readonly version: string | null;
  /** It was there before. */
  readonly existed: boolean;
}

/**
 * Sends a transaction: an answer for each entry, in their order, or nothing is believed. One that
 * meets another of the same keys is sent once more: it then finds what that one made.
 *
 * @param profile - of the bundle, where a guide has one
 * @throws TerrESanteError `TE_PROTOCOL` with an unknown outcome when an entry is not answered for,
 *   `TE_CONFLICT`, and the refusals of the server
 * @see HL7 FHIR R4, RESTful API, transaction
 */
export async function sendTransaction(
  call: FhirCall,
  profile: string | null,
  entries: readonly TransactionEntry[],
): Promise<readonly Written[]> {
  const meta = profile === null ? {} : { meta: { profile: [profile] } };
  const bundle = { resourceType: 'Bundle', ...meta, type: 'transaction', entry: entries };
  const isConditional = entries.every(({ request }) => request.ifMatch === undefined);
  const answer = await post(call, bundle).catch(async (error: unknown) => {
    const isMeeting = isTerrESanteError(error) && error.details['status'] === 409 && error.code === 'TE_CONFLICT';
    if (!isMeeting || !isConditional) throw error;
    return post(call, bundle);
  });

  const types = entries.map(({ resource }) => String(resource['resourceType']));
  readTransactionAnswer(answer, types);
  return objects(answer.resource?.['entry']).map((entry, index) => writtenOf(entry, types[index]));
}

function post({ partner, limits }: FhirCall, bundle: object): Promise<FhirAnswer> {
  const url = partner.base.href.replace(/\/$/, '');
  return askFhir(partner, { ...limits, method: 'POST', url, body: utf8Bytes(writeJson(bundle)), writes: true });
}

/**
 * The id of a created resource: of its location, which may name another host, else of the resource,
 * else of its address. Only type and id are taken.
 */
function writtenOf({ fullUrl, resource, response }: Json, type: string | undefined): Written {
  const said = isObject(response) ? response : {};
  const own =
    isObject(resource) && resource['resourceType'] === type ? `${String(type)}/${String(resource['id'])}` : null;
  const references = [said['location'], own, fullUrl].map(readReference);
  return {
    reference: references.find((found) => found?.type === type) ?? null,
    version: versionOf(isObject(resource) ? resource : {}, said['etag']),
    existed: /^200\b/.test(String(said['status'])),
  };
}

/**
 * The version of a resource: its own word first, for proxies change an ETag.
 *
 * @see HL7 FHIR R4, RESTful API, managing resource contention
 */
export function versionOf({ meta }: Json, etag: unknown): string | null {
  const own = isObject(meta) ? meta['versionId'] : null;
  if (typeof own === 'string' && shape.test(own)) return own;

  const said = typeof etag === 'string' ? (/^(?:W\/)?"?([^"]+)"?$/.exec(etag)?.[1] ?? '') : '';
  return shape.test(said) ? said : null;
}

const shape = /^[A-Za-z0-9.-]{1,64}$/;

/**
 * What `If-Match` says of a shared resource.
 *
 * @throws TerrESanteError `TE_PROTOCOL` without a version: what others share is not written blindly
 */
export function matchOf({ options }: FhirCall, version: string | null): string | undefined {
  if (version !== null) return `W/"${version}"`;
  if (!options.services.versioned) return undefined;
  throw new TerrESanteError(
    'TE_PROTOCOL',
    "Le serveur FHIR ne dit pas la version de la ressource : rien n'est écrit.",
    {
      details: { reason: 'no-version' },
    },
  );
}

/** Whether a write was refused since somebody else wrote meanwhile. */
export function isStale(error: unknown): boolean {
  return isTerrESanteError(error) && error.code === 'TE_CONFLICT';
}

/**
 * Refuses a version that jumps: the server did not compare, and what others wrote between is gone.
 *
 * @param sentence - tells so
 * @throws TerrESanteError `TE_CONFLICT`
 */
export function requireNext(before: string | null, after: string | null, sentence: string): void {
  const [from, to] = [Number(before ?? Number.NaN), Number(after ?? Number.NaN)];
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to <= from + 1) return;
  throw new TerrESanteError('TE_CONFLICT', sentence, { details: { reason: lost, written: true, versions: to - from } });
}

const lost = 'lost-update';
export const isLost = (error: unknown): boolean => isTerrESanteError(error) && error.details['reason'] === lost;
