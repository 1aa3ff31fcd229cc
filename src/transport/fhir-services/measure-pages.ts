import { isoUtc, parseUtc } from '../../internal/hl7-time.ts';
import type { Json } from '../../internal/json/index.ts';
import type { BoundPatient } from '../binding/call.ts';
import type { MeasurePage, MeasurePages, MeasureQuery, MeasureRecord } from '../binding/measures.ts';
import type { FhirPage, FhirSearch } from '../fhir/search.ts';
import { codesOf, readMeasure } from '../measures/read-measure.ts';
import type { FhirBindingOptions } from './model.ts';
import { noteSubject, requireAbout, type NoteSubject } from './note-subject.ts';
import { startOf } from './period.ts';
import { SearchedPages } from './searched-pages.ts';

const loinc = 'http://loinc.org';
const categories = 'http://terminology.hl7.org/CodeSystem/observation-category';

/** LOINC codes of vital signs. @see HL7 FHIR R4, profile Vital Signs, table of codes */
const vitalSigns: ReadonlySet<string> = new Set([
  '85353-1',
  '9279-1',
  '8867-4',
  '2708-6',
  '8310-5',
  '8302-2',
  '9843-4',
  '29463-7',
  '39156-5',
  '85354-9',
  '8480-6',
  '8462-4',
  '59408-5',
]);

/** The saturation that the profile codes, and the one of an oximeter, are asked for together. */
const saturation = ['2708-6', '59408-5'] as const;

type Content = Pick<MeasurePage, 'measures' | 'unread'>;

/**
 * The measures of a patient, page after page. What is asked of the server is asked here again: one
 * that does not know a condition gives more, and one that refuses it is asked without.
 *
 * @see ANS, Mesures de santé 3.1.0; HL7 FHIR R4, Observation, search parameters
 */
export function measurePages(options: FhirBindingOptions, patient: BoundPatient, query: MeasureQuery): MeasurePages {
  const isSaturation = query.codes.some((code) => saturation.some((known) => known === code));
  const codes = isSaturation ? [...new Set([...query.codes, ...saturation])] : query.codes;
  const asked = { ...query, codes };
  return new SearchedPages<NoteSubject, Content>(options, {
    type: 'Observation',
    scope: (call) => noteSubject(call, patient),
    questions: (subject) => questions(subject, asked),
    read: async (page, subject) => read(page, subject, asked),
    nothing: { measures: [], unread: 0 },
  });
}

function questions({ id }: NoteSubject, { codes, from, until }: MeasureQuery): readonly FhirSearch['parameters'][] {
  const named = ['patient', `Patient/${id}`] as const;
  const what =
    codes.length > 0
      ? (['code', codes.map((code) => `${loinc}|${code}`).join(',')] as const)
      : (['category', `${categories}|vital-signs`] as const);
  const period = [
    ...(from === null ? [] : [['date', `ge${second(from, 'floor')}`] as const]),
    ...(until === null ? [] : [['date', `le${second(until, 'ceil')}`] as const]),
  ];
  return [[named, what, ...period, ['_sort', '-date']], [named, what, ...period], [named, what], [named]];
}

/** Servers compare whole seconds: the bound is asked for a little wider, and cut here. */
const second = (iso: string, way: 'floor' | 'ceil'): string => isoUtc(Math[way](parseUtc(iso) / 1000) * 1000);

function read(page: FhirPage, subject: NoteSubject, query: MeasureQuery): Content {
  const measures: MeasureRecord[] = [];
  // What the layer leaves out because something may turn its meaning round is told too.
  let unread = page.told.includes('modifier') ? 1 : 0;

  for (const { type, mode, id, resource } of page.entries) {
    if (type !== 'Observation' || mode !== 'match') continue;
    requireAbout(resource, subject, 'la mesure');
    const measure = readMeasure({ ...resource, id });
    if (!measure) unread += 1;
    else if (isAsked(measure, resource, query)) measures.push(measure);
  }
  return { measures, unread };
}

/** @see HL7 FHIR R4, ObservationStatus: these say that there is no measure */
const errors: ReadonlySet<string> = new Set(['entered-in-error', 'cancelled']);

/** The conditions, whatever the server made of them. What has no time is in no period. */
function isAsked(measure: MeasureRecord, resource: Json, query: MeasureQuery): boolean {
  if (!query.includeErrors && errors.has(measure.status)) return false;
  if (!isOfCode(measure, resource, query.codes)) return false;
  if (query.from === null && query.until === null) return true;

  const at = startOf(measure.measuredAt);
  const end = measure.measuredUntil === null ? at : startOf(measure.measuredUntil);
  const isAfter = query.from === null || end >= parseUtc(query.from);
  return isAfter && (query.until === null || at <= parseUtc(query.until));
}

/** A measure of some codes, in itself or as one of its values; without any, a vital sign. */
function isOfCode({ codes, components }: MeasureRecord, { category }: Json, wanted: readonly string[]): boolean {
  const own = codes.filter(({ system }) => system === loinc).map(({ code }) => code);
  if (wanted.length > 0) {
    const inside = components.flatMap((each) => each.codes.filter(({ system }) => system === loinc));
    return [...own, ...inside.map(({ code }) => code)].some((code) => wanted.includes(code));
  }
  const concepts: readonly unknown[] = Array.isArray(category) ? (category as unknown[]) : [];
  const isVital = concepts.flatMap(codesOf).some(({ system, code }) => system === categories && code === 'vital-signs');
  return isVital || own.some((code) => vitalSigns.has(code));
}
