import assert from 'node:assert/strict';

import { ask, bindingOf, call, consentFor, interceptor, isTransaction, racing } from './binding.mjs';

const category = "Demande d'appui à la coordination";
const structure = { finess: '990000036', structureId: '1990000036', name: 'DAC fictif' };

/** Requests for support: made, followed, withdrawn by version; the structure answers in between. */
export function supportOperations(world) {
  const { testing, transport, http, url, TerrESanteError } = world;
  const patient = { ...testing.fictivePatient(), localId: { system: '2.999.1.10', value: 'SUPPORT-1' } };
  const bound = { localId: patient.localId, traits: patient.traits, ins: null };
  const options = { http, baseUrl: url, allowPatientInAddress: true, environment: 'test' };
  const patients = transport.createFhirPatientIdentityClient(options);
  const policies = { 'support-request': 'https://platform.example/policies/support' };
  const services = { support: { category, structures: 'listed' }, consentPolicies: policies };
  const over = (more = {}) => bindingOf(world, { services, ...more }).support;
  const support = over();
  const made = {};

  const request = (more = {}) => ({
    uniqueId: crypto.randomUUID(),
    structure,
    need: 'Plan personnalisé de coordination',
    reasons: [{ text: 'Maintien à domicile fragile', codes: [] }],
    urgency: 'urgent',
    documents: [],
    replyTo: 'cabinet@medecin.mssante.fr',
    consent: consentFor({ kinds: ['support-request'] }),
    date: new Date(Date.now() - 1_000).toISOString().replace(/\.\d+/, ''),
    ...more,
  });
  const list = async (who = bound, more = {}, by = support) => {
    const found = [];
    const pages = by.list(who, { states: [], updatedSince: null, ...more });
    for (let isLast = false; !isLast;) {
      const { value } = await pages.next(call);
      found.push(...value.requests);
      ({ isLast } = value);
      assert.deepEqual([value.isComplete, value.unread], [true, 0]);
    }
    return found;
  };
  const refused = (promise, code) =>
    assert.rejects(promise, (error) => error instanceof TerrESanteError && error.code === code);
  const taskUrl = () => `${url}/Task/${made.first.id}`;
  /** The structure moves its task on. */
  const answers = async (status, text) => {
    const task = await ask(world, 'GET', taskUrl());
    const x = { url: 'https://editeur.example/x', valueDecimal: 1.5 };
    await ask(world, 'PUT', taskUrl(), { ...task, status, statusReason: { text }, extension: [x] });
  };

  return [
    { name: 'support: the patient', send: () => patients.feed({ event: 'add', patient }) },
    {
      name: 'support.reaches, before and after the platform lists the structure',
      send: async () => {
        assert.equal((await support.reaches(structure, call)).value, false);
        await refused(support.request(bound, request(), call), 'TE_RECIPIENT_UNKNOWN');
        const type = {
          coding: [{ system: 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', code: 'FINEG' }],
        };
        await ask(world, 'POST', `${url}/Organization`, {
          resourceType: 'Organization',
          active: true,
          name: 'DAC fictif',
          identifier: [{ type, system: 'https://finess.esante.gouv.fr', value: structure.finess }],
        });
        assert.equal((await support.reaches(structure, call)).value, true);
      },
    },
    {
      name: 'support.request, the same again, and another under its UUID',
      send: async () => {
        made.request = request();
        made.first = (await support.request(bound, made.request, call)).value;
        assert.deepEqual([made.first.existed, made.first.state], [false, 'sent']);
        const again = (await support.request(bound, made.request, call)).value;
        assert.deepEqual([again.id, again.existed], [made.first.id, true]);
        await refused(support.request(bound, { ...made.request, need: 'Autre' }, call), 'TE_DUPLICATE');
      },
    },
    {
      name: 'support.request, its answer lost',
      send: async () => {
        const lost = interceptor(world, {
          after: (sent, stream) => (isTransaction(sent) ? { ...stream, status: 504, body: empty() } : stream),
        });
        const { value } = await over({ http: lost }).request(bound, request({ need: 'Autre' }), call);
        assert.equal(value.existed, true);
      },
    },
    {
      name: 'support.request, for information: it names nobody',
      send: async () => {
        const asked = request({ need: 'Quels relais de nuit ?', reasons: [], consent: null });
        made.information = (await support.request(null, asked, call)).value;
        assert.equal(made.information.existed, false);
      },
    },
    {
      name: 'support.list, of a patient and of who asked, page after page',
      send: async () => {
        assert.equal((await list()).length, 2);
        const mine = await list(null);
        assert.equal(mine.length, 3);
        const information = mine.find(({ id }) => id === made.information.id);
        assert.deepEqual([information.kind, information.need], ['information', 'Quels relais de nuit ?']);
        const own = mine.find(({ id }) => id === made.first.id);
        assert.ok(own.patientIds.some(({ value }) => value === 'SUPPORT-1'));
        assert.deepEqual([own.urgency, own.structure.name, own.isOwn], ['urgent', 'DAC fictif', true]);
        assert.equal((await list(bound, { states: ['rejected'] })).length, 0);
        assert.equal((await list(bound, { updatedSince: '2999-01-01T00:00:00Z' })).length, 0);
        assert.equal((await list(bound, { updatedSince: '2020-01-01T00:00:00Z' })).length, 2);
      },
    },
    {
      name: 'support.get, with what it went through',
      send: async () => {
        await answers('received', 'Reçue');
        await answers('accepted', 'Acceptée');
        const { value } = await support.get(bound, made.first.id, call);
        assert.deepEqual(
          value.history.map(({ state }) => state),
          ['sent', 'received', 'accepted'],
        );
        assert.equal(value.stateReason, 'Acceptée');
      },
    },
    {
      name: 'support.cancel, over a version that is gone, and while the structure begins',
      refusals: [409, 412],
      send: async () => {
        await refused(support.cancel(bound, made.first, null, call), 'TE_CONFLICT');
        made.read = (await support.get(bound, made.first.id, call)).value;
        const meanwhile = racing(world, isTransaction, taskUrl, (task) => ({ ...task, status: 'in-progress' }));
        await refused(over({ http: meanwhile }).cancel(bound, made.read, null, call), 'TE_CONFLICT');
        assert.equal((await ask(world, 'GET', taskUrl())).status, 'in-progress');
        await refused(support.cancel(bound, { ...made.read, version: '4' }, null, call), 'TE_CONFLICT');
      },
    },
    {
      name: 'support.cancel, unknown elements kept, and once more',
      send: async () => {
        await answers('accepted', 'Acceptée');
        const read = (await support.get(bound, made.first.id, call)).value;
        const { value } = await support.cancel(bound, read, 'Le patient a déménagé', call);
        assert.deepEqual([value.state, value.existed], ['cancelled', false]);
        const task = await ask(world, 'GET', taskUrl());
        assert.equal(task.extension[0].valueDecimal, 1.5);
        assert.equal((await ask(world, 'GET', `${url}/${task.focus.reference}`)).status, 'revoked');
        assert.equal((await support.cancel(bound, read, null, call)).value.existed, true);
      },
    },
    {
      name: 'measures.list, page after page, by code and time',
      send: async () => {
        const { entry } = await ask(world, 'GET', `${url}/Patient?identifier=urn:oid:2.999.1.10%7CSUPPORT-1`);
        const profile = 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-observation-body-weight';
        const system = 'http://terminology.hl7.org/CodeSystem/observation-category';
        for (const day of [1, 2, 3, 4]) {
          await ask(world, 'POST', `${url}/Observation`, {
            resourceType: 'Observation',
            meta: { profile: [profile] },
            status: day === 4 ? 'entered-in-error' : 'final',
            category: [{ coding: [{ system, code: 'vital-signs' }] }],
            code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
            subject: { reference: `Patient/${entry[0].resource.id}` },
            effectiveDateTime: `2026-03-0${String(day)}T08:00:00+01:00`,
            valueQuantity: { value: 70 + day, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
          });
        }
        const digits = async (more) => {
          const all = { codes: [], from: null, until: null, includeErrors: false, ...more };
          const pages = bindingOf(world).measures.list(bound, all);
          const found = [];
          for (let isLast = false; !isLast;) {
            const { value } = await pages.next(call);
            found.push(...value.measures.map((measure) => measure.value.digits));
            ({ isLast } = value);
          }
          return found;
        };
        assert.deepEqual(await digits({}), ['73', '72', '71']);
        assert.deepEqual(await digits({ codes: ['29463-7'], from: '2026-03-02T00:00:00Z' }), ['73', '72']);
        assert.deepEqual(await digits({ codes: ['8867-4'] }), []);
        assert.equal((await digits({ includeErrors: true })).length, 4);
      },
    },
    {
      name: 'support: each, whole, is valid',
      send: async () => {
        for (const { id } of await list(null)) {
          const task = await ask(world, 'GET', `${url}/Task/${id}`);
          await valid('Task', task);
          const focus = task.focus?.reference;
          if (focus) await valid('ServiceRequest', await ask(world, 'GET', `${url}/${focus}`));
        }
      },
    },
  ];

  async function valid(type, resource) {
    const answer = await ask(world, 'POST', `${url}/${type}/$validate`, resource);
    assert.deepEqual(
      answer.issue.filter(({ severity }) => ['error', 'fatal'].includes(severity)),
      [],
    );
  }
}

async function* empty() {
  // No byte comes.
}
