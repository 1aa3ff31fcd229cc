import { X509Certificate } from 'node:crypto';

function isValidAt({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo);
}

/**
 * Whether a certificate leads to a root among the anchors: names, signatures, authority flag and
 * dates of each link. Written with node:crypto alone, so that it shares nothing with the verifier
 * of the library.
 */
export function leadsToRoot(leaf: X509Certificate, anchors: readonly X509Certificate[], now: number): boolean {
  let current = leaf;
  if (!isValidAt(current, now) || current.ca) return false;
  for (let depth = 0; depth < 6; depth += 1) {
    const issuer = anchors.find((anchor) => current.checkIssued(anchor) && current.verify(anchor.publicKey));
    if (!issuer?.ca || !isValidAt(issuer, now)) return false;
    if (issuer.fingerprint256 === current.fingerprint256) return true;
    // A root is its own issuer.
    if (issuer.checkIssued(issuer) && issuer.verify(issuer.publicKey)) return true;
    current = issuer;
  }
  return false;
}
