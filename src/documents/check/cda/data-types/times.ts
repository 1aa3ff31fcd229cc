import type { ReadElement } from '../../../../internal/xml/index.ts';
import { placeOf, type CheckContext, type Place } from '../context.ts';
import {
  boundAttributes,
  checkContent,
  checkNumber,
  checkPartAttributes,
  elements,
  get,
  hasNull,
  nothing,
} from './shared.ts';

const timestamp = /^(?:\d{1,8}|(?:\d{9,14}|\d{14}\.\d+)(?:[+-]\d{1,4})?)$/;

const parts =
  /^(?<year>\d{4})(?<month>\d\d)?(?<day>\d\d)?(?<hour>\d\d)?(?<minute>\d\d)?(?<second>\d\d)?(?:\.\d+)?(?:(?<sign>[+-])(?<zone>\d{1,2})(?<zoneMinute>\d\d)?)?$/;

/** Milliseconds since 1970 of an HL7 date of any precision; `null` when it is not a real date. */
export function epochOf(value: string): number | null {
  const groups = parts.exec(value)?.groups;
  if (!groups) return null;

  const part = (name: string, absent: number): number => Number(groups[name] ?? absent);
  const [year, month, day] = [part('year', 0), part('month', 1), part('day', 1)];
  const [hour, minute, second] = [part('hour', 0), part('minute', 0), part('second', 0)];
  const [zone, zoneMinute] = [part('zone', 0), part('zoneMinute', 0)];

  // A day that does not exist (31 February) moves the date to another month.
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isRealDay = year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const isRealTime = hour < 24 && minute < 60 && second < 60 && zone <= 14 && zoneMinute < 60;
  if (!isRealDay || !isRealTime) return null;

  const offset = (zone * 60 + zoneMinute) * (groups['sign'] === '-' ? -1 : 1);
  return date.getTime() - offset * 60_000;
}

const isTimestamp = (value: string): boolean => timestamp.test(value) && epochOf(value) !== null;

/** A point in time. */
export function ts(place: Place, context: CheckContext): void {
  const { node } = place;
  checkContent(place, context, nothing);

  const value = get(node, 'value');
  if (value === undefined) {
    if (!hasNull(node) && elements(node).length === 0) context.add('CDA-DATE', place.path);
  } else if (hasNull(node) || !isTimestamp(value)) context.add('CDA-DATE', place.path, value);
}

export const bounds: ReadonlySet<string> = new Set(['low', 'high', 'center', 'width']);

const orders = /^(?:|low|low high|low width|high|width|width high|center|center width)$/;

/** The bounds of an interval, of times or of quantities, each once and in their order. */
export function checkBoundOrder({ node, path }: Place, context: CheckContext): void {
  const order = elements(node).map(({ localName }) => localName);
  if (!orders.test(order.join(' '))) context.add('CDA-INTERVAL', path);
}

/** An interval: its bounds in their order, or a single value. */
export function ivlTs(place: Place, context: CheckContext): void {
  const { node } = place;
  const children = elements(node);
  checkContent(place, context, bounds);
  for (const child of children) {
    const bound = placeOf(place, child);
    if (bounds.has(child.localName)) checkPartAttributes(bound, context, boundAttributes);
    if (child.localName === 'width') checkNumber(bound, context);
    else ts(bound, context);
  }
  checkBoundOrder(place, context);

  const value = get(node, 'value');
  if (value !== undefined) {
    if (children.length > 0 || hasNull(node) || !isTimestamp(value)) context.add('CDA-DATE', place.path, value);
  } else if (hasNull(node)) {
    if (place.inBody && children.length > 0) context.add('CDA-NULL-FLAVOR', place.path);
  } else if (children.length === 0) {
    // The schema lets an interval be empty; the header does not.
    context.add('CDA-INTERVAL', place.path);
  } else checkBounds(place, children, context);
}

function checkBounds(place: Place, children: readonly ReadElement[], context: CheckContext): void {
  const [low, high] = ['low', 'high'].map((name) => {
    const bound = children.find(({ localName }) => localName === name);
    return bound && get(bound, 'value');
  });
  if (low === undefined || high === undefined) return;

  const [from, to] = [epochOf(low), epochOf(high)];
  if (from !== null && to !== null && from > to) context.add('CDA-INTERVAL', place.path);
  else if (low === high) {
    // The national test kit refuses equal ends of an encounter or of a participation only.
    const refused = /\/(?:componentOf|participant)/.test(place.path);
    context.add(refused ? 'CDA-INTERVAL' : 'CDA-INTERVAL-EQUAL', place.path);
  }
}
