import { places, type CheckContext, type Place } from '../context.ts';
import { elements, get, hasNull, text } from './shared.ts';

/** Values that must differ from their siblings, and a nullFlavor beside real values. */
export function checkDistinct(parent: Place, name: string, context: CheckContext): void {
  const all = places(parent, name);
  if (all.length < 2) return;
  const someValue = all.some(({ node }) => !hasNull(node));
  const seen = new Set<string>();
  for (const { node, path } of all) {
    // Telecoms are compared by use and value: without a use nothing says that they are one.
    if (name === 'telecom' && !hasNull(node) && get(node, 'use') === undefined) continue;
    if (hasNull(node) && name !== 'addr') {
      if (someValue) context.add('CDA-NULL-FLAVOR', path, null);
      continue;
    }
    const key = JSON.stringify([
      node.attributes.map((one) => [one.name, one.value]),
      elements(node).map((child) => [child.localName, text(child)]),
      text(node),
    ]);
    if (seen.has(key)) context.add('CDA-DUPLICATE', path);
    seen.add(key);
    if (hasNull(node) && someValue) context.add('CDA-NULL-FLAVOR', path, null);
  }
}
