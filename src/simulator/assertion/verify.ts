import { X509Certificate } from 'node:crypto';
import { readCertificateIdentity } from '../../auth/index.ts';
import { formatName } from '../../auth/certificates/dn.ts';
import { readCertificate } from '../../auth/certificates/x509.ts';
import {
  attributeOf,
  childElement,
  childElements,
  readXml,
  textOf,
  type ReadElement,
} from '../../internal/xml/index.ts';
import { leadsToRoot } from './chain.ts';
import { only, saml } from './elements.ts';
import { RefusedAssertion, rejected, type AcceptedAssertion, type VerifyOptions } from './model.ts';
import { checkSignatureForm, signedText } from './signature.ts';

const limits = { allowComments: false, allowProcessingInstructions: false, maxElements: 500, maxDepth: 20 };
const purposeAttribute = 'urn:oasis:names:tc:xspa:1.0:subject:purposeofuse';
const resourceAttribute = 'urn:oasis:names:tc:xacml:2.0:resource:resource-id';

/** Reads an assertion in the one form taken: no declaration, comment, instruction or CDATA. */
function readAssertion(xml: string): ReadElement {
  if (xml.length === 0) throw new RefusedAssertion('assertion-absent', 'absent');
  if (xml.length > 100_000 || xml.includes('<![CDATA[') || xml.startsWith('<?xml')) throw rejected('form');

  let root: ReadElement;
  try {
    root = readXml(xml, limits);
  } catch {
    throw rejected('xml');
  }

  if (root.localName !== 'Assertion' || root.namespace !== saml) throw rejected('root');
  return root;
}

/** The certificate of a signer: under a given authority, valid now, and made to sign. */
function certificateOf(base64: string, anchors: readonly Uint8Array[], now: number): X509Certificate {
  const refuse = (reason: string): RefusedAssertion => new RefusedAssertion('certificate-rejected', reason);
  if (!/^[A-Za-z0-9+/]{100,12000}={0,2}$/.test(base64)) throw refuse('base64');

  let leaf: X509Certificate;
  try {
    leaf = new X509Certificate(Buffer.from(base64, 'base64'));
  } catch {
    throw refuse('unreadable');
  }

  const authorities = anchors.map((der) => new X509Certificate(der));
  if (!leadsToRoot(leaf, authorities, now)) throw refuse('chain');
  if (!readCertificate(leaf.raw).keyUsage?.includes('nonRepudiation')) throw refuse('usage');
  return leaf;
}

/** A time of the assertion, in UTC. */
function instant(node: ReadElement, name: string): number {
  const text = attributeOf(node, name);
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/.test(text)) throw rejected('time');

  const time = Date.parse(text);
  if (Number.isNaN(time)) throw rejected('time');
  return time;
}

/** Dates and audience. */
function checkConditions(assertion: ReadElement, { now, audience, maxSeconds }: VerifyOptions): void {
  const conditions = only(childElements(assertion, 'Conditions', saml), 'conditions');

  const notBefore = instant(conditions, 'NotBefore');
  const notOnOrAfter = instant(conditions, 'NotOnOrAfter');
  if (notOnOrAfter - notBefore > (maxSeconds + 120) * 1000) throw rejected('validity');
  if (now < notBefore) throw new RefusedAssertion('assertion-not-yet-valid', 'time');
  if (now >= notOnOrAfter) throw new RefusedAssertion('assertion-expired', 'time');

  const audiences = childElements(conditions, 'AudienceRestriction', saml).flatMap((restriction) =>
    childElements(restriction, 'Audience', saml).map(textOf),
  );
  if (audience !== null && !audiences.includes(audience)) throw rejected('audience');
}

/** The attributes of a signed assertion, by name. */
class Attributes {
  readonly #statement: ReadElement;

  constructor(assertion: ReadElement) {
    this.#statement = only(childElements(assertion, 'AttributeStatement', saml), 'attributes');
  }

  values(name: string): ReadElement[] {
    return childElements(this.#statement, 'Attribute', saml)
      .filter((attribute) => attributeOf(attribute, 'Name') === name)
      .flatMap((attribute) => childElements(attribute, 'AttributeValue', saml));
  }

  /** The text of an attribute that may stand once, `null` when it is absent. */
  text(name: string): string | null {
    const [value, ...others] = this.values(name);
    if (others.length > 0) throw rejected('attribute-twice');
    return value ? textOf(value) : null;
  }
}

/** The issuer is the subject of the certificate, in one of the spellings in use. */
function checkIssuer(assertion: ReadElement, certificate: X509Certificate): void {
  const issuer = textOf(only(childElements(assertion, 'Issuer', saml), 'issuer'));
  const { subject } = readCertificate(certificate.raw);

  const spellings = (['keywords', 'rfc2253'] as const).flatMap((style) =>
    (['der', 'reversed'] as const).map((groupOrder) => formatName(subject, { style, groupOrder })),
  );
  if (!spellings.includes(issuer)) throw rejected('issuer');
}

function readAccepted(
  assertion: ReadElement,
  id: string,
  leaf: X509Certificate,
  resourceUrn: string | null,
): AcceptedAssertion {
  const attributes = new Attributes(assertion);
  const subject = only(childElements(assertion, 'Subject', saml), 'subject');
  const nameId = textOf(only(childElements(subject, 'NameID', saml), 'name-id'));

  // In direct mode the holder of the card speaks for himself.
  const direct = attributes.text('Authentification_Mode') === 'DIRECTE';
  if (direct && readCertificateIdentity(leaf.raw).nationalId !== nameId) throw rejected('card-holder');
  if (resourceUrn !== null && attributes.text('Ressource_URN') !== resourceUrn) throw rejected('resource-urn');

  const [purposeValue] = attributes.values(purposeAttribute);
  const purpose = attributeOf(childElement(purposeValue, 'PurposeOfUse'), 'code');
  const structureId = attributes.text('Identifiant_Structure');
  if (nameId === '' || structureId === null || purpose === undefined) throw rejected('attributes');

  return { id, nameId, structureId, resourceId: attributes.text(resourceAttribute), purpose };
}

/**
 * Verifies a VIHF: one signed assertion, RSA-SHA256, certificate chain, dates, audience, resource.
 * Values are read from the signed bytes only. Shares no code with the verifier of the library, so
 * that each can catch the other's mistakes.
 *
 * @throws RefusedAssertion
 */
export async function verifySimulatedAssertion(xml: string, options: VerifyOptions): Promise<AcceptedAssertion> {
  const root = readAssertion(xml);
  const id = attributeOf(root, 'ID');
  if (id === undefined || !/^[A-Za-z_][\w.-]{7,127}$/.test(id)) throw rejected('identifier');

  // Who signed, and what exactly.
  const leaf = certificateOf(checkSignatureForm(root, id), options.anchors, options.now);
  const signed = readXml(await signedText(xml, leaf), limits);
  if (signed.localName !== 'Assertion' || signed.namespace !== saml || attributeOf(signed, 'ID') !== id) {
    throw rejected('signed-references');
  }

  // From here on, only the signed bytes are read.
  checkConditions(signed, options);
  checkIssuer(signed, leaf);
  return readAccepted(signed, id, leaf, options.resourceUrn);
}
