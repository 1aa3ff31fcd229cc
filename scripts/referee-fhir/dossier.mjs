import assert from 'node:assert/strict';

import {
  bindingOf,
  bindingOptions,
  call,
  consentFor,
  interceptor,
  isTransaction,
  racing,
  statusOf,
} from './binding.mjs';
import { circleOperations } from './circle.mjs';
import { countOperations } from './counts.mjs';

/** The operations of the `fhir-r4` binding: dossier, consents, care circle, counts. */
export function dossierOperations(world) {
  const { testing } = world;
  const { localId, traits } = testing.fictivePatient();
  const patient = { localId: { ...localId, value: 'CDS-1' }, traits, ins: null };
  const binding = bindingOf(world);
  const consent = consentFor();
  const creation = { consent, sharing: 'shared', joinAs: 'PCP' };
  const made = {};

  return [
    {
      name: 'dossier.status, nobody',
      send: async () => assert.match((await statusOf(binding, patient)).state, /^(?:absent|ambiguous)$/),
    },
    {
      name: 'dossier.create',
      send: async () => {
        made.id = (await binding.dossier.create(patient, creation, call)).value.careTeamId;
        assert.ok(made.id);
      },
    },
    {
      name: 'dossier.create, the same again',
      send: async () => assert.equal((await binding.dossier.create(patient, creation, call)).value.careTeamId, made.id),
    },
    {
      name: 'dossier.status, a member',
      send: async () => {
        const { state, membership, sharing, isTreatingPhysician } = await statusOf(binding, patient);
        assert.deepEqual([state, membership, sharing, isTreatingPhysician], ['exists', 'member', 'shared', true]);
      },
    },
    ...creationOperations(world),
    ...insOperations(world),
    ...mergedOperations(world),
    ...consentOperations(world, { binding, patient, consent }),
    ...circleOperations(world, { binding, patient, made }),
    ...countOperations(world),
  ];
}

/** A patient whom the server knows by the INS, under the local identifier of another practice. */
function insOperations(world) {
  const { localId, traits, ins } = world.testing.fictivePatients(9)[8];
  const elsewhere = { localId: { ...localId, value: 'INS-AILLEURS' }, traits, ins };
  const patient = { ...elsewhere, localId: { ...localId, value: 'INS-ICI' } };
  const creation = { consent: consentFor(), sharing: 'shared', joinAs: null };
  const status = async (asked, services) => statusOf(bindingOf(world, { services, regionalOid: null }), asked);

  return [
    {
      name: 'dossier.status by the INS, the dossier of another practice',
      send: async () => {
        await bindingOf(world).dossier.create(elsewhere, creation, call);
        assert.equal((await status(patient)).state, 'exists');
      },
    },
    {
      name: 'dossier.status by the INS, where an address may name the patient',
      refusals: [404],
      send: async () => assert.equal((await status(patient, { patientInAddress: true })).state, 'exists'),
    },
    {
      name: 'dossier.status by the INS, held under other traits',
      send: () =>
        assert.rejects(status({ ...patient, traits: { ...traits, firstName: 'AUTRE' } }), {
          code: 'TE_IDENTITY_MISMATCH',
          details: { traits: ['firstName'] },
        }),
    },
  ];
}

/** A local identifier that gave way to another, by a feed. */
function mergedOperations(world) {
  const { localId, traits } = world.testing.fictivePatients(10)[9];
  const patient = { localId: { ...localId, value: 'FUSION-1' }, traits, ins: null };
  const survivor = { ...patient, localId: { ...localId, value: 'FUSION-2' } };
  const patients = world.transport.createFhirPatientIdentityClient({
    http: world.http,
    baseUrl: world.url,
    allowPatientInAddress: true,
    environment: 'test',
  });
  const creation = { consent: consentFor(), sharing: 'shared', joinAs: null };
  const status = (asked, services) => statusOf(bindingOf(world, { services, regionalOid: null }), asked);

  return [
    {
      name: 'dossier.status by an identifier that gave way',
      send: async () => {
        await bindingOf(world).dossier.create(survivor, creation, call);
        await patients.feed({ event: 'add', patient });
        await patients.feed({ event: 'merge', patient: survivor, replaces: patient.localId });
        assert.equal((await status(patient)).state, 'exists');
      },
    },
    {
      name: 'dossier.status by an identifier that gave way, where an address may name the patient',
      refusals: [404],
      send: async () => assert.equal((await status(patient, { patientInAddress: true })).state, 'exists'),
    },
    {
      name: 'dossier.status by an identifier that gave way to other traits',
      send: () =>
        assert.rejects(status({ ...patient, traits: { ...traits, firstName: 'AUTRE' } }), {
          code: 'TE_IDENTITY_MISMATCH',
        }),
    },
  ];
}

/** A creation whose answer is lost, two at once, one for whom an address may name the patient. */
function creationOperations(world) {
  const [, lost, twice, named, refused] = world.testing
    .fictivePatients(5)
    .map(({ localId, traits }, index) => ({ localId: { ...localId, value: `CDS-1${index}` }, traits, ins: null }));
  const creationFor = (more = {}) => ({ consent: consentFor(more), sharing: 'shared', joinAs: 'PCP' });

  return [
    {
      name: 'dossier.create, its answer lost',
      send: async () => {
        const binding = bindingOf(world, { http: losing(world) });
        const { careTeamId } = (await binding.dossier.create(lost, creationFor(), call)).value;
        assert.equal((await bindingOf(world).careCircle.get(lost, call)).value.id, careTeamId);
      },
    },
    {
      name: 'dossier.create, twice at once',
      // The one that comes second is sent again, and finds what the first one made.
      refusals: [409],
      send: async () => {
        const creation = creationFor();
        const both = [0, 1].map(() => bindingOf(world).dossier.create(twice, creation, call));
        const [first, second] = (await Promise.all(both)).map(({ value }) => value.careTeamId);
        assert.ok(first);
        assert.equal(first, second);
      },
    },
    {
      name: 'dossier.create, where an address may name the patient',
      send: async () => {
        // HAPI is asked for no domain: it refuses one that its first records do not have.
        const binding = bindingOf(world, { services: { patientInAddress: true }, regionalOid: null });
        const consent = consentFor({ givenBy: 'legal-representative', mode: 'electronic' });
        const creation = { consent, sharing: 'not-shared', joinAs: null };
        assert.ok((await binding.dossier.create(named, creation, call)).value.careTeamId);
        const { state, sharing, membership } = await statusOf(binding, named);
        assert.deepEqual([state, sharing, membership], ['exists', 'not-shared', 'not-member']);
        const [stored] = (await binding.consent.list(named, call)).value;
        assert.deepEqual([stored.givenBy, stored.mode], ['legal-representative', 'electronic']);
      },
    },
    {
      name: 'dossier.create, refused',
      refusals: [400, 422],
      send: async () => {
        const creation = { ...creationFor(), joinAs: 'TWO  SPACES' };
        const error = await bindingOf(world)
          .dossier.create(refused, creation, call)
          .catch((reason) => reason);
        assert.deepEqual([error.code, error.details?.unknownOutcome], ['TE_VALIDATION', false]);
        assert.match((await statusOf(bindingOf(world), refused)).state, /^(?:absent|ambiguous)$/);
      },
    },
    {
      name: 'a transaction that the server answers for in part',
      send: async () => {
        // Two conditional updates of one identity: HAPI keeps one, and does not say so.
        const url = 'Patient?identifier=urn%3Aoid%3A2.999.1.10%7CTWIN';
        const resource = { resourceType: 'Patient', identifier: [{ system: 'urn:oid:2.999.1.10', value: 'TWIN' }] };
        const entries = [1, 2].map(() => ({
          fullUrl: `urn:uuid:${crypto.randomUUID()}`,
          resource,
          request: { method: 'PUT', url },
        }));
        const sent = world.sendTransaction(
          new world.FhirCall(bindingOptions(world), call),
          world.profiles.change,
          entries,
        );
        await assert.rejects(
          sent,
          ({ code, details }) => code === 'TE_PROTOCOL' && details.reason === 'dropped-entries',
        );
      },
    },
  ];
}

/** The connection is cut after a transaction was done, before its answer was read. */
function losing(world) {
  return interceptor(world, {
    after: (request, stream) => {
      if (!isTransaction(request)) return stream;
      stream.discard();
      throw new world.TerrESanteError('TE_UNAVAILABLE', 'Connexion coupée.', {
        retryable: true,
        details: { networkCode: 'ECONNRESET' },
      });
    },
  });
}

function consentOperations(world, { binding, patient, consent }) {
  const withdrawal = { id: consent.id, kinds: consent.kinds, at: '2026-03-02T09:00:00Z', reason: null };
  return [
    {
      name: 'consent.get',
      send: async () => {
        const found = (await binding.consent.list(patient, call)).value;
        assert.deepEqual(
          found.map(({ id, status, mode, kinds, collectedAt }) => [id, status, mode, kinds, collectedAt]),
          [[consent.id, 'active', 'oral', consent.kinds, consent.collectedAt]],
        );
      },
    },
    {
      name: 'consent.withdraw, while another writes',
      refusals: [409, 412],
      send: async () => {
        const isPut = ({ method }) => method === 'PUT';
        const changed = (resource) => ({ ...resource, language: 'fr-FR' });
        const http = racing(world, isPut, ({ url }) => url, changed);
        const { value } = await bindingOf(world, { http }).consent.withdraw(patient, withdrawal, call);
        assert.deepEqual([value.status, value.withdrawnAt], ['withdrawn', withdrawal.at]);
      },
    },
    {
      name: 'consent.withdraw, again',
      send: async () =>
        assert.equal((await binding.consent.withdraw(patient, withdrawal, call)).value.status, 'withdrawn'),
    },
  ];
}
