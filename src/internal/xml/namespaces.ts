export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';
export const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';

/**
 * Whether a declaration is allowed: the reserved prefixes keep their namespaces, no prefix is bound
 * to nothing.
 *
 * @see Namespaces in XML 1.0, section 3
 */
export function isAllowedDeclaration(prefix: string, namespace: string): boolean {
  if (prefix === 'xmlns' || namespace === xmlnsNamespace) return false;
  if (prefix !== '' && namespace === '') return false;

  return (prefix === 'xml') === (namespace === xmlNamespace);
}

/**
 * The namespaces in scope while a document is read. A prefix is looked up in one step, however deep
 * its declaration, so that a document full of declarations costs no more than its length.
 */
export class NamespaceScope {
  readonly #bindings = new Map<string, string | undefined>([['xml', xmlNamespace]]);
  /** What each declaration has hidden, the latest last. */
  readonly #hidden: { readonly prefix: string; readonly namespace: string | undefined }[] = [];
  /** For each open element, the number of declarations before it. */
  readonly #marks: number[] = [];

  enter(): void {
    this.#marks.push(this.#hidden.length);
  }

  leave(): void {
    const mark = this.#marks.pop() ?? 0;
    while (this.#hidden.length > mark) {
      const last = this.#hidden.pop();
      if (last) this.#bindings.set(last.prefix, last.namespace);
    }
  }

  declare(prefix: string, namespace: string): void {
    this.#hidden.push({ prefix, namespace: this.#bindings.get(prefix) });
    this.#bindings.set(prefix, namespace);
  }

  /** The namespace of a prefix, `undefined` when it is not declared. */
  resolve(prefix: string): string | undefined {
    return this.#bindings.get(prefix);
  }
}
