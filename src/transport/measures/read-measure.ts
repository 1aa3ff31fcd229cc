import { ExactNumber, isObject, numberOf, objects, type Json } from '../../internal/json/index.ts';
import type { MeasureCode, MeasureComponent, MeasureRecord, MeasureValue } from '../binding/measures.ts';
import { idOf } from '../fhir/address.ts';
import { momentOf, textOf } from '../nde/read-parts.ts';

/**
 * Reads a measure as it was sent: a unit is never made out of another, nor a value out of none.
 *
 * @returns `null` without an id or a status
 * @see HL7 FHIR R4, Observation and its profile Vital Signs; ANS, Mesures de santé 3.1.0
 */
export function readMeasure(resource: Json): MeasureRecord | null {
  const id = idOf(resource);
  const { status } = resource;
  if (id === null || typeof status !== 'string') return null;

  const period = isObject(resource['effectivePeriod']) ? resource['effectivePeriod'] : {};
  const at = resource['effectiveDateTime'] ?? resource['effectiveInstant'] ?? period['start'];
  return {
    id,
    status: status.slice(0, 64),
    ...componentOf(resource),
    measuredAt: momentOf(at),
    measuredUntil: momentOf(period['end']),
    components: objects(resource['component']).map(componentOf),
    comments: objects(resource['note']).flatMap(({ text }) => textOf(text) ?? []),
  };
}

function componentOf(resource: Json): MeasureComponent {
  return {
    codes: codesOf(resource['code']),
    label: wordsOf(resource['code']),
    value: valueOf(resource),
    absentReason: wordsOf(resource['dataAbsentReason']) ?? codesOf(resource['dataAbsentReason'])[0]?.code ?? null,
  };
}

/** The codes of a concept. */
export function codesOf(concept: unknown): readonly MeasureCode[] {
  const codings = isObject(concept) ? objects(concept['coding']) : [];
  return codings.flatMap(({ system, code }) => {
    const own = textOf(code);
    return own === null ? [] : [{ system: textOf(system), code: own }];
  });
}

function wordsOf(concept: unknown): string | null {
  if (!isObject(concept)) return null;
  const shown = objects(concept['coding']).map(({ display }) => textOf(display));
  return textOf(concept['text']) ?? shown.find((text) => text !== null) ?? null;
}

function valueOf(resource: Json): MeasureValue | null {
  const name = Object.keys(resource).find((key) => /^value[A-Z]/.test(key));
  if (name === undefined) return null;

  const value = resource[name];
  if (name === 'valueQuantity') return isObject(value) ? quantityOf(value) : null;
  if (name === 'valueString') return typeof value === 'string' ? { kind: 'text', text: value.slice(0, 2_000) } : null;
  if (name !== 'valueCodeableConcept') return { kind: 'other' };
  const [codes, text] = [codesOf(value), wordsOf(value)];
  return codes.length === 0 && text === null ? null : { kind: 'code', codes, text };
}

/** A quantity without a number is no value. */
function quantityOf({ value: written, comparator, unit, system, code }: Json): MeasureValue | null {
  const value = numberOf(written);
  if (Number.isNaN(value)) return null;
  const coded = textOf(code);
  return {
    kind: 'quantity',
    value,
    digits: written instanceof ExactNumber ? written.text : String(written),
    comparator: textOf(comparator),
    unit: textOf(unit),
    code: coded === null ? null : { system: textOf(system), code: coded },
  };
}
