import { afterAll, beforeAll, expect, it } from 'vitest';

import { createSubmission } from '../../../src/documents/index.ts';
import { rppsHolder, letter, sourceId } from '../world.ts';
import { colleague, outcomeOf, reads, Scene, type Wire } from './wires.ts';

/*
 * What each wire of a platform does for one dossier: the same calls, the same results. Refusals are
 * in refusals.slow.test.ts.
 */
const since = '2020-01-01T00:00:00Z';

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
    expect(await te.documents.list(patient)).toMatchObject([{ uniqueId, status: 'approved', mimeType: 'text/xml' }]);
    expect(Buffer.from(await te.documents.fetch(patient, uniqueId)).includes('ClinicalDocument')).toBe(true);

    if (!scene.carries('careCircle')) {
      for (const ask of reads.slice(0, 2)) expect(await outcomeOf(scene, ask, patient)).toBe('not carried');
      return;
    }
    expect((await te.notifications.countForPractitioner({ since })).count).toBe(1);
    expect((await te.notifications.list({ patient, since })).items).toMatchObject([{ kind: 'document', uniqueId }]);
    await changed(scene, patient, consent);
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
