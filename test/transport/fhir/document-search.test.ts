import { describe, expect, it } from 'vitest';

import type { DocumentQuery, DocumentRecord } from '../../../src/transport/index.ts';
import { call, camille, playedBinding } from './played-binding.ts';
import { bodyOf, outcome, scriptedServer, type Scripted } from './scripted-server.ts';

const base = 'https://platform.example/fhir';
const usual: DocumentQuery = {
  statuses: ['approved'],
  typeCodes: [],
  classCodes: [],
  authorId: null,
  period: null,
  isWhole: false,
};

const patient: Scripted = searchset([{ resourceType: 'Patient', id: 'p1', identifier: [identifierOf()] }]);

function identifierOf(): object {
  return { system: `urn:oid:${camille.localId.system}`, value: camille.localId.value };
}

function searchset(resources: readonly object[], { next, total }: { next?: string; total?: number } = {}): Scripted {
  const link = next === undefined ? {} : { link: [{ relation: 'next', url: next }] };
  const entry = resources.map((resource) => ({ resource, search: { mode: 'match' } }));
  return { body: { resourceType: 'Bundle', type: 'searchset', total: total ?? null, ...link, entry } };
}

const coding = (system: string, code: string): object => ({ coding: [{ system, code, display: code }] });
const archived = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived';
const marks = 'https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument';
const levels = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';

function document(id: string, change: object = {}): object {
  return {
    resourceType: 'DocumentReference',
    id,
    meta: { versionId: '3' },
    masterIdentifier: { system: 'urn:ietf:rfc:3986', value: `urn:oid:2.999.${id}` },
    status: 'current',
    type: coding('http://loinc.org', '11502-2'),
    subject: { reference: 'Patient/p1' },
    date: '2026-03-02T09:00:00Z',
    content: [{ attachment: { contentType: 'text/xml', title: 'Biologie', creation: '2026-03-01' } }],
    ...change,
  };
}

interface Read {
  readonly pages: DocumentRecord[][];
  readonly error: unknown;
  readonly asked: readonly string[];
}

async function read(answers: readonly Scripted[], query: Partial<DocumentQuery> = {}): Promise<Read> {
  const { http, asked } = scriptedServer(...answers);
  const binding = playedBinding(base, http, { patientInAddress: false });
  const pages: DocumentRecord[][] = [];
  let error: unknown = null;
  try {
    for await (const { value } of binding.documents!.search!(camille, { ...usual, ...query }, call)) {
      pages.push([...value.documents]);
    }
  } catch (thrown) {
    error = thrown;
  }
  return { pages, error, asked: asked.map((request) => decodeURIComponent(bodyOf(request))) };
}

const ids = (pages: readonly (readonly DocumentRecord[])[]): string[][] =>
  pages.map((page) => page.map(({ uniqueId }) => uniqueId));
const next = `${base}?_getpages=1`;

describe('documents over FHIR', () => {
  it('come page by page, and what went before a failure was given', async () => {
    const first = searchset([document('1')], { next });
    const two = await read([patient, first, searchset([document('2')])]);
    expect([ids(two.pages), two.error]).toEqual([[['2.999.1'], ['2.999.2']], null]);

    const lost = { status: 403, body: outcome({ severity: 'error', code: 'forbidden' }) };
    const failed = await read([patient, first, lost]);
    expect(ids(failed.pages)).toEqual([['2.999.1']]);
    expect(failed.error).toMatchObject({ code: 'TE_FORBIDDEN' });

    const cut = await read([patient, searchset([document('1')], { total: 2 })]);
    expect(ids(cut.pages)).toEqual([['2.999.1']]);
    expect(cut.error).toMatchObject({ code: 'TE_PROTOCOL', details: { reason: 'partial' } });
  });

  it('are refused with those of another patient, whichever page they are on', async () => {
    const foreign = searchset([document('2', { subject: { reference: 'Patient/p2' } })]);
    const { pages, error } = await read([patient, searchset([document('1')], { next }), foreign]);
    expect(ids(pages)).toEqual([['2.999.1']]);
    expect(error).toMatchObject({ code: 'TE_PROTOCOL', details: { reason: 'other-patient' } });
  });

  it('tell what replaces each when all are read first', async () => {
    const old = document('1', { status: 'superseded' });
    const newer = document('2', { relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/1' } }] });
    const answers = [patient, searchset([old], { next }), searchset([newer])];
    const { pages } = await read(answers, { statuses: ['approved', 'deprecated'], isWhole: true });
    expect(pages).toMatchObject([[{ status: 'deprecated', replacedBy: '2.999.2' }, { replacedBy: null }]]);
  });

  it('are of the statuses that were asked for, whatever the server gives', async () => {
    const given = searchset([
      document('1'),
      document('2', { extension: [{ url: archived, valueBoolean: true }] }),
      document('3', { status: 'superseded' }),
      document('4', { status: 'entered-in-error' }),
      document('5', { type: coding('https://mos.esante.gouv.fr/NOS/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote', 'x') }),
    ]);
    expect(ids((await read([patient, given])).pages)).toEqual([['2.999.1']]);
    const more = await read([patient, given], { statuses: ['approved', 'archived'] });
    expect(more.pages).toMatchObject([[{ status: 'approved' }, { status: 'archived' }]]);
    expect(more.asked[1]).toBe('patient=Patient/p1&status=current');
  });

  it('are asked for narrowly, and without that where the server refuses it', async () => {
    const period = { axis: 'act', from: '2026-03-01T00:00:00Z', to: '2026-03-05T00:00:00Z' } as const;
    const query = { typeCodes: ['11502-2'], classCodes: ['10'], authorId: '899700012349', period };
    const refused = { status: 400, body: outcome({ severity: 'error', code: 'invalid' }) };
    const { pages, asked } = await read([patient, refused, searchset([document('1')])], query);
    expect(ids(pages)).toEqual([['2.999.1']]);
    expect(asked.slice(1)).toEqual([
      'patient=Patient/p1&status=current&type=11502-2&category=10&period=ge2026-02-28T00:00:00Z&period=le2026-03-06T00:00:00Z',
      'patient=Patient/p1&status=current',
    ]);
    const created = await read([patient, searchset([])], {
      period: { ...period, axis: 'creation', to: null },
    });
    expect(created.asked[1]).toContain('creation=ge2026-02-28T00:00:00Z');
    const submitted = await read([patient, searchset([])], { period: { ...period, axis: 'submission' } });
    expect(submitted.asked[1]).toBe('patient=Patient/p1&status=current');
  });

  it.each(['urn:uuid:6f1d2f4e-3f0e-4a41-9a6c-7d4f8a0c1e01', 'urn:oid:2.999.1'])('are fetched by %s', async (value) => {
    const url = `${base}/Binary/1`;
    const named = { masterIdentifier: { value }, content: [{ attachment: { contentType: 'text/xml', url } }] };
    const content: Scripted = { headers: { 'content-type': 'text/xml' }, body: '<a/>' };
    const { http, asked } = scriptedServer(patient, searchset([document('1', named)]), content);
    const { documents } = playedBinding(base, http, { patientInAddress: false });
    const fetched = await documents!.fetch!(camille, value.replace(/^urn:oid:/, ''), 100, call);
    expect(Buffer.from(fetched.value).toString()).toBe('<a/>');
    expect(decodeURIComponent(bodyOf(asked[1]))).toContain(`identifier=urn:ietf:rfc:3986|${value}`);
  });

  it('say what their descriptions say', async () => {
    const practitioner = { identifier: { system: 'urn:oid:1.2.250.1.71.4.2.1', value: '899700012349' } };
    const change = {
      contained: [
        { resourceType: 'PractitionerRole', id: 'a', practitioner, organization: { display: 'CABINET' } },
        { resourceType: 'Patient', id: 'b', name: [{ family: 'ESSAI', given: ['CAMILLE'] }] },
        { resourceType: 'Device', id: 'c', deviceName: [{ name: 'Automate' }] },
      ],
      author: [{ reference: '#a' }, { reference: '#b' }, { reference: '#c' }, { reference: 'Practitioner/1' }],
      category: [coding('https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument', '10')],
      securityLabel: [coding(levels, 'N'), coding(marks, 'MASQUE_PS')],
      context: {
        period: { start: '2026-02-28T09:00:00+01:00' },
        practiceSetting: coding('urn:oid:1.2.250.1.213.1.1.4.9', 'AMBULATOIRE'),
      },
    };
    const { pages } = await read([patient, searchset([document('1', change)])]);
    expect(pages[0]).toMatchObject([
      {
        class: { code: '10', codeSystem: '1.2.250.1.213.1.1.4.1' },
        practiceSetting: { code: 'AMBULATOIRE', codeSystem: '1.2.250.1.213.1.1.4.9' },
        authors: [
          { kind: 'professional', ids: [{ value: '899700012349' }], structure: { ids: [], displayName: 'CABINET' } },
          { kind: 'patient', displayName: 'CAMILLE ESSAI' },
          { kind: 'device', displayName: 'Automate' },
          { kind: 'professional', ids: [], displayName: null, structure: null },
        ],
        producedByPatient: true,
        createdAt: '2026-03-01',
        act: { start: '2026-02-28T08:00:00Z', end: null },
        visibility: { hiddenFromProfessionals: true, hiddenFromPatient: false },
        confidentiality: 'N',
        version: '3',
      },
    ]);

    const bare = await read([patient, searchset([document('1')])]);
    expect(bare.pages[0]).toMatchObject([{ authors: null, producedByPatient: null, visibility: null, act: null }]);
  });
});
