import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { createSubmission, type Association, type DocumentEntry } from '../../../src/documents/index.ts';
import { TerrESanteError } from '../../../src/errors.ts';
import { fetchDocument, searchDocuments } from '../../../src/transport/dossier/documents.ts';
import type {
  DocumentQuery,
  DocumentRecord,
  QueryResult,
  StoredQuery,
  XdsClient,
} from '../../../src/transport/index.ts';
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

const usually = { typeCodes: [], classCodes: [], authorId: null, period: null, isWhole: true };
const old = ['approved', 'deprecated'] as const;
const found = async (
  xds: XdsClient,
  query: Partial<DocumentQuery> = {},
  all: DocumentRecord[] = [],
): Promise<DocumentRecord[]> => {
  const question = { patientId: 'P^^^&2.999.1.1&ISO', query: { ...usually, statuses: old, ...query } };
  for await (const { documents: page } of searchDocuments(xds, question, {})) all.push(...page);
  return all;
};
const list = (held: Held, query: Partial<DocumentQuery> = {}) => found(registryOf(held).xds, query);

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
    expect(await found(xds, { statuses: ['approved'] })).toHaveLength(41);
    expect(asked.map(({ query }) => query)).toEqual([
      'FindDocuments',
      'GetSubmissionSets',
      'GetSubmissionSets',
      'GetSubmissionSets',
    ]);
    expect(asked[0]).toMatchObject({ status: ['approved'] });
  });

  it('come twenty at a time, and what went before a failure was given', async () => {
    const entries = Array.from({ length: 41 }, (_, index) => entry(String(index + 1)));
    const associations = entries.map(({ entryUuid }) => member('s1', entryUuid));
    const { xds, asked } = registryOf({ entries, sets, associations });
    const cut = {
      ...xds,
      query: ((question: StoredQuery) =>
        asked.length === 2
          ? { all: () => Promise.reject(new TerrESanteError('TE_NOT_IN_CIRCLE', 'Parti.')) }
          : xds.query(question)) as XdsClient['query'],
    };
    const all: DocumentRecord[] = [];
    await expect(found(cut, { statuses: ['approved'] }, all)).rejects.toMatchObject({ code: 'TE_NOT_IN_CIRCLE' });
    expect(all).toHaveLength(20);
  });

  it('are asked for narrowly, with what the standard asks by', async () => {
    const { xds, asked } = registryOf({ entries: [] });
    const period = { axis: 'creation', from: '2026-03-01T00:00:00Z', to: '2026-03-05T00:00:00Z' } as const;
    const usual = { statuses: ['approved', 'archived'] as const, authorId: '899700012349' };
    await found(xds, { ...usual, typeCodes: ['11502-2', 'SYNTH', 'E1762'], classCodes: ['10'], period });
    for (const axis of ['act', 'submission'] as const) await found(xds, { period: { ...period, axis } });
    await found(xds, { authorId: "O'%_" });

    const loinc = '2.16.840.1.113883.6.1';
    expect(asked).toEqual([
      {
        query: 'FindDocuments',
        patientId: 'P^^^&2.999.1.1&ISO',
        status: ['approved', 'archived'],
        typeCodes: [
          { code: '11502-2', codeSystem: loinc },
          { code: 'SYNTH', codeSystem: '1.2.250.1.213.1.1.4.12' },
          { code: 'E1762', codeSystem: 'ASTM' },
        ],
        classCodes: [{ code: '10', codeSystem: '1.2.250.1.213.1.1.4.1' }],
        authorPersons: ['899700012349^%'],
        creationTime: { from: '20260228000000', to: '20260306000000' },
      },
      {
        query: 'FindDocuments',
        patientId: 'P^^^&2.999.1.1&ISO',
        status: old,
        serviceStartTime: { to: '20260306000000' },
      },
      { query: 'FindDocuments', patientId: 'P^^^&2.999.1.1&ISO', status: old },
      { query: 'FindDocuments', patientId: 'P^^^&2.999.1.1&ISO', status: old },
    ]);
  });

  it('say who made them, when, and from whom they are hidden', async () => {
    const mask = { code: 'INVISIBLE_PATIENT', codeSystem: '1.2.250.1.213.1.1.4.13', displayName: 'Non visible' };
    const author = usual.authors[0]!;
    const patient = { ...author, person: { ...author.person, given: 'CAMILLE', family: 'ESSAI', idType: 'NH' } };
    const held = { sets, associations: [member('s1', '1')] };
    const given = {
      authors: [patient],
      version: '2',
      confidentialityCodes: [...usual.confidentialityCodes, mask],
      creationTime: '20260301',
      serviceStartTime: '202602280800',
      serviceStopTime: null,
    };
    await expect(list({ ...held, entries: [entry('1', given)] })).resolves.toMatchObject([
      {
        authors: [{ kind: 'patient', displayName: 'CAMILLE ESSAI', structure: { displayName: expect.any(String) } }],
        producedByPatient: true,
        createdAt: '2026-03-01',
        act: { start: '2026-02-28T08:00:00Z', end: null },
        visibility: { hiddenFromPatient: true, hiddenFromProfessionals: false },
        version: '2',
        class: usual.classCode,
        practiceSetting: usual.practiceSettingCode,
      },
    ]);
    const device = { ...author, person: { ...author.person, nameType: 'U' as const } };
    const authors = { authors: [device, author] };
    await expect(list({ ...held, entries: [entry('1', authors)] })).resolves.toMatchObject([
      { authors: [{ kind: 'device' }, { kind: 'professional' }], producedByPatient: false },
    ]);
  });

  it('are those that were asked for, and one without a status is of the one that was', async () => {
    const deleted = 'urn:asip:ci-sis:2010:StatusType:Deleted';
    const archived = 'urn:asip:ci-sis:2010:StatusType:Archived';
    const held = (availabilityStatus: string | null): Held => ({
      entries: [entry('1', { availabilityStatus })],
      sets,
      associations: [member('s1', '1')],
    });
    expect(await list(held(deleted))).toEqual([]);
    expect(await list(held(archived))).toEqual([]);
    expect(await list(held(archived), { statuses: ['archived'] })).toMatchObject([{ status: 'archived' }]);
    expect(await list(held(null), { statuses: ['approved'] })).toMatchObject([{ status: 'approved' }]);
    await expect(list(held(null))).rejects.toMatchObject({ details: { attribute: 'availabilityStatus' } });
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
