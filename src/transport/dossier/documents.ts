import type { DocumentEntry, Association, SubmissionSet } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { association as types, documentStatus, oid } from '../../documents/metadata/constants.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { DocumentRecord } from '../binding/model.ts';
import { protocolFailure } from '../soap/outcome.ts';
import type { QueryResult, StoredQuery } from '../xds/query-model.ts';
import type { XdsClient } from '../xds/model.ts';
import { inBatches } from './batches.ts';
import { secondOf } from './count.ts';

/**
 * The documents of a dossier. An entry says neither when it was submitted nor what replaces it: the
 * submission sets say the first, the associations of versions no longer in force the second.
 *
 * Entries are not compared with the identifier that was asked: it may have changed since.
 *
 * @throws TerrESanteError `TE_PROTOCOL` when the registry does not give the whole: a list with
 *   holes looks like one without these documents
 * @see IHE ITI TF-2, section 3.18.4.1.2.3.7; GIE SESAM-Vitale, DMP, requirements EX_3.1-1030 and
 *   EX_3.1-1055, as quoted
 */
export async function listDocuments(
  registry: XdsClient,
  { patientId, includeDeprecated }: { readonly patientId: string; readonly includeDeprecated: boolean },
  call: CallOptions,
): Promise<readonly DocumentRecord[]> {
  const ask = (query: StoredQuery): Promise<QueryResult> => registry.query(query, call).all();
  const status = includeDeprecated ? (['approved', 'deprecated'] as const) : (['approved'] as const);
  const found = await ask({ query: 'FindDocuments', patientId, status });
  if (found.status !== 'Success') throw notWhole();

  const entries = latestVersions(found.documents);
  const sets = await inBatches(entries.map(originOf), (entryUuids) => ask({ query: 'GetSubmissionSets', entryUuids }));
  const old = entries.filter(({ availabilityStatus }) => availabilityStatus !== documentStatus.approved);
  const links = await inBatches(old.map(originOf), (entryUuids) => ask({ query: 'GetAssociations', entryUuids }));
  if (!sets || !links) throw notWhole();

  const submitted = submissionTimes(sets);
  const successors = successorsIn(links, entries);
  return entries.map((entry) => recordOf(entry, submitted.get(originOf(entry)), successors.get(originOf(entry))));
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

/** @throws TerrESanteError `TE_PROTOCOL` for what an entry of a registry always says */
function recordOf(entry: DocumentEntry, submitted: string | undefined, replacedBy: string | undefined): DocumentRecord {
  const { hash, size } = entry;
  const [level, ...others] = entry.confidentialityCodes.filter(({ codeSystem }) => codeSystem === oid.confidentiality);
  if (hash === null || !/^[0-9a-f]{40}$/i.test(hash)) throw incomplete('hash');
  if (size === null) throw incomplete('size');
  if (submitted === undefined) throw incomplete('submissionTime');
  if (level === undefined || others.length > 0) throw incomplete('confidentialityCode');

  return {
    uniqueId: entry.uniqueId,
    entryId: entry.entryUuid,
    title: entry.title,
    typeCode: entry.typeCode.code,
    typeLabel: entry.typeCode.displayName,
    status: entry.availabilityStatus === documentStatus.approved ? 'approved' : 'deprecated',
    submittedAt: submitted.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6Z'),
    mimeType: entry.mimeType,
    size,
    sha1: hash.toLowerCase(),
    confidentiality: level.code,
    replacedBy: replacedBy ?? null,
  };
}

function notFound(): TerrESanteError {
  return new TerrESanteError('TE_NOT_FOUND', "Ce document n'est pas dans le dossier.");
}

function notWhole(): TerrESanteError {
  return protocolFailure('partial', 'Le registre ne donne pas toute la liste des documents : elle est écartée.');
}

function incomplete(attribute: string): TerrESanteError {
  return protocolFailure('metadata', "La fiche d'un document est incomplète dans le registre.", { attribute });
}
