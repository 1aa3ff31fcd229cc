import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { simulatorDescriptor, type PlatformDescriptor } from '../../src/platform/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import type { InterventionPlanBinding } from '../../src/transport/index.ts';
import { createWorld, type World } from './world.ts';

const patient = fictivePatient();
const read = { id: 'p', version: '1' };
const action = { label: 'Pansement', status: 'in-progress' } as const;
const uuid = '0d6f6c0e-8f30-4f58-8a55-0000000000d1';

let world: World;
let requests = 0;
const asked = (): void => void (requests += 1);
beforeAll(async () => {
  world = await createWorld();
  subscribe('http.client.request.start', asked);
});
afterAll(async () => {
  unsubscribe('http.client.request.start', asked);
  expect(requests).toBe(0);
  await world.close();
});

const graded = { value: 'essai', confidence: 'assumption', evidence: 'test' } as const;
const { interventionPlan: _unbound, ...bindings } = simulatorDescriptor.bindings;
const over = (value: string): PlatformDescriptor => ({
  ...simulatorDescriptor,
  bindings: { ...bindings, interventionPlan: { ...graded, value } },
});
const answering = (plans: Partial<InterventionPlanBinding>): World['te']['interventionPlan'] =>
  world.client({ descriptor: over('essai'), bindings: [{ kind: 'essai', interventionPlan: plans }] }).interventionPlan;

/** Each operation, as a host calls it. */
const calls = (plans: World['te']['interventionPlan']): readonly (() => Promise<unknown>)[] => [
  () => plans.list(patient),
  () => plans.get(patient, 'p'),
  () => plans.create(patient, { status: 'active', interventions: [action] }),
  () => plans.update(patient, read, { title: 'x' }),
  () => plans.upsertIntervention(patient, read, action),
  () => plans.endIntervention(patient, read, uuid, { status: 'completed' }),
  () => plans.getAccessInfo(patient, 'Visite'),
];

describe('te.interventionPlan with a binding of the host', () => {
  it('where nothing carries it, asks nothing of anybody', async () => {
    const { plans: _words, ...wordless } = simulatorDescriptor.fhir!;
    const none = { ...simulatorDescriptor, bindings };
    const unnamed = { ...over('fhir-r4'), fhir: wordless };
    for (const descriptor of [none, over('soap-ihe'), over('simulator-http'), unnamed]) {
      for (const call of calls(world.client({ descriptor }).interventionPlan)) {
        await expect(call()).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
      }
    }
  });

  it('reads what it answers field by field', async () => {
    const record = { id: 'p', version: '1', status: 'active', actions: [{ index: 0, status: 'in-progress' }] };
    const told = (value: unknown) => answering({ list: async () => ({ value: value as never, platformTime: null }) });
    const { plans } = await told({ plans: [record], unread: 0 }).list(patient);
    expect(plans[0]).toMatchObject({ title: null, actions: [{ key: null, doNotPerform: false, schedule: null }] });
    for (const wrong of [
      null,
      { plans: [record] },
      { plans: [{ ...record, status: 'x' }], unread: 0 },
      { plans: [{ ...record, actions: [{ index: -1 }] }], unread: 0 },
    ]) {
      await expect(told(wrong).list(patient)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
    }
  });

  it('ends with its deadline and its signal', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const plans = answering({ list: never, update: never });
    await expect(plans.list(patient, { timeoutMs: 5 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    const stop = new AbortController();
    const waiting = plans.update(patient, read, { title: 'x' }, { signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'TE_CANCELLED' });
  });

  type Plans = World['te']['interventionPlan'];
  it.each<[string, (plans: Plans) => Promise<unknown>, string]>([
    [
      'an intervention without a status',
      (p) => p.create(patient, { status: 'active', interventions: [{ label: 'x' } as never] }),
      'TE_INPUT_INVALID',
    ],
    [
      'two of one key',
      (p) =>
        p.create(patient, {
          status: 'active',
          interventions: [
            { ...action, key: uuid },
            { ...action, key: uuid },
          ],
        }),
      'TE_INPUT_INVALID',
    ],
    [
      'half a character',
      (p) => p.create(patient, { status: 'active', title: 'a\ud83d', interventions: [] }),
      'TE_INPUT_INVALID',
    ],
    [
      'a day that is none',
      (p) => p.create(patient, { status: 'active', start: '2026-02-30', interventions: [] }),
      'TE_INPUT_INVALID',
    ],
    [
      'an end before the beginning',
      (p) => p.update(patient, read, { start: '2026-03-02', end: '2026-03-01' }),
      'TE_INPUT_INVALID',
    ],
    ['nothing to change', (p) => p.update(patient, read, {}), 'TE_INPUT_INVALID'],
    ['a version left out', (p) => p.update(patient, { id: 'p' } as never, { title: 'x' }), 'TE_INPUT_INVALID'],
    ['a way up', (p) => p.get(patient, '../Patient'), 'TE_INPUT_INVALID'],
    [
      'an addition without a label',
      (p) => p.upsertIntervention(patient, read, { status: 'completed' }),
      'TE_INPUT_INVALID',
    ],
    [
      'an hour that is none',
      (p) => p.upsertIntervention(patient, read, { ...action, schedule: { timesOfDay: ['24:00'] } }),
      'TE_INPUT_INVALID',
    ],
    [
      'nobody who does it',
      (p) => p.upsertIntervention(patient, read, { ...action, performers: [{}] }),
      'TE_INPUT_INVALID',
    ],
    [
      'a place where there are no versions',
      (p) => p.endIntervention(patient, { id: 'p', version: null }, 0, { status: 'completed' }),
      'TE_INPUT_INVALID',
    ],
    [
      'an end that is none',
      (p) => p.endIntervention(patient, read, 0, { status: 'active' as never }),
      'TE_INPUT_INVALID',
    ],
    ['keys without a reason', (p) => p.getAccessInfo(patient, ' '), 'TE_INPUT_INVALID'],
    ['a patient without traits', (p) => p.list({ traits: {} }), 'TE_IDENTITY_INCOMPLETE'],
  ])('refuses %s before anything is asked', async (_, call, code) => {
    const refuse = (): Promise<never> => Promise.reject(new Error('asked'));
    const plans = answering({ list: refuse, get: refuse, create: refuse, update: refuse, getAccessInfo: refuse });
    await expect(call(plans)).rejects.toMatchObject({ code });
  });
});
