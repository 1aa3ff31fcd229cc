import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { PatientInput } from '../../../src/identity/index.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import {
  createFhirPatientIdentityClient,
  createHttpClient,
  type HttpClient,
  type PatientIdentityClient,
} from '../../../src/transport/index.ts';
import { fhirRefereeCommand, startFhirReferee, type FhirReferee } from '../../helpers/fhir-referee.ts';

const command = fhirRefereeCommand();
const system = '2.999.1.10';
const known = fictivePatient();
/** Of one family, so that a search finds several pages of three. */
const family: readonly PatientInput[] = ['ANNA', 'BRUNO', 'CHLOE', 'DENIS', 'EMMA', 'FELIX', 'GINA'].map(
  (firstName, index) => ({
    ...known,
    localId: { system, value: `FRATRIE-${String(index)}` },
    identityStatus: 'PROV',
    ins: undefined,
    traits: { ...known.traits, birthName: 'FRATRIE-ESSAI', firstName, birthFirstNames: [firstName] },
  }),
);

describe.skipIf(command === null)('the FHIR identity client against HAPI', () => {
  let referee: FhirReferee | null = null;
  let http: HttpClient;
  let patients: PatientIdentityClient;

  const clientOf = (given: HttpClient): PatientIdentityClient =>
    createFhirPatientIdentityClient({
      http: given,
      baseUrl: referee?.url ?? '',
      allowPatientInAddress: true,
      environment: 'test',
    });

  beforeAll(async () => {
    referee = await startFhirReferee(command ?? '', ['--validate', '--page-size', '3']);
    http = createHttpClient({ timeoutMs: 60_000, allowClearLoopback: true });
    patients = clientOf(http);
    // First: the referee reads the domains that it knows from its first page of patients.
    await patients.feed({ event: 'add', patient: known });
    for (const patient of family) await patients.feed({ event: 'add', patient });
  }, 240_000);

  afterAll(async () => {
    await http.close();
    referee?.stop();
  });

  it('feeds a qualified identity that fits its profile, twice without a double', async () => {
    for (const event of ['add', 'revise'] as const) {
      await expect(patients.feed({ event, patient: known })).resolves.toMatchObject({ acknowledgement: 'AA' });
    }
    const { candidates } = await patients.search(known.traits, { identifier: known.localId });
    expect(candidates).toMatchObject([{ status: 'active', identity: { patient: { identityStatus: 'QUAL' } } }]);
    const { identifiers } = await patients.identifiers(known.localId);
    expect(identifiers).toMatchObject([{ value: known.ins.value }]);
  }, 60_000);

  it('tells an unknown patient from an unknown domain', async () => {
    await expect(patients.identifiers({ system, value: 'NOBODY' })).rejects.toMatchObject({
      code: 'TE_NOT_FOUND',
      details: { reason: 'unknown-patient' },
    });
    for (const [domain, wanted] of [
      ['2.999.7', []],
      [system, ['2.999.8']],
    ] as const) {
      await expect(
        patients.identifiers({ system: domain, value: 'FRATRIE-0' }, { domains: wanted }),
      ).rejects.toMatchObject({ code: 'TE_CONFIG_INVALID', details: { reason: 'unknown-domain' } });
    }
  });

  it('follows the pages of a search, and stops at its limit', async () => {
    const asked = { birthName: 'fratrie-essai' };
    const all = await patients.search(asked);
    expect([all.candidates.length, all.total, all.hasMore]).toEqual([7, 7, false]);
    const some = await patients.search(asked, { limit: 4, pageSize: 2 });
    expect([some.candidates.length, some.total, some.hasMore]).toEqual([4, 7, true]);
    await expect(patients.search({ birthName: 'PERSONNE-ESSAI' })).resolves.toMatchObject({ candidates: [], total: 0 });
    await expect(patients.search(asked, { domains: [system] })).resolves.toMatchObject({ total: 7 });
  }, 60_000);

  it('asks again for a search whose pages the server forgot', async () => {
    let isForgotten = false;
    const forgetful: HttpClient = {
      ...http,
      stream: (request) => {
        if (isForgotten || !request.url.includes('_getpages=')) return http.stream(request);
        isForgotten = true;
        return http.stream({ ...request, url: request.url.replace(/_getpages=[^&]*/, '_getpages=11111111-1111') });
      },
    };
    const found = await clientOf(forgetful).search({ birthName: 'fratrie-essai' });
    expect(isForgotten).toBe(true);
    expect(referee?.log.some(({ status }) => status === 410)).toBe(true);
    const names = found.candidates.map(({ identity }) => identity.patient.traits.firstName);
    expect([...new Set(names)].length).toBe(7);
    expect(names.length).toBe(7);
  }, 60_000);

  it('gives one record up for another', async () => {
    const [anna, bruno] = family;
    if (!anna?.localId || !bruno) return expect.fail('no family');
    await patients.feed({ event: 'merge', patient: bruno, replaces: anna.localId });
    const { candidates } = await patients.search({ birthName: 'fratrie-essai' }, { identifier: anna.localId });
    expect(candidates.map(({ status }) => status)).toEqual(['replaced']);
    await patients.feed({ event: 'revise', patient: anna });
  }, 60_000);
});
