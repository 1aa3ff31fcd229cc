import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCertificateChain, certificateExpiry, readCertificateIdentity } from '../../src/auth/index.ts';
import { formatName, sameName } from '../../src/auth/certificates/dn.ts';
import { pemToDer } from '../../src/auth/certificates/pem.ts';
import { readCertificate } from '../../src/auth/certificates/x509.ts';
import { isTerrESanteError } from '../../src/errors.ts';
import {
  authority,
  issueCertificate,
  keyUsage,
  type Extension,
  type Issuer,
  type Name,
} from '../../src/testing/pki/certificate.ts';
import { integer, octets, sequence, string } from '../../src/testing/pki/der-writer.ts';
import { createTestHierarchy, fictiveProfessional, type TestHierarchy } from '../../src/testing/index.ts';
import { missing } from '../helpers/require-tool.ts';
import { fixedRuntime, testNow } from './vihf-fixtures.ts';

const day = 86_400_000;
const keys = [0, 1, 2, 3].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
let pki: TestHierarchy;
const folder = mkdtempSync(join(tmpdir(), 'certificates-'));

beforeAll(async () => {
  pki = await createTestHierarchy({ runtime: fixedRuntime() });
});
afterAll(() => rmSync(folder, { recursive: true }));

const cn = (value: string): Name => [[['2.5.4.6', 'FR']], [['2.5.4.3', value]]];
function issuer(index: number, name: Name): Issuer {
  const { privateKey, publicKey } = keys[index]!;
  return { name, key: privateKey, publicKey };
}
function certificate(
  subject: Name,
  keyIndex: number,
  by: Issuer,
  extensions: readonly Extension[],
  from = testNow - day,
  to = testNow + day,
): Uint8Array {
  return issueCertificate(
    { subject, publicKey: keys[keyIndex]!.publicKey, notBefore: from, notAfter: to, extensions },
    by,
  );
}

describe('readCertificateIdentity', () => {
  it.each(['utf8', 't61'] as const)('reads a card whose names are %s', async (stringType) => {
    const { signature, authentication } = await pki.card({ stringType });
    expect(readCertificateIdentity(signature.certDer)).toEqual({
      kind: 'person',
      use: 'signature',
      nationalId: '899900000011',
      familyName: 'FICTIF',
      givenName: 'ÉLODIE',
      title: 'Médecin',
      structureId: null,
      organisation: null,
      cardType: 'CPS',
      cardNumber: '9999999999/9999999999',
      productCategory: '80',
      environment: 'test',
      professionCode: '10',
      trainingProfessionCode: null,
      specialtyCodes: ['SM26'],
    });
    expect(readCertificateIdentity(authentication.certDer).use).toBe('authentication');
  });

  it('reads the certificate of a structure', () => {
    expect(readCertificateIdentity(pki.structure.signature.certDer)).toMatchObject({
      kind: 'organisation',
      nationalId: null,
      structureId: '499900000011001',
      organisation: 'CABINET FICTIF',
      productCategory: '83',
      environment: 'test',
    });
  });

  it('reads a card of the former IGC-CPS: profession as organisational unit', () => {
    const by = issuer(0, [
      [['2.5.4.6', 'FR']],
      [['2.5.4.10', 'TEST']],
      [['2.5.4.11', 'TEST PROFESSIONNEL']],
      [['2.5.4.3', 'TEST CLASSE-1']],
    ]);
    const subject: Name = [
      [['2.5.4.6', 'FR']],
      [['2.5.4.10', 'TEST', 't61']],
      [['2.5.4.11', 'Médecin', 't61']],
      [
        ['2.5.4.3', '899900000011', 'printable'],
        ['2.5.4.4', 'FICTIF', 't61'],
        ['2.5.4.42', 'ÉLODIE', 't61'],
      ],
    ];
    const der = certificate(subject, 1, by, [keyUsage('digitalSignature', 'nonRepudiation')]);
    expect(readCertificateIdentity(der)).toMatchObject({
      kind: 'person',
      nationalId: '899900000011',
      givenName: 'ÉLODIE',
      environment: 'test',
      cardType: null,
      specialtyCodes: [],
    });
    expect(formatName(readCertificate(der).subject)).toBe('CN=899900000011+SN=FICTIF+GN=ÉLODIE,OU=Médecin,O=TEST,C=FR');
  });

  it('reads a card that names no person', () => {
    const subject: Name = [
      [['2.5.4.6', 'FR']],
      [['2.5.4.10', 'CABINET FICTIF']],
      [['2.5.4.11', '10B0999999']],
      [['2.5.4.65', 'EMPLOYE1']],
      [['2.5.4.3', '10B0999999/00B9999999']],
    ];
    const extensions = [
      keyUsage('digitalSignature', 'nonRepudiation'),
      { oid: '1.2.250.1.71.1.2.2', value: integer(2) },
      { oid: '1.2.250.1.71.1.2.5', value: octets(Uint8Array.of(0)) },
    ];
    const der = certificate(subject, 1, issuer(0, cn('AC')), extensions);
    expect(readCertificateIdentity(der)).toMatchObject({
      kind: 'person',
      cardType: 'CPE',
      nationalId: '10B0999999/00B9999999',
      familyName: null,
      structureId: '10B0999999',
      environment: 'production',
    });
  });

  it('keeps an extension that it cannot read out of the identity, and in the certificate', () => {
    const odd = { oid: '1.2.250.1.71.1.2.7', value: Uint8Array.of(0x02, 0x09, 0x01) };
    const der = certificate(cn('X'), 1, issuer(0, cn('AC')), [
      odd,
      { oid: '1.2.250.1.71.4.2.5', value: sequence(string('SM54'), integer(1)) },
    ]);
    expect(readCertificateIdentity(der)).toMatchObject({
      professionCode: null,
      specialtyCodes: ['SM54'],
      environment: null,
    });
    expect(readCertificate(der).extensions.get(odd.oid)?.value).toEqual(odd.value);
  });
});

describe('readCertificate', () => {
  it('refuses every truncation and survives every change of one byte', () => {
    const { certDer } = pki.professional.signature;
    for (let length = 0; length < certDer.length; length += 7) {
      expect(() => readCertificate(certDer.slice(0, length))).toThrow(
        expect.objectContaining({ code: 'TE_CERTIFICATE_INVALID' }),
      );
    }
    fc.assert(
      fc.property(fc.nat(certDer.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Uint8Array.from(certDer);
        changed[at] = (changed[at] ?? 0) ^ flip;
        try {
          readCertificateIdentity(changed);
        } catch (error) {
          if (!isTerrESanteError(error)) throw error;
          expect(error.code).toBe('TE_CERTIFICATE_INVALID');
        }
      }),
      { numRuns: 400, seed: 7 },
    );
  });

  it('does not answer for a buffer that now holds another card', async () => {
    const other = await pki.card({ professional: { ...fictiveProfessional(), nationalId: '899900000029' } });
    const buffer = new Uint8Array(4096);
    const read = (der: Uint8Array): string | null => {
      buffer.set(der);
      return readCertificateIdentity(buffer.subarray(0, der.length)).nationalId;
    };
    expect(read(pki.professional.signature.certDer)).toBe('899900000011');
    expect(read(other.signature.certDer)).toBe('899900000029');
  });

  it('finds the addresses for revocation', () => {
    expect(readCertificate(pki.professional.signature.certDer)).toMatchObject({
      crlUrls: ['http://igc.example/ACI.crl'],
      ocspUrls: ['http://ocsp.example'],
    });
  });
});

describe('formatName and sameName', () => {
  const special = ' a,b+c"d\\e<f>g;h=i#é\u{1F600} ';
  const name = (): ReturnType<typeof readCertificate>['subject'] =>
    readCertificate(
      certificate(
        [
          [['2.5.4.6', 'FR']],
          [['2.5.4.10', '#début']],
          [
            ['2.5.4.3', special],
            ['1.2.3.4', 'inconnu'],
          ],
        ],
        1,
        issuer(0, cn('AC')),
        [],
      ),
    ).subject;

  it('escapes as RFC 4514 asks', () => {
    expect(formatName(name())).toBe(
      'CN=\\ a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h=i#é\u{1F600}\\ +1.2.3.4=#0c07696e636f6e6e75,O=\\#début,C=FR',
    );
  });

  it('reads back what it writes, in both styles and both orders', () => {
    for (const style of ['keywords', 'rfc2253'] as const) {
      for (const groupOrder of ['der', 'reversed'] as const) {
        expect(sameName(name(), formatName(name(), { style, groupOrder }))).toBe(true);
      }
    }
  });

  it('takes the .NET keywords and any order inside a group, but not another order of the groups', () => {
    const { subject } = readCertificate(pki.professional.signature.certDer);
    expect(sameName(subject, 'G=ÉLODIE+SN=FICTIF+CN=899900000011, T=Médecin, C=FR')).toBe(true);
    for (const other of [
      'C=FR,title=Médecin,CN=899900000011+SN=FICTIF+GN=ÉLODIE',
      'CN=899900000011,SN=FICTIF,GN=ÉLODIE,title=Médecin,C=FR',
      'SN=FICTIF+GN=ELODIE+CN=899900000011,title=Médecin,C=FR',
      '',
      '=',
      'CN',
      'CN=\\',
      'CN=#zz',
      `CN=${'x'.repeat(5000)}`,
    ]) {
      expect(sameName(subject, other)).toBe(false);
    }
  });

  it.skipIf(missing('openssl'))('agrees with openssl on the value of every attribute', () => {
    writeFileSync(join(folder, 'leaf.pem'), pki.professional.signature.certPem);
    const printed = execFileSync('openssl', [
      'x509',
      '-in',
      join(folder, 'leaf.pem'),
      '-noout',
      '-subject',
      '-nameopt',
      'RFC2253,utf8,-esc_msb',
    ]).toString();
    expect(
      sameName(readCertificate(pki.professional.signature.certDer).subject, printed.trim().replace('subject=', '')),
    ).toBe(true);
  });
});

describe('buildCertificateChain', () => {
  const at = { runtime: fixedRuntime() };
  const root = certificate(cn('R'), 0, issuer(0, cn('R')), [authority(), keyUsage('keyCertSign')]);
  const middle = (
    extensions: readonly Extension[] = [authority(0), keyUsage('keyCertSign')],
    to?: number,
  ): Uint8Array => certificate(cn('M'), 1, issuer(0, cn('R')), extensions, testNow - day, to);
  const leaf = (
    by = issuer(1, cn('M')),
    extensions: readonly Extension[] = [keyUsage('digitalSignature')],
  ): Uint8Array => certificate(cn('L'), 2, by, extensions);
  const rules = (der: Uint8Array, anchors: readonly Uint8Array[]): string[] =>
    buildCertificateChain(der, { anchors, ...at }).findings.map(({ rule }) => rule);

  it('leads from the leaf to the root, in whatever order they are given', () => {
    const { certificates, findings } = buildCertificateChain(leaf(), {
      anchors: [middle(), root, pki.anchors[0]!],
      ...at,
    });
    expect(findings).toEqual([]);
    expect(certificates.map(({ subject }) => formatName(subject))).toEqual(['CN=L,C=FR', 'CN=M,C=FR', 'CN=R,C=FR']);
  });

  it.each([
    ['no anchor', () => [], ['CERT-TRUST']],
    ['no root', () => [middle()], ['CERT-TRUST']],
    ['no intermediate', () => [root], ['CERT-TRUST']],
    ['an expired intermediate', () => [middle(undefined, testNow - 1), root], ['CERT-VALIDITY']],
    ['an intermediate that is no authority', () => [middle([keyUsage('digitalSignature')]), root], ['CERT-TRUST']],
    [
      'an intermediate that may not sign certificates',
      () => [middle([authority(0), keyUsage('cRLSign')]), root],
      ['CERT-TRUST'],
    ],
    [
      'an unknown critical extension',
      () => [
        middle([authority(0), keyUsage('keyCertSign'), { oid: '1.2.3.4', critical: true, value: integer(1) }]),
        root,
      ],
      ['CERT-CRITICAL'],
    ],
    [
      'name constraints, which are not processed',
      () => [
        middle([authority(0), keyUsage('keyCertSign'), { oid: '2.5.29.30', critical: true, value: sequence() }]),
        root,
      ],
      ['CERT-CRITICAL'],
    ],
  ])('refuses %s', (_, anchors, expected) => {
    expect(rules(leaf(), anchors())).toEqual(expected);
  });

  it('refuses a longer path than an authority allows', () => {
    const below = certificate(cn('B'), 3, issuer(1, cn('M')), [authority(), keyUsage('keyCertSign')]);
    expect(rules(leaf(issuer(3, cn('B'))), [below, middle(), root])).toEqual(['CERT-AUTHORITY']);
  });

  it('takes the good path when an expired certificate of the same authority is there too', () => {
    expect(rules(leaf(), [middle(undefined, testNow - 1), middle(), root])).toEqual([]);
  });

  it('refuses an issuer that only has the right name', () => {
    const pretender = certificate(cn('M'), 3, issuer(0, cn('R')), [authority(0), keyUsage('keyCertSign')]);
    expect(rules(leaf(), [pretender, root])).toEqual(['CERT-TRUST']);
  });

  it('says that the leaf has expired, and still builds the chain', () => {
    const { certificates, findings } = buildCertificateChain(pki.professional.signature.certDer, {
      anchors: pki.anchors,
      runtime: fixedRuntime(testNow + 400 * day),
    });
    expect(findings.map(({ rule, path }) => [rule, path])).toEqual([['CERT-VALIDITY', 'chain[0]']]);
    expect(certificates).toHaveLength(3);
  });
});

describe('certificateExpiry', () => {
  it('warns in time', () => {
    const { certDer } = pki.professional.signature;
    const { notAfter } = readCertificate(certDer);
    const at = (now: number, warnDays?: number): string[] =>
      certificateExpiry(certDer, { runtime: fixedRuntime(now), warnDays }).findings.map(
        ({ severity, message }) => `${severity}: ${message}`,
      );
    const only = 'Validité du certificat';
    expect(at(testNow)).toEqual([]);
    expect(at(notAfter - 10 * day)).toEqual([`warning: ${only} : il expire le 2027-03-02 (dans 10 jours).`]);
    expect(at(notAfter - 10 * day, 5)).toEqual([]);
    expect(at(notAfter - day)).toEqual([`warning: ${only} : il expire le 2027-03-02 (dans 1 jour).`]);
    expect(at(notAfter - 1)).toEqual([`warning: ${only} : il expire le 2027-03-02 (dans moins d'un jour).`]);
    expect(at(notAfter + 1)).toEqual([`error: ${only} : il a expiré le 2027-03-02.`]);
    expect(at(testNow - 2 * day)).toEqual([`error: ${only} : il n'est pas encore valable.`]);
  });
});

describe('pemToDer', () => {
  it('reads several certificates among other text, and refuses a text without any', () => {
    expect(pemToDer(`x\n${pki.caPem}\ny`)).toEqual(pki.anchors.map((der) => Uint8Array.from(der)));
    expect(() => pemToDer('-----BEGIN PRIVATE KEY-----')).toThrow(
      expect.objectContaining({ code: 'TE_CERTIFICATE_INVALID' }),
    );
  });
});
