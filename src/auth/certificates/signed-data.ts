import { verify } from 'node:crypto';
import { derChildren, derExpect, derOid, type Der } from './der.ts';
import { nativeOf, type Certificate } from './x509.ts';

/** Hash of the signature algorithms that are taken: SHA-256 and better, RSA PKCS #1 or ECDSA. */
const hashes: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

/** Whether the signature of a CRL or OCSP answer is that of the certificate's key. */
export function signedBy(body: Der, algorithm: Der, signature: Der, signer: Certificate): boolean {
  const hash = hashes[derOid(derExpect(derChildren(algorithm)[0], 0x06, 'AlgorithmIdentifier'))];
  if (hash === undefined || signature.tag !== 0x03 || signature.content[0] !== 0) return false;
  try {
    return verify(hash, body.raw, nativeOf(signer).publicKey, signature.content.subarray(1));
  } catch {
    return false;
  }
}
