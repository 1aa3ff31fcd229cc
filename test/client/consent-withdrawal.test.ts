import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent, ConsentReceipt } from '../../src/index.ts';
import { simulatorDescriptor } from '../../src/platform/index.ts';
import { fictivePatients } from '../../src/testing/index.ts';
import type { ConsentBinding, StoredConsent } from '../../src/transport/index.ts';
import { consentFor, createWorld, letter, rppsHolder, type World } from './world.ts';

/** One simulator for the file: each test has a patient of its own. */
const patients = [...fictivePatients(20)];
let patient = patients[0]!;
const stored: StoredConsent = {
  id: 'c-1',
  kinds: ['document-share'],
  givenBy: 'patient',
  mode: 'oral',
  status: 'active',
  collectedAt: '2026-03-01T10:00:00Z',
  withdrawnAt: null,
};

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => {
  patient = patients.shift()!;
});
afterAll(() => world.close());

/** A client whose journal is a list. */
function audited(options: Parameters<World['client']>[0] = {}) {
  const journal: AuditEvent[] = [];
  const audit = { write: async (event: AuditEvent) => void journal.push(event) };
  return { te: world.client({ audit, ...options }), journal };
}

/** A platform that answers what the test says. */
function answering(consent: Partial<ConsentBinding>) {
  const binding: ConsentBinding = {
    list: async () => ({ value: [stored], platformTime: null }),
    withdraw: async () => ({ value: stored, platformTime: null }),
    ...consent,
  };
  return audited({ bindings: [{ kind: 'simulator-http', consent: binding }] });
}

const aMomentAgo = (): string => new Date(Date.now() - 60_000).toISOString();
const recorded = (te: World['te'], kinds: ConsentReceipt['kinds'], collectedAt = aMomentAgo()): ConsentReceipt =>
  te.consent.record(patient, { kinds, givenBy: 'patient', mode: 'oral', collectedAt });

describe('a consent at the platform', () => {
  it('is listed, withdrawn once, and each access is in the journal before its result', async () => {
    const { te, journal } = audited();
    const consent = consentFor(te, patient);
    await te.dossier.create(patient, { consent, joinAs: 'PCP' });
    expect((await te.consent.get(patient)).consents).toEqual([
      expect.objectContaining({ id: consent.id, kinds: [...consent.kinds], status: 'active', withdrawnAt: null }),
    ]);

    const { consent: gone } = await te.consent.withdraw(patient, consent, { reason: 'CANARI motif' });
    expect(gone).toMatchObject({ id: consent.id, status: 'withdrawn' });
    expect((await te.consent.withdraw(patient, gone)).consent).toEqual(gone);
    expect((await te.consent.get(patient)).consents).toMatchObject([{ status: 'withdrawn' }]);

    expect(journal.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'dossier.status ok',
      'dossier.create ok',
      'consent.get ok',
      'consent.withdraw ok',
      'consent.withdraw ok',
      'consent.get ok',
    ]);
    expect(journal[3]).toMatchObject({ patient: patient.localId, object: consent.id, professional: rppsHolder });
    const text = JSON.stringify(journal);
    for (const secret of ['CANARI', patient.traits.birthName!, patient.ins.value]) expect(text).not.toContain(secret);
  });

  it('is withdrawn by who collected it or a member, and by nobody else', async () => {
    world.simulator.addDossier({ localId: patient.localId, traits: patient.traits, ins: patient.ins });
    await expect(world.te.consent.withdraw(patient, stored)).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
    await expect(world.te.consent.get(patient)).rejects.toMatchObject({ code: 'TE_NOT_IN_CIRCLE' });
    world.simulator.block(patient.localId, rppsHolder);
    await expect(world.te.consent.withdraw(patient, stored)).rejects.toMatchObject({ code: 'TE_BLOCKED_BY_PATIENT' });
  });
});

describe('a withdrawn consent closes its acts at once', () => {
  it('creation: no receipt of before, and one of after', async () => {
    const { te, journal } = answering({
      withdraw: async (_, { id }) => ({ value: { ...stored, id, status: 'withdrawn' }, platformTime: null }),
    });
    const [withdrawn, older] = [recorded(te, ['dossier-creation']), recorded(te, ['dossier-creation'])];
    await te.consent.withdraw(patient, withdrawn);

    const refused = { code: 'TE_CONSENT_REFUSED', details: { reason: 'withdrawn:dossier-creation' } };
    for (const consent of [withdrawn, older]) {
      await expect(te.dossier.create(patient, { consent })).rejects.toMatchObject(refused);
    }
    expect(journal.map(({ action }) => action)).toEqual(['consent.withdraw']);

    // Collected after the withdrawal: the gate lets it through, to a platform that has no such function.
    const later = recorded(te, ['dossier-creation'], new Date(Date.now() + 5_000).toISOString());
    await expect(te.dossier.create(patient, { consent: later })).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
    // Another patient, another act.
    const other = patients[0]!;
    const theirs = te.consent.record(other, {
      kinds: ['dossier-creation'],
      givenBy: 'patient',
      mode: 'oral',
      collectedAt: aMomentAgo(),
    });
    await expect(te.dossier.create(other, { consent: theirs })).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
  });

  it('deposit: a ticked box alone does not open it again, for any professional of the client', async () => {
    world.simulator.addDossier({ ...patient, members: [rppsHolder] });
    const { te } = audited();
    const share = recorded(te, ['document-share']);
    // The platform never heard of this consent: what is closed here is closed.
    await expect(te.consent.withdraw(patient, share)).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });

    const what = await letter({ patient });
    const refused = { code: 'TE_CONSENT_REFUSED', details: { reason: 'withdrawn:document-share' } };
    await expect(te.documents.deposit(patient, what, { patientConsent: true })).rejects.toMatchObject(refused);
    const colleague = te.as(world.config.user, { auth: world.auth });
    await expect(
      colleague.documents.deposit(patient, what, { patientConsent: true, consent: share }),
    ).rejects.toMatchObject(refused);

    const later = recorded(te, ['document-share'], new Date(Date.now() + 5_000).toISOString());
    const sent = await te.documents.deposit(patient, what, { patientConsent: true, consent: later });
    expect(sent.state).not.toBe('rejected');
  });

  it('whatever happens on the way to the platform, and where there is no way', async () => {
    const { te } = audited();
    world.simulator.inject({ kind: 'http-cut' });
    const consent = recorded(te, ['dossier-creation']);
    await expect(te.consent.withdraw(patient, consent)).rejects.toMatchObject({ code: 'TE_UNAVAILABLE' });
    await expect(te.dossier.create(patient, { consent })).rejects.toMatchObject({ code: 'TE_CONSENT_REFUSED' });

    const { consent: _unbound, ...bindings } = simulatorDescriptor.bindings;
    const unbound = audited({ descriptor: { ...simulatorDescriptor, bindings } }).te;
    await expect(unbound.consent.get(patient)).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
    await expect(unbound.consent.withdraw(patient, consent)).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
    await expect(unbound.dossier.create(patient, { consent })).rejects.toMatchObject({ code: 'TE_CONSENT_REFUSED' });
  });

  it('when the platform says so, and in the store of the host', async () => {
    const instants = new Map<string, string>();
    const withdrawals = {
      read: async (scope: string) => instants.get(scope) ?? null,
      write: async (scope: string, at: string) => void instants.set(scope, at),
    };
    const gone: StoredConsent = { ...stored, status: 'withdrawn', withdrawnAt: '2026-04-01T00:00:00Z' };
    const list = async (): Promise<{ value: StoredConsent[]; platformTime: null }> => ({
      value: [gone],
      platformTime: null,
    });
    const first = world.client({ withdrawals, bindings: [{ kind: 'simulator-http', consent: { list } }] });
    await first.consent.get(patient);
    expect([...instants.values()]).toEqual(['2026-04-01T00:00:00Z']);
    expect([...instants.keys()].join()).not.toContain(patient.localId.value);

    const old = recorded(world.te, ['document-share'], '2026-03-01T10:00:00Z');
    await expect(
      world
        .client({ withdrawals })
        .documents.deposit(patient, await letter({ patient }), { patientConsent: true, consent: old }),
    ).rejects.toMatchObject({ code: 'TE_CONSENT_REFUSED' });
  });
});

describe('hostile answers and values', () => {
  it.each<[string, StoredConsent]>([
    ['another consent', { ...stored, id: 'c-2', status: 'withdrawn' }],
    ['a consent that is still active', stored],
  ])('a withdrawal answered with %s is not understood', async (_, value) => {
    const { te } = answering({ withdraw: async () => ({ value, platformTime: null }) });
    await expect(te.consent.withdraw(patient, { id: 'c-1', kinds: ['join-circle'] })).rejects.toMatchObject({
      code: 'TE_PROTOCOL',
    });
  });

  it('one identifier for two consents is not understood', async () => {
    const { te } = answering({ list: async () => ({ value: [stored, stored], platformTime: null }) });
    await expect(te.consent.get(patient)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
  });

  it('what names no consent is refused before anything is closed', async () => {
    const { te } = audited();
    for (const wrong of [
      undefined,
      'c-1',
      {},
      { id: 'c-1' },
      { id: 'c-1', kinds: ['all'] },
      { id: '', kinds: ['join-circle'] },
    ]) {
      await expect(te.consent.withdraw(patient, wrong as never)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    }
    const reason = 'x'.repeat(501);
    await expect(te.consent.withdraw(patient, stored, { reason })).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });
});

describe('a journal that cannot be written', () => {
  it('withholds the result, and nothing else is done before the line is there', async () => {
    world.simulator.addDossier({ ...patient, members: [rppsHolder] });
    const kept: AuditEvent[] = [];
    let isFull = true;
    let calls = 0;
    const te = world.client({
      audit: {
        write: async (event) => {
          if (isFull) throw new Error(`disk full: ${patient.localId.value}`);
          kept.push(event);
        },
      },
      bindings: [
        {
          kind: 'simulator-http',
          consent: {
            list: async () => ({ value: ((calls += 1), []), platformTime: null }),
          },
        },
      ],
    });

    await expect(te.consent.get(patient)).rejects.toMatchObject({ code: 'TE_AUDIT', details: { isDone: true } });
    const refused = await te.consent.get(patient).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'TE_AUDIT', details: { isDone: false }, retryable: true });
    expect(JSON.stringify(refused)).not.toContain(patient.localId.value);
    expect(calls).toBe(1);

    isFull = false;
    await te.consent.get(patient);
    expect(kept.map(({ action }) => action)).toEqual(['consent.get', 'consent.get']);
  });
});
