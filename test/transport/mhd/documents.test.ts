import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import type { TerrESanteError } from '../../../src/errors.ts';
import {
  createFhirDocuments,
  type FhirDocument,
  type FhirDocuments,
  type HttpRequest,
} from '../../../src/transport/index.ts';
import { noteTypeSystem } from '../../../src/transport/fhir/note.ts';
import { bodyOf, outcome, scriptedServer, type Scripted } from '../fhir/scripted-server.ts';

const baseUrl = 'https://entrepot.example/fhir';
const asked = { system: '2.999.1.10', value: 'CANARI-1' };
const subject = { reference: 'Patient/pat-1' };
const bytes = Buffer.from('%PDF-1.7 fictive');
const hash = createHash('sha1').update(bytes).digest('base64');
const pdfType = { 'content-type': 'application/pdf' };
const attachment = { contentType: 'application/pdf', url: 'Binary/b1', size: bytes.length, hash, title: 'Lettre' };

const set = (resources: object[], more: object = {}): Scripted => ({
  body: { resourceType: 'Bundle', type: 'searchset', entry: resources.map((resource) => ({ resource })), ...more },
});
const patient = set([
  { resourceType: 'Patient', id: 'pat-1', identifier: [{ system: 'urn:oid:2.999.1.10', value: 'CANARI-1' }] },
]);
const reference = (id: string, more: object = {}): object => ({
  resourceType: 'DocumentReference',
  id,
  status: 'current',
  subject,
  content: [{ attachment }],
  ...more,
});

function side(...answers: Scripted[]): { server: FhirDocuments; sent: HttpRequest[] } {
  const { http, asked: sent } = scriptedServer(...answers);
  return { server: createFhirDocuments({ http, baseUrl, maxDocumentBytes: 1_000 }), sent };
}

async function all(server: FhirDocuments, status?: ('current' | 'superseded')[]): Promise<FhirDocument[]> {
  const found: FhirDocument[] = [];
  for await (const { documents } of server.search(asked, { status })) found.push(...documents);
  return found;
}

const refused = (call: Promise<unknown>): Promise<TerrESanteError> =>
  call.then(
    () => expect.fail('it was a success'),
    (error: unknown) => error as TerrESanteError,
  );

describe('documents of a FHIR server', () => {
  it('are searched by POST, for the patient of this identifier alone', async () => {
    const one = reference('doc-1', {
      masterIdentifier: { value: 'urn:oid:2.999.5.1' },
      date: '2026-03-01T10:30:00.1234567+01:00',
      type: { coding: [{ code: '11490-0' }] },
    });
    const { server, sent } = side(patient, set([one], { total: 1 }));
    await expect(all(server, ['current', 'superseded'])).resolves.toEqual([
      {
        id: 'doc-1',
        uniqueId: '2.999.5.1',
        status: 'current',
        isReplaced: false,
        title: 'Lettre',
        typeCodes: ['11490-0'],
        classCodes: [],
        date: '2026-03-01T09:30:00.123Z',
        mimeType: 'application/pdf',
        size: bytes.length,
        hash: createHash('sha1').update(bytes).digest('hex'),
      },
    ]);
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST ${baseUrl}/Patient/_search`,
      `POST ${baseUrl}/DocumentReference/_search`,
    ]);
    expect([...new URLSearchParams(bodyOf(sent[1]))]).toEqual([
      ['patient', 'Patient/pat-1'],
      ['status', 'current,superseded'],
    ]);
  });

  it.each([
    ['another patient', { subject: { reference: 'Patient/pat-2' } }],
    ['a group', { subject: { reference: 'Group/pat-1' } }],
    ['nobody', { subject: undefined }],
    ['another identifier', { subject: { identifier: { system: 'urn:oid:2.999.1.10', value: 'AUTRE' } } }],
  ])('of %s are never given', async (_whose, more) => {
    const error = await refused(all(side(patient, set([reference('doc-1'), reference('doc-2', more)])).server));
    expect(error).toMatchObject({ code: 'TE_PROTOCOL', details: { reason: 'other-patient' } });
    expect(JSON.stringify(error) + error.message).not.toContain('CANARI');
  });

  it('are no notes of a liaison book, in the list and in its number', async () => {
    const type = { coding: [{ system: noteTypeSystem, code: 'OBS' }] };
    const { server } = side(patient, set([reference('note-1', { type }), reference('doc-1')], { total: 2 }));
    const { value } = await server.search(asked).next();
    expect(value).toMatchObject({ documents: [{ id: 'doc-1' }], total: 1, told: [] });
  });

  it('that another one replaces are told, whatever their status', async () => {
    const next = reference('doc-2', {
      relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/doc-1' } }],
    });
    const { server } = side(patient, set([reference('doc-1'), next]));
    const { value } = await server.search(asked).next();
    expect(value).toMatchObject({ documents: [{ isReplaced: true }, { isReplaced: false }], told: ['replaced'] });
  });

  it('come with the bytes that are described', async () => {
    const pdf = { headers: { 'content-type': 'application/pdf' }, body: bytes };
    const { server, sent } = side({ body: reference('doc-1') }, pdf);
    const { bytes: got, told } = await server.fetch('doc-1');
    expect([Buffer.from(got).equals(bytes), told]).toEqual([true, []]);
    expect(sent[1]).toMatchObject({ url: `${baseUrl}/Binary/b1`, headers: { Accept: 'application/pdf' } });
  });

  it.each([
    ['other bytes', {}, { headers: pdfType, body: Buffer.from('%PDF-1.7 autre !!') }, 'other-content'],
    ['a cut', {}, { headers: pdfType, body: bytes.subarray(0, 4) }, 'other-content'],
    ['another server', { url: 'https://ailleurs.example/b1' }, {}, 'other-server'],
    ['no address', { url: undefined }, {}, 'no-content'],
    ['a resource without data', {}, { headers: {}, body: { resourceType: 'Binary' } }, 'no-binary'],
  ])('are not given for %s', async (_what, change, answer, reason) => {
    const described = reference('doc-1', { content: [{ attachment: { ...attachment, ...change } }] });
    const { server } = side({ body: described }, answer);
    await expect(refused(server.fetch('doc-1'))).resolves.toMatchObject({ code: 'TE_PROTOCOL', details: { reason } });
  });

  it('are bounded, and their ids are no paths', async () => {
    const large = { headers: { 'content-type': 'application/pdf' }, body: Buffer.alloc(3_000) };
    await expect(refused(side({ body: reference('doc-1') }, large).server.fetch('doc-1'))).resolves.toMatchObject({
      code: 'TE_TOO_LARGE',
    });
    const { server, sent } = side({ body: reference('doc-1') });
    for (const id of ['../metadata', '..', 'a/b', '']) {
      await expect(refused(server.fetch(id))).resolves.toMatchObject({ code: 'TE_INPUT_INVALID' });
    }
    expect(sent).toEqual([]);
    await expect(refused(server.fetch('doc-2'))).resolves.toMatchObject({ details: { reason: 'no-description' } });
  });

  it('are no empty list when the server refuses or fails', async () => {
    for (const [answer, code] of [
      [{ status: 403, body: outcome({ severity: 'error', code: 'forbidden' }) }, 'TE_FORBIDDEN'],
      [{ status: 404 }, 'TE_CONFIG_INVALID'],
      [set([outcome({ severity: 'error', code: 'exception' })]), 'TE_UNAVAILABLE'],
    ] as const) {
      await expect(refused(all(side(patient, answer).server))).resolves.toMatchObject({ code });
    }
  });
});
