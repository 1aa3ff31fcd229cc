import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { descriptorOf } from '../../src/platform/index.ts';
import type { PlatformDescriptor } from '../../src/platform/index.ts';
import { fictiveOutbox } from '../../src/simulator/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { consentFor, createWorld, letter, rppsHolder, type World } from './world.ts';
import { startFakeRegistry, type FakeRegistry } from '../transport/xds/fake-registry.ts';

let world: World;
let registry: FakeRegistry | undefined;
beforeAll(async () => {
  world = await createWorld();
  await world.te.dossier.create(fictivePatient(), { consent: consentFor(world.te), joinAs: 'PCP' });
});
afterAll(() => world.close());
afterEach(() => registry?.close());

const simulator = descriptorOf('simulator');
const descriptor: PlatformDescriptor = {
  ...simulator,
  bindings: {
    ...simulator.bindings,
    'documents.deposit': { value: 'soap-ihe', confidence: 'assumption', evidence: 'Chosen for this test.' },
  },
};

describe('a client whose descriptor sends deposits to a registry', () => {
  it('deposits with an assertion for the patient, signed when the deposit leaves', async () => {
    const { chainPem: cert, keyPem: key } = world.simulator.hierarchy.server('localhost');
    registry = await startFakeRegistry({ cert, key });
    const url = `https://localhost:${String(registry.port)}/`;
    const te = world.client({
      deposit: undefined,
      descriptor,
      outbox: {
        store: 'memory',
        registry: { endpoints: { register: url, query: url } },
        pollMs: 10,
        retry: { firstDelayMs: 5 },
      },
    });
    registry.refusals.push({ code: 'XDSRegistryBusy' });

    const receipt = await te.documents.deposit(fictivePatient(), await letter(), {
      patientConsent: true,
    });
    expect(receipt).toMatchObject({ channel: 'xds', state: 'queued', messageId: null });
    const done = await te.outbox.wait(receipt.uniqueId, { timeoutMs: 30_000 });
    expect(done).toMatchObject({ channel: 'xds', state: 'processed' });

    const [body = ''] = registry.deposits;
    expect(body).toMatch(/<wsse:Security[^]*Assertion/);
    expect([...registry.documents.keys()]).toEqual([receipt.uniqueId]);
  });

  it('deposits in the registry of the simulator, where it is listed, counted and fetched', async () => {
    const { simulator } = world;
    const te = world.client({
      deposit: undefined,
      descriptor,
      outbox: { ...fictiveOutbox(simulator), pollMs: 10 },
    });
    simulator.connect(rppsHolder);

    const receipt = await te.documents.deposit(fictivePatient(), await letter(), { patientConsent: true });
    const done = await te.outbox.wait(receipt.uniqueId, { timeoutMs: 30_000 });
    expect(done).toMatchObject({ channel: 'xds', state: 'processed' });

    expect(await te.notifications.countForPatient(fictivePatient())).toMatchObject({
      count: 1,
    });
    expect((await te.documents.list(fictivePatient())).documents).toMatchObject([{ uniqueId: receipt.uniqueId }]);
    const { documents } = simulator.dossier(fictivePatient().localId)!;
    expect(documents).toMatchObject([{ uniqueId: receipt.uniqueId, status: 'approved' }]);
    await te.close();
  });

  it('says what is missing before anything is stored', async () => {
    registry = await startFakeRegistry();
    const te = world.client({ deposit: undefined, descriptor, outbox: { store: 'memory' } });
    await expect(te.outbox.start()).rejects.toMatchObject({
      code: 'TE_CONFIG_INVALID',
      details: { path: 'outbox.registry' },
    });
    expect(registry.deposits).toEqual([]);
  });
});
