import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { AuditEvent, InterventionPlanInput } from '../../src/index.ts';
import { fictivePatients, type FictivePatient } from '../../src/testing/index.ts';
import { bothMembers, twoClients } from './colleague.ts';
import { createWorld, rppsHolder, type World } from './world.ts';

const patients = [...fictivePatients(12)];
const dressing = '0d6f6c0e-8f30-4f58-8a55-0000000000d1';
const washing = '0d6f6c0e-8f30-4f58-8a55-0000000000d2';
const plan: InterventionPlanInput = {
  status: 'active',
  title: 'Maintien à domicile',
  start: '2026-03-01',
  interventions: [
    {
      key: dressing,
      label: 'Pansement',
      status: 'in-progress',
      description: 'Jambe gauche',
      schedule: {
        start: '2026-03-01',
        end: '2026-03-31',
        rhythm: { times: 1, every: 2, unit: 'd' },
        timesOfDay: ['08:30'],
      },
      performers: [{ id: { system: '1.2.250.1.71.4.2.1', value: rppsHolder }, displayName: 'Infirmière' }],
    },
    { key: washing, label: 'Toilette', status: 'not-started' },
  ],
};

let world: World;
let te: World['te'];
let colleague: World['te'];
let journal: AuditEvent[];
let patient: FictivePatient;

beforeAll(async () => {
  world = await createWorld();
  ({ te, colleague, journal } = await twoClients(world));
});
beforeEach(() => {
  patient = patients.shift()!;
  world.simulator.addDossier({ ...patient, members: bothMembers });
  journal.length = 0;
});
afterAll(() => world.close());

describe('te.interventionPlan over FHIR, with a platform that keeps it', () => {
  it('is written, read by a colleague, changed action by action and ended', async () => {
    const made = await te.interventionPlan.create(patient, plan);
    expect(made).toMatchObject({ version: '1', isChanged: true, meta: { binding: 'fhir-r4' } });

    const { plans, unread } = await colleague.interventionPlan.list(patient);
    expect(unread).toBe(0);
    expect(plans).toHaveLength(1);
    expect(plans[0]).toMatchObject({
      id: made.id,
      version: '1',
      uniqueId: made.uniqueId,
      status: 'active',
      title: 'Maintien à domicile',
      category: "Plan d'interventions à domicile",
      start: '2026-03-01',
      end: null,
      goals: [],
      unread: 0,
      actions: [
        {
          key: dressing,
          index: 0,
          status: 'in-progress',
          doNotPerform: false,
          label: 'Pansement',
          description: 'Jambe gauche',
          isOwn: false,
          performers: [{ displayName: 'Infirmière' }],
          schedule: {
            start: '2026-03-01',
            end: '2026-03-31',
            rhythm: { times: 1, every: 2, unit: 'd' },
            timesOfDay: ['08:30'],
            isWhole: true,
          },
        },
        { key: washing, index: 1, status: 'not-started', schedule: null, performers: [], isOwn: null },
      ],
    });
    expect(plans[0]?.author?.ids).toContainEqual({ system: '1.2.250.1.71.4.2.1', value: rppsHolder });
    expect((await te.interventionPlan.get(patient, made.id)).actions[0]?.isOwn).toBe(true);

    const done = await colleague.interventionPlan.endIntervention(patient, made, dressing, {
      status: 'completed',
      reason: 'Plaie fermée',
    });
    expect(done).toMatchObject({ id: made.id, version: '2', isChanged: true });
    const added = await te.interventionPlan.upsertIntervention(patient, done, {
      label: 'Portage de repas',
      status: 'scheduled',
      schedule: { daysOfWeek: ['fri', 'mon'], text: 'Le midi' },
    });
    const after = await te.interventionPlan.get(patient, made.id);
    expect(after.actions.map(({ label, status, statusReason }) => [label, status, statusReason])).toEqual([
      ['Pansement', 'completed', 'Plaie fermée'],
      ['Toilette', 'not-started', null],
      ['Portage de repas', 'scheduled', null],
    ]);
    expect(after.actions[2]).toMatchObject({
      key: added.key,
      schedule: { daysOfWeek: ['mon', 'fri'], text: 'Le midi' },
    });

    const closed = await te.interventionPlan.update(patient, added, { status: 'completed', end: '2026-03-31' });
    expect((await te.interventionPlan.list(patient)).plans).toEqual([]);
    const { plans: over } = await te.interventionPlan.list(patient, { statuses: ['completed'] });
    expect(over.map(({ version, end }) => [version, end])).toEqual([[closed.version, '2026-03-31']]);
    expect(journal.map(({ action }) => action)).toContain('interventionPlan.upsertIntervention');
  });

  it('is never written over a version that was not read; what is so already is a success', async () => {
    const made = await te.interventionPlan.create(patient, plan);
    const end = { status: 'completed' } as const;
    const done = await colleague.interventionPlan.endIntervention(patient, made, dressing, end);

    const stale = te.interventionPlan.upsertIntervention(patient, made, { key: washing, status: 'in-progress' });
    await expect(stale).rejects.toMatchObject({
      code: 'TE_CONFLICT',
      details: {
        reason: 'version',
        unknownOutcome: false,
        currentVersion: '2',
        currentStatus: 'active',
        currentActions: [`${dressing} completed`, `${washing} not-started`],
      },
    });
    // By its place, nothing says that it is the same action.
    await expect(te.interventionPlan.endIntervention(patient, made, 0, end)).rejects.toMatchObject({
      code: 'TE_CONFLICT',
    });
    expect(await te.interventionPlan.endIntervention(patient, made, dressing, end)).toMatchObject({
      version: done.version,
      isChanged: false,
    });
    const third = await te.interventionPlan.endIntervention(patient, done, 1, { status: 'stopped' });
    expect(third).toMatchObject({ version: '3' });
    await expect(
      te.interventionPlan.upsertIntervention(patient, third, {
        key: made.id.slice(0, 0) || '0d6f6c0e-8f30-4f58-8a55-0000000000ff',
        status: 'completed',
      }),
    ).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
    const retracted = await te.interventionPlan.update(patient, third, { status: 'entered-in-error' });
    await expect(te.interventionPlan.update(patient, retracted, { title: 'x' })).rejects.toMatchObject({
      code: 'TE_CONFLICT',
      details: { reason: 'retracted' },
    });
  });

  it('sent again under its UUID is not written twice; another one under it is refused', async () => {
    const uniqueId = '0d6f6c0e-8f30-4f58-8a55-0000000000e1';
    const made = await te.interventionPlan.create(patient, { ...plan, uniqueId });
    expect(await te.interventionPlan.create(patient, { ...plan, uniqueId })).toMatchObject({
      id: made.id,
      isChanged: false,
    });
    const other = te.interventionPlan.create(patient, { ...plan, title: 'Un autre', uniqueId });
    await expect(other).rejects.toMatchObject({ code: 'TE_DUPLICATE' });
    expect((await te.interventionPlan.list(patient)).plans).toHaveLength(1);
  });

  it('is of the circle: who is not in it reads and changes nothing', async () => {
    const [outside] = fictivePatients(40).slice(-1);
    world.simulator.addDossier({ ...outside!, members: ['899900000290'] });
    const made = await colleague.interventionPlan.create(outside!, plan);
    for (const refused of [
      te.interventionPlan.list(outside!),
      te.interventionPlan.get(outside!, made.id),
      te.interventionPlan.endIntervention(outside!, made, dressing, { status: 'completed' }),
      te.interventionPlan.create(outside!, plan),
    ]) {
      await expect(refused).rejects.toMatchObject({ code: 'TE_NOT_IN_CIRCLE' });
    }
    // The plan of somebody else is not there for this patient.
    await expect(te.interventionPlan.get(patient, made.id)).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
  });

  it('tells how a home is entered by a call of its own, with its reason in the journal', async () => {
    await te.interventionPlan.create(patient, plan);
    const none = await te.interventionPlan.getAccessInfo(patient, 'Visite du matin');
    expect(none.entries).toEqual([]);
    expect(journal.at(-1)).toMatchObject({
      action: 'interventionPlan.getAccessInfo',
      purpose: 'normal',
      reason: 'Visite du matin',
      outcome: 'ok',
    });
    const unkept = world.client({ audit: undefined });
    await expect(unkept.interventionPlan.getAccessInfo(patient, 'Visite')).rejects.toMatchObject({
      code: 'TE_CONFIG_INVALID',
      details: { path: 'audit' },
    });
  });
});
