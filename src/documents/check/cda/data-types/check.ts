import { attributeOf } from '../../../../internal/xml/index.ts';
import { xsiNamespace } from '../../../cda/oids.ts';
import { places, type CheckContext, type Place } from '../context.ts';
import { checkNarrative } from '../narrative.ts';
import { bl, codeWithChildren, cs, ii, int } from './codes.ts';
import { ad, en, on, tel } from './contact.ts';
import { checkContent, checkPartAttributes, get, hasNull, type Check } from './shared.ts';
import { ed, st } from './text.ts';
import { bounds, ivlTs, ts } from './times.ts';

const periodChildren: ReadonlySet<string> = new Set(['phase', 'period']);
const quantityAttributes: ReadonlySet<string> = new Set(['nullFlavor', 'value', 'unit', 'inclusive']);
const quantityChildren: ReadonlySet<string> = new Set(['translation']);

function ivlPq(place: Place, context: CheckContext): void {
  checkContent(place, context, bounds);
  for (const name of bounds) {
    for (const bound of places(place, name)) {
      checkPartAttributes(bound, context, quantityAttributes);
      checkContent(bound, context, quantityChildren);
    }
  }
}

/** A value or a time whose type the document says itself. */
function typed(place: Place, context: CheckContext): void {
  const declared = attributeOf(place.node, 'type', xsiNamespace);
  // The type of `value` is abstract: without a declared one nothing says what it holds.
  if (declared === undefined && place.node.localName === 'value') {
    context.add('CDA-SCHEMA-ATTRIBUTE', place.path, null, 'attribut xsi:type');
  }
  const type = (declared ?? '').replace(/^[^:]*:/, '');
  if (declared !== undefined && !/^[A-Z]{2,5}(?:_[A-Z]+)*$/.test(type)) {
    context.add('CDA-SCHEMA-ATTRIBUTE', place.path, declared, 'xsi:type');
  }
  if (type === 'CD' || type === 'CE' || type === 'CV' || type === 'CO') codeWithChildren(place, context);
  else if (type === 'IVL_TS') ivlTs(place, context);
  else if (type === 'TS') ts(place, context);
  else if (type === 'PIVL_TS') checkContent(place, context, periodChildren);
  else if (type === 'PQ') {
    checkContent(place, context, quantityChildren);
    const value = get(place.node, 'value');
    if (value === undefined ? !hasNull(place.node) : !/^[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?$/.test(value)) {
      context.add('CDA-NUMBER', place.path, value ?? null);
    }
    if (/\s/.test(get(place.node, 'unit') ?? '') || get(place.node, 'unit') === '') {
      context.add('CDA-NUMBER', place.path, null, 'unit');
    }
  }
}

const checks: Readonly<Record<string, Check>> = {
  II: ii,
  CD: codeWithChildren,
  CE: codeWithChildren,
  CS: cs,
  TS: ts,
  IVL_TS: ivlTs,
  INT: int,
  BL: bl,
  TEL: tel,
  AD: ad,
  PN: en,
  EN: en,
  ON: on,
  ST: st,
  SC: st,
  ED: ed,
  ANY: typed,
  IVL_PQ: ivlPq,
  Narrative: checkNarrative,
};

export function isDataType(type: string): boolean {
  return Object.hasOwn(checks, type);
}

/** One value against its data type (HL7 V3 data types release 1, as the CI-SIS restricts them). */
export function checkDataType(place: Place, type: string, context: CheckContext): void {
  checks[type]?.(place, context);
}
