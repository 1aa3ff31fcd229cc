import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import { attributeOf, childElements, textOf, type ReadElement } from '../../../internal/xml/index.ts';
import { parseRegistry } from '../../metadata/locate.ts';
import { xdsRules } from '../../rules/xds/index.ts';
import { maxSlotLength } from './shapes.ts';

/** What the typed form no longer shows: slots written twice, values too long. */
export function slotFindings(input: Uint8Array | string): Finding[] {
  const { objects, packages, associations } = parseRegistry(input);
  return [...objects, ...packages, ...associations].flatMap(objectFindings);
}

function objectFindings(node: ReadElement): Finding[] {
  const out: Finding[] = [];
  const path = `/${attributeOf(node, 'id') ?? '?'}`;

  const seen = new Set<string>();
  for (const slot of childElements(node, 'Slot')) {
    const name = attributeOf(slot, 'name') ?? '';
    if (seen.has(name)) out.push(finding(xdsRules, 'XDS-SLOT', { path: `${path}/${shown(name)}` }));
    seen.add(name);
  }

  // The values of a classification have the same limit as those of the object.
  for (const owner of [node, ...childElements(node, 'Classification')]) {
    for (const slot of childElements(owner, 'Slot')) {
      const values = childElements(slot, 'ValueList').flatMap((list) => childElements(list, 'Value'));
      const longest = values.reduce((length, value) => Math.max(length, textOf(value).length), 0);
      if (longest <= maxSlotLength) continue;

      const where = `${path}/${shown(attributeOf(slot, 'name') ?? '')}`;
      out.push(finding(xdsRules, 'XDS-LENGTH', { path: where, found: String(longest) }));
    }
  }
  return out;
}

/** A name of a slot, unless it has a form that no slot has. */
function shown(name: string): string {
  return /^[\w$:.-]{1,80}$/.test(name) ? name : 'Slot';
}
