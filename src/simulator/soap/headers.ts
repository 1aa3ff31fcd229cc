import { clarkName, soapNames, type SoapMessage } from '../../internal/soap/index.ts';
import {
  attributeOf,
  childElement,
  element,
  fragment,
  text,
  textOf,
  type ReadElement,
  type Xml,
} from '../../internal/xml/index.ts';
import { SoapRefusal, type Subcode } from './refusal.ts';

/** Roles of a header that the last receiver acts in. @see SOAP 1.2 part 1, section 2.2 */
const ownRoles = new Set(['', `${soapNames.soap12}/role/next`, `${soapNames.soap12}/role/ultimateReceiver`]);

const addressingHeaders = ['Action', 'MessageID', 'To', 'ReplyTo', 'FaultTo', 'From', 'RelatesTo'];
const understood: ReadonlySet<string> = new Set([
  ...addressingHeaders.map((localName) => clarkName({ namespace: soapNames.addressing, localName })),
  clarkName({ namespace: soapNames.security, localName: 'Security' }),
]);

/** Where an answer may go: back on the connection, or nowhere. */
const answerable = new Set([`${soapNames.addressing}/anonymous`, `${soapNames.addressing}/none`]);

/** What the headers of a request say, once they are found right. */
export interface CheckedHeaders {
  readonly action: string;
  readonly messageId: string;
}

/**
 * Checks the headers of a request in the order of the standards: those that must be understood,
 * then those that say what is asked for.
 *
 * @param httpAction - parameter of the content type
 * @see SOAP 1.2 part 1, section 2.6; WS-Addressing 1.0 SOAP binding, section 6.4; IHE ITI TF-2,
 *   appendix V: the message identifier is required
 * @throws SoapRefusal
 */
export function checkHeaders(
  { headers, mandatory }: SoapMessage,
  httpAction: string | null,
  isSupported: (action: string) => boolean,
): CheckedHeaders {
  refuseUnknown(mandatory.filter(isForUs));

  const own = headers.filter(({ namespace }) => namespace === soapNames.addressing).filter(isForUs);
  for (const name of ['Action', 'MessageID', 'To', 'ReplyTo', 'FaultTo']) {
    if (own.filter(({ localName }) => localName === name).length > 1) {
      throw invalidHeader('wsa:InvalidCardinality', `L'en-tête ${name} figure deux fois.`, name);
    }
  }

  const action = required(own, 'Action');
  const messageId = required(own, 'MessageID');
  if (!/^[A-Za-z][\w+.-]*:\S+$/.test(messageId)) {
    throw invalidHeader('wsa:InvalidAddress', "L'identifiant du message (MessageID) n'est pas un URI.", 'MessageID');
  }
  for (const header of own.filter(({ localName }) => localName === 'ReplyTo' || localName === 'FaultTo')) {
    requireAnswerable(header);
  }

  if (httpAction !== null && httpAction !== action) {
    throw invalidHeader(
      'wsa:ActionMismatch',
      "L'action du Content-Type n'est pas celle de l'en-tête Action.",
      'Action',
    );
  }
  if (!isSupported(action)) {
    const reason = "L'action de l'en-tête Action n'est pas celle de ce service.";
    throw new SoapRefusal('Sender', reason, { subcodes: ['wsa:ActionNotSupported'] });
  }
  return { action, messageId };
}

function isForUs(header: ReadElement): boolean {
  return ownRoles.has(attributeOf(header, 'role', soapNames.soap12)?.trim() ?? '');
}

/** @see SOAP 1.2 part 1, section 5.4.8: each header that is not understood is named */
function refuseUnknown(mandatory: readonly ReadElement[]): void {
  const unknown = mandatory.filter((header) => !understood.has(clarkName(header)));
  if (unknown.length === 0) return;

  const blocks = unknown.slice(0, 20).map(({ localName, namespace }): Xml =>
    element('env:NotUnderstood', {
      'xmlns:x': namespace === '' ? undefined : namespace,
      qname: namespace === '' ? localName : `x:${localName}`,
    }),
  );
  throw new SoapRefusal('MustUnderstand', "Un en-tête obligatoire n'est pas compris.", { blocks: fragment(...blocks) });
}

function required(headers: readonly ReadElement[], name: string): string {
  const found = headers.find(({ localName }) => localName === name);
  const value = textOf(found).trim();
  if (value !== '') return value;

  throw new SoapRefusal('Sender', `L'en-tête ${name} de WS-Addressing manque.`, {
    subcodes: ['wsa:MessageAddressingHeaderRequired'],
    detail: problemHeader(name),
  });
}

function requireAnswerable(header: ReadElement): void {
  const address = textOf(childElement(header, 'Address', soapNames.addressing)).trim();
  if (answerable.has(address)) return;

  const reason = "Une réponse à une autre adresse que celle de la connexion n'est pas possible.";
  throw invalidHeader('wsa:OnlyAnonymousAddressSupported', reason, header.localName);
}

function invalidHeader(subcode: Subcode, reason: string, name: string): SoapRefusal {
  return new SoapRefusal('Sender', reason, {
    subcodes: ['wsa:InvalidAddressingHeader', subcode],
    detail: problemHeader(name),
  });
}

function problemHeader(name: string): Xml {
  return element('wsa:ProblemHeaderQName', { 'xmlns:wsa': soapNames.addressing }, text(`wsa:${name}`));
}
