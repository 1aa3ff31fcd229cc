import { describe, expect, it } from 'vitest';

import { readJson, writeJson, type Json } from '../../../src/internal/json/index.ts';
import type { NewPlan, PlanChanges } from '../../../src/transport/binding/plans.ts';
import { changedPlan } from '../../../src/transport/plans/change-plan.ts';
import { coordinationPlan, interventionPlan } from '../../../src/transport/plans/names.ts';
import { isOfKind, readPlan } from '../../../src/transport/plans/read-plan.ts';
import { writePlan } from '../../../src/transport/plans/write-plan.ts';

const kind = interventionPlan("Plan d'interventions à domicile");
const key = '0d6f6c0e-8f30-4f58-8a55-0000000000d1';
const plan: NewPlan = {
  uniqueId: '0d6f6c0e-8f30-4f58-8a55-0000000000d0',
  status: 'active',
  title: null,
  start: null,
  end: null,
  date: '2026-03-01T09:00:00Z',
  goals: [],
  actions: [{ key, label: 'Pansement', status: 'in-progress', goals: [] }],
};
const references = { subject: 'Patient/pat-1', author: 'PractitionerRole/role-1', goals: new Map<string, string>() };
const written = (): Json => ({ ...writePlan(plan, kind, references), id: 'cp-1' });
const withDetail = (detail: object, activity: object = {}): Json => ({
  ...written(),
  activity: [{ detail: { status: 'in-progress', ...detail }, ...activity }],
});
const firstOf = (resource: Json) => readPlan(resource)?.actions[0];

describe('a plan that is read', () => {
  it.each<[string, object, object]>([
    [
      'a period',
      { scheduledPeriod: { start: '2026-03', end: '2026-03-31' } },
      { start: '2026-03', end: '2026-03-31', isWhole: true },
    ],
    ['words', { scheduledString: 'Au réveil' }, { text: 'Au réveil', isWhole: true }],
    [
      'a rhythm',
      {
        scheduledTiming: {
          repeat: { frequency: 2, period: 1, periodUnit: 'wk', dayOfWeek: ['fri', 'tue'], timeOfDay: ['08:30:00'] },
        },
      },
      { rhythm: { times: 2, every: 1, unit: 'wk' }, daysOfWeek: ['tue', 'fri'], timesOfDay: ['08:30'], isWhole: true },
    ],
    [
      'a rhythm and what is not read of it',
      { scheduledTiming: { repeat: { period: 1, periodUnit: 'd', when: ['ACM'] } } },
      { rhythm: { times: 1, every: 1, unit: 'd' }, isWhole: false },
    ],
    ['events', { scheduledTiming: { event: ['2026-03-01'] } }, { rhythm: null, isWhole: false }],
    [
      'a unit that is not read',
      { scheduledTiming: { repeat: { period: 2, periodUnit: 'a' } } },
      { rhythm: null, isWhole: false },
    ],
    [
      'a code for it',
      { scheduledTiming: { code: { coding: [{ code: 'BID' }], text: 'Deux fois' } } },
      { text: 'Deux fois', isWhole: false },
    ],
  ])('tells of %s what it says, and whether that is all', (_, detail, schedule) => {
    expect(firstOf(withDetail(detail))?.schedule).toMatchObject(schedule);
  });

  it('tells an action that is not to be done, and leaves out what may mean its contrary', () => {
    expect(firstOf(withDetail({ doNotPerform: true }))?.doNotPerform).toBe(true);
    for (const unread of [
      withDetail({ doNotPerform: 'true' }),
      withDetail({}, { modifierExtension: [{ url: 'x' }] }),
      withDetail({ status: 'x' }),
      { ...written(), activity: [null] },
    ]) {
      expect(readPlan(unread)).toMatchObject({ actions: [], unread: 1 });
    }
    const elsewhere = firstOf({ ...written(), activity: [{ reference: { reference: 'Task/1', display: 'Visite' } }] });
    expect(elsewhere).toMatchObject({ key: null, status: null, label: 'Visite' });
  });

  it('is none without an id or a status of FHIR, and is told from plans of another kind', () => {
    expect(readPlan({ ...written(), id: '../x' })).toBeNull();
    expect(readPlan({ ...written(), status: 'done' })).toBeNull();
    const { category: _kind, ...unnamed } = written();
    const coded = { ...written(), category: [{ coding: [{ system: 'http://loinc.org', code: '18776-5' }] }] };
    expect([written(), unnamed, coded].map((each) => isOfKind(each, kind))).toEqual([true, true, false]);
    expect([written(), unnamed, coded].map((each) => isOfKind(each, coordinationPlan))).toEqual([false, false, true]);
  });
});

describe('a plan that is changed', () => {
  const foreign = `{"resourceType":"CarePlan","id":"cp-1","meta":{"versionId":"6"},"implicitRules":null,
    "text":{"status":"generated","div":"<div>Toilette</div>"},"contained":[{"resourceType":"Organization","id":"org"}],
    "extension":[{"url":"https://x.example/n","valueDecimal":1.10},{"url":"https://x.example/m","valueDecimal":1.2E+2}],
    "status":"active","_status":{"id":"s"},"intent":"plan","period":{"start":"2026-01-05","_start":{"extension":[{"url":"x"}]}},
    "activity":[{"id":"a1","progress":[{"text":"ok"}],"detail":{"instantiatesUri":["urn:uuid:${key.toUpperCase()}"],
    "code":{"text":"Toilette","coding":[{"code":"T"}]},"status":"in-progress","statusReason":{"text":"Début"},
    "quantity":{"value":2.50,"unit":"h"},"scheduledTiming":{"repeat":{"period":1.0,"periodUnit":"d"}}}},
    {"reference":{"reference":"Task/1"}},null]}`;
  const read = (): Json => readJson(Buffer.from(foreign)) as Json;
  const change = (changes: PlanChanges): string => writeJson(changedPlan(read(), changes, kind));
  const spaces = /\n\s+/g;

  it('keeps every element, extension and digit that nobody here knows', () => {
    const status = change({ actions: [{ action: key, change: { status: 'completed' } }] });
    const expected = foreign
      .replaceAll(spaces, '')
      .replace('"text":{"status":"generated","div":"<div>Toilette</div>"},', '')
      .replace('"in-progress","statusReason":{"text":"Début"}', '"completed"');
    expect(JSON.parse(status)).toEqual(JSON.parse(expected));
    for (const exact of ['1.10', '1.2E+2', '2.50', '"period":1.0']) expect(status).toContain(exact);
    expect(JSON.parse(status)).toMatchObject({ activity: [{}, { reference: { reference: 'Task/1' } }, null] });
  });

  it('says of the new what was not said of the old, and nothing of the old about the new', () => {
    const told = JSON.parse(
      change({
        title: 'Maintien',
        start: '2026-02-01',
        end: '2026-04-01',
        actions: [
          {
            action: 0,
            change: {
              label: 'Toilette au lit',
              description: 'Le matin',
              schedule: { start: null, end: null, rhythm: null, timesOfDay: [], daysOfWeek: [], text: 'Le matin' },
              performers: [{ reference: 'PractitionerRole/r', id: null, displayName: null }],
            },
          },
          { action: '0d6f6c0e-8f30-4f58-8a55-0000000000d9', change: { label: 'Repas', status: 'scheduled' } },
        ],
      }),
    ) as Json;
    expect(told).toMatchObject({ title: 'Maintien', period: { start: '2026-02-01', end: '2026-04-01' } });
    expect(told['period']).not.toHaveProperty('_start');
    const [first, , , added] = told['activity'] as [Json, Json, Json, Json];
    expect(first['detail']).toEqual({
      instantiatesUri: [`urn:uuid:${key.toUpperCase()}`],
      code: { text: 'Toilette au lit' },
      status: 'in-progress',
      statusReason: { text: 'Début' },
      quantity: { value: 2.5, unit: 'h' },
      description: 'Le matin',
      scheduledString: 'Le matin',
      performer: [{ reference: 'PractitionerRole/r' }],
    });
    expect(added).toEqual({
      detail: {
        kind: 'ServiceRequest',
        instantiatesUri: ['urn:uuid:0d6f6c0e-8f30-4f58-8a55-0000000000d9'],
        code: { text: 'Repas' },
        status: 'scheduled',
      },
    });
  });

  it('is none when it says what is there already', () => {
    const same: PlanChanges = {
      status: 'active',
      start: '2026-01-05',
      actions: [
        {
          action: key,
          change: {
            label: 'Toilette',
            status: 'in-progress',
            statusReason: 'Début',
            schedule: {
              start: null,
              end: null,
              rhythm: { times: 1, every: 1, unit: 'd' },
              timesOfDay: [],
              daysOfWeek: [],
              text: null,
            },
            performers: [],
          },
        },
      ],
    };
    expect(changedPlan(read(), same, kind)).toBeNull();
    expect(changedPlan(read(), { actions: [{ action: key, change: { status: 'stopped' } }] }, kind)).not.toBeNull();
  });

  it.each<[string, PlanChanges, string]>([
    ['an action that is not there', { actions: [{ action: 7, change: { status: 'completed' } }] }, 'TE_NOT_FOUND'],
    [
      'an unknown key without a label',
      { actions: [{ action: 'd9', change: { status: 'completed' } }] },
      'TE_NOT_FOUND',
    ],
    [
      'an action that is described elsewhere',
      { actions: [{ action: 1, change: { status: 'completed' } }] },
      'TE_UNSUPPORTED',
    ],
    ['what is no action', { actions: [{ action: 2, change: { status: 'completed' } }] }, 'TE_UNSUPPORTED'],
  ])('refuses %s', (_, changes, code) => {
    expect(() => changedPlan(read(), changes, kind)).toThrow(expect.objectContaining({ code }) as Error);
  });
});
