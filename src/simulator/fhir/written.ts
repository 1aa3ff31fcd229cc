import type { Json } from '../../internal/json/index.ts';
import { absent } from './absent.ts';
import { interactions } from './capability.ts';
import { refused } from './refusal.ts';
import { jsonReply, resourceReply, type FhirReply } from './reply.ts';
import type { FhirHead } from './request.ts';
import type { FhirView } from './view.ts';

/** The resource that was written, unless the caller wants nothing back. */
export function written(head: FhirHead, status: number, resource: Json, headers: FhirReply['headers'] = {}): FhirReply {
  const isMinimal = /(?:^|[,;\s])return=minimal(?:$|[,;\s])/.test(head.header('prefer') ?? '');
  const reply = resourceReply(status, resource, headers);
  return isMinimal ? { ...reply, body: new Uint8Array() } : reply;
}

/** Takes a resource away. @see HL7 FHIR R4, RESTful API, delete */
export function deleteResource(view: FhirView, type: string, id: string): FhirReply {
  if (!(interactions[type] ?? []).includes('delete')) throw refused('SIM-FHIR-METHOD');
  if (!view.byId(type, id)) throw absent(view, type, id);
  view.world.kept.delete(type, id);
  return { ...jsonReply(204, null), status: 204 };
}
