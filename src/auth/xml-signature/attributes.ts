import type { ReadAttribute, ReadElement } from '../../internal/xml/index.ts';

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';

/** Whether an attribute declares a namespace. */
export function isDeclaration({ name, namespace }: ReadAttribute): boolean {
  return namespace === xmlnsNamespace || name === 'xmlns' || name.startsWith('xmlns:');
}

/** Prefix to namespace of the declarations of one element. */
export function declarationsOf(element: ReadElement): Map<string, string> {
  const declarations = new Map<string, string>();
  for (const attribute of element.attributes) {
    if (!isDeclaration(attribute)) continue;
    declarations.set(attribute.name === 'xmlns' ? '' : attribute.name.slice('xmlns:'.length), attribute.value);
  }
  return declarations;
}

/** The attributes of an element, its namespace declarations apart. */
export function plainAttributes(element: ReadElement): readonly ReadAttribute[] {
  return element.attributes.filter((attribute) => !isDeclaration(attribute));
}
