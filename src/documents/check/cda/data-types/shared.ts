import { attributeOf, type ReadElement } from '../../../../internal/xml/index.ts';
import { placeOf, type CheckContext, type Place } from '../context.ts';
import { nullFlavors } from '../schema.ts';

export const oid: RegExp = /^[0-2](?:\.(?:0|[1-9]\d*))*$/;
export const uuid: RegExp = /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

export const isOidSyntax = (value: string): boolean => oid.test(value);

export type Check = (place: Place, context: CheckContext) => void;

export const get = (node: ReadElement, name: string): string | undefined => attributeOf(node, name);
export const hasNull = (node: ReadElement): boolean => get(node, 'nullFlavor') !== undefined;
export const elements = (node: ReadElement): readonly ReadElement[] =>
  node.children.filter((child): child is ReadElement => typeof child !== 'string');
export const text = (node: ReadElement): string =>
  node.children
    .filter((child): child is string => typeof child === 'string')
    .join('')
    .trim();

/** Checks that a value holds no text, and no other elements than these. */
export function checkContent(place: Place, context: CheckContext, allowed: ReadonlySet<string>): void {
  if (text(place.node) !== '') context.add('CDA-SCHEMA-TEXT', place.path);

  for (const child of elements(place.node)) {
    if (!allowed.has(child.localName)) context.add('CDA-SCHEMA-UNKNOWN', placeOf(place, child).path, child.localName);
  }
}

export const nothing: ReadonlySet<string> = new Set();

/** Checks the attributes of a part of a name, an address or an interval. */
export function checkPartAttributes(place: Place, context: CheckContext, allowed: ReadonlySet<string>): void {
  for (const { name, namespace, value } of place.node.attributes) {
    if (namespace !== '') continue;

    if (!allowed.has(name)) context.add('CDA-SCHEMA-ATTRIBUTE', place.path, name);
    if (name === 'nullFlavor' && !nullFlavors.has(value)) context.add('CDA-NULL-FLAVOR', place.path, value);
  }
}

export const textAttributes = ['nullFlavor', 'representation', 'mediaType', 'language', 'partType'];
export const nameAttributes: ReadonlySet<string> = new Set([...textAttributes, 'qualifier']);
export const addressAttributes: ReadonlySet<string> = new Set(textAttributes);
const real = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number of a quantity, of the XML kind "decimal or double"; it may be absent. */
export function checkNumber(place: Place, context: CheckContext): void {
  const value = get(place.node, 'value');
  if (value !== undefined && !real.test(value)) context.add('CDA-NUMBER', place.path, value);
}

export const boundAttributes: ReadonlySet<string> = new Set(['nullFlavor', 'value', 'inclusive', 'unit']);
/** The schema also takes other names as identifiers; the header does not. */
export const looseUid =
  /^(?:[0-2](?:\.(?:0|[1-9]\d*))*|[0-9A-Za-z]{8}(?:-[0-9A-Za-z]{4}){3}-[0-9A-Za-z]{12}|[A-Za-z][A-Za-z0-9-]*)$/;
