import { describe, expect, it } from 'vitest';

import type { NewNote, NotePage, NoteQuery, NotesBinding } from '../../../src/transport/binding/notes.ts';
import { writeNote } from '../../../src/transport/cdl/write-note.ts';
import type { HttpRequest } from '../../../src/transport/index.ts';
import { call, caller, camille } from './played-binding.ts';
import { base, next, played, searchset as bundle, type Route } from './routed-server.ts';
import { bodyOf, outcome, type Scripted } from './scripted-server.ts';

/*
 * Kinds of section I of the cases of other servers, for the notes of a liaison book: what a search,
 * a transaction, an update and a content may bring.
 */
const uniqueId = '7c0d9c1e-0000-4000-8000-000000000009';
const query: NoteQuery = { types: [], from: null, until: null, author: null, includeRetracted: false };
const draft: NewNote = {
  uniqueId,
  type: 'OBS',
  title: null,
  text: 'Pansement refait.',
  files: [],
  isEmergency: null,
  visibility: null,
  date: '2026-03-01T09:00:00Z',
  repliesTo: null,
};

const practitioner = {
  resourceType: 'Practitioner',
  id: 'ps-1',
  identifier: [{ system: 'urn:oid:1.2.250.1.71.4.2.1', value: caller.nationalId }],
  name: [{ family: 'PRATICIEN-ESSAI', given: ['DOMINIQUE'] }],
};
const role = { resourceType: 'PractitionerRole', id: 'role-1', practitioner: { reference: 'Practitioner/ps-1' } };
const references = { subject: 'Patient/pat-1', author: 'PractitionerRole/role-1', parent: null };
const noted = (id = 'note-1', more: object = {}): object => ({
  ...writeNote(draft, references),
  id,
  meta: { versionId: '3' },
  ...more,
});

/** A server that has the author of the notes. */
function server(...routes: readonly Route[]): { readonly notes: NotesBinding; readonly asked: readonly HttpRequest[] } {
  const { binding, asked } = played(
    ...routes,
    [/^GET PractitionerRole\/role-1/, { body: role }],
    [/^GET Practitioner\/ps-1/, { body: practitioner }],
  );
  return { notes: binding.notes as NotesBinding, asked };
}

const search = /^POST DocumentReference\/_search/;
const isSearch = ({ url, method }: HttpRequest): boolean =>
  method === 'POST' && url.endsWith('DocumentReference/_search');

async function pagesOf(
  { notes }: Pick<ReturnType<typeof server>, 'notes'>,
  asked: Partial<NoteQuery> = {},
): Promise<NotePage[]> {
  const pages = notes.list(camille, { ...query, ...asked });
  const found: NotePage[] = [];
  do found.push((await pages.next(call)).value);
  while (!found.at(-1)!.isLast);
  return found;
}
const idsOf = (pages: readonly NotePage[]): string[] => pages.flatMap(({ notes }) => notes.map(({ id }) => id));

describe('a list of notes', () => {
  it('of a server that brings the authors, leaves them out, or refuses to bring them, tells them all the same', async () => {
    const whole = server([search, bundle([noted(), role, practitioner])]);
    const bare = server([search, bundle([noted()])]);
    const refusing = server([
      search,
      { status: 400, body: outcome({ severity: 'error', code: 'invalid' }) },
      bundle([noted()]),
    ]);
    for (const each of [whole, bare, refusing]) {
      const [page] = await pagesOf(each);
      expect(page).toMatchObject({ isLast: true, isComplete: true, unread: 0 });
      expect(page?.notes[0]).toMatchObject({
        isOwn: true,
        version: '3',
        authors: [{ kind: 'professional', displayName: 'DOMINIQUE PRATICIEN-ESSAI' }],
      });
    }
    const forms = refusing.asked.filter(isSearch).map(bodyOf);
    expect(forms.map((form) => form.includes('_include'))).toEqual([true, false]);
  });

  it('of a server that ignores every condition gives what was asked alone', async () => {
    const others = [
      noted('gen', {
        type: {
          coding: [{ system: 'https://mos.esante.gouv.fr/NOS/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote', code: 'GEN' }],
        },
      }),
      noted('old', { date: '2019-01-01' }),
      noted('undated', { date: undefined }),
      noted('back', { status: 'entered-in-error' }),
      { ...noted('letter'), type: { coding: [{ system: 'http://loinc.org', code: '11490-0' }] } },
    ];
    const asked = { types: ['OBS'] as const, from: '2026-01-01T00:00:00.500Z' };
    const ignoring = server([search, bundle([...others, noted()])]);
    expect(idsOf(await pagesOf(ignoring, asked))).toEqual(['note-1']);
    // Servers compare whole seconds: the bound is asked for a little wider.
    expect(decodeURIComponent(bodyOf(ignoring.asked.find(isSearch)))).toContain('date=ge2026-01-01T00:00:00Z');
    const author = { system: '1.2.250.1.71.4.2.1', value: '899900000290' };
    expect(idsOf(await pagesOf(ignoring, { author }))).toEqual([]);
  });

  it.each<[string, object]>([
    ['another patient', { subject: { reference: 'Patient/pat-2' } }],
    ['the same id on no patient', { subject: { reference: 'Group/pat-1' } }],
    ['another patient by an identifier', { subject: { identifier: { system: 'urn:oid:2.999.1.10', value: 'PAT-9' } } }],
    ['nobody', { subject: undefined }],
  ])('with a note of %s is refused as a whole', async (_, more) => {
    const list = pagesOf(server([search, bundle([noted(), noted('other', more)])]));
    await expect(list).rejects.toMatchObject({ code: 'TE_PROTOCOL', details: { reason: 'other-patient' } });
  });

  it('knows the patient by an identifier alone', async () => {
    const logical = { subject: { identifier: { system: 'urn:oid:2.999.1.10', value: 'PAT-000123' } } };
    expect(idsOf(await pagesOf(server([search, bundle([noted('n', logical)])])))).toEqual(['n']);
  });

  it('counts what may mean its contrary, and what is no note, as unread', async () => {
    const modified = noted('m', { modifierExtension: [{ url: 'https://x.example/not', valueBoolean: true }] });
    const [page] = await pagesOf(server([search, bundle([modified, noted('d', { status: 'draft' }), noted()])]));
    expect([page?.notes.map(({ id }) => id), page?.unread]).toEqual([['note-1'], 2]);
  });

  it('goes on over an empty page, gives each note once, and tells an end that came too early', async () => {
    const pages = server(
      [search, bundle([noted('a'), role, practitioner], { total: 9, ...next('?_getpages=1') })],
      [/_getpages=1/, bundle([], next('?_getpages=2'))],
      [/_getpages=2/, bundle([noted('a'), noted('b')])],
    );
    const read = await pagesOf(pages);
    expect(read.map(({ isLast, isComplete }) => [isLast, isComplete])).toEqual([
      [false, true],
      [false, true],
      [true, false],
    ]);
    expect(idsOf(read)).toEqual(['a', 'b']);
    // Who came with the first page is known on the last.
    expect(pages.asked.filter(({ url }) => url.includes('Practitioner'))).toEqual([]);
  });

  it('begins again once when the server forgot its pages', async () => {
    const forgetful = server(
      [search, bundle([noted('a')], next('?_getpages=1')), bundle([noted('a'), noted('b')])],
      [/_getpages=1/, { status: 410, body: outcome({ severity: 'error', code: 'deleted' }) }],
    );
    expect(idsOf(await pagesOf(forgetful))).toEqual(['a', 'b']);
  });

  it.each<[string, Scripted, string]>([
    ['another host', bundle([noted()], next('https://fhir.example.evil/r4?_getpages=1')), 'TE_PROTOCOL'],
    ['itself', bundle([noted()], next('?_getpages=1')), 'TE_PROTOCOL'],
  ])('whose next page is %s ends in an error', async (_, answer, code) => {
    const played = server([search, answer], [/_getpages=1/, bundle([noted('b')], next('?_getpages=1'))]);
    await expect(pagesOf(played)).rejects.toMatchObject({ code });
    expect(played.asked.every(({ url }) => url.startsWith(base))).toBe(true);
  });

  it.each<[string, Scripted, string]>([
    [
      '200 and an outcome that is an error',
      { body: outcome({ severity: 'error', code: 'exception' }) },
      'TE_UNAVAILABLE',
    ],
    [
      'an empty list with an error in it',
      bundle([outcome({ severity: 'error', code: 'processing' })], { total: 0 }),
      'TE_PROTOCOL',
    ],
    ['a sign-in page', { headers: { 'content-type': 'text/html' }, body: '<html>' }, 'TE_PROTOCOL'],
    ['another bundle', { body: { resourceType: 'Bundle', type: 'collection' } }, 'TE_PROTOCOL'],
    ['404', { status: 404, body: '' }, 'TE_CONFIG_INVALID'],
    ['403', { status: 403, body: '' }, 'TE_FORBIDDEN'],
  ])('answered by %s is never an empty one', async (_, answer, code) => {
    await expect(pagesOf(server([search, answer]))).rejects.toMatchObject({ code });
  });
});

const response = (...entries: object[]): Scripted => ({
  body: { resourceType: 'Bundle', type: 'transaction-response', entry: entries.map((each) => ({ response: each })) },
});
const created = {
  status: '201 Created',
  location: 'https://inner:8443/fhir/DocumentReference/note-1/_history/1',
  etag: '1',
};
const done = { status: '200 OK', location: 'X/1' };
const commit = /^POST $/;

describe('a note that is written', () => {
  it('is told by a server behind a proxy, and by one that tells nothing', async () => {
    const { notes, asked } = server([commit, response(created, done, done)]);
    const { value } = await notes.create(camille, draft, call);
    expect(value).toEqual({ id: 'note-1', version: '1', uniqueId, existed: false });
    const sent = JSON.parse(bodyOf(asked.at(-1))) as { entry: { request: object }[] };
    expect(sent.entry[0]?.request).toEqual({
      method: 'POST',
      url: 'DocumentReference',
      ifNoneExist: `identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Auuid%3A${uniqueId}`,
    });

    const silent = server([commit, response({ status: '201' }, done, done)], [search, bundle([noted()])]);
    expect((await silent.notes.create(camille, draft, call)).value).toMatchObject({
      id: 'note-1',
      version: '3',
      existed: false,
    });
    const nowhere = server([commit, response({ status: '201' }, done, done)], [search, bundle([])]);
    const failure = { code: 'TE_PROTOCOL', details: { reason: 'no-id', unknownOutcome: true } };
    await expect(nowhere.notes.create(camille, draft, call)).rejects.toMatchObject(failure);
  });

  it.each<[string, Scripted]>([
    ['504', { status: 504, body: '<html>' }],
    ['fewer entries than were sent', response(created)],
    ['200 and an outcome', { body: outcome({ severity: 'error', code: 'exception' }) }],
    ['a page', { headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['an entry that existed', response(done, done, done)],
  ])('answered by %s is looked for, and never sent again', async (_, answer) => {
    const kept = server([commit, answer], [search, bundle([noted()])]);
    expect((await kept.notes.create(camille, draft, call)).value).toMatchObject({
      id: 'note-1',
      version: '3',
      existed: true,
    });
    const posts = ({ asked }: typeof kept): number =>
      asked.filter(({ method, url }) => method === 'POST' && url === base).length;
    expect(posts(kept)).toBe(1);

    const other = server([commit, answer], [search, bundle([noted('n', { description: 'Autre' })])]);
    await expect(other.notes.create(camille, draft, call)).rejects.toMatchObject({ code: 'TE_DUPLICATE' });
    const foreign = server(
      [commit, answer],
      [search, bundle([noted('n', { subject: { reference: 'Patient/pat-2' } })])],
    );
    await expect(foreign.notes.create(camille, draft, call)).rejects.toMatchObject({ retryable: false });
    expect(posts(other) + posts(foreign)).toBe(2);
  });

  it('that is not found is told as one that may be there', async () => {
    for (const found of [bundle([]), { status: 503, body: '' }]) {
      const lost = server([commit, { status: 504, body: '' }], [search, found]);
      const failure = { retryable: false, details: { unknownOutcome: true } };
      await expect(lost.notes.create(camille, draft, call)).rejects.toMatchObject(failure);
    }
  });

  it.each<[string, Scripted, string]>([
    [
      'several of its UUID',
      { status: 412, body: outcome({ severity: 'error', code: 'multiple-matches' }) },
      'TE_CONFLICT',
    ],
    [
      'a content that is refused by 500',
      { status: 500, body: outcome({ severity: 'error', code: 'invariant' }) },
      'TE_VALIDATION',
    ],
    ['an access that is refused', { status: 403, body: '' }, 'TE_FORBIDDEN'],
  ])('ends with %s', async (_, answer, code) => {
    await expect(server([commit, answer]).notes.create(camille, draft, call)).rejects.toMatchObject({ code });
  });

  it('sends again once what met another, and answers no note that is gone or somebody else’s', async () => {
    const meeting = server([commit, { status: 409, body: '' }, response(created, done, done)]);
    expect((await meeting.notes.create(camille, draft, call)).value.id).toBe('note-1');

    const reply = { ...draft, repliesTo: 'note-9' };
    for (const [parent, code] of [
      [{ body: noted('note-9', { status: 'entered-in-error' }) }, 'TE_CONFLICT'],
      [{ body: noted('note-9', { subject: { reference: 'Patient/pat-2' } }) }, 'TE_PROTOCOL'],
      [{ body: { ...noted('note-9'), type: { coding: [] } } }, 'TE_NOT_FOUND'],
      [{ body: noted('note-8') }, 'TE_PROTOCOL'],
      [{ status: 410, body: '' }, 'TE_NOT_FOUND'],
    ] as const) {
      const played = server([/^GET DocumentReference\/note-9/, parent], [commit, response(created, done, done)]);
      await expect(played.notes.create(camille, reply, call)).rejects.toMatchObject({ code });
      expect(played.asked.some(({ url }) => url === base)).toBe(false);
    }
  });
});

describe('a note that is changed', () => {
  const read = /^GET DocumentReference\/note-1/;
  const write = /^PUT DocumentReference\/note-1/;
  const version = { id: 'note-1', version: '3' };
  const puts = ({ asked }: ReturnType<typeof server>): HttpRequest[] => asked.filter(({ method }) => method === 'PUT');
  const written = { body: noted('note-1', { meta: { versionId: '4' } }) };

  it.each<[string, object, string]>([
    ['its own word', { body: noted(), headers: { etag: 'W/"3-gzip"' } }, 'W/"3"'],
    ['a weak ETag', { body: noted('note-1', { meta: {} }), headers: { etag: 'W/"3"' } }, 'W/"3"'],
    ['a strong ETag', { body: noted('note-1', { meta: undefined }), headers: { etag: '"3"' } }, 'W/"3"'],
    ['a bare one', { body: noted('note-1', { meta: {} }), headers: { etag: '3' } }, 'W/"3"'],
  ])('is written over its version, by %s', async (_, answer, ifMatch) => {
    const played = server([read, answer], [write, written]);
    const { value } = await played.notes.update(camille, version, { title: 'x' }, call);
    expect(value.version).toBe('4');
    expect(puts(played).map(({ headers }) => headers?.['If-Match'])).toEqual([ifMatch]);
  });

  it('takes an empty answer, and tells no version that nobody told', async () => {
    const empty = server([read, { body: noted() }], [write, { headers: { etag: 'W/"4"' }, body: '' }]);
    expect((await empty.notes.retract(camille, version, call)).value.version).toBe('4');
    const silent = server([read, { body: noted() }], [write, { body: '' }]);
    expect((await silent.notes.retract(camille, version, call)).value.version).toBeNull();
  });

  it.each<[string, Scripted, Scripted, object, number]>([
    ['no version at all', { body: noted('note-1', { meta: {} }) }, written, { code: 'TE_CONFLICT' }, 0],
    ['another version', { body: noted('note-1', { meta: { versionId: '4' } }) }, written, { code: 'TE_CONFLICT' }, 0],
    ['409', { body: noted() }, { status: 409, body: '' }, { code: 'TE_CONFLICT' }, 1],
    ['412', { body: noted() }, { status: 412, body: '' }, { code: 'TE_CONFLICT' }, 1],
    [
      'a version that jumps',
      { body: noted() },
      { body: noted('note-1', { meta: { versionId: '9' } }) },
      { code: 'TE_CONFLICT', details: { reason: 'lost-update', written: true } },
      1,
    ],
    ['504', { body: noted() }, { status: 504, body: '' }, { retryable: false, details: { unknownOutcome: true } }, 1],
    [
      'an outcome with 200',
      { body: noted() },
      { body: outcome({ severity: 'error', code: 'exception' }) },
      { details: { unknownOutcome: true } },
      1,
    ],
    [
      'a modifier',
      { body: noted('note-1', { implicitRules: 'https://x.example' }) },
      written,
      { code: 'TE_PROTOCOL' },
      0,
    ],
    [
      'somebody else as its author',
      { body: noted('note-1', { author: [{ reference: 'Patient/pat-1' }] }) },
      written,
      { code: 'TE_FORBIDDEN' },
      0,
    ],
  ])('meets %s: told, never written blindly nor twice', async (_, current, answer, failure, count) => {
    const played = server([read, current], [write, answer]);
    await expect(played.notes.update(camille, version, { title: 'x' }, call)).rejects.toMatchObject(failure);
    expect(puts(played)).toHaveLength(count);
  });

  it('without any version on both sides is not written either, unless the platform keeps none', async () => {
    const played = server([read, { body: noted('note-1', { meta: {} }) }], [write, written]);
    const none = { id: 'note-1', version: null };
    const failure = { code: 'TE_PROTOCOL', details: { reason: 'no-version' } };
    await expect(played.notes.update(camille, none, { title: 'x' }, call)).rejects.toMatchObject(failure);
    expect(puts(played)).toEqual([]);
  });
});

describe('the content of a note', () => {
  const read = /^GET DocumentReference\/note-1/;
  const attached = (attachment: object): Scripted => ({ body: noted('note-1', { content: [{ attachment }] }) });
  const bytes = Buffer.from('%PDF-1.7');
  const described = { contentType: 'application/pdf', url: 'Binary/1', size: bytes.length };
  const fetch = (answer: Scripted, maxBytes = 100, ...routes: Route[]): ReturnType<NotesBinding['fetch']> =>
    server([read, answer], ...routes).notes.fetch(camille, { id: 'note-1', index: 0 }, maxBytes, call);
  const binary: Route = [/^GET Binary\/1/, { headers: { 'content-type': 'application/pdf' }, body: bytes }];

  it('is carried, or fetched at its address', async () => {
    const data = bytes.toString('base64');
    expect((await fetch(attached({ contentType: 'application/pdf', data }))).value.bytes).toEqual(bytes);
    const { value } = await fetch(attached({ ...described, title: 'Plaie' }), 100, binary);
    expect([Buffer.from(value.bytes), value.mimeType, value.title]).toEqual([bytes, 'application/pdf', 'Plaie']);
  });

  it.each<[string, object, string]>([
    ['of another size', { ...described, size: 3 }, 'TE_PROTOCOL'],
    ['of another hash', { ...described, hash: '2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }, 'TE_PROTOCOL'],
    ['on another host', { ...described, url: 'https://ailleurs.example/Binary/1' }, 'TE_PROTOCOL'],
    ['that is a script', { ...described, url: 'javascript:alert(1)' }, 'TE_PROTOCOL'],
    ['that is nowhere', { contentType: 'application/pdf' }, 'TE_PROTOCOL'],
    ['that is no base64', { contentType: 'application/pdf', data: '<html>' }, 'TE_PROTOCOL'],
    ['carried, of another size', { contentType: 'application/pdf', data: 'QQ==', size: 5 }, 'TE_PROTOCOL'],
  ])('%s is not given out', async (_, attachment, code) => {
    await expect(fetch(attached(attachment), 100, binary)).rejects.toMatchObject({ code });
  });

  it('longer than is allowed, or of no such place, is refused', async () => {
    await expect(fetch(attached(described), 5, binary)).rejects.toMatchObject({ code: 'TE_TOO_LARGE' });
    await expect(fetch({ body: noted('note-1', { content: [] }) })).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
  });
});
