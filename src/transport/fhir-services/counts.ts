import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { isoUtc, parseUtc } from '../../internal/hl7-time.ts';
import { isObject, objects, writeJson, type Json } from '../../internal/json/index.ts';
import type {
  Answered,
  BindingCall,
  BoundPatient,
  CountRecord,
  NotificationPage,
  NotificationQuery,
  NotificationRecord,
  PractitionerCountRecord,
} from '../binding/model.ts';
import { formOf } from '../fhir/address.ts';
import { readSearchset } from '../fhir/bundle.ts';
import { askFhir } from '../fhir/exchange.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { recordId } from './documents.ts';
import { FhirCall } from './exchange.ts';
import { requirePatientAt } from './identity.ts';
import { followedCircles, type Followed } from './mine.ts';
import type { FhirBindingOptions } from './model.ts';
import { newDocuments, type NewDocument } from './new-documents.ts';

/** Questions of one batch. */
const batchSize = 20;

/** Without a cut-off nothing is asked: the server knows no last connection. */
export async function countForPatient(
  options: FhirBindingOptions,
  patient: BoundPatient,
  { since, countOwnDeposits }: NotificationQuery,
  bound: BindingCall,
): Promise<Answered<CountRecord>> {
  const call = new FhirCall(options, bound);
  if (since === null) return call.answered({ count: null, since: null, asOf: isoUtc(call.now) });

  const id = await recordId(call, patient);
  const count = await countOf(call, id, { since, countOwnDeposits }, null);
  return call.answered({ count, since, asOf: isoUtc(call.now) });
}

/**
 * The new documents of every dossier that this professional follows now. A cheap question for each,
 * many in one request, finds the dossiers that changed; only those are counted exactly. What one
 * dossier does not tell makes the sum unknown.
 */
export async function countForPractitioner(
  options: FhirBindingOptions,
  { since, countOwnDeposits }: NotificationQuery,
  bound: BindingCall,
): Promise<Answered<PractitionerCountRecord>> {
  const call = new FhirCall(options, bound);
  if (since === null) {
    return call.answered({ count: null, since: null, asOf: isoUtc(call.now), perPatient: [] });
  }
  const followed = await followedCircles(call);
  const counts = await countFollowed(call, followed, { since, countOwnDeposits });
  const perPatient = followed.flatMap(({ circle: { regionalId } }, index) =>
    regionalId === null ? [] : [{ regionalId, count: counts[index] ?? null }],
  );
  return call.answered({ count: sumOf(counts), since, asOf: isoUtc(call.now), perPatient });
}

type Since = Pick<NotificationQuery, 'countOwnDeposits'> & { readonly since: string };

/** In the order of the dossiers; `null` for one that does not tell. */
export async function countFollowed(
  call: FhirCall,
  followed: readonly Pick<Followed, 'patient'>[],
  query: Since,
): Promise<readonly (number | null)[]> {
  const counts: (number | null)[] = [];
  for (let start = 0; start < followed.length; start += batchSize) {
    const patients = followed.slice(start, start + batchSize).map(({ patient }) => patient);
    const changed = await changedSince(call, patients, query.since);
    for (const [index, patient] of patients.entries()) {
      counts.push(await orUnknown(oneCount(call, patient, query, changed && { total: changed[index] ?? null })));
    }
  }
  return counts;
}

/** What did not change, or is not known, is not asked for again. */
async function oneCount(
  call: FhirCall,
  patient: string | null,
  query: Since,
  changed: { readonly total: number | null } | null,
): Promise<number | null> {
  if (patient === null) return null;
  if (changed && !changed.total) return changed.total;
  return countOf(call, patient, query, changed?.total ?? null);
}

/** A dossier that fails tells nothing; what concerns who asks ends the count. */
async function orUnknown(count: Promise<number | null>): Promise<number | null> {
  return count.catch((error: unknown) => {
    if (isTerrESanteError(error) && ofDossier.has(error.code)) return null;
    throw error;
  });
}

const ofDossier: ReadonlySet<string> = new Set([
  'TE_NOT_FOUND',
  'TE_FORBIDDEN',
  'TE_PROTOCOL',
  'TE_UNAVAILABLE',
  'TE_RATE_LIMITED',
]);

function sumOf(counts: readonly (number | null)[]): number | null {
  return counts.reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}

/**
 * How many documents are new.
 *
 * @param changed - how many changed, where that is known: what counts where the server keeps no
 *   submission sets
 */
async function countOf(
  call: FhirCall,
  patient: string,
  { since, countOwnDeposits }: Since,
  changed: number | null,
): Promise<number | null> {
  const without = countOwnDeposits ? null : call.options.professional;
  const documents = await newDocuments(call, { patient, since, without });
  if (documents !== null) return documents.length;

  // Whose documents changed is not said.
  if (!countOwnDeposits) return null;
  return changed ?? askChanged(call, patient, since);
}

/** Documents that changed since an instant, that second included: a bound from above. */
function changedParameters(patient: string, since: string): readonly (readonly [string, string])[] {
  return [
    ['patient', `Patient/${patient}`],
    ['status', 'current'],
    ['_lastUpdated', `ge${isoUtc(Math.floor(parseUtc(since) / 1000) * 1000)}`],
    ['_summary', 'count'],
  ];
}

async function askChanged({ partner, limits }: FhirCall, patient: string, since: string): Promise<number> {
  const { resource } = await askFhir(partner, {
    ...limits,
    method: 'POST',
    url: new URL('DocumentReference/_search', partner.base).href,
    body: utf8Bytes(formOf(changedParameters(patient, since))),
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
async function changedSince(
  { partner, limits }: FhirCall,
  patients: readonly (string | null)[],
  since: string,
): Promise<readonly (number | null)[] | null> {
  const asked = patients.flatMap((patient) => patient ?? []);
  if (asked.length === 0) return patients.map(() => null);
  const entry = asked.map((patient) => ({
    request: { method: 'GET', url: `DocumentReference?${formOf(changedParameters(patient, since))}` },
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

/** A first question without a cut-off looks back two years. @see DMP, as quoted: first search */
const firstSearchMs = 2 * 366 * 86_400_000;

/**
 * The new documents of one patient, or of all who are followed, oldest first. That marks of a
 * document changed is not to be seen here.
 *
 * @throws TerrESanteError `TE_UNSUPPORTED` where the server keeps no submission sets
 */
export async function listNew(
  options: FhirBindingOptions,
  patient: BoundPatient | null,
  { since, countOwnDeposits, limit = 50, cursor = null }: NotificationQuery,
  bound: BindingCall,
): Promise<Answered<NotificationPage>> {
  const call = new FhirCall(options, bound);
  const from = since ?? isoUtc(call.now - firstSearchMs);
  const items: NotificationRecord[] = [];
  for (const { id, regionalId } of await listed(call, patient)) {
    const without = countOwnDeposits ? null : options.professional;
    const documents = await newDocuments(call, { patient: id, since: from, without });
    if (documents === null) throw notListed();
    items.push(...documents.map((document) => recordOf(document, regionalId)));
  }

  items.sort((left, right) => placeOf(left).localeCompare(placeOf(right)));
  const left = cursor === null ? items : items.filter((item) => placeOf(item) > cursor);
  const page = left.slice(0, limit);
  const last = page.at(-1);
  const next = last && left.length > page.length ? placeOf(last) : null;
  return call.answered({ items: page, next, since, asOf: isoUtc(call.now) });
}

type Listed = Pick<NotificationRecord, 'regionalId'> & { readonly id: string };

/** Whose documents are listed. */
async function listed(call: FhirCall, patient: BoundPatient | null): Promise<readonly Listed[]> {
  if (patient === null) {
    const followed = await followedCircles(call);
    return followed.flatMap(({ patient: id, circle: { regionalId } }) =>
      id === null || regionalId === null ? [] : [{ id, regionalId }],
    );
  }
  const { regionalId } = await requirePatientAt(call, patient);
  if (regionalId === null) {
    throw protocolFailure('regional-id', "Le serveur FHIR ne dit pas l'identifiant régional du patient.");
  }
  return [{ id: await recordId(call, patient), regionalId }];
}

function recordOf({ id, uniqueId, at }: NewDocument, regionalId: NotificationRecord['regionalId']): NotificationRecord {
  return { id, kind: 'document', regionalId, uniqueId, at: isoUtc(at) };
}

/** The place of an event in the list: time, then name. */
const placeOf = ({ at, id }: NotificationRecord): string => `${at} ${id}`;

function notListed(): TerrESanteError {
  return new TerrESanteError('TE_UNSUPPORTED', 'Le serveur FHIR ne dit pas quels documents sont nouveaux.', {
    details: { operation: 'notifications.list' },
  });
}
