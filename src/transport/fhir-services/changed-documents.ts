import { isTerrESanteError } from '../../errors.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { isoUtc, parseUtc } from '../../internal/hl7-time.ts';
import { isObject, objects, writeJson, type Json } from '../../internal/json/index.ts';
import { formOf } from '../fhir/address.ts';
import { readSearchset } from '../fhir/bundle.ts';
import { askFhir } from '../fhir/exchange.ts';
import { isNote } from '../fhir/note.ts';
import { searchWhole } from '../fhir/search.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import type { FhirCall } from './exchange.ts';
import { isNotOffered, requireAbout } from './new-documents.ts';

/*
 * How many documents changed, by totals: a cheap question, and a bound from above where a server
 * keeps no submission sets.
 */

/**
 * Of the documents that changed, those that are no notes of the liaison book: a total counts them
 * all, and a server may not know how to leave a type out.
 *
 * @param question - `total` is what was counted: all there is of a server that gives no documents
 * @throws TerrESanteError `TE_PROTOCOL` when the documents are not whole, or somebody else's
 */
export async function withoutNotes(
  call: FhirCall,
  { patient, since, total }: { readonly patient: string; readonly since: string; readonly total: number },
): Promise<number> {
  const found = await searchWhole(call.partner, {
    ...call.limits,
    type: 'DocumentReference',
    parameters: changedParameters(patient, since),
    allowsGet: call.options.services.patientInAddress,
  }).catch((error: unknown) => {
    if (isTerrESanteError(error) && isNotOffered(error.details)) return null;
    throw error;
  });
  if (found === null) return total;

  const documents = found.entries.filter(({ type, mode }) => type === 'DocumentReference' && mode === 'match');
  for (const { resource } of documents) requireAbout(resource, patient);
  return documents.filter(({ resource }) => !isNote(resource)).length;
}

/** Documents that changed since an instant, that second included: a bound from above. */
function changedParameters(patient: string, since: string): readonly (readonly [string, string])[] {
  return [
    ['patient', `Patient/${patient}`],
    ['status', 'current'],
    ['_lastUpdated', `ge${isoUtc(Math.floor(parseUtc(since) / 1000) * 1000)}`],
  ];
}

const totalParameters = (patient: string, since: string): readonly (readonly [string, string])[] => [
  ...changedParameters(patient, since),
  ['_summary', 'count'],
];

export async function askChanged({ partner, limits }: FhirCall, patient: string, since: string): Promise<number> {
  const { resource } = await askFhir(partner, {
    ...limits,
    method: 'POST',
    url: new URL('DocumentReference/_search', partner.base).href,
    body: utf8Bytes(formOf(totalParameters(patient, since))),
    contentType: 'application/x-www-form-urlencoded',
    writes: false,
  });
  return totalOf(resource);
}

/**
 * The total of a count.
 *
 * @throws TerrESanteError `TE_PROTOCOL` without one, or when the server says that it left the time
 *   out: that would be the number of all documents
 */
function totalOf(resource: Json | null): number {
  const { total } = readSearchset(resource);
  const self = objects(resource?.['link']).find(({ relation }) => relation === 'self')?.['url'];
  // A search by POST may be answered without any parameter, which says nothing.
  const isDropped = typeof self === 'string' && self.includes('patient=') && !self.includes('_lastUpdated=');
  if (isDropped) {
    throw protocolFailure('filter-dropped', "Le serveur FHIR n'a pas appliqué la date : rien n'est compté.");
  }
  if (total === null) throw protocolFailure('no-total', 'Le serveur FHIR ne dit pas combien de documents ont changé.');
  return total;
}

/**
 * How many documents of each patient changed, in one request; `null` for one who is not answered
 * for, `null` alone where the server takes no batch.
 *
 * @see HL7 FHIR R4, RESTful API, batch: each entry has a status of its own
 */
export async function changedSince(
  { partner, limits }: FhirCall,
  patients: readonly (string | null)[],
  since: string,
): Promise<readonly (number | null)[] | null> {
  const asked = patients.flatMap((patient) => patient ?? []);
  if (asked.length === 0) return patients.map(() => null);
  const entry = asked.map((patient) => ({
    request: { method: 'GET', url: `DocumentReference?${formOf(totalParameters(patient, since))}` },
  }));
  const answer = await askFhir(partner, {
    ...limits,
    method: 'POST',
    url: partner.base.href.replace(/\/$/, ''),
    body: utf8Bytes(writeJson({ resourceType: 'Bundle', type: 'batch', entry })),
    writes: false,
  }).catch((error: unknown) => {
    const isRefused = isTerrESanteError(error) && [400, 404, 405, 422, 501].includes(Number(error.details['status']));
    if (isRefused) return null;
    throw error;
  });
  if (answer === null) return null;

  const { resource } = answer;
  const entries = objects(resource?.['entry']);
  if (resource?.['type'] !== 'batch-response' || entries.length !== asked.length) {
    throw protocolFailure('no-batch-response', "La réponse du serveur FHIR n'est pas celle d'un lot de questions.");
  }
  const totals = new Map(asked.map((patient, index) => [patient, changedIn(entries[index])]));
  return patients.map((patient) => (patient === null ? null : (totals.get(patient) ?? null)));
}

function changedIn(entry: Json | undefined): number | null {
  const response = isObject(entry?.['response']) ? entry['response'] : {};
  if (!/^2\d\d\b/.test(String(response['status']))) return null;
  try {
    return totalOf(isObject(entry?.['resource']) ? entry['resource'] : null);
  } catch (error) {
    if (isTerrESanteError(error)) return null;
    throw error;
  }
}
