import { attributeOf, childElement, childElements, textOf, type ReadElement } from '../../internal/xml/index.ts';

export const hl7 = 'urn:hl7-org:v3';

export function child(parent: ReadElement | undefined, local: string): ReadElement | undefined {
  return childElement(parent, local, hl7);
}

export function children(parent: ReadElement | undefined, local: string): readonly ReadElement[] {
  return parent ? childElements(parent, local, hl7) : [];
}

export function attribute(node: ReadElement | undefined, name: string): string | null {
  const value = attributeOf(node, name)?.trim();
  return value === undefined || value === '' ? null : value;
}

/**
 * Text of an element on one line; `null` when there is none. Its spaces stay as they are, since a
 * name may hold two: only a line break and what indents the next line become one space.
 */
export function words(node: ReadElement | undefined): string | null {
  const value = textOf(node)
    .trim()
    .replaceAll(/[ \t\r\n]+/g, (run) => (/[\t\r\n]/.test(run) ? ' ' : run));
  return value === '' ? null : value;
}
