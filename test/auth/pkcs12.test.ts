import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPemProvider, createPkcs12Provider } from '../../src/auth/index.ts';
import { readCertificate } from '../../src/auth/certificates/x509.ts';
import { rc2CbcDecrypt } from '../../src/auth/pkcs12/rc2.ts';
import { isTerrESanteError } from '../../src/errors.ts';
import { createTestHierarchy, type TestHierarchy } from '../../src/testing/index.ts';
import { writePfx } from '../../src/testing/pki/pfx.ts';
import { missing } from '../helpers/require-tool.ts';

const folder = mkdtempSync(join(tmpdir(), 'pkcs12-'));
const file = (name: string): string => join(folder, name);
const secret = 'canari-é€-mot de passe';
let pki: TestHierarchy;

beforeAll(async () => {
  pki = await createTestHierarchy();
  const { keyPem, certPem } = pki.structure.signature;
  writeFileSync(file('key.pem'), keyPem);
  writeFileSync(file('cert.pem'), certPem);
  writeFileSync(file('ca.pem'), pki.caPem);
});
afterAll(() => rmSync(folder, { recursive: true }));

function openssl(...options: string[]): Uint8Array {
  execFileSync(
    'openssl',
    [
      'pkcs12',
      '-export',
      '-inkey',
      'key.pem',
      '-in',
      'cert.pem',
      '-certfile',
      'ca.pem',
      '-out',
      'out.p12',
      '-passout',
      `pass:${secret}`,
      ...options,
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  return readFileSync(file('out.p12'));
}

async function works(pfx: Uint8Array, password: string): Promise<void> {
  const provider = await createPkcs12Provider({ pfx, password });
  const certificates = await provider.certificates();
  expect(Buffer.from(certificates[0]!).equals(pki.structure.signature.certDer)).toBe(true);
  const value = await provider.sign('rsa-sha256', Buffer.from('abc'));
  expect(verify('sha256', Buffer.from('abc'), createPublicKey(pki.structure.signature.certPem), value)).toBe(true);
}

const legacyLoads = (): boolean => {
  try {
    execFileSync('openssl', ['list', '-provider', 'legacy', '-cipher-algorithms'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe.skipIf(missing('openssl'))('createPkcs12Provider reads what openssl writes', () => {
  it.each([
    ['its default', []],
    ['AES-128', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC']],
    ['AES-192, MAC SHA-1', ['-keypbe', 'AES-192-CBC', '-certpbe', 'AES-192-CBC', '-macalg', 'sha1']],
    ['AES-256, MAC SHA-512', ['-keypbe', 'AES-256-CBC', '-certpbe', 'AES-256-CBC', '-macalg', 'sha512']],
    ['3DES of PKCS#12', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']],
    ['two-key 3DES', ['-keypbe', 'PBE-SHA1-2DES', '-certpbe', 'PBE-SHA1-2DES']],
    ['PBES2 with 3DES', ['-keypbe', 'DES-EDE3-CBC', '-certpbe', 'DES-EDE3-CBC']],
    ['clear certificates', ['-certpbe', 'NONE']],
    ['clear key', ['-keypbe', 'NONE', '-certpbe', 'NONE']],
    ['no MAC', ['-nomac']],
    ['no iterations', ['-noiter', '-nomaciter']],
  ])('%s', async (_, options) => {
    await works(openssl(...options), secret);
  });

  it.skipIf(!legacyLoads())('RC2 with 40 and 128 bits, as older programs write', async () => {
    await works(openssl('-legacy'), secret);
    await works(openssl('-legacy', '-certpbe', 'PBE-SHA1-RC2-128', '-keypbe', 'PBE-SHA1-RC2-40'), secret);
  });

  it('an empty password', async () => {
    await works(openssl('-passout', 'pass:'), '');
  });

  it('is refused with a wrong password, whatever the scheme', async () => {
    for (const options of [[], ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES'], ['-nomac']]) {
      for (const password of ['', 'x', `${secret} `]) {
        await expect(createPkcs12Provider({ pfx: openssl(...options), password })).rejects.toMatchObject({
          code: 'TE_KEYSTORE_PASSWORD',
        });
      }
    }
  });
});

describe.skipIf(missing('openssl'))('the PKCS#12 files of the test hierarchy', () => {
  it('are read by openssl', () => {
    writeFileSync(file('ours.p12'), pki.professional.signature.pfx);
    const text = execFileSync(
      'openssl',
      ['pkcs12', '-in', 'ours.p12', '-passin', `pass:${pki.professional.signature.password}`, '-nodes'],
      { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] },
    ).toString();
    expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
    expect(createPrivateKey(text).export({ format: 'pem', type: 'pkcs8' })).toBe(pki.professional.signature.keyPem);
  });
});

describe('createPkcs12Provider', () => {
  const keyOf = (pem: string): ReturnType<typeof createPrivateKey> => createPrivateKey(pem);
  const both = (): Uint8Array => {
    const { signature, authentication } = pki.professional;
    // Certificates in an order that says nothing.
    return writePfx(
      secret,
      [keyOf(authentication.keyPem), keyOf(signature.keyPem)],
      [...pki.anchors, signature.certDer, authentication.certDer],
    );
  };

  it('asks for the password once, and signs with nonRepudiation while TLS gets the other key', async () => {
    let asked = 0;
    const provider = await createPkcs12Provider({ pfx: both(), password: async () => ((asked += 1), secret) });
    expect(asked).toBe(1);
    const [leaf, ...chain] = await provider.certificates();
    expect(Buffer.from(leaf!).equals(pki.professional.signature.certDer)).toBe(true);
    expect(chain.map((der) => readCertificate(der).fingerprint)).toEqual(
      [pki.anchors[1]!, pki.anchors[0]!].map((der) => readCertificate(der).fingerprint),
    );
    const tls = await provider.tlsIdentity?.();
    expect(new X509Certificate(tls!.certificates).raw.equals(pki.professional.authentication.certDer)).toBe(true);
    expect(new X509Certificate(tls!.certificates).checkPrivateKey(createPrivateKey(tls!.privateKey))).toBe(true);
  });

  it('waits for a password that never comes no longer than its caller allows', async () => {
    const password = (): Promise<never> => new Promise(() => undefined);
    const { keyPem, certPem } = pki.structure.signature;
    await expect(createPkcs12Provider({ pfx: both(), password }, { timeoutMs: 5 })).rejects.toMatchObject({
      code: 'TE_TIMEOUT',
    });
    const pem = { key: keyPem, certificates: certPem, passphrase: password };
    await expect(createPemProvider(pem, { signal: AbortSignal.timeout(5) })).rejects.toMatchObject({
      code: 'TE_CANCELLED',
    });
  });

  it('takes the key that is asked for', async () => {
    const { fingerprint } = readCertificate(pki.professional.authentication.certDer);
    for (const choice of [{ use: 'authentication' }, { fingerprint }] as const) {
      const [leaf] = await (await createPkcs12Provider({ pfx: both(), password: secret, ...choice })).certificates();
      expect(readCertificate(leaf!).fingerprint).toBe(fingerprint);
    }
    await expect(createPkcs12Provider({ pfx: both(), password: secret, fingerprint: '00' })).rejects.toMatchObject({
      details: { reason: 'no-match' },
    });
  });

  it('does not choose between two keys that fit', async () => {
    const other = await pki.card();
    const pfx = writePfx(
      secret,
      [keyOf(pki.professional.signature.keyPem), keyOf(other.signature.keyPem)],
      [pki.professional.signature.certDer, other.signature.certDer],
    );
    await expect(createPkcs12Provider({ pfx, password: secret })).rejects.toMatchObject({
      code: 'TE_KEYSTORE_INVALID',
      details: { reason: 'several' },
    });
  });

  it.each([
    [
      'a key without its certificate',
      () => writePfx(secret, [keyOf(pki.professional.signature.keyPem)], [pki.professional.authentication.certDer]),
      'TE_KEYSTORE_INVALID',
    ],
    [
      'a certificate without a key',
      () => writePfx(secret, [], [pki.professional.signature.certDer]),
      'TE_KEYSTORE_INVALID',
    ],
    [
      'a key that is not RSA',
      () => {
        const { certPem, keyPem } = pki.server();
        return writePfx(secret, [keyOf(keyPem)], [new X509Certificate(certPem).raw]);
      },
      'TE_MECHANISM_UNSUPPORTED',
    ],
    ['nothing', () => new Uint8Array(), 'TE_KEYSTORE_INVALID'],
    ['a PEM file', () => Buffer.from(pki.caPem), 'TE_KEYSTORE_INVALID'],
    ['a certificate', () => pki.anchors[0]!, 'TE_KEYSTORE_INVALID'],
    ['two megabytes', () => new Uint8Array(2_000_000), 'TE_KEYSTORE_INVALID'],
    [
      'ten million iterations',
      () => {
        const pfx = Uint8Array.from(pki.structure.signature.pfx);
        const at = Buffer.from(pfx).lastIndexOf(Buffer.from('02020800', 'hex'));
        // The same length, another count: 0x02 0x04 would not fit, so the salt gives up two bytes.
        pfx.set([0x04, 14], at - 18);
        pfx.set([0x02, 0x04, 0x00, 0x98, 0x96, 0x80], at - 2);
        return pfx;
      },
      'TE_KEYSTORE_INVALID',
    ],
    ['deep nesting', () => Buffer.from('3080'.repeat(20_000), 'hex'), 'TE_KEYSTORE_INVALID'],
  ])('refuses %s', async (_, pfx, code) => {
    await expect(createPkcs12Provider({ pfx: pfx(), password: secret })).rejects.toMatchObject({ code });
  });

  it('tells a wrong password from an altered file', async () => {
    const pfx = both();
    await expect(createPkcs12Provider({ pfx, password: 'autre' })).rejects.toMatchObject({
      code: 'TE_KEYSTORE_PASSWORD',
    });
    for (const length of [10, 100, pfx.length >> 1, pfx.length - 1]) {
      await expect(createPkcs12Provider({ pfx: pfx.subarray(0, length), password: secret })).rejects.toMatchObject({
        code: 'TE_KEYSTORE_INVALID',
      });
    }
    // A byte of the last certificate, under encryption: the MAC no longer matches, but the password
    // opens what is left.
    const altered = Uint8Array.from(pfx);
    altered[1200] = (altered[1200] ?? 0) ^ 1;
    await expect(createPkcs12Provider({ pfx: altered, password: secret })).rejects.toMatchObject({
      code: 'TE_KEYSTORE_INVALID',
    });
  });

  it('survives every change of one byte with a typed error', async () => {
    const pfx = pki.professional.signature.pfx;
    await fc.assert(
      fc.asyncProperty(fc.nat(pfx.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Uint8Array.from(pfx);
        changed[at] = (changed[at] ?? 0) ^ flip;
        const error: unknown = await createPkcs12Provider({
          pfx: changed,
          password: pki.professional.signature.password,
        }).then(
          () => null,
          (caught: unknown) => caught,
        );
        expect(error === null || isTerrESanteError(error)).toBe(true);
      }),
      { numRuns: 12, seed: 11 },
    );
  });

  it('is closed once, and twice', async () => {
    const provider = await createPkcs12Provider({ pfx: both(), password: secret });
    await provider.close();
    await provider.close();
    await expect(provider.sign('rsa-sha256', new Uint8Array())).rejects.toMatchObject({ code: 'TE_CLOSED' });
    await expect(provider.certificates()).rejects.toMatchObject({ code: 'TE_CLOSED' });
    await expect(provider.tlsIdentity?.()).rejects.toMatchObject({ code: 'TE_CLOSED' });
  });

  it('shows neither key nor password, in errors or when printed', async () => {
    const provider = await createPkcs12Provider({ pfx: both(), password: secret });
    const errors = [
      await createPkcs12Provider({ pfx: both(), password: `${secret}x` }).catch((error: unknown) => error),
      await createPkcs12Provider({ pfx: both().subarray(5), password: secret }).catch((error: unknown) => error),
    ];
    const shown = [provider, ...errors]
      .map((value) => `${inspect(value, { depth: 9, showHidden: true })} ${JSON.stringify(value)}`)
      .join();
    expect(shown).not.toContain(secret);
    expect(shown).not.toMatch(/PRIVATE KEY|'d':|MII/);
  });
});

describe('createPemProvider', () => {
  const pem = (): { key: string; certificates: string } => ({
    key: pki.structure.signature.keyPem,
    certificates: pki.caPem + pki.structure.signature.certPem,
  });

  it('signs, and orders the chain', async () => {
    const provider = await createPemProvider(pem());
    expect(await provider.certificates()).toHaveLength(3);
    expect(provider.kind).toBe('pem');
    expect(
      verify(
        'sha256',
        Buffer.from('a'),
        pki.structure.signature.certPem,
        await provider.sign('rsa-sha256', Buffer.from('a')),
      ),
    ).toBe(true);
  });

  it.each([['pkcs8'], ['pkcs1']] as const)('tells a wrong passphrase from an unreadable key (%s)', async (type) => {
    const key = createPrivateKey(pki.structure.signature.keyPem).export({
      format: 'pem',
      type,
      cipher: 'aes-256-cbc',
      passphrase: secret,
    }) as string;
    const { certificates } = pem();
    expect((await createPemProvider({ key, certificates, passphrase: async () => secret })).kind).toBe('pem');
    await expect(createPemProvider({ key, certificates, passphrase: 'autre' })).rejects.toMatchObject({
      code: 'TE_KEYSTORE_PASSWORD',
    });
    await expect(createPemProvider({ key, certificates })).rejects.toMatchObject({ code: 'TE_KEYSTORE_PASSWORD' });
    await expect(createPemProvider({ key: key.slice(0, 300), certificates, passphrase: secret })).rejects.toMatchObject(
      { code: 'TE_KEYSTORE_INVALID' },
    );
  });

  it("refuses a key that is not the certificate's", async () => {
    await expect(createPemProvider({ ...pem(), key: pki.structure.authentication.keyPem })).rejects.toMatchObject({
      code: 'TE_KEYSTORE_INVALID',
    });
  });
});

describe('rc2CbcDecrypt', () => {
  // RFC 2268, section 5: key, effective bits, plain text, cipher text.
  it.each([
    ['0000000000000000', 63, '0000000000000000', 'ebb773f993278eff'],
    ['ffffffffffffffff', 64, 'ffffffffffffffff', '278b27e42e2f0d49'],
    ['3000000000000000', 64, '1000000000000001', '30649edf9be7d2c2'],
    ['88', 64, '0000000000000000', '61a8a244adacccf0'],
    ['88bca90e90875a', 64, '0000000000000000', '6ccf4308974c267f'],
    ['88bca90e90875a7f0f79c384627bafb2', 64, '0000000000000000', '1a807d272bbe5db1'],
    ['88bca90e90875a7f0f79c384627bafb2', 128, '0000000000000000', '2269552ab0f85ca6'],
  ])('key %s of %i bits', (key, bits, plain, cipher) => {
    const clear = rc2CbcDecrypt(Buffer.from(key, 'hex'), bits, new Uint8Array(8), Buffer.from(cipher, 'hex'));
    expect(Buffer.from(clear).toString('hex')).toBe(plain);
  });
});
