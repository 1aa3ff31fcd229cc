import { fictivePatient } from '../../../src/testing/index.ts';
import type { World } from '../../client/world.ts';
import { door, type Door } from '../door.ts';

const patient = fictivePatient();
const options = { timeoutMs: 3_000 };
const key = '0d6f6c0e-8f30-4f58-8a55-000000000001';
const day = '2026-03-01';
const read = { id: 'p', version: '1' };
const action = {
  label: 'X',
  status: 'scheduled',
  key,
  description: 'X',
  statusReason: 'X',
  schedule: {
    start: day,
    end: day,
    rhythm: { times: 1, every: 2, unit: 'd' },
    timesOfDay: ['08:30'],
    daysOfWeek: ['mon'],
    text: 'X',
  },
  performers: [{ reference: 'Practitioner/1', id: { system: 'x', value: 'y' }, displayName: 'X' }],
} as const;

/** Plans of a patient. */
export function planDoors({ te }: World): readonly Door[] {
  const { interventionPlan: plans } = te;
  const plan = {
    status: 'active',
    title: 'X',
    start: day,
    end: day,
    uniqueId: key,
    interventions: [action],
  } as const;
  return [
    door(
      'InterventionPlanOperations.list',
      (...a: Parameters<typeof plans.list>) => plans.list(...a),
      [patient, { ...options, statuses: ['active'] }],
      '1',
    ),
    door(
      'InterventionPlanOperations.get',
      (...a: Parameters<typeof plans.get>) => plans.get(...a),
      [patient, 'p', options],
      '2',
    ),
    door(
      'InterventionPlanOperations.create',
      (...a: Parameters<typeof plans.create>) => plans.create(...a),
      [patient, plan, options],
      '1',
      '2',
    ),
    door(
      'InterventionPlanOperations.update',
      (...a: Parameters<typeof plans.update>) => plans.update(...a),
      [patient, read, { status: 'active', title: 'X', start: day, end: day }, options],
      '2',
      '3',
    ),
    door(
      'InterventionPlanOperations.upsertIntervention',
      (...a: Parameters<typeof plans.upsertIntervention>) => plans.upsertIntervention(...a),
      [patient, read, action, options],
      '2',
      '3',
    ),
    door(
      'InterventionPlanOperations.endIntervention',
      (...a: Parameters<typeof plans.endIntervention>) => plans.endIntervention(...a),
      [patient, read, 1, { status: 'completed', reason: 'X' }, options],
      '3',
      '4',
    ),
    door(
      'InterventionPlanOperations.getAccessInfo',
      (...a: Parameters<typeof plans.getAccessInfo>) => plans.getAccessInfo(...a),
      [patient, 'X', options],
      '2',
    ),
  ];
}
