import { isObject, type Json } from '../../internal/json/index.ts';
import { absent } from './absent.ts';
import { refused } from './refusal.ts';
import { jsonReply, resourceReply, type FhirReply } from './reply.ts';
import type { FhirView } from './view.ts';

/** One version, or all that are kept. @see HL7 FHIR R4, RESTful API, vread, history */
export function history(view: FhirView, type: string, id: string, version: string | undefined): FhirReply {
  if (!view.byId(type, id)) throw absent(view, type, id);
  const versions = view.world.versions.of(type, id);
  if (version === undefined) return jsonReply(200, historyBundle(view, type, versions));
  const found = versions.find(({ meta }) => isObject(meta) && meta['versionId'] === version);
  if (!found) throw refused('SIM-FHIR-NOT-FOUND');
  return resourceReply(200, found);
}

function historyBundle(view: FhirView, type: string, versions: readonly Json[]): Json {
  return {
    resourceType: 'Bundle',
    id: view.world.runtime.ids.uuid(),
    type: 'history',
    total: versions.length,
    entry: versions.map((resource, index) => {
      const isFirst = index === versions.length - 1;
      const id = String(resource['id']);
      const request = isFirst ? { method: 'POST', url: type } : { method: 'PUT', url: `${type}/${id}` };
      return {
        fullUrl: `${view.base}/${type}/${id}`,
        resource,
        request,
        response: { status: isFirst ? '201 Created' : '200 OK' },
      };
    }),
  };
}
