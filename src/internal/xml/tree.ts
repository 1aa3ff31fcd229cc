/** One attribute of a read element. Namespace declarations are kept, with the `xmlns` namespace. */
export interface ReadAttribute {
  readonly name: string;
  readonly localName: string;
  readonly namespace: string;
  readonly value: string;
}

/** A read element: an immutable tree without any object of the parser. */
export interface ReadElement {
  readonly localName: string;
  readonly prefix: string;
  readonly namespace: string;
  readonly attributes: readonly ReadAttribute[];
  /**
   * Elements and text, in order. Two texts never follow each other; comments and processing
   * instructions are left out.
   */
  readonly children: readonly (ReadElement | string)[];
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
  if (!parent) return undefined;

  for (const child of parent.children) {
    if (typeof child === 'string' || child.localName !== localName) continue;
    if (namespace === undefined || child.namespace === namespace) return child;
  }
  return undefined;
}

/** First element reached by following local names, or `undefined`. */
export function descend(parent: ReadElement | undefined, ...path: readonly string[]): ReadElement | undefined {
  let current = parent;
  for (const name of path) current = childElement(current, name);
  return current;
}

/** Value of an attribute without namespace (or of the namespace given), or `undefined`. */
export function attributeOf(node: ReadElement | undefined, localName: string, namespace = ''): string | undefined {
  if (!node) return undefined;

  for (const attribute of node.attributes) {
    if (attribute.localName === localName && attribute.namespace === namespace) return attribute.value;
  }
  return undefined;
}

/** Whole text of an element and of what it contains. */
export function textOf(node: ReadElement | undefined): string {
  if (!node) return '';

  const [first = ''] = node.children;
  if (typeof first === 'string' && node.children.length < 2) return first;
  let out = '';
  for (const child of node.children) out += typeof child === 'string' ? child : textOf(child);
  return out;
}

/** All descendants (the element itself included) in document order. */
export function* descendants(node: ReadElement): Generator<ReadElement, void, undefined> {
  // One generator with its own stack: a generator for each level costs its depth at every step.
  const stack: ReadElement[] = [node];
  for (let current = stack.pop(); current; current = stack.pop()) {
    yield current;

    for (let index = current.children.length - 1; index >= 0; index -= 1) {
      const child = current.children[index];
      if (child !== undefined && typeof child !== 'string') stack.push(child);
    }
  }
}

/**
 * The same, one after the other, without what stands in an element that is not entered: quicker
 * where much of a tree is of no interest.
 */
export function forEachElement(node: ReadElement, enters: (node: ReadElement) => boolean): void {
  // A stack of its own: a tree may be deeper than calls may be.
  const stack: ReadElement[] = [node];
  for (let current = stack.pop(); current; current = stack.pop()) {
    if (!enters(current)) continue;

    for (let index = current.children.length - 1; index >= 0; index -= 1) {
      const child = current.children[index];
      if (child !== undefined && typeof child !== 'string') stack.push(child);
    }
  }
}
