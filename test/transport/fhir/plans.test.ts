import { describe, expect, it } from 'vitest';

import type { HttpRequest, PlanChanges, PlansBinding, PlanRecord } from '../../../src/transport/index.ts';
import { interventionPlan } from '../../../src/transport/plans/names.ts';
import { writePlan } from '../../../src/transport/plans/write-plan.ts';
import { call, caller, camille } from './played-binding.ts';
import { base, next, played, searchset as bundle, type Route } from './routed-server.ts';
import { bodyOf, outcome, type Scripted } from './scripted-server.ts';

/*
 * Kinds of section I of the cases of other servers, for plans: what a search, a transaction, an
 * update and its version may bring.
 */
const practitioner = {
  resourceType: 'Practitioner',
  id: 'ps-1',
  identifier: [{ system: 'urn:oid:1.2.250.1.71.4.2.1', value: caller.nationalId }],
  name: [{ family: 'PRATICIEN-ESSAI', given: ['DOMINIQUE'] }],
};
const role = { resourceType: 'PractitionerRole', id: 'role-1', practitioner: { reference: 'Practitioner/ps-1' } };
const people: readonly Route[] = [
  [/^GET PractitionerRole\/role-1/, { body: role }],
  [/^GET Practitioner\/ps-1/, { body: practitioner }],
];
const uniqueId = '0d6f6c0e-8f30-4f58-8a55-0000000000d0';
const key = '0d6f6c0e-8f30-4f58-8a55-0000000000d1';
const draft = {
  uniqueId,
  status: 'active',
  title: null,
  start: null,
  end: null,
  date: '2026-03-01T09:00:00Z',
  goals: [],
  actions: [{ key, label: 'Pansement', status: 'in-progress', goals: [] }],
} as const;
const references = { subject: 'Patient/pat-1', author: 'PractitionerRole/role-1', goals: new Map<string, string>() };
const planned = (id = 'cp-1', more: object = {}): object => ({
  ...writePlan(draft, interventionPlan("Plan d'interventions à domicile"), references),
  id,
  meta: { versionId: '3' },
  ...more,
});
const done: PlanChanges = { actions: [{ action: key, change: { status: 'completed' } }] };
const doneBody = (): object => {
  const plan = planned('cp-1', { meta: { versionId: '4' } }) as { activity: [{ detail: object }] };
  return { ...plan, activity: [{ detail: { ...plan.activity[0].detail, status: 'completed' } }] };
};

function server(...routes: readonly Route[]): { readonly plans: PlansBinding; readonly asked: readonly HttpRequest[] } {
  const { binding, asked } = played(...routes, ...people);
  return { plans: binding.interventionPlan as PlansBinding, asked };
}

const search = /^POST CarePlan\/_search/;
const read = /^GET CarePlan\/cp-1/;
const put = /^PUT CarePlan\/cp-1/;
const transaction = /^POST $/;
const listed = async (...answers: Scripted[]): Promise<readonly PlanRecord[]> =>
  (await server([search, ...answers]).plans.list(camille, ['active'], call)).value.plans;
const ids = (plans: readonly PlanRecord[]): string[] => plans.map(({ id }) => id);
const update = (...routes: readonly Route[]): ReturnType<PlansBinding['update']> =>
  server(...routes).plans.update(camille, { id: 'cp-1', version: '3' }, done, call);

describe('a list of plans', () => {
  it('of a server that brings people and objectives, leaves them out, or refuses to bring them, tells them all the same', async () => {
    const refusal = { status: 400, body: outcome({ severity: 'error', code: 'invalid' }) };
    for (const answers of [
      [bundle([planned(), role, practitioner])],
      [bundle([planned()])],
      [refusal, bundle([planned()])],
      [refusal, refusal, bundle([planned()])],
    ]) {
      const [plan] = await listed(...answers);
      expect(plan).toMatchObject({ version: '3', author: { displayName: 'DOMINIQUE PRATICIEN-ESSAI' } });
    }
  });

  it('of a server that ignores every condition gives what was asked alone', async () => {
    const others = [
      planned('ended', { status: 'completed' }),
      planned('other', { category: [{ text: 'Autre plan' }] }),
      {
        resourceType: 'CarePlan',
        id: 'unnamed',
        status: 'active',
        intent: 'plan',
        subject: { reference: 'Patient/pat-1' },
      },
    ];
    expect(ids(await listed(bundle([...others, planned()])))).toEqual(['unnamed', 'cp-1']);
  });

  it('follows the pages, and is none when they are not whole, go round or leave for elsewhere', async () => {
    const second: Route = [/^GET CarePlan\?page=2/, bundle([planned('cp-2')])];
    const paged = server([search, bundle([planned()], next('CarePlan?page=2'))], second);
    expect(ids((await paged.plans.list(camille, ['active'], call)).value.plans)).toEqual(['cp-1', 'cp-2']);
    for (const page of [
      bundle([planned()], { total: 2 }),
      bundle([planned()], next('https://ailleurs.example/r4/CarePlan?page=2')),
      { body: '<html>' },
    ]) {
      await expect(listed(page)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
    }
    const failed = listed({ body: outcome({ severity: 'error', code: 'processing' }) });
    await expect(failed).rejects.toMatchObject({ code: 'TE_VALIDATION' });
    const round = server(
      [search, bundle([planned()], next('CarePlan?page=2'))],
      [/^GET CarePlan\?page=2/, bundle([], next('CarePlan?page=2'))],
    );
    await expect(round.plans.list(camille, ['active'], call)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
  });

  it('with the plan of somebody else is refused whole; what may mean its contrary is counted', async () => {
    const foreign = planned('cp-9', { subject: { reference: 'Patient/pat-9' } });
    await expect(listed(bundle([planned(), foreign]))).rejects.toMatchObject({
      code: 'TE_PROTOCOL',
      details: { reason: 'other-patient' },
    });
    const modified = planned('cp-8', { modifierExtension: [{ url: 'x', valueBoolean: true }] });
    const { value } = await server([search, bundle([modified, planned()])]).plans.list(camille, ['active'], call);
    expect([ids(value.plans), value.unread]).toEqual([['cp-1'], 1]);
  });
});

describe('a plan that is changed', () => {
  it('goes over the version that was read, by its own word or by the ETag', async () => {
    for (const answer of [
      { body: planned() },
      { body: planned('cp-1', { meta: undefined }), headers: { etag: 'W/"3-gzip"' } },
      { body: planned('cp-1', { meta: undefined }), headers: { etag: '3' } },
    ]) {
      const version = answer.headers?.etag === 'W/"3-gzip"' ? '3-gzip' : '3';
      const asked = server([read, answer], [put, { headers: { etag: 'W/"4"' } }]);
      const { value } = await asked.plans.update(camille, { id: 'cp-1', version }, done, call);
      expect(value).toEqual({ id: 'cp-1', version: '4', uniqueId, isChanged: true });
      const sent = asked.asked.find(({ method }) => method === 'PUT');
      expect(sent?.headers?.['If-Match']).toBe(`W/"${version}"`);
    }
  });

  it('is not written to a server that tells no version', async () => {
    const asked = server([read, { body: planned('cp-1', { meta: undefined }) }]);
    const change = asked.plans.update(camille, { id: 'cp-1', version: null }, done, call);
    await expect(change).rejects.toMatchObject({ code: 'TE_PROTOCOL', details: { reason: 'no-version' } });
    expect(asked.asked.some(({ method }) => method === 'PUT')).toBe(false);
  });

  it.each([409, 412])('meanwhile by somebody else (%i) is told as such, with what it has become', async (status) => {
    const moved = planned('cp-1', { meta: { versionId: '4' }, status: 'on-hold' });
    const refusal = { status, body: outcome({ severity: 'error', code: 'processing' }) };
    await expect(update([read, { body: planned() }, { body: moved }], [put, refusal])).rejects.toMatchObject({
      code: 'TE_CONFLICT',
      details: {
        reason: 'version',
        unknownOutcome: false,
        currentVersion: '4',
        currentStatus: 'on-hold',
        currentActions: [`${key} in-progress`],
      },
    });
  });

  it('meanwhile to what was wanted is a success; a version that jumps is told', async () => {
    const refusal = { status: 409, body: outcome({ severity: 'error', code: 'conflict' }) };
    const same = await update([read, { body: planned() }, { body: doneBody() }], [put, refusal]);
    expect(same.value).toMatchObject({ version: '4', isChanged: true });
    const jump = update([read, { body: planned() }], [put, { headers: { etag: 'W/"9"' } }]);
    await expect(jump).rejects.toMatchObject({
      code: 'TE_CONFLICT',
      details: { reason: 'lost-update', written: true },
    });
  });

  it('with an answer that is lost is looked for; what is not found stays unknown', async () => {
    const lost = { status: 504 };
    const found = await update([read, { body: planned() }, { body: doneBody() }], [put, lost]);
    expect(found.value).toMatchObject({ version: '4', isChanged: true });
    await expect(update([read, { body: planned() }], [put, lost])).rejects.toMatchObject({
      code: 'TE_TIMEOUT',
      retryable: false,
      details: { unknownOutcome: true },
    });
  });

  it.each<[string, Scripted, string]>([
    ['that is gone', { status: 410 }, 'TE_NOT_FOUND'],
    ['of somebody else', { body: planned('cp-1', { subject: { reference: 'Patient/pat-9' } }) }, 'TE_PROTOCOL'],
    ['of another kind', { body: planned('cp-1', { category: [{ text: 'Autre' }] }) }, 'TE_NOT_FOUND'],
    ['of another id', { body: planned('cp-2') }, 'TE_PROTOCOL'],
    ['that may mean its contrary', { body: planned('cp-1', { modifierExtension: [{ url: 'x' }] }) }, 'TE_PROTOCOL'],
    ['told as a success that is none', { body: outcome({ severity: 'error', code: 'not-found' }) }, 'TE_VALIDATION'],
    ['told by a page', { body: '<html>' }, 'TE_PROTOCOL'],
  ])('%s is refused, and nothing is written', async (_, answer, code) => {
    const asked = server([read, answer]);
    const change = asked.plans.update(camille, { id: 'cp-1', version: '3' }, done, call);
    await expect(change).rejects.toMatchObject({ code });
    expect(asked.asked.some(({ method }) => method === 'PUT')).toBe(false);
  });
});

describe('a plan that is created', () => {
  const entry = (type: string, id: string, status = '201 Created'): object => ({
    response: { status, location: `${type}/${id}/_history/1` },
  });
  const answer = (first: object): Scripted => ({
    body: {
      resourceType: 'Bundle',
      type: 'transaction-response',
      entry: [first, entry('Practitioner', 'ps-1'), entry('PractitionerRole', 'role-1')],
    },
  });
  const create = (...routes: readonly Route[]): ReturnType<PlansBinding['create']> =>
    server(...routes).plans.create(camille, draft, call);

  it('creates once: under its identifier, with the role of its author', async () => {
    const asked = server([transaction, answer(entry('CarePlan', 'cp-7'))]);
    const { value } = await asked.plans.create(camille, draft, call);
    expect(value).toEqual({ id: 'cp-7', version: null, uniqueId, isChanged: true });
    const sent = JSON.parse(bodyOf(asked.asked.find(({ url }) => url === base))) as { entry: { request: object }[] };
    expect(sent.entry.map(({ request }) => request)).toMatchObject([
      { url: 'CarePlan', ifNoneExist: `identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Auuid%3A${uniqueId}` },
      { url: 'Practitioner' },
      { url: 'PractitionerRole' },
    ]);
  });

  it('that was there is the same one, or refused', async () => {
    const existed = answer(entry('CarePlan', 'cp-1', '200 OK'));
    expect((await create([transaction, existed], [read, { body: planned() }])).value.isChanged).toBe(false);
    const other = { body: planned('cp-1', { title: 'Un autre' }) };
    await expect(create([transaction, existed], [read, other])).rejects.toMatchObject({ code: 'TE_DUPLICATE' });
  });

  it('whose answer is lost is looked for, also where the identifier is no condition of a search', async () => {
    const lost = { status: 504 };
    const refusal = { status: 400, body: outcome({ severity: 'error', code: 'invalid' }) };
    for (const answers of [
      [bundle([planned()])],
      [refusal, bundle([planned('cp-0', { identifier: [] }), planned()])],
    ]) {
      const { value } = await create([transaction, lost], [search, ...answers]);
      expect(value).toMatchObject({ id: 'cp-1', version: '3', isChanged: false });
    }
    await expect(create([transaction, lost], [search, bundle([])])).rejects.toMatchObject({
      code: 'TE_TIMEOUT',
      retryable: false,
      details: { unknownOutcome: true },
    });
  });
});

describe('how a home is entered', () => {
  const flag = (id: string, more: object = {}): object => ({
    resourceType: 'Flag',
    id,
    status: 'active',
    category: [{ text: 'Accès au domicile' }],
    code: { text: 'Clé chez la gardienne' },
    subject: { reference: 'Patient/pat-1' },
    ...more,
  });
  const access = (...resources: object[]) =>
    played([/^POST Flag\/_search/, bundle(resources)]).binding.interventionPlan!.getAccessInfo!(camille, call);

  it('is told of this patient, by its category and while it holds', async () => {
    const { value } = await access(
      flag('f-1'),
      flag('f-2', { status: 'inactive' }),
      flag('f-3', { category: [{ text: 'Chute' }] }),
      flag('f-4', { code: {} }),
    );
    expect(value).toEqual({
      entries: [{ id: 'f-1', text: 'Clé chez la gardienne', start: null, end: null }],
      unread: 1,
    });
    await expect(access(flag('f-1', { subject: { reference: 'Patient/pat-9' } }))).rejects.toMatchObject({
      code: 'TE_PROTOCOL',
    });
  });
});
