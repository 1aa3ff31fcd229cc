import { attributeOf, childElement, childElements, textOf, type ReadElement } from '../xml/index.ts';
import { readFault, type SoapFault } from './fault.ts';
import { clarkName, soapNames } from './names.ts';
import { qualifiedName } from './qualified-name.ts';

/** What the addressing headers say, in whichever version of WS-Addressing they are written. */
export interface Addressing {
  /** Of the version used; `null` without any header. */
  readonly namespace: string | null;
  readonly action: string | null;
  readonly messageId: string | null;
  readonly relatesTo: string | null;
  readonly to: string | null;
}

/** A SOAP message, read but not judged. */
export interface SoapMessage {
  readonly version: '1.1' | '1.2';
  readonly addressing: Addressing;
  readonly headers: readonly ReadElement[];
  /** Headers that the receiver must understand or refuse the message. */
  readonly mandatory: readonly ReadElement[];
  /** Headers that the sender of a fault did not understand, as written and with their namespace. */
  readonly notUnderstood: readonly { readonly written: string; readonly name: string }[];
  readonly body: readonly ReadElement[];
  /** A fault anywhere in the body: beside a payload it wins. */
  readonly fault: SoapFault | null;
}

const versions: ReadonlyMap<string, '1.1' | '1.2'> = new Map([
  [soapNames.soap11, '1.1'],
  [soapNames.soap12, '1.2'],
]);

/** Newest first: a message with two sets of headers is read by the newer one. */
const addressingNames = [soapNames.addressing, soapNames.addressing2004, soapNames.addressing2004Draft];

/**
 * Reads an envelope by namespaces; `null` when the element is none. The word Fault inside a payload
 * is no fault.
 *
 * @see SOAP 1.2 part 1, section 5, and WS-Addressing 1.0 SOAP binding
 */
export function readSoapMessage(root: ReadElement): SoapMessage | null {
  const version = versions.get(root.namespace);
  if (version === undefined || root.localName !== 'Envelope') return null;

  const tops = childElements(root, 'Header', root.namespace);
  const headers = tops.flatMap((header) => childElements(header));
  const body = childElement(root, 'Body', root.namespace);
  const payload = body ? childElements(body) : [];
  const fault = payload.find(({ localName, namespace }) => localName === 'Fault' && versions.has(namespace));

  return {
    version,
    addressing: readAddressing(headers),
    headers,
    mandatory: headers.filter((header) => isMandatory(header)),
    notUnderstood: headers.flatMap((header) => {
      const isMissing = header.localName === 'NotUnderstood' && header.namespace === soapNames.soap12;
      const written = isMissing ? attributeOf(header, 'qname') : undefined;
      return written === undefined ? [] : { written, name: qualifiedName(written, [root, ...tops, header]) };
    }),
    body: payload,
    fault: fault ? readFault(fault, body ? [root, body] : [root]) : null,
  };
}

function readAddressing(headers: readonly ReadElement[]): Addressing {
  const namespace = addressingNames.find((name) => headers.some((header) => header.namespace === name)) ?? null;
  const text = (localName: string): string | null => {
    const found = headers.find((header) => header.localName === localName && header.namespace === namespace);
    return found ? textOf(found).trim() : null;
  };

  return {
    namespace,
    action: text('Action'),
    messageId: text('MessageID'),
    relatesTo: text('RelatesTo'),
    to: text('To'),
  };
}

/** The attribute belongs to the namespace of SOAP; without one it means nothing. */
function isMandatory(header: ReadElement): boolean {
  return [soapNames.soap12, soapNames.soap11].some((namespace) => {
    const value = attributeOf(header, 'mustUnderstand', namespace)?.trim();
    return value === '1' || value === 'true';
  });
}

/** Names of elements, for a message or a finding. */
export function namesOf(elements: readonly ReadElement[]): string[] {
  return elements.map((element) => clarkName(element));
}
