import type { ReadElement } from '../../../../internal/xml/index.ts';
import { placeOf, type CheckContext, type Place } from '../context.ts';
import {
  addressAttributes,
  checkContent,
  checkPartAttributes,
  elements,
  get,
  hasNull,
  nameAttributes,
  text,
} from './shared.ts';

const telecomUses = /^(?:H|HP|HV|WP|DIR|PUB|EC|MC|PG)$/;
const telecomNulls = /^(?:UNK|NASK|ASKU|NAV|MSK)$/;
const telecomPrefix = /^(?:tel|fax|mailto|http|ftp|mllp):./;
const maxAddressLines = 7;
const uri = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/;

export const telecomChildren: ReadonlySet<string> = new Set(['useablePeriod']);

/** A telecom: a value with the prefix of its kind, or a nullFlavor alone. */
export function tel(place: Place, context: CheckContext): void {
  const { node } = place;
  checkContent(place, context, telecomChildren);

  const use = get(node, 'use');
  if (use !== undefined && !telecomUses.test(use)) context.add('CDA-TELECOM', place.path, use, '@use');

  const value = get(node, 'value');
  if (value === undefined) {
    const nullFlavor = get(node, 'nullFlavor');
    const alone = node.attributes.filter(({ namespace }) => namespace === '').length === 1;
    if (!nullFlavor || !telecomNulls.test(nullFlavor) || !alone) {
      context.add('CDA-TELECOM', place.path, nullFlavor ?? null);
    }
  } else if (hasNull(node) || !telecomPrefix.test(value) || !uri.test(value)) {
    context.add('CDA-TELECOM', place.path, value);
  }
}

const addressParts: ReadonlySet<string> = new Set(
  'country state city postalCode county houseNumber houseNumberNumeric streetName streetNameType additionalLocator unitID postBox precinct streetAddressLine'.split(
    ' ',
  ),
);
const otherAddressParts: ReadonlySet<string> = new Set(
  'delimiter direction streetNameBase unitType careOf censusTract deliveryAddressLine deliveryInstallationType deliveryInstallationArea deliveryInstallationQualifier deliveryMode deliveryModeIdentifier buildingNumberSuffix useablePeriod'.split(
    ' ',
  ),
);

/** An address: free lines, or one of each detailed element; not both. */
export function ad(place: Place, context: CheckContext): void {
  const { node } = place;
  const use = get(node, 'use');
  if (use !== undefined && !/^(?:H|HP|HV|WP|TMP)$/.test(use)) context.add('CDA-ADDRESS', place.path, use, '@use');

  const children = elements(node);
  const words = text(node);
  if (hasNull(node)) {
    if (place.inBody && (children.length > 0 || words !== '')) context.add('CDA-NULL-FLAVOR', place.path);
    return;
  }
  if (children.length > 0 === (words !== '')) context.add('CDA-ADDRESS', place.path);

  for (const child of children) checkAddressPart(place, child, context);
  checkAddressCounts(place, children, context);
}

function checkAddressPart(address: Place, child: ReadElement, context: CheckContext): void {
  const { localName } = child;
  if (addressParts.has(localName)) {
    const part = placeOf(address, child);
    checkPartAttributes(part, context, addressAttributes);
    refuseChildren(part, context);
    if (text(child) === '' && !hasNull(child)) context.add('CDA-ADDRESS', part.path);
  } else if (!otherAddressParts.has(localName)) context.add('CDA-SCHEMA-UNKNOWN', address.path, localName);
}

function checkAddressCounts(place: Place, children: readonly ReadElement[], context: CheckContext): void {
  const counts = new Map<string, number>();
  for (const { localName } of children) counts.set(localName, (counts.get(localName) ?? 0) + 1);

  const lines = counts.get('streetAddressLine') ?? 0;
  if (lines > maxAddressLines) {
    context.add('CDA-ADDRESS', place.path, String(lines), `streetAddressLine 0..${maxAddressLines}`);
  }
  if (lines > 0 && [...counts.keys()].some((name) => name !== 'streetAddressLine' && name !== 'useablePeriod')) {
    context.add('CDA-ADDRESS-MIXED', place.path);
  }

  for (const [name, count] of counts) {
    const repeated = count > 1 && lines === 0 && addressParts.has(name);
    if (repeated) context.add('CDA-ADDRESS', place.path, String(count), `${name} 0..1`);
  }
}

const nameParts: ReadonlySet<string> = new Set(['delimiter', 'family', 'given', 'prefix', 'suffix', 'validTime']);

/** A name: parts or a text, not both. */
export function en(place: Place, context: CheckContext): void {
  const { node } = place;
  const children = elements(node);
  const words = text(node);
  if (hasNull(node)) {
    if (place.inBody && (children.length > 0 || words !== '')) context.add('CDA-NULL-FLAVOR', place.path);
    return;
  }

  if (children.length > 0 && words !== '') context.add('CDA-NAME', place.path);
  if (children.length === 0 && words === '' && !place.inBody) context.add('CDA-NAME', place.path);

  for (const child of children) {
    checkNamePart(placeOf(place, child), context);
    const qualifier = get(child, 'qualifier');
    if (qualifier === '' || qualifier === 'LS') context.add('CDA-NAME', place.path);
  }
}

function checkNamePart(part: Place, context: CheckContext): void {
  const { localName } = part.node;
  if (!nameParts.has(localName)) {
    context.add('CDA-SCHEMA-UNKNOWN', part.path, localName);
    return;
  }
  if (localName === 'validTime') return;

  checkPartAttributes(part, context, nameAttributes);
  refuseChildren(part, context);
}

/** The parts of an address or a name hold text and no element. */
function refuseChildren(part: Place, context: CheckContext): void {
  for (const child of elements(part.node)) {
    context.add('CDA-SCHEMA-UNKNOWN', placeOf(part, child).path, child.localName);
  }
}

/** The name of an organization: a text alone. */
export function on(place: Place, context: CheckContext): void {
  en(place, context);
  if (elements(place.node).length > 0) context.add('CDA-NAME', place.path);
}
