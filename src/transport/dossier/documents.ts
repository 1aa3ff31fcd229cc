import type { DocumentEntry, Association, SubmissionSet } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { association as types, documentStatus } from '../../documents/metadata/constants.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { DocumentPage, DocumentQuery, DocumentStatus } from '../binding/documents.ts';
import { protocolFailure } from '../soap/outcome.ts';
import type { QueryResult, StoredQuery } from '../xds/query-model.ts';
import type { XdsClient } from '../xds/model.ts';
import { batchSize } from './batches.ts';
import { secondOf } from './count.ts';
import { incomplete, recordOf } from './document-record.ts';
import { narrowing } from './narrowing.ts';

/** Whose documents are asked for, and which. */
export interface DocumentsQuestion {
  /** CX of the patient in the registry. */
  readonly patientId: string;
  readonly query: DocumentQuery;
}

/**
 * The documents of a dossier. An entry says neither when it was submitted nor what replaces it: the
 * submission sets say the first, the associations of versions no longer in force the second. Both
 * are asked for twenty entries at a time, which are then given.
 *
 * Entries are not compared with the identifier that was asked: it may have changed since.
 *
 * @throws TerrESanteError `TE_PROTOCOL` when the registry does not give the whole: a list with
 *   holes looks like one without these documents
 * @see IHE ITI TF-2, section 3.18.4.1.2.3.7; GIE SESAM-Vitale, DMP, requirements EX_3.1-1020,
 *   EX_3.1-1030 and EX_3.1-1055, as quoted
 */
export async function* searchDocuments(
  registry: XdsClient,
  { patientId, query }: DocumentsQuestion,
  call: CallOptions,
): AsyncGenerator<DocumentPage, void, undefined> {
  const ask = async (asked: StoredQuery): Promise<QueryResult> => {
    const result = await registry.query(asked, call).all();
    if (result.status !== 'Success') throw notWhole();
    return result;
  };
  const { statuses } = query;
  const found = await ask({ query: 'FindDocuments', patientId, status: statuses, ...narrowing(query) });
  const entries = latestVersions(found.documents.filter((entry) => isAskedFor(entry, statuses)));

  for (let start = 0; start === 0 || start < entries.length; start += batchSize) {
    const batch = entries.slice(start, start + batchSize);
    const isOld = ({ availabilityStatus }: DocumentEntry): boolean => availabilityStatus !== documentStatus.approved;
    const sets = await askAbout(ask, 'GetSubmissionSets', batch);
    const links = await askAbout(ask, 'GetAssociations', batch.filter(isOld));
    const submitted = submissionTimes(sets);
    const successors = successorsIn(links, entries);
    const documents = batch.map((entry) => {
      const origin = originOf(entry);
      return recordOf(entry, { submitted: submitted.get(origin), replacedBy: successors.get(origin), statuses });
    });
    yield { documents, isLast: start + batchSize >= entries.length };
  }
}

/** A deleted entry, or one that nobody asked for, is none of the answer. */
function isAskedFor({ availabilityStatus }: DocumentEntry, statuses: readonly DocumentStatus[]): boolean {
  return availabilityStatus === null || statuses.some((word) => documentStatus[word] === availabilityStatus);
}

async function askAbout(
  ask: (query: StoredQuery) => Promise<QueryResult>,
  query: 'GetSubmissionSets' | 'GetAssociations',
  entries: readonly DocumentEntry[],
): Promise<readonly QueryResult[]> {
  return entries.length === 0 ? [] : [await ask({ query, entryUuids: entries.map(originOf) })];
}

/**
 * The bytes of one document, compared with the hash and size of its entry.
 *
 * @throws TerrESanteError `TE_NOT_FOUND`, `TE_TOO_LARGE`, `TE_PROTOCOL`
 * @see IHE ITI TF-2, section 3.43
 */
export async function fetchDocument(
  registry: XdsClient,
  { uniqueId, maxBytes }: { readonly uniqueId: string; readonly maxBytes: number },
  call: CallOptions,
): Promise<Uint8Array> {
  const found = await registry.query({ query: 'GetDocuments', uniqueIds: [uniqueId] }, call).all();
  const [entry] = latestVersions(found.documents.filter((given) => given.uniqueId === uniqueId));
  if (!entry) throw notFound();
  const { repositoryUniqueId, hash, size } = entry;
  if (repositoryUniqueId === null) throw incomplete('repositoryUniqueId');
  if (size !== null && size > maxBytes) {
    throw new TerrESanteError('TE_TOO_LARGE', 'Le document dépasse la taille admise.', {
      details: { bytes: size, maxBytes },
    });
  }

  const wanted = { repositoryUniqueId, uniqueId, hash, size };
  const { documents } = await registry.retrieveDocuments([wanted], call);
  for await (const document of documents) return await document.bytes();
  throw notFound();
}

/** Entries of one document are versions of its metadata: the one in force, else the last. */
function latestVersions(entries: readonly DocumentEntry[]): readonly DocumentEntry[] {
  const latest = new Map<string, DocumentEntry>();
  for (const entry of entries) {
    const known = latest.get(entry.uniqueId);
    if (!known || isLater(entry, known)) latest.set(entry.uniqueId, entry);
  }
  return [...latest.values()];
}

function isLater(entry: DocumentEntry, known: DocumentEntry): boolean {
  const isApproved = ({ availabilityStatus }: DocumentEntry): boolean => availabilityStatus === documentStatus.approved;
  if (isApproved(entry) !== isApproved(known)) return isApproved(entry);
  return versionOf(entry) > versionOf(known);
}

const versionOf = ({ version }: DocumentEntry): number => Number(version ?? '1');

/**
 * The first version of an entry: its identifier is the logical one of all.
 *
 * @see IHE ITI TF-3, section 4.2.3.2.14
 */
const originOf = ({ logicalId, entryUuid }: DocumentEntry): string => logicalId ?? entryUuid;

/** When each entry came first. */
function submissionTimes(pages: readonly QueryResult[]): ReadonlyMap<string, string> {
  const times = new Map(
    pages.flatMap(({ submissionSets }) =>
      submissionSets.map(({ id, submissionTime }: SubmissionSet) => [id, secondOf(submissionTime)] as const),
    ),
  );
  const first = new Map<string, string>();
  for (const { type, source, target, slots } of pages.flatMap(({ associations }) => associations)) {
    const time = times.get(source);
    const isOriginal = slots['SubmissionSetStatus']?.includes('Original') ?? false;
    if (type !== types.hasMember || !isOriginal || time === undefined || time === null) continue;

    const known = first.get(target);
    if (known === undefined || time < known) first.set(target, time);
  }
  return first;
}

/** The document that replaces each entry, where the list holds it. */
function successorsIn(pages: readonly QueryResult[], entries: readonly DocumentEntry[]): ReadonlyMap<string, string> {
  const uniqueIds = new Map(
    entries.flatMap((entry) => [
      [entry.entryUuid, entry.uniqueId] as const,
      [originOf(entry), entry.uniqueId] as const,
    ]),
  );
  const isReplacement = ({ type }: Association): boolean =>
    type === types.replace || type === types.transformAndReplace;
  return new Map(
    pages
      .flatMap(({ associations }) => associations)
      .filter(isReplacement)
      .flatMap(({ source, target }): [string, string][] => {
        const uniqueId = uniqueIds.get(source);
        return uniqueId === undefined ? [] : [[target, uniqueId]];
      }),
  );
}

function notFound(): TerrESanteError {
  return new TerrESanteError('TE_NOT_FOUND', "Ce document n'est pas dans le dossier.");
}

function notWhole(): TerrESanteError {
  return protocolFailure('partial', 'Le registre ne donne pas toute la liste des documents : elle est écartée.');
}
