import { beforeEach, describe, expect, it } from 'vitest';
import { createPkcs12Provider } from '../../src/auth/index.ts';
import { createClient } from '../../src/client/create-client.ts';
import type { TerrESanteClient } from '../../src/client/model.ts';
import type { DossierCreateOptions } from '../../src/index.ts';
import { fictiveConfig } from '../../src/simulator/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import type { BindingCall, DossierRecord, PlatformBinding } from '../../src/transport/index.ts';
import { newReceipt } from '../../src/transport/receipt/new-receipt.ts';
import { consentFor, sharedHierarchy, submission } from './world.ts';

const patient = fictivePatient();
const start = Date.now();
const minute = 60_000;
const emergency = { purpose: 'emergency', reason: 'Patient inconscient' } as const;

const { pfx, password } = (await sharedHierarchy()).professional.signature;
const auth = await createPkcs12Provider({ pfx, password });
const sent = await submission();

const record: DossierRecord = {
  state: 'exists',
  regionalId: { system: '2.999.1.1', value: 'IDF-1' },
  sharing: 'shared',
  membership: 'member',
  isTreatingPhysician: null,
  dates: { lastAccess: null, lastUpdate: null, lastDocumentAdded: null },
  identity: null,
};

interface Call {
  readonly name: 'status' | 'create';
  /** What the signed assertion declares (TRE_R248-ModeAcces). */
  readonly purpose: string | undefined;
}

/** A far side that answers as told, and keeps what each call declared. */
let state: DossierRecord['state'];
let calls: Call[];
let now: number;
let te: TerrESanteClient;

function note(name: Call['name'], { assertion }: BindingCall): void {
  calls.push({ name, purpose: /<PurposeOfUse[^>]* code="([^"]+)"/.exec(assertion)?.[1] });
}

const binding: PlatformBinding = {
  kind: 'simulator-http',
  dossier: {
    async status(_patient, call) {
      note('status', call);
      return { value: { ...record, state }, platformTime: null };
    },
    async create(_patient, _creation, call) {
      note('create', call);
      return {
        value: { regionalId: { system: '2.999.1.1', value: 'IDF-1' }, dossierId: null, careTeamId: null },
        platformTime: null,
      };
    },
  },
};

beforeEach(() => {
  state = 'exists';
  calls = [];
  now = start;
  te = createClient(fictiveConfig(), {
    auth,
    bindings: [binding],
    deposit: {
      async deposit({ documents }) {
        return newReceipt({
          uniqueIds: documents.map(({ entry }) => entry.uniqueId),
          channel: 'mssante',
          submittedAt: new Date(now).toISOString(),
          state: 'accepted',
        });
      },
      close: async () => undefined,
    },
    runtime: { clock: { now: () => now }, ids: { uuid: () => crypto.randomUUID() } },
  });
});

describe('"the dossier exists"', () => {
  const deposit = () => te.documents.deposit(patient, sent, { patientConsent: true });

  it('is believed for one minute by the deposits that follow', async () => {
    await deposit();
    expect(calls).toHaveLength(1);

    state = 'closed';
    now = start + minute;
    await deposit();
    expect(calls).toHaveLength(1);
  });

  it('is asked again after that minute, so that nothing is sent to a dossier closed meanwhile', async () => {
    await deposit();

    state = 'closed';
    now = start + minute + 1;
    await expect(deposit()).rejects.toMatchObject({ code: 'TE_DOSSIER_CLOSED' });
    expect(calls).toHaveLength(2);
  });

  it('is asked again when the clock was set back', async () => {
    await deposit();

    state = 'closed';
    now = start - 1;
    await expect(deposit()).rejects.toMatchObject({ code: 'TE_DOSSIER_CLOSED' });
    expect(calls).toHaveLength(2);
  });

  it('is forgotten as soon as the platform answers otherwise', async () => {
    await deposit();

    state = 'absent';
    expect((await te.dossier.status(patient)).state).toBe('absent');
    await expect(deposit()).rejects.toMatchObject({ code: 'TE_DOSSIER_ABSENT' });
  });
});

describe('an emergency access', () => {
  it('is announced to the user and to the platform at each call, for as long as it lasts', async () => {
    for (const after of [0, 30 * minute, 59 * minute]) {
      now = start + after;
      expect((await te.dossier.status(patient, emergency)).banner).toBe(true);
    }
    expect(calls.map(({ purpose }) => purpose)).toEqual(Array(3).fill('bris_de_glace'));
  });

  it('ends with the call: the next one is an ordinary access again', async () => {
    await te.dossier.status(patient, emergency);
    expect((await te.dossier.status(patient)).banner).toBe(false);
    expect(calls.map(({ purpose }) => purpose)).toEqual(['bris_de_glace', 'normal']);
  });

  it('never creates: the patient without dossier stays without, and a creation is no emergency', async () => {
    state = 'absent';
    await te.dossier.status(patient, emergency);
    expect(calls.map(({ name }) => name)).toEqual(['status']);

    calls = [];
    // The types have no purpose there: what JavaScript lets through must not weaken the assertion.
    const options = { consent: consentFor(te), purpose: 'emergency' } as DossierCreateOptions;
    await expect(te.dossier.create(patient, options)).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
      details: { option: 'purpose' },
    });
    expect(calls).toEqual([]);

    await te.dossier.create(patient, { consent: consentFor(te) });
    expect(calls).toEqual([
      { name: 'status', purpose: 'normal' },
      { name: 'create', purpose: 'normal' },
    ]);
  });
});
