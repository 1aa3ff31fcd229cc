import { attributeValue, text } from '../xml/index.ts';
import { soapNames } from './names.ts';

/** What the header of a request says. */
export interface EnvelopeHeader {
  readonly action: string;
  /** Address of the service. */
  readonly to: string;
  /** `urn:uuid:` and a UUID. */
  readonly messageId: string;
  /** A signed assertion as it was received: not one byte of it is changed. */
  readonly assertion?: string | undefined;
}

/** Addressed to whoever holds the connection: no other address is ever given. */
const anonymous = 'http://www.w3.org/2005/08/addressing/anonymous';

/**
 * A SOAP 1.2 envelope with WS-Addressing and, when there is an assertion, a `wsse:Security` header
 * with that assertion as its child.
 *
 * @param payload - the element of the body, as it stands
 * @see SOAP 1.2 part 1, section 5; WS-Addressing 1.0 SOAP binding; WS-Security SAML token profile
 */
export function writeEnvelope({ action, to, messageId, assertion }: EnvelopeHeader, payload: string): string {
  const security =
    assertion === undefined
      ? ''
      : `<wsse:Security xmlns:wsse="${soapNames.security}" soap:mustUnderstand="true">${assertion}</wsse:Security>`;

  return [
    `<soap:Envelope xmlns:soap="${attributeValue(soapNames.soap12)}"><soap:Header>`,
    addressing('Action', text(action)),
    addressing('MessageID', text(messageId)),
    addressing('ReplyTo', `<Address>${anonymous}</Address>`),
    `<To xmlns="${soapNames.addressing}">${text(to)}</To>`,
    `${security}</soap:Header><soap:Body>${payload}</soap:Body></soap:Envelope>`,
  ].join('');
}

/** A header that the receiver must understand. */
function addressing(name: string, content: string): string {
  return `<${name} xmlns="${soapNames.addressing}" soap:mustUnderstand="true">${content}</${name}>`;
}
