import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Submission } from '../../../src/documents/index.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import type { FhirDocument } from '../../../src/transport/index.ts';
import { submission } from '../../client/world.ts';
import { found, openFhirSide, type FhirSide } from './side.ts';

const patient = fictivePatient();
const { localId } = patient;
/** TRE_A07. */
const masks = 'https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument';

let side: FhirSide;
beforeAll(async () => {
  side = await openFhirSide();
});
afterAll(() => side.close());

async function listed(): Promise<FhirDocument[]> {
  const all: FhirDocument[] = [];
  for await (const { documents } of side.documents.search(localId, { status: ['current', 'superseded'] })) {
    all.push(...documents);
  }
  return all;
}

const ownPatient = async (): Promise<{ id: string }> =>
  found(await side.find('Patient', { identifier: `urn:oid:${localId.system}|${localId.value}` }))[0];

describe('the FHIR base of the simulator', () => {
  it('says what it offers, to anybody', async () => {
    const { status, json } = await side.ask('GET', '/metadata', { authorization: null });
    expect(status).toBe(200);
    expect(json).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', kind: 'instance' });
  });

  it('gives links that lead through the port by which it was reached, and repeats no other name', async () => {
    const selfOf = async (host: string): Promise<unknown> => {
      const { json } = await side.ask('GET', `/Patient?identifier=urn:oid:${localId.system}|${localId.value}`, {
        headers: { host },
      });
      return json['link'];
    };
    const port = new URL(side.base).port;
    expect(JSON.stringify(await selfOf('127.0.0.1:45678'))).toContain('https://127.0.0.1:45678/fhir/Patient');
    for (const host of ['localhost', 'localhost:45678x', '127.0.0.1'])
      expect(JSON.stringify(await selfOf(host))).toContain(`https://127.0.0.1:${port}/fhir/Patient`);
  });

  it('knows the person of a dossier: PIXm, PDQm and $match', async () => {
    const { identifiers } = await side.patients.identifiers(localId);
    expect(identifiers.map(({ system }) => system)).toEqual(expect.arrayContaining([patient.ins.oid, '2.999.1.1']));
    const { candidates, total } = await side.patients.search(patient.traits, { identifier: localId });
    expect(total).toBe(1);
    expect(candidates[0]).toMatchObject({ status: 'active', comparison: { outcome: 'match' } });

    await expect(side.patients.identifiers({ ...localId, value: 'PERSONNE' })).rejects.toMatchObject({
      code: 'TE_NOT_FOUND',
    });
    await expect(side.patients.identifiers({ system: '2.999.7', value: '1' })).rejects.toMatchObject({
      code: 'TE_CONFIG_INVALID',
    });
  });

  it('shows what SOAP deposited, byte by byte', async () => {
    const sent = await submission();
    await side.xds.registerDocuments(sent);
    const { uniqueId, hash } = sent.documents[0]!.entry;
    const document = (await listed()).find((one) => one.uniqueId === uniqueId);
    expect(document).toMatchObject({ status: 'current', hash, mimeType: 'text/xml' });

    const { bytes, told } = await side.documents.fetch(document!.id);
    expect(createHash('sha1').update(bytes).digest('hex')).toBe(hash);
    expect(told).toEqual([]);
  });

  it('takes a deposit over ITI-65 that SOAP, the counts and the dossier see', async () => {
    const sent: Submission = await submission({ title: 'Par FHIR' });
    await expect(side.transport.deposit(sent)).resolves.toMatchObject({ state: 'processed' });

    const { uniqueId, hash } = sent.documents[0]!.entry;
    expect((await listed()).find((one) => one.uniqueId === uniqueId)).toMatchObject({ title: 'Par FHIR', hash });
    expect(side.simulator.dossier(localId)?.documents.at(-1)).toMatchObject({ uniqueId, sha1: hash });
    await expect(side.xds.currentEntry(uniqueId)).resolves.toMatchObject({ uniqueId, hash, title: 'Par FHIR' });
    // Sent again, it is there once.
    await expect(side.transport.deposit(sent)).resolves.toMatchObject({ state: 'processed' });
    expect(side.simulator.dossier(localId)?.documents.filter((one) => one.uniqueId === uniqueId)).toHaveLength(1);

    // Masked: SOAP and the counts see it.
    const document = (await listed()).find((one) => one.uniqueId === uniqueId);
    const { json } = await side.ask('GET', `/DocumentReference/${document!.id}`);
    const mask = { coding: [{ system: masks, code: 'INVISIBLE_PATIENT' }] };
    const patch = (steps: object[]) =>
      side.ask(
        'PATCH',
        `/DocumentReference?identifier=${encodeURIComponent(`urn:ietf:rfc:3986|urn:oid:${uniqueId}`)}`,
        {
          body: JSON.stringify(steps),
          headers: { 'Content-Type': 'application/json-patch+json' },
        },
      );
    const steps = [
      { op: 'test', path: '/securityLabel', value: json.securityLabel },
      { op: 'add', path: '/securityLabel/-', value: mask },
    ];
    const masked = await patch(steps);
    expect([masked.status, masked.json.securityLabel.length], masked.text).toEqual([200, 2]);
    expect((await patch(steps)).rules).toEqual(['SIM-FHIR-PATCH-TEST']);
    expect((await patch([{ op: 'replace', path: '/status', value: 'superseded' }])).status).toBe(405);
    const entry = await side.xds.currentEntry(uniqueId);
    expect([entry.version, entry.confidentialityCodes.map(({ code }) => code)]).toEqual([
      '2',
      ['N', 'INVISIBLE_PATIENT'],
    ]);

    const { id } = await ownPatient();
    const sets = await side.find('List', {
      patient: `Patient/${id}`,
      code: 'https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes|submissionset',
      status: 'current',
      _include: 'List:item',
    });
    expect(sets.json.total).toBe(2);
    expect(found(sets, 'include')).toHaveLength(2);
  });
});
