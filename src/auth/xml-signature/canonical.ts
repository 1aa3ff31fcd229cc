import { TerrESanteError } from '../../errors.ts';
import { attributeValue, text, type ReadAttribute, type ReadElement } from '../../internal/xml/index.ts';
import { declarationsOf, plainAttributes } from './attributes.ts';

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/**
 * Longest canonical form that is written, in UTF-16 units. A signed VIHF is about 8,000 long; a
 * short document can ask for a canonical form thousands of times longer, because the namespace of a
 * prefix is written again on every element that uses it.
 */
export const maxCanonicalLength = 262_144;

/** How to canonicalise. */
export interface CanonicalOptions {
  /** Left out, with all it contains: the signature itself in the enveloped transform. */
  readonly without?: ReadElement | undefined;
  /** Canonical XML 1.0 (inclusive) instead of exclusive: every declaration in scope is written. */
  readonly inclusive?: { readonly inherited: ReadonlyMap<string, string> } | undefined;
  /** Stops with an error beyond this length. @defaultValue {@link maxCanonicalLength} */
  readonly maxLength?: number | undefined;
}

/** UTF-16 puts the surrogates before U+E000 to U+FFFF; code points put them after. */
function codePointRank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** Order by code point, the order of Canonical XML. */
function compare(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index += 1) {
    const difference = codePointRank(a.charCodeAt(index)) - codePointRank(b.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareAttributes(a: ReadAttribute, b: ReadAttribute): number {
  return compare(sortNamespace(a), sortNamespace(b)) || compare(a.localName, b.localName);
}

function sortNamespace({ name, namespace }: ReadAttribute): string {
  return name.startsWith('xml:') ? xmlNamespace : namespace;
}

/** Prefix to namespace of the prefixes that an element and its attributes use. */
function usedBy(element: ReadElement, attributes: readonly ReadAttribute[]): Map<string, string> {
  const used = new Map([[element.prefix, element.namespace]]);
  for (const { name, namespace } of attributes) {
    const colon = name.indexOf(':');
    if (colon > 0) used.set(name.slice(0, colon), namespace);
  }
  return used;
}

/** Writes one element after the other into one text, in time linear in that text. */
class CanonicalWriter {
  readonly #options: CanonicalOptions;
  readonly #maxLength: number;
  /** Namespace last written for each prefix by the elements that are still open. */
  readonly #rendered = new Map<string, string>();
  #out = '';

  constructor(options: CanonicalOptions) {
    this.#options = options;
    this.#maxLength = options.maxLength ?? maxCanonicalLength;
  }

  get result(): string {
    return this.#out;
  }

  element(element: ReadElement, apex: boolean): void {
    const attributes = plainAttributes(element);
    const declarations = this.#declarations(element, attributes, apex);
    const name = element.prefix === '' ? element.localName : `${element.prefix}:${element.localName}`;

    this.#write(`<${name}`);
    for (const [prefix, namespace] of declarations) {
      this.#write(` xmlns${prefix === '' ? '' : `:${prefix}`}="${attributeValue(namespace)}"`);
    }
    const sorted = attributes.length > 1 ? [...attributes].sort(compareAttributes) : attributes;
    for (const attribute of sorted) this.#write(` ${attribute.name}="${attributeValue(attribute.value)}"`);
    this.#write('>');

    this.#children(element, declarations);

    this.#write(`</${name}>`);
  }

  #children(element: ReadElement, declarations: readonly (readonly [string, string])[]): void {
    // What the declarations of this element hide is put back afterwards: no copy of the scope is
    // made.
    const hidden = declarations.map(([prefix]) => [prefix, this.#rendered.get(prefix)] as const);
    for (const [prefix, namespace] of declarations) this.#rendered.set(prefix, namespace);

    for (const child of element.children) {
      if (typeof child === 'string') this.#write(text(child));
      else if (child !== this.#options.without) this.element(child, false);
    }

    for (const [prefix, namespace] of hidden) {
      if (namespace === undefined) this.#rendered.delete(prefix);
      else this.#rendered.set(prefix, namespace);
    }
  }

  /**
   * The declarations to write on an element, sorted: those whose prefix does not have this
   * namespace yet.
   */
  #declarations(element: ReadElement, attributes: readonly ReadAttribute[], apex: boolean): [string, string][] {
    const { inclusive } = this.#options;
    const wanted = inclusive
      ? new Map([...(apex ? inclusive.inherited : []), ...declarationsOf(element)])
      : usedBy(element, attributes);

    const missing: [string, string][] = [];
    for (const [prefix, namespace] of wanted) {
      if (prefix !== 'xml' && (this.#rendered.get(prefix) ?? '') !== namespace) missing.push([prefix, namespace]);
    }
    return missing.length > 1 ? missing.sort(([a], [b]) => compare(a, b)) : missing;
  }

  #write(piece: string): void {
    if (!(this.#out.length + piece.length <= this.#maxLength)) {
      throw new TerrESanteError('TE_XML_INVALID', 'XML refusé : forme canonique trop longue.', {
        details: { reason: 'canonical-length', max: this.#maxLength },
      });
    }
    this.#out += piece;
  }
}

/**
 * Canonical text of an element and what it contains, without comments.
 *
 * @throws TerrESanteError `TE_XML_INVALID` (reason `canonical-length`) when it would be longer than
 *   `maxLength`.
 * @see Exclusive XML Canonicalization 1.0, section 3; Canonical XML 1.0, section 2.3
 */
export function canonicalise(element: ReadElement, options: CanonicalOptions = {}): string {
  const writer = new CanonicalWriter(options);
  writer.element(element, true);
  return writer.result;
}
