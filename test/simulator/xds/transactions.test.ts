import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createSubmission, type DocumentEntry, type Submission } from '../../../src/documents/index.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import { letter, sourceId, submission } from '../../client/world.ts';
import { fetchAll } from '../../transport/xds/read-all.ts';
import { openScene, type Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

const dossier = () => scene.simulator.dossier(fictivePatient().localId)!;

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
});
