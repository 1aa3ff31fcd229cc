import { createDecipheriv, getCiphers, pbkdf2, scrypt, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { TerrESanteError } from '../../errors.ts';
import { derChildren, derExpect, derOid, derSmallInteger, derWhole, type Der } from '../certificates/der.ts';
import { forIv, forKey, passwordForms, pkcs12Kdf } from './kdf.ts';
import { keystoreFault } from './keystore-errors.ts';
import { rc2CbcDecrypt } from './rc2.ts';

const pbkdf2Async = promisify(pbkdf2);
const scryptAsync = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt);

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
  return keystoreFault(reason);
}

function unsupported(oid: string): TerrESanteError {
  return keystoreFault('algorithm', 'pkcs12', oid);
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
  // RFC 5794.
  '1.2.410.200046.1.1.2': ['aria-128-cbc', 16],
  '1.2.410.200046.1.1.7': ['aria-192-cbc', 24],
  '1.2.410.200046.1.1.12': ['aria-256-cbc', 32],
  // RFC 3657, section 3.2.
  '1.2.392.200011.61.1.1.1.2': ['camellia-128-cbc', 16],
  '1.2.392.200011.61.1.1.1.3': ['camellia-192-cbc', 24],
  '1.2.392.200011.61.1.1.1.4': ['camellia-256-cbc', 32],
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

/** Salt, iterations, length and hash of PBKDF2 (RFC 8018, appendix A.2). */
interface Pbkdf2Parameters {
  readonly salt: Uint8Array;
  readonly count: number;
  /** Of the key in bytes; `null` when the cipher says it. */
  readonly length: number | null;
  readonly hash: string;
}

/** The HMAC of an algorithm identifier. */
export function hmacOf(algorithm: Der): string {
  const oid = derOid(derExpect(derChildren(algorithm)[0], 0x06, 'AlgorithmIdentifier'));
  const hash = hmacs[oid];
  if (hash === undefined) throw unsupported(oid);
  return hash;
}

function pbkdf2Parameters(node: Der, budget: IterationBudget): Pbkdf2Parameters {
  const [salt, iterations, ...rest] = derChildren(node);
  const prf = rest.find(({ tag }) => tag === 0x30);
  const length = rest.find(({ tag }) => tag === 0x02);

  return {
    salt: derExpect(salt, 0x04, 'sel').content,
    count: iterationsOf(iterations, budget),
    length: length ? derSmallInteger(length) : null,
    // Without a function, HMAC with SHA-1 is meant.
    hash: prf ? hmacOf(prf) : 'sha1',
  };
}

/** A key by PBKDF2, and the length that its parameters give. */
export async function pbkdf2Key(
  parameters: Der,
  password: string,
  budget: IterationBudget,
  length: number | null,
): Promise<Uint8Array> {
  const { salt, count, hash, length: own } = pbkdf2Parameters(parameters, budget);
  const bytes = length ?? own;
  if (bytes === null || !(bytes >= 1 && bytes <= 128)) throw corrupt('pbkdf2');
  return pbkdf2Async(Buffer.from(password, 'utf8'), salt, count, bytes, hash);
}

/** Memory of scrypt: what `openssl` and `ssh-keygen` ask at most, eight times over. */
const scryptMemory = 128 * 1024 * 1024;

/** A key by scrypt (RFC 7914, section 7.1), its cost held to a memory and to a time. */
async function scryptKey(
  parameters: Der,
  password: string,
  length: number,
  budget: IterationBudget,
): Promise<Uint8Array> {
  const [salt, ...numbers] = derChildren(parameters);
  const [cost = 0, blockSize = 0, parallelization = 0] = numbers.map((node) => derSmallInteger(node) ?? Infinity);
  if (!(128 * cost * blockSize * parallelization <= scryptMemory)) throw corrupt('iterations');
  budget.spend(cost);

  const options = { cost, blockSize, parallelization, maxmem: 2 * scryptMemory };
  return scryptAsync(password, derExpect(salt, 0x04, 'sel').content, length, options);
}

const pbkdf2Id = '1.2.840.113549.1.5.12';
const scryptId = '1.3.6.1.4.1.11591.4.11';

/** The cipher of an OID, when this build of Node has it: that of Electron lacks Camellia. */
function cipherOf(oid: string): readonly [name: string, keyLength: number] {
  const cipher = ciphers[oid];
  if (!cipher || !getCiphers().includes(cipher[0])) throw unsupported(oid);
  return cipher;
}

/** PBES2 (RFC 8018, section 6.2): PBKDF2 or scrypt, then AES, Camellia, ARIA or triple DES. */
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

  const kdf = derOid(kdfOid);
  if (kdf !== pbkdf2Id && kdf !== scryptId) throw unsupported(kdf);
  const [name, length] = cipherOf(derOid(cipherOid));
  const key =
    kdf === scryptId
      ? await scryptKey(kdfParameters, password, length, budget)
      : await pbkdf2Key(kdfParameters, password, budget, length);

  const decipher = createDecipheriv(name, key, derExpect(iv, 0x04, 'vecteur').content);
  return Buffer.concat([decipher.update(data), decipher.final()]);
}

/** The older schemes (RFC 7292, appendix C): triple DES or RC2, keys by a derivation of its own. */
async function pbes1(
  oid: string,
  parameters: Der,
  secret: Uint8Array,
  data: Uint8Array,
  budget: IterationBudget,
): Promise<Uint8Array> {
  const scheme = legacy[oid];
  if (!scheme) throw unsupported(oid);

  const [salt, iterations] = derChildren(parameters);
  const saltBytes = derExpect(salt, 0x04, 'sel').content;
  const count = iterationsOf(iterations, budget);

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

/** The clear bytes; `null` when they are not what a key or certificates begin with. */
async function attempt(work: () => Promise<Uint8Array>): Promise<Uint8Array | null> {
  try {
    const clear = await work();
    // A wrong password still gives valid padding once in 256.
    return clear[0] === 0x30 ? clear : null;
  } catch (error) {
    if (error instanceof TerrESanteError) throw error;
    return null;
  }
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
  if (!oidNode || !parameters) throw corrupt('algorithm-form');

  const oid = derOid(oidNode);
  if (oid === '1.2.840.113549.1.5.13') return attempt(() => pbes2(parameters, password, data, budget));

  for (const secret of passwordForms(password)) {
    const clear = await attempt(() => pbes1(oid, parameters, secret, data, budget));
    if (clear) return clear;
  }
  return null;
}
