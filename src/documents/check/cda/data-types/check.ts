import { attributeOf } from '../../../../internal/xml/index.ts';
import { xsiNamespace } from '../../../cda/oids.ts';
import type { CheckContext, Place } from '../context.ts';
import { checkNarrative } from '../narrative.ts';
import { bl, codeWithChildren, cs, ii, int } from './codes.ts';
import { ad, en, on, tel } from './contact.ts';
import { checkPartAttributes, type Check } from './shared.ts';
import { declaredTypes } from './declared-types.ts';
import { ed, st } from './text.ts';
import { eivlTs, ivlPq, number, pivlTs, pq } from './quantities.ts';
import { ivlTs, ts } from './times.ts';

/** A value or a time whose type the document declares itself. */
function typed(place: Place, context: CheckContext): void {
  const declared = attributeOf(place.node, 'type', xsiNamespace);
  // The type of `value` is abstract: without a declared one its content cannot be read.
  if (declared === undefined && place.node.localName === 'value') {
    context.add('CDA-SCHEMA-ATTRIBUTE', place.path, null, '@xsi:type');
  }

  const type = (declared ?? '').replace(/^[^:]*:/, '');
  const attributes = declaredTypes.get(type);
  if (attributes) checkPartAttributes(place, context, attributes);
  else if (declared !== undefined) context.add('CDA-SCHEMA-ATTRIBUTE', place.path, declared, '@xsi:type');

  declaredChecks.get(type)?.(place, context);
}

/** Checks of the types that a document may declare; a map, since it names them itself. */
const declaredChecks: ReadonlyMap<string, Check> = new Map([
  ['CD', codeWithChildren],
  ['CE', codeWithChildren],
  ['CV', codeWithChildren],
  ['CO', codeWithChildren],
  ['IVL_TS', ivlTs],
  ['TS', ts],
  ['PIVL_TS', pivlTs],
  ['EIVL_TS', eivlTs],
  ['PQ', pq],
  ['IVL_PQ', ivlPq],
  ['REAL', number],
  ['MO', number],
  ['BL', bl],
]);

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

/**
 * Checks one value against its data type (HL7 V3 data types release 1, as the CI-SIS restricts
 * them).
 */
export function checkDataType(place: Place, type: string, context: CheckContext): void {
  checks[type]?.(place, context);
}
