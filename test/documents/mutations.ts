import { attributeValue, readXml, text, type ReadElement } from '../../src/internal/xml/index.ts';

/** One change made to a valid document. */
export interface Mutation {
  readonly operation: string;
  /** Path of the element that was changed. */
  readonly path: string;
  readonly xml: string;
}

interface Node {
  name: string;
  attributes: { name: string; value: string }[];
  children: (Node | string)[];
}

function toNode(element: ReadElement): Node {
  return {
    name: element.prefix === '' ? element.localName : `${element.prefix}:${element.localName}`,
    attributes: element.attributes.map(({ name, value }) => ({ name, value })),
    children: element.children.map((child) => (typeof child === 'string' ? child : toNode(child))),
  };
}

function write({ name, attributes, children }: Node): string {
  const written = attributes.map((attribute) => ` ${attribute.name}="${attributeValue(attribute.value)}"`).join('');
  return `<${name}${written}>${children.map((child) => (typeof child === 'string' ? text(child) : write(child))).join('')}</${name}>`;
}

const isElement = (child: Node | string): child is Node => typeof child !== 'string';

function* places(
  node: Node,
  path: string,
): Generator<{ readonly node: Node; readonly parent: Node | null; readonly path: string }> {
  const walk = function* (
    current: Node,
    parent: Node | null,
    at: string,
  ): Generator<{ node: Node; parent: Node | null; path: string }> {
    yield { node: current, parent, path: at };
    const seen = new Map<string, number>();
    for (const child of current.children) {
      if (!isElement(child)) continue;
      const index = (seen.get(child.name) ?? 0) + 1;
      seen.set(child.name, index);
      yield* walk(child, current, `${at}/${child.name}${index > 1 ? `[${index}]` : ''}`);
    }
  };
  yield* walk(node, null, path);
}

/**
 * Every way of changing one thing: an element or an attribute removed, repeated, moved, emptied,
 * renamed, altered.
 */
export function* mutations(xml: string): Generator<Mutation> {
  const root = toNode(readXml(xml));
  const result = (operation: string, path: string): Mutation => ({
    operation,
    path,
    xml: `<?xml version="1.0" encoding="UTF-8"?>\n${write(root)}`,
  });
  for (const { node, parent, path } of [...places(root, '/ClinicalDocument')]) {
    for (let index = 0; index < node.attributes.length; index += 1) {
      const attribute = node.attributes[index];
      if (!attribute || attribute.name.startsWith('xmlns')) continue;
      const where = `${path}/@${attribute.name}`;
      const { value } = attribute;
      node.attributes.splice(index, 1);
      yield result('remove attribute', where);
      node.attributes.splice(index, 0, attribute);
      for (const [operation, changed] of [
        ['empty attribute', ''],
        ['alter attribute', `${value}Z`],
        ['space in attribute', `${value} ${value}`],
        ['replace attribute', 'ZZZ'],
      ] as const) {
        attribute.value = changed;
        yield result(operation, where);
      }
      attribute.value = value;
    }
    node.attributes.push({ name: 'unknown', value: 'x' });
    yield result('add attribute', path);
    node.attributes.pop();
    if (!parent) continue;
    const at = parent.children.indexOf(node);
    parent.children.splice(at, 1);
    yield result('remove element', path);
    parent.children.splice(at, 0, node, node);
    yield result('repeat element', path);
    parent.children.splice(at, 1);
    const next = parent.children.findIndex(
      (child, index) => index > at && isElement(child) && child.name !== node.name,
    );
    if (next > 0) {
      const [other] = parent.children.splice(next, 1);
      parent.children.splice(at, 0, other!);
      yield result('move next element before', path);
      parent.children.splice(at, 1);
      parent.children.splice(next, 0, other!);
    }
    const { name, attributes, children } = node;
    node.name = 'unknown';
    yield result('rename element', path);
    node.name = name;
    node.children = [];
    if (children.length > 0) yield result('empty element', path);
    node.attributes = [{ name: 'nullFlavor', value: 'UNK' }];
    yield result('nullFlavor', path);
    node.attributes = attributes;
    node.children = [...children, { name: 'unknown', attributes: [], children: [] }];
    yield result('add child', path);
    node.children = [...children, 'texte'];
    yield result('add text', path);
    node.children = children;
  }
}

/** The values of HL7 V3 NullFlavor that the schema of CDA knows, and two that it does not. */
const nullFlavors = ['UNK', 'NI', 'NA', 'ASKU', 'NAV', 'NASK', 'MSK', 'OTH', 'TRC', 'NINF', 'PINF', 'INV', ''] as const;

/**
 * An attribute `nullFlavor` set on each element of the header in turn: beside what the element
 * holds, in place of its attributes, of its content, and of both.
 */
export function* nullFlavorMutations(xml: string): Generator<Mutation> {
  const root = toNode(readXml(xml));
  const result = (operation: string, path: string): Mutation => ({
    operation,
    path,
    xml: `<?xml version="1.0" encoding="UTF-8"?>\n${write(root)}`,
  });

  for (const { node, path } of [...places(root, '/ClinicalDocument')]) {
    if (path.startsWith('/ClinicalDocument/component/')) continue;
    const { attributes, children } = node;
    const namespaces = attributes.filter(({ name }) => name.startsWith('xmlns'));
    const others = attributes.filter(({ name }) => name !== 'nullFlavor');

    for (const value of nullFlavors) {
      if (attributes.some((attribute) => attribute.name === 'nullFlavor' && attribute.value === value)) continue;
      node.attributes = [...others, { name: 'nullFlavor', value }];
      yield result(`nullFlavor ${value} beside`, path);
    }
    const unknown = { name: 'nullFlavor', value: 'UNK' };
    node.attributes = [...namespaces, unknown];
    if (others.length > namespaces.length) yield result('nullFlavor in place of attributes', path);
    node.children = [];
    if (others.length > namespaces.length && children.length > 0) yield result('nullFlavor in place of all', path);
    node.attributes = [...others, unknown];
    if (children.length > 0) yield result('nullFlavor in place of content', path);
    node.attributes = attributes;
    node.children = children;
  }
}
