import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { targetOf, type Related } from './resolve.ts';

/** What only the server knows, and how it wants a replacement told. */
export interface Resolved {
  readonly patient: string;
  readonly related: Related;
  readonly replaceStyle: 'patch' | 'relatesTo';
  readonly uuid: () => string;
}

/**
 * The transaction with literal references: only those are found again by the searches of MHD. A
 * replaced document is marked in the same transaction.
 *
 * @see IHE ITI MHD, section 2:3.65.4.1.2; HL7 FHIR R4, Search, chained parameters
 */
export function resolvedBundle(bundle: Json, { patient, related, replaceStyle, uuid }: Resolved): Json {
  const subject = { reference: `Patient/${patient}` };
  const entries = objects(bundle['entry']).map((entry) => {
    const resource: Json = isObject(entry['resource']) ? entry['resource'] : {};
    const relatesTo = objects(resource['relatesTo']).map((relation) => literal(relation, related));
    const relations = relatesTo.length > 0 ? { relatesTo } : {};
    return { ...entry, resource: { ...resource, subject, ...relations } };
  });

  const replaced = objects(bundle['entry'])
    .flatMap(({ resource }) => (isObject(resource) ? objects(resource['relatesTo']) : []))
    .filter(({ code }) => code === 'replaces')
    .flatMap(targetOf)
    .flatMap((target) => related.get(target) ?? []);
  const patches = replaceStyle === 'patch' ? [...new Set(replaced)].map((id) => superseding(id, uuid())) : [];
  return { ...bundle, entry: [...entries, ...patches] };
}

function literal(relation: Json, related: Related): Json {
  const [target] = targetOf(relation);
  const id = target === undefined ? undefined : related.get(target);
  return id === undefined ? relation : { ...relation, target: { reference: `DocumentReference/${id}` } };
}

/** @see IHE ITI MHD, profile IHE.MHD.Patch.Parameters */
function superseding(id: string, uuid: string): Json {
  const part = [
    { name: 'type', valueCode: 'replace' },
    { name: 'path', valueString: 'DocumentReference.status' },
    { name: 'value', valueCode: 'superseded' },
  ];
  return {
    fullUrl: `urn:uuid:${uuid}`,
    resource: {
      resourceType: 'Parameters',
      meta: { profile: ['https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Patch.Parameters'] },
      parameter: [{ name: 'operation', part }],
    },
    request: { method: 'PATCH', url: `DocumentReference/${id}` },
  };
}
