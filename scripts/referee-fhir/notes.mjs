import assert from 'node:assert/strict';

import { ask, bindingOf, call, interceptor, isTransaction, racing } from './binding.mjs';

const pdf = Buffer.from('%PDF-1.7\nfictif\n%%EOF');

/** The liaison book: written, answered, read page by page, changed by version, taken back. */
export function noteOperations(world) {
  const { testing, transport, http, url, TerrESanteError } = world;
  const patient = { ...testing.fictivePatient(), localId: { system: '2.999.1.10', value: 'NOTES-1' } };
  const bound = { localId: patient.localId, traits: patient.traits, ins: null };
  const options = { http, baseUrl: url, allowPatientInAddress: true, environment: 'test' };
  const patients = transport.createFhirPatientIdentityClient(options);
  const colleague = {
    ...testing.fictiveProfessional(),
    nationalId: '899900000290',
    familyName: 'CONFRERE',
    givenName: 'SACHA',
  };
  const { notes } = bindingOf(world);
  const { notes: others } = bindingOf(world, { professional: colleague });
  const made = {};

  const note = (more = {}) => ({
    uniqueId: crypto.randomUUID(),
    type: 'OBS',
    title: null,
    text: 'Pansement refait, plaie propre.',
    files: [],
    isEmergency: null,
    visibility: null,
    date: new Date(Date.now() - 1_000).toISOString(),
    repliesTo: null,
    ...more,
  });
  const query = { types: [], from: null, until: null, author: null, includeRetracted: false };
  const list = async (more = {}, by = notes) => {
    const found = [];
    const pages = by.list(bound, { ...query, ...more });
    for (let isLast = false; !isLast;) {
      const { value } = await pages.next(call);
      found.push(...value.notes);
      ({ isLast } = value);
      assert.equal(value.isComplete, true);
    }
    return found;
  };
  const noteUrl = () => `${url}/DocumentReference/${made.first.id}`;
  const refused = (promise, code) =>
    assert.rejects(promise, (error) => error instanceof TerrESanteError && error.code === code);

  return [
    { name: 'notes: the patient', send: () => patients.feed({ event: 'add', patient }) },
    {
      name: 'notes.create, with a PDF',
      send: async () => {
        const files = [{ bytes: pdf, mimeType: 'application/pdf', title: 'Ordonnance' }];
        made.note = note({ files, title: 'Jambe', isEmergency: true });
        made.first = (await notes.create(bound, made.note, call)).value;
        assert.equal(made.first.existed, false);
      },
    },
    {
      name: 'notes.create, the same again, and another under its UUID',
      send: async () => {
        const again = (await notes.create(bound, made.note, call)).value;
        assert.deepEqual([again.id, again.existed], [made.first.id, true]);
        await refused(notes.create(bound, { ...made.note, text: 'Autre.' }, call), 'TE_DUPLICATE');
      },
    },
    {
      name: 'notes.create, its answer lost',
      send: async () => {
        const lost = interceptor(world, {
          after: (request, stream) => (isTransaction(request) ? { ...stream, status: 504, body: empty() } : stream),
        });
        const { value } = await bindingOf(world, { http: lost }).notes.create(bound, note({ type: 'GEN' }), call);
        assert.equal(value.existed, true);
      },
    },
    {
      name: 'notes.create, masked, and replies of a colleague',
      send: async () => {
        await notes.create(bound, note({ type: 'INST', visibility: 'MASQUE_PSOCIAL' }), call);
        for (const text of ['Et la fièvre ?', 'Et la douleur ?']) {
          await others.create(bound, note({ type: 'DEM-AVIS', text, repliesTo: made.first.id }), call);
        }
      },
    },
    {
      name: 'notes.list, page after page',
      send: async () => {
        const found = await list();
        assert.deepEqual(found.map(({ type }) => type).sort(), ['DEM-AVIS', 'DEM-AVIS', 'GEN', 'INST', 'OBS']);
        const first = found.find(({ id }) => id === made.first.id);
        assert.deepEqual([first.isOwn, first.isEmergency, first.title], [true, true, 'Jambe']);
        assert.deepEqual(
          first.attachments.map(({ size }) => size),
          [pdf.length],
        );
        const reply = found.find(({ repliesTo }) => repliesTo.length > 0);
        assert.deepEqual([reply.repliesTo, reply.isOwn], [[made.first.id], false]);
        assert.match(reply.authors[0].displayName, /CONFRERE/);
      },
    },
    {
      name: 'notes.list, by type, date and author',
      send: async () => {
        assert.equal((await list({ types: ['GEN', 'INST'] })).length, 2);
        assert.equal((await list({ until: '2020-01-01T00:00:00Z' })).length, 0);
        assert.equal((await list({ from: '2020-01-01T00:00:00Z' })).length, 5);
        const author = { system: '1.2.250.1.71.4.2.1', value: colleague.nationalId };
        assert.equal((await list({ author })).length, 2);
      },
    },
    {
      name: 'notes.list, of a server that refuses a condition',
      refusals: [400],
      send: async () => {
        const narrow = interceptor(world, {
          before: (request) => {
            const form = request.body instanceof Uint8Array ? Buffer.from(request.body).toString() : '';
            if (!form.includes('_include')) return null;
            return { ...request, body: Buffer.from(`${form}&inconnu=1`) };
          },
        });
        assert.equal((await list({ types: ['GEN'] }, bindingOf(world, { http: narrow }).notes)).length, 1);
      },
    },
    {
      name: 'notes.fetch',
      send: async () => {
        const { value } = await notes.fetch(bound, { id: made.first.id, index: 1 }, 1_000, call);
        assert.ok(Buffer.from(value.bytes).equals(pdf));
        await refused(notes.fetch(bound, { id: made.first.id, index: 1 }, 5, call), 'TE_TOO_LARGE');
      },
    },
    {
      name: 'notes.update, unknown elements kept',
      send: async () => {
        const x = { url: 'https://editeur.example/x', valueDecimal: 1.5 };
        const current = await ask(world, 'GET', noteUrl());
        await ask(world, 'PUT', noteUrl(), { ...current, extension: [...(current.extension ?? []), x] });
        const [read] = (await list()).filter(({ id }) => id === made.first.id);
        made.first = (await notes.update(bound, read, { text: 'Plaie rouge.', visibility: 'MASQUE_PT' }, call)).value;
        const after = await ask(world, 'GET', noteUrl());
        assert.ok(after.extension.some(({ url: address }) => address === x.url));
        assert.equal(after.content.length, 2);
        assert.equal(Buffer.from(after.content[0].attachment.data, 'base64').toString(), 'Plaie rouge.');
      },
    },
    {
      name: 'notes.update, over a version that is gone, and while another writes',
      refusals: [409, 412],
      send: async () => {
        await refused(notes.update(bound, { ...made.first, version: '1' }, { title: 'x' }, call), 'TE_CONFLICT');
        const isPut = ({ method }) => method === 'PUT';
        const meanwhile = racing(world, isPut, noteUrl(), (resource) => ({ ...resource, description: 'Entre-temps' }));
        const by = bindingOf(world, { http: meanwhile }).notes;
        await refused(by.update(bound, made.first, { title: 'Perdu' }, call), 'TE_CONFLICT');
        assert.equal((await ask(world, 'GET', noteUrl())).description, 'Entre-temps');
        await refused(others.update(bound, { ...made.first, version: '4' }, { title: 'x' }, call), 'TE_FORBIDDEN');
      },
    },
    {
      name: 'notes.retract, twice',
      send: async () => {
        const [read] = (await list()).filter(({ id }) => id === made.first.id);
        const { value } = await notes.retract(bound, read, call);
        assert.equal((await notes.retract(bound, value, call)).value.version, value.version);
        assert.equal((await list()).length, 4);
        const all = await list({ includeRetracted: true });
        assert.equal(all.find(({ id }) => id === made.first.id).status, 'entered-in-error');
        await refused(others.create(bound, note({ repliesTo: made.first.id }), call), 'TE_CONFLICT');
      },
    },
    {
      name: 'notes: each, whole, under its profile',
      send: async () => {
        for (const { id } of await list({ includeRetracted: true })) {
          const resource = await ask(world, 'GET', `${url}/DocumentReference/${id}`);
          const answer = await ask(world, 'POST', `${url}/DocumentReference/$validate`, resource);
          assert.deepEqual(
            answer.issue.filter(({ severity }) => ['error', 'fatal'].includes(severity)),
            [],
          );
        }
      },
    },
  ];
}

async function* empty() {
  // No byte comes.
}
