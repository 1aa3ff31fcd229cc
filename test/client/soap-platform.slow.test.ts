import { afterEach, describe, expect, it } from 'vitest';

import { createSubmission } from '../../src/documents/index.ts';
import { fictivePatient, fictivePatients } from '../../src/testing/index.ts';
import type { SimulatorOptions } from '../../src/simulator/index.ts';
import { createHttpClient, createXdsClient, type DocumentRecord } from '../../src/transport/index.ts';
import { openBoth } from './soap-world.ts';
import { consentFor, letter, rppsHolder, sourceId, submission, type World } from './world.ts';

const patient = fictivePatient();

let world: World | undefined;
afterEach(() => world?.close());

async function open(options?: SimulatorOptions): ReturnType<typeof openBoth> {
  const both = await openBoth(options);
  world = both.world;
  return both;
}

describe('the operations of a client over SOAP', () => {
  it('tell a dossier that is not shared, closed, or not open to this professional', async () => {
    const { world: w, te } = await open();
    const kinds = consentFor(te, patient, ['dossier-creation']);
    await te.dossier.create(patient, { consent: kinds, sharing: 'not-shared' });
    expect(w.simulator.dossier(patient.localId)).toMatchObject({ sharing: 'not-shared', members: [] });

    await expect(te.dossier.status(patient)).resolves.toMatchObject({ membership: 'not-member' });
    w.simulator.block(patient.localId, rppsHolder);
    await expect(te.dossier.status(patient)).resolves.toMatchObject({ state: 'exists', membership: 'blocked' });
    w.simulator.closeDossier(patient.localId);
    await expect(te.dossier.status(patient)).resolves.toMatchObject({ state: 'closed' });
    const again = te.dossier.create(patient, { consent: kinds });
    await expect(again).rejects.toMatchObject({ code: 'TE_DOSSIER_CLOSED' });
  });

  it('refuse a dossier of other traits, and choose nobody of the same traits', async () => {
    const { world: w, te } = await open();
    const { localId, traits } = patient;
    w.simulator.addDossier({ localId: { ...localId, value: 'AUTRE' }, traits });
    await expect(te.dossier.status(patient)).resolves.toMatchObject({ state: 'ambiguous' });

    w.simulator.addDossier({ localId: localId, traits: { ...traits, birthDate: '1950-02-03' } });
    await expect(te.dossier.status(patient)).rejects.toMatchObject({ code: 'TE_IDENTITY_MISMATCH' });
  });

  it('count what came after the last connection, each document once', async () => {
    const { world: w, te } = await open();
    w.simulator.addDossier({ ...patient, localId: patient.localId, members: [rppsHolder] });
    await expect(te.notifications.countForPatient(patient)).resolves.toMatchObject({
      count: null,
      sinceSource: 'none',
    });

    const since = '2020-01-01T00:00:00Z';
    await expect(te.notifications.countForPatient(patient, { since })).resolves.toMatchObject({ count: 0, since });
    for (const sent of [await submission(), await submission()]) await w.mss.deposit(sent);
    await w.simulator.settled();

    const all = await te.notifications.countForPatient(patient, { since });
    expect(all).toEqual({ ...(await w.te.notifications.countForPatient(patient, { since })), asOf: all.asOf });
    expect(all.count).toBe(2);
    await expect(te.notifications.countForPatient(patient, { since, countOwnDeposits: false })).resolves.toMatchObject({
      count: 0,
    });
    await expect(te.notifications.countForPatient(patient, { since: '2100-01-01T00:00:00Z' })).resolves.toMatchObject({
      count: 0,
    });
  });

  it('list and fetch documents as the other wire does', async () => {
    const { world: w, te } = await open();
    w.simulator.addDossier({ ...patient, members: [rppsHolder] });
    const first = await letter();
    await w.mss.deposit(createSubmission([first], { sourceId }));
    await w.mss.deposit(await submission());
    await w.simulator.settled();
    const { uniqueId, setId, versionNumber } = first.header;
    const next = await letter({ replaces: { uniqueId, setId: setId!, versionNumber: versionNumber! } });
    await w.mss.deposit(createSubmission([next], { sourceId }));
    await w.simulator.settled();

    const { documents: all } = await te.documents.list(patient, { includeDeprecated: true });
    expect(all.map(({ status }) => status).sort()).toEqual(['approved', 'approved', 'deprecated']);
    // The registry tells the time that the sender gave, the other wire that of the platform.
    const alike = (records: readonly DocumentRecord[]): unknown =>
      records.map((record) => ({ ...record, submittedAt: null })).sort((a, b) => a.uniqueId.localeCompare(b.uniqueId));
    expect(alike(all)).toEqual(alike((await w.te.documents.list(patient, { includeDeprecated: true })).documents));
    expect(alike((await te.documents.list(patient)).documents)).toEqual(
      alike((await w.te.documents.list(patient)).documents),
    );

    const [one] = all;
    const { bytes } = await te.documents.fetch(patient, one!.uniqueId);
    expect(Buffer.compare(bytes, (await w.te.documents.fetch(patient, one!.uniqueId)).bytes)).toBe(0);
    await expect(te.documents.fetch(patient, '1.2.3.4')).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
  });

  it('hide a document from professionals and show it again, as the registry keeps it', async () => {
    const { world: w, te } = await open({ registryAssertion: 'optional' });
    w.simulator.addDossier({ ...patient, members: [rppsHolder] });
    const sent = await submission();
    await w.mss.deposit(sent);
    await w.simulator.settled();
    const http = createHttpClient({ ca: w.simulator.caPem });
    const registry = createXdsClient({ http, endpoints: w.simulator.registry });
    const { uniqueId } = sent.documents[0]!.entry;
    const hidden = { hiddenFromProfessionals: true, hiddenFromPatient: false, hiddenFromLegalRepresentatives: true };
    const codes = async (): Promise<readonly string[]> =>
      (await registry.currentEntry(uniqueId)).confidentialityCodes.map(({ code }) => code);

    await expect(te.documents.setVisibility(patient, uniqueId, hidden)).resolves.toMatchObject({
      meta: { binding: 'soap-ihe' },
    });
    await expect(codes()).resolves.toEqual(['N', 'MASQUE_PS', 'INVISIBLE_REPRESENTANTS_LEGAUX']);
    // Its author still sees it, once, whatever the number of versions of its entry.
    await te.documents.setVisibility(patient, uniqueId, hidden);
    const all = { includeDeprecated: true, includeHidden: true };
    await expect(te.documents.list(patient, all)).resolves.toMatchObject({
      documents: [{ uniqueId }],
    });
    await te.documents.setVisibility(patient, uniqueId, { ...hidden, hiddenFromProfessionals: false });
    await expect(codes()).resolves.toEqual(['N', 'INVISIBLE_REPRESENTANTS_LEGAUX']);

    await expect(te.documents.setVisibility(patient, '1.2.3.4', hidden)).rejects.toMatchObject({
      code: 'TE_NOT_FOUND',
    });
    await expect(w.te.documents.setVisibility(patient, uniqueId, hidden)).rejects.toMatchObject({
      code: 'TE_UNSUPPORTED',
    });
    const partial = { hiddenFromPatient: true } as typeof hidden;
    await expect(te.documents.setVisibility(patient, uniqueId, partial)).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
    });
    await http.close();
  });

  it('list nothing of a dossier that the professional may not read', async () => {
    const { world: w, te } = await open();
    w.simulator.addDossier({ ...patient, members: [] });
    await expect(te.documents.list(patient)).rejects.toMatchObject({ code: expect.stringMatching(/^TE_/) });
    w.simulator.addDossier({ ...fictivePatients(2)[1]!, members: [rppsHolder] });
    const unknown = fictivePatients(3)[2]!;
    await expect(te.documents.list(unknown)).rejects.toMatchObject({ code: 'TE_DOSSIER_ABSENT' });
  });
});
