import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkRevocation, type RevocationStatus } from '../../src/auth/index.ts';
import { readCertificate } from '../../src/auth/certificates/x509.ts';
import { derChildren, derWhole } from '../../src/auth/certificates/der.ts';
import {
  authority,
  issueCertificate,
  keyUsage,
  type Extension,
  type Issuer,
  type Name,
} from '../../src/testing/pki/certificate.ts';
import { bits, explicit, integer, octets, oid, sequence, time, tlv, yes } from '../../src/testing/pki/der-writer.ts';
import { fixedRuntime, testNow } from './vihf-fixtures.ts';

const hour = 3_600_000;
const day = 24 * hour;
const name: Name = [[['2.5.4.3', 'AC FICTIVE']]];
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const issuer: Issuer = { name, key: keys.privateKey, publicKey: keys.publicKey };

const certificate = (subject: Name, extensions: readonly Extension[]): Uint8Array =>
  issueCertificate(
    { subject, publicKey: keys.publicKey, notBefore: testNow - 400 * day, notAfter: testNow + 400 * day, extensions },
    issuer,
  );

const listing = certificate(name, [authority(), keyUsage('keyCertSign', 'cRLSign')]);
const notListing = certificate(name, [authority(), keyUsage('keyCertSign')]);
const withoutUsage = certificate(name, [authority()]);
const ocspAddress: Extension = {
  oid: '1.3.6.1.5.5.7.1.1',
  value: sequence(sequence(oid('1.3.6.1.5.5.7.48.1'), tlv(0x86, Buffer.from('http://ocsp.example/')))),
};
const leaf = certificate([[['2.5.4.3', 'PORTEUR']]], [keyUsage('digitalSignature'), ocspAddress]);

const ecdsaSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const signed = (body: Uint8Array): Uint8Array =>
  sequence(body, ecdsaSha256, bits(sign('sha256', body, keys.privateKey)));

interface CrlChanges {
  readonly thisUpdate?: number;
  readonly nextUpdate?: number | null;
  readonly revoked?: boolean;
  readonly extensions?: readonly Uint8Array[];
}

function crl({ thisUpdate = testNow - hour, nextUpdate = testNow + day, revoked, extensions = [] }: CrlChanges = {}) {
  const entry = sequence(integer(Buffer.from(readCertificate(leaf).serialNumber, 'hex')), time(testNow - 2 * hour));
  return signed(
    sequence(
      integer(1),
      ecdsaSha256,
      readCertificate(listing).subjectRaw,
      time(thisUpdate),
      ...(nextUpdate === null ? [] : [time(nextUpdate)]),
      ...(revoked ? [sequence(entry)] : []),
      ...(extensions.length === 0 ? [] : [explicit(0, sequence(...extensions))]),
    ),
  );
}

const extension = (id: string, critical: boolean, value = integer(1)): Uint8Array =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value));

const never = (): never => {
  throw new Error('offline');
};

const byList = (bytes: Uint8Array, by = listing, options: object = {}): Promise<RevocationStatus> =>
  checkRevocation(leaf, by, { fetcher: never, methods: ['crl'], crls: [bytes], runtime: fixedRuntime(), ...options });

const unusable = { status: 'unknown', source: null, failures: [{ url: 'given', reason: 'not-usable' }] };
const stale = { status: 'unknown', source: null, failures: [{ url: 'given', reason: 'stale' }] };

describe('a certificate revocation list (CRL)', () => {
  it('says good of what it does not hold, revoked of what it does', async () => {
    expect(await byList(crl())).toMatchObject({ status: 'good', source: 'crl', nextUpdate: testNow + day });
    expect(await byList(crl({ revoked: true }))).toMatchObject({ status: 'revoked', revokedAt: testNow - 2 * hour });
  });

  it('may carry an extension that is not critical', async () => {
    const number = extension('2.5.29.20', false);
    expect(await byList(crl({ extensions: [number] }))).toMatchObject({ status: 'good' });
  });

  it.each<[string, ...Uint8Array[]]>([
    ['an unknown critical extension', extension('1.2.3.4', true)],
    ['an unknown critical extension behind a known one', extension('1.2.3.4', true), extension('2.5.29.20', false)],
    ['a delta list', extension('2.5.29.27', true)],
    ['a delta list that is not marked critical', extension('2.5.29.27', false)],
    ['a list of one distribution point', extension('2.5.29.28', true, sequence())],
    ['a list of one distribution point that is not marked critical', extension('2.5.29.28', false, sequence())],
  ])('is not believed when it is partial or not understood: %s', async (_, ...extensions) => {
    for (const order of [extensions, [...extensions].reverse()]) {
      expect(await byList(crl({ extensions: order }))).toMatchObject(unusable);
    }
  });

  it('is not believed when its signer may not sign lists', async () => {
    expect(await byList(crl(), notListing)).toMatchObject(unusable);
    expect(await byList(crl({ revoked: true }), notListing)).toMatchObject(unusable);
    // A key usage that is absent forbids nothing.
    expect(await byList(crl(), withoutUsage)).toMatchObject({ status: 'good' });
  });

  it('is not believed when it comes from the future', async () => {
    const late = { nextUpdate: testNow + 10 * day };
    expect(await byList(crl({ ...late, thisUpdate: testNow + 60_000 }))).toMatchObject({ status: 'good' });
    expect(await byList(crl({ ...late, thisUpdate: testNow + 61_000 }))).toMatchObject(stale);
    expect(await byList(crl({ ...late, thisUpdate: testNow + 61_000, revoked: true }))).toMatchObject(stale);
    expect(await byList(crl({ ...late, thisUpdate: testNow + 61_000 }), listing, { skewMs: 120_000 })).toMatchObject({
      status: 'good',
    });
  });

  it('is believed for a day when it does not say until when', async () => {
    const open = (age: number): Uint8Array => crl({ nextUpdate: null, thisUpdate: testNow - age });
    expect(await byList(open(day))).toMatchObject({ status: 'good', nextUpdate: null });
    expect(await byList(open(day + 61_000))).toMatchObject(stale);
    expect(await byList(open(3 * 365 * day))).toMatchObject(stale);
    expect(await byList(open(3 * day), listing, { maxAgeMs: 4 * day })).toMatchObject({ status: 'good' });
    for (const maxAgeMs of [Number.NaN, -1, Infinity, '1']) {
      await expect(byList(open(day), listing, { maxAgeMs })).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    }
  });

  it('is not believed once its next update is past', async () => {
    expect(await byList(crl({ nextUpdate: testNow - 59_000 }))).toMatchObject({ status: 'good' });
    expect(await byList(crl({ nextUpdate: testNow - 60_000 }))).toMatchObject(stale);
  });
});

describe('an OCSP answer', () => {
  const generalized = (epochMs: number): Uint8Array =>
    tlv(0x18, Buffer.from(`${new Date(epochMs).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')}Z`));

  /** An answer about the certificate that the request names, signed by the authority. */
  const answer = (request: Uint8Array, thisUpdate: number, nextUpdate: number | null): Uint8Array => {
    const child = (bytes: Uint8Array): Uint8Array => derChildren(derWhole(bytes))[0]!.raw;
    const certId = child(child(child(child(request))));
    const next = nextUpdate === null ? [] : [explicit(0, generalized(nextUpdate))];
    const responder = tlv(0xa2, octets(createHash('sha1').update('x').digest()));
    const single = sequence(certId, tlv(0x80), generalized(thisUpdate), ...next);
    const basic = signed(sequence(responder, generalized(thisUpdate), sequence(single)));
    return sequence(tlv(0x0a, Uint8Array.of(0)), explicit(0, sequence(oid('1.3.6.1.5.5.7.48.1.1'), octets(basic))));
  };
  const ask = (thisUpdate: number, nextUpdate: number | null, options: object = {}): Promise<RevocationStatus> =>
    checkRevocation(leaf, listing, {
      fetcher: async ({ body }) => answer(body!, thisUpdate, nextUpdate),
      methods: ['ocsp'],
      runtime: fixedRuntime(),
      ...options,
    });
  const old = { status: 'unknown', source: null, failures: [{ url: 'http://ocsp.example/', reason: 'stale' }] };

  it('is not believed when it comes from the future', async () => {
    expect(await ask(testNow + 60_000, testNow + day)).toMatchObject({ status: 'good', source: 'ocsp' });
    expect(await ask(testNow + 61_000, testNow + day)).toMatchObject(old);
  });

  it('is believed for a day when it does not say until when', async () => {
    expect(await ask(testNow - day, null)).toMatchObject({ status: 'good', nextUpdate: null });
    expect(await ask(testNow - 3 * 365 * day, null)).toMatchObject(old);
    expect(await ask(testNow - 2 * day, null, { maxAgeMs: 3 * day })).toMatchObject({ status: 'good' });
  });
});
