import { derToPem } from '../../certificates/pem.ts';
import { exclusiveC14n, envelopedTransform, rsaSha256, sha256Digest } from '../../xml-signature/enveloped.ts';

const only = <T>(all: Readonly<Record<string, T>>, ...names: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));

/**
 * The parser of xml-crypto takes these two for line ends, as XML 1.1 does; as references they stay
 * what they are.
 */
function referenced(source: string): string {
  return source.replaceAll('\u0085', '&#x85;').replaceAll('\u2028', '&#x2028;');
}

/**
 * What xml-crypto says it verified, or `null` when it does not verify. The algorithms it knows are
 * cut down to the ones of a VIHF, and the certificate in the document is not looked at: the one
 * given is.
 *
 * @param source - The assertion alone, with its signature.
 * @param signature - The `Signature` element alone.
 */
export async function secondOpinion(
  source: string,
  signature: string,
  certificate: Uint8Array,
): Promise<string | null> {
  const { SignedXml } = await import('xml-crypto');
  const verifier = new SignedXml({ publicCert: derToPem(certificate), getCertFromKeyInfo: () => null });
  verifier.SignatureAlgorithms = only(verifier.SignatureAlgorithms, rsaSha256);
  verifier.HashAlgorithms = only(verifier.HashAlgorithms, sha256Digest);
  verifier.CanonicalizationAlgorithms = only(verifier.CanonicalizationAlgorithms, exclusiveC14n, envelopedTransform);
  try {
    verifier.loadSignature(signature);
    if (!verifier.checkSignature(referenced(source))) return null;
  } catch {
    return null;
  }
  const [signed, ...more] = verifier.getSignedReferences();
  return signed === undefined || more.length > 0 ? null : signed;
}
