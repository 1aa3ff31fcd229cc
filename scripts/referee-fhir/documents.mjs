import assert from 'node:assert/strict';

/** MHD: deposits of one and of two documents, again, and replacing. */
export function documentOperations({ transport, testing, documents, http, url }) {
  const { fictivePatient, fictiveProfessional, fictiveStructure, demoLetterPdf } = testing;
  const patient = fictivePatient();
  const sourceId = '2.999.1.10';
  const channel = transport.createFhirTransport({ http, baseUrl: url });
  const person = { ...patient, localId: { system: '2.999.1.10', value: 'MHD-1' } };
  const letter = () =>
    documents.buildLetter({
      patient: { traits: person.traits, localId: person.localId, identityStatus: 'PROV' },
      author: { professional: fictiveProfessional(), structure: fictiveStructure() },
      patientConsent: true,
      pdf: demoLetterPdf(),
    });
  const patients = transport.createFhirPatientIdentityClient({
    http,
    baseUrl: url,
    allowPatientInAddress: true,
    environment: 'test',
  });
  const held = transport.createFhirDocuments({ http, baseUrl: url });
  const ids = [];
  let first;

  return [
    { name: 'ITI-104, for the deposits', send: () => patients.feed({ event: 'add', patient: person }) },
    {
      name: 'ITI-65, one document',
      send: async () => {
        first = documents.createSubmission([await letter()], { sourceId });
        assert.equal((await channel.deposit(first)).state, 'processed');
      },
    },
    {
      name: 'ITI-65, the same again',
      send: async () => assert.equal((await channel.deposit(first)).state, 'processed'),
    },
    {
      name: 'ITI-65, two documents',
      send: async () => channel.deposit(documents.createSubmission([await letter(), await letter()], { sourceId })),
    },
    {
      name: 'ITI-65, replacing',
      send: async () => {
        const entryUuid = await entryUuidOf(http, url, first.documents[0].entry.uniqueId);
        const next = await letter();
        const details = { [next.header.uniqueId]: { relations: [{ kind: 'replaces', entryUuid }] } };
        await channel.deposit(documents.createSubmission([next], { sourceId, details }));
        assert.equal(await statusOf(http, url, first.documents[0].entry.uniqueId), 'superseded');
      },
    },
    {
      name: 'ITI-67',
      send: async () => {
        const all = [];
        for await (const page of held.search(person.localId, { status: ['current', 'superseded'] })) {
          all.push(...page.documents);
        }
        assert.deepEqual([all.length, all.filter(({ status }) => status === 'superseded').length], [4, 1]);
        ids.push(...all.map(({ id }) => id));
      },
    },
    {
      name: 'ITI-68',
      send: async () => {
        for (const id of ids) assert.ok((await held.fetch(id)).bytes.length > 0);
      },
    },
    {
      name: 'ITI-65, unknown patient',
      send: async () => {
        const nobody = await documents.buildLetter({
          patient: {
            traits: person.traits,
            localId: { system: '2.999.1.10', value: 'NOBODY' },
            identityStatus: 'PROV',
          },
          author: { professional: fictiveProfessional(), structure: fictiveStructure() },
          patientConsent: true,
          pdf: demoLetterPdf(),
        });
        const submission = documents.createSubmission([nobody], { sourceId });
        await assert.rejects(channel.deposit(submission), { code: 'TE_NOT_FOUND' });
      },
    },
  ];
}

/** The description that the server has of a document. */
async function described(http, url, uniqueId) {
  const body = Buffer.from(`identifier=${encodeURIComponent(`urn:ietf:rfc:3986|urn:oid:${uniqueId}`)}`);
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'Cache-Control': 'no-cache' };
  const { body: answer } = await http.stream({
    method: 'POST',
    url: `${url}/DocumentReference/_search`,
    headers,
    body,
  });
  const chunks = [];
  for await (const chunk of answer) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()).entry[0].resource;
}

const statusOf = async (...asked) => (await described(...asked)).status;
const entryUuidOf = async (...asked) =>
  (await described(...asked)).identifier.find(({ use }) => use === 'official').value;
