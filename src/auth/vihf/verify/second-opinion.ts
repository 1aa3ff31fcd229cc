import type { KeyObject } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { exportsOf } from '../../../internal/exports-of.ts';
import { exclusiveC14n, envelopedTransform, rsaSha256, sha256Digest, xmldsig } from '../../xml-signature/enveloped.ts';
import { samlAssertion } from '../names.ts';

/*
 * A second reading of the same text, by other people's code: @xmldom/xmldom reads, xml-crypto
 * canonicalises and verifies. Nothing of the first reading goes in but the text and the
 * certificate, so that a fault of one reader shows as a difference.
 */

const only = <T>(all: Readonly<Record<string, T>>, ...names: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));

/**
 * XML 1.0, section 2.11: the rule of XML 1.1, which this parser applies, changes two more
 * characters.
 */
function normalizeLineEndings(source: string): string {
  return source.replaceAll(/\r\n?/g, '\n');
}

/**
 * The older parser inside xml-crypto takes these two for line ends, as XML 1.1 does; as references
 * they stay what they are.
 */
function referenced(source: string): string {
  return /[\u0085\u2028]/.test(source)
    ? source.replaceAll('\u0085', '&#x85;').replaceAll('\u2028', '&#x2028;')
    : source;
}

/**
 * Reads the text strictly and gives the signature of its one assertion.
 *
 * This comes before xml-crypto sees the text: the parser inside xml-crypto repairs broken markup
 * instead of refusing it, and what was repaired is no longer what was sent.
 *
 * @throws Error when the text is not well-formed or does not hold one signed assertion.
 */
async function strictSignature(source: string): Promise<Element> {
  const { DOMParser } = exportsOf(await import('@xmldom/xmldom'));
  const stop = (): never => {
    // The parser quotes the text around the fault, which may hold a patient's data.
    throw new Error('not well-formed');
  };
  const root = new DOMParser({ onError: stop, locator: false, normalizeLineEndings }).parseFromString(
    source,
    'text/xml',
  );

  const [assertion, ...others] = Array.from(root.getElementsByTagNameNS(samlAssertion, 'Assertion'));
  const [signature, ...more] = Array.from(assertion?.getElementsByTagNameNS(xmldsig, 'Signature') ?? []);
  if (!signature || others.length > 0 || more.length > 0) throw new Error('one signed assertion expected');
  return signature;
}

/**
 * What xml-crypto says it verified, or `null` when the strict reader or xml-crypto refuses. The
 * algorithms it knows are cut down to the ones of a VIHF, and the certificate in the document is
 * not looked at: the key given is.
 *
 * @param source - The whole text, as it came.
 * @param publicKey - Of the certificate that came with the signature.
 */
export async function secondOpinion(source: string, publicKey: KeyObject): Promise<string | null> {
  const { SignedXml } = exportsOf(await import('xml-crypto'));
  const verifier = new SignedXml({ publicCert: publicKey, getCertFromKeyInfo: () => null });
  verifier.SignatureAlgorithms = only(verifier.SignatureAlgorithms, rsaSha256);
  verifier.HashAlgorithms = only(verifier.HashAlgorithms, sha256Digest);
  verifier.CanonicalizationAlgorithms = only(verifier.CanonicalizationAlgorithms, exclusiveC14n, envelopedTransform);
  // The identifier of a SAML assertion is `ID`; each further name is one more search of the
  // document.
  verifier.idAttributes = ['ID'];

  try {
    const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
    verifier.loadSignature(await strictSignature(text));
    if (!verifier.checkSignature(referenced(text))) return null;
  } catch {
    return null;
  }

  const [signed, ...more] = verifier.getSignedReferences();
  return signed === undefined || more.length > 0 ? null : signed;
}
