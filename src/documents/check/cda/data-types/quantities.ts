import { places, type CheckContext, type Place } from '../context.ts';
import { checkContent, checkNumber, checkPartAttributes, elements, get, hasNull, nothing } from './shared.ts';
import { bounds, checkBoundOrder, ivlTs } from './times.ts';

/*
 * Quantities, and the times that are made of them (HL7 V3 data types release 1): a number of the
 * XML kind "decimal or double", a unit, and which parts follow which.
 */

const boundAttributes: ReadonlySet<string> = new Set(['nullFlavor', 'value', 'unit', 'inclusive']);
const quantityChildren: ReadonlySet<string> = new Set(['translation']);
const periodChildren: ReadonlySet<string> = new Set(['phase', 'period']);
const eventChildren: ReadonlySet<string> = new Set(['event', 'offset']);
const quantityAttributes: ReadonlySet<string> = new Set(['nullFlavor', 'value', 'unit']);

/** A quantity with its unit. */
export function pq(place: Place, context: CheckContext): void {
  checkContent(place, context, quantityChildren);

  if (get(place.node, 'value') === undefined && !hasNull(place.node)) context.add('CDA-NUMBER', place.path);
  checkNumber(place, context);
  const unit = get(place.node, 'unit');
  if (unit !== undefined && (unit === '' || /\s/.test(unit))) context.add('CDA-NUMBER', place.path, null, '@unit');
}

/** A number, or an amount of money. */
export function number(place: Place, context: CheckContext): void {
  checkContent(place, context, nothing);
  checkNumber(place, context);
}

/** An interval of quantities. */
export function ivlPq(place: Place, context: CheckContext): void {
  checkContent(place, context, bounds);
  checkNumber(place, context);

  for (const name of bounds) {
    for (const bound of places(place, name)) {
      checkPartAttributes(bound, context, boundAttributes);
      pq(bound, context);
    }
  }
  checkBoundOrder(place, context);
}

/** A time that comes again: where it begins, then after how long. */
export function pivlTs(place: Place, context: CheckContext): void {
  checkContent(place, context, periodChildren);
  checkOrder(place, context, 'phase period');

  for (const period of places(place, 'period')) {
    checkPartAttributes(period, context, quantityAttributes);
    pq(period, context);
  }
  for (const phase of places(place, 'phase')) ivlTs(phase, context);
}

/** A time tied to an event of the day: the event, then how far from it. */
export function eivlTs(place: Place, context: CheckContext): void {
  checkContent(place, context, eventChildren);
  checkOrder(place, context, 'event offset');
  for (const offset of places(place, 'offset')) ivlPq(offset, context);
}

/** Each part once at most, in the order of the schema. */
function checkOrder({ node, path }: Place, context: CheckContext, order: string): void {
  const names = elements(node).map(({ localName }) => localName);
  const wanted = order.split(' ').filter((name) => names.includes(name));
  if (names.join(' ') !== wanted.join(' ')) context.add('CDA-SCHEMA-ORDER', path, null, order);
}
