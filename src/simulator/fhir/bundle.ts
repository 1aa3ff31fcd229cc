import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { readReference } from '../../transport/fhir/address.ts';
import { deposit, isDeposit, type BundleEntry, type EntryOutcome } from './deposit.ts';
import { FhirRefusal, refused } from './refusal.ts';
import { circleTransaction, isToldBy500 } from './transaction.ts';
import type { FhirReply } from './reply.ts';
import type { FhirView } from './view.ts';

/** Most entries of one bundle. */
const maxEntries = 500;

const methods: ReadonlySet<unknown> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** The entries of a transaction or batch. @throws FhirRefusal */
export function entriesOf(bundle: Json): readonly BundleEntry[] {
  if (Array.isArray(bundle['entry']) && bundle['entry'].length > maxEntries) throw refused('SIM-FHIR-TOO-MANY');
  const entries = objects(bundle['entry']).map(readEntry);
  const urls = entries.map(({ fullUrl }) => fullUrl).filter((url) => url !== '');
  if (new Set(urls).size !== urls.length) throw refused('SIM-FHIR-BUNDLE', 'Bundle.entry.fullUrl');
  return entries;
}

function readEntry(entry: Json): BundleEntry {
  const request = isObject(entry['request']) ? entry['request'] : {};
  const { method, url } = request;
  if (typeof method !== 'string' || !methods.has(method) || typeof url !== 'string') {
    throw refused('SIM-FHIR-BUNDLE', 'Bundle.entry.request');
  }
  const resource = isObject(entry['resource']) ? entry['resource'] : {};
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    fullUrl: text(entry['fullUrl']) ?? '',
    resource,
    type: text(resource['resourceType']) ?? '',
    method,
    url,
    ifNoneExist: text(request['ifNoneExist']),
    ifMatch: text(request['ifMatch']),
  };
}

/**
 * Answers a transaction: all of it, or nothing. What breaks a rule in one of a care circle, or of a
 * note, is a 500 with its reason, as the guides say.
 *
 * @see ANS, Cercle de soins 2.0.1, flow 1, and Cahier de liaison 3.0.0, flow 1b: failure of a
 *   transaction
 * @throws FhirRefusal
 */
export async function transaction(view: FhirView, bundle: Json): Promise<Json> {
  const entries = entriesOf(bundle);
  if (entries.length === 0) throw refused('SIM-FHIR-BUNDLE', 'Bundle.entry');
  if (isDeposit(entries)) return transactionResponse(view, await deposit(view, entries));

  try {
    return transactionResponse(view, circleTransaction(view, entries));
  } catch (error) {
    const isPrescribed = error instanceof FhirRefusal && [400, 409, 412, 422].includes(error.status);
    throw isPrescribed && isToldBy500(bundle) ? new FhirRefusal(500, error.issues) : error;
  }
}

/** The answer to a transaction, an entry for each that came. */
export function transactionResponse(view: FhirView, outcomes: readonly EntryOutcome[]): Json {
  return {
    resourceType: 'Bundle',
    id: view.world.runtime.ids.uuid(),
    type: 'transaction-response',
    entry: outcomes.map(({ status, location }) => ({
      response: { status, ...(location !== undefined && versioned(view, location)) },
    })),
  };
}

/** Where a resource is, in the version that it has now. */
function versioned(view: FhirView, location: string): Json {
  const reference = readReference(location);
  const resource = reference ? view.byId(reference.type, reference.id) : undefined;
  const meta = isObject(resource?.['meta']) ? resource['meta'] : {};
  const version = typeof meta['versionId'] === 'string' ? meta['versionId'] : '1';
  const lastModified = meta['lastUpdated'] ?? view.world.now;
  return { location: `${location}/_history/${version}`, etag: `W/"${version}"`, lastModified };
}

/**
 * Answers a batch: each entry by itself.
 *
 * @param ask - one request of the batch
 * @see HL7 FHIR R4, RESTful API, batch
 */
export async function batch(
  view: FhirView,
  bundle: Json,
  ask: (entry: BundleEntry) => Promise<FhirReply>,
): Promise<Json> {
  const answers: Json[] = [];
  for (const entry of entriesOf(bundle)) {
    const { status, headers, body } = await ask(entry);
    const resource = body.length > 0 ? (JSON.parse(Buffer.from(body).toString('utf8')) as Json) : undefined;
    const { ETag: etag, Location: location } = headers;
    const isFailure = status >= 400;
    answers.push({
      ...(resource && !isFailure && { resource }),
      response: {
        status: String(status),
        ...(location !== undefined && { location }),
        ...(etag !== undefined && { etag }),
        ...(resource && isFailure && { outcome: resource }),
      },
    });
  }
  return { resourceType: 'Bundle', id: view.world.runtime.ids.uuid(), type: 'batch-response', entry: answers };
}
