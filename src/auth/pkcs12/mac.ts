import { createHmac, timingSafeEqual } from 'node:crypto';
import { derChildren, derExpect, derOid, derWhole, type Der } from '../certificates/der.ts';
import { corrupt, hmacOf, pbkdf2Key, type IterationBudget } from './decrypt.ts';
import { forMac, passwordForms, pkcs12Kdf } from './kdf.ts';
import { keystoreFault } from './keystore-errors.ts';

/** What seals a file. */
export interface FileMac {
  /** DER of its AlgorithmIdentifier. */
  readonly algorithm: Uint8Array;
  readonly value: Uint8Array;
  /** Salt and iterations of the older form; PBMAC1 has its own. */
  readonly salt: Uint8Array;
  readonly iterations: number;
}

const pbmac1 = '1.2.840.113549.1.5.14';

const hashes: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

function isSame(hash: string, key: Uint8Array, content: Uint8Array, expected: Uint8Array): boolean {
  const actual = createHmac(hash, key).update(content).digest();
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/**
 * PBMAC1: a key by PBKDF2, whose length the file gives, then HMAC (RFC 9579, section 4; RFC 8018,
 * section 7.1).
 */
async function pbmac1Matches(
  parameters: Der | undefined,
  value: Uint8Array,
  password: string,
  content: Uint8Array,
  budget: IterationBudget,
): Promise<boolean> {
  const [derivation, scheme] = derChildren(derExpect(parameters, 0x30, 'PBMAC1-params'));
  const [kdf, kdfParameters] = derChildren(derExpect(derivation, 0x30, 'keyDerivationFunc'));
  const kdfId = derOid(derExpect(kdf, 0x06, 'keyDerivationFunc'));
  if (kdfId !== '1.2.840.113549.1.5.12') throw keystoreFault('mac-algorithm', 'pkcs12', kdfId);
  if (!kdfParameters || !scheme) throw corrupt('mac');

  const key = await pbkdf2Key(kdfParameters, password, budget, null);
  return isSame(hmacOf(scheme), key, content, value);
}

/** Whether the seal of a file is that of its content, under the password. */
export async function macMatches(
  { algorithm, value, salt, iterations }: FileMac,
  password: string,
  content: Uint8Array,
  budget: IterationBudget,
): Promise<boolean> {
  const [id, parameters] = derChildren(derExpect(derWhole(algorithm), 0x30, 'AlgorithmIdentifier'));
  const oid = derOid(derExpect(id, 0x06, 'AlgorithmIdentifier'));
  if (oid === pbmac1) return pbmac1Matches(parameters, value, password, content, budget);

  const hash = hashes[oid];
  if (hash === undefined) throw keystoreFault('mac-algorithm', 'pkcs12', oid);

  for (const secret of passwordForms(password)) {
    budget.spend(iterations);
    const key = await pkcs12Kdf(hash, secret, salt, iterations, forMac, value.length);
    if (isSame(hash, key, content, value)) return true;
  }
  return false;
}
