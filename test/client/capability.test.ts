import { createHash } from 'node:crypto';
import net from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { createPkcs12Provider } from '../../src/auth/index.ts';
import type { SessionAuthentication } from '../../src/client/model.ts';
import { loadDescriptor, simulatorDescriptor, type PlatformDescriptor } from '../../src/platform/index.ts';
import { fictiveOutbox } from '../../src/simulator/index.ts';
import { demoLetterPdf, fictivePatient } from '../../src/testing/index.ts';
import { createWorld, rppsHolder, type World } from './world.ts';

/*
 * Which operation is offered to which way of logging in, and for which purpose, the descriptor says:
 * anything else ends before a socket is opened and before anything is signed.
 */
const connect = vi.spyOn(net.Socket.prototype, 'connect');
const patient = fictivePatient();
const letter = { pdf: demoLetterPdf(), patientConsent: true } as const;

type Capabilities = NonNullable<PlatformDescriptor['capabilities']>['value'];
type Means = World['config']['authn']['means'];

let world: World;
let structure: World['auth'];
let signatures = 0;
beforeAll(async () => {
  world = await createWorld();
  const { pfx, password } = world.simulator.hierarchy.structure.signature;
  structure = await createPkcs12Provider({ pfx, password });
  world.simulator.addDossier({ ...patient, members: [rppsHolder] });
});
afterAll(async () => {
  await structure.close?.();
  await world.close();
});
beforeEach(() => {
  connect.mockClear();
  signatures = 0;
});

/** A professional who logged in elsewhere: the structure vouches for it (AIR), or after a password. */
const loggedIn = (method: 'e-cps' | 'password'): SessionAuthentication => ({
  session: {
    kind: 'pro-sante-connect',
    accessToken: async () => 'jeton',
    login: async () => ({ subject: rppsHolder, instant: Date.now(), method }),
    close: async () => undefined,
  },
  signer: counted(),
});

/** The card of the professional, or the certificate of the structure; signatures are counted. */
const counted = (inner = structure): World['auth'] => ({
  kind: 'own',
  certificates: (options) => inner.certificates(options),
  sign: (...asked) => {
    signatures += 1;
    return inner.sign(...asked);
  },
  close: async () => undefined,
});

function client(
  capabilities: Capabilities,
  {
    means = 'ecps',
    method = 'e-cps',
    deposit = 'soap-ihe',
  }: Partial<{ means: Means; method: 'e-cps' | 'password'; deposit: 'soap-ihe' | 'fhir-r4' | 'mssante' }> = {},
): World['te'] {
  const graded = { confidence: 'assumption', evidence: 'For this test.' } as const;
  const descriptor: PlatformDescriptor = {
    ...simulatorDescriptor,
    capabilities: { ...graded, value: capabilities },
    bindings: { ...simulatorDescriptor.bindings, 'documents.deposit': { ...graded, value: deposit } },
  };
  const config = { ...world.config, authn: { ...world.config.authn, means } };
  const auth = means === 'ecps' ? loggedIn(method) : counted(means === 'cps' ? world.auth : structure);
  const outbox = { ...fictiveOutbox(world.simulator), pollMs: 10 };
  return world.client({ auth, descriptor, deposit: undefined, outbox }, config);
}

const stopped = (operation: string, reason: string): object => ({
  code: 'TE_UNSUPPORTED',
  details: { operation, reason },
});
const silent = (): void => {
  expect(connect).not.toHaveBeenCalled();
  expect(signatures).toBe(0);
};

describe('an operation that the platform keeps for some ways of logging in', () => {
  it.each(['soap-ihe', 'fhir-r4'] as const)('stops a deposit in AIR over %s, before anything', async (deposit) => {
    const te = client({ 'documents.deposit': { modes: ['direct'] } }, { deposit });
    const refused = stopped('documents.deposit', 'authentication-mode');
    await expect(te.documents.depositLetter(patient, letter)).rejects.toMatchObject(refused);
    silent();
  });

  it('stops a deposit of a software certificate, lets that of a card through', async () => {
    const capabilities = { 'documents.deposit': { modes: ['direct'] } } as const;
    const refused = stopped('documents.deposit', 'authentication-mode');
    const indirect = client(capabilities, { means: 'software-certificate' });
    await expect(indirect.documents.depositLetter(patient, letter)).rejects.toMatchObject(refused);
    silent();

    const direct = client(capabilities, { means: 'cps' });
    await expect(direct.documents.depositLetter(patient, letter)).resolves.toMatchObject({ state: 'queued' });
    expect(signatures).toBeGreaterThan(0);
  });

  it('stops no deposit by mail, which carries no assertion', async () => {
    const te = client(
      { 'documents.deposit': { modes: ['direct'] }, 'dossier.status': { modes: ['reinforced'] } },
      { deposit: 'mssante' },
    );
    await expect(te.documents.depositLetter(patient, letter)).resolves.toMatchObject({ channel: 'mssante' });
  });

  it('knows a password alone for what it is once the session says it: nothing is signed', async () => {
    const te = client({ 'dossier.status': { modes: ['direct', 'reinforced'] } }, { method: 'password' });
    await expect(te.dossier.status(patient)).rejects.toMatchObject(stopped('dossier.status', 'authentication-mode'));
    silent();
  });

  it('tells one operation of a family from another', async () => {
    const te = client({ 'documents.fetch': { modes: ['direct'] }, 'careCircle.join': { modes: ['direct'] } });
    expect((await te.documents.list(patient)).documents).toEqual(expect.any(Array));
    expect((await te.careCircle.get(patient)).members).toHaveLength(1);
    const consent = te.consent.record(patient, {
      kinds: ['join-circle'],
      givenBy: 'patient',
      mode: 'oral',
      collectedAt: new Date().toISOString(),
    });
    await expect(te.careCircle.join(patient, { consent, role: 'PCP' })).rejects.toMatchObject(
      stopped('careCircle.join', 'authentication-mode'),
    );
  });
});

describe('an operation that the platform keeps for some purposes', () => {
  it('is not asked for another one', async () => {
    const te = client({ 'dossier.status': { purposes: ['normal'] } });
    await expect(
      te.dossier.status(patient, { purpose: 'emergency', reason: 'Patient inconscient' }),
    ).rejects.toMatchObject(stopped('dossier.status', 'purpose'));
    silent();
    expect((await te.dossier.status(patient)).state).toBe('exists');
  });
});

describe('the capabilities of a descriptor', () => {
  const loaded = (value: unknown): ReturnType<typeof loadDescriptor> => {
    const capabilities = { value, confidence: 'assumption', evidence: 'For this test.' };
    const bytes = Buffer.from(JSON.stringify({ ...simulatorDescriptor, capabilities }));
    return loadDescriptor(bytes, { sha256: createHash('sha256').update(bytes).digest('hex') });
  };

  it('are read, and a word that nobody knows is refused', async () => {
    const right = { 'documents.deposit': { modes: ['direct'] } };
    expect((await loaded(right)).capabilities?.value).toEqual(right);
    for (const wrong of [{ 'documents.depot': {} }, { 'documents.deposit': { modes: ['air'] } }]) {
      await expect(loaded(wrong)).rejects.toMatchObject({ code: 'TE_CONFIG_INVALID' });
    }
  });
});
