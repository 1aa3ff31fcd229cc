import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  createHttpClient,
  createXdsClient,
  type HttpClient,
  type StoredQuery,
  type XdsClient,
} from '../../../src/transport/index.ts';
import { createSubmission, type DocumentEntry, type Submission } from '../../../src/documents/index.ts';
import { letter, sourceId, submission } from '../../client/world.ts';
import { iheRefereeCommand, startIheReferee, type IheReferee } from '../../helpers/ihe-referee.ts';
import { fetchAll } from './read-all.ts';

const command = iheRefereeCommand();

describe.skipIf(command === null)('the XDS client against Open eHealth IPF', () => {
  let referee: IheReferee | null = null;
  let http: HttpClient;
  let xds: XdsClient;

  beforeAll(async () => {
    referee = await startIheReferee(command ?? '');
    http = createHttpClient({ timeoutMs: 60_000, allowClearLoopback: true });
    const url = referee?.url ?? '';
    xds = createXdsClient({
      http,
      endpoints: { register: `${url}/iti41`, query: `${url}/iti18`, retrieve: `${url}/iti43`, update: `${url}/iti57` },
    });
  }, 120_000);

  afterAll(async () => {
    await http.close();
    referee?.stop();
  });

  it('deposits a letter by MTOM, finds it and reads the same bytes', async () => {
    const sent = await submission();
    const entry = sent.documents[0]!.entry;

    await expect(xds.registerDocuments(sent)).resolves.toMatchObject({ status: 'Success', warnings: [], told: [] });
    expect(referee?.log.at(-1)).toMatchObject({
      transaction: 'ITI-41',
      outcome: 'Success',
      action: 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b',
      mtom: true,
      xop: 1,
    });

    const found = await xds.findDocuments({ patientId: entry.patientId }).all();
    const [listed] = found.documents.filter(({ uniqueId }) => uniqueId === entry.uniqueId);
    expect(listed).toMatchObject({ title: entry.title, patientId: entry.patientId, hash: entry.hash });
    expect(found.oddities.size).toBe(0);

    const { repositoryUniqueId, uniqueId, hash, size } = listed!;
    const asked = { repositoryUniqueId: repositoryUniqueId ?? '', uniqueId, hash, size };
    const { answer, documents: got } = await fetchAll(xds, [asked]);
    expect(answer).toMatchObject({ status: 'Success', partial: false });
    expect(got).toMatchObject([{ sha1: entry.hash }]);

    const lie = { ...asked, hash: 'f'.repeat(40) };
    await expect(fetchAll(xds, [lie])).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
  });

  it('tells a deposit that is there already, and a document that is not', async () => {
    const sent = await submission();
    await xds.registerDocuments(sent);

    await expect(xds.registerDocuments(sent)).rejects.toMatchObject({
      code: 'TE_DUPLICATE',
      details: { unknownOutcome: false, errorCodes: ['XDSDuplicateUniqueIdInRegistry'] },
    });
    const nowhere = { repositoryUniqueId: '2.999.1', uniqueId: '2.999.2' };
    await expect(xds.retrieveDocuments([nowhere])).rejects.toMatchObject({ code: 'TE_VALIDATION' });
  });

  it('sends the values of a query so that the registry reads them', async () => {
    const search = xds.findDocuments({
      patientId: "O'NEIL^^^&2.999.4&ISO",
      typeCodes: Array.from({ length: 40 }, (_, place) => ({ code: `TYPE-${String(place)}`, codeSystem: '2.999.5' })),
      serviceStartTime: { from: '20260101000000' },
    });
    const result = await search.all();
    expect(result).toMatchObject({ status: 'Success', documents: [] });
  });

  /** A letter of the registry, as it lists it. */
  const registered = async (sent: Submission): Promise<DocumentEntry> => {
    await xds.registerDocuments(sent);
    return xds.currentEntry(sent.documents[0]!.entry.uniqueId);
  };

  it('sends every stored query so that the registry takes it', async () => {
    const sent = await submission();
    const { entryUuid, uniqueId, patientId } = await registered(sent);
    const set = sent.submissionSet.uniqueId;
    const some = { code: 'A', codeSystem: '2.999.5' };
    const queries: readonly StoredQuery[] = [
      {
        query: 'FindDocuments',
        patientId,
        status: ['approved', 'deprecated', 'archived'],
        types: ['stable', 'on-demand'],
        classCodes: [some],
        typeCodes: [some, { code: 'B', codeSystem: '2.999.5' }],
        practiceSettingCodes: [some],
        healthcareFacilityTypeCodes: [some],
        formatCodes: [some],
        eventCodes: [[some], [some]],
        confidentialityCodes: [some],
        authorPersons: ['%FICTIF%'],
        creationTime: { from: '2024', to: '20300101' },
        serviceStartTime: { from: '20240315' },
        serviceStopTime: { to: '20300315101500' },
      },
      {
        query: 'FindSubmissionSets',
        patientId,
        submissionTime: { from: '2024' },
        authorPerson: '%',
        sourceIds: [sourceId],
      },
      { query: 'FindFolders', patientId, lastUpdateTime: { from: '2024' }, codes: [some] },
      { query: 'GetAll', patientId },
      { query: 'GetDocuments', entryUuids: [entryUuid] },
      { query: 'GetFolders', uniqueIds: ['2.999.9'] },
      { query: 'GetAssociations', entryUuids: [entryUuid] },
      { query: 'GetDocumentsAndAssociations', uniqueIds: [uniqueId] },
      { query: 'GetSubmissionSets', entryUuids: [entryUuid] },
      { query: 'GetSubmissionSetAndContents', uniqueId: set },
      { query: 'GetFolderAndContents', uniqueId: '2.999.9' },
      { query: 'GetFoldersForDocument', entryUuid },
      { query: 'GetRelatedDocuments', entryUuid, associationTypes: ['urn:ihe:iti:2007:AssociationType:RPLC'] },
    ];
    for (const query of queries) {
      await expect(xds.query(query).all(), query.query).resolves.toMatchObject({ status: 'Success', told: [] });
      expect(referee?.log.at(-1), query.query).toMatchObject({
        transaction: 'ITI-18',
        outcome: 'Success',
        action: 'urn:ihe:iti:2007:RegistryStoredQuery',
      });
    }

    // Its store cannot answer this one; that IPF has read it shows in the refusal being the store's.
    const referenceIds = ['2.999.9^^^&2.999.8&ISO^urn:ihe:iti:xds:2013:order'];
    const byReference = xds.query({ query: 'FindDocumentsByReferenceId', patientId, referenceIds });
    await expect(byReference.all()).rejects.toMatchObject({ details: { errorCodes: ['XDSUnknownStoredQuery'] } });

    const content = await xds.query({ query: 'GetSubmissionSetAndContents', uniqueId: set }).all();
    expect(content).toMatchObject({ submissionSets: [{ uniqueId: set }], documents: [{ uniqueId }] });
    expect(content.associations).not.toHaveLength(0);
  });

  it('gives the same documents page by page', async () => {
    const { patientId } = await registered(await submission());
    await registered(await submission());

    const whole = await xds.findDocuments({ patientId }).all();
    const paged = await xds.findDocuments({ patientId }, { pageSize: 1 }).all();
    const ids = ({ documents }: typeof whole): string[] => documents.map(({ entryUuid }) => entryUuid).sort();
    expect(ids(paged)).toEqual(ids(whole));
    expect(paged).toMatchObject({ status: 'Success', told: [] });
  });

  it('replaces a document and adds to it, its entry looked up first', async () => {
    const first = await registered(await submission());
    const related = async (kind: 'replaces' | 'appends', { entryUuid }: DocumentEntry): Promise<Submission> => {
      const next = await letter();
      return createSubmission([next], {
        sourceId,
        details: { [next.header.uniqueId]: { relations: [{ kind, entryUuid }] } },
      });
    };
    const second = await registered(await related('replaces', first));
    await registered(await related('appends', second));

    await expect(xds.currentEntry(first.uniqueId)).rejects.toMatchObject({
      code: 'TE_CONFLICT',
      details: { reason: 'not-approved' },
    });
    await expect(xds.currentEntry('2.999.404')).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
    await expect(xds.registerDocuments(await related('replaces', first))).rejects.toMatchObject({
      details: { errorCodes: ['XDSRegistryDeprecatedDocumentError'], unknownOutcome: false },
    });
  });

  it('changes status and visibility, and tells that an entry has changed meanwhile', async () => {
    const sent = await submission();
    const entry = await registered(sent);
    const [author] = sent.submissionSet.authors;
    const by = { author: author!, sourceId, contentType: sent.submissionSet.contentTypeCode };
    const visibility = {
      hiddenFromProfessionals: true,
      hiddenFromPatient: false,
      hiddenFromLegalRepresentatives: false,
    };

    await expect(xds.updateMetadata({ entry, visibility, by })).resolves.toMatchObject({ status: 'Success' });
    expect(referee?.log.at(-1)).toMatchObject({
      transaction: 'ITI-57',
      outcome: 'Success',
      action: 'urn:ihe:iti:2010:UpdateDocumentSet',
    });
    await expect(xds.updateMetadata({ entry, visibility, by })).rejects.toMatchObject({ code: 'TE_CONFLICT' });

    const hidden = await xds.currentEntry(entry.uniqueId);
    expect(hidden.confidentialityCodes.map(({ code }) => code)).toContain('MASQUE_PS');
    await xds.updateMetadata({ entry: hidden, status: 'archived', by });
    const archived = await xds.findDocuments({ patientId: entry.patientId, status: ['archived'] }).all();
    expect(archived.documents).toMatchObject([{ uniqueId: entry.uniqueId }]);
  });

  it('refuses what has no address before anything is sent', async () => {
    const bare = createXdsClient({ http, endpoints: {} });
    await expect(bare.findDocuments({ patientId: 'PAT-1^^^&2.999.4&ISO' }).all()).rejects.toMatchObject({
      code: 'TE_UNSUPPORTED',
    });
  });
});
