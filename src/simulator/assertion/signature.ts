import type { X509Certificate } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { derToPem } from '../../auth/certificates/pem.ts';
import { exportsOf } from '../../internal/exports-of.ts';
import { attributeOf, childElement, descendants, textOf, type ReadElement } from '../../internal/xml/index.ts';
import { checkSignatureGrammar, ds, isDeclaration } from './grammar.ts';
import { RefusedAssertion, rejected } from './model.ts';

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

/** The algorithms of the one form taken, in the order of the document. */
const algorithms: readonly (readonly [element: string, algorithm: string])[] = [
  ['CanonicalizationMethod', exclusive],
  ['SignatureMethod', rsaSha256],
  ['Transform', enveloped],
  ['Transform', exclusive],
  ['DigestMethod', sha256],
];

const longestBase64 = 40_000;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Checks the one form of signature taken: enveloped, exclusive canonical form, RSA-SHA256, one
 * reference to the assertion itself. Anything else could be an XML signature wrapping: a valid
 * signature over one element while another one is read.
 *
 * @returns the certificate of KeyInfo
 */
export function readSignatureForm(signature: ReadElement, id: string): Uint8Array {
  checkSignatureGrammar(signature);

  const named = [...descendants(signature)].filter((element) => attributeOf(element, 'Algorithm') !== undefined);
  const asked = named.map((element) => `${element.localName} ${attributeOf(element, 'Algorithm') ?? ''}`);
  if (asked.join('\n') !== algorithms.map((pair) => pair.join(' ')).join('\n')) throw rejected('algorithms');

  const reference = childElement(childElement(signature, 'SignedInfo') ?? signature, 'Reference');
  if (attributeOf(reference, 'URI') !== `#${id}`) throw rejected('reference');

  const values = [...descendants(signature)].filter(({ localName }) =>
    ['DigestValue', 'SignatureValue', 'X509Certificate'].includes(localName),
  );
  const [, , certificate] = values.map((element) => textOf(element).replaceAll(/[ \t\r\n]+/g, '')).map(bytesOf);
  if (!certificate) throw rejected('certificate');
  return certificate;
}

function bytesOf(text: string): Uint8Array {
  if (text === '' || text.length > longestBase64 || !base64.test(text)) throw rejected('base64');
  return Buffer.from(text, 'base64');
}

/** Leaves only the named algorithms in a table of xml-crypto. */
function keepOnly(table: Record<string, unknown>, ...names: readonly string[]): void {
  for (const name of Object.keys(table)) {
    if (!names.includes(name)) Reflect.deleteProperty(table, name);
  }
}

/** Line ends of XML 1.0 only; those of XML 1.1 stay characters, written as references. */
function asXml10(xml: string): string {
  return xml
    .replace(/^\uFEFF/, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\u0085', '&#x85;')
    .replaceAll('\u2028', '&#x2028;');
}

/** The signature as the parser of other people reads it, with what is declared around it. */
async function signatureNode(xml: string): Promise<Element> {
  const { DOMParser } = exportsOf(await import('@xmldom/xmldom'));
  const onError = (): never => {
    throw rejected('xml');
  };

  const root = new DOMParser({ onError, locator: false }).parseFromString(xml, 'text/xml');
  const [signature, ...others] = Array.from(root.getElementsByTagNameNS(ds, 'Signature'));
  if (!signature || others.length > 0) throw rejected('signatures');
  return signature;
}

/**
 * The bytes that the signature covers, verified by xml-crypto; everything else of the document is
 * ignored from here on.
 */
export async function signedText(source: string, certificate: X509Certificate): Promise<string> {
  const { SignedXml } = exportsOf(await import('xml-crypto'));
  const verifier = new SignedXml({
    publicCert: derToPem(certificate.raw),
    getCertFromKeyInfo: () => null,
  });
  keepOnly(verifier.SignatureAlgorithms, rsaSha256);
  keepOnly(verifier.HashAlgorithms, sha256);
  keepOnly(verifier.CanonicalizationAlgorithms, exclusive, enveloped);
  verifier.idAttributes = ['ID'];

  const xml = asXml10(source);
  try {
    verifier.loadSignature(await signatureNode(xml));
    if (!verifier.checkSignature(xml)) throw rejected('signature');
  } catch (error) {
    throw error instanceof RefusedAssertion ? error : rejected('signature');
  }

  const [signed, ...others] = verifier.getSignedReferences();
  if (signed === undefined || others.length > 0) throw rejected('signed-references');
  return signed;
}

/** Whether two readings are of one content: names, attributes and texts, whatever the prefixes. */
export function sameContent(a: ReadElement, b: ReadElement): boolean {
  return outline(a) === outline(b);
}

function outline({ localName, namespace, attributes, children }: ReadElement): string {
  const plain = attributes
    .filter((attribute) => !isDeclaration(attribute))
    .map(({ localName: name, namespace: space, value }) => JSON.stringify([space, name, value]))
    .sort();
  const inside = children.map((child) => (typeof child === 'string' ? JSON.stringify(child) : outline(child)));
  return `<${JSON.stringify([namespace, localName])}${plain.join()}>${inside.join('')}</>`;
}

/** An assertion without its signature; the texts around it become one. */
export function withoutSignature(assertion: ReadElement, signature: ReadElement): ReadElement {
  const children: (ReadElement | string)[] = [];
  for (const child of assertion.children) {
    if (child === signature) continue;

    const last = children.at(-1);
    if (typeof child === 'string' && typeof last === 'string') children[children.length - 1] = last + child;
    else children.push(child);
  }
  return { ...assertion, children };
}
