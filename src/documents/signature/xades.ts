import { createHash } from 'node:crypto';
import { formatName } from '../../auth/certificates/dn.ts';
import { readCertificate } from '../../auth/certificates/x509.ts';
import { element, text, type Xml } from '../../internal/xml/index.ts';

const ds = 'http://www.w3.org/2000/09/xmldsig#';
const xades = 'http://uri.etsi.org/01903/v1.1.1#';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const purpose = '1.2.840.10065.1.12.1.14';

/** What is signed, by reference: the submission set and its documents. */
export interface ManifestEntry {
  /** OID of the document. */
  readonly uniqueId: string;
  /** SHA-256 of its bytes. */
  readonly digest: Uint8Array;
}

const digestOf = (value: string | Uint8Array): string => createHash('sha256').update(value).digest('base64');

/** `declared` where the fragment stands alone when it is digested. */
function digestParts(value: string, declared: boolean): Xml[] {
  const namespace = declared ? { 'xmlns:ds': ds } : {};
  return [
    element('ds:DigestMethod', { ...namespace, Algorithm: sha256 }),
    element('ds:DigestValue', declared ? namespace : null, text(value)),
  ];
}

/** Names the submission set, whose digest has no sense, then the bytes of every document. */
export function manifest(submissionSet: string, entries: readonly ManifestEntry[]): Xml {
  const reference = (uniqueId: string, digest: string): Xml =>
    element('ds:Reference', { URI: `urn:oid:${uniqueId}` }, ...digestParts(digest, false));

  return element(
    'ds:Manifest',
    { 'xmlns:ds': ds, Id: 'IHEManifest' },
    reference(submissionSet, 'AA=='),
    ...entries.map(({ uniqueId, digest }) => reference(uniqueId, Buffer.from(digest).toString('base64'))),
  );
}

/** When and with which certificate, under an implied policy. */
export function signedProperties(certificate: Uint8Array, signingTime: string): Xml {
  return element(
    'xad:SignedProperties',
    { 'xmlns:xad': xades, Id: 'SignedProperties' },
    element(
      'xad:SignedSignatureProperties',
      null,
      element('xad:SigningTime', null, text(signingTime)),
      element('xad:SigningCertificate', null, certificateNamed(certificate)),
      element('xad:SignaturePolicyIdentifier', null, element('xad:SignaturePolicyImplied', null)),
    ),
  );
}

/** A certificate by its digest, its issuer and its serial number. */
function certificateNamed(certificate: Uint8Array): Xml {
  const { issuer, serialNumber } = readCertificate(certificate);
  const issuerName = formatName(issuer, { style: 'rfc2253' });
  const serial = BigInt(`0x${serialNumber}`).toString();

  return element(
    'xad:Cert',
    null,
    element('xad:CertDigest', null, ...digestParts(digestOf(certificate), true)),
    element(
      'xad:IssuerSerial',
      null,
      element('ds:X509IssuerName', { 'xmlns:ds': ds }, text(issuerName)),
      element('ds:X509SerialNumber', { 'xmlns:ds': ds }, text(serial)),
    ),
  );
}

/**
 * Both are written in exclusive canonical form, with their own declarations: their text is what is
 * digested.
 */
export function signedInfo(manifestXml: Xml, propertiesXml: Xml): Xml {
  const reference = (uri: string, type: string, content: Xml): Xml =>
    element(
      'ds:Reference',
      { Type: type, URI: `#${uri}` },
      element('ds:Transforms', null, element('ds:Transform', { Algorithm: exclusive })),
      ...digestParts(digestOf(content), false),
    );

  return element(
    'ds:SignedInfo',
    { 'xmlns:ds': ds },
    element('ds:CanonicalizationMethod', { Algorithm: exclusive }),
    element('ds:SignatureMethod', { Algorithm: rsaSha256 }),
    reference('IHEManifest', `${ds}Manifest`, manifestXml),
    reference('SignedProperties', `${xades}SignedProperties`, propertiesXml),
  );
}

export function signature(
  info: Xml,
  value: Uint8Array,
  certificate: Uint8Array,
  manifestXml: Xml,
  propertiesXml: Xml,
): Xml {
  const base64 = (bytes: Uint8Array): Xml => text(Buffer.from(bytes).toString('base64'));

  return element(
    'ds:Signature',
    { 'xmlns:ds': ds, Id: 'Signature01' },
    info,
    element('ds:SignatureValue', null, base64(value)),
    element('ds:KeyInfo', null, element('ds:X509Data', null, element('ds:X509Certificate', null, base64(certificate)))),
    element(
      'ds:Object',
      null,
      element('xad:QualifyingProperties', { 'xmlns:xad': xades, Target: '#Signature01' }, propertiesXml),
    ),
    element(
      'ds:Object',
      null,
      element(
        'ds:SignatureProperties',
        null,
        element('ds:SignatureProperty', { Id: 'purposeOfSignature', Target: '#Signature01' }, text(purpose)),
      ),
    ),
    element('ds:Object', null, manifestXml),
  );
}
