import type { Finding } from '../../../errors.ts';
import type { ReadElement } from '../../../internal/xml/index.ts';
import { declarationsOf } from '../../xml-signature/attributes.ts';
import { maxCanonicalLength } from '../../xml-signature/canonical.ts';
import type { Located } from './located.ts';
import { finding } from '../../../internal/finding.ts';
import { vihfRules } from '../rules/index.ts';

/**
 * Limits of the whole text, envelope included. They are checked before anything is built. A request
 * that carries its documents inline does not fit: its receiver hands over the assertion alone.
 */
export const inputLimits = {
  maxBytes: 1024 * 1024,
  maxDepth: 40,
  maxElements: 10_000,
  maxAttributes: 32,
  allowComments: false,
  allowProcessingInstructions: false,
} as const;

/**
 * Limits of the assertion itself, checked before anything is hashed. A VIHF with every published
 * attribute has about 90 elements, 7 levels and 10 declarations.
 */
const assertionLimits = {
  elements: 500,
  depth: 12,
  attributes: 16,
  declarations: 128,
  namespace: 256,
} as const;

type Limit = keyof typeof assertionLimits | 'canonical';

function exceeded(limit: Limit, path: string, max: number, found: number | null): Finding {
  return finding(vihfRules, 'XML-LIMITS', {
    path,
    found: found === null ? null : String(found),
    expected: `≤ ${max}`,
    values: { limit },
  });
}

/** The finding of a canonical form that was given up because of its length. */
export function canonicalExceeded(path: string): Finding {
  return exceeded('canonical', path, maxCanonicalLength, null);
}

/**
 * Judges the size of an assertion: elements, levels, attributes, and the number and length of its
 * namespaces, those declared around it included. `null` when it fits.
 */
export function limitFinding({ assertion, inherited, path }: Located): Finding | null {
  const count = { elements: 0, depth: 0, attributes: 0, declarations: 0, namespace: 0 };

  const countDeclarations = (declarations: ReadonlyMap<string, string>): void => {
    count.declarations += declarations.size;
    for (const namespace of declarations.values()) count.namespace = Math.max(count.namespace, namespace.length);
  };
  const walk = (element: ReadElement, depth: number): void => {
    count.elements += 1;
    count.depth = Math.max(count.depth, depth);
    count.attributes = Math.max(count.attributes, element.attributes.length);
    countDeclarations(declarationsOf(element));
    for (const child of element.children) if (typeof child !== 'string') walk(child, depth + 1);
  };
  countDeclarations(inherited);
  walk(assertion, 1);

  for (const limit of Object.keys(assertionLimits) as (keyof typeof assertionLimits)[]) {
    const max = assertionLimits[limit];
    if (count[limit] > max) return exceeded(limit, path, max, count[limit]);
  }
  return null;
}
