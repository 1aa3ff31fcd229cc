import { createHash } from 'node:crypto';
import { pause } from '../../internal/wait.ts';

/** What a derived value is for (RFC 7292, appendix B.3). */
export const forKey = 1;
export const forIv = 2;
export const forMac = 3;

/** UTF-16 big-endian with its final zero (RFC 7292, appendix B.1). */
export function passwordBytes(password: string): Uint8Array {
  return Buffer.from(`${password}\0`, 'utf16le').swap16();
}

/**
 * The forms in which a password is derived from. An empty one is two zero bytes to some programs,
 * and nothing at all to those that call it absent (.NET, the keychain of macOS).
 */
export function passwordForms(password: string): readonly Uint8Array[] {
  return password === '' ? [passwordBytes(''), new Uint8Array(0)] : [passwordBytes(password)];
}

function repeat(source: Uint8Array, block: number): Uint8Array {
  const out = new Uint8Array(source.length === 0 ? 0 : block * Math.ceil(source.length / block));
  for (let index = 0; index < out.length; index += 1) out[index] = source[index % source.length] ?? 0;
  return out;
}

/** A digest, again and again; gives other work its turn when the rounds are many. */
async function iterate(hash: string, first: Uint8Array, iterations: number): Promise<Uint8Array> {
  let digest = first;

  for (let round = 1; round < iterations; round += 1) {
    digest = createHash(hash).update(digest).digest();
    if (round % 20_000 === 0) await pause(0);
  }

  return digest;
}

/** Adds `addend + 1` to each block of the input, as big-endian numbers. */
function addToBlocks(input: Uint8Array, addend: Uint8Array): void {
  const block = addend.length;

  for (let start = 0; start < input.length; start += block) {
    let carry = 1;
    for (let index = block - 1; index >= 0; index -= 1) {
      const sum = (input[start + index] ?? 0) + (addend[index] ?? 0) + carry;
      input[start + index] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}

/**
 * Key derivation of PKCS#12 (RFC 7292, appendix B.2).
 *
 * @param id - What the bytes are for: key, initialisation vector or MAC.
 * @param length - Number of bytes to derive.
 */
export async function pkcs12Kdf(
  hash: string,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  id: number,
  length: number,
): Promise<Uint8Array> {
  const block = hash === 'sha384' || hash === 'sha512' ? 128 : 64;
  const diversifier = new Uint8Array(block).fill(id);
  const input = Buffer.concat([repeat(salt, block), repeat(password, block)]);
  const out: Uint8Array[] = [];

  for (let derived = 0; derived < length;) {
    const first = createHash(hash).update(diversifier).update(input).digest();
    const digest = await iterate(hash, first, iterations);
    out.push(digest);
    derived += digest.length;

    addToBlocks(input, repeat(digest, block).subarray(0, block));
  }

  return Buffer.concat(out).subarray(0, length);
}
