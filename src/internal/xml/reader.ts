import { DOMParser, onErrorStopParsing } from '@xmldom/xmldom';
import { defaultXmlLimits, scanXml, xmlError, type XmlLimits } from './scan.ts';

/** One attribute of a read element. Namespace declarations are kept, with the `xmlns` namespace. */
export interface ReadAttribute {
  readonly name: string;
  readonly localName: string;
  readonly namespace: string;
  readonly value: string;
}

/** A read element: a plain immutable tree, so that no parser object leaves this file. */
export interface ReadElement {
  readonly localName: string;
  readonly prefix: string;
  readonly namespace: string;
  readonly attributes: readonly ReadAttribute[];
  /** Elements and text, in order. Comments and processing instructions are left out. */
  readonly children: readonly (ReadElement | string)[];
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const declaredEncoding = /^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']/;

function decode(bytes: Uint8Array, limits: XmlLimits): string {
  if (bytes.length > limits.maxBytes) throw xmlError(`plus de ${limits.maxBytes} octets`, null);
  let source: string;
  try {
    source = utf8.decode(bytes);
  } catch (cause) {
    throw xmlError("le contenu n'est pas en UTF-8", null, cause);
  }
  const declared = declaredEncoding.exec(source.slice(0, 200))?.[1];
  if (declared !== undefined && !/^(utf-?8|us-ascii)$/i.test(declared)) {
    throw xmlError(`encodage déclaré ${declared.slice(0, 20)}`, 0);
  }
  return source;
}

interface DomNode {
  readonly nodeType: number;
  readonly nodeValue: string | null;
  readonly firstChild: DomNode | null;
  readonly nextSibling: DomNode | null;
}
interface DomElement extends DomNode {
  readonly localName: string | null;
  readonly prefix: string | null;
  readonly namespaceURI: string | null;
  readonly attributes: { readonly length: number; item(index: number): DomAttribute | null };
}
interface DomAttribute {
  readonly name: string;
  readonly localName: string | null;
  readonly namespaceURI: string | null;
  readonly value: string;
}

function convert(node: DomElement): ReadElement {
  const attributes: ReadAttribute[] = [];
  for (let index = 0; index < node.attributes.length; index += 1) {
    const attribute = node.attributes.item(index);
    if (!attribute) continue;
    const { name, localName, namespaceURI, value } = attribute;
    attributes.push({ name, localName: localName ?? name, namespace: namespaceURI ?? '', value });
  }
  const children: (ReadElement | string)[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === 1) children.push(convert(child as DomElement));
    else if (child.nodeType === 3 || child.nodeType === 4) {
      const last = children.length - 1;
      const previous = children[last];
      if (typeof previous === 'string') children[last] = previous + (child.nodeValue ?? '');
      else children.push(child.nodeValue ?? '');
    }
  }
  return {
    localName: node.localName ?? '',
    prefix: node.prefix ?? '',
    namespace: node.namespaceURI ?? '',
    attributes,
    children,
  };
}

/**
 * XML 1.0, section 2.11. The parser's own rule is that of XML 1.1, which also changes U+0085 and
 * U+2028.
 */
function normalizeLineEndings(source: string): string {
  return source.replaceAll(/\r\n?/g, '\n');
}

/**
 * Reads XML that comes from outside: UTF-8 only, no DOCTYPE, limits first, every parser complaint
 * refused.
 *
 * @throws TerrESanteError `TE_XML_INVALID`
 */
export function readXml(input: Uint8Array | string, options: Partial<XmlLimits> = {}): ReadElement {
  const limits = { ...defaultXmlLimits, ...options };
  let source = typeof input === 'string' ? input : decode(input, limits);
  if (source.length > limits.maxBytes) throw xmlError(`plus de ${limits.maxBytes} octets`, null);
  // The decoder has removed the mark of bytes; a second one is text before the root.
  if (typeof input === 'string' && source.charCodeAt(0) === 0xfeff) source = source.slice(1);
  const { attributes } = scanXml(source, limits);
  let root: unknown;
  try {
    root = new DOMParser({ onError: onErrorStopParsing, locator: false, normalizeLineEndings }).parseFromString(
      source,
      'text/xml',
    ).documentElement;
  } catch {
    // The parser quotes the text around the fault, which may hold a patient's data: its error is
    // not kept.
    throw xmlError('mal formé', null);
  }
  if (!root) throw xmlError('aucun élément', 0);
  const tree = convert(root as DomElement);
  // The parser keeps one of two attributes of the same name in one namespace (Namespaces in XML
  // 1.0, section 6.3).
  let kept = 0;
  for (const node of descendants(tree)) kept += node.attributes.length;
  if (kept !== attributes) throw xmlError('attribut en double', null);
  return tree;
}

/** Child elements, in order; filtered by local name and namespace when given. */
export function childElements(parent: ReadElement, localName?: string, namespace?: string): ReadElement[] {
  const out: ReadElement[] = [];
  for (const child of parent.children) {
    if (typeof child === 'string') continue;
    if (localName !== undefined && child.localName !== localName) continue;
    if (namespace !== undefined && child.namespace !== namespace) continue;
    out.push(child);
  }
  return out;
}

/** First child element of that name, or `undefined`. */
export function childElement(
  parent: ReadElement | undefined,
  localName: string,
  namespace?: string,
): ReadElement | undefined {
  return parent && childElements(parent, localName, namespace)[0];
}

/** First element reached by following local names, or `undefined`. */
export function descend(parent: ReadElement | undefined, ...path: readonly string[]): ReadElement | undefined {
  let current = parent;
  for (const name of path) current = childElement(current, name);
  return current;
}

/** Value of an attribute without namespace (or of the namespace given), or `undefined`. */
export function attributeOf(node: ReadElement | undefined, localName: string, namespace = ''): string | undefined {
  return node?.attributes.find((attribute) => attribute.localName === localName && attribute.namespace === namespace)
    ?.value;
}

/** Whole text of an element and of what it contains. */
export function textOf(node: ReadElement | undefined): string {
  if (!node) return '';
  let out = '';
  for (const child of node.children) out += typeof child === 'string' ? child : textOf(child);
  return out;
}

/** All descendants (the element itself included) in document order. */
export function* descendants(node: ReadElement): Generator<ReadElement, void, undefined> {
  yield node;
  for (const child of node.children) if (typeof child !== 'string') yield* descendants(child);
}
