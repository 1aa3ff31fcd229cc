import { describe, expect, it } from 'vitest';

import { TerrESanteError } from '../../../src/errors.ts';
import type { HttpClient, HttpRequest } from '../../../src/transport/index.ts';
import { call, camille, playedBinding } from './played-binding.ts';
import { bodyOf, outcome, scriptedServer, type Scripted } from './scripted-server.ts';

const base = 'https://fhir.example/r4';
const uniqueId = '2.999.1.77';
const a07 = 'https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument';
const label = (code: string, system = a07): object => ({ coding: [{ system, code }] });
const normal = label('N', 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality');
const masked = label('MASQUE_PS');

const person = {
  resourceType: 'Patient',
  id: 'pat-1',
  identifier: [{ system: 'urn:oid:2.999.1.10', value: 'PAT-000123' }],
};
const document = (securityLabel: readonly object[] | undefined, versionId = '4'): object => ({
  resourceType: 'DocumentReference',
  id: 'doc-1',
  meta: { versionId },
  masterIdentifier: { system: 'urn:ietf:rfc:3986', value: `urn:oid:${uniqueId}` },
  status: 'current',
  subject: { reference: 'Patient/pat-1' },
  ...(securityLabel && { securityLabel }),
});
const set = (...resources: object[]): Scripted => ({
  body: {
    resourceType: 'Bundle',
    type: 'searchset',
    total: resources.length,
    entry: resources.map((resource) => ({ resource })),
  },
});
const held = (labels: readonly object[] | undefined): readonly Scripted[] => [set(person), set(document(labels))];

/** Professionals are to see it or not; the others always do. */
async function change(
  hiddenFromProfessionals: boolean,
  answers: readonly Scripted[],
  wrap = (http: HttpClient): HttpClient => http,
): Promise<HttpRequest | undefined> {
  const server = scriptedServer(...answers);
  const { documents } = playedBinding(base, wrap(server.http), { patientInAddress: false });
  const visibility = { hiddenFromProfessionals, hiddenFromPatient: false, hiddenFromLegalRepresentatives: false };
  await documents!.setVisibility!(camille, { uniqueId, visibility, by: {} as never }, call);
  return server.asked.find(({ method }) => method === 'PATCH');
}

const stepsOf = (request: HttpRequest | undefined): unknown => JSON.parse(bodyOf(request));

describe('the visibility of a document over FHIR', () => {
  it('is patched by its name, guarded by all labels that were read', async () => {
    const patch = await change(true, [...held([normal]), { body: document([normal, masked], '5') }]);
    expect(patch).toMatchObject({
      url: `${base}/DocumentReference?identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Aoid%3A2.999.1.77`,
      headers: { 'Content-Type': 'application/json-patch+json', 'If-Match': 'W/"4"' },
    });
    expect(stepsOf(patch)).toEqual([
      { op: 'test', path: '/securityLabel', value: [normal] },
      {
        op: 'add',
        path: '/securityLabel/-',
        value: { coding: [{ system: a07, code: 'MASQUE_PS', display: 'Masqué aux professionnels de santé' }] },
      },
    ]);
  });

  it('is unmasked from the last label on: a removal moves those after it', async () => {
    const noPatient = label('NOPAT', 'http://terminology.hl7.org/CodeSystem/v3-ActCode');
    const labels = [masked, normal, masked, noPatient];
    expect(stepsOf(await change(false, [...held(labels), { body: '' }, ...held([normal])]))).toEqual([
      { op: 'test', path: '/securityLabel', value: labels },
      { op: 'remove', path: '/securityLabel/3' },
      { op: 'remove', path: '/securityLabel/2' },
      { op: 'remove', path: '/securityLabel/0' },
    ]);
  });

  it('is left alone where it is as asked, and made where there is no label', async () => {
    expect(await change(true, held([normal, masked]))).toBeUndefined();
    expect(await change(false, held([normal]))).toBeUndefined();
    expect(stepsOf(await change(true, [...held(undefined), { body: '' }, ...held([masked])]))).toMatchObject([
      { op: 'add', path: '/securityLabel', value: [{ coding: [{ code: 'MASQUE_PS' }] }] },
    ]);
  });

  const failedTest: Scripted = { status: 400, body: outcome({ severity: 'error', code: 'processing' }) };
  it.each<[string, readonly object[], object]>([
    ['a conflict when somebody else changed it', [normal, label('INVISIBLE_PATIENT')], { code: 'TE_CONFLICT' }],
    ['the refusal itself when nobody did', [normal], { code: 'TE_VALIDATION' }],
  ])('whose test fails is %s', async (_, now, expected) => {
    await expect(change(true, [...held([normal]), failedTest, ...held(now)])).rejects.toMatchObject(expected);
  });

  it('whose answer is lost was changed, or is told as unknown', async () => {
    const losing = (http: HttpClient): HttpClient => ({
      ...http,
      async stream(request) {
        const answer = await http.stream(request);
        if (request.method !== 'PATCH') return answer;
        throw new TerrESanteError('TE_UNAVAILABLE', 'coupé', { details: { networkCode: 'ECONNRESET' } });
      },
    });
    const lost = { body: '' };
    await change(true, [...held([normal]), lost, ...held([normal, masked])], losing);
    await expect(change(true, [...held([normal]), lost, ...held([normal])], losing)).rejects.toMatchObject({
      code: 'TE_UNAVAILABLE',
      details: { unknownOutcome: true },
    });
  });

  it.each<[string, readonly Scripted[]]>([
    ['its answer', [{ body: document([normal], '5') }]],
    ['its description', [{ body: '' }, ...held([normal])]],
  ])('that was not changed, by %s, is never told as changed', async (_, after) => {
    await expect(change(true, [...held([normal]), ...after])).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
  });

  it('of a document that is not there, or there twice, is not changed', async () => {
    await expect(change(true, [set(person), set()])).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
    const twice = set(document([normal]), { ...document([normal]), id: 'doc-2' });
    await expect(change(true, [set(person), twice])).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
  });
});
