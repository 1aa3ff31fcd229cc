import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
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
import { protocolFailure } from '../http/protocol-failure.ts';
import { askChanged, changedSince, withoutNotes } from './changed-documents.ts';
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
  const total = changed ?? (await askChanged(call, patient, since));
  return total === 0 ? 0 : withoutNotes(call, { patient, since, total });
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
