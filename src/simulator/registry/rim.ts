import { ns } from '../../documents/metadata/constants.ts';
import {
  attributeOf,
  childElements,
  element,
  text,
  xmlNamespace,
  type ReadAttribute,
  type ReadElement,
  type Xml,
} from '../../internal/xml/index.ts';

/** Order of what stands in an object. @see OASIS ebXML RIM 3.0, schema, RegistryObjectType */
const order = ['Slot', 'Name', 'Description', 'VersionInfo', 'Classification', 'ExternalIdentifier'];

/** An attribute without namespace. */
export function attribute(name: string, value: string): ReadAttribute {
  return { name, localName: name, namespace: '', value };
}

/** An element of ebRIM. */
export function rim(
  localName: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (ReadElement | string)[]
): ReadElement {
  return {
    localName,
    prefix: 'rim',
    namespace: ns.rim,
    attributes: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    children,
  };
}

/** The same element with other values of some attributes. */
export function withAttributes(node: ReadElement, values: Readonly<Record<string, string>>): ReadElement {
  const kept = node.attributes.filter(({ name }) => !Object.hasOwn(values, name));
  const added = Object.entries(values).map(([name, value]) => attribute(name, value));
  return { ...node, attributes: [...kept, ...added] };
}

/** The same object with one value of a slot; without any the slot is left out. */
export function withSlot(node: ReadElement, name: string, value?: string): ReadElement {
  const others = node.children.filter((child) => typeof child === 'string' || !isSlot(child, name));
  const slot = value === undefined ? [] : [rim('Slot', { name }, rim('ValueList', {}, rim('Value', {}, value)))];
  return { ...node, children: [...slot, ...others] };
}

function isSlot(node: ReadElement, name: string): boolean {
  return node.localName === 'Slot' && attributeOf(node, 'name') === name;
}

/** The values of a slot of an object, as written. */
export function slotValues(node: ReadElement, name: string): readonly string[] {
  return childElements(node, 'Slot')
    .filter((slot) => attributeOf(slot, 'name') === name)
    .flatMap((slot) => childElements(slot, 'ValueList'))
    .flatMap((list) => childElements(list, 'Value'))
    .map(({ children }) =>
      children
        .filter((child) => typeof child === 'string')
        .join('')
        .trim(),
    );
}

/** An object as it goes out, under the prefix `rim`; its parts in the order of the schema. */
export function writeRim(node: ReadElement): Xml {
  const children = node.children
    .filter((child) => typeof child === 'string' || child.namespace === ns.rim)
    .map((child) => ({ child, rank: typeof child === 'string' ? -1 : rankOf(child) }))
    .sort((before, after) => before.rank - after.rank)
    .map(({ child }) => (typeof child === 'string' ? text(child) : writeRim(child)));
  return element(`rim:${node.localName}`, writtenAttributes(node), ...children);
}

function rankOf({ localName }: ReadElement): number {
  const rank = order.indexOf(localName);
  return rank < 0 ? order.length : rank;
}

/** Attributes of the schema: those without namespace, and the language of a text. */
function writtenAttributes({ attributes }: ReadElement): Record<string, string> {
  return Object.fromEntries(
    attributes.flatMap(({ localName, namespace, value }) => {
      if (namespace === '') return [[localName, value]];
      return namespace === xmlNamespace && localName === 'lang' ? [['xml:lang', value]] : [];
    }),
  );
}
