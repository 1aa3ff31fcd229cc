import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readCertificate } from '../../src/auth/certificates/x509.ts';
import {
  derBoolean,
  derChildren,
  derExpect,
  derOid,
  derSmallInteger,
  derString,
  derTime,
  derWhole,
} from '../../src/auth/certificates/der.ts';
import { authority, issueCertificate, keyUsage, type Extension } from '../../src/testing/pki/certificate.ts';
import { oid, sequence } from '../../src/testing/pki/der-writer.ts';
import { testNow } from './vihf-fixtures.ts';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const hexOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
const unreadable = expect.objectContaining({ code: 'TE_CERTIFICATE_INVALID' });
const refused = (reason: string): unknown =>
  expect.objectContaining({ code: 'TE_CERTIFICATE_INVALID', details: { reason } });

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
    ['a long form for a short length', '04 81 01 aa', 'length-not-minimal'],
    ['a zero length in long form', '04 81 00', 'length-not-minimal'],
    ['a leading zero byte', `04 82 00 80 ${'aa'.repeat(128)}`, 'length-not-minimal'],
    ['two leading zero bytes', `04 83 00 00 80 ${'aa'.repeat(128)}`, 'length-not-minimal'],
    ['an indefinite length', '30 80 00 00', 'length-form'],
    ['a length of five bytes', '04 85 01 00 00 00 00', 'length-form'],
    ['a length that is cut', '04 82 01', 'truncated'],
    ['a long form whose content is missing', '04 84 01 00 00 00', 'truncated'],
    ['a tag alone', '04', 'truncated'],
    ['nothing', '', 'truncated'],
    ['a tag of several bytes', '1f 01 aa', 'high-tag'],
    ['a constructed tag of several bytes', '3f 01 aa', 'high-tag'],
    ['bytes after the end', '04 01 aa 00', 'trailing'],
    ['bytes that are missing', '04 02 aa', 'truncated'],
  ])('refuses %s', (_, text, reason) => {
    expect(() => derWhole(hex(text))).toThrow(refused(reason));
  });

  it('gives the tag, the content and the whole of each part, in order', () => {
    const [first, second, ...more] = derChildren(derWhole(hex('30 06 1e 02 00 41 05 00')));
    expect([first?.tag, hexOf(first?.content), hexOf(first?.raw)]).toEqual([0x1e, '0041', '1e020041']);
    expect([second?.tag, hexOf(second?.content), hexOf(second?.raw)]).toEqual([0x05, '', '0500']);
    expect(more).toEqual([]);
  });

  it('names the field that is of another type, or missing', () => {
    const wrong = expect.objectContaining({ details: { reason: 'type', field: 'serialNumber' } }) as unknown;
    expect(() => derExpect(derWhole(hex('04 00')), 0x02, 'serialNumber')).toThrow(wrong);
    expect(() => derExpect(undefined, 0x02, 'serialNumber')).toThrow(wrong);
    expect(() => derExpect(undefined, 0x02, 'serialNumber')).toThrow("le champ serialNumber n'a pas le type attendu");
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
    expect(() => derOid(derWhole(hex('06 04 55 1d 80 0f')))).toThrow(refused('oid-form'));
    expect(() => derOid(derWhole(hex('06 02 80 01')))).toThrow(refused('oid-form'));
  });

  it.each([
    ['06 01 00', '0.0'],
    ['06 01 27', '0.39'],
    ['06 01 28', '1.0'],
    ['06 01 4f', '1.39'],
    ['06 01 50', '2.0'],
    // X.690, section 8.19.5: the two first arcs of { 2 999 3 } are one number of two bytes.
    ['06 03 88 37 03', '2.999.3'],
    ['06 06 2a 86 48 86 f7 0d', '1.2.840.113549'],
  ])('reads the OID %s', (text, dotted) => {
    expect(derOid(derWhole(hex(text)))).toBe(dotted);
  });

  it.each([
    ['06 00', 'oid-truncated'],
    ['06 02 55 9d', 'oid-truncated'],
    ['06 01 80', 'oid-form'],
    [`06 0a ${'ff'.repeat(9)} 01`, 'oid-size'],
  ])('refuses the OID %s', (text, reason) => {
    expect(() => derOid(derWhole(hex(text)))).toThrow(refused(reason));
  });

  it.each([
    ['0c 03 c3 a9 41', 'éA'],
    ['1e 04 00 e9 00 41', 'éA'],
    ['14 02 e9 41', 'éA'],
    ['13 02 41 42', 'AB'],
    ['16 02 41 42', 'AB'],
    ['12 02 31 32', '12'],
    ['0c 01 e9', null],
    ['1e 01 00', null],
    ['04 02 41 42', null],
  ])('reads the string %s by its tag', (text, value) => {
    expect(derString(derWhole(hex(text)))).toBe(value);
  });

  it.each([
    ['02 01 7f', 127],
    ['02 01 ff', -1],
    ['02 04 7f ff ff ff', 2_147_483_647],
    ['02 05 01 00 00 00 00', null],
    ['02 00', null],
    ['04 01 01', null],
  ])('reads the small integer %s', (text, value) => {
    expect(derSmallInteger(derWhole(hex(text)))).toBe(value);
  });

  it.each([
    ['17 0d', '491231235959Z', '2049-12-31T23:59:59.000Z'],
    ['17 0d', '500101000000Z', '1950-01-01T00:00:00.000Z'],
    ['18 0f', '20500101000000Z', '2050-01-01T00:00:00.000Z'],
    ['18 0f', '20240229120000Z', '2024-02-29T12:00:00.000Z'],
  ])('reads the date %s %s', (head, date, iso) => {
    expect(new Date(derTime(derWhole(Buffer.concat([hex(head), Buffer.from(date)])))).toISOString()).toBe(iso);
  });

  it.each([
    ['17 0b', '2601010000Z'],
    ['17 0d', '2601010000+01'],
    ['17 0f', '20260101000000Z'],
    ['18 0d', '260101000000Z'],
    ['16 0d', '260101000000Z'],
    ['16 0f', '20260101000000Z'],
  ])('refuses the form of date %s %s', (head, date) => {
    expect(() => derTime(derWhole(Buffer.concat([hex(head), Buffer.from(date)])))).toThrow(refused('date-form'));
  });

  it.each(['260230000000Z', '261301000000Z', '260101240000Z', '260101006000Z', '260101000060Z'])(
    'refuses the date %s',
    (date) => {
      expect(() => derTime(derWhole(Buffer.concat([hex('17 0d'), Buffer.from(date)])))).toThrow(
        refused('date-impossible'),
      );
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
