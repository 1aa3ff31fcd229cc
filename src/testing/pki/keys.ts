import { generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** A 2048-bit RSA key pair: CI-SIS asks RSA for the signature of an assertion. */
export function rsaKeyPair(): KeyPair {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/**
 * A key pair on the curve P-256, where RSA is not asked for: it is made in a millisecond, an RSA
 * key in half a second.
 */
export function ellipticKeyPair(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}
