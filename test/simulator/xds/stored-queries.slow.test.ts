import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createSubmission, type DocumentEntry, type Submission } from '../../../src/documents/index.ts';
import type { StoredQuery } from '../../../src/transport/index.ts';
import { letter, sourceId, submission } from '../../client/world.ts';
import { envelope, post, type RawAnswer } from './raw.ts';
import { openScene, type Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

/** A letter that the registry has, as it lists it. */
async function registered(sent: Submission): Promise<DocumentEntry> {
  await scene.xds.registerDocuments(sent);
  return scene.xds.currentEntry(sent.documents[0]!.entry.uniqueId);
}

type Slots = readonly (readonly [name: string, value: string])[];

/** A query as it stands, also one that the client would not write. */
async function asked(id: string, slots: Slots): Promise<RawAnswer> {
  const written = slots.map(
    ([name, value]) =>
      `<r:Slot name="$${name}"><r:ValueList><r:Value>${value.replaceAll('&', '&amp;')}</r:Value></r:ValueList></r:Slot>`,
  );
  const payload = `<q:AdhocQueryRequest xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" xmlns:r="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><q:ResponseOption returnType="LeafClass"/><r:AdhocQuery id="urn:uuid:${id}">${written.join('')}</r:AdhocQuery></q:AdhocQueryRequest>`;
  return post(scene, 'query', await envelope(scene, 'query', payload));
}

const approved = "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')";

describe('stored queries of the simulator', () => {
  it('find by every filter, and nothing by another value', async () => {
    const sent = await submission();
    const { entryUuid, ...entry } = await registered(sent);
    const { patientId, uniqueId } = entry;
    const author = '%FICTIF%';
    const filters: readonly Partial<StoredQuery & { readonly query: 'FindDocuments' }>[] = [
      { classCodes: [entry.classCode] },
      { typeCodes: [entry.typeCode] },
      { practiceSettingCodes: [entry.practiceSettingCode] },
      { healthcareFacilityTypeCodes: [entry.healthcareFacilityTypeCode] },
      { formatCodes: [entry.formatCode] },
      { confidentialityCodes: [[entry.confidentialityCodes[0]!], [entry.confidentialityCodes[0]!]] },
      { authorPersons: [author] },
      { creationTime: { from: entry.creationTime } },
      { serviceStartTime: { from: '2020', to: '2100' } },
      { types: ['stable', 'on-demand'] },
    ];
    const other = { code: 'AUTRE', codeSystem: '2.999.5' };
    const misses: typeof filters = [
      { classCodes: [other] },
      { typeCodes: [{ ...entry.typeCode, codeSystem: '2.999.5' }] },
      { practiceSettingCodes: [other] },
      { healthcareFacilityTypeCodes: [other] },
      { formatCodes: [other] },
      { eventCodes: [other] },
      { confidentialityCodes: [[entry.confidentialityCodes[0]!], [other]] },
      { authorPersons: ['FICTIF'] },
      { creationTime: { to: entry.creationTime } },
      { serviceStartTime: { from: '2100' } },
      { types: ['on-demand'] },
      { status: ['deprecated'] },
    ];
    const found = async (filter: (typeof filters)[number]): Promise<boolean> => {
      const { documents } = await scene.xds.findDocuments({ patientId, ...filter }).all();
      return documents.some((document) => document.uniqueId === uniqueId);
    };
    for (const filter of filters) expect(await found(filter), JSON.stringify(filter)).toBe(true);
    for (const filter of misses) expect(await found(filter), JSON.stringify(filter)).toBe(false);
    expect(entryUuid).toMatch(/^urn:uuid:/);
  });

  it('answer each of their kinds, as objects or as identifiers', async () => {
    const built = [await letter(), await letter({ title: 'Deuxième courrier' })];
    const folders = [{ title: 'Suivi', codes: [{ code: 'SUIVI', codeSystem: '2.999.5', displayName: 'Suivi' }] }];
    const sent = createSubmission(built, { sourceId, folders });
    const { entryUuid, uniqueId, patientId } = await registered(sent);
    const set = sent.submissionSet.uniqueId;
    const folder = sent.folders![0]!.uniqueId;

    const queries: readonly (readonly [StoredQuery, { readonly [kind: string]: number }])[] = [
      [{ query: 'FindSubmissionSets', patientId, sourceIds: [sourceId], submissionTime: { from: '2024' } }, {}],
      [{ query: 'FindFolders', patientId, codes: folders[0]!.codes }, { folders: 1 }],
      [{ query: 'GetDocuments', entryUuids: [entryUuid] }, { documents: 1 }],
      [{ query: 'GetFolders', uniqueIds: [folder] }, { folders: 1 }],
      // Of the set and of the folder, and the membership of the latter in the set is another one.
      [{ query: 'GetAssociations', entryUuids: [entryUuid] }, { associations: 2 }],
      [
        { query: 'GetDocumentsAndAssociations', uniqueIds: [uniqueId] },
        { documents: 1, associations: 2 },
      ],
      [
        { query: 'GetSubmissionSets', entryUuids: [entryUuid] },
        { submissionSets: 1, associations: 1 },
      ],
      [
        { query: 'GetSubmissionSetAndContents', uniqueId: set },
        { submissionSets: 1, documents: 2, folders: 1, associations: 7 },
      ],
      [
        { query: 'GetFolderAndContents', uniqueId: folder },
        { folders: 1, documents: 2, associations: 2 },
      ],
      [{ query: 'GetFoldersForDocument', entryUuid }, { folders: 1 }],
    ];
    for (const [query, counts] of queries) {
      const result = await scene.xds.query(query).all();
      expect(result, query.query).toMatchObject({ status: 'Success', told: [] });
      for (const [kind, count] of Object.entries(counts)) {
        expect(result[kind as 'documents'], `${query.query} ${kind}`).toHaveLength(count);
      }

      const refs = await scene.xds.query({ ...query, returnType: 'ObjectRef' }).all();
      const { submissionSets, documents, folders: listed, associations } = result;
      expect(refs.objectRefs, query.query).toHaveLength(
        submissionSets.length + documents.length + listed.length + associations.length,
      );
    }
  });

  it('take a parameter twice where the standard has AND, and nowhere else', async () => {
    const { patientId, confidentialityCodes, typeCode } = await registered(await submission());
    const needed: Slots = [
      ['XDSDocumentEntryPatientId', `'${patientId}'`],
      ['XDSDocumentEntryStatus', approved],
    ];
    const twice = async (name: string, value: string): Promise<readonly string[]> => {
      const { codes } = await asked('14d4debf-8f97-4251-9a74-a90016b0af0d', [...needed, [name, value], [name, value]]);
      return codes;
    };
    const coded = (code: { code: string; codeSystem: string }): string => `('${code.code}^^${code.codeSystem}')`;

    expect(await twice('XDSDocumentEntryConfidentialityCode', coded(confidentialityCodes[0]!))).toEqual([]);
    expect(await twice('XDSDocumentEntryEventCodeList', coded(typeCode))).toEqual([]);
    for (const [name, value] of [
      ['XDSDocumentEntryTypeCode', coded(typeCode)],
      ['XDSDocumentEntryAuthorPerson', "('%')"],
      ['XDSDocumentEntryStatus', approved],
    ] as const) {
      expect(await twice(name, value), name).toEqual(['XDSStoredQueryParamNumber']);
    }
  });

  it('find the contents of a dossier, a set and a folder by the type of the documents', async () => {
    const folders = [{ title: 'Suivi', codes: [{ code: 'SUIVI', codeSystem: '2.999.5', displayName: 'Suivi' }] }];
    const sent = createSubmission([await letter()], { sourceId, folders });
    const { patientId, uniqueId } = await registered(sent);
    const queries: readonly (readonly [string, Slots])[] = [
      [
        '10b545ea-725c-446d-9b95-8aeb444eddf3',
        [
          ['patientId', `'${patientId}'`],
          ...['DocumentEntry', 'SubmissionSet', 'Folder'].map((kind) => [`XDS${kind}Status`, approved] as const),
        ],
      ],
      ['e8e3cb2c-e39c-46b9-99e4-c12f57260b83', [['XDSSubmissionSetUniqueId', `'${sent.submissionSet.uniqueId}'`]]],
      ['b909a503-523d-4517-8acf-8e5834dfc4c7', [['XDSFolderUniqueId', `'${sent.folders![0]!.uniqueId}'`]]],
    ];
    const stable = "('urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1')";
    const onDemand = "('urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248')";
    for (const [id, slots] of queries) {
      const holds = async (...more: Slots): Promise<boolean> =>
        (await asked(id, [...slots, ...more])).body.includes(uniqueId);
      const found = [await holds(), await holds(['XDSDocumentEntryType', stable])];
      expect([...found, await holds(['XDSDocumentEntryType', onDemand])], id).toEqual([true, true, false]);
    }
  });

  it('page by identifiers first', async () => {
    const { patientId } = await registered(await submission());
    const whole = await scene.xds.findDocuments({ patientId }).all();
    const paged = await scene.xds.findDocuments({ patientId }, { pageSize: 2 }).all();
    expect(paged.documents.map(({ entryUuid }) => entryUuid)).toEqual(
      whole.documents.map(({ entryUuid }) => entryUuid),
    );
  });
});
