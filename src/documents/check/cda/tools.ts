import { attributeOf, textOf } from '../../../internal/xml/index.ts';
import type { Nomenclature } from '../../../nomenclature/index.ts';
import { places, type CheckContext, type Place } from './context.ts';
import { isOidSyntax } from './data-types/shared.ts';
import { epochOf } from './data-types/times.ts';
import type { CdaRuleId } from '../../rules/cda/index.ts';

export const get = (place: Place | undefined, name: string): string | undefined => attributeOf(place?.node, name);

export const isNull = (place: Place | undefined): boolean => get(place, 'nullFlavor') !== undefined;

export const words = (place: Place | undefined): string => textOf(place?.node).trim();

/** Exactly one child of that name without nullFlavor. */
export function one(parent: Place, name: string, rule: CdaRuleId, context: CheckContext): Place | undefined {
  const found = places(parent, name).filter((place) => !isNull(place));
  if (found.length !== 1) context.add(rule, `${parent.path}/${name}`, found.length === 0 ? null : String(found.length));
  return found[0];
}

/** A code that the model binds to a table: compared by the code, then by its system. */
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
  if (wants.display && (get(place, 'displayName') ?? '') === '') context.add(rule, place.path, code, 'displayName');
  if (wants.system && (system === undefined || !isOidSyntax(system))) context.add(rule, place.path, code, 'codeSystem');
  const known = table.withCode(code);
  if (known.length === 0) context.add(rule, place.path, code);
  else if (system !== undefined && !known.some(({ codeSystem }) => codeSystem === system)) {
    context.add('CDA-CODE-SYSTEM', place.path, system, known.map(({ codeSystem }) => codeSystem).join(' ou '));
  }
}

/** A date-time that the volet wants to the second, with its offset. */
export function checkPreciseTime(place: Place | undefined, rule: CdaRuleId, context: CheckContext): void {
  if (!place) return;
  const value = get(place, 'value');
  if (value === undefined || !/^\d{4,14}/.test(value)) context.add(rule, place.path, value ?? null);
  else if (epochOf(value) !== null && !/^\d{14}[+-]\d{4}$/.test(value)) {
    context.add('CDA-TIME-PRECISION', place.path, value);
  }
}

/** A time is never without its zone when it has an hour. */
export function checkZones(place: Place, context: CheckContext): void {
  const value = get(place, 'value');
  if (value !== undefined && /^\d{10,14}(?:[+-]\d{1,3})?$/.test(value)) context.add('CDA-DATE-ZONE', place.path, value);
}
