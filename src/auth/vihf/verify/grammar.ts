import { isTerrESanteError } from '../../../errors.ts';
import { finding, type CaseOf, type FindingPlace } from '../../../internal/finding.ts';
import { parseUtc } from '../../../internal/hl7-time.ts';
import { childElements, textOf, type ReadElement } from '../../../internal/xml/index.ts';
import { samlAssertion } from '../names.ts';
import { vihfRules } from '../rules/index.ts';
import { closedAttributes } from './closed-attributes.ts';
import { ShapeError } from './shape-error.ts';

/*
 * The closed grammar of an assertion: elements in their order, known attributes, dates. What is not
 * known is refused rather than skipped.
 */

type GrammarCase = CaseOf<(typeof vihfRules)['SAML-GRAMMAR']>;

/** Stops the reading: the assertion departs from the schema at this place. */
export function refuse(path: string, fault: GrammarCase, expected?: string, values?: FindingPlace['values']): never {
  throw new ShapeError(finding(vihfRules, 'SAML-GRAMMAR', { path, case: fault, expected, values }));
}

/** The attributes of an element: the required ones, and none but the optional ones. */
export function attributesOf<R extends string, O extends string = never>(
  element: ReadElement,
  path: string,
  required: readonly R[],
  optional: readonly O[] = [],
): Readonly<Record<R, string> & Partial<Record<O, string>>> {
  return closedAttributes(element, { required, optional }, (fault, name) =>
    fault === 'missing'
      ? refuse(`${path}/@${name}`, 'missing-attribute')
      : refuse(path, 'unexpected-attribute', [...required, ...optional].join(', ')),
  );
}

/** The children of an element: elements of SAML, with nothing but white space between. */
function elements(element: ReadElement, path: string): ReadElement[] {
  if (element.children.some((child) => typeof child === 'string' && child.trim() !== '')) {
    refuse(path, 'stray-text');
  }
  const found = childElements(element);
  for (const child of found) {
    if (child.namespace !== samlAssertion) refuse(path, 'foreign-element');
  }
  return found;
}

/** Takes children by name, in order, and refuses what is left. */
export class Sequence {
  readonly #items: ReadElement[];
  readonly #path: string;

  constructor(element: ReadElement, path: string) {
    this.#items = elements(element, path);
    this.#path = path;
  }

  optional(name: string): ReadElement | null {
    return this.#items[0]?.localName === name ? (this.#items.shift() ?? null) : null;
  }

  one(name: string): ReadElement {
    return this.optional(name) ?? refuse(`${this.#path}/${name}`, 'missing-element', undefined, { element: name });
  }

  many(name: string): ReadElement[] {
    const out: ReadElement[] = [];
    for (let next = this.optional(name); next; next = this.optional(name)) out.push(next);
    return out;
  }

  end(): void {
    if (this.#items.length > 0) refuse(this.#path, 'unexpected-element');
  }
}

/** The text of an element without children. */
export function leaf(element: ReadElement, path: string): string {
  if (childElements(element).length > 0) refuse(path, 'text-only');
  return textOf(element);
}

/** A UTC date-time, in milliseconds since 1970. */
export function instant(value: string, path: string): number {
  try {
    return parseUtc(value);
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
  }
  return refuse(path, 'date', 'YYYY-MM-DDThh:mm:ssZ');
}

export function optionalInstant(value: string | undefined, path: string): number | null {
  return value === undefined ? null : instant(value, path);
}
