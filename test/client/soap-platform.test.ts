import { afterEach, describe, expect, it } from 'vitest';

import { fictivePatient } from '../../src/testing/index.ts';
import { openBoth, soapDescriptor } from './soap-world.ts';
import { consentFor, rppsHolder, type World } from './world.ts';

const patient = fictivePatient();

let world: World | undefined;
afterEach(() => world?.close());

async function open(): ReturnType<typeof openBoth> {
  const both = await openBoth();
  world = both.world;
  return both;
}

describe('the operations of a client over SOAP', () => {
  it('make a dossier with the consent of the patient, whom both wires then know alike', async () => {
    const { world: w, te } = await open();
    await expect(te.dossier.status(patient)).resolves.toMatchObject({ state: 'absent', meta: { binding: 'soap-ihe' } });

    const created = await te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });
    expect(created).toMatchObject({ created: true, regionalId: { system: '2.999.1.1' } });
    const dossier = w.simulator.dossier(patient.localId);
    expect(dossier).toMatchObject({ regionalId: created.regionalId, sharing: 'shared', members: [rppsHolder] });

    const [bySoap, byJson] = [await te.dossier.status(patient), await w.te.dossier.status(patient)];
    expect(bySoap).toMatchObject({ state: 'exists', membership: 'member', regionalId: created.regionalId });
    expect(byJson).toMatchObject({ state: 'exists', membership: 'member', regionalId: created.regionalId });
    await expect(te.dossier.create(patient, { consent: consentFor(te) })).rejects.toMatchObject({
      code: 'TE_DOSSIER_EXISTS',
    });
  });

  it('say what they do not carry before anything is sent', async () => {
    const { te } = await open();
    await expect(te.notifications.countForPractitioner()).rejects.toMatchObject({
      code: 'TE_UNSUPPORTED',
      details: { operation: 'notifications', binding: 'soap-ihe' },
    });
  });

  it('are not offered where the descriptor does not say how', async () => {
    const { world: w } = await open();
    const te = w.client({ descriptor: { ...soapDescriptor, soap: undefined } });
    await expect(te.dossier.status(patient)).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
  });
});
