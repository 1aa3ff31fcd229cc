import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const prepared: string[] = [];

/**
 * Hands over RSA keys made beforehand (PKCS#8, in PEM), for a test run whose processes would
 * otherwise each make their own. Every key is taken once; when none is left, new ones are made.
 */
export function prepareRsaKeys(pems: readonly string[]): void {
  prepared.push(...pems);
}

/** A 2048-bit RSA key pair, the least that CI-SIS accepts for the signature of an assertion. */
export function rsaKeyPair(): KeyPair {
  const pem = prepared.shift();
  if (pem === undefined) return generateKeyPairSync('rsa', { modulusLength: 2048 });

  return { privateKey: createPrivateKey(pem), publicKey: createPublicKey(pem) };
}

/**
 * A key pair on the curve P-256, where RSA is not asked for: it is made in a millisecond, an RSA
 * key in half a second.
 */
export function ellipticKeyPair(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}
