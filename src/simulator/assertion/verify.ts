import { X509Certificate } from 'node:crypto';
import { formatName, readCertificate, readCertificateIdentity, derToPem } from '../../auth/index.ts';
import {
  attributeOf,
  childElement,
  childElements,
  descendants,
  readXml,
  textOf,
  type ReadElement,
} from '../../internal/xml/index.ts';
import { leadsToRoot } from './chain.ts';

const saml = 'urn:oasis:names:tc:SAML:2.0:assertion';
const ds = 'http://www.w3.org/2000/09/xmldsig#';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

/** Why an assertion is refused, as the wire says it. */
export type AssertionRefusal =
  'assertion-absent' | 'assertion-expired' | 'assertion-not-yet-valid' | 'assertion-rejected' | 'certificate-rejected';

export class RefusedAssertion extends Error {
  override readonly name = 'RefusedAssertion';
  readonly refusal: AssertionRefusal;
  /** Never holds a value of the assertion. */
  readonly reason: string;

  constructor(refusal: AssertionRefusal, reason: string) {
    super(reason);
    this.refusal = refusal;
    this.reason = reason;
  }
}

/** What the signed bytes say. */
export interface AcceptedAssertion {
  readonly id: string;
  /** National identifier of the professional. */
  readonly nameId: string;
  readonly structureId: string;
  /** HL7 CX, `null` when the assertion names no patient. */
  readonly resourceId: string | null;
  /** TRE_R248-ModeAcces. */
  readonly purpose: string;
}

export interface VerifyOptions {
  readonly anchors: readonly Uint8Array[];
  readonly now: number;
  readonly audience: string | null;
  readonly resourceUrn: string | null;
  /** Longest validity accepted, in seconds. */
  readonly maxSeconds: number;
}

function rejected(reason: string): RefusedAssertion {
  return new RefusedAssertion('assertion-rejected', reason);
}

function only(elements: readonly ReadElement[], reason: string): ReadElement {
  const [first] = elements;
  if (!first || elements.length !== 1) throw rejected(reason);
  return first;
}

/**
 * The one form of signature taken: enveloped, exclusive canonical form, RSA-SHA256, one reference
 * to the assertion itself.
 */
function checkSignatureForm(root: ReadElement, id: string): { readonly certificate: string } {
  const all = [...descendants(root)];
  if (all.filter(({ localName }) => localName === 'Assertion').length !== 1) throw rejected('assertions');
  const signature = only(
    all.filter(({ localName }) => localName === 'Signature'),
    'signatures',
  );
  if (signature.namespace !== ds || !root.children.includes(signature)) throw rejected('signature-place');
  const signedInfo = only(
    all.filter(({ localName }) => localName === 'SignedInfo'),
    'signed-info',
  );
  const reference = only(
    all.filter(({ localName }) => localName === 'Reference'),
    'references',
  );
  if (!signature.children.includes(signedInfo) || !signedInfo.children.includes(reference)) {
    throw rejected('reference-place');
  }
  if (attributeOf(reference, 'URI') !== `#${id}`) throw rejected('reference');
  const algorithm = (parent: ReadElement, name: string): string | undefined =>
    attributeOf(only(childElements(parent, name, ds), name), 'Algorithm');
  if (algorithm(signedInfo, 'CanonicalizationMethod') !== exclusive) throw rejected('canonicalization');
  if (algorithm(signedInfo, 'SignatureMethod') !== rsaSha256) throw rejected('signature-method');
  if (algorithm(reference, 'DigestMethod') !== sha256) throw rejected('digest-method');
  const transforms = childElements(only(childElements(reference, 'Transforms', ds), 'transforms'), 'Transform', ds);
  const names = transforms.map((one) => attributeOf(one, 'Algorithm'));
  if (names.length !== 2 || names[0] !== enveloped || names[1] !== exclusive) throw rejected('transforms');
  if (transforms.some((one) => childElements(one).length > 0)) throw rejected('transforms');
  // The identifier must not stand anywhere else, in any spelling: another element could be taken
  // for the signed one.
  let uses = 0;
  for (const one of all) {
    for (const { localName, value } of one.attributes) {
      if (/^(id|assertionid)$/i.test(localName) && value === id) uses += 1;
    }
  }
  if (uses !== 1) throw rejected('identifier-twice');
  const data = only(
    childElements(only(childElements(signature, 'KeyInfo', ds), 'key-info'), 'X509Data', ds),
    'key-info',
  );
  return { certificate: textOf(only(childElements(data, 'X509Certificate', ds), 'certificate')).replaceAll(/\s/g, '') };
}

function certificateOf(base64: string, anchors: readonly Uint8Array[], now: number): X509Certificate {
  const refuse = (reason: string): RefusedAssertion => new RefusedAssertion('certificate-rejected', reason);
  if (!/^[A-Za-z0-9+/]{100,12000}={0,2}$/.test(base64)) throw refuse('base64');
  let leaf: X509Certificate;
  try {
    leaf = new X509Certificate(Buffer.from(base64, 'base64'));
  } catch {
    throw refuse('unreadable');
  }
  if (
    !leadsToRoot(
      leaf,
      anchors.map((der) => new X509Certificate(der)),
      now,
    )
  ) {
    throw refuse('chain');
  }
  if (!readCertificate(leaf.raw).keyUsage?.includes('nonRepudiation')) throw refuse('usage');
  return leaf;
}

/**
 * The bytes that the signature covers, verified by xml-crypto; everything else of the document is
 * ignored from here on.
 */
async function signedText(xml: string, certificate: X509Certificate): Promise<string> {
  const { SignedXml } = await import('xml-crypto');
  const verifier = new SignedXml({
    publicCert: derToPem(certificate.raw),
    getCertFromKeyInfo: () => null,
  });
  const keep = (table: Record<string, unknown>, ...names: readonly string[]): void => {
    for (const name of Object.keys(table)) if (!names.includes(name)) Reflect.deleteProperty(table, name);
  };
  keep(verifier.SignatureAlgorithms, rsaSha256);
  keep(verifier.HashAlgorithms, sha256);
  keep(verifier.CanonicalizationAlgorithms, exclusive, enveloped);
  const start = /<(?:([A-Za-z_][\w.-]*):)?Signature[\s>]/.exec(xml);
  if (!start) throw rejected('signatures');
  const closing = `</${start[1] === undefined ? '' : `${start[1]}:`}Signature>`;
  const end = xml.indexOf(closing, start.index);
  if (end < 0) throw rejected('signatures');
  try {
    verifier.loadSignature(xml.slice(start.index, end + closing.length));
    if (!verifier.checkSignature(xml)) throw rejected('signature');
  } catch (error) {
    throw error instanceof RefusedAssertion ? error : rejected('signature');
  }
  const [signed, ...others] = verifier.getSignedReferences();
  if (signed === undefined || others.length > 0) throw rejected('signed-references');
  return signed;
}

function instant(node: ReadElement, name: string): number {
  const text = attributeOf(node, name) ?? '';
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/.test(text)) throw rejected('time');
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw rejected('time');
  return time;
}

function checkConditions(assertion: ReadElement, { now, audience, maxSeconds }: VerifyOptions): void {
  const conditions = only(childElements(assertion, 'Conditions', saml), 'conditions');
  const notBefore = instant(conditions, 'NotBefore');
  const notOnOrAfter = instant(conditions, 'NotOnOrAfter');
  if (notOnOrAfter - notBefore > (maxSeconds + 120) * 1000) throw rejected('validity');
  if (now < notBefore) throw new RefusedAssertion('assertion-not-yet-valid', 'time');
  if (now >= notOnOrAfter) throw new RefusedAssertion('assertion-expired', 'time');
  const audiences = childElements(conditions, 'AudienceRestriction', saml).flatMap((one) =>
    childElements(one, 'Audience', saml).map(textOf),
  );
  if (audience !== null && !audiences.includes(audience)) throw rejected('audience');
}

/**
 * Verifies a VIHF: one signed assertion, RSA-SHA256, certificate chain, dates, audience, resource.
 * Values are read from the signed bytes only. Shares no code with the verifier of the library, so
 * that each can catch the other's mistakes.
 *
 * @throws RefusedAssertion
 */
export async function verifySimulatedAssertion(xml: string, options: VerifyOptions): Promise<AcceptedAssertion> {
  if (xml.length === 0) throw new RefusedAssertion('assertion-absent', 'absent');
  if (xml.length > 100_000 || xml.includes('<![CDATA[') || xml.startsWith('<?xml')) throw rejected('form');
  const limits = { allowComments: false, allowProcessingInstructions: false, maxElements: 500, maxDepth: 20 };
  let root: ReadElement;
  try {
    root = readXml(xml, limits);
  } catch {
    throw rejected('xml');
  }
  if (root.localName !== 'Assertion' || root.namespace !== saml) throw rejected('root');
  const id = attributeOf(root, 'ID') ?? '';
  if (!/^[A-Za-z_][\w.-]{7,127}$/.test(id)) throw rejected('identifier');
  const { certificate } = checkSignatureForm(root, id);
  const leaf = certificateOf(certificate, options.anchors, options.now);
  const signed = readXml(await signedText(xml, leaf), limits);
  if (signed.localName !== 'Assertion' || signed.namespace !== saml || attributeOf(signed, 'ID') !== id) {
    throw rejected('signed-references');
  }
  checkConditions(signed, options);

  const statement = only(childElements(signed, 'AttributeStatement', saml), 'attributes');
  const values = (name: string): ReadElement[] =>
    childElements(statement, 'Attribute', saml)
      .filter((one) => attributeOf(one, 'Name') === name)
      .flatMap((one) => childElements(one, 'AttributeValue', saml));
  const value = (name: string): string | null => {
    const found = values(name);
    if (found.length > 1) throw rejected('attribute-twice');
    return found[0] ? textOf(found[0]) : null;
  };
  const nameId = textOf(
    only(childElements(only(childElements(signed, 'Subject', saml), 'subject'), 'NameID', saml), 'name-id'),
  );
  const parsed = readCertificate(leaf.raw);
  const issuer = textOf(only(childElements(signed, 'Issuer', saml), 'issuer'));
  const spellings = (['keywords', 'rfc2253'] as const).flatMap((style) =>
    (['der', 'reversed'] as const).map((groupOrder) => formatName(parsed.subject, { style, groupOrder })),
  );
  if (!spellings.includes(issuer)) throw rejected('issuer');
  const mode = value('Authentification_Mode');
  if (mode === 'DIRECTE' && readCertificateIdentity(leaf.raw).nationalId !== nameId) throw rejected('card-holder');
  if (options.resourceUrn !== null && value('Ressource_URN') !== options.resourceUrn) throw rejected('resource-urn');
  const purpose = attributeOf(
    childElement(values('urn:oasis:names:tc:xspa:1.0:subject:purposeofuse')[0], 'PurposeOfUse'),
    'code',
  );
  const structureId = value('Identifiant_Structure');
  if (nameId === '' || structureId === null || purpose === undefined) throw rejected('attributes');
  return {
    id,
    nameId,
    structureId,
    resourceId: value('urn:oasis:names:tc:xacml:2.0:resource:resource-id'),
    purpose,
  };
}
