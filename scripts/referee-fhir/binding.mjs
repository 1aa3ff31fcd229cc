import assert from 'node:assert/strict';

export const call = { assertion: '<Assertion/>', correlationId: 'referee' };

/** What the binding is made with, for a platform that tells no patient in an address. */
export function bindingOptions({ testing, http, url }, { services = {}, ...more } = {}) {
  const { origin, pathname } = new URL(url);
  const policies = 'https://platform.example/policies/';
  return {
    url: origin,
    http,
    runtime: { clock: { now: () => Date.now() }, ids: { uuid: () => crypto.randomUUID() } },
    professional: testing.fictiveProfessional(),
    structure: testing.fictiveStructure(),
    regionalOid: '2.999.1.1',
    environment: 'test',
    services: {
      path: pathname,
      authorization: 'none',
      patientInAddress: false,
      dialect: 'v2-0445',
      replaceStyle: 'patch',
      versioned: true,
      roleSystem: 'urn:oid:2.999.1.10.8',
      structureSystem: 'https://finess.esante.gouv.fr',
      consentPolicies: { 'dossier-creation': `${policies}creation`, 'join-circle': `${policies}join` },
      ...services,
    },
    ...more,
  };
}

export const bindingOf = (world, more) => world.createFhirBinding(bindingOptions(world, more));

/** The receipt of a consent, another one each time. */
export function consentFor(more = {}) {
  return {
    id: crypto.randomUUID(),
    kinds: ['dossier-creation', 'join-circle'],
    givenBy: 'patient',
    mode: 'oral',
    collectedAt: '2026-03-01T09:14:00Z',
    hash: '0'.repeat(64),
    ...more,
  };
}

export const statusOf = async (binding, patient) => (await binding.dossier.status(patient, call)).value;

/** A connection on which something happens: another request, another answer, once. */
export function interceptor({ http }, { before = () => null, after = (_request, stream) => stream }) {
  return {
    ...http,
    stream: async (request) => {
      const meant = (await before(request)) ?? request;
      return after(meant, await http.stream(meant));
    },
  };
}

/** What somebody else asks of the server, by a request that the library did not make. */
export async function ask({ http }, method, url, resource) {
  const stream = await http.stream({
    method,
    url,
    headers: {
      Accept: 'application/fhir+json',
      'Cache-Control': 'no-cache',
      ...(resource && { 'Content-Type': 'application/fhir+json' }),
    },
    ...(resource && { body: Buffer.from(JSON.stringify(resource)) }),
  });
  const chunks = [];
  for await (const chunk of stream.body) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  assert.ok(stream.status < 300, text.slice(0, 2_000));
  return text === '' ? null : JSON.parse(text);
}

/** Somebody else changes a resource, before a request that is meant and only once. */
export function racing(world, isMeant, url, change) {
  let isDone = false;
  return interceptor(world, {
    before: async (request) => {
      if (isDone || !isMeant(request)) return;
      isDone = true;
      const address = typeof url === 'function' ? url(request) : url;
      await ask(world, 'PUT', address, change(await ask(world, 'GET', address)));
    },
  });
}

export const isTransaction = ({ method, url, body }) =>
  method === 'POST' && /\/fhir\/?$/.test(url) && Buffer.from(body).includes('"transaction"');
