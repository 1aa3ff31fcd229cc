import { describe, expect, it } from 'vitest';

import type { MeasurePage, MeasureQuery } from '../../../src/transport/binding/measures.ts';
import { call, camille } from './played-binding.ts';
import { next, played, searchset, type Route } from './routed-server.ts';
import { bodyOf, outcome, type Scripted } from './scripted-server.ts';

/* Measures of other people's servers: units as sent, no value out of none, nobody else's. */
const query: MeasureQuery = { codes: [], from: null, until: null, includeErrors: false };
const ucum = 'http://unitsofmeasure.org';
const vital = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }],
};
const loinc = (code: string): object => ({ coding: [{ system: 'http://loinc.org', code }] });
const weight = (id = 'w', more: object = {}): object => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [vital],
  code: { ...loinc('29463-7'), text: 'Poids' },
  subject: { reference: 'Patient/pat-1' },
  effectiveDateTime: '2026-03-01T08:00:00+01:00',
  valueQuantity: { value: 71, unit: 'kg', system: ucum, code: 'kg' },
  ...more,
});

const search = /^POST Observation\/_search/;

async function pagesOf(routes: readonly Route[], more: Partial<MeasureQuery> = {}): Promise<MeasurePage[]> {
  const pages = played(...routes).binding.measures!.list!(camille, { ...query, ...more });
  const found: MeasurePage[] = [];
  do found.push((await pages.next(call)).value);
  while (!found.at(-1)!.isLast);
  return found;
}
const of = (...resources: object[]): Route => [search, searchset(resources)];
const idsOf = (pages: readonly MeasurePage[]): string[] =>
  pages.flatMap(({ measures }) => measures.map(({ id }) => id));

describe('a measure', () => {
  it('is given as it was sent: its digits, its unit, and no value where there is none', async () => {
    const grams = { value: 'DIGITS', comparator: '<', unit: 'grammes', system: ucum, code: 'g' };
    const text = JSON.stringify(
      (
        searchset([
          weight('g', { valueQuantity: grams }),
          weight('none', { valueQuantity: { unit: 'kg' }, dataAbsentReason: { coding: [{ code: 'not-performed' }] } }),
          weight('text', { valueQuantity: undefined, valueString: 'environ 70' }),
          weight('range', { valueQuantity: undefined, valueRange: { low: { value: 60 } } }),
          weight('unitless', { valueQuantity: { value: 3 } }),
        ]) as { body: object }
      ).body,
    ).replace('"DIGITS"', '70100.10');
    const [page] = await pagesOf([[search, { body: text }]]);
    expect(page?.measures.map(({ value, absentReason }) => [value, absentReason])).toEqual([
      [
        {
          kind: 'quantity',
          value: 70100.1,
          digits: '70100.10',
          comparator: '<',
          unit: 'grammes',
          code: { system: ucum, code: 'g' },
        },
        null,
      ],
      [null, 'not-performed'],
      [{ kind: 'text', text: 'environ 70' }, null],
      [{ kind: 'other' }, null],
      [{ kind: 'quantity', value: 3, digits: '3', comparator: null, unit: null, code: null }, null],
    ]);
    expect(page?.measures[0]).toMatchObject({ label: 'Poids', measuredAt: '2026-03-01T07:00:00Z', status: 'final' });
  });

  it('of two values tells both, and one that is absent as absent', async () => {
    const pressure = weight('bp', {
      code: loinc('85354-9'),
      valueQuantity: undefined,
      component: [
        { code: loinc('8480-6'), valueQuantity: { value: 131, unit: 'mmHg', system: ucum, code: 'mm[Hg]' } },
        { code: loinc('8462-4'), dataAbsentReason: { text: 'Non mesurée' } },
      ],
    });
    const [page] = await pagesOf([of(pressure)], { codes: ['8462-4'] });
    expect(page?.measures[0]).toMatchObject({
      value: null,
      components: [
        { value: { value: 131, unit: 'mmHg' }, absentReason: null },
        { value: null, absentReason: 'Non mesurée' },
      ],
    });
  });
});

describe('a list of measures', () => {
  it('of a server that ignores every condition gives what was asked alone', async () => {
    const all = [
      weight('error', { status: 'entered-in-error' }),
      weight('old', { effectiveDateTime: '2019-01-01' }),
      weight('undated', { effectiveDateTime: undefined }),
      weight('other', { code: loinc('8867-4') }),
      weight('same-code-elsewhere', { code: { coding: [{ system: 'urn:x', code: '29463-7' }] } }),
      weight(),
    ];
    const asked = { codes: ['29463-7'], from: '2026-01-01T00:00:00Z' };
    expect(idsOf(await pagesOf([of(...all)], asked))).toEqual(['w']);
    expect(idsOf(await pagesOf([of(...all)], { ...asked, includeErrors: true }))).toEqual(['error', 'w']);
    const lab = weight('lab', { category: [], code: loinc('718-7') });
    expect(idsOf(await pagesOf([of(lab, weight('bare', { category: undefined }), weight())]))).toEqual(['bare', 'w']);
  });

  it('is asked for with both codes of saturation, and with less when the server refuses', async () => {
    const bad = { status: 400, body: outcome({ severity: 'error', code: 'invalid' }) };
    const { binding, asked } = played([search, bad, bad, searchset([weight('s', { code: loinc('2708-6') })])]);
    const pages = binding.measures!.list!(camille, { ...query, codes: ['59408-5'], from: '2026-01-01T00:00:00Z' });
    expect((await pages.next(call)).value.measures.map(({ id }) => id)).toEqual(['s']);
    const forms = asked.filter(({ url }) => url.endsWith('Observation/_search')).map(bodyOf);
    expect(new URLSearchParams(forms[0]).get('code')).toBe('http://loinc.org|59408-5,http://loinc.org|2708-6');
    expect(forms.map((form) => [form.includes('_sort'), form.includes('date=')])).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ]);
  });

  it.each<[string, object]>([
    ['another patient', { subject: { reference: 'Patient/pat-2' } }],
    ['nobody', { subject: undefined }],
  ])('with a measure of %s is refused as a whole', async (_, more) => {
    const failure = { code: 'TE_PROTOCOL', details: { reason: 'other-patient' } };
    await expect(pagesOf([of(weight(), weight('o', more))])).rejects.toMatchObject(failure);
  });

  it('counts what may mean its contrary, goes on over an empty page, and tells an end too early', async () => {
    const modified = weight('m', { modifierExtension: [{ url: 'https://x.example/not', valueBoolean: true }] });
    const read = await pagesOf([
      [search, searchset([modified, weight('a')], { total: 9, ...next('?_getpages=1') })],
      [/_getpages=1/, searchset([], next('?_getpages=2'))],
      [/_getpages=2/, searchset([weight('a'), weight('b'), weight('s', { status: undefined })])],
    ]);
    expect(read.map(({ unread, isComplete }) => [unread, isComplete])).toEqual([
      [1, true],
      [0, true],
      [1, false],
    ]);
    expect(idsOf(read)).toEqual(['a', 'b']);
  });

  it.each<[string, Scripted, string]>([
    [
      '200 and an outcome that is an error',
      { body: outcome({ severity: 'error', code: 'exception' }) },
      'TE_UNAVAILABLE',
    ],
    [
      'an empty list with an error in it',
      searchset([outcome({ severity: 'error', code: 'processing' })]),
      'TE_PROTOCOL',
    ],
    ['404', { status: 404, body: '' }, 'TE_CONFIG_INVALID'],
    ['403', { status: 403, body: '' }, 'TE_FORBIDDEN'],
  ])('answered by %s is never an empty one', async (_, answer, code) => {
    await expect(pagesOf([[search, answer]])).rejects.toMatchObject({ code });
  });
});
