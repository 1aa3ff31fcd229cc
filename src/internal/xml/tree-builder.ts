import type { XmlFault } from './faults.ts';
import { xmlError, type XmlLimits } from './limits.ts';
import { NameTable, type QualifiedName } from './names.ts';
import { isAllowedDeclaration, NamespaceScope, xmlnsNamespace } from './namespaces.ts';
import type { XmlEvents } from './quick-parser.ts';
import type { ReadAttribute, ReadElement } from './tree.ts';

class TreeAttribute implements ReadAttribute {
  readonly name: string;
  readonly localName: string;
  /** Known once all declarations of the element are. */
  namespace: string;
  readonly value: string;

  constructor({ name, localName }: QualifiedName, namespace: string, value: string) {
    this.name = name;
    this.localName = localName;
    this.namespace = namespace;
    this.value = value;
  }
}

const noAttributes: readonly ReadAttribute[] = Object.freeze([]);
const noItems: readonly ReadElement[] = Object.freeze([]);
const noChildren: (ReadElement | string)[] = [];
Object.freeze(noChildren);

class TreeElement implements ReadElement {
  readonly localName: string;
  readonly prefix: string;
  readonly namespace: string;
  readonly attributes: readonly ReadAttribute[];
  children = noChildren;

  constructor(localName: string, prefix: string, namespace: string, attributes: readonly ReadAttribute[]) {
    this.localName = localName;
    this.prefix = prefix;
    this.namespace = namespace;
    this.attributes = attributes;
  }

  /** Most elements have one child: the list of one is as long as that, one that grows has room. */
  add(child: ReadElement | string): void {
    if (this.children.length === 0) this.children = [child];
    else this.children.push(child);
  }
}

/** Elements that are taken out of the tree as soon as they are whole. */
export interface ItemPlace {
  /** Name of their parent. */
  readonly localName: string;
  readonly namespace: string;
  /** Elements around them, their parent included. */
  readonly depth: number;
}

/**
 * Makes the tree out of what the parser meets, within the limits.
 *
 * Namespaces are resolved here and not by the parser, which trims their names: a signature is
 * computed over the name as it is written.
 */
export class TreeBuilder implements XmlEvents {
  readonly #limits: XmlLimits;
  /** Where the parser stands, for the errors. */
  readonly #position: () => number;
  readonly #scope = new NamespaceScope();
  readonly #names = new NameTable();
  /** The open elements, the innermost last. */
  readonly #open: TreeElement[] = [];
  #root: TreeElement | undefined;
  /** Attributes of the start tag that is being read, `#count` of them; the rest is of others. */
  readonly #attributes: TreeAttribute[] = [];
  #count = 0;
  /** Those among them that have a prefix. */
  #prefixed: { readonly prefix: string; readonly attribute: TreeAttribute }[] = [];
  #declares = false;
  #elements = 0;
  readonly #place: ItemPlace | null;
  #items: ReadElement[] = [];

  constructor(limits: XmlLimits, position: () => number, place: ItemPlace | null = null) {
    this.#limits = limits;
    this.#position = position;
    this.#place = place;
  }

  get root(): ReadElement | undefined {
    return this.#root;
  }

  addAttribute(name: string, value: string): void {
    if (this.#count >= this.#limits.maxAttributes) this.#refuse('too-many-attributes');

    const read = this.#read(name);
    const isDeclaration = name === 'xmlns' || read.prefix === 'xmlns';
    const attribute = new TreeAttribute(read, isDeclaration ? xmlnsNamespace : '', value);
    this.#attributes[this.#count] = attribute;
    this.#count += 1;

    if (isDeclaration) this.#declares = true;
    else if (read.prefix !== null) this.#prefixed.push({ prefix: read.prefix, attribute });
  }

  /** The end of a start tag: its attributes have all been added. */
  openElement(name: string, selfClosing: boolean): void {
    if (this.#count > 1) this.#refuseDuplicates();
    this.#elements += 1;
    if (this.#elements > this.#limits.maxElements) this.#refuse('too-many-elements');
    if (!selfClosing && this.#open.length >= this.#limits.maxDepth) this.#refuse('too-deep');

    this.#scope.enter();
    if (this.#declares) this.#declareAll();
    if (this.#prefixed.length > 0) this.#resolveAttributes();

    const { prefix, localName } = this.#read(name);
    const namespace = prefix === null ? (this.#scope.resolve('') ?? '') : this.#namespaceOf(prefix);
    this.#append(new TreeElement(localName, prefix ?? '', namespace, this.#takeAttributes()));
  }

  closeElement(): void {
    const element = this.#open.pop();
    this.#scope.leave();
    if (this.#place && element && this.#open.length === this.#place.depth) this.#takeItem(element, this.#place);
  }

  /** The items that are whole since the last call. */
  takeItems(): readonly ReadElement[] {
    if (this.#items.length === 0) return noItems;

    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** Text or the content of a CDATA section: what follows each other becomes one string. */
  addText(text: string): void {
    // White space outside of the root; the parser refuses everything else there.
    const parent = this.#open.at(-1);
    if (!parent || text === '') return;

    const { children } = parent;
    const last = children.at(-1);
    if (typeof last === 'string') children[children.length - 1] = last + text;
    else parent.add(text);
  }

  /** What was gathered stays in no tree: a list of any length takes the memory of one item. */
  #takeItem(element: TreeElement, { localName, namespace }: ItemPlace): void {
    const parent = this.#open.at(-1);
    if (parent?.localName !== localName || parent.namespace !== namespace) return;

    parent.children.pop();
    this.#items.push(element);
  }

  #append(element: TreeElement): void {
    const parent = this.#open.at(-1);
    if (parent) parent.add(element);
    else this.#root = element;
    this.#open.push(element);
  }

  #takeAttributes(): readonly ReadAttribute[] {
    if (this.#count === 0) return noAttributes;

    const attributes = this.#attributes.slice(0, this.#count);
    this.#count = 0;
    if (this.#prefixed.length > 0) this.#prefixed = [];
    this.#declares = false;
    return attributes;
  }

  /** One name twice (XML 1.0, section 3.1). They are few: each is compared with all before it. */
  #refuseDuplicates(): void {
    for (let index = 1; index < this.#count; index += 1) {
      const name = this.#attributes[index]?.name;
      for (let before = 0; before < index; before += 1) {
        if (this.#attributes[before]?.name === name) this.#refuse('duplicate-attribute');
      }
    }
  }

  #declareAll(): void {
    for (const { name, localName, namespace, value } of this.#attributes.slice(0, this.#count)) {
      if (namespace !== xmlnsNamespace) continue;

      const prefix = name === 'xmlns' ? '' : localName;
      if (!isAllowedDeclaration(prefix, value)) this.#refuse('forbidden-namespace');
      this.#scope.declare(prefix, value);
    }
  }

  /** The same name in the same namespace is one attribute, with any prefix (section 6.3). */
  #resolveAttributes(): void {
    const resolved = this.#prefixed;
    resolved.forEach(({ prefix, attribute }, index) => {
      attribute.namespace = this.#namespaceOf(prefix);
      for (let before = 0; before < index; before += 1) {
        const other = resolved[before]?.attribute;
        if (other?.localName === attribute.localName && other.namespace === attribute.namespace) {
          this.#refuse('duplicate-attribute');
        }
      }
    });
  }

  #namespaceOf(prefix: string): string {
    return this.#scope.resolve(prefix) ?? this.#refuse('undeclared-prefix');
  }

  #read(name: string): QualifiedName {
    return this.#names.read(name) ?? this.#refuse('name');
  }

  #refuse(reason: XmlFault): never {
    throw xmlError(reason, this.#position());
  }
}
