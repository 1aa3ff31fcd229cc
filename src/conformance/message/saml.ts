import {
  attributeOf,
  childElement,
  childElements,
  descendants,
  textOf,
  type ReadElement,
} from '../../internal/xml/index.ts';
import { facts, firstText, texts, type Facts } from './values.ts';

const saml = 'urn:oasis:names:tc:SAML:2.0:assertion';
const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol';
const trust = 'http://docs.oasis-open.org/ws-sx/ws-trust/200512';
const signature = 'http://www.w3.org/2000/09/xmldsig#';

/** Assertions anywhere in a message: what they say, not whether it is true. */
export function assertionFacts(root: ReadElement): Facts[] {
  const found = [...descendants(root)].filter(
    ({ localName, namespace }) => localName === 'Assertion' && namespace === saml,
  );
  return found.map(oneAssertion);
}

function oneAssertion(assertion: ReadElement): Facts {
  const subject = childElement(assertion, 'Subject', saml);
  const conditions = childElement(assertion, 'Conditions', saml);
  const restrictions = conditions ? childElements(conditions, 'AudienceRestriction', saml) : [];

  return facts({
    id: attributeOf(assertion, 'ID'),
    issuer: firstText(assertion, 'Issuer', saml),
    nameId: subject && firstText(subject, 'NameID', saml),
    notBefore: attributeOf(conditions, 'NotBefore'),
    notOnOrAfter: attributeOf(conditions, 'NotOnOrAfter'),
    audiences: restrictions.flatMap((restriction) => texts(restriction, 'Audience', saml)),
    attributes: [...descendants(assertion)]
      .filter(({ localName, namespace }) => localName === 'Attribute' && namespace === saml)
      .flatMap((attribute) => attributeOf(attribute, 'Name') ?? []),
    signed: childElement(assertion, 'Signature', signature) !== undefined,
  });
}

/** A message of the SAML protocol; `null` when the element is none. */
export function protocolFacts(message: ReadElement): Facts | null {
  if (message.namespace !== protocol) return null;

  const codes = [...descendants(message)]
    .filter(({ localName, namespace }) => localName === 'StatusCode' && namespace === protocol)
    .flatMap((code) => attributeOf(code, 'Value') ?? []);
  return {
    message: message.localName,
    ...facts({ id: attributeOf(message, 'ID') }),
    inResponseTo: attributeOf(message, 'InResponseTo') ?? null,
    ...(codes.length > 0 ? { statusCodes: codes } : {}),
  };
}

/** A request to a token service or its answer; `null` when the element is none. */
export function trustFacts(message: ReadElement): Facts | null {
  if (message.namespace !== trust) return null;

  const isRequest = message.localName === 'RequestSecurityToken';
  const isCollection = message.localName === 'RequestSecurityTokenResponseCollection';
  const answer = isCollection ? childElement(message, 'RequestSecurityTokenResponse', trust) : message;
  if (!answer) return null;

  const status = childElement(answer, 'Status', trust);
  return facts({
    message: isRequest ? 'RST' : 'RSTR',
    requestType: firstText(answer, 'RequestType', trust),
    tokenType: firstText(answer, 'TokenType', trust),
    status: isRequest ? undefined : textOf(status && childElement(status, 'Code', trust)).trim(),
  });
}
