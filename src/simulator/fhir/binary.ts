import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { absent } from './absent.ts';
import { isNamed } from './access.ts';
import { uuidOf } from './documents.ts';
import { fhirNames } from './names.ts';
import { refused } from './refusal.ts';
import { jsonReply, type FhirReply } from './reply.ts';
import type { FhirHead } from './request.ts';
import type { FhirView } from './view.ts';

/** ITI-68: the bytes as they are, or within a resource. @see IHE ITI MHD, section 2:3.68 */
export function readBinary(view: FhirView, head: FhirHead, id: string): FhirReply {
  const { state } = view.world;
  const description = view.byId('DocumentReference', id);
  const dossier = state.all().find(({ registry }) => registry.entries.some(({ lid }) => uuidOf(lid) === id));
  const document = dossier?.registry.entries.findLast(({ lid }) => uuidOf(lid) === id)?.document;
  if (!description || !dossier || !document) throw absent(view, 'Binary', id);
  // Bytes are given for the patient of the assertion alone.
  if (!isNamed(state, view.caller, dossier)) throw refused('SIM-FHIR-OTHER-PATIENT');

  const contentType = contentTypeOf(description);
  const accepted = (head.header('accept') ?? '*/*').split(',').map((part) => part.split(';')[0]?.trim().toLowerCase());
  const isAccepted = accepted.some((type) => type === '*/*' || type === contentType.toLowerCase());
  if (isAccepted) return { status: 200, contentType, headers: {}, body: document.bytes };
  if (!accepted.includes(fhirNames.json)) throw refused('SIM-FHIR-ACCEPT');

  const data = Buffer.from(document.bytes).toString('base64');
  return jsonReply(200, { resourceType: 'Binary', id, contentType, data });
}

function contentTypeOf(description: Json): string {
  const [content] = objects(description['content']);
  const type = isObject(content?.['attachment']) ? content['attachment']['contentType'] : null;
  return typeof type === 'string' && /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream';
}
