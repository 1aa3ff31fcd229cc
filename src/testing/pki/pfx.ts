import { createCipheriv, createHash, createHmac, pbkdf2Sync, randomBytes, type KeyObject } from 'node:crypto';
import { explicit, integer, nothing, octets, oid, sequence, set, tlv } from './der-writer.ts';

const iterations = 2048;

/** Key derivation of RFC 7292, appendix B.2, for the one length a SHA-256 MAC needs. */
function macKey(password: string, salt: Uint8Array): Uint8Array {
  const secret = Buffer.from(`${password}\0`, 'utf16le').swap16();
  const fill = (source: Uint8Array): Uint8Array => Buffer.alloc(64 * Math.ceil(source.length / 64), source);
  let value: Uint8Array = Buffer.concat([Buffer.alloc(64, 3), fill(salt), fill(secret)]);
  for (let round = 0; round < iterations; round += 1) value = createHash('sha256').update(value).digest();
  return value;
}

/** PBES2 with AES-256 (RFC 8018, section 6.2): the algorithm and the encrypted bytes. */
function encrypt(password: string, clear: Uint8Array): { algorithm: Uint8Array; bytes: Uint8Array } {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(password, salt, iterations, 32, 'sha256'), iv);

  const derivation = sequence(
    oid('1.2.840.113549.1.5.12'),
    sequence(octets(salt), integer(iterations), sequence(oid('1.2.840.113549.2.9'), nothing)),
  );
  return {
    algorithm: sequence(
      oid('1.2.840.113549.1.5.13'),
      sequence(derivation, sequence(oid('2.16.840.1.101.3.4.1.42'), octets(iv))),
    ),
    bytes: Buffer.concat([cipher.update(clear), cipher.final()]),
  };
}

const data = '1.2.840.113549.1.7.1';

function bag(type: string, value: Uint8Array, ...attributes: readonly Uint8Array[]): Uint8Array {
  return sequence(
    oid(`1.2.840.113549.1.12.10.1.${type}`),
    explicit(0, value),
    ...(attributes.length > 0 ? [set(...attributes)] : []),
  );
}

/** Pairs a key with its certificate. */
function localKeyId(index: number): Uint8Array {
  return sequence(oid('1.2.840.113549.1.9.21'), set(octets(Uint8Array.of(index + 1))));
}

function keyBag(password: string, key: KeyObject, index: number): Uint8Array {
  const { algorithm, bytes } = encrypt(password, key.export({ format: 'der', type: 'pkcs8' }));
  return bag('2', sequence(algorithm, octets(bytes)), localKeyId(index));
}

function certificateBag(der: Uint8Array, ...attributes: readonly Uint8Array[]): Uint8Array {
  return bag('3', sequence(oid('1.2.840.113549.1.9.22.1'), explicit(0, octets(der))), ...attributes);
}

function encryptedPart(password: string, bags: readonly Uint8Array[]): Uint8Array {
  const { algorithm, bytes } = encrypt(password, sequence(...bags));
  const content = sequence(oid(data), algorithm, tlv(0x80, bytes));
  return sequence(oid('1.2.840.113549.1.7.6'), explicit(0, sequence(integer(0), content)));
}

function macData(password: string, content: Uint8Array): Uint8Array {
  const salt = randomBytes(16);
  const mac = createHmac('sha256', macKey(password, salt)).update(content).digest();
  const algorithm = sequence(oid('2.16.840.1.101.3.4.2.1'), nothing);

  return sequence(sequence(algorithm, octets(mac)), octets(salt), integer(iterations));
}

/**
 * Writes a PKCS#12 file: keys under PBES2, certificates under PBES2, MAC with SHA-256 (RFC 7292).
 *
 * @param certificates - In DER; the first ones are those of the keys, in their order.
 */
export function writePfx(
  password: string,
  keys: readonly KeyObject[],
  certificates: readonly Uint8Array[],
): Uint8Array {
  const keyBags = keys.map((key, index) => keyBag(password, key, index));
  const certificateBags = certificates.map((der, index) =>
    index < keys.length ? certificateBag(der, localKeyId(index)) : certificateBag(der),
  );

  const content = sequence(
    encryptedPart(password, certificateBags),
    sequence(oid(data), explicit(0, octets(sequence(...keyBags)))),
  );

  return sequence(integer(3), sequence(oid(data), explicit(0, octets(content))), macData(password, content));
}
