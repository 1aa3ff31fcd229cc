import assert from 'node:assert/strict';

import { ask, bindingOf, call, interceptor, isTransaction, racing } from './binding.mjs';

/** Plans: written, read with their people, changed by version, while others write. */
export function planOperations(world) {
  const { testing, transport, http, url, TerrESanteError } = world;
  const patient = { ...testing.fictivePatient(), localId: { system: '2.999.1.10', value: 'PLANS-1' } };
  const bound = { localId: patient.localId, traits: patient.traits, ins: null };
  const options = { http, baseUrl: url, allowPatientInAddress: true, environment: 'test' };
  const patients = transport.createFhirPatientIdentityClient(options);
  const words = { interventions: "Plan d'interventions à domicile", homeAccess: 'Accès au domicile' };
  const services = { plans: words };
  const { interventionPlan: plans } = bindingOf(world, { services });
  const by = (own) => bindingOf(world, { services, http: own }).interventionPlan;
  const made = {};

  const [dressing, washing] = [crypto.randomUUID(), crypto.randomUUID()];
  const nobody = { timesOfDay: [], daysOfWeek: [], text: null };
  const schedule = { start: '2026-03-01', end: '2026-03-31', rhythm: { times: 1, every: 2, unit: 'd' }, ...nobody };
  const plan = {
    uniqueId: crypto.randomUUID(),
    status: 'active',
    title: 'Maintien à domicile',
    start: '2026-03-01',
    end: null,
    date: new Date(Date.now() - 1_000).toISOString(),
    goals: [],
    actions: [
      {
        key: dressing,
        label: 'Pansement',
        status: 'in-progress',
        schedule: { ...schedule, timesOfDay: ['08:30'], text: 'Avant le petit déjeuner' },
        performers: [
          { reference: null, id: { system: '1.2.250.1.71.4.2.1', value: '899900000290' }, displayName: 'Infirmière' },
        ],
        goals: [],
      },
      { key: washing, label: 'Toilette', status: 'not-started', description: 'Au lit', goals: [] },
    ],
  };
  const planUrl = () => `${url}/CarePlan/${made.plan.id}`;
  const status = (action, to, more = {}) => ({ actions: [{ action, change: { status: to, ...more } }] });
  const list = async (statuses = ['active']) => (await plans.list(bound, statuses, call)).value;
  const refused = (promise, code) =>
    assert.rejects(promise, (error) => error instanceof TerrESanteError && error.code === code);
  const isPut = ({ method }) => method === 'PUT';

  return [
    { name: 'plans: the patient', send: () => patients.feed({ event: 'add', patient }) },
    {
      name: 'plans.create, and the same again',
      send: async () => {
        made.plan = (await plans.create(bound, plan, call)).value;
        assert.equal(made.plan.isChanged, true);
        const again = (await plans.create(bound, plan, call)).value;
        assert.deepEqual([again.id, again.isChanged], [made.plan.id, false]);
        await refused(plans.create(bound, { ...plan, title: 'Un autre' }, call), 'TE_DUPLICATE');
      },
    },
    {
      name: 'plans.create, its answer lost',
      send: async () => {
        const lost = interceptor(world, {
          after: (request, stream) => (isTransaction(request) ? { ...stream, status: 504, body: empty() } : stream),
        });
        const other = { ...plan, uniqueId: crypto.randomUUID(), status: 'draft', actions: [] };
        assert.equal((await by(lost).create(bound, other, call)).value.isChanged, false);
      },
    },
    {
      name: 'plans.list, with people',
      send: async () => {
        const { plans: found, unread } = await list();
        assert.deepEqual([found.length, unread], [1, 0]);
        const [read] = found;
        assert.deepEqual([read.id, read.version, read.title], [made.plan.id, '1', plan.title]);
        assert.equal(read.author.kind, 'professional');
        const [first, second] = read.actions;
        assert.deepEqual([first.schedule.rhythm, first.schedule.timesOfDay], [schedule.rhythm, ['08:30']]);
        assert.equal(first.schedule.isWhole, true);
        assert.deepEqual([second.key, second.description, second.isOwn], [washing, 'Au lit', null]);
        assert.equal((await list(['draft', 'active'])).plans.length, 2);
        made.plan = read;
      },
    },
    {
      name: 'plans.list, of a server that refuses what is brought along',
      refusals: [400],
      send: async () => {
        const narrow = interceptor(world, {
          before: (request) => {
            const form = request.body instanceof Uint8Array ? Buffer.from(request.body).toString() : '';
            return form.includes('_include') ? { ...request, body: Buffer.from(`${form}&inconnu=1`) } : null;
          },
        });
        assert.equal((await by(narrow).list(bound, ['active'], call)).value.plans.length, 1);
      },
    },
    {
      name: 'plans.update, unknown elements kept',
      send: async () => {
        const x = { url: 'https://editeur.example/x', valueDecimal: 1.5 };
        const current = await ask(world, 'GET', planUrl());
        const activity = current.activity.map((each) => ({ ...each, progress: [{ text: 'vu' }] }));
        await ask(world, 'PUT', planUrl(), { ...current, extension: [x], activity });
        await refused(plans.update(bound, made.plan, status(dressing, 'completed'), call), 'TE_CONFLICT');
        const [read] = (await list()).plans;
        const { value } = await plans.update(
          bound,
          read,
          status(dressing, 'completed', { statusReason: 'Fermée' }),
          call,
        );
        assert.equal(value.version, '3');
        made.plan = value;
        const after = await ask(world, 'GET', planUrl());
        assert.deepEqual(after.extension, [x]);
        assert.deepEqual(
          after.activity.map(({ detail, progress }) => [detail.status, progress[0].text]),
          [
            ['completed', 'vu'],
            ['not-started', 'vu'],
          ],
        );
      },
    },
    {
      name: 'plans.update, again, and over a version that is gone',
      send: async () => {
        const old = { ...made.plan, version: '1' };
        const again = (await plans.update(bound, old, status(dressing, 'completed', { statusReason: 'Fermée' }), call))
          .value;
        assert.deepEqual([again.version, again.isChanged], ['3', false]);
        await assert.rejects(
          plans.update(bound, old, status(washing, 'in-progress'), call),
          ({ code, details }) =>
            code === 'TE_CONFLICT' &&
            details.currentVersion === '3' &&
            details.currentActions[0] === `${dressing} completed`,
        );
      },
    },
    {
      name: 'plans.update, while another writes',
      refusals: [409, 412],
      send: async () => {
        const meanwhile = racing(world, isPut, planUrl(), (resource) => ({ ...resource, title: 'Entre-temps' }));
        await refused(by(meanwhile).update(bound, made.plan, status(washing, 'in-progress'), call), 'TE_CONFLICT');
        assert.equal((await ask(world, 'GET', planUrl())).title, 'Entre-temps');
        const same = racing(world, isPut, planUrl(), (resource) => ({
          ...resource,
          activity: resource.activity.map((each) => ({ ...each, detail: { ...each.detail, status: 'completed' } })),
        }));
        const read = { id: made.plan.id, version: '4' };
        const { value } = await by(same).update(bound, read, status(washing, 'completed'), call);
        assert.equal(value.version, '5');
      },
    },
    {
      name: 'plans.update, its answer lost',
      send: async () => {
        const lost = interceptor(world, {
          after: (request, stream) => (isPut(request) ? { ...stream, status: 504, body: empty() } : stream),
        });
        const read = { id: made.plan.id, version: '5' };
        const { value } = await by(lost).update(bound, read, { title: 'Retour', end: '2026-03-31' }, call);
        assert.deepEqual([value.version, value.isChanged], ['6', true]);
      },
    },
    {
      name: 'plans.getAccessInfo',
      send: async () => {
        const subject = { reference: (await ask(world, 'GET', planUrl())).subject.reference };
        const flag = { resourceType: 'Flag', status: 'active', category: [{ text: words.homeAccess }], subject };
        await ask(world, 'POST', `${url}/Flag`, { ...flag, code: { text: 'Clé chez la gardienne' } });
        await ask(world, 'POST', `${url}/Flag`, { ...flag, category: [{ text: 'Chute' }], code: { text: 'x' } });
        const { value } = await plans.getAccessInfo(bound, call);
        assert.deepEqual(
          value.entries.map(({ text }) => text),
          ['Clé chez la gardienne'],
        );
      },
    },
  ];
}

async function* empty() {
  // No byte comes.
}
