import { attributeOf, textOf } from '../../../internal/xml/index.ts';
import type { Nomenclature } from '../../../nomenclature/index.ts';
import type { CdaRuleId } from '../../rules/cda/index.ts';
import { placeOf, places, type CheckContext, type Place } from './context.ts';
import { isOidSyntax } from './data-types/shared.ts';
import { epochOf } from './data-types/times.ts';

/** The beginning of every HL7 date: at least the year. */
const dateStart = /^\d{4,14}/;

export const get = (place: Place | undefined, name: string): string | undefined => attributeOf(place?.node, name);

export const isNull = (place: Place | undefined): boolean => get(place, 'nullFlavor') !== undefined;

export const words = (place: Place | undefined): string => textOf(place?.node).trim();

export const isBlank = (place: Place | undefined, name: string): boolean => {
  const value = get(place, name);
  return value === undefined || value === '';
};

/** Children of that name that are not a nullFlavor. */
export const valued = (parent: Place | undefined, name: string): Place[] =>
  places(parent, name).filter((child) => !isNull(child));

/** Children of that name whose attribute has that value. */
export const withAttribute = (parent: Place | undefined, name: string, attribute: string, value: string): Place[] =>
  places(parent, name).filter((child) => get(child, attribute) === value);

/** Whether the `value` of a time begins like a date. */
export const isDated = (time: Place | undefined): boolean => dateStart.test(get(time, 'value') ?? '');

/** Requires exactly one child of that name without nullFlavor, and returns it. */
export function exactlyOne(parent: Place, name: string, rule: CdaRuleId, context: CheckContext): Place | undefined {
  const found = valued(parent, name);
  if (found.length !== 1) {
    const count = found.length === 0 ? null : String(found.length);
    context.add(rule, `${parent.path}/${name}`, count, `${name} 1..1`);
  }
  return found[0];
}

/** Checks a code that the model binds to a table: the code first, then its system. */
export function checkCode(
  place: Place | undefined,
  table: Nomenclature,
  rule: CdaRuleId,
  context: CheckContext,
  wants: { readonly display?: boolean; readonly system?: boolean } = {},
): void {
  if (!place) return;

  const code = get(place, 'code');
  const system = get(place, 'codeSystem');
  if (code === undefined) {
    context.add(rule, place.path, get(place, 'nullFlavor') ?? null);
    return;
  }

  if (wants.display && isBlank(place, 'displayName')) context.add(rule, place.path, code, '@displayName');
  if (wants.system && (system === undefined || !isOidSyntax(system))) {
    context.add(rule, place.path, code, '@codeSystem');
  }

  const concepts = table.withCode(code);
  if (concepts.length === 0) context.add(rule, place.path, code);
  else if (system !== undefined && !concepts.some(({ codeSystem }) => codeSystem === system)) {
    const systems = concepts.map(({ codeSystem }) => codeSystem).join(' | ');
    context.add('CDA-CODE-SYSTEM', place.path, system, systems);
  }
}

/** Checks a date-time that the volet wants to the second, with its offset. */
export function checkPreciseTime(place: Place | undefined, rule: CdaRuleId, context: CheckContext): void {
  if (!place) return;

  const value = get(place, 'value');
  if (value === undefined || !dateStart.test(value)) context.add(rule, place.path, value ?? null);
  else if (epochOf(value) !== null && !/^\d{14}[+-]\d{4}$/.test(value)) {
    context.add('CDA-TIME-PRECISION', place.path, value);
  }
}

/** A time that has an hour has its whole zone: in an element and in all it contains. */
export function checkZones(place: Place, context: CheckContext): void {
  const value = get(place, 'value');
  const short = value === undefined ? null : /^\d{10,14}(?:\.\d+)?([+-]\d{1,3})?$/.exec(value);
  if (short) context.add(short[1] === undefined ? 'CDA-DATE-ZONE' : 'CDA-DATE-OFFSET', place.path, value);

  for (const child of place.node.children) {
    if (typeof child !== 'string') checkZones(placeOf(place, child), context);
  }
}
