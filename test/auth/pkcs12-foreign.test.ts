import { execFileSync } from 'node:child_process';
import { createCipheriv, createHmac, createPrivateKey, pbkdf2Sync, scryptSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPemProvider, createPkcs12Provider } from '../../src/auth/index.ts';
import { derChildren, derWhole } from '../../src/auth/certificates/der.ts';
import { forIv, forKey, forMac, pkcs12Kdf } from '../../src/auth/pkcs12/kdf.ts';
import { createTestHierarchy, type TestHierarchy } from '../../src/testing/index.ts';
import { explicit, integer, nothing, octets, oid, sequence } from '../../src/testing/pki/der-writer.ts';
import { missing } from '../helpers/require-tool.ts';

const folder = mkdtempSync(join(tmpdir(), 'pkcs12-foreign-'));
const file = (name: string): string => join(folder, name);
const secret = 'mot de passe é€';
let pki: TestHierarchy;
let key: KeyObject;

beforeAll(async () => {
  pki = await createTestHierarchy();
  const { keyPem, certPem } = pki.structure.signature;
  key = createPrivateKey(keyPem);
  writeFileSync(file('key.pem'), keyPem);
  writeFileSync(file('cert.pem'), certPem);
});
afterAll(() => rmSync(folder, { recursive: true }));

const data = '1.2.840.113549.1.7.1';
const pkcs8 = (): Uint8Array => key.export({ format: 'der', type: 'pkcs8' });

/** A bag of PKCS#12: kind, content. */
const bag = (kind: string, content: Uint8Array): Uint8Array =>
  sequence(oid(`1.2.840.113549.1.12.10.1.${kind}`), explicit(0, content));
const certificateBag = (der: Uint8Array): Uint8Array =>
  bag('3', sequence(oid('1.2.840.113549.1.9.22.1'), explicit(0, octets(der))));

const pemOf = (der: Uint8Array): string =>
  `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${Buffer.from(der).toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;

interface Sealing {
  /** The MacData, from the bytes that it seals. */
  readonly mac?: (content: Uint8Array) => Uint8Array;
}

function pfx(bags: readonly Uint8Array[], { mac }: Sealing = {}): Uint8Array {
  const part = sequence(oid(data), explicit(0, octets(sequence(...bags))));
  const content = sequence(part);
  return sequence(integer(3), sequence(oid(data), explicit(0, octets(content))), ...(mac ? [mac(content)] : []));
}

const opens = async (bytes: Uint8Array, password: string): Promise<number> => {
  const provider = await createPkcs12Provider({ pfx: bytes, password });
  expect(await provider.sign('rsa-sha256', Buffer.from('a'))).toHaveLength(256);
  return (await provider.certificates()).length;
};

const hmacSha256 = sequence(oid('1.2.840.113549.2.9'), nothing);
const salt = Buffer.from('0102030405060708', 'hex');

/** PBMAC1 of RFC 9579, by its ASN.1: nothing of ours computes it. */
function pbmac1(password: string, changes: { kdf?: string; keyLength?: number | null; hmac?: Uint8Array } = {}) {
  return (content: Uint8Array): Uint8Array => {
    const { kdf = '1.2.840.113549.1.5.12', keyLength = 32, hmac = hmacSha256 } = changes;
    const derivation = sequence(
      octets(salt),
      integer(2048),
      ...(keyLength === null ? [] : [integer(keyLength)]),
      hmacSha256,
    );
    const algorithm = sequence(oid('1.2.840.113549.1.5.14'), sequence(sequence(oid(kdf), derivation), hmac));
    // Node.js from 22 on derives no key of length 0.
    const derived =
      keyLength === 0
        ? Buffer.alloc(0)
        : pbkdf2Sync(Buffer.from(password, 'utf8'), salt, 2048, keyLength ?? 32, 'sha256');
    const value = createHmac('sha256', derived).update(content).digest();
    // The salt and the count beside it are not used (RFC 9579, section 4).
    return sequence(sequence(algorithm, octets(value)), octets(Buffer.from('NOT USED')), integer(1));
  };
}

const clearBags = (): Uint8Array[] => [bag('1', pkcs8()), certificateBag(pki.structure.signature.certDer)];

describe('PBMAC1', () => {
  it('seals a file', async () => {
    expect(await opens(pfx(clearBags(), { mac: pbmac1(secret) }), secret)).toBe(1);
    expect(await opens(pfx(clearBags(), { mac: pbmac1('') }), '')).toBe(1);
    expect(await opens(pfx(clearBags(), { mac: pbmac1(secret, { keyLength: 64 }) }), secret)).toBe(1);
  });

  it('tells a wrong password', async () => {
    await expect(
      createPkcs12Provider({ pfx: pfx(clearBags(), { mac: pbmac1(secret) }), password: `${secret} ` }),
    ).rejects.toMatchObject({ code: 'TE_KEYSTORE_PASSWORD' });
  });

  it('tells an altered file: the password opens its key, and the seal is another', async () => {
    const { signature } = pki.professional;
    const parts = derChildren(derWhole(signature.pfx)).map(({ raw }) => raw);
    const altered = sequence(...parts.slice(0, 2), pbmac1(signature.password)(Buffer.from('autre')));
    await expect(createPkcs12Provider({ pfx: altered, password: signature.password })).rejects.toMatchObject({
      code: 'TE_KEYSTORE_INVALID',
      details: { reason: 'mac' },
    });
  });

  it.each([
    ['without the length of its key', { keyLength: null }, 'pbkdf2'],
    ['with a key of no length', { keyLength: 0 }, 'pbkdf2'],
    ['with a key of a kilobyte', { keyLength: 1024 }, 'pbkdf2'],
    ['by another derivation', { kdf: '1.3.6.1.4.1.11591.4.11' }, 'mac-algorithm'],
    ['by another function', { hmac: sequence(oid('1.2.3.4')) }, 'algorithm'],
  ] as const)('%s is refused', async (_, changes, reason) => {
    const sealed = pfx(clearBags(), { mac: pbmac1(secret, changes) });
    await expect(createPkcs12Provider({ pfx: sealed, password: secret })).rejects.toMatchObject({
      code: 'TE_KEYSTORE_INVALID',
      details: { reason },
    });
  });
});

/** Derived keys by their bytes: the derivation of PKCS#12 is asynchronous. */
async function derive(from: Uint8Array): Promise<{ key: Uint8Array; iv: Uint8Array; mac: Uint8Array }> {
  return {
    key: await pkcs12Kdf('sha1', from, salt, 100, forKey, 24),
    iv: await pkcs12Kdf('sha1', from, salt, 100, forIv, 8),
    mac: await pkcs12Kdf('sha1', from, salt, 100, forMac, 20),
  };
}

describe('a password that is absent', () => {
  it.each([
    ['as two zero bytes', new Uint8Array(2)],
    ['as nothing', new Uint8Array()],
  ])('opens what derives %s', async (_, bytes) => {
    const derived = await derive(bytes);
    const cipher = createCipheriv('des-ede3-cbc', derived.key, derived.iv);
    const encrypted = Buffer.concat([cipher.update(pkcs8()), cipher.final()]);
    const scheme = sequence(oid('1.2.840.113549.1.12.1.3'), sequence(octets(salt), integer(100)));
    const bags = [bag('2', sequence(scheme, octets(encrypted))), certificateBag(pki.structure.signature.certDer)];

    const mac = (content: Uint8Array): Uint8Array =>
      sequence(
        sequence(
          sequence(oid('1.3.14.3.2.26'), nothing),
          octets(createHmac('sha1', derived.mac).update(content).digest()),
        ),
        octets(salt),
        integer(100),
      );
    expect(await opens(pfx(bags, { mac }), '')).toBe(1);
    expect(await opens(pfx(bags), '')).toBe(1);
    await expect(createPkcs12Provider({ pfx: pfx(bags, { mac }), password: ' ' })).rejects.toMatchObject({
      code: 'TE_KEYSTORE_PASSWORD',
    });
  });
});

describe('what a file holds twice', () => {
  it('is there once: the certificate, the key, both', async () => {
    const { certDer } = pki.structure.signature;
    const [own, certificate] = [bag('1', pkcs8()), certificateBag(certDer)];
    expect(await opens(pfx([own, certificate, certificate]), '')).toBe(1);
    expect(await opens(pfx([own, own, certificate]), '')).toBe(1);
    expect(await opens(pfx([own, certificate, own, certificate, certificate]), '')).toBe(1);
  });

  it('is still a choice when the certificates differ', async () => {
    const other = await pki.card();
    const bags = [bag('1', createPrivateKey(other.signature.keyPem).export({ format: 'der', type: 'pkcs8' }))];
    const twoKeys = [...clearBags(), ...bags, certificateBag(other.signature.certDer)];
    const provider = await createPkcs12Provider({ pfx: pfx(twoKeys), password: '', use: 'signature' }).catch(
      (error: unknown) => error,
    );
    expect(provider).toMatchObject({ code: 'TE_KEYSTORE_INVALID', details: { reason: 'several' } });
  });
});

describe('what is no PKCS#12 file', () => {
  it.each<[string, () => Uint8Array, string, RegExp]>([
    ['JKS', () => Buffer.concat([Buffer.from('feedfeed00000002', 'hex'), Buffer.alloc(64)]), 'jks', /JKS.*keytool/],
    ['JCEKS', () => Buffer.concat([Buffer.from('cececece00000002', 'hex'), Buffer.alloc(64)]), 'jks', /JCEKS/],
    ['PEM', () => Buffer.from(`Bag Attributes\n${pki.structure.signature.keyPem}`), 'is-pem', /createPemProvider/],
    ['a certificate', () => pki.structure.signature.certDer, 'is-certificate', /sans clé privée/],
    ['noise', () => Buffer.alloc(100, 7), 'asn1', /illisible ou altéré/],
    ['nothing', () => new Uint8Array(), 'asn1', /illisible ou altéré/],
  ])('%s is told by its name', async (_, bytes, reason, sentence) => {
    await expect(createPkcs12Provider({ pfx: bytes(), password: secret })).rejects.toMatchObject({
      code: 'TE_KEYSTORE_INVALID',
      details: { reason },
      message: expect.stringMatching(sentence),
    });
  });
});

describe.skipIf(missing('openssl'))('files of openssl', () => {
  const run = (...options: string[]): boolean => {
    try {
      execFileSync('openssl', options, { cwd: folder, stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  const makePfx = (...options: string[]): boolean =>
    run('pkcs12', '-export', '-inkey', 'key.pem', '-in', 'cert.pem', '-out', 'a.p12', '-passout', 'pass:x', ...options);
  const makeKey = (...options: string[]): boolean =>
    run('pkcs8', '-topk8', '-in', 'key.pem', '-out', 'e.pem', '-passout', 'pass:x', ...options);
  const pem = (passphrase = 'x'): Promise<unknown> =>
    createPemProvider({
      key: readFileSync(file('e.pem'), 'utf8'),
      certificates: pki.structure.signature.certPem,
      passphrase,
    });

  it.each([
    ['Camellia', '-keypbe', 'CAMELLIA-256-CBC', '-certpbe', 'CAMELLIA-128-CBC'],
    ['ARIA', '-keypbe', 'ARIA-256-CBC', '-certpbe', 'ARIA-192-CBC'],
  ])('are opened: %s', async (_, ...options) => {
    expect(makePfx(...options)).toBe(true);
    expect(await opens(readFileSync(file('a.p12')), 'x')).toBe(1);
  });

  it('are refused with the true reason: a seal by MD5', async () => {
    expect(makePfx('-macalg', 'md5')).toBe(true);
    await expect(createPkcs12Provider({ pfx: readFileSync(file('a.p12')), password: 'x' })).rejects.toMatchObject({
      code: 'TE_KEYSTORE_INVALID',
      details: { reason: 'mac-algorithm' },
      message: expect.stringMatching(/MD5/),
    });
  });

  it.each([
    ['PBE-SHA1-RC4-128', /RC4 128 bits/],
    ['PBE-SHA1-RC4-40', /RC4 40 bits/],
  ])('name the algorithm that is refused: %s', async (scheme, sentence) => {
    if (!makePfx('-legacy', '-keypbe', scheme, '-certpbe', scheme)) return;
    await expect(createPkcs12Provider({ pfx: readFileSync(file('a.p12')), password: 'x' })).rejects.toMatchObject({
      details: { reason: 'algorithm' },
      message: expect.stringMatching(sentence),
    });
  });

  it.each([
    ['scrypt', '-scrypt'],
    ['scrypt of another cost', '-scrypt', '-scrypt_N', '32768', '-scrypt_r', '4', '-scrypt_p', '2'],
    ['Camellia', '-v2', 'camellia-256-cbc'],
    ['triple DES of PKCS#12', '-v1', 'PBE-SHA1-3DES'],
  ])('open a PEM key: %s', async (_, ...options) => {
    expect(makeKey(...options)).toBe(true);
    expect(await pem()).toMatchObject({ kind: 'pem' });
    await expect(pem('y')).rejects.toMatchObject({ code: 'TE_KEYSTORE_PASSWORD' });
  });

  it('name the algorithm of a PEM key that is refused', async () => {
    if (!makeKey('-v1', 'PBE-MD5-DES', '-provider', 'legacy', '-provider', 'default')) return;
    await expect(pem()).rejects.toMatchObject({
      details: { reason: 'algorithm' },
      message: expect.stringMatching(/clé privée \(PEM\).*MD5 et DES/),
    });
  });
});

describe('a key that asks for more than four million iterations', () => {
  const kdf = sequence(oid('1.2.840.113549.1.5.12'), sequence(octets(salt), integer(5_000_000), hmacSha256));
  const cipher = sequence(oid('2.16.840.1.101.3.4.1.42'), octets(Buffer.alloc(16)));
  const encrypted = sequence(sequence(oid('1.2.840.113549.1.5.13'), sequence(kdf, cipher)), octets(Buffer.alloc(32)));

  it('is refused for that, in a file and in a text', async () => {
    const refused = { code: 'TE_KEYSTORE_INVALID', details: { reason: 'iterations' } };
    const bags = [bag('2', encrypted), certificateBag(pki.structure.signature.certDer)];
    await expect(createPkcs12Provider({ pfx: pfx(bags), password: 'x' })).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(/\(PKCS#12\).*4 millions/),
    });

    const key = pemOf(encrypted);
    const certificates = pki.structure.signature.certPem;
    await expect(createPemProvider({ key, certificates, passphrase: 'x' })).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(/\(PEM\).*4 millions/),
    });
  });
});

describe('a key under scrypt', () => {
  type Costs = readonly [cost: number, blockSize: number, parallelization: number];

  function scryptPem(costs: Costs, encrypted: Uint8Array): string {
    const parameters = sequence(octets(salt), ...costs.map((cost) => integer(cost)));
    const scheme = sequence(
      oid('1.2.840.113549.1.5.13'),
      sequence(
        sequence(oid('1.3.6.1.4.1.11591.4.11'), parameters),
        sequence(oid('2.16.840.1.101.3.4.1.42'), octets(Buffer.alloc(16, 3))),
      ),
    );
    return pemOf(sequence(scheme, octets(encrypted)));
  }

  const opened = (pem: string): Promise<unknown> =>
    createPemProvider({ key: pem, certificates: pki.structure.signature.certPem, passphrase: 'x' });

  it('is opened as far as it costs neither memory nor time', async () => {
    const derived = scryptSync('x', salt, 32, { cost: 1024, blockSize: 8, parallelization: 1 });
    const cipher = createCipheriv('aes-256-cbc', derived, Buffer.alloc(16, 3));
    const encrypted = Buffer.concat([cipher.update(pkcs8()), cipher.final()]);
    expect(await opened(scryptPem([1024, 8, 1], encrypted))).toMatchObject({ kind: 'pem' });
  });

  it.each<Costs>([
    [1_048_576, 8, 1],
    [16_384, 1024, 1],
    [16_384, 8, 1024],
    [2 ** 30, 8, 8],
  ])('is refused when it costs too much: %i, %i, %i', async (...costs) => {
    await expect(opened(scryptPem(costs, Buffer.alloc(32)))).rejects.toMatchObject({
      code: 'TE_KEYSTORE_INVALID',
      details: { reason: 'iterations' },
    });
  });

  it.each<Costs>([
    [0, 8, 1],
    [1000, 8, 1],
    [1024, 0, 1],
  ])('is refused with a cost that is none: %i, %i, %i', async (...costs) => {
    await expect(opened(scryptPem(costs, Buffer.alloc(32)))).rejects.toMatchObject({
      code: expect.stringMatching(/^TE_KEYSTORE_(?:INVALID|PASSWORD)$/),
    });
  });
});
