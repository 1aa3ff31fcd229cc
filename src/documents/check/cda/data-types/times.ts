import { placeOf, type CheckContext, type Place } from '../context.ts';
import { boundAttributes, checkContent, checkPartAttributes, elements, get, hasNull, nothing } from './shared.ts';

const timestamp = /^(?:\d{1,8}|(?:\d{9,14}|\d{14}\.\d+)(?:[+-]\d{1,4})?)$/;

/** A real date and time at the precision given; `null` when it is not. */
export function epochOf(value: string): number | null {
  const match = /^(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:\.\d+)?(?:([+-])(\d{1,2})(\d\d)?)?$/.exec(value);
  if (!match) return null;
  const [
    ,
    year,
    month = '01',
    day = '01',
    hour = '00',
    minute = '00',
    second = '00',
    sign,
    zone = '00',
    zoneMinute = '00',
  ] = match;
  const date = new Date(
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)),
  );
  const real =
    Number(year) > 0 &&
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    Number(zone) <= 14 &&
    Number(zoneMinute) < 60;
  if (!real) return null;
  const offset = (Number(zone) * 60 + Number(zoneMinute)) * (sign === '-' ? -1 : 1);
  return date.getTime() - offset * 60_000;
}

export function ts(place: Place, context: CheckContext): void {
  const { node } = place;
  checkContent(place, context, nothing);
  const value = get(node, 'value');
  if (value === undefined) {
    if (!hasNull(node) && elements(node).length === 0) context.add('CDA-DATE', place.path);
  } else if (hasNull(node) || !timestamp.test(value) || epochOf(value) === null)
    context.add('CDA-DATE', place.path, value);
}

export const bounds: ReadonlySet<string> = new Set(['low', 'high', 'center', 'width']);

export function ivlTs(place: Place, context: CheckContext): void {
  const { node } = place;
  const children = elements(node);
  checkContent(place, context, bounds);
  for (const child of children) {
    const childPlace = placeOf(place, child);
    if (bounds.has(child.localName)) checkPartAttributes(childPlace, context, boundAttributes);
    if (child.localName !== 'width') ts(childPlace, context);
  }
  const order = children.map(({ localName }) => localName).join(' ');
  if (!/^(?:|low|low high|low width|high|width|width high|center|center width)$/.test(order)) {
    context.add('CDA-INTERVAL', place.path);
  }
  const value = get(node, 'value');
  if (value !== undefined) {
    if (children.length > 0 || hasNull(node) || !timestamp.test(value) || epochOf(value) === null) {
      context.add('CDA-DATE', place.path, value);
    }
    return;
  }
  if (hasNull(node)) {
    if (children.length > 0) context.add('CDA-NULL-FLAVOR', place.path);
    return;
  }
  // The schema lets an interval be empty; the header does not.
  if (children.length === 0) context.add('CDA-INTERVAL', place.path);
  const [low, high] = ['low', 'high'].map((name) => {
    const bound = children.find(({ localName }) => localName === name);
    return bound ? get(bound, 'value') : undefined;
  });
  if (low === undefined || high === undefined) return;
  const [from, to] = [epochOf(low), epochOf(high)];
  if (from !== null && to !== null && from > to) context.add('CDA-INTERVAL', place.path);
  else if (low === high) {
    context.add(/\/(?:componentOf|participant)/.test(place.path) ? 'CDA-INTERVAL' : 'CDA-INTERVAL-EQUAL', place.path);
  }
}
