import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { PatientInput } from '../../../src/identity/index.ts';
import {
  createHttpClient,
  createPatientIdentityClient,
  type HttpClient,
  type PatientIdentityClient,
} from '../../../src/transport/index.ts';
import { iheRefereeCommand, startIheReferee, type IheReferee } from '../../helpers/ihe-referee.ts';
import { fictivePatient, fictivePatients } from '../../../src/testing/index.ts';

const command = iheRefereeCommand();
const zoe = fictivePatient();
/** The people that the referee knows at its start. */
const local = '1.2.250.1.999.1.1.9001.3';
const ins = '1.2.250.1.213.1.4.10';
const traits = { birthName: 'Pat-Trois', firstName: 'Dominique', birthDate: '1979-03-28', sex: 'F' } as const;

describe.skipIf(command === null).each([[[]], [['--strict']]])('the identity client against IPF %j', (options) => {
  let referee: IheReferee | null = null;
  let http: HttpClient;
  let patients: PatientIdentityClient;

  beforeAll(async () => {
    referee = await startIheReferee(command ?? '', options);
    http = createHttpClient({ timeoutMs: 60_000, allowClearLoopback: true });
    const url = referee?.url ?? '';
    patients = createPatientIdentityClient({
      http,
      endpoints: { query: `${url}/iti45`, feed: `${url}/iti44`, search: `${url}/iti47` },
      sender: '2.999.1.10.1',
      receiver: '2.999.1.1',
      environment: 'test',
    });
  }, 120_000);

  afterAll(async () => {
    await http.close();
    referee?.stop();
  });

  it('gives the identifiers of a patient, in all domains or in one', async () => {
    const patient = { system: local, value: '000003' };

    await expect(patients.identifiers(patient)).resolves.toEqual({
      identifiers: [{ system: ins, value: '279035121518989', authority: null }],
      ambiguous: [],
      told: [],
    });
    expect(referee?.log.at(-1)).toMatchObject({
      transaction: 'ITI-45',
      outcome: 'OK',
      action: 'urn:hl7-org:v3:PRPA_IN201309UV02',
    });
    await expect(patients.identifiers(patient, { domains: [ins] })).resolves.toMatchObject({ told: [] });
    await expect(patients.identifiers(patient, { domains: ['2.999.7', '2.999.8'] })).resolves.toEqual({
      identifiers: [],
      ambiguous: [],
      told: [],
    });
    await expect(patients.identifiers({ system: local, value: 'NOBODY' })).rejects.toMatchObject({
      code: 'TE_NOT_FOUND',
      details: { errorCodes: ['204'], acknowledgement: 'AE', queryResponse: 'AE' },
    });
  }, 60_000);

  it('finds who may be the person of some traits', async () => {
    const found = await patients.search(traits);
    expect(found).toMatchObject({ total: 1, hasMore: false, told: [] });
    expect(found.candidates).toMatchObject([
      {
        identifiers: [
          { system: ins, value: '279035121518989' },
          { system: local, value: '000003' },
        ],
        matchScore: 100,
        status: 'active',
      },
    ]);
    expect(referee?.log.at(-1)).toMatchObject({
      transaction: 'ITI-47',
      outcome: 'Success',
      action: 'urn:hl7-org:v3:PRPA_IN201305UV02',
    });
    await expect(patients.search({ ...traits, firstName: 'Nobody' })).resolves.toMatchObject({
      candidates: [],
      total: 0,
    });
    await expect(
      patients.search(
        { birthName: "D'ÀÉ & <Ça>" },
        { domains: [local, ins], identifier: { system: local, value: '1' } },
      ),
    ).resolves.toMatchObject({ candidates: [] });
  }, 60_000);

  it('finds a person by the INS alone, with its identifiers of every domain', async () => {
    const third: PatientInput = {
      traits: { ...traits, birthFirstNames: ['DOMINIQUE'], birthPlace: { communeInsee: '63220' } },
      ins: { value: '279035121518989', oid: ins },
      identityStatus: 'QUAL',
    };
    const [, , nobody] = fictivePatients(3);
    const { candidates } = await patients.search({}, { identifier: third });
    expect(candidates).toMatchObject([
      {
        identity: { patient: { ins: third.ins, traits: { birthDate: '1979-03-28', sex: 'F' } } },
        identifiers: [{ system: ins }, { system: local, value: '000003' }],
      },
    ]);
    expect(referee?.log.at(-1)).toMatchObject({ transaction: 'ITI-47', outcome: 'Success' });
    await expect(patients.search({}, { identifier: nobody })).resolves.toMatchObject({ candidates: [], total: 0 });
    await expect(patients.search({}, { identifier: { ...third, identityStatus: 'PROV' } })).rejects.toMatchObject({
      code: 'TE_IDENTITY_STATUS',
    });
  }, 60_000);

  it('feeds a patient, revises it, merges another into it', async () => {
    const action = (name: string): object => ({
      transaction: 'ITI-44',
      outcome: 'Success',
      action: `urn:hl7-org:v3:${name}`,
    });

    await expect(patients.feed({ event: 'add', patient: zoe })).resolves.toEqual({
      acknowledgement: 'CA',
      warnings: [],
      told: [],
    });
    expect(referee?.log.at(-1)).toMatchObject(action('PRPA_IN201301UV02'));
    await patients.feed({ event: 'revise', patient: zoe });
    expect(referee?.log.at(-1)).toMatchObject(action('PRPA_IN201302UV02'));
    await patients.feed({ event: 'merge', patient: zoe, replaces: { system: zoe.localId.system, value: 'PAT-2' } });
    expect(referee?.log.at(-1)).toMatchObject(action('PRPA_IN201304UV02'));

    const { identifiers } = await patients.identifiers(zoe.localId);
    expect(identifiers).toMatchObject([{ system: zoe.ins.oid, value: zoe.ins.value }]);
    await expect(patients.identifiers(zoe)).resolves.toMatchObject({ identifiers: [zoe.localId] });
  }, 60_000);
});
