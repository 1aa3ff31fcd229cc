import type { ReadElement } from '../xml/index.ts';

/** Namespaces of SOAP and of its headers. */
export const soapNames = {
  soap11: 'http://schemas.xmlsoap.org/soap/envelope/',
  soap12: 'http://www.w3.org/2003/05/soap-envelope',
  addressing: 'http://www.w3.org/2005/08/addressing',
  /** The submission of 2004, which older stacks still answer with. */
  addressing2004: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  addressing2004Draft: 'http://schemas.xmlsoap.org/ws/2004/03/addressing',
  security: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd',
  securityUtility: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd',
  xop: 'http://www.w3.org/2004/08/xop/include',
} as const;

/** A name with its namespace in braces, as a message or a finding shows it. */
export function clarkName({ namespace, localName }: Pick<ReadElement, 'namespace' | 'localName'>): string {
  return namespace === '' ? localName : `{${namespace}}${localName}`;
}

/** The last word of a name or URN: `Success` of `urn:…:ResponseStatusType:Success`. */
export function lastWord(name: string): string {
  return name.slice(Math.max(name.lastIndexOf(':'), name.lastIndexOf('}')) + 1).trim();
}
