import type { Finding } from '../../errors.ts';
import { clarkName } from '../../internal/soap/index.ts';
import type { ReadElement } from '../../internal/xml/index.ts';

/** An element to judge, and where it stands. */
export interface Payload {
  readonly node: ReadElement;
  readonly path: string;
  /** Name with its namespace in braces. */
  readonly name: string;
}

/** The payload under a path. */
export function payloadAt(parent: string, node: ReadElement): Payload {
  return { node, path: `${parent}/${shown(node.localName)}`, name: clarkName(node) };
}

/** One thing to look at in a payload. */
export type PayloadCheck = (payload: Payload) => readonly Finding[];

/** A name or code as it may be shown: shortened, without what names and codes do not hold. */
export function shown(text: string): string {
  return text.replaceAll(/[^\w.:/{}$-]/g, '').slice(0, 100);
}
