import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildCertificateChain } from '../../src/auth/index.ts';
import { authority, issueCertificate, keyUsage, type Extension, type Name } from '../../src/testing/pki/certificate.ts';
import { integer, sequence, tlv } from '../../src/testing/pki/der-writer.ts';
import { fixedRuntime, testNow } from './vihf-fixtures.ts';

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const curve = (namedCurve: string): Keys => generateKeyPairSync('ec', { namedCurve });
const strong = curve('P-256');

/** One certificate of a chain: its name, its key, what it may do. */
interface Link {
  readonly name: string;
  readonly keys?: Keys;
  readonly extensions?: readonly Extension[];
}

const nameOf = (name: string): Name => [[['2.5.4.3', name]]];

/** Certificates from the root down to the leaf, each issued by the one before. */
function chainOf(...links: readonly Link[]): Uint8Array[] {
  return links.map(({ name, keys = strong, extensions = [] }, index) => {
    const above = links[index - 1] ?? { name, keys };
    const { privateKey, publicKey } = above.keys ?? strong;
    return issueCertificate(
      {
        subject: nameOf(name),
        publicKey: keys.publicKey,
        notBefore: testNow - 1000,
        notAfter: testNow + 1000,
        extensions,
      },
      { name: nameOf(above.name), key: privateKey, publicKey },
    );
  });
}

function rulesOf(...links: readonly Link[]): string[] {
  const certificates = chainOf(...links);
  const leaf = certificates.pop()!;
  const { findings } = buildCertificateChain(leaf, { anchors: certificates, runtime: fixedRuntime() });
  return findings.map(({ rule, path, found }) => [rule, path, found].filter((part) => part !== null).join(' '));
}

const may = (pathLength?: number): readonly Extension[] => [authority(pathLength), keyUsage('keyCertSign')];
const root: Link = { name: 'RACINE', extensions: may() };
const leaf: Link = { name: 'PORTEUR' };

describe('the length of a path', () => {
  it('counts the authorities between', () => {
    const sub: Link = { name: 'AC 2', extensions: may() };
    expect(rulesOf(root, { name: 'AC 1', extensions: may(0) }, leaf)).toEqual([]);
    expect(rulesOf(root, { name: 'AC 1', extensions: may(1) }, sub, leaf)).toEqual([]);
    expect(rulesOf(root, { name: 'AC 1', extensions: may(0) }, sub, leaf)).toEqual(['CERT-AUTHORITY chain[2]']);
  });

  it('does not count an authority that certifies itself, whatever the letter case of its name', () => {
    const before: Link = { name: 'AC 1', extensions: may(0) };
    for (const name of ['AC 1', 'ac  1']) {
      const renewed: Link = { name, keys: curve('P-256'), extensions: may(0) };
      expect(rulesOf(root, before, renewed, leaf)).toEqual([]);
      expect(rulesOf(root, before, renewed, { name: 'AC 2', extensions: may() }, leaf)).toEqual([
        'CERT-AUTHORITY chain[2]',
        'CERT-AUTHORITY chain[3]',
      ]);
    }
  });

  it('does not count the last certificate, even when its name is that of its issuer', () => {
    expect(rulesOf(root, { name: 'AC 1', extensions: may(0) }, { name: 'AC 1', keys: curve('P-256') })).toEqual([]);
  });
});

describe('the key of an authority', () => {
  const rsa = (modulusLength: number): Keys => generateKeyPairSync('rsa', { modulusLength });

  it.each<[string, Keys]>([
    ['rsa 1024', rsa(1024)],
    ['rsa 2040', rsa(2040)],
    ['ec 224', curve('P-224')],
    ['ec 192', curve('prime192v1')],
  ])('is too short: %s', (found, keys) => {
    expect(rulesOf(root, { name: 'AC', keys, extensions: may() }, leaf)).toEqual([`CERT-KEY chain[1] ${found}`]);
    expect(rulesOf({ ...root, keys }, leaf)).toEqual([`CERT-KEY chain[1] ${found}`]);
  });

  it.each<[string, Keys]>([
    ['rsa 2048', rsa(2048)],
    ['P-384', curve('P-384')],
    ['P-521', curve('P-521')],
    ['brainpool', curve('brainpoolP256r1')],
  ])('is long enough: %s', (_, keys) => {
    expect(rulesOf(root, { name: 'AC', keys, extensions: may() }, leaf)).toEqual([]);
  });
});

describe('a constraint that is not computed', () => {
  const names: Extension = { oid: '2.5.29.30', value: sequence(tlv(0xa0)) };
  const policies: Extension = { oid: '2.5.29.36', value: sequence(tlv(0x80, Uint8Array.of(0))) };

  it.each([
    ['names', names],
    ['policies', policies],
  ])('refuses the authority that has it, critical or not: %s', (_, constraint) => {
    for (const critical of [true, false]) {
      const extensions = [...may(), { ...constraint, critical }];
      expect(rulesOf(root, { name: 'AC', extensions }, leaf)).toEqual([`CERT-CRITICAL chain[1] ${constraint.oid}`]);
      expect(rulesOf({ ...root, extensions }, leaf)).toEqual([`CERT-CRITICAL chain[1] ${constraint.oid}`]);
    }
  });

  it('says nothing in the last certificate, unless it is critical', () => {
    expect(rulesOf(root, { ...leaf, extensions: [names] })).toEqual([]);
    expect(rulesOf(root, { ...leaf, extensions: [{ ...names, critical: true }] })).toHaveLength(1);
  });

  it('refuses what is critical and unknown anywhere', () => {
    const unknown: Extension = { oid: '1.2.3.4', critical: true, value: integer(1) };
    expect(rulesOf(root, { name: 'AC', extensions: [...may(), unknown] }, leaf)).toEqual([
      'CERT-CRITICAL chain[1] 1.2.3.4',
    ]);
  });
});
