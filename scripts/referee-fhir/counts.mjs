import assert from 'node:assert/strict';

import { ask, bindingOf, call, consentFor, interceptor } from './binding.mjs';

/** New documents of one patient and of all who are followed, and the documents of a dossier. */
export function countOperations(world) {
  const { testing, documents, transport, http, url } = world;
  const { localId, traits } = testing.fictivePatient();
  const patient = { localId: { ...localId, value: 'CDS-20' }, traits, ins: null };
  const regionalId = { system: '2.999.1.1', value: 'REGION-20' };
  const binding = bindingOf(world);
  const channel = transport.createFhirTransport({ http, baseUrl: url });
  const ids = [];
  const deposit = async (professional) => {
    const letter = await documents.buildLetter({
      patient: { traits, localId: patient.localId, identityStatus: 'PROV' },
      author: { professional, structure: testing.fictiveStructure() },
      patientConsent: true,
      pdf: testing.demoLetterPdf(),
    });
    await channel.deposit(documents.createSubmission([letter], { sourceId: '2.999.1.10' }));
    ids.push(letter.header.uniqueId);
  };
  const other = { ...testing.fictiveProfessional(), nationalId: '899900000029', familyName: 'SECOND' };
  const since = '2020-01-01T00:00:00Z';
  const counted = async (query) => (await binding.notifications.countForPatient(patient, query, call)).value.count;
  const countedForAll = async (query) => (await binding.notifications.countForPractitioner(query, call)).value;

  return [
    {
      name: 'notifications, a dossier without a document',
      send: async () => {
        const creation = { consent: consentFor(), sharing: 'shared', joinAs: 'PCP' };
        await binding.dossier.create(patient, creation, call);
        await regional(world, patient.localId, regionalId);
        assert.equal(await counted({ since, countOwnDeposits: true }), 0);
        assert.equal((await countedForAll({ since, countOwnDeposits: true })).count, 0);
      },
    },
    {
      name: 'careCircle.listMine, pages',
      send: async () => {
        const { value } = await binding.careCircle.listMine(call);
        assert.ok(value.length > 3);
        assert.deepEqual(
          value.flatMap((circle) => circle.regionalId ?? []),
          [regionalId],
        );
      },
    },
    {
      name: 'careCircle.listMine, pages that the server forgot',
      refusals: [404, 410],
      send: async () => {
        const mine = (await binding.careCircle.listMine(call)).value.map(({ id }) => id);
        const again = await bindingOf(world, { http: forgetting(world) }).careCircle.listMine(call);
        assert.deepEqual(again.value.map(({ id }) => id).sort(), mine.sort());
      },
    },
    {
      name: 'notifications, two deposits of others and one of our own',
      send: async () => {
        for (const author of [other, testing.fictiveProfessional(), other]) await deposit(author);
        assert.equal(await counted({ since, countOwnDeposits: true }), 3);
        assert.equal(await counted({ since, countOwnDeposits: false }), 2);
        assert.equal(await counted({ since: '2999-01-01T00:00:00Z', countOwnDeposits: true }), 0);
        const { count, perPatient } = await countedForAll({ since, countOwnDeposits: false });
        assert.deepEqual([count, perPatient], [2, [{ regionalId, count: 2 }]]);
      },
    },
    {
      name: 'notifications, a note beside the documents, by totals alone',
      refusals: [404],
      send: async () => {
        const { id } = await recordOf(world, patient.localId);
        const type = { coding: [{ system: noteTypes, code: 'OBS' }] };
        const content = [{ attachment: { contentType: 'text/plain', data: 'Tm90ZQ==' } }];
        const subject = { reference: `Patient/${id}` };
        const note = { resourceType: 'DocumentReference', status: 'current', type, subject, content };
        await ask(world, 'POST', `${world.url}/DocumentReference`, note);

        const { notifications } = bindingOf(world, { http: withoutSets(world) });
        const query = { since, countOwnDeposits: true };
        assert.equal((await notifications.countForPatient(patient, query, call)).value.count, 3);
        assert.equal((await notifications.countForPractitioner(query, call)).value.count, 3);
        assert.equal(await counted(query), 3);
        const held = transport.createFhirDocuments({ http, baseUrl: url });
        const listed = [];
        for await (const page of held.search(patient.localId)) listed.push(page);
        const all = listed.flatMap(({ documents }) => documents);
        assert.deepEqual([all.length, listed.at(-1).total], [3, 3]);
      },
    },
    {
      name: 'notifications.list, pages',
      send: async () => {
        const query = { since, countOwnDeposits: true, limit: 2 };
        const first = (await binding.notifications.list(patient, query, call)).value;
        const rest = (await binding.notifications.list(null, { ...query, cursor: first.next }, call)).value;
        assert.deepEqual([first.items.length, rest.items.length, rest.next], [2, 1, null]);
        assert.deepEqual([...first.items, ...rest.items].map(({ uniqueId }) => uniqueId).sort(), [...ids].sort());
      },
    },
    {
      name: 'documents.search, narrowed',
      // The page size of this server is 3, its parameters are those of the guides.
      send: async () => {
        const day = { from: '2020-01-01T00:00:00Z', to: '2999-01-01T00:00:00Z' };
        const all = { typeCodes: ['CERT_DECL', '96349-6'], classCodes: ['52', '10'] };
        for (const axis of ['act', 'creation', 'submission']) {
          const found = await searched(binding, patient, { ...all, period: { axis, ...day } });
          assert.deepEqual(found.map(({ uniqueId }) => uniqueId).sort(), [...ids].sort());
        }
        assert.deepEqual(await searched(binding, patient, { typeCodes: ['11502-2'] }), []);
        assert.deepEqual(await searched(binding, patient, { period: { axis: 'act', from: null, to: day.from } }), []);
      },
    },
    {
      name: 'documents.list and fetch',
      send: async () => {
        const value = await searched(binding, patient, { statuses: ['approved', 'deprecated'], isWhole: true });
        assert.deepEqual(value.map(({ uniqueId }) => uniqueId).sort(), [...ids].sort());
        for (const { uniqueId, size } of value) {
          const bytes = (await binding.documents.fetch(patient, uniqueId, 10_000_000, call)).value;
          assert.equal(bytes.length, size);
        }
      },
    },
    {
      name: 'documents.setVisibility, masked twice and shown again',
      send: async () => {
        const [uniqueId] = ids;
        const marks = { hiddenFromPatient: false, hiddenFromLegalRepresentatives: false };
        for (const hiddenFromProfessionals of [true, true, false]) {
          const visibility = { ...marks, hiddenFromProfessionals };
          await binding.documents.setVisibility(patient, { uniqueId, visibility }, call);
          const told = await searched(binding, patient, {});
          assert.deepEqual(told.find((one) => one.uniqueId === uniqueId).visibility, visibility);
        }
      },
    },
  ];
}

/** The documents of a query, all pages together. */
async function searched(binding, patient, query) {
  const usual = { statuses: ['approved'], typeCodes: [], classCodes: [], authorId: null, period: null, isWhole: false };
  const found = [];
  for await (const { value } of binding.documents.search(patient, { ...usual, ...query }, call)) {
    found.push(...value.documents);
  }
  return found;
}

const noteTypes = 'https://mos.esante.gouv.fr/NOS/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote';

/** A server that keeps no submission sets: it does not know their type. */
const withoutSets = (world) =>
  interceptor(world, {
    before: (request) => ({ ...request, url: request.url.replace('/List/_search', '/NoSuchType/_search') }),
  });

async function recordOf(world, { system, value }) {
  const { entry } = await ask(world, 'GET', `${world.url}/Patient?identifier=urn:oid:${system}%7C${value}`);
  return entry[0].resource;
}

/** The platform gives a patient the identifier of the region. */
async function regional(world, localId, { system: region, value: number }) {
  const resource = await recordOf(world, localId);
  const identifier = [...resource.identifier, { system: `urn:oid:${region}`, value: number }];
  await ask(world, 'PUT', `${world.url}/Patient/${resource.id}`, { ...resource, identifier });
}

/** The first link to a next page is one that the server does not know any more. */
function forgetting(world) {
  let isDone = false;
  return interceptor(world, {
    before: (request) => {
      if (isDone || !request.url.includes('_getpages=')) return request;
      isDone = true;
      return { ...request, url: request.url.replace(/_getpages=[^&]+/, `_getpages=${crypto.randomUUID()}`) };
    },
  });
}
