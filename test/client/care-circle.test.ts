import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { AuditEvent, ConsentReceipt } from '../../src/index.ts';
import { simulatorDescriptor } from '../../src/platform/index.ts';
import { fictivePatients, type FictivePatient } from '../../src/testing/index.ts';
import type { CareCircleBinding, CareCircleRecord } from '../../src/transport/index.ts';
import { createWorld, rppsHolder, type World } from './world.ts';

const patients = [...fictivePatients(20)];
let patient: FictivePatient;
let world: World;
let te: World['te'];
const journal: AuditEvent[] = [];

beforeAll(async () => {
  world = await createWorld();
  te = world.client({ audit: { write: async (event) => void journal.push(event) } });
});
beforeEach(() => {
  patient = patients.shift()!;
  journal.length = 0;
});
afterAll(() => world.close());

const aMomentAgo = (): string => new Date(Date.now() - 60_000).toISOString();
const consentTo = (kinds: ConsentReceipt['kinds'], collectedAt = aMomentAgo()): ConsentReceipt =>
  te.consent.record(patient, { kinds, givenBy: 'patient', mode: 'oral', collectedAt });
const holder = expect.objectContaining({ ids: [{ system: '1.2.250.1.71.4.2.1', value: rppsHolder }] });

const circle: CareCircleRecord = { id: 'ct-1', version: '1', members: [], blocked: [] };
const member: CareCircleRecord['members'][0] = {
  reference: null,
  kind: 'professional',
  ids: [{ system: '1.2.250.1.71.4.2.1', value: '899700012349' }],
  displayName: 'Dr FICTIF',
  role: 'PCP',
  contacts: [{ system: 'mss', value: 'dr.fictif@medecin.mssante.fr' }],
  since: '2026-01-01T00:00:00Z',
  until: null,
};

/** A platform that answers what the test says. */
function answering(careCircle: Partial<CareCircleBinding>): World['te'] {
  return world.client({ bindings: [{ kind: 'simulator-http', careCircle }] });
}

describe('te.careCircle', () => {
  it('is joined with the consent of the patient, read, left, and joined again as another period', async () => {
    world.simulator.addDossier({ ...patient, members: [] });
    await expect(te.careCircle.get(patient)).rejects.toMatchObject({ code: 'TE_NOT_IN_CIRCLE' });

    const consent = consentTo(['join-circle']);
    const joined = await te.careCircle.join(patient, { consent, role: 'PCP' });
    expect(joined).toMatchObject({ members: [holder], former: [], blocked: [] });
    expect(joined.members[0]).toMatchObject({ role: 'PCP', until: null });
    expect((await te.careCircle.join(patient, { consent, role: 'PCP' })).version).toBe(joined.version);
    expect((await te.careCircle.get(patient)).members).toEqual(joined.members);

    const left = await te.careCircle.leave(patient);
    expect(left).toMatchObject({ members: [], former: [holder] });
    expect(left.version).not.toBe(joined.version);
    expect((await te.careCircle.leave(patient)).version).toBe(left.version);
    expect(await te.careCircle.join(patient, { consent, role: 'PCP' })).toMatchObject({
      members: [holder],
      former: [holder],
    });
    expect(journal.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'careCircle.get error',
      'careCircle.join ok',
      'careCircle.join ok',
      'careCircle.get ok',
      'careCircle.leave ok',
      'careCircle.leave ok',
      'careCircle.join ok',
    ]);
    expect(journal[1]).toMatchObject({ object: consent.id, patient: patient.localId });
  });

  it('is closed to who was blocked', async () => {
    world.simulator.addDossier({ ...patient, members: [rppsHolder] });
    world.simulator.block(patient.localId, rppsHolder);
    const blocked = { code: 'TE_BLOCKED_BY_PATIENT' };
    await expect(te.careCircle.get(patient)).rejects.toMatchObject(blocked);
    await expect(
      te.careCircle.join(patient, { consent: consentTo(['join-circle']), role: 'PCP' }),
    ).rejects.toMatchObject(blocked);
  });

  it('without a consent to it, or after it was withdrawn, asks nothing of anybody', async () => {
    world.simulator.addDossier({ ...patient, members: [] });
    const join = (consent: unknown, role: unknown = 'PCP') => te.careCircle.join(patient, { consent, role } as never);
    const required = { code: 'TE_CONSENT_REQUIRED' };
    for (const consent of [undefined, true, consentTo(['dossier-creation'])]) {
      await expect(join(consent)).rejects.toMatchObject(required);
    }
    await expect(te.careCircle.join(patient, undefined as never)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    await expect(join(consentTo(['join-circle']), 'médecin')).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    await expect(te.careCircle.get(patient, { purpose: 'emergency' } as never)).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
    });
    expect(journal).toEqual([]);

    const consent = consentTo(['join-circle']);
    await te.careCircle.join(patient, { consent, role: 'PCP' });
    await te.consent.withdraw(patient, consent);
    journal.length = 0;
    await expect(join(consent)).rejects.toMatchObject({ code: 'TE_CONSENT_REFUSED' });
    expect(journal).toEqual([]);
  });

  it('where nothing carries it, is refused before any connection', async () => {
    const { careCircle: _unbound, ...bindings } = simulatorDescriptor.bindings;
    const unbound = world.client({ descriptor: { ...simulatorDescriptor, bindings } });
    const partial = answering({ get: async () => ({ value: circle, platformTime: null }) });
    await expect(unbound.careCircle.get(patient)).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
    await expect(partial.careCircle.leave(patient)).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
    expect((await partial.careCircle.get(patient)).members).toEqual([]);
  });

  it('counts the present ones by their period, relatives too', async () => {
    const past = { ...member, until: '2026-02-01T00:00:00Z' };
    const leaving = { ...member, kind: 'relative' as const, role: 'GUARD', until: '2999-01-01T00:00:00Z' };
    const value = { ...circle, members: [past, member, leaving], blocked: [{ ids: member.ids, displayName: 'X' }] };
    const found = await answering({ get: async () => ({ value, platformTime: null }) }).careCircle.get(patient);
    expect(found).toMatchObject({ members: [member, leaving], former: [past], blocked: value.blocked });
  });

  it.each<[string, unknown]>([
    ['no list', { ...circle, members: null }],
    ['a member without a name', { ...circle, members: [{ ...member, displayName: null }] }],
    ['a member without a beginning', { ...circle, members: [{ ...member, since: 'hier' }] }],
    ['a role of no kind', { ...circle, members: [{ ...member, kind: 'robot' }] }],
    ['an identifier that is none', { ...circle, members: [{ ...member, ids: ['899700012349'] }] }],
  ])('an answer with %s is not understood', async (_, value) => {
    const odd = answering({ get: async () => ({ value: value as CareCircleRecord, platformTime: null }) });
    await expect(odd.careCircle.get(patients[0]!)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
  });
});
