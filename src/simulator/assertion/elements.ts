import type { ReadElement } from '../../internal/xml/index.ts';
import { rejected } from './model.ts';

export const saml = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const ds = 'http://www.w3.org/2000/09/xmldsig#';

/** The one element of a list; none or several are refused. */
export function only(elements: readonly ReadElement[], reason: string): ReadElement {
  const [first] = elements;
  if (!first || elements.length !== 1) throw rejected(reason);
  return first;
}
