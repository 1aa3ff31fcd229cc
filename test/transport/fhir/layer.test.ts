import { describe, expect, it } from 'vitest';

import { isTerrESanteError, type TerrESanteError } from '../../../src/errors.ts';
import { systemRuntime } from '../../../src/internal/runtime.ts';
import { baseOf, formOf, readReference, sameServer, tokenOf } from '../../../src/transport/fhir/address.ts';
import { askFhir, type FhirPartner, type FhirRequest } from '../../../src/transport/fhir/exchange.ts';
import { searchPages } from '../../../src/transport/fhir/search.ts';
import type { HttpRequest } from '../../../src/transport/index.ts';
import { scriptedServer, type Scripted } from './scripted-server.ts';

const base = 'https://fhir.example/r4';
const outcome = (...issue: object[]): object => ({ resourceType: 'OperationOutcome', issue });
const set = (ids: string[], next?: string, total?: number): object => ({
  resourceType: 'Bundle',
  type: 'searchset',
  total,
  link: next === undefined ? [] : [{ relation: 'next', url: next }],
  entry: ids.map((id) => ({ resource: { resourceType: 'Patient', id } })),
});

/** A server that gives these answers in turn, the last one for ever. */
function server(...answers: Scripted[]): { partner: FhirPartner; asked: HttpRequest[] } {
  const { http, asked } = scriptedServer(...answers);
  return { partner: { base: baseOf(base), maxBytes: 100_000, runtime: systemRuntime, http }, asked };
}

async function ids(
  partner: FhirPartner,
  allowsGet = false,
): Promise<{ found: string[]; error: TerrESanteError | null }> {
  const found: string[] = [];
  const parameters = [['family', 'CANARI']] as const;
  try {
    for await (const page of searchPages(partner, { type: 'Patient', parameters, allowsGet })) {
      found.push(...page.entries.map(({ id }) => String(id)));
    }
    return { found, error: null };
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    return { found, error };
  }
}

const write = { method: 'POST', url: `${base}/`, body: Buffer.from('{}'), writes: true } satisfies FhirRequest;
const read = { method: 'GET', url: `${base}/Patient/1`, writes: false } satisfies FhirRequest;
const refusal = (answer: Scripted, request: FhirRequest = read): Promise<TerrESanteError> =>
  askFhir(server(answer).partner, request).then(
    () => expect.fail('it was a success'),
    (error: unknown) => error as TerrESanteError,
  );

describe('addresses', () => {
  it('go to the same server only, compared when parsed', () => {
    const own = baseOf(base);
    expect(sameServer(own, 'Patient?page=2')).toBe(`${base}/Patient?page=2`);
    expect(sameServer(own, `${base}?_getpages=1`)).toBe(`${base}?_getpages=1`);
    for (const link of [
      'https://fhir.example@ailleurs.example/r4/Patient',
      'https://u:p@fhir.example/r4/Patient',
      'http://fhir.example/r4/Patient',
      'https://fhir.example/other/Patient',
      '../other/Patient',
      '//ailleurs.example/r4/Patient',
    ]) {
      expect(() => sameServer(own, link), link).toThrow(expect.objectContaining({ code: 'TE_PROTOCOL' }));
    }
  });

  it.each([
    'javascript:1',
    'data:,x',
    'file:///etc',
    'fhir',
    '',
    'https://u:p@h/r4',
    'https://h/r4?a=1',
    'https://h/r4#a',
  ])('begin with no %j', (text) => {
    expect(() => baseOf(text)).toThrow(expect.objectContaining({ code: 'TE_INPUT_INVALID' }));
  });

  it('hold whole characters only', () => {
    expect(formOf([['family', 'Œuvre 𠮷|&=']])).toBe('family=%C5%92uvre%20%F0%A0%AE%B7%7C%26%3D');
    expect(() => formOf([['family', 'A\ud800']])).toThrow(
      expect.objectContaining({ code: 'TE_INPUT_INVALID', details: { argument: 'family' } }),
    );
  });

  it('take type and id of a reference, and no path', () => {
    expect(readReference('https://interne.example/fhir/CareTeam/77/_history/1')).toEqual({
      type: 'CareTeam',
      id: '77',
    });
    expect(readReference('Patient/pat-1')).toEqual({ type: 'Patient', id: 'pat-1' });
    for (const text of ['#sp', 'Patient/..', 'Patient/a/../b', 'urn:uuid:1', null])
      expect(readReference(text)).toBeNull();
  });

  it('escape what means something in a token', () => {
    expect(tokenOf({ system: '2.999.1.10', value: 'PAT-9,1|x' })).toBe('urn:oid:2.999.1.10|PAT-9\\,1\\|x');
  });
});

describe('a search', () => {
  it('names nobody in its address, and gives each resource once', async () => {
    const { partner, asked } = server({ body: set(['a', 'b'], 'Patient?page=2') }, { body: set(['b', 'c']) });
    expect(await ids(partner)).toEqual({ found: ['a', 'b', 'c'], error: null });
    expect(asked.map(({ url }) => url)).toEqual([`${base}/Patient/_search`, `${base}/Patient?page=2`]);
    expect(Buffer.from(asked[0]?.body as Uint8Array).toString()).toBe('family=CANARI');
  });

  it('ends at pages that go round and at links to elsewhere', async () => {
    const round = server({ body: set(['a'], 'Patient?page=2') });
    expect(await ids(round.partner)).toMatchObject({ error: { code: 'TE_PROTOCOL' } });
    expect(round.asked.length).toBe(2);

    const elsewhere = server({ body: set(['a'], 'https://ailleurs.example/r4/x') });
    expect(await ids(elsewhere.partner)).toMatchObject({ found: ['a'], error: { code: 'TE_PROTOCOL' } });
    expect(elsewhere.asked.length).toBe(1);
  });

  it('starts once more when its pages expired, and not twice', async () => {
    const { partner } = server(
      { body: set(['a'], 'Patient?page=2') },
      { status: 410 },
      { body: set(['a', 'b'], 'Patient?page=9') },
      { body: set(['c']) },
    );
    expect(await ids(partner)).toEqual({ found: ['a', 'b', 'c'], error: null });

    const gone = server({ body: set(['a'], 'p=2') }, { status: 410 }, { body: set(['a'], 'p=3') }, { status: 410 });
    expect(await ids(gone.partner)).toMatchObject({ error: { code: 'TE_NOT_FOUND' } });
  });

  it('says that less came than was announced', async () => {
    const pages = searchPages(server({ body: set(['a'], undefined, 3) }).partner, {
      type: 'Patient',
      parameters: [],
      allowsGet: false,
    });
    await pages.next();
    expect(await pages.next()).toMatchObject({ done: true, value: { isPartial: true, total: 3 } });
  });

  it.each([
    [
      'an error inside the set',
      { body: { ...set([]), entry: [{ resource: outcome({ severity: 'error', code: 'timeout' }) }] } },
    ],
    ['the page of a proxy', { headers: { 'content-type': 'text/html' }, body: '<html>Connexion</html>' }],
    ['another resource', { body: { resourceType: 'Patient', id: 'a' } }],
    ['a key twice', { body: '{"resourceType":"Bundle","type":"searchset","total":1,"total":0}' }],
    ['an unknown type', { status: 404 }],
  ])('takes %s for no empty list', async (_name, answer) => {
    const { found, error } = await ids(server(answer).partner);
    expect(found).toEqual([]);
    expect(error).not.toBeNull();
  });

  it('goes by GET only where that is allowed', async () => {
    const refused = { status: 405, body: outcome({ severity: 'error', code: 'not-supported' }) };
    expect(await ids(server(refused).partner)).toMatchObject({ error: { code: 'TE_UNSUPPORTED' } });

    const { partner, asked } = server(refused, { body: set(['a']) });
    expect(await ids(partner, true)).toEqual({ found: ['a'], error: null });
    expect(asked[1]).toMatchObject({ method: 'GET', url: `${base}/Patient?family=CANARI` });
  });

  it('does not read what an unknown extension may turn round', async () => {
    const resource = { resourceType: 'Patient', id: 'a', modifierExtension: [{ url: 'urn:x' }] };
    expect(await ids(server({ body: { ...set([]), entry: [{ resource }] } }).partner)).toMatchObject({ found: [] });
  });
});

describe('a refusal', () => {
  it('has the first error of many issues as its reason', async () => {
    const issues = [
      { severity: 'information', code: 'informational' },
      { severity: 'warning', code: 'processing' },
      { severity: 'error', code: 'invariant', expression: ['CareTeam.participant[1].period'] },
    ];
    expect(await refusal({ status: 422, body: outcome(...issues) }, write)).toMatchObject({
      code: 'TE_VALIDATION',
      details: { path: 'CareTeam.participant[1].period', issueCodes: ['invariant'], unknownOutcome: false },
      findings: [{ rule: 'FHIR-ISSUE', found: 'invariant', severity: 'error' }, {}, {}],
    });
  });

  it.each([
    [409, 'processing', 'TE_CONFLICT', false],
    [412, 'processing', 'TE_CONFLICT', false],
    [408, 'invariant', 'TE_VALIDATION', false],
    [500, 'business-rule', 'TE_VALIDATION', false],
    [500, 'processing', 'TE_UNAVAILABLE', true],
    [504, 'timeout', 'TE_TIMEOUT', true],
    [200, 'invalid', 'TE_VALIDATION', false],
  ])('of status %d and code %s is %s', async (status, code, expected, unknownOutcome) => {
    const error = await refusal({ status, body: outcome({ severity: 'error', code }) }, write);
    expect(error).toMatchObject({ code: expected, details: { unknownOutcome } });
    expect(error.retryable && unknownOutcome).toBe(false);
  });

  it('knows the codes of XDS in the details of an issue', async () => {
    const details = { coding: [{ code: 'XDSDuplicateUniqueIdInRegistry' }] };
    const body = outcome({ severity: 'error', code: 'processing', details });
    expect(await refusal({ status: 400, body }, write)).toMatchObject({ code: 'TE_DUPLICATE' });
  });

  it('repeats no word of the server', async () => {
    const issue = {
      severity: 'error',
      code: 'CANARI 285019999999936',
      diagnostics: 'CANARI 285019999999936',
      expression: ["Patient.name.where(family='CANARI')"],
    };
    const error = await refusal({ status: 422, body: outcome(issue) });
    expect(JSON.stringify(error) + String(error.stack)).not.toMatch(/CANARI|285019999999936/);
  });
});

describe('a token', () => {
  it('is renewed once, and no further', async () => {
    const { partner, asked } = server({ status: 401 });
    const renewals: boolean[] = [];
    const authorization: FhirPartner['authorization'] = async ({ renew }) => {
      renewals.push(renew);
      return renew ? 'Bearer new' : 'Bearer old';
    };
    await expect(askFhir({ ...partner, authorization }, read)).rejects.toMatchObject({ code: 'TE_AUTHN_REJECTED' });
    expect(renewals).toEqual([false, true]);
    expect(asked.map(({ headers }) => headers?.['Authorization'])).toEqual(['Bearer old', 'Bearer new']);
  });
});

describe('a server that asks to wait', () => {
  it('is asked again after a date that has passed', async () => {
    const past = { date: 'Sun, 01 Mar 2026 09:15:00 GMT', 'retry-after': 'Sun, 01 Mar 2026 09:00:00 GMT' };
    const { partner, asked } = server({ status: 429, headers: past }, { body: set(['a']) });
    expect(await ids(partner)).toEqual({ found: ['a'], error: null });
    expect(asked.length).toBe(2);
  });

  it('longer than the call lasts ends it at once, and says how long', async () => {
    const { partner, asked } = server({ status: 429, headers: { 'retry-after': '120' } });
    await expect(askFhir(partner, { ...read, timeoutMs: 5_000 })).rejects.toMatchObject({
      code: 'TE_RATE_LIMITED',
      details: { retryAfterMs: 120_000 },
    });
    expect(asked.length).toBe(1);
  });
});
