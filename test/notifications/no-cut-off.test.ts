import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fictivePatient } from '../../src/testing/index.ts';
import { createWorld, rppsHolder, submission, type World } from '../client/world.ts';

const patient = fictivePatient();
const localId = patient.localId;

describe('a platform that counts although no cut-off is known', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld();
    world.simulator.addDossier({ localId, traits: patient.traits, ins: patient.ins, members: [rppsHolder] });
    await world.mss.deposit(await submission({}));
    await world.simulator.settled();
  });

  afterAll(() => world.close());

  it('shows no number per patient and no total', async () => {
    world.simulator.inject({ kind: 'count-without-cut-off' });

    const counts = await world.te.notifications.countForPractitioner();

    expect(counts.perPatient).toHaveLength(1);
    expect(counts.perPatient[0]?.count).toBeNull();
    expect(counts).toMatchObject({ count: null, since: null, sinceSource: 'none', partial: [] });
  });

  it('shows no number for one patient', async () => {
    world.simulator.inject({ kind: 'count-without-cut-off' });

    expect(await world.te.notifications.countForPatient(patient)).toMatchObject({
      count: null,
      since: null,
      sinceSource: 'none',
    });
  });

  it('counts from a cut-off that the caller gives', async () => {
    world.simulator.inject({ kind: 'count-without-cut-off' });

    const counts = await world.te.notifications.countForPractitioner({ since: '2020-01-01T00:00:00Z' });

    expect(counts).toMatchObject({ count: 1, sinceSource: 'caller', perPatient: [{ count: 1 }] });
  });
});
