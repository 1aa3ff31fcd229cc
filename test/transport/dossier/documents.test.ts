import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { createSubmission, type Association, type DocumentEntry } from '../../../src/documents/index.ts';
import { fetchDocument, listDocuments } from '../../../src/transport/dossier/documents.ts';
import type { QueryResult, StoredQuery, XdsClient } from '../../../src/transport/index.ts';
import { letter, sourceId } from '../../client/world.ts';

const bytes = Buffer.from('<ClinicalDocument/>');
const sha1 = createHash('sha1').update(bytes).digest('hex');
const approved = 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved';
const deprecated = 'urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated';
const hasMember = 'urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember';

const { documents, submissionSet: set } = createSubmission([await letter()], { sourceId });
const usual = documents[0]!.entry;
const entry = (entryUuid: string, change: Partial<DocumentEntry> = {}): DocumentEntry => ({
  ...usual,
  entryUuid,
  logicalId: null,
  uniqueId: `2.999.${entryUuid}`,
  availabilityStatus: approved,
  repositoryUniqueId: '2.999.43',
  hash: sha1,
  size: bytes.length,
  ...change,
});
const member = (source: string, target: string, status = 'Original'): Association => ({
  id: `${source}-${target}`,
  type: hasMember,
  source,
  target,
  slots: { SubmissionSetStatus: [status] },
});

interface Held {
  readonly entries: readonly DocumentEntry[];
  readonly sets?: Readonly<Record<string, string>>;
  readonly associations?: readonly Association[];
  readonly partial?: StoredQuery['query'];
}

/** A registry that answers each query with what it holds. */
function registryOf({ entries, sets = {}, associations = [], partial }: Held): {
  readonly asked: StoredQuery[];
  readonly xds: XdsClient;
} {
  const asked: StoredQuery[] = [];
  const query = (question: StoredQuery): { all(): Promise<QueryResult> } => ({
    async all() {
      asked.push(question);
      return {
        status: question.query === partial ? 'PartialSuccess' : 'Success',
        errors: [],
        told: [],
        oddities: new Map(),
        objectRefs: [],
        folders: [],
        documents: question.query === 'FindDocuments' || question.query === 'GetDocuments' ? entries : [],
        submissionSets:
          question.query === 'GetSubmissionSets'
            ? Object.entries(sets).map(([id, submissionTime]) => ({ ...set, id, submissionTime }))
            : [],
        associations,
      };
    },
  });
  const retrieveDocuments = async (): Promise<unknown> => ({
    documents: (async function* () {
      yield { bytes: async () => new Uint8Array(bytes) };
    })(),
  });
  return { asked, xds: { query, retrieveDocuments } as unknown as XdsClient };
}

const list = (held: Held, includeDeprecated = true) =>
  listDocuments(registryOf(held).xds, { patientId: 'P^^^&2.999.1.1&ISO', includeDeprecated }, {});

const sets = { s1: '20260301101500', s2: '20260302101500' };

describe('documents of a dossier over SOAP', () => {
  it('say when they came first and what replaces them', async () => {
    const held: Held = {
      entries: [entry('1', { availabilityStatus: deprecated }), entry('2')],
      sets,
      associations: [
        member('s1', '1'),
        member('s2', '2'),
        member('s2', '1', 'Reference'),
        { id: 'r', type: 'urn:ihe:iti:2007:AssociationType:RPLC', source: '2', target: '1', slots: {} },
      ],
    };
    await expect(list(held)).resolves.toMatchObject([
      { uniqueId: '2.999.1', status: 'deprecated', submittedAt: '2026-03-01T10:15:00Z', replacedBy: '2.999.2' },
      { uniqueId: '2.999.2', status: 'approved', submittedAt: '2026-03-02T10:15:00Z', replacedBy: null, sha1 },
    ]);
  });

  it('are one each, whatever became of their metadata', async () => {
    const first = { logicalId: '1', uniqueId: '2.999.1' };
    const held: Held = {
      entries: [
        entry('9', { ...first, version: '3', title: 'Troisième' }),
        entry('1', { ...first, version: '1', availabilityStatus: deprecated }),
        entry('5', { ...first, version: '2', availabilityStatus: deprecated }),
      ],
      sets,
      associations: [member('s1', '1')],
    };
    await expect(list(held)).resolves.toMatchObject([
      { entryId: '9', title: 'Troisième', submittedAt: '2026-03-01T10:15:00Z' },
    ]);
  });

  it('are asked for twenty at a time', async () => {
    const entries = Array.from({ length: 41 }, (_, index) => entry(String(index + 1)));
    const associations = entries.map(({ entryUuid }) => member('s1', entryUuid));
    const { xds, asked } = registryOf({ entries, sets, associations });
    const found = await listDocuments(xds, { patientId: 'P^^^&2.999.1.1&ISO', includeDeprecated: false }, {});
    expect(found).toHaveLength(41);
    expect(asked.map(({ query }) => query)).toEqual([
      'FindDocuments',
      'GetSubmissionSets',
      'GetSubmissionSets',
      'GetSubmissionSets',
    ]);
    expect(asked[0]).toMatchObject({ status: ['approved'] });
  });

  it.each<[string, Partial<DocumentEntry>, Readonly<Record<string, string>>, string]>([
    ['no hash', { hash: null }, sets, 'hash'],
    ['a hash of another kind', { hash: 'abc' }, sets, 'hash'],
    ['no size', { size: null }, sets, 'size'],
    ['no level', { confidentialityCodes: [] }, sets, 'confidentialityCode'],
    ['no submission', {}, {}, 'submissionTime'],
    ['a submission without a second', {}, { s1: '2026' }, 'submissionTime'],
  ])('are refused with %s', async (_, change, given, attribute) => {
    const held = { entries: [entry('1', change)], sets: given, associations: [member('s1', '1')] };
    await expect(list(held)).rejects.toMatchObject({ code: 'TE_PROTOCOL', details: { attribute } });
  });

  it.each(['FindDocuments', 'GetSubmissionSets', 'GetAssociations'] as const)(
    'are no list when %s gives a part',
    async (partial) => {
      const held: Held = {
        entries: [entry('1', { availabilityStatus: deprecated })],
        sets,
        associations: [member('s1', '1')],
        partial,
      };
      await expect(list(held)).rejects.toMatchObject({ code: 'TE_PROTOCOL', details: { reason: 'partial' } });
    },
  );
});

describe('a document of a dossier over SOAP', () => {
  const fetch = (entries: readonly DocumentEntry[], maxBytes = 1000): Promise<Uint8Array> =>
    fetchDocument(registryOf({ entries }).xds, { uniqueId: '2.999.1', maxBytes }, {});

  it('comes from the repository that its entry names', async () => {
    expect(Buffer.from(await fetch([entry('1')]))).toEqual(bytes);
  });

  it.each<[string, readonly DocumentEntry[], string]>([
    ['no entry', [], 'TE_NOT_FOUND'],
    ['the entry of another one', [entry('2')], 'TE_NOT_FOUND'],
    ['no repository', [entry('1', { repositoryUniqueId: null })], 'TE_PROTOCOL'],
    ['too many bytes', [entry('1', { size: 5000 })], 'TE_TOO_LARGE'],
  ])('is refused with %s', async (_, entries, code) => {
    await expect(fetch(entries)).rejects.toMatchObject({ code });
  });
});
