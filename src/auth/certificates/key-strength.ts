import type { Certificate } from './x509.ts';

const leastBits: Readonly<Record<string, number>> = { rsa: 2048, 'rsa-pss': 2048, ec: 256 };

/**
 * Whether a key is long enough to vouch for another: RSA of 2048 bits, or an elliptic curve of 256.
 * A chain is as strong as its weakest key: a forged issuer issues what it wants.
 *
 * @see RGS, annexe B1, règles sur la factorisation et le logarithme discret (2048 et 256 bits)
 */
export function isStrongKey({ key: { type, bits } }: Pick<Certificate, 'key'>): boolean {
  const least = leastBits[type];
  return least !== undefined && bits !== null && bits >= least;
}
