import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readCertificate } from '../../src/auth/certificates/x509.ts';
import { derBoolean, derChildren, derOid, derTime, derWhole } from '../../src/auth/certificates/der.ts';
import { authority, issueCertificate, keyUsage, type Extension } from '../../src/testing/pki/certificate.ts';
import { oid, sequence } from '../../src/testing/pki/der-writer.ts';
import { testNow } from './vihf-fixtures.ts';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const unreadable = expect.objectContaining({ code: 'TE_CERTIFICATE_INVALID' });

describe('DER', () => {
  it.each([
    ['04 01 aa', 1],
    [`04 7f ${'aa'.repeat(127)}`, 127],
    [`04 81 80 ${'aa'.repeat(128)}`, 128],
    [`04 82 01 00 ${'aa'.repeat(256)}`, 256],
  ])('reads the shortest length: %.11s', (text, length) => {
    expect(derWhole(hex(text)).content).toHaveLength(length);
  });

  it.each([
    ['a long form for a short length', '04 81 01 aa'],
    ['a zero length in long form', '04 81 00'],
    ['a leading zero byte', `04 82 00 80 ${'aa'.repeat(128)}`],
    ['two leading zero bytes', `04 83 00 00 80 ${'aa'.repeat(128)}`],
    ['an indefinite length', '30 80 00 00'],
    ['bytes after the end', '04 01 aa 00'],
    ['bytes that are missing', '04 02 aa'],
  ])('refuses %s', (_, text) => {
    expect(() => derWhole(hex(text))).toThrow(unreadable);
  });

  it('refuses such a length inside a sequence', () => {
    expect(() => derChildren(derWhole(hex('30 04 04 81 01 aa')))).toThrow(unreadable);
  });

  it.each(['01 01 01', '01 01 fe', '01 00', '01 02 ff ff', '02 01 ff'])('refuses the boolean %s', (text) => {
    expect(() => derBoolean(derWhole(hex(text)))).toThrow(unreadable);
    expect([derBoolean(derWhole(hex('01 01 ff'))), derBoolean(derWhole(hex('01 01 00')))]).toEqual([true, false]);
  });

  it('refuses an arc that begins with a zero byte', () => {
    expect(derOid(derWhole(hex('06 03 55 1d 0f')))).toBe('2.5.29.15');
    expect(() => derOid(derWhole(hex('06 04 55 1d 80 0f')))).toThrow(unreadable);
  });

  it.each(['260230000000Z', '261301000000Z', '260101240000Z', '260101006000Z', '260101000060Z'])(
    'refuses the date %s',
    (date) => {
      expect(() => derTime(derWhole(Buffer.concat([hex('17 0d'), Buffer.from(date)])))).toThrow(unreadable);
    },
  );
});

describe('readCertificate', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = [[['2.5.4.3', 'ESSAI']]] as const;
  const made = (extensions: readonly Extension[]): Uint8Array =>
    issueCertificate(
      { subject: name, publicKey, notBefore: testNow, notAfter: testNow + 1000, extensions },
      { name, key: privateKey, publicKey },
    );

  it('refuses a critical flag that other readers take for absent', () => {
    const der = Buffer.from(made([{ oid: '1.2.3.4', critical: true, value: sequence() }]));
    const flag = der.indexOf(Buffer.from(oid('1.2.3.4'))) + oid('1.2.3.4').length + 2;
    expect(readCertificate(der).extensions.get('1.2.3.4')?.critical).toBe(true);
    der[flag] = 0x01;
    expect(() => readCertificate(der)).toThrow(unreadable);
  });

  it('refuses a fourth part after the signature', () => {
    const der = made([authority(), keyUsage('keyCertSign')]);
    const [body, algorithm, signature] = derChildren(derWhole(der));
    const parts = [body!.raw, algorithm!.raw, signature!.raw];
    expect(readCertificate(sequence(...parts)).isAuthority).toBe(true);
    expect(() => readCertificate(sequence(...parts, hex('05 00')))).toThrow(unreadable);
  });
});
