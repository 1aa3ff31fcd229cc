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

const uri = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/;

export const telecomChildren: ReadonlySet<string> = new Set(['useablePeriod']);

export function tel(place: Place, context: CheckContext): void {
  const { node } = place;
  checkContent(place, context, telecomChildren);
  const value = get(node, 'value');
  const use = get(node, 'use');
  if (use !== undefined && !/^(?:H|HP|HV|WP|DIR|PUB|EC|MC|PG)$/.test(use))
    context.add('CDA-TELECOM', place.path, use, 'use');
  if (value === undefined) {
    const nullFlavor = get(node, 'nullFlavor');
    const alone = node.attributes.filter(({ namespace }) => namespace === '').length === 1;
    if (!nullFlavor || !/^(?:UNK|NASK|ASKU|NAV|MSK)$/.test(nullFlavor) || !alone) {
      context.add('CDA-TELECOM', place.path, nullFlavor ?? null);
    }
  } else if (hasNull(node) || !/^(?:tel|fax|mailto|http|ftp|mllp):./.test(value) || !uri.test(value)) {
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

/** The parts of an address or a name hold text and no element. */
function refuseChildren(part: Place, context: CheckContext): void {
  for (const child of elements(part.node)) {
    context.add('CDA-SCHEMA-UNKNOWN', placeOf(part, child).path, child.localName);
  }
}

export function ad(place: Place, context: CheckContext): void {
  const { node } = place;
  const use = get(node, 'use');
  if (use !== undefined && !/^(?:H|HP|HV|WP|TMP)$/.test(use)) context.add('CDA-ADDRESS', place.path, use, 'use');
  const children = elements(node);
  const words = text(node);
  if (hasNull(node)) {
    if (children.length > 0 || words !== '') context.add('CDA-NULL-FLAVOR', place.path);
    return;
  }
  if (children.length > 0 === (words !== '')) context.add('CDA-ADDRESS', place.path);
  const counts = new Map<string, number>();
  for (const child of children) {
    const { localName } = child;
    const part = placeOf(place, child);
    if (addressParts.has(localName)) {
      checkPartAttributes(part, context, addressAttributes);
      refuseChildren(part, context);
      if (text(child) === '' && !hasNull(child)) context.add('CDA-ADDRESS', part.path);
    }
    if (!addressParts.has(localName) && !otherAddressParts.has(localName)) {
      context.add('CDA-SCHEMA-UNKNOWN', place.path, localName);
    }
    counts.set(localName, (counts.get(localName) ?? 0) + 1);
  }
  const lines = counts.get('streetAddressLine') ?? 0;
  if (lines > 7) context.add('CDA-ADDRESS', place.path, `${lines} streetAddressLine`);
  if (lines > 0 && [...counts.keys()].some((name) => name !== 'streetAddressLine' && name !== 'useablePeriod')) {
    context.add('CDA-ADDRESS-MIXED', place.path);
  }
  for (const [name, count] of counts) {
    if (count > 1 && lines === 0 && addressParts.has(name)) context.add('CDA-ADDRESS', place.path, `${count} ${name}`);
  }
}

const nameParts: ReadonlySet<string> = new Set(['delimiter', 'family', 'given', 'prefix', 'suffix', 'validTime']);

export function en(place: Place, context: CheckContext): void {
  const { node } = place;
  const children = elements(node);
  const words = text(node);
  if (hasNull(node)) {
    if (children.length > 0 || words !== '') context.add('CDA-NULL-FLAVOR', place.path);
    return;
  }
  if (children.length > 0 && words !== '') context.add('CDA-NAME', place.path);
  if (children.length === 0 && words === '' && !place.inBody) context.add('CDA-NAME', place.path);
  for (const child of children) {
    const part = placeOf(place, child);
    if (!nameParts.has(child.localName)) context.add('CDA-SCHEMA-UNKNOWN', part.path, child.localName);
    else if (child.localName !== 'validTime') {
      checkPartAttributes(part, context, nameAttributes);
      refuseChildren(part, context);
    }
    const qualifier = get(child, 'qualifier');
    if (qualifier !== undefined && (qualifier === '' || qualifier === 'LS')) context.add('CDA-NAME', place.path);
  }
}

export function on(place: Place, context: CheckContext): void {
  en(place, context);
  if (elements(place.node).length > 0) context.add('CDA-NAME', place.path);
}
