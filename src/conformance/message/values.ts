import { attributeOf, childElements, textOf, type ReadElement } from '../../internal/xml/index.ts';

/** Facts of a message: what is absent has no key. */
export type Facts = Record<string, unknown>;

/** The facts that are there. */
export function facts(values: Readonly<Facts>): Facts {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
}

/** Attributes of an element that are there, under their own names. */
export function attributes(node: ReadElement | undefined, names: readonly string[]): Facts {
  return facts(Object.fromEntries(names.map((name) => [name, attributeOf(node, name)])));
}

/** Trimmed texts of the children of that name, in order. */
export function texts(node: ReadElement, name: string, namespace?: string): string[] {
  return childElements(node, name, namespace).map((child) => textOf(child).trim());
}

/** The first text of that name. */
export function firstText(node: ReadElement, name: string, namespace?: string): string | undefined {
  return texts(node, name, namespace)[0];
}
