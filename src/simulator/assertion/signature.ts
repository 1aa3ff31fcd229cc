import type { X509Certificate } from 'node:crypto';
import { derToPem } from '../../auth/certificates/pem.ts';
import { exportsOf } from '../../internal/exports-of.ts';
import { attributeOf, childElements, descendants, textOf, type ReadElement } from '../../internal/xml/index.ts';
import { ds, only } from './elements.ts';
import { RefusedAssertion, rejected } from './model.ts';

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

/**
 * Checks the one form of signature taken: enveloped, exclusive canonical form, RSA-SHA256, one
 * reference to the assertion itself. Anything else could be an XML signature wrapping: a valid
 * signature over one element while another one is read.
 *
 * @returns the certificate of KeyInfo, in base64
 */
export function checkSignatureForm(root: ReadElement, id: string): string {
  const all = [...descendants(root)];
  const named = (name: string): ReadElement[] => all.filter(({ localName }) => localName === name);

  // One assertion, one signature, each part in its place.
  if (named('Assertion').length !== 1) throw rejected('assertions');
  const signature = only(named('Signature'), 'signatures');
  const signedInfo = only(named('SignedInfo'), 'signed-info');
  const reference = only(named('Reference'), 'references');
  if (signature.namespace !== ds || !root.children.includes(signature)) throw rejected('signature-place');
  if (!signature.children.includes(signedInfo) || !signedInfo.children.includes(reference)) {
    throw rejected('reference-place');
  }

  // The reference covers the assertion, whose identifier stands nowhere else.
  if (attributeOf(reference, 'URI') !== `#${id}`) throw rejected('reference');
  if (usesOf(id, all) !== 1) throw rejected('identifier-twice');

  checkAlgorithms(signedInfo, reference);
  return certificateIn(signature);
}

function checkAlgorithms(signedInfo: ReadElement, reference: ReadElement): void {
  const algorithmOf = (parent: ReadElement, name: string): string | undefined =>
    attributeOf(only(childElements(parent, name, ds), name), 'Algorithm');

  if (algorithmOf(signedInfo, 'CanonicalizationMethod') !== exclusive) throw rejected('canonicalization');
  if (algorithmOf(signedInfo, 'SignatureMethod') !== rsaSha256) throw rejected('signature-method');
  if (algorithmOf(reference, 'DigestMethod') !== sha256) throw rejected('digest-method');

  const transforms = childElements(only(childElements(reference, 'Transforms', ds), 'transforms'), 'Transform', ds);
  const [first, second, ...others] = transforms.map((transform) => attributeOf(transform, 'Algorithm'));
  if (first !== enveloped || second !== exclusive || others.length > 0) throw rejected('transforms');
  if (transforms.some((transform) => childElements(transform).length > 0)) throw rejected('transforms');
}

/**
 * How often an identifier stands in the document, in any spelling: another element with the same
 * one could be taken for the signed one.
 */
function usesOf(id: string, elements: readonly ReadElement[]): number {
  const attributes = elements.flatMap((element) => element.attributes);
  return attributes.filter(({ localName, value }) => /^(id|assertionid)$/i.test(localName) && value === id).length;
}

function certificateIn(signature: ReadElement): string {
  const keyInfo = only(childElements(signature, 'KeyInfo', ds), 'key-info');
  const data = only(childElements(keyInfo, 'X509Data', ds), 'key-info');
  return textOf(only(childElements(data, 'X509Certificate', ds), 'certificate')).replaceAll(/\s/g, '');
}

/** Leaves only the named algorithms in a table of xml-crypto. */
function keepOnly(table: Record<string, unknown>, ...names: readonly string[]): void {
  for (const name of Object.keys(table)) {
    if (!names.includes(name)) Reflect.deleteProperty(table, name);
  }
}

/** The text of the signature element, in the prefix it bears. */
function signatureText(xml: string): string {
  const start = /<(?:(?<prefix>[A-Za-z_][\w.-]*):)?Signature[\s>]/.exec(xml);
  if (!start) throw rejected('signatures');

  const prefix = start.groups?.['prefix'];
  const closing = prefix === undefined ? '</Signature>' : `</${prefix}:Signature>`;
  const end = xml.indexOf(closing, start.index);
  if (end < 0) throw rejected('signatures');

  return xml.slice(start.index, end + closing.length);
}

/**
 * The bytes that the signature covers, verified by xml-crypto; everything else of the document is
 * ignored from here on.
 */
export async function signedText(xml: string, certificate: X509Certificate): Promise<string> {
  const { SignedXml } = exportsOf(await import('xml-crypto'));
  const verifier = new SignedXml({
    publicCert: derToPem(certificate.raw),
    getCertFromKeyInfo: () => null,
  });
  keepOnly(verifier.SignatureAlgorithms, rsaSha256);
  keepOnly(verifier.HashAlgorithms, sha256);
  keepOnly(verifier.CanonicalizationAlgorithms, exclusive, enveloped);

  const signature = signatureText(xml);
  try {
    verifier.loadSignature(signature);
    if (!verifier.checkSignature(xml)) throw rejected('signature');
  } catch (error) {
    throw error instanceof RefusedAssertion ? error : rejected('signature');
  }

  const [signed, ...others] = verifier.getSignedReferences();
  if (signed === undefined || others.length > 0) throw rejected('signed-references');
  return signed;
}
