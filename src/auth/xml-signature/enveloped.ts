import { hash } from 'node:crypto';

export const xmldsig = 'http://www.w3.org/2000/09/xmldsig#';
export const exclusiveC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const envelopedTransform = `${xmldsig}enveloped-signature`;
export const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
export const sha256Digest = 'http://www.w3.org/2001/04/xmlenc#sha256';

const head =
  `<ds:CanonicalizationMethod Algorithm="${exclusiveC14n}"></ds:CanonicalizationMethod>` +
  `<ds:SignatureMethod Algorithm="${rsaSha256}"></ds:SignatureMethod><ds:Reference URI="#`;
const middle =
  `"><ds:Transforms><ds:Transform Algorithm="${envelopedTransform}"></ds:Transform>` +
  `<ds:Transform Algorithm="${exclusiveC14n}"></ds:Transform></ds:Transforms>` +
  `<ds:DigestMethod Algorithm="${sha256Digest}"></ds:DigestMethod><ds:DigestValue>`;
const tail = '</ds:DigestValue></ds:Reference></ds:SignedInfo>';

/** The signature of one element, before its value is known. */
export interface PendingSignature {
  /** `SignedInfo` in canonical form: the bytes to sign. */
  readonly signedInfo: string;
  /** The whole `Signature` element, once the value is there. */
  complete(value: Uint8Array, certificate: string): string;
}

/**
 * Prepares an enveloped signature over an element that is already written in exclusive canonical
 * form.
 *
 * In the document `ds` is declared on `Signature`; canonicalised alone, `SignedInfo` carries the
 * declaration itself.
 *
 * @param canonical - The element without its signature, in exclusive canonical form.
 * @param id - Value of its `ID` attribute, an NCName.
 * @see XML Signature Syntax and Processing, sections 3.1 and 6.6.4
 */
export function prepareSignature(canonical: string, id: string): PendingSignature {
  const digest = hash('sha256', canonical, 'base64');
  const body = `${head}${id}${middle}${digest}${tail}`;
  return {
    signedInfo: `<ds:SignedInfo xmlns:ds="${xmldsig}">${body}`,
    complete: (value, certificate) =>
      `<ds:Signature xmlns:ds="${xmldsig}"><ds:SignedInfo>${body}<ds:SignatureValue>${Buffer.from(value).toString('base64')}` +
      `</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate>` +
      '</ds:X509Data></ds:KeyInfo></ds:Signature>',
  };
}
