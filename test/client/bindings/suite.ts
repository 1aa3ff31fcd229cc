import { afterAll, beforeAll, expect, it } from 'vitest';

import { createSubmission } from '../../../src/documents/index.ts';
import type { DocumentFilters } from '../../../src/index.ts';
import { rppsHolder, letter, sourceId } from '../world.ts';
import { colleague, outcomeOf, reads, Scene, type Wire } from './wires.ts';

/*
 * What each wire of a platform does for one dossier: the same calls, the same results. Refusals are
 * in refusals.slow.test.ts.
 */
const since = '2020-01-01T00:00:00Z';

const emergency = { purpose: 'emergency', reason: 'Patient inconscient' } as const;

/** Tells one dossier over one wire. */
export function tellsDossier(wire: Wire): void {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open(wire);
  });
  afterAll(() => scene.close());

  it('is made once, counted, listed, read, and told by its consents and its circle', { timeout: 60_000 }, async () => {
    const { te, world } = scene;
    const patient = scene.patient();
    const consent = scene.consent(patient, 'dossier-creation', 'join-circle');
    const created = await te.dossier.create(patient, { consent, joinAs: 'PCP' });
    const status = await te.dossier.status(patient);
    expect(status).toMatchObject({ state: 'exists', sharing: wire === 'soap-ihe' ? null : 'shared' });
    expect(status).toMatchObject({ membership: 'member', regionalId: created.regionalId });
    expect(world.simulator.dossier(patient.localId)?.members).toEqual([rppsHolder]);
    await expect(te.dossier.create(patient, { consent, joinAs: 'PCP' })).rejects.toMatchObject({
      code: 'TE_DOSSIER_EXISTS',
    });

    const sent = await letter({ patient });
    await world.mss.deposit(createSubmission([sent], { sourceId }));
    await world.simulator.settled();
    const { uniqueId } = sent.header;
    expect((await te.notifications.countForPatient(patient, { since })).count).toBe(1);
    expect((await te.notifications.countForPatient(patient, { since, countOwnDeposits: false })).count).toBe(0);
    expect((await te.documents.list(patient)).documents).toMatchObject([
      { uniqueId, status: 'approved', mimeType: 'text/xml' },
    ]);
    expect(Buffer.from((await te.documents.fetch(patient, uniqueId)).bytes).includes('ClinicalDocument')).toBe(true);
    await searched(scene, patient, uniqueId);

    if (!scene.carries('careCircle')) {
      for (const ask of reads.slice(0, 2)) expect(await outcomeOf(scene, ask, patient)).toBe('not carried');
      return;
    }
    expect((await te.notifications.countForPractitioner({ since })).count).toBe(1);
    expect((await te.notifications.list({ patient, since })).items).toMatchObject([{ kind: 'document', uniqueId }]);
    await changed(scene, patient, consent);
  });

  it('is read in an emergency by who is not of its circle', async () => {
    const { te } = scene;
    const patient = scene.patient();
    scene.add(patient, { members: ['899900000290'] });
    await expect(te.documents.list(patient)).rejects.toMatchObject({ code: 'TE_NOT_IN_CIRCLE' });
    expect(await te.documents.list(patient, emergency)).toMatchObject({ documents: [], banner: true });
    expect(await te.dossier.status(patient, emergency)).toMatchObject({ membership: 'not-member', banner: true });
    await expect(te.documents.fetch(patient, '1.2.3.4', emergency)).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
    await expect(te.documents.list(patient)).rejects.toMatchObject({ code: 'TE_NOT_IN_CIRCLE' });
  });
}

const day = { from: '2020-01-01', to: '2999-12-31' };
const never = { to: '2020-01-01' };
/** What finds the letter of the scene, and what does not. */
const finding: readonly DocumentFilters[] = [
  { typeCodes: ['CERT_DECL'], classCodes: ['52'] },
  { author: { nationalId: rppsHolder } },
  ...(['act', 'creation', 'submission'] as const).map((axis) => ({ period: { axis, ...day } })),
];
const missing: readonly DocumentFilters[] = [
  { typeCodes: ['11502-2'] },
  { classCodes: ['10'] },
  { family: 'exam-result' },
  { family: 'report' },
  { author: { nationalId: '899900000290' } },
  { author: { name: 'personne' } },
  ...(['act', 'creation', 'submission'] as const).map((axis) => ({ period: { axis, ...never } })),
];

/** One letter of a dossier is found by what it is, and by nothing else; each wire tells it alike. */
async function searched({ te }: Scene, patient: ReturnType<Scene['patient']>, uniqueId: string): Promise<void> {
  const ids = async (filters: DocumentFilters): Promise<string[]> => {
    const search = te.documents.search(patient, filters);
    const found: string[] = [];
    for await (const document of search) found.push(document.uniqueId);
    expect(search.undecided).toBe(0);
    return found;
  };
  for (const filters of finding) expect(await ids(filters), JSON.stringify(filters)).toEqual([uniqueId]);
  for (const filters of missing) expect(await ids(filters), JSON.stringify(filters)).toEqual([]);

  const [told] = (await te.documents.list(patient)).documents;
  expect(told).toMatchObject({
    class: { code: '52', codeSystem: '1.2.250.1.213.1.1.4.1' },
    practiceSetting: { codeSystem: '1.2.250.1.213.1.1.4.9' },
    authors: [{ kind: 'professional', ids: [{ value: rppsHolder }] }],
    producedByPatient: false,
    createdAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/),
    act: { start: expect.stringMatching(/^\d{4}-/) },
    visibility: { hiddenFromProfessionals: false },
    version: '1',
    confidentiality: 'N',
  });
}

/** The circle and the consents of a dossier that this professional has joined. */
async function changed(
  { te }: Scene,
  patient: ReturnType<Scene['patient']>,
  consent: ReturnType<Scene['consent']>,
): Promise<void> {
  const holds = (value: string) => expect.arrayContaining([expect.objectContaining({ value })]);
  const mine = await te.careCircle.listMine();
  expect(mine.circles.map(({ regionalId }) => regionalId)).toHaveLength(1);

  const joined = await te.careCircle.join(patient, { consent, role: 'PCP' });
  expect(joined.members).toMatchObject([{ ids: holds(rppsHolder) }]);
  const { members } = await te.careCircle.addMember(patient, { consent, member: colleague });
  const added = members.find(({ ids }) => ids.some(({ value }) => value === '899900000290'));
  expect(members).toHaveLength(2);
  const after = await te.careCircle.removeMember(patient, added?.reference ?? '');
  expect(after.version).not.toBe(joined.version);

  expect((await te.consent.get(patient)).consents).toMatchObject([{ id: consent.id, status: 'active' }]);
  await te.consent.withdraw(patient, consent);
  expect((await te.consent.get(patient)).consents).toMatchObject([{ id: consent.id, status: 'withdrawn' }]);
  await te.careCircle.leave(patient);
  expect((await te.careCircle.leave(patient)).former).toMatchObject(holdsTwo);
}

const holdsTwo = expect.objectContaining({ length: 2 });
