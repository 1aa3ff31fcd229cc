import type { ReadElement } from '../../../internal/xml/index.ts';
import { plainAttributes } from '../../xml-signature/attributes.ts';

/** Names of the attributes that an element must carry, and of those that it may carry. */
export interface AttributeGrammar<R extends string, O extends string> {
  readonly required: readonly R[];
  readonly optional?: readonly O[];
}

/**
 * Reads the attributes of an element by a closed grammar: only known ones, and every required one.
 * Namespace declarations do not count.
 *
 * @param refuse - Called with the first attribute that departs from the grammar; throws.
 */
export function closedAttributes<R extends string, O extends string = never>(
  element: ReadElement,
  { required, optional = [] }: AttributeGrammar<R, O>,
  refuse: (fault: 'unexpected' | 'missing', name: string) => never,
): Readonly<Record<R, string> & Partial<Record<O, string>>> {
  const known = new Set<string>([...required, ...optional]);
  const values: Record<string, string> = {};
  for (const { name, namespace, value } of plainAttributes(element)) {
    if (namespace !== '' || !known.has(name)) refuse('unexpected', name);
    values[name] = value;
  }

  const missing = required.find((name) => values[name] === undefined);
  if (missing !== undefined) refuse('missing', missing);
  return values as Record<R, string> & Partial<Record<O, string>>;
}
