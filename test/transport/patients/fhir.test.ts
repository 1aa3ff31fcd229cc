import { describe, expect, it } from 'vitest';

import type { TerrESanteError } from '../../../src/errors.ts';
import type { PatientInput } from '../../../src/identity/index.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import {
  createFhirPatientIdentityClient,
  type FhirPatientIdentityOptions,
  type HttpRequest,
  type PatientIdentityClient,
} from '../../../src/transport/index.ts';
import { bodyOf, outcome, scriptedServer, type Scripted } from '../fhir/scripted-server.ts';

const baseUrl = 'https://identites.example/fhir';
const localId = { system: '2.999.1.10', value: 'PAT-9,1|x' };
const traits = { birthName: 'CANARI', firstName: 'Zoé', birthDate: '1979-03-28', sex: 'F' } as const;
const allowed = { allowPatientInAddress: true } as const;

type Options = Partial<FhirPatientIdentityOptions>;

function side(options: Options, ...answers: Scripted[]): { patients: PatientIdentityClient; asked: HttpRequest[] } {
  const { http, asked } = scriptedServer(...answers);
  return { patients: createFhirPatientIdentityClient({ http, baseUrl, ...options }), asked };
}

const refused = (call: Promise<unknown>): Promise<TerrESanteError> =>
  call.then(
    () => expect.fail('it was a success'),
    (error: unknown) => error as TerrESanteError,
  );

const id = (system: string, value: string, more: object = {}): object => ({
  system: `urn:oid:${system}`,
  value,
  ...more,
});
const target = (valueIdentifier: unknown): object => ({ name: 'targetIdentifier', valueIdentifier });
const parameters = (...parameter: object[]): Scripted => ({ body: { resourceType: 'Parameters', parameter } });

const zoe = {
  resourceType: 'Patient',
  identifier: [id('2.999.1.1', 'IDF-7F3K2', { assigner: { display: 'SRI' } })],
  active: true,
  name: [{ use: 'official', family: 'CANARI', given: ['ZOE'] }],
  gender: 'female',
  birthDate: '1979-03-28',
};
const patient = (name: string, more: object = {}): object => ({ ...zoe, id: name, ...more });
const page = (resources: object[], more: object = {}): Scripted => ({
  body: { resourceType: 'Bundle', type: 'searchset', entry: resources.map((resource) => ({ resource })), ...more },
});
const next = (url: string): object => ({ link: [{ relation: 'next', url }] });

describe('identifiers over PIXm', () => {
  it('are asked in the address only where the platform permits it', async () => {
    const { patients, asked } = side({}, parameters());
    const error = await refused(patients.identifiers(localId));
    expect(error).toMatchObject({ code: 'TE_UNSUPPORTED', details: { reason: 'patient-in-address' } });
    expect(asked).toEqual([]);
    expect(JSON.stringify(error)).not.toContain('PAT-9');
  });

  it('come with their domains, the ambiguous ones told', async () => {
    const answer = parameters(
      { name: 'targetId', valueReference: { reference: 'Patient/77' } },
      target(id('2.999.1.1', 'IDF-1', { assigner: { display: 'SRI' } })),
      target(id('2.999.1.1', 'IDF-2')),
      target({ system: 'https://hopital.example/ipp', value: '12' }),
      target({ value: 'SANS-DOMAINE' }),
      target(null),
    );
    const { patients, asked } = side(allowed, answer);

    await expect(patients.identifiers(localId, { domains: ['2.999.1.1', '2.999.1.2'] })).resolves.toEqual({
      identifiers: [
        { system: '2.999.1.1', value: 'IDF-1', authority: 'SRI' },
        { system: '2.999.1.1', value: 'IDF-2', authority: null },
        { system: 'https://hopital.example/ipp', value: '12', authority: null },
      ],
      ambiguous: ['2.999.1.1'],
      told: ['id', 'domain'],
    });

    const url = new URL(asked[0]?.url ?? '');
    expect(url.pathname).toBe('/fhir/Patient/$ihe-pix');
    expect(url.searchParams.getAll('sourceIdentifier')).toEqual(['urn:oid:2.999.1.10|PAT-9\\,1\\|x']);
    expect(url.searchParams.getAll('targetSystem')).toEqual(['urn:oid:2.999.1.1', 'urn:oid:2.999.1.2']);
  });

  it.each([
    [404, 'not-found', 'TE_NOT_FOUND', 'unknown-patient'],
    [404, 'processing', 'TE_CONFIG_INVALID', 'no-service'],
    [400, 'code-invalid', 'TE_CONFIG_INVALID', 'unknown-domain'],
    [403, 'code-invalid', 'TE_CONFIG_INVALID', 'unknown-domain'],
    [403, 'forbidden', 'TE_FORBIDDEN', undefined],
    [400, 'invalid', 'TE_VALIDATION', undefined],
  ])('refused by %i %s are %s %s', async (status, code, expected, reason) => {
    const body = outcome({ severity: 'error', code, diagnostics: 'PAT-9 CANARI' });
    const error = await refused(side(allowed, { status, body }).patients.identifiers(localId));
    expect([error.code, error.details['reason']]).toEqual([expected, reason]);
    expect(JSON.stringify(error) + error.message).not.toContain('CANARI');
  });

  it('are no answer of a proxy, nor of another operation', async () => {
    for (const [body, code] of [
      ['<html>404</html>', 'TE_PROTOCOL'],
      ['', 'TE_PROTOCOL'],
      [{ resourceType: 'Bundle', type: 'searchset' }, 'TE_PROTOCOL'],
    ] as const) {
      await expect(refused(side(allowed, { body }).patients.identifiers(localId))).resolves.toMatchObject({ code });
    }
    const page404 = { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>nothing</html>' };
    const error = await refused(side(allowed, page404).patients.identifiers(localId));
    expect(error).toMatchObject({ code: 'TE_CONFIG_INVALID', details: { reason: 'no-service' } });
  });
});

describe('a search over PDQm', () => {
  it('goes by POST, and gives every candidate with its comparison', async () => {
    const { patients, asked } = side({}, page([patient('a'), patient('b', { active: false })], { total: 2 }));
    const found = await patients.search(traits, { domains: ['2.999.1.1', '2.999.1.2'], pageSize: 20 });

    expect(found).toMatchObject({ total: 2, hasMore: false, told: [] });
    expect(found.candidates).toMatchObject([
      {
        identifiers: [{ system: '2.999.1.1', value: 'IDF-7F3K2', authority: 'SRI' }],
        comparison: { outcome: 'incomplete' },
        matchScore: null,
        status: 'active',
      },
      { status: 'inactive' },
    ]);
    expect(asked.map(({ method, url }) => [method, url])).toEqual([['POST', `${baseUrl}/Patient/_search`]]);
    expect([...new URLSearchParams(bodyOf(asked[0]))]).toEqual([
      ['family', 'CANARI'],
      ['given', 'Zoé'],
      ['birthdate', '1979-03-28'],
      ['gender', 'female'],
      ['identifier', 'urn:oid:2.999.1.1|,urn:oid:2.999.1.2|'],
      ['_count', '20'],
    ]);
  });

  it('looks for everybody of an unknown sex, and for one identifier', async () => {
    const { patients, asked } = side({}, page([]));
    await expect(patients.search({ sex: 'I' }, { identifier: localId })).resolves.toEqual({
      candidates: [],
      total: null,
      hasMore: false,
      told: [],
    });
    expect([...new URLSearchParams(bodyOf(asked[0]))]).toEqual([['identifier', 'urn:oid:2.999.1.10|PAT-9\\,1\\|x']]);
    await expect(refused(patients.search({ sex: 'F' }))).resolves.toMatchObject({ code: 'TE_INPUT_INVALID' });
    await expect(refused(patients.search({ birthDate: 'hier' }))).resolves.toMatchObject({ code: 'TE_WIRE_INVALID' });
    expect(asked.length).toBe(1);
  });

  it('follows pages up to its limit, and says that there is more', async () => {
    const pages = [
      page([patient('a'), patient('b')], next('?page=2')),
      page([patient('c'), patient('d')], next('?page=3')),
    ];
    const { patients, asked } = side({}, ...pages);
    const found = await patients.search(traits, { limit: 3 });
    expect([found.candidates.length, found.hasMore, asked.length]).toEqual([3, true, 2]);

    const short = await side({}, page([patient('a')], { total: 5 })).patients.search(traits);
    expect([short.candidates.length, short.hasMore, short.total]).toEqual([1, true, 5]);
  });

  it('brings the record that took over along, once', async () => {
    const gone = patient('old', { link: [{ type: 'replaced-by', other: { reference: 'Patient/new' } }] });
    const again = patient('new', { link: [{ type: 'replaced-by', other: { reference: 'Patient/newer' } }] });
    const { patients, asked } = side({}, page([gone]), { body: again });
    const found = await patients.search(traits);
    expect(found.candidates.map(({ status }) => status)).toEqual(['replaced', 'replaced']);
    expect(asked.map(({ url }) => url)).toEqual([`${baseUrl}/Patient/_search`, `${baseUrl}/Patient/new`]);

    const absent = side({}, page([gone]), { status: 410, body: outcome({ severity: 'error', code: 'deleted' }) });
    await expect(absent.patients.search(traits)).resolves.toMatchObject({ told: ['survivor'] });

    const elsewhere = patient('x', { link: [{ type: 'replaced-by', other: { reference: 'Patient/../metadata' } }] });
    const hostile = side({}, page([elsewhere]));
    await hostile.patients.search(traits);
    expect(hostile.asked.length).toBe(1);
  });

  it('scores from 0 to 100, and tells a warning of the server', async () => {
    const entry = [
      { resource: patient('a'), search: { mode: 'match', score: 0.955 } },
      { resource: patient('b'), search: { mode: 'match', score: 12 } },
      { resource: outcome({ severity: 'warning', code: 'not-found' }), search: { mode: 'outcome' } },
      { resource: { resourceType: 'Inconnu', id: 'c' } },
    ];
    const found = await side({}, page([], { entry })).patients.search(traits);
    expect(found.candidates.map(({ matchScore }) => matchScore)).toEqual([95.5, null]);
    expect(found.told).toEqual(['warning']);
  });

  it('is asked by GET only where the platform permits it, and where POST is refused', async () => {
    const closed = { status: 405, body: outcome({ severity: 'error', code: 'not-supported' }) };
    await expect(refused(side({}, closed).patients.search(traits))).resolves.toMatchObject({ code: 'TE_UNSUPPORTED' });

    const { patients, asked } = side(allowed, closed, page([patient('a')]));
    await expect(patients.search(traits)).resolves.toMatchObject({ candidates: [{ status: 'active' }] });
    expect(asked[1]?.url).toBe(`${baseUrl}/Patient?family=CANARI&given=Zo%C3%A9&birthdate=1979-03-28&gender=female`);
  });

  it('tells an unknown domain, and an address without such a service, from nobody', async () => {
    const answer = { status: 404, body: outcome({ severity: 'error', code: 'not-found' }) };
    const withDomain = side({}, answer).patients.search(traits, { domains: ['2.999.7'] });
    await expect(refused(withDomain)).resolves.toMatchObject({
      code: 'TE_CONFIG_INVALID',
      details: { reason: 'unknown-domain' },
    });
    await expect(refused(side({}, answer).patients.search(traits))).resolves.toMatchObject({
      code: 'TE_CONFIG_INVALID',
      details: { reason: 'no-service' },
    });
  });

  it('ends with its time, whatever the number of pages', async () => {
    const { http } = scriptedServer(page([patient('a')]));
    const silent = { ...http, stream: () => new Promise<never>(() => undefined) };
    const patients = createFhirPatientIdentityClient({ http: silent, baseUrl });
    await expect(refused(patients.search(traits, { timeoutMs: 20 }))).resolves.toMatchObject({ code: 'TE_TIMEOUT' });
    const signal = AbortSignal.abort();
    await expect(refused(patients.search(traits, { signal }))).resolves.toMatchObject({ code: 'TE_CANCELLED' });
  });
});

describe('a feed over ITI-104', () => {
  const known: PatientInput = { ...fictivePatient(), localId };

  it('writes the whole identity under its identifier', async () => {
    const { patients, asked } = side(allowed, { status: 201 });
    await expect(patients.feed({ event: 'add', patient: known })).resolves.toEqual({
      acknowledgement: 'AA',
      warnings: [],
      told: [],
    });
    expect(asked[0]?.method).toBe('PUT');
    expect(new URL(asked[0]?.url ?? '').searchParams.getAll('identifier')).toEqual([
      'urn:oid:2.999.1.10|PAT-9\\,1\\|x',
    ]);
    const body = JSON.parse(bodyOf(asked[0])) as Record<string, unknown>;
    expect(body).toMatchObject({ resourceType: 'Patient', active: true });
    expect(body).not.toHaveProperty('id');
    expect(JSON.stringify(body['identifier'])).toContain('PAT-9,1|x');
  });

  it('gives one record up for another, without the INS', async () => {
    const { patients, asked } = side(allowed, {});
    const replaces = { system: '2.999.1.10', value: 'PAT-OLD' };
    await patients.feed({ event: 'merge', patient: known, replaces });
    expect(new URL(asked[0]?.url ?? '').searchParams.get('identifier')).toBe('urn:oid:2.999.1.10|PAT-OLD');
    const body = JSON.parse(bodyOf(asked[0])) as Record<string, unknown>;
    expect(body).toMatchObject({
      active: false,
      identifier: [{ value: 'PAT-OLD' }],
      link: [{ type: 'replaced-by', other: { identifier: { system: 'urn:oid:2.999.1.10', value: localId.value } } }],
    });
  });

  it('says whether it may be taken all the same', async () => {
    const several = { status: 412, body: outcome({ severity: 'error', code: 'multiple-matches' }) };
    await expect(
      refused(side(allowed, several).patients.feed({ event: 'add', patient: known })),
    ).resolves.toMatchObject({
      code: 'TE_CONFLICT',
      details: { unknownOutcome: false },
    });
    const broken = side(allowed, { status: 502, body: '<html></html>' });
    await expect(refused(broken.patients.feed({ event: 'add', patient: known }))).resolves.toMatchObject({
      code: 'TE_UNAVAILABLE',
      retryable: false,
      details: { unknownOutcome: true },
    });
    expect(broken.asked.length).toBe(1);
  });

  it('sends nothing of an incomplete identity, nor without permission', async () => {
    const { patients, asked } = side(allowed, {});
    const incomplete = patients.feed({ event: 'add', patient: { ...known, traits: { birthName: 'CANARI' } } });
    await expect(refused(incomplete)).resolves.toMatchObject({ code: 'TE_IDENTITY_INCOMPLETE' });
    expect(asked).toEqual([]);

    const closed = side({}, {});
    await expect(refused(closed.patients.feed({ event: 'add', patient: known }))).resolves.toMatchObject({
      code: 'TE_UNSUPPORTED',
    });
    expect(closed.asked).toEqual([]);
  });
});
