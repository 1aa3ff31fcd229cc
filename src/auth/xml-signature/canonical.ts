import { attributeValue, text, type ReadAttribute, type ReadElement } from '../../internal/xml/index.ts';

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';
const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/** How to canonicalise. */
export interface CanonicalOptions {
  /** Left out, with all it contains: the signature itself in the enveloped transform. */
  readonly without?: ReadElement | undefined;
  /** Canonical XML 1.0 (inclusive) instead of exclusive: every declaration in scope is written. */
  readonly inclusive?: { readonly inherited: ReadonlyMap<string, string> } | undefined;
}

const isDeclaration = (attribute: ReadAttribute): boolean =>
  attribute.namespace === xmlnsNamespace || attribute.name === 'xmlns' || attribute.name.startsWith('xmlns:');

const prefixOf = ({ name }: ReadAttribute): string => (name.includes(':') ? name.slice(0, name.indexOf(':')) : '');

/** Prefix to namespace of the declarations of one element. */
export function declarationsOf(element: ReadElement): Map<string, string> {
  return new Map(
    element.attributes.filter(isDeclaration).map(({ name, value }) => [name === 'xmlns' ? '' : name.slice(6), value]),
  );
}

function compare(a: string, b: string): number {
  // Code point order: that of UTF-16 differs above U+FFFF.
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}

function used(element: ReadElement, attributes: readonly ReadAttribute[]): Map<string, string> {
  const out = new Map([[element.prefix, element.namespace]]);
  for (const attribute of attributes) {
    const prefix = prefixOf(attribute);
    if (prefix !== '' && prefix !== 'xml') out.set(prefix, attribute.namespace);
  }
  return out;
}

function write(
  element: ReadElement,
  rendered: ReadonlyMap<string, string>,
  apex: boolean,
  options: CanonicalOptions,
): string {
  const attributes = element.attributes.filter((attribute) => !isDeclaration(attribute));
  const wanted = options.inclusive
    ? new Map([...(apex ? options.inclusive.inherited : []), ...declarationsOf(element)])
    : used(element, attributes);
  const now = new Map(rendered);
  const declarations: [string, string][] = [];
  for (const [prefix, namespace] of wanted) {
    if (prefix === 'xml' || (rendered.get(prefix) ?? '') === namespace) continue;
    declarations.push([prefix, namespace]);
    now.set(prefix, namespace);
  }
  const name = element.prefix === '' ? element.localName : `${element.prefix}:${element.localName}`;
  let out = `<${name}`;
  for (const [prefix, namespace] of declarations.sort(([a], [b]) => compare(a, b))) {
    out += ` xmlns${prefix === '' ? '' : `:${prefix}`}="${attributeValue(namespace)}"`;
  }
  const key = (attribute: ReadAttribute): string =>
    attribute.name.startsWith('xml:') ? xmlNamespace : attribute.namespace;
  const sorted = [...attributes].sort((a, b) => compare(key(a), key(b)) || compare(a.localName, b.localName));
  for (const attribute of sorted) out += ` ${attribute.name}="${attributeValue(attribute.value)}"`;
  out += '>';
  for (const child of element.children) {
    if (typeof child === 'string') out += text(child);
    else if (child !== options.without) out += write(child, now, false, options);
  }
  return `${out}</${name}>`;
}

/**
 * Canonical text of an element and what it contains, without comments.
 *
 * @see Exclusive XML Canonicalization 1.0, section 3; Canonical XML 1.0, section 2.3
 */
export function canonicalise(element: ReadElement, options: CanonicalOptions = {}): string {
  return write(element, new Map(), true, options);
}
