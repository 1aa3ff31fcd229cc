import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createSimulator, type Simulator } from '../../src/simulator/index.ts';
import { fictivePatient, fictivePatients } from '../../src/testing/index.ts';
import {
  createHttpClient,
  createPatientIdentityClient,
  type HttpClient,
  type PatientIdentityClient,
} from '../../src/transport/index.ts';
import { missing, skipBecause } from '../helpers/require-tool.ts';

const zoe = fictivePatient({ localId: 'PAT-1' });
const twin = fictivePatient({ localId: 'PAT-2', insOrder: 7 });
const ins = { system: zoe.ins.oid, value: zoe.ins.value };
const region = '2.999.1.1';

let simulator: Simulator;
let http: HttpClient;
let client: PatientIdentityClient;

beforeAll(async () => {
  simulator = await createSimulator();
  for (const patient of [zoe, twin]) simulator.addDossier(patient);
  http = createHttpClient({ ca: simulator.caPem, servername: simulator.smtp.servername, timeoutMs: 10_000 });
  const url = `${simulator.httpUrl}/sri`;
  client = createPatientIdentityClient({
    http,
    endpoints: { query: url, feed: url, search: url },
    sender: '2.999.1.10.1',
    receiver: region,
    environment: 'simulator',
  });
});
afterAll(async () => {
  await http.close();
  await simulator.close();
});

describe('the identity server of the simulator', () => {
  it('knows the people of the dossiers by all their identifiers', async () => {
    const regional = simulator.dossier(zoe.localId)!.regionalId;

    const all = await client.identifiers(zoe.localId);
    expect(all).toMatchObject({ identifiers: [regional, ins], ambiguous: [], told: [] });
    await expect(client.identifiers(zoe.localId, { domains: [region] })).resolves.toMatchObject({
      identifiers: [regional],
    });
    await expect(client.identifiers(zoe)).resolves.toMatchObject({ identifiers: [zoe.localId, regional] });
    await expect(client.identifiers(regional, { domains: ['1.2.250.1.213.1.4.8'] })).resolves.toMatchObject({
      identifiers: [],
    });
  });

  it('tells a patient and a domain that it does not know', async () => {
    await expect(client.identifiers({ ...zoe.localId, value: 'NOBODY' })).rejects.toMatchObject({
      code: 'TE_NOT_FOUND',
      details: { reason: 'unknown-patient' },
    });
    await expect(client.identifiers(zoe.localId, { domains: [region, '2.999.77'] })).rejects.toMatchObject({
      code: 'TE_CONFIG_INVALID',
      details: { reason: 'unknown-domain' },
    });
  });

  it('gives every namesake and chooses none', async () => {
    const found = await client.search(zoe.traits);
    expect(found).toMatchObject({ total: 2, hasMore: false, told: [] });
    expect(found.candidates.map(({ comparison }) => comparison.outcome)).toEqual(['match', 'match']);
    await expect(client.search({ ...zoe.traits, birthDate: '1979-03-29' })).resolves.toMatchObject({ candidates: [] });
    await expect(client.search({}, { identifier: zoe.localId })).resolves.toMatchObject({
      candidates: [{ matchScore: 100 }],
    });
  });

  it('learns of people by a feed, and that two identifiers are one person', async () => {
    const people = fictivePatients(3).map((patient, place) => ({
      ...patient,
      localId: { system: '2.999.1.20', value: String(place) },
      traits: { ...patient.traits, birthName: 'PAGINE' },
    }));
    for (const patient of people) await client.feed({ event: 'add', patient });

    const found = await client.search({ birthName: 'Paginé' }, { pageSize: 1 });
    expect(found).toMatchObject({ total: 3, hasMore: false, told: [] });
    expect(found.candidates.map(({ identifiers }) => identifiers[0]?.value)).toEqual(['0', '1', '2']);
    await expect(client.search({ birthName: 'Paginé' }, { pageSize: 1, limit: 2 })).resolves.toMatchObject({
      hasMore: true,
      told: [],
    });

    const [first, second] = people;
    await client.feed({ event: 'merge', patient: first!, replaces: second!.localId });
    await expect(client.identifiers(second!.localId)).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
    await expect(client.feed({ event: 'merge', patient: first!, replaces: second!.localId })).rejects.toMatchObject({
      code: 'TE_NOT_FOUND',
      details: { unknownOutcome: false },
    });
  });

  it('joins a feed to a dossier by the INS alone', async () => {
    const elsewhere = { ...zoe, localId: { system: '2.999.1.30', value: 'E-1' } };
    await client.feed({ event: 'add', patient: elsewhere });
    const { identifiers } = await client.identifiers(zoe.localId, { domains: ['2.999.1.30', region] });
    expect(identifiers).toMatchObject([elsewhere.localId, { system: region }]);
  });

  it('may lose the answer to a feed that it took', async () => {
    const patient = { ...zoe, identityStatus: 'PROV', localId: { system: '2.999.1.40', value: 'L-1' } } as const;
    simulator.inject({ kind: 'http-lost-answer' });
    await expect(client.feed({ event: 'add', patient })).rejects.toMatchObject({ details: { unknownOutcome: true } });
    await expect(client.identifiers(patient.localId)).resolves.toMatchObject({ identifiers: [{ system: region }] });
  });
});

/** Requests of other people's software, as they stand. */
const files = [
  'iti44-request/ipf--A04_Response.xml',
  'iti44-request/ipf--PIX_FEED_REG_Maximal_Request.xml',
  'iti44-request/ipf--PIX_FEED_REV_Maximal_Request.xml',
  'iti44-request/ipf--PIX_FEED_MERGE_Maximal_Request.xml',
  'iti45-request/epr--ITI-45_request_raw.xml',
  'iti45-request/ipf--NistPixpdq_Mesa10501-04_Example_01.xml',
  'iti45-request/marc--06_PIXQuery1.xml',
  'iti47-request/ipf--01_PDQQuery1.xml',
  'iti47-request/ipf--PDQ_Maximal_Query.xml',
  'iti47-request/ipf--PDQ_ID_Query.xml',
];
const data = dataFolder();

function dataFolder(): string | null {
  const root = process.env['TERR_DATA'];
  if (root !== undefined && existsSync(join(root, 'samples', files[0]!))) return root;

  skipBecause('TERR_DATA names no folder with samples of PIX and PDQ');
  return null;
}

describe.skipIf(data === null || missing('xmllint'))('requests of other people', () => {
  it('are answered in the forms of the schemas', { timeout: 30_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sri-'));
    try {
      const answers = await Promise.all(
        files.map(async (file) => post(enveloped(readFileSync(join(data ?? '', 'samples', file), 'utf8')))),
      );
      answers.forEach((answer, place) => writeFileSync(join(folder, `${String(place)}.xml`), answer));

      const schema = join(data ?? '', 'xsd/message-pix-pdq.xsd');
      const paths = answers.map((_, place) => join(folder, `${String(place)}.xml`));
      execFileSync('xmllint', ['--nonet', '--noout', '--schema', schema, ...paths], { stdio: 'pipe' });
      expect(answers.map((answer) => /<(?:MCCI|PRPA)_IN\w+/.exec(answer)?.[0])).toEqual([
        ...Array.from({ length: 4 }, () => '<MCCI_IN000002UV01'),
        ...Array.from({ length: 3 }, () => '<PRPA_IN201310UV02'),
        ...Array.from({ length: 3 }, () => '<PRPA_IN201306UV02'),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('in no form at all end in a fault', async () => {
    await expect(post('<')).resolves.toContain('env:Sender');
    await expect(post(enveloped('<x xmlns="urn:hl7-org:v3"/>'))).resolves.toContain('env:Sender');
  });

  function enveloped(message: string): string {
    if (message.includes('Envelope')) return message;
    const body = message.replace(/^\uFEFF?<\?xml[^>]*\?>/, '');
    return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${body}</s:Body></s:Envelope>`;
  }

  function post(body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${simulator.httpUrl}/sri`,
        {
          method: 'POST',
          ca: simulator.caPem,
          servername: 'localhost',
          headers: { 'content-type': 'application/soap+xml' },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
        },
      );
      sent.on('error', reject).end(body);
    });
  }
});
