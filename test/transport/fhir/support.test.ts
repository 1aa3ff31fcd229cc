import { describe, expect, it } from 'vitest';

import type {
  NewSupportRequest,
  SupportBinding,
  SupportPage,
  SupportQuery,
} from '../../../src/transport/binding/support.ts';
import type { HttpRequest } from '../../../src/transport/index.ts';
import { call, caller, camille } from './played-binding.ts';
import { played, searchset, type Route } from './routed-server.ts';
import { bodyOf, outcome, type Scripted } from './scripted-server.ts';

/*
 * Requests for support against what the servers of others do: searches that ignore, pages that lie,
 * answers that are lost, versions that are not told.
 */
const uniqueId = '7c0d9c1e-0000-4000-8000-00000000000b';
const category = "Demande d'appui à la coordination";
const query: SupportQuery = { states: [], updatedSince: null };
const draft: NewSupportRequest = {
  uniqueId,
  structure: { finess: '990000036', structureId: null, name: 'DAC fictif' },
  need: 'Un plan',
  reasons: [],
  urgency: null,
  documents: [],
  replyTo: null,
  consent: null,
  date: '2026-03-01T09:00:00Z',
};

const practitioner = {
  resourceType: 'Practitioner',
  id: 'ps-1',
  identifier: [{ system: 'urn:oid:1.2.250.1.71.4.2.1', value: caller.nationalId }],
};
const role = { resourceType: 'PractitionerRole', id: 'role-1', practitioner: { reference: 'Practitioner/ps-1' } };
const asked = {
  resourceType: 'ServiceRequest',
  id: 'sr-1',
  meta: { versionId: '1' },
  status: 'active',
  intent: 'order',
  category: [{ text: category }],
  code: { text: 'Un plan' },
  subject: { reference: 'Patient/pat-1' },
};
const task = (id = 'task-1', more: object = {}): object => ({
  resourceType: 'Task',
  id,
  meta: { versionId: '3', lastUpdated: '2026-03-01T09:00:00Z' },
  identifier: [{ system: 'urn:ietf:rfc:3986', value: 'urn:uuid:x' }],
  status: 'requested',
  intent: 'order',
  code: { text: category },
  focus: { reference: 'ServiceRequest/sr-1' },
  for: { reference: 'Patient/pat-1' },
  authoredOn: '2026-03-01T09:00:00Z',
  requester: { reference: 'PractitionerRole/role-1' },
  owner: { identifier: { system: 'https://finess.esante.gouv.fr', value: '990000036' } },
  ...more,
});
const organization = {
  resourceType: 'Organization',
  id: 'org-1',
  identifier: [{ system: 'https://finess.esante.gouv.fr', value: '990000036' }],
};

const search = /^POST Task\/_search/;
const read = /^GET Task\/task-1$/;
const commit = /^POST $/;

function server(...routes: readonly Route[]): {
  readonly support: SupportBinding;
  readonly asked: readonly HttpRequest[];
} {
  const { binding, asked: requests } = played(
    ...routes,
    [/^POST Organization\/_search/, searchset([organization])],
    [/^POST PractitionerRole\/_search/, searchset([role])],
    [/^GET PractitionerRole\/role-1/, { body: role }],
    [/^GET Practitioner\/ps-1/, { body: practitioner }],
    [/^GET ServiceRequest\/sr-1/, { body: asked }],
    [read, { body: task() }],
  );
  return { support: binding.support as SupportBinding, asked: requests };
}

async function pagesOf(
  { support }: Pick<ReturnType<typeof server>, 'support'>,
  more: Partial<SupportQuery> = {},
  who: typeof camille | null = camille,
): Promise<SupportPage[]> {
  const pages = support.list(who, { ...query, ...more });
  const found: SupportPage[] = [];
  do found.push((await pages.next(call)).value);
  while (!found.at(-1)!.isLast);
  return found;
}
const idsOf = (pages: readonly SupportPage[]): string[] =>
  pages.flatMap(({ requests }) => requests.map(({ id }) => id));

describe('a list of requests for support', () => {
  it('of a server that ignores every condition and brings nothing along gives what was asked alone', async () => {
    const others = [
      task('done', { status: 'completed' }),
      task('old', { meta: { versionId: '1', lastUpdated: '2019-01-01T00:00:00Z' } }),
      task('care', { code: { text: 'Autre tâche' }, focus: undefined }),
    ];
    const ignoring = server([search, searchset([...others, task()])]);
    const [page, ...more] = await pagesOf(ignoring, { states: ['sent'], updatedSince: '2026-01-01T00:00:00Z' });
    expect(more).toEqual([]);
    expect(page).toMatchObject({ unread: 0, isComplete: true });
    expect(page?.requests).toMatchObject([{ id: 'task-1', need: 'Un plan', isOwn: true, version: '3' }]);
  });

  it('of a server that refuses conditions is asked with fewer', async () => {
    const bad = { status: 400, body: outcome({ severity: 'error', code: 'invalid' }) };
    const narrow = server([search, bad, bad, searchset([task()])]);
    expect(idsOf(await pagesOf(narrow, { states: ['sent'] }))).toEqual(['task-1']);
    const forms = narrow.asked.filter(({ url }) => url.endsWith('Task/_search')).map(bodyOf);
    expect(forms.map((form) => [form.includes('_include'), form.includes('status')])).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ]);
  });

  it('of who asked leaves out those of others, and counts those of whom nothing is told', async () => {
    const other = { ...practitioner, id: 'ps-2', identifier: [{ system: 'https://rpps.esante.gouv.fr', value: '9' }] };
    const otherRole = { ...role, id: 'role-2', practitioner: { reference: 'Practitioner/ps-2' } };
    const tasks = [
      task('theirs', { requester: { reference: 'PractitionerRole/role-2' } }),
      task('whose', { requester: undefined }),
      task(),
    ];
    const [page] = await pagesOf(
      server([search, searchset([...tasks, otherRole, other])], [/^GET Patient\/pat-1/, { status: 403, body: '' }]),
      {},
      null,
    );
    expect([page?.requests.map(({ id }) => id), page?.unread]).toEqual([['task-1'], 1]);
    const nobody = server([/^POST PractitionerRole\/_search/, searchset([])]);
    expect(await pagesOf(nobody, {}, null)).toMatchObject([{ requests: [], isLast: true, isComplete: true }]);
  });

  it.each<[string, object]>([
    ['another patient', { for: { reference: 'Patient/pat-2' } }],
    ['nobody', { for: undefined }],
  ])('with a request of %s is refused as a whole', async (_, more) => {
    const list = pagesOf(server([search, searchset([task(), task('other', more)])]));
    await expect(list).rejects.toMatchObject({ code: 'TE_PROTOCOL', details: { reason: 'other-patient' } });
  });

  it('counts what may mean its contrary, and what does not say what it asks, as unread', async () => {
    const modified = task('m', { modifierExtension: [{ url: 'https://x.example/not', valueBoolean: true }] });
    const lost = task('lost', { focus: { reference: 'ServiceRequest/gone' } });
    const not = { ...asked, id: 'sr-2', doNotPerform: true };
    const turned = task('turned', { focus: { reference: 'ServiceRequest/sr-2' } });
    const [page] = await pagesOf(
      server(
        [search, searchset([modified, lost, turned, task(), not])],
        [/^GET ServiceRequest\/gone/, { status: 404, body: '' }],
      ),
    );
    expect([page?.requests.map(({ id }) => id), page?.unread]).toEqual([['task-1'], 3]);
  });
});

const response = (...entries: object[]): Scripted => ({
  body: { resourceType: 'Bundle', type: 'transaction-response', entry: entries.map((each) => ({ response: each })) },
});
const done = { status: '200 OK', location: 'X/1' };
const madeTask = { status: '201 Created', location: 'https://inner:8443/fhir/Task/task-1/_history/1', etag: '1' };
const madeRequest = { status: '201 Created', location: 'ServiceRequest/sr-1/_history/1', etag: '1' };

describe('a request for support that is made', () => {
  it('names the record of the structure, and is told by a server behind a proxy', async () => {
    const { support, asked: sent } = server([commit, response(madeRequest, madeTask, done, done)]);
    const { value } = await support.request(camille, draft, call);
    expect(value).toEqual({ id: 'task-1', version: '1', uniqueId, state: 'sent', existed: false });
    const bundle = JSON.parse(bodyOf(sent.at(-1))) as {
      entry: { resource: { owner?: object; performer?: object[] } }[];
    };
    const structure = {
      reference: 'Organization/org-1',
      type: 'Organization',
      identifier: { system: 'https://finess.esante.gouv.fr', value: '990000036' },
      display: 'DAC fictif',
    };
    expect(bundle.entry[0]?.resource.performer).toEqual([structure]);
    expect(bundle.entry[1]?.resource.owner).toEqual(structure);
  });

  it.each<[string, readonly object[]]>([
    ['the platform does not hold', []],
    ['is closed there', [{ ...organization, active: false }]],
    [
      'a server that ignores the question gives for it',
      [{ ...organization, identifier: [{ system: 'x', value: 'y' }] }],
    ],
  ])('goes nowhere to a structure that %s', async (_, held) => {
    const { support, asked: sent } = server([/^POST Organization\/_search/, searchset(held)]);
    expect((await support.reaches(draft.structure, call)).value).toBe(false);
    const refused = { code: 'TE_RECIPIENT_UNKNOWN', details: { reason: 'not-reached' } };
    await expect(support.request(camille, draft, call)).rejects.toMatchObject(refused);
    expect(sent.filter(({ url }) => /r4\/?$/.test(url))).toEqual([]);
  });

  it.each<[string, Scripted]>([
    ['504', { status: 504, body: '<html>' }],
    ['fewer entries than were sent', response(madeRequest)],
    ['200 and an outcome', { body: outcome({ severity: 'error', code: 'exception' }) }],
  ])('whose answer is %s is looked for, and told when it is nowhere', async (_, answer) => {
    const key = { system: 'urn:ietf:rfc:3986', value: '' };
    const there = server([commit, answer], [search, searchset([])]);
    const lost = await there.support.request(camille, draft, call).catch((error: unknown) => error);
    expect(lost).toMatchObject({ retryable: false, details: { unknownOutcome: true } });

    const form = new URLSearchParams(bodyOf(there.asked.findLast(({ url }) => url.endsWith('Task/_search'))));
    key.value = form.get('identifier')?.split('|')[1] ?? '';
    const kept = task('task-1', { identifier: [key] });
    const found = server([commit, answer], [search, searchset([kept])], [read, { body: kept }]);
    expect((await found.support.request(camille, draft, call)).value).toMatchObject({ id: 'task-1', existed: true });
    const other = { ...asked, code: { text: 'Autre chose' } };
    const taken = server(
      [commit, answer],
      [search, searchset([kept])],
      [read, { body: kept }],
      [/^GET ServiceRequest\/sr-1/, { body: other }],
    );
    await expect(taken.support.request(camille, draft, call)).rejects.toMatchObject({ code: 'TE_DUPLICATE' });
  });
});

describe('a request for support that is read, or withdrawn', () => {
  const history = (...versions: object[]): Scripted => ({
    body: { resourceType: 'Bundle', type: 'history', entry: versions.map((resource) => ({ resource })) },
  });

  it('tells its steps in their order, or that the server keeps none', async () => {
    const at = (status: string, lastModified: string): object => task('task-1', { status, lastModified });
    const steps = [at('requested', '2026-03-01T09:00:00Z'), at('received', '2026-03-02T09:00:00Z')];
    for (const order of [steps, [...steps].reverse()]) {
      const { support } = server([/_history$/, history(...order)]);
      const { value } = await support.get(camille, 'task-1', call);
      expect(value.history?.map(({ state }) => state)).toEqual(['sent', 'received']);
    }
    const none = server([/_history$/, { status: 405, body: '' }]);
    expect((await none.support.get(camille, 'task-1', call)).value.history).toBeNull();
    const other = server([/_history$/, history(task('task-1', { for: { reference: 'Patient/pat-2' } }))]);
    await expect(other.support.get(camille, 'task-1', call)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
  });

  it('is not written where the server loses versions, and told where it did not compare them', async () => {
    const bare = task('task-1', { meta: {} });
    const { support, asked: sent } = server([read, { body: bare }]);
    const blind = support.cancel(camille, { id: 'task-1', version: null }, null, call);
    await expect(blind).rejects.toMatchObject({ code: 'TE_PROTOCOL', details: { reason: 'no-version' } });
    expect(sent.filter(({ url, method }) => method === 'POST' && /r4\/?$/.test(url))).toEqual([]);

    const jumped = { status: '200 OK', location: 'Task/task-1/_history/5', etag: 'W/"5"' };
    const careless = server([commit, response(jumped, { ...jumped, location: 'ServiceRequest/sr-1' })]);
    const lost = careless.support.cancel(camille, { id: 'task-1', version: '3' }, null, call);
    await expect(lost).rejects.toMatchObject({
      code: 'TE_CONFLICT',
      details: { reason: 'lost-update', written: true },
    });
  });

  it('keeps what nobody here knows, digits included, and both versions are compared', async () => {
    const x = '{"url":"https://editeur.example/x","valueDecimal":1.50}';
    const text = JSON.stringify(task('task-1', { extension: ['x'] })).replace('"x"', x);
    const answer = { status: '200 OK', location: 'Task/task-1/_history/4', etag: 'W/"4"' };
    const { support, asked: sent } = server(
      [read, { body: text }],
      [commit, response(answer, { ...answer, location: 'ServiceRequest/sr-1/_history/2' })],
    );
    const { value } = await support.cancel(camille, { id: 'task-1', version: '3' }, 'Déménagé', call);
    expect(value).toMatchObject({ version: '4', state: 'cancelled' });
    const body = bodyOf(sent.at(-1));
    expect(body).toContain(x);
    const { entry } = JSON.parse(body) as { entry: { request: object; resource: object }[] };
    expect(entry.map(({ request }) => request)).toEqual([
      { method: 'PUT', url: 'Task/task-1', ifMatch: 'W/"3"' },
      { method: 'PUT', url: 'ServiceRequest/sr-1', ifMatch: 'W/"1"' },
    ]);
    expect(entry.map(({ resource }) => resource)).toMatchObject([
      { status: 'cancelled', statusReason: { text: 'Déménagé' } },
      { status: 'revoked', code: { text: 'Un plan' } },
    ]);
  });
});
