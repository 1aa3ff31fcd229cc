import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { readReference } from '../../transport/fhir/address.ts';
import { deposit, isDeposit, type BundleEntry, type EntryOutcome } from './deposit.ts';
import { refused } from './refusal.ts';
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

/** Answers a transaction: all of it, or nothing. @throws FhirRefusal */
export async function transaction(view: FhirView, bundle: Json): Promise<Json> {
  const entries = entriesOf(bundle);
  if (!isDeposit(entries)) throw refused('SIM-FHIR-ENTRY', 'Bundle.entry');
  return transactionResponse(view, await deposit(view, entries));
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
