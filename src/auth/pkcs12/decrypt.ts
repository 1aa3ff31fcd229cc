import { createDecipheriv, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { TerrESanteError } from '../../errors.ts';
import { derChildren, derExpect, derOid, derSmallInteger, derWhole, type Der } from '../certificates/der.ts';
import { forIv, forKey, passwordBytes, pkcs12Kdf } from './kdf.ts';
import { rc2CbcDecrypt } from './rc2.ts';

const pbkdf2Async = promisify(pbkdf2);

/**
 * Counts the iterations that a whole file asks for: beyond some millions they protect no key, they
 * occupy the reader.
 */
export class IterationBudget {
  #left = 4_000_000;

  spend(iterations: number): void {
    this.#left -= iterations;
    if (!(iterations >= 1) || this.#left < 0) throw corrupt('iterations');
  }
}

export function corrupt(reason: string): TerrESanteError {
  return new TerrESanteError('TE_KEYSTORE_INVALID', 'Le fichier de certificat (PKCS#12) est illisible ou altéré.', {
    details: { reason },
  });
}

function unsupported(oid: string): TerrESanteError {
  return new TerrESanteError(
    'TE_KEYSTORE_INVALID',
    'Le fichier de certificat (PKCS#12) emploie un chiffrement non pris en charge.',
    {
      details: { reason: 'algorithm', oid },
    },
  );
}

const hmacs: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

const ciphers: Readonly<Record<string, readonly [name: string, keyLength: number]>> = {
  '2.16.840.1.101.3.4.1.2': ['aes-128-cbc', 16],
  '2.16.840.1.101.3.4.1.22': ['aes-192-cbc', 24],
  '2.16.840.1.101.3.4.1.42': ['aes-256-cbc', 32],
  '1.2.840.113549.3.7': ['des-ede3-cbc', 24],
};

/** Key length in bytes of the password-based schemes of PKCS#12 (RFC 7292, appendix C). */
const legacy: Readonly<Record<string, { readonly cipher: '3des' | 'rc2'; readonly length: number }>> = {
  '1.2.840.113549.1.12.1.3': { cipher: '3des', length: 24 },
  '1.2.840.113549.1.12.1.4': { cipher: '3des', length: 16 },
  '1.2.840.113549.1.12.1.5': { cipher: 'rc2', length: 16 },
  '1.2.840.113549.1.12.1.6': { cipher: 'rc2', length: 5 },
};

function iterationsOf(node: Der | undefined, budget: IterationBudget): number {
  const value = (node && derSmallInteger(node)) ?? 0;
  budget.spend(value);
  return value;
}

function unpad(bytes: Uint8Array): Uint8Array {
  const count = bytes.at(-1) ?? 0;
  if (count < 1 || count > 8 || !bytes.subarray(-count).every((byte) => byte === count)) {
    throw new RangeError('padding');
  }
  return bytes.subarray(0, -count);
}

/** Salt, iterations and hash of PBKDF2 (RFC 8018, appendix A.2). */
function pbkdf2Parameters(
  node: Der,
  budget: IterationBudget,
): { readonly salt: Uint8Array; readonly count: number; readonly hash: string } {
  const [salt, iterations, ...rest] = derChildren(node);
  const prf = rest.find(({ tag }) => tag === 0x30);
  const prfOid = prf && derChildren(prf)[0];

  // Without a function, HMAC with SHA-1 is meant.
  const hash = prfOid ? hmacs[derOid(prfOid)] : 'sha1';
  if (hash === undefined) throw unsupported(prfOid ? derOid(prfOid) : '');

  return { salt: derExpect(salt, 0x04, 'sel').content, count: iterationsOf(iterations, budget), hash };
}

/** PBES2 (RFC 8018, section 6.2): PBKDF2, then AES or triple DES. */
async function pbes2(
  parameters: Der,
  password: string,
  data: Uint8Array,
  budget: IterationBudget,
): Promise<Uint8Array> {
  const [derivation, encryption] = derChildren(parameters);
  const [kdfOid, kdfParameters] = derivation ? derChildren(derivation) : [];
  const [cipherOid, iv] = encryption ? derChildren(encryption) : [];
  if (!kdfOid || !kdfParameters || !cipherOid || !iv) throw corrupt('pbes2');

  if (derOid(kdfOid) !== '1.2.840.113549.1.5.12') throw unsupported(derOid(kdfOid));
  const cipher = ciphers[derOid(cipherOid)];
  if (!cipher) throw unsupported(derOid(cipherOid));

  const [name, length] = cipher;
  const { salt, count, hash } = pbkdf2Parameters(kdfParameters, budget);
  const key = await pbkdf2Async(Buffer.from(password, 'utf8'), salt, count, length, hash);

  const decipher = createDecipheriv(name, key, derExpect(iv, 0x04, 'vecteur').content);
  return Buffer.concat([decipher.update(data), decipher.final()]);
}

/** The older schemes (RFC 7292, appendix C): triple DES or RC2, keys by a derivation of its own. */
async function pbes1(
  oid: string,
  parameters: Der,
  password: string,
  data: Uint8Array,
  budget: IterationBudget,
): Promise<Uint8Array> {
  const scheme = legacy[oid];
  if (!scheme) throw unsupported(oid);

  const [salt, iterations] = derChildren(parameters);
  const saltBytes = derExpect(salt, 0x04, 'sel').content;
  const count = iterationsOf(iterations, budget);

  const secret = passwordBytes(password);
  const key = await pkcs12Kdf('sha1', secret, saltBytes, count, forKey, scheme.length);
  const iv = await pkcs12Kdf('sha1', secret, saltBytes, count, forIv, 8);

  if (scheme.cipher === 'rc2') {
    if (data.length === 0 || data.length % 8 !== 0) throw new RangeError('block size');
    return unpad(rc2CbcDecrypt(key, scheme.length * 8, iv, data));
  }

  // Two keys are three, the first one twice.
  const full = scheme.length === 24 ? key : Buffer.concat([key, key.subarray(0, 8)]);
  const decipher = createDecipheriv('des-ede3-cbc', full, iv);
  return Buffer.concat([decipher.update(data), decipher.final()]);
}

/**
 * Decrypts one part of a PKCS#12 file. `null` when the password does not open it: the padding, or
 * what the clear bytes look like, is wrong.
 */
export async function decryptPart(
  algorithm: Uint8Array,
  password: string,
  data: Uint8Array,
  budget: IterationBudget,
): Promise<Uint8Array | null> {
  const [oidNode, parameters] = derChildren(derExpect(derWhole(algorithm), 0x30, 'AlgorithmIdentifier'));
  if (!oidNode || !parameters) throw corrupt('algorithm');

  const oid = derOid(oidNode);
  let clear: Uint8Array;
  try {
    clear =
      oid === '1.2.840.113549.1.5.13'
        ? await pbes2(parameters, password, data, budget)
        : await pbes1(oid, parameters, password, data, budget);
  } catch (error) {
    if (error instanceof TerrESanteError) throw error;
    return null;
  }

  // A wrong password still gives valid padding once in 256.
  return clear[0] === 0x30 ? clear : null;
}
