import type { DocumentEntry } from '../../documents/index.ts';
import { association, documentStatus } from '../../documents/metadata/constants.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { hl7ToUtc, hl7Utc, parseUtc } from '../../internal/hl7-time.ts';
import type { QueryResult, StoredQuery } from '../xds/query-model.ts';
import type { XdsClient } from '../xds/model.ts';
import { inBatches } from './batches.ts';

/** What is counted. */
export interface CountQuestion {
  /** CX of the patient in the registry. */
  readonly patientId: string;
  /** Exclusive lower bound, ISO 8601 UTC. */
  readonly since: string;
  /** National identifier of a professional whose own documents are left out; `null`: none are. */
  readonly without: string | null;
}

/**
 * Documents that came into a dossier after an instant: submission sets since then, their original
 * members, the current ones among these. A registry has no question about when a document came.
 *
 * The bound of the registry is inclusive, ours is not, so the times of the sets are compared again.
 * A change of metadata alone is a member with the number of its previous version: no new document.
 *
 * @returns `null` when the registry does not give the whole
 * @see IHE ITI TF-2, section 3.18.4.1.2.3.7; ANS, IG PDSm for the DMP (draft): new documents since
 *   the last connection
 */
export async function countNewDocuments(
  registry: XdsClient,
  { patientId, since, without }: CountQuestion,
  call: CallOptions,
): Promise<number | null> {
  const ask = (query: StoredQuery): Promise<QueryResult> => registry.query(query, call).all();

  const from = hl7Utc(parseUtc(since));
  const found = await ask({ query: 'FindSubmissionSets', patientId, submissionTime: { from } });
  const sets = found.submissionSets.map(({ id, submissionTime }) => ({ id, at: secondOf(submissionTime) }));
  if (found.status !== 'Success' || sets.some(({ at }) => at === null)) return null;
  const recent = sets.filter(({ at }) => at !== null && at > from).map(({ id }) => id);

  const links = await inBatches(recent, (entryUuids) => ask({ query: 'GetAssociations', entryUuids }));
  if (!links) return null;
  const isRecent = new Set(recent);
  const members = links
    .flatMap(({ associations }) => associations)
    .filter(({ type, source, slots }) => {
      const isOriginal = slots['SubmissionSetStatus']?.includes('Original') ?? false;
      return (
        type === association.hasMember && isRecent.has(source) && isOriginal && slots['PreviousVersion'] === undefined
      );
    })
    .map(({ target }) => target);

  const pages = await inBatches([...new Set(members)], (entryUuids) =>
    ask({ query: 'GetDocumentsAndAssociations', entryUuids }),
  );
  if (!pages) return null;
  const documents = pages.flatMap((page) => page.documents).filter((entry) => isNew(entry, members, without));
  return new Set(documents.map(({ uniqueId }) => uniqueId)).size;
}

/** UTC digits up to the second; `null` for a time that does not say it. */
export function secondOf(time: string): string | null {
  const digits = hl7ToUtc(time);
  return digits?.length === 14 ? digits : null;
}

/** A replaced version does not count; neither does a document that only stands beside a member. */
function isNew(entry: DocumentEntry, members: readonly string[], without: string | null): boolean {
  const isOwn = without !== null && entry.authors.some(({ person }) => person.id === without);
  return entry.availabilityStatus === documentStatus.approved && members.includes(entry.entryUuid) && !isOwn;
}
