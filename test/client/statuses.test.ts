import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { createPkcs12Provider, type SigningProvider } from '../../src/auth/index.ts';
import { createClient } from '../../src/client/create-client.ts';
import { TerrESanteError, type TerrESanteErrorCode } from '../../src/errors.ts';
import type { PatientInput } from '../../src/identity/index.ts';
import { fictiveConfig } from '../../src/simulator/index.ts';
import { fictivePatients } from '../../src/testing/index.ts';
import type { BindingCall, BoundPatient, PlatformBinding } from '../../src/transport/index.ts';
import { sharedHierarchy } from './world.ts';

const patients = fictivePatients(12);
let asked: string[] = [];
let running = 0;
let most = 0;
let behave: (patient: BoundPatient, call: BindingCall) => Promise<void> = async () => undefined;

const binding: PlatformBinding = {
  kind: 'simulator-http',
  dossier: {
    async status(patient, call) {
      asked.push(patient.localId.value);
      running += 1;
      most = Math.max(most, running);
      try {
        await behave(patient, call);
      } finally {
        running -= 1;
      }
      return {
        value: {
          state: 'absent',
          regionalId: null,
          sharing: null,
          membership: 'unknown',
          isTreatingPhysician: null,
          identity: null,
          dates: { lastAccess: null, lastUpdate: null, lastDocumentAdded: null },
        },
        platformTime: null,
      };
    },
    create: async () => Promise.reject(new Error('not asked here')),
  },
};

const { professional } = await sharedHierarchy();
const auth: SigningProvider = await createPkcs12Provider({
  pfx: professional.signature.pfx,
  password: professional.signature.password,
});
const te = createClient(fictiveConfig(), { auth, bindings: [binding] });
afterAll(() => te.close());

beforeEach(() => {
  asked = [];
  running = 0;
  most = 0;
  behave = async () => undefined;
});

const nextTurn = (ms = 1): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const aborted = ({ signal }: BindingCall): Promise<never> =>
  new Promise((_, reject) => {
    const end = (): void => reject(new TerrESanteError('TE_CANCELLED', 'x'));
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end);
  });

describe('te.dossier.statuses', () => {
  it('asks a few at a time, and each answer names its patient', async () => {
    behave = () => nextTurn();
    const indexes: number[] = [];
    for await (const { index, patient, status, error } of te.dossier.statuses(patients, { concurrency: 3 })) {
      expect([patient, status?.state, error]).toEqual([patients[index], 'absent', null]);
      indexes.push(index);
    }
    expect(indexes.sort((left, right) => left - right)).toEqual([...patients.keys()]);
    expect(most).toBe(3);
  });

  it('gives the results as they come', async () => {
    const [slow] = patients;
    behave = ({ localId }) => nextTurn(localId.value === slow?.localId.value ? 60 : 1);
    const order: number[] = [];
    for await (const { index } of te.dossier.statuses(patients.slice(0, 4))) order.push(index);
    expect(order.at(-1)).toBe(0);
  });

  it('goes on when one patient fails, and says how', async () => {
    behave = async ({ localId }) => {
      if (localId.value === patients[1]?.localId.value) throw new TerrESanteError('TE_UNAVAILABLE', 'x');
      if (localId.value === patients[2]?.localId.value) throw new Error('of a foreign library');
    };
    const incomplete: PatientInput = { ...patients[3]!, traits: { birthName: 'ESSAI' } };
    const found: (string | undefined)[] = [];
    for await (const { index, status, error } of te.dossier.statuses([...patients.slice(0, 3), incomplete])) {
      found[index] = error?.code ?? status?.state;
    }
    expect(found).toEqual(['absent', 'TE_UNAVAILABLE', 'TE_INTERNAL', 'incomplete']);
  });

  it.each<TerrESanteErrorCode>(['TE_PIN_INCORRECT', 'TE_CARD_REMOVED', 'TE_AUTHN_REJECTED'])(
    'stops at %s: another try would cost the card',
    async (code) => {
      behave = async () => Promise.reject(new TerrESanteError(code, 'x'));
      const reading = async (): Promise<void> => {
        for await (const one of te.dossier.statuses(patients, { concurrency: 1 }))
          expect.unreachable(String(one.index));
      };
      await expect(reading()).rejects.toMatchObject({ code });
      expect(asked).toHaveLength(1);
    },
  );

  it('ends the questions in progress when the reader leaves, and asks no more', async () => {
    behave = async ({ localId }, call) => {
      if (localId.value !== patients[0]?.localId.value) await aborted(call);
    };
    for await (const { index } of te.dossier.statuses(patients, { concurrency: 3 })) {
      expect(index).toBe(0);
      break;
    }
    expect(running).toBe(0);
    expect(asked).toHaveLength(3);
  });

  it('ends when its caller gives up', async () => {
    const abort = new AbortController();
    behave = async (_, call) => {
      abort.abort();
      await aborted(call);
    };
    const reading = async (): Promise<void> => {
      for await (const one of te.dossier.statuses(patients, { signal: abort.signal }))
        expect.unreachable(String(one.index));
    };
    await expect(reading()).rejects.toMatchObject({ code: 'TE_CANCELLED' });
    expect(running).toBe(0);
  });

  it("is one day's list at most", async () => {
    const list = Array.from({ length: 201 }, () => patients[0]!);
    await expect(te.dossier.statuses(list).next()).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
      details: { argument: 'patients', length: 201, limit: 200 },
    });
    expect(asked).toEqual([]);
  });

  it('is nothing for nobody', async () => {
    for await (const one of te.dossier.statuses([])) expect.unreachable(String(one.index));
    expect(asked).toEqual([]);
  });

  it.each<[string, unknown, object | undefined, object]>([
    ['one patient', patients[0], undefined, { argument: 'patients' }],
    ['a list with a hole', [patients[0], undefined], undefined, { argument: 'patients[1]' }],
    ['no questions at a time', patients, { concurrency: 0 }, { argument: 'concurrency' }],
    ['a text', patients, { concurrency: '4' }, { argument: 'concurrency' }],
    ['a misspelt option', patients, { concurency: 4 }, { option: 'concurency' }],
  ])('refuses %s before anything is asked', async (_, list, options, details) => {
    const first = te.dossier.statuses(list as never, options).next();
    await expect(first).rejects.toMatchObject({ code: 'TE_INPUT_INVALID', details });
    expect(asked).toEqual([]);
  });
});

describe('what JavaScript lets through', () => {
  const [patient] = patients as [PatientInput];
  it.each<[string, () => Promise<unknown>, string, object]>([
    ['a creation without options', () => te.dossier.create(patient, undefined as never), 'TE_CONSENT_REQUIRED', {}],
    [
      'a creation of nobody',
      () => te.dossier.create(undefined as never, {} as never),
      'TE_INPUT_INVALID',
      { argument: 'patient' },
    ],
    [
      'a creation with a text',
      () => te.dossier.create(patient, 'oui' as never),
      'TE_INPUT_INVALID',
      { argument: 'options' },
    ],
    ['a status of nobody', () => te.dossier.status(undefined as never), 'TE_INPUT_INVALID', { argument: 'patient' }],
    [
      'a misspelt option',
      () => te.dossier.status(patient, { refesh: true } as never),
      'TE_INPUT_INVALID',
      { option: 'refesh' },
    ],
    [
      'a purpose that is none',
      () => te.dossier.status(patient, { purpose: 'urgence' } as never),
      'TE_INPUT_INVALID',
      { argument: 'purpose' },
    ],
  ])('%s', async (_, call, code, details) => {
    await expect(call()).rejects.toMatchObject({ code, details });
    expect(asked).toEqual([]);
  });

  it('names the option that was meant, and repeats no value', async () => {
    await expect(te.dossier.status(patient, { refesh: true } as never)).rejects.toThrow(
      'Option inconnue dans options : refesh. Vouliez-vous dire refresh ?',
    );
    await expect(te.dossier.status(patient, { 'DUPRE-TEST': 1 } as never)).rejects.toMatchObject({
      details: { option: null },
      message: expect.not.stringContaining('DUPRE') as string,
    });
    expect(() => createClient(fictiveConfig(), { auth, timeoutMS: 3 } as never)).toThrow(/Vouliez-vous dire timeoutMs/);
  });
});
