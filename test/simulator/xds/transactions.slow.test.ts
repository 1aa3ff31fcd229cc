import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createSubmission, type DocumentEntry, type Submission } from '../../../src/documents/index.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import type { DocumentRelation } from '../../../src/documents/submission/relations.ts';
import { letter, mailTransport, sourceId, submission } from '../../client/world.ts';
import { fictiveConfig } from '../../../src/simulator/index.ts';
import { fetchAll } from '../../transport/xds/read-all.ts';
import { openScene, type Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

const dossier = () => scene.simulator.dossier(fictivePatient().localId)!;
const statusOf = (uniqueId: string) => dossier().documents.find((document) => document.uniqueId === uniqueId)?.status;

/** A letter that the registry has, as it lists it. */
async function registered(sent: Submission): Promise<DocumentEntry> {
  await scene.xds.registerDocuments(sent);
  return scene.xds.currentEntry(sent.documents[0]!.entry.uniqueId);
}

const requestOf = ({ repositoryUniqueId, uniqueId, hash, size }: DocumentEntry) => ({
  repositoryUniqueId: repositoryUniqueId ?? '',
  uniqueId,
  hash,
  size,
});

const nextVersion = ({ uniqueId }: DocumentEntry) => ({ replaces: { uniqueId, setId: '2.999.6', versionNumber: 1 } });

/** A letter that relates to an entry of the registry. */
async function related(kind: DocumentRelation['kind'], to: DocumentEntry): Promise<Submission> {
  const built = await letter(kind === 'replaces' ? nextVersion(to) : {});
  const details = { [built.header.uniqueId]: { relations: [{ kind, entryUuid: to.entryUuid }] } };
  return createSubmission([built], { sourceId, details });
}

/** Deposits by mail, and waits until it is taken in. */
async function mailed(sent: Submission): Promise<void> {
  const { simulator } = scene;
  const mss = mailTransport(simulator, fictiveConfig(simulator));
  await mss.deposit(sent);
  await simulator.settled();
  await mss.close();
  expect(simulator.intakes().at(-1)).toMatchObject({ outcome: 'filed' });
}

describe('the registry and the repository of the simulator', () => {
  it('take a letter, find it and give the same bytes', async () => {
    const sent = await submission();
    const { uniqueId, hash, patientId } = sent.documents[0]!.entry;
    await expect(scene.xds.registerDocuments(sent)).resolves.toMatchObject({ status: 'Success', told: [] });

    const found = await scene.xds.findDocuments({ patientId }).all();
    expect(found).toMatchObject({ status: 'Success', told: [] });
    expect(found.oddities.size).toBe(0);
    const [entry] = found.documents.filter((document) => document.uniqueId === uniqueId);
    expect(entry).toMatchObject({ hash, version: '1', patientId });
    expect(entry?.logicalId).toBe(entry?.entryUuid);

    const { answer, documents } = await fetchAll(scene.xds, [requestOf(entry!)]);
    expect(answer).toMatchObject({ status: 'Success', partial: false, told: [] });
    expect(documents).toMatchObject([{ uniqueId, sha1: hash, mimeType: 'text/xml' }]);
    expect(dossier().documents).toContainEqual(expect.objectContaining({ uniqueId, status: 'approved', sha1: hash }));
  });

  it('give the entry back as it was submitted', async () => {
    const sent = await submission();
    const { entryUuid: _symbolic, ...submitted } = sent.documents[0]!.entry;
    expect(await registered(sent)).toMatchObject({
      ...submitted,
      uri: null,
      logicalId: expect.stringMatching(/^urn:uuid:/),
      version: '1',
      availabilityStatus: expect.stringContaining('Approved'),
      repositoryUniqueId: '2.999.1.1.43',
    });
  });

  it('tell a set that is there already, and take the same document in another set', async () => {
    const built = await letter();
    const sent = createSubmission([built], { sourceId });
    const { uniqueId } = await registered(sent);
    await expect(scene.xds.registerDocuments(sent)).rejects.toMatchObject({
      code: 'TE_DUPLICATE',
      details: { errorCodes: ['XDSDuplicateUniqueIdInRegistry'], unknownOutcome: false },
    });

    await scene.xds.registerDocuments(createSubmission([built], { sourceId }));
    const { documents } = await scene.xds.query({ query: 'GetDocuments', uniqueIds: [uniqueId] }).all();
    expect(new Set(documents.map(({ entryUuid }) => entryUuid)).size).toBe(2);
    expect(dossier().documents.filter((document) => document.uniqueId === uniqueId)).toHaveLength(1);
  });

  it('fetch several documents at once, and say which one is not there', async () => {
    const first = await registered(await submission({ title: 'Premier courrier' }));
    const second = await registered(await submission({ title: 'Second courrier' }));
    const { documents } = await fetchAll(scene.xds, [requestOf(second), requestOf(first)]);
    expect(documents.map(({ uniqueId }) => uniqueId)).toEqual([second.uniqueId, first.uniqueId]);

    const none = { repositoryUniqueId: '2.999.1.1.43', uniqueId: '2.999.77' };
    const elsewhere = { repositoryUniqueId: '2.999.78', uniqueId: first.uniqueId };
    const partial = await fetchAll(scene.xds, [none, requestOf(first), elsewhere]);
    expect(partial.answer).toMatchObject({ status: 'PartialSuccess', partial: true });
    expect(partial.answer.errors.map(({ code, location }) => [code, location])).toEqual([
      ['XDSDocumentUniqueIdError', '/RetrieveDocumentSetRequest/DocumentRequest[1]'],
      ['XDSUnknownRepositoryId', '/RetrieveDocumentSetRequest/DocumentRequest[3]'],
    ]);
    expect(partial.documents).toMatchObject([{ uniqueId: first.uniqueId, sha1: first.hash }]);
    await expect(scene.xds.retrieveDocuments([none])).rejects.toMatchObject({
      details: { errorCodes: ['XDSDocumentUniqueIdError'] },
    });
  });

  it('replace a document once', async () => {
    const old = await registered(await submission());
    const next = await registered(await related('replaces', old));
    expect([statusOf(old.uniqueId), statusOf(next.uniqueId)]).toEqual(['deprecated', 'approved']);

    const listed = await scene.xds.findDocuments({ patientId: old.patientId }).all();
    expect(listed.documents.map(({ uniqueId }) => uniqueId)).not.toContain(old.uniqueId);
    const related41 = await scene.xds
      .query({
        query: 'GetRelatedDocuments',
        entryUuid: next.entryUuid,
        associationTypes: ['urn:ihe:iti:2007:AssociationType:RPLC'],
      })
      .all();
    expect(related41.associations).toMatchObject([{ source: next.entryUuid, target: old.entryUuid }]);

    await expect(scene.xds.registerDocuments(await related('replaces', old))).rejects.toMatchObject({
      details: { errorCodes: ['XDSRegistryDeprecatedDocumentError'] },
    });
    expect(statusOf(next.uniqueId)).toBe('approved');
  });

  it('want to know of the registry what a document says it replaces', async () => {
    const old = await registered(await submission());
    const built = await letter(nextVersion(old));
    await expect(scene.xds.registerDocuments(createSubmission([built], { sourceId }))).rejects.toMatchObject({
      details: { errorCodes: ['XDSRepositoryMetadataError'] },
    });

    const unknown = { ...old, entryUuid: 'urn:uuid:00000000-0000-4000-8000-000000000001' };
    await expect(scene.xds.registerDocuments(await related('appends', unknown))).rejects.toMatchObject({
      details: { errorCodes: ['UnresolvedReferenceException'] },
    });
  });

  it('keep an addendum as long as the document it was added to', async () => {
    const main = await registered(await submission());
    const addendum = await registered(await related('appends', main));
    expect([statusOf(main.uniqueId), statusOf(addendum.uniqueId)]).toEqual(['approved', 'approved']);

    await scene.xds.registerDocuments(await related('replaces', main));
    expect([statusOf(main.uniqueId), statusOf(addendum.uniqueId)]).toEqual(['deprecated', 'deprecated']);
  });

  it('archive, bring back and delete a document, from its status', async () => {
    const by = { author: (await submission()).submissionSet.authors[0]!, sourceId, contentType: contentType() };
    const entry = await registered(await submission());
    await scene.xds.updateMetadata({ entry, status: 'archived', by });
    expect(statusOf(entry.uniqueId)).toBe('archived');
    await expect(scene.xds.updateMetadata({ entry, status: 'deleted', by })).rejects.toMatchObject({
      details: { errorCodes: ['XDSMetadataUpdateError'] },
    });

    const archived = await scene.xds.findDocuments({ patientId: entry.patientId, status: ['archived'] }).all();
    const [found] = archived.documents.filter(({ uniqueId }) => uniqueId === entry.uniqueId);
    await scene.xds.updateMetadata({ entry: found!, status: 'approved', by });
    await scene.xds.updateMetadata({ entry, status: 'deleted', by });
    expect(statusOf(entry.uniqueId)).toBe('deleted');
    await expect(scene.xds.retrieveDocuments([requestOf(entry)])).rejects.toMatchObject({
      details: { errorCodes: ['XDSDocumentUniqueIdError'] },
    });
  });

  it('hide a document from professionals in a new version of its entry', async () => {
    const by = { author: (await submission()).submissionSet.authors[0]!, sourceId, contentType: contentType() };
    const entry = await registered(await submission());
    const hidden = { hiddenFromProfessionals: true, hiddenFromPatient: false, hiddenFromLegalRepresentatives: false };
    await scene.xds.updateMetadata({ entry, visibility: hidden, by });

    const next = await scene.xds.currentEntry(entry.uniqueId);
    expect(next).toMatchObject({ version: '2', logicalId: entry.logicalId, uniqueId: entry.uniqueId });
    expect(next.confidentialityCodes.map(({ code }) => code)).toEqual(['N', 'MASQUE_PS']);
    await expect(scene.xds.updateMetadata({ entry, visibility: hidden, by })).rejects.toMatchObject({
      code: 'TE_CONFLICT',
      details: { errorCodes: ['XDSMetadataVersionError'] },
    });
    const other = { ...next, title: 'Autre titre' };
    await expect(scene.xds.updateMetadata({ entry: other, visibility: hidden, by })).rejects.toMatchObject({
      details: { errorCodes: ['UnmodifiableMetadataError'] },
    });
  });

  it('hold what came by mail as well', async () => {
    const { xds } = scene;
    const sent = await submission();
    const { uniqueId, hash } = sent.documents[0]!.entry;
    await mailed(sent);

    const entry = await xds.currentEntry(uniqueId);
    const { documents } = await fetchAll(xds, [requestOf(entry)]);
    expect(documents).toMatchObject([{ sha1: hash }]);
    const sets = await xds.query({ query: 'GetSubmissionSets', entryUuids: [entry.entryUuid] }).all();
    expect(sets.submissionSets).toMatchObject([{ uniqueId: sent.submissionSet.uniqueId }]);

    // A mail names what it replaces in the document alone: the registry makes the link.
    await mailed(createSubmission([await letter(nextVersion(entry))], { sourceId }));
    expect(statusOf(uniqueId)).toBe('deprecated');
    const links = await xds.query({ query: 'GetAssociations', entryUuids: [entry.entryUuid] }).all();
    expect(links.associations.map(({ type }) => type)).toContain('urn:ihe:iti:2007:AssociationType:RPLC');
  });
});

const contentType = () => ({ code: '07', codeSystem: '1.2.250.1.213.2.2', displayName: 'Consultations' });
