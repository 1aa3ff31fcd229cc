import type { ReadElement } from '../../../../internal/xml/index.ts';
import { places, type CheckContext, type Place } from '../context.ts';
import { elements, get, hasNull, text } from './shared.ts';

/** Checks that values differ from their siblings, and that no nullFlavor stands beside a value. */
export function checkDistinct(parent: Place, name: string, context: CheckContext): void {
  const all = places(parent, name);
  if (all.length < 2) return;

  const someValue = all.some(({ node }) => !hasNull(node));
  const seen = new Set<string>();
  for (const sibling of all) {
    const { node } = sibling;
    // Telecoms are compared by use and value: without a use two of them may well be different.
    if (name === 'telecom' && !hasNull(node) && get(node, 'use') === undefined) continue;
    if (hasNull(node) && name !== 'addr') {
      if (someValue) context.add('CDA-NULL-FLAVOR', sibling.path);
      continue;
    }

    const key = keyOf(node);
    if (seen.has(key)) context.add('CDA-DUPLICATE', sibling.path);
    seen.add(key);
    if (hasNull(node) && someValue) context.add('CDA-NULL-FLAVOR', sibling.path);
  }
}

function keyOf(node: ReadElement): string {
  return JSON.stringify([
    node.attributes.map(({ name, value }) => [name, value]),
    elements(node).map((child) => [child.localName, text(child)]),
    text(node),
  ]);
}
