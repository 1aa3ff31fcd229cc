import { attributeOf, type ReadElement } from '../../../internal/xml/index.ts';
import { xsiNamespace } from '../../cda/oids.ts';
import { placeOf, places, type CheckContext, type Place } from './context.ts';
import { checkNarrative } from './narrative.ts';
import { nullFlavors } from './schema.ts';

const oid = /^[0-2](?:\.(?:0|[1-9]\d*))*$/;
const uuid = /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;
const timestamp = /^(?:\d{1,8}|(?:\d{9,14}|\d{14}\.\d+)(?:[+-]\d{1,4})?)$/;
const uri = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/;

export const isOidSyntax = (value: string): boolean => oid.test(value);

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

type Check = (place: Place, context: CheckContext) => void;

const get = (node: ReadElement, name: string): string | undefined => attributeOf(node, name);
const hasNull = (node: ReadElement): boolean => get(node, 'nullFlavor') !== undefined;
const elements = (node: ReadElement): readonly ReadElement[] =>
  node.children.filter((one): one is ReadElement => typeof one !== 'string');
const text = (node: ReadElement): string =>
  node.children
    .filter((one): one is string => typeof one === 'string')
    .join('')
    .trim();

/** In the body only the schema applies to the data types, not the stricter types of the header. */
const inBody = (path: string): boolean => path.includes('/structuredBody/');

/** Content that a type does not take: any for `none`, elements of these names for a list. */
function checkContent(place: Place, context: CheckContext, allowed: ReadonlySet<string>): void {
  if (text(place.node) !== '') context.add('CDA-SCHEMA-TEXT', place.path);
  for (const child of elements(place.node))
    if (!allowed.has(child.localName)) context.add('CDA-SCHEMA-UNKNOWN', placeOf(place, child).path, child.localName);
}

const nothing: ReadonlySet<string> = new Set();

/** Attributes of the parts of a name, an address or an interval. */
function checkPartAttributes(place: Place, context: CheckContext, allowed: ReadonlySet<string>): void {
  for (const { name, namespace, value } of place.node.attributes) {
    if (namespace !== '') continue;
    if (!allowed.has(name)) context.add('CDA-SCHEMA-ATTRIBUTE', place.path, name, 'attribut absent du modèle');
    if (name === 'nullFlavor' && !nullFlavors.has(value)) context.add('CDA-NULL-FLAVOR', place.path, value);
  }
}

const textAttributes = ['nullFlavor', 'representation', 'mediaType', 'language', 'partType'];
const nameAttributes: ReadonlySet<string> = new Set([...textAttributes, 'qualifier']);
const addressAttributes: ReadonlySet<string> = new Set(textAttributes);
const boundAttributes: ReadonlySet<string> = new Set(['nullFlavor', 'value', 'inclusive', 'unit']);
/** The schema also takes other names as identifiers; the header does not. */
const looseUid =
  /^(?:[0-2](?:\.(?:0|[1-9]\d*))*|[0-9A-Za-z]{8}(?:-[0-9A-Za-z]{4}){3}-[0-9A-Za-z]{12}|[A-Za-z][A-Za-z0-9-]*)$/;

function ii(place: Place, context: CheckContext): void {
  const { node, path } = place;
  checkContent(place, context, nothing);
  const root = get(node, 'root');
  if (node.localName === 'templateId' && root === undefined) context.add('CDA-ID-SYNTAX', path, null, 'root');
  if (inBody(path)) {
    if (root === undefined ? !hasNull(node) : !looseUid.test(root)) context.add('CDA-ID-SYNTAX', path, root ?? null);
    return;
  }
  if (hasNull(node)) {
    if (root !== undefined) context.add('CDA-ID-SYNTAX', path, root);
    return;
  }
  if (root === undefined || !(oid.test(root) || uuid.test(root))) context.add('CDA-ID-SYNTAX', path, root ?? null);
  if (get(node, 'extension') === '') context.add('CDA-ID-EXTENSION', path);
}

function code({ node, path }: Place, context: CheckContext): void {
  for (const { name, namespace, value: content } of node.attributes)
    if (namespace === '' && content === '') context.add('CDA-CODE-SYNTAX', path, name, 'attribut non vide');
  const value = get(node, 'code');
  const system = get(node, 'codeSystem');
  const display = get(node, 'displayName');
  if (value !== undefined && (/\s/.test(value) || value === '')) context.add('CDA-CODE-SYNTAX', path, value);
  if (system !== undefined && !oid.test(system) && !uuid.test(system)) context.add('CDA-CODE-SYNTAX', path, system);
  if (hasNull(node)) {
    if (value !== undefined || display !== undefined) context.add('CDA-NULL-FLAVOR', path, value ?? null);
    return;
  }
  const original = elements(node).find(({ localName }) => localName === 'originalText');
  if (value === undefined && !(original && !hasNull(original))) context.add('CDA-CODE-SYNTAX', path, null, 'code');
  if (value !== undefined && system === undefined) context.add('CDA-CODE-SYNTAX', path, value, 'codeSystem');
  if (value === undefined && display !== undefined) context.add('CDA-CODE-SYNTAX', path, null, 'code');
  if (system === undefined && (get(node, 'codeSystemName') ?? get(node, 'codeSystemVersion')) !== undefined)
    context.add('CDA-CODE-SYNTAX', path, null, 'codeSystem');
}

const codeChildren: ReadonlySet<string> = new Set(['originalText', 'qualifier', 'translation']);

function codeWithChildren(place: Place, context: CheckContext): void {
  code(place, context);
  checkContent(place, context, codeChildren);
  const originals = places(place, 'originalText');
  if (originals.length > 1) context.add('CDA-SCHEMA-REPEATED', place.path, null, 'originalText');
  for (const original of originals) {
    checkPartAttributes(original, context, edAttributes);
    ed(original, context);
  }
  for (const translation of places(place, 'translation')) code(translation, context);
}

function cs(place: Place, context: CheckContext): void {
  const { node, path } = place;
  checkContent(place, context, nothing);
  const value = get(node, 'code');
  if (value === undefined ? !hasNull(node) : hasNull(node) || value === '' || /\s/.test(value))
    context.add('CDA-CODE-SYNTAX', path, value ?? null);
  for (const name of ['codeSystem', 'codeSystemName', 'codeSystemVersion', 'displayName'])
    if (get(node, name) !== undefined) context.add('CDA-CODE-SYNTAX', path, name, 'code seul');
}

function ts(place: Place, context: CheckContext): void {
  const { node, path } = place;
  checkContent(place, context, nothing);
  const value = get(node, 'value');
  if (value === undefined) {
    if (!hasNull(node) && elements(node).length === 0) context.add('CDA-DATE', path);
  } else if (hasNull(node) || !timestamp.test(value) || epochOf(value) === null) context.add('CDA-DATE', path, value);
}

const bounds: ReadonlySet<string> = new Set(['low', 'high', 'center', 'width']);

function ivlTs(place: Place, context: CheckContext): void {
  const { node, path } = place;
  const children = elements(node);
  checkContent(place, context, bounds);
  for (const child of children) {
    const childPlace = placeOf(place, child);
    if (bounds.has(child.localName)) checkPartAttributes(childPlace, context, boundAttributes);
    if (child.localName !== 'width') ts(childPlace, context);
  }
  const order = children.map(({ localName }) => localName).join(' ');
  if (!/^(?:|low|low high|low width|high|width|width high|center|center width)$/.test(order))
    context.add('CDA-INTERVAL', path);
  const value = get(node, 'value');
  if (value !== undefined) {
    if (children.length > 0 || hasNull(node) || !timestamp.test(value) || epochOf(value) === null)
      context.add('CDA-DATE', path, value);
    return;
  }
  if (hasNull(node)) {
    if (children.length > 0) context.add('CDA-NULL-FLAVOR', path);
    return;
  }
  // The schema lets an interval be empty; the header does not.
  if (children.length === 0) context.add('CDA-INTERVAL', path);
  const [low, high] = ['low', 'high'].map((name) => {
    const bound = children.find(({ localName }) => localName === name);
    return bound ? get(bound, 'value') : undefined;
  });
  if (low === undefined || high === undefined) return;
  const [from, to] = [epochOf(low), epochOf(high)];
  if (from !== null && to !== null && from > to) context.add('CDA-INTERVAL', path);
  else if (low === high)
    context.add(/\/(?:componentOf|participant)/.test(path) ? 'CDA-INTERVAL' : 'CDA-INTERVAL-EQUAL', path);
}

function int(place: Place, context: CheckContext): void {
  const { node, path } = place;
  checkContent(place, context, nothing);
  const value = get(node, 'value');
  if (value === undefined ? !hasNull(node) : hasNull(node) || !/^[+-]?\d+$/.test(value))
    context.add('CDA-NUMBER', path, value ?? null);
}

function bl(place: Place, context: CheckContext): void {
  const { node, path } = place;
  checkContent(place, context, nothing);
  const value = get(node, 'value');
  if (value !== undefined && value !== 'true' && value !== 'false')
    context.add('CDA-NUMBER', path, value, 'true ou false');
}

const telecomChildren: ReadonlySet<string> = new Set(['useablePeriod']);

function tel(place: Place, context: CheckContext): void {
  const { node, path } = place;
  checkContent(place, context, telecomChildren);
  const value = get(node, 'value');
  const use = get(node, 'use');
  if (use !== undefined && !/^(?:H|HP|HV|WP|DIR|PUB|EC|MC|PG)$/.test(use)) context.add('CDA-TELECOM', path, use, 'use');
  if (value === undefined) {
    const nullFlavor = get(node, 'nullFlavor');
    const alone = node.attributes.filter(({ namespace }) => namespace === '').length === 1;
    if (!nullFlavor || !/^(?:UNK|NASK|ASKU|NAV|MSK)$/.test(nullFlavor) || !alone)
      context.add('CDA-TELECOM', path, nullFlavor ?? null);
  } else if (hasNull(node) || !/^(?:tel|fax|mailto|http|ftp|mllp):./.test(value) || !uri.test(value))
    context.add('CDA-TELECOM', path, value);
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

function ad(place: Place, context: CheckContext): void {
  const { node, path } = place;
  const use = get(node, 'use');
  if (use !== undefined && !/^(?:H|HP|HV|WP|TMP)$/.test(use)) context.add('CDA-ADDRESS', path, use, 'use');
  const children = elements(node);
  const words = text(node);
  if (hasNull(node)) {
    if (children.length > 0 || words !== '') context.add('CDA-NULL-FLAVOR', path);
    return;
  }
  if (children.length > 0 === (words !== '')) context.add('CDA-ADDRESS', path);
  const counts = new Map<string, number>();
  for (const child of children) {
    const { localName } = child;
    const part = placeOf(place, child);
    if (addressParts.has(localName)) {
      checkPartAttributes(part, context, addressAttributes);
      checkContent({ ...part, node: { ...child, children: elements(child) } }, context, nothing);
      if (text(child) === '' && !hasNull(child)) context.add('CDA-ADDRESS', part.path);
    }
    if (!addressParts.has(localName) && !otherAddressParts.has(localName))
      context.add('CDA-SCHEMA-UNKNOWN', path, localName);
    counts.set(localName, (counts.get(localName) ?? 0) + 1);
  }
  const lines = counts.get('streetAddressLine') ?? 0;
  if (lines > 7) context.add('CDA-ADDRESS', path, `${lines} streetAddressLine`);
  if (lines > 0 && [...counts.keys()].some((name) => name !== 'streetAddressLine' && name !== 'useablePeriod'))
    context.add('CDA-ADDRESS-MIXED', path);
  for (const [name, count] of counts)
    if (count > 1 && lines === 0 && addressParts.has(name)) context.add('CDA-ADDRESS', path, `${count} ${name}`);
}

const nameParts: ReadonlySet<string> = new Set(['delimiter', 'family', 'given', 'prefix', 'suffix', 'validTime']);

function en(place: Place, context: CheckContext): void {
  const { node, path } = place;
  const children = elements(node);
  const words = text(node);
  if (hasNull(node)) {
    if (children.length > 0 || words !== '') context.add('CDA-NULL-FLAVOR', path);
    return;
  }
  if (children.length > 0 && words !== '') context.add('CDA-NAME', path);
  if (children.length === 0 && words === '' && !inBody(path)) context.add('CDA-NAME', path);
  for (const child of children) {
    const part = placeOf(place, child);
    if (!nameParts.has(child.localName)) context.add('CDA-SCHEMA-UNKNOWN', part.path, child.localName);
    else if (child.localName !== 'validTime') {
      checkPartAttributes(part, context, nameAttributes);
      for (const below of elements(child))
        context.add('CDA-SCHEMA-UNKNOWN', placeOf(part, below).path, below.localName);
    }
    const qualifier = get(child, 'qualifier');
    if (qualifier !== undefined && (qualifier === '' || qualifier === 'LS')) context.add('CDA-NAME', path);
  }
}

function on(place: Place, context: CheckContext): void {
  en(place, context);
  if (elements(place.node).length > 0) context.add('CDA-NAME', place.path);
}

function st(place: Place, context: CheckContext): void {
  if (!inBody(place.path) && !hasNull(place.node) && text(place.node) === '' && elements(place.node).length === 0)
    context.add('CDA-EMPTY', place.path);
  // The title of a section has its own narrative model.
  const allowed = place.path.endsWith('/title') && inBody(place.path) ? titleChildren : nothing;
  for (const child of elements(place.node))
    if (!allowed.has(child.localName)) context.add('CDA-SCHEMA-UNKNOWN', placeOf(place, child).path, child.localName);
}

const titleChildren: ReadonlySet<string> = new Set(['content', 'sub', 'sup', 'br', 'footnote', 'footnoteRef']);
const edChildren: ReadonlySet<string> = new Set(['reference', 'thumbnail']);

const edAttributes: ReadonlySet<string> = new Set(
  'nullFlavor representation mediaType language compression integrityCheck integrityCheckAlgorithm'.split(' '),
);
const referenceAttributes: ReadonlySet<string> = new Set(['nullFlavor', 'value', 'use']);

/** Encapsulated data: text, or one link to the narrative. */
function ed(place: Place, context: CheckContext): void {
  for (const child of elements(place.node))
    if (!edChildren.has(child.localName))
      context.add('CDA-SCHEMA-UNKNOWN', placeOf(place, child).path, child.localName);
  const references = places(place, 'reference');
  if (references.length > 1) context.add('CDA-SCHEMA-REPEATED', place.path, null, 'reference');
  for (const reference of references) {
    checkPartAttributes(reference, context, referenceAttributes);
    checkContent(reference, context, telecomChildren);
    const value = get(reference.node, 'value');
    if (value !== undefined && /\s/.test(value)) context.add('CDA-NARRATIVE-LINK-SYNTAX', reference.path);
  }
}

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
  const type = (declared ?? '').replace(/^[^:]*:/, '');
  if (declared !== undefined && !/^[A-Z]{2,5}(?:_[A-Z]+)*$/.test(type))
    context.add('CDA-SCHEMA-ATTRIBUTE', place.path, declared, 'xsi:type');
  if (type === 'CD' || type === 'CE' || type === 'CV' || type === 'CO') codeWithChildren(place, context);
  else if (type === 'IVL_TS') ivlTs(place, context);
  else if (type === 'TS') ts(place, context);
  else if (type === 'PIVL_TS') checkContent(place, context, periodChildren);
  else if (type === 'PQ') {
    checkContent(place, context, quantityChildren);
    const value = get(place.node, 'value');
    if (value === undefined ? !hasNull(place.node) : !/^[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?$/.test(value))
      context.add('CDA-NUMBER', place.path, value ?? null);
    if (/\s/.test(get(place.node, 'unit') ?? '') || get(place.node, 'unit') === '')
      context.add('CDA-NUMBER', place.path, null, 'unit');
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

/** Values that must differ from their siblings, and a nullFlavor beside real values. */
export function checkDistinct(parent: Place, name: string, context: CheckContext): void {
  const all = places(parent, name);
  if (all.length < 2) return;
  const someValue = all.some(({ node }) => !hasNull(node));
  const seen = new Set<string>();
  for (const { node, path } of all) {
    // Telecoms are compared by use and value: without a use nothing says that they are one.
    if (name === 'telecom' && !hasNull(node) && get(node, 'use') === undefined) continue;
    if (hasNull(node) && name !== 'addr') {
      if (someValue) context.add('CDA-NULL-FLAVOR', path, null);
      continue;
    }
    const key = JSON.stringify([
      node.attributes.map((one) => [one.name, one.value]),
      elements(node).map((child) => [child.localName, text(child)]),
      text(node),
    ]);
    if (seen.has(key)) context.add('CDA-DUPLICATE', path);
    seen.add(key);
    if (hasNull(node) && someValue) context.add('CDA-NULL-FLAVOR', path, null);
  }
}
