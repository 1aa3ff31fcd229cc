import { isoUtc } from '../hl7-time.ts';
import { attributeValue, text } from '../xml/index.ts';
import { soapNames } from './names.ts';

/** What the header of a request says. */
export interface EnvelopeHeader {
  readonly action: string;
  /** Address of the service. */
  readonly to: string;
  /** `urn:uuid:` and a UUID. */
  readonly messageId: string;
  /** A signed assertion: not one byte of its element is changed. */
  readonly assertion?: string | undefined;
  /** Headers that this partner asks for beside those of the standards, as they stand. */
  readonly blocks?: string | undefined;
  /** The moment of the request, in milliseconds since 1970. */
  readonly now: number;
}

/** What one partner wants otherwise in the header. */
export interface HeaderStyle {
  /**
   * `action-and-id` leaves out where the request goes and where its answer comes: both are the
   * connection, and some service descriptions name no such header.
   *
   * @defaultValue `whole`
   */
  readonly addressing?: 'whole' | 'action-and-id' | undefined;
  readonly security?: SecurityStyle | undefined;
}

/** What one partner wants otherwise in the `wsse:Security` header. */
export interface SecurityStyle {
  /** Asks a receiver that does not know the header to refuse. @defaultValue `true` */
  readonly mustUnderstand?: boolean | undefined;
  /** Life of a `wsu:Timestamp`, in milliseconds; without it there is none. */
  readonly timestampMs?: number | undefined;
}

/** Addressed to whoever holds the connection: no other address is ever given. */
const anonymous = 'http://www.w3.org/2005/08/addressing/anonymous';

const mustUnderstand = ' soap:mustUnderstand="true"';

/**
 * A SOAP 1.2 envelope with WS-Addressing and, when there is an assertion or a timestamp, a
 * `wsse:Security` header whose child the assertion is.
 *
 * @param payload - the element of the body, as it stands
 * @see SOAP 1.2 part 1, section 5; WS-Addressing 1.0 SOAP binding; WS-Security 1.0 and its SAML
 *   token profile
 */
export function writeEnvelope(header: EnvelopeHeader, payload: string, style: HeaderStyle = {}): string {
  return [
    `<soap:Envelope xmlns:soap="${attributeValue(soapNames.soap12)}"><soap:Header>`,
    style.addressing === 'action-and-id' ? shortAddressing(header) : wholeAddressing(header),
    header.blocks ?? '',
    security(header, style.security ?? {}),
    `</soap:Header><soap:Body>${payload}</soap:Body></soap:Envelope>`,
  ].join('');
}

function wholeAddressing({ action, messageId, to }: EnvelopeHeader): string {
  return [
    addressing('Action', text(action), mustUnderstand),
    addressing('MessageID', text(messageId), mustUnderstand),
    addressing('ReplyTo', `<Address>${anonymous}</Address>`, mustUnderstand),
    addressing('To', text(to)),
  ].join('');
}

function shortAddressing({ action, messageId }: EnvelopeHeader): string {
  return addressing('Action', text(action)) + addressing('MessageID', text(messageId));
}

function addressing(name: string, content: string, attributes = ''): string {
  return `<${name} xmlns="${soapNames.addressing}"${attributes}>${content}</${name}>`;
}

function security({ assertion, now }: EnvelopeHeader, style: SecurityStyle): string {
  const { timestampMs } = style;
  if (assertion === undefined && timestampMs === undefined) return '';

  const attributes = (style.mustUnderstand ?? true) ? mustUnderstand : '';
  const stamp = timestampMs === undefined ? '' : timestamp(now, timestampMs);
  const token = (assertion ?? '').replace(declaration, '');
  return `<wsse:Security xmlns:wsse="${soapNames.security}"${attributes}>${stamp}${token}</wsse:Security>`;
}

/** What stands before the root of a document and may not stand inside another one. */
const declaration = /^\uFEFF?<\?xml[^>]{0,200}\?>\s{0,20}/;

/** @see WS-Security 1.0, section 10 */
function timestamp(now: number, lifeMs: number): string {
  return (
    `<wsu:Timestamp xmlns:wsu="${soapNames.securityUtility}"><wsu:Created>${isoUtc(now)}</wsu:Created>` +
    `<wsu:Expires>${isoUtc(now + lifeMs)}</wsu:Expires></wsu:Timestamp>`
  );
}
