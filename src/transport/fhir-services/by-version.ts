import { utf8Bytes } from '../../internal/bytes.ts';
import { writeJson, type Json } from '../../internal/json/index.ts';
import { isModified } from '../fhir/bundle.ts';
import { askFhir } from '../fhir/exchange.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import type { FhirCall } from './exchange.ts';
import { matchOf, requireNext, versionOf } from './transaction.ts';

/** A resource as the server has it now. */
export interface Current {
  readonly id: string;
  readonly resource: Json;
  readonly version: string | null;
}

/**
 * Reads one resource.
 *
 * @throws TerrESanteError `TE_NOT_FOUND`, `TE_PROTOCOL` when the answer is another one, or holds
 *   what may turn its meaning round
 */
export async function readCurrent({ partner, limits }: FhirCall, type: string, id: string): Promise<Current> {
  const url = new URL(`${type}/${id}`, partner.base).href;
  const headers = { 'Cache-Control': 'no-cache' };
  const answer = await askFhir(partner, { ...limits, method: 'GET', url, headers, writes: false });
  const { resource } = answer;
  if (resource?.['resourceType'] !== type || resource['id'] !== id) {
    throw protocolFailure('other-resource', "La réponse du serveur FHIR n'est pas la ressource demandée.");
  }
  if (isModified(resource)) {
    throw protocolFailure('modifier', 'La ressource contient une extension qui peut en changer le sens : refusé.');
  }
  return { id, resource, version: versionOf(resource, answer.headers['etag']) };
}

/**
 * Writes a resource over the version that was read, and over no other.
 *
 * @param jumped - tells that others wrote between without being noticed
 * @returns the new version; `null` where the server tells none
 * @throws TerrESanteError `TE_PROTOCOL` without a version, `TE_CONFLICT`
 * @see HL7 FHIR R4, RESTful API, managing resource contention
 */
export async function writeOver(
  call: FhirCall,
  { id, version }: Pick<Current, 'id' | 'version'>,
  next: Json,
  jumped: string,
): Promise<string | null> {
  const ifMatch = matchOf(call, version);
  const { resource, headers } = await askFhir(call.partner, {
    ...call.limits,
    method: 'PUT',
    url: new URL(`${String(next['resourceType'])}/${id}`, call.partner.base).href,
    headers: ifMatch === undefined ? {} : { 'If-Match': ifMatch },
    body: utf8Bytes(writeJson(next)),
    writes: true,
  });
  const after = versionOf(resource ?? {}, headers['etag']);
  requireNext(version, after, jumped);
  return after;
}
