import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { extendedKeyUsage, keyUsage, type Extension } from '../../src/testing/pki/certificate.ts';
import { integer, octets, oid, sequence, tlv } from '../../src/testing/pki/der-writer.ts';
import { testNow } from './vihf-fixtures.ts';
import {
  answerTo,
  byAnswer,
  certificate,
  day,
  extension,
  good,
  hour,
  none,
  revoked,
  unknown,
  wrap,
  type AnswerChanges,
} from './revocation-fixtures.ts';

const ask = (changes: AnswerChanges = {}, options: object = {}): ReturnType<typeof byAnswer> =>
  byAnswer((request) => answerTo(request, changes), options);
const isGood = { status: 'good', source: 'ocsp' };
const because = (reason: string): object => ({ ...none, failures: [{ url: 'http://ocsp.example/', reason }] });

describe('an OCSP answer', () => {
  it('says good, revoked or unknown', async () => {
    expect(await ask()).toMatchObject({ ...isGood, revokedAt: null, nextUpdate: testNow + day });
    expect(await ask({ says: [revoked] })).toMatchObject({ status: 'revoked', revokedAt: testNow - 2 * hour });
    expect(await ask({ says: [unknown] })).toMatchObject({ status: 'unknown', source: 'ocsp' });
  });

  it('says one thing of a certificate', async () => {
    expect(await ask({ says: [good, revoked] })).toMatchObject(because('not-usable'));
    expect(await ask({ says: [revoked, good] })).toMatchObject(because('not-usable'));
    expect(await ask({ says: [] })).toMatchObject(none);
  });

  it('repeats our nonce, or has none unless one is required', async () => {
    expect(await ask({ nonce: 'other' })).toMatchObject(because('not-usable'));
    expect(await ask({ nonce: 'none' })).toMatchObject(isGood);
    expect(await ask({ nonce: 'none' }, { requireNonce: true })).toMatchObject(because('not-usable'));
    expect(await ask({ nonce: 'same' }, { requireNonce: true })).toMatchObject(isGood);
    expect(await ask({ nonce: 'same', nonceIsCritical: true })).toMatchObject(isGood);
    await expect(ask({}, { requireNonce: 'yes' })).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it('is not used with two nonces, one of them ours', async () => {
    const other = extension('1.3.6.1.5.5.7.48.1.2', false, octets(Buffer.alloc(16)));
    expect(await ask({ extensions: [other] })).toMatchObject(because('not-usable'));
  });

  it('is not used with a critical extension that is not understood', async () => {
    const strange = (critical: boolean): Uint8Array => extension('1.2.3.4', critical, integer(1));
    expect(await ask({ extensions: [strange(true)] })).toMatchObject(because('not-usable'));
    expect(await ask({ singleExtensions: [strange(true)] })).toMatchObject(because('not-usable'));
    expect(await ask({ extensions: [strange(false)], singleExtensions: [strange(false)] })).toMatchObject(isGood);
  });

  it('is not used when it was made in the future, whatever it says of its update', async () => {
    expect(await ask({ producedAt: testNow + 61_000 })).toMatchObject(because('stale'));
    expect(await ask({ producedAt: testNow + 60_000 })).toMatchObject(isGood);
    expect(await ask({ thisUpdate: testNow - 2 * hour, nextUpdate: testNow - 3 * hour })).toMatchObject(
      because('not-usable'),
    );
  });

  it('may have times with fractions of a second, in their shortest form', async () => {
    expect(await ask({ fraction: '.25' })).toMatchObject({ ...isGood, nextUpdate: testNow + day });
    for (const fraction of ['.250', '.0', '.', ',5', '.1234567890']) {
      expect(await ask({ fraction })).toMatchObject(because('TE_CERTIFICATE_INVALID'));
    }
  });
});

describe('a responder that the authority named', () => {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const responder = (extensions: readonly Extension[], pair = keys): AnswerChanges => ({
    responder: {
      certificate: certificate([[['2.5.4.3', 'REPONDEUR']]], extensions, pair.publicKey),
      key: pair.privateKey,
    },
  });
  const ocspSigning: Extension = { oid: '2.5.29.37', value: sequence(oid('1.3.6.1.5.5.7.3.9')) };

  it('signs', async () => {
    expect(await ask(responder([ocspSigning]))).toMatchObject(isGood);
    expect(await ask(responder([keyUsage('digitalSignature'), ocspSigning]))).toMatchObject(isGood);
  });

  it.each<[string, Extension[]]>([
    ['is not for it', [keyUsage('digitalSignature')]],
    ['is for something else', [extendedKeyUsage('emailProtection')]],
    ['may not sign', [keyUsage('keyEncipherment'), ocspSigning]],
    ['is not understood', [ocspSigning, { oid: '1.2.3.4', critical: true, value: integer(1) }]],
  ])('does not sign when its certificate %s', async (_, extensions) => {
    expect(await ask(responder(extensions))).toMatchObject(because('not-usable'));
  });

  it('does not sign with a short key', async () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const weak = responder([ocspSigning], short);
    expect((await ask(weak)).status).toBe('unknown');
  });
});

describe('what is no OCSP answer', () => {
  it.each<[string, (request: Uint8Array) => Uint8Array]>([
    ['a quarter of a megabyte and more', () => new Uint8Array(300_000)],
    ['an indefinite length', () => Buffer.from('30800a01000000', 'hex')],
    ['a basic answer that is empty', () => wrap(sequence())],
    ['a basic answer of another shape', () => wrap(sequence(integer(1), integer(2), integer(3)))],
    [
      'an answer in BER',
      (request) => {
        // The length of the outer sequence in one byte more than it needs.
        const der = Buffer.from(answerTo(request));
        return Buffer.concat([Uint8Array.of(0x30, 0x83, 0, der[2]!, der[3]!), der.subarray(4)]);
      },
    ],
    [
      'a constructed string',
      (request) => {
        const [status] = [tlv(0x0a, Uint8Array.of(0))];
        const inner = tlv(0x24, octets(answerTo(request)));
        return sequence(status, tlv(0xa0, sequence(oid('1.3.6.1.5.5.7.48.1.1'), inner)));
      },
    ],
  ])('%s', async (_, answer) => {
    expect(await byAnswer(answer)).toMatchObject(because('TE_CERTIFICATE_INVALID'));
  });

  it('another kind of answer', async () => {
    const other = sequence(
      tlv(0x0a, Uint8Array.of(0)),
      tlv(0xa0, sequence(oid('1.3.6.1.5.5.7.48.1.9'), octets(sequence()))),
    );
    expect(await byAnswer(() => other)).toMatchObject(because('not-usable'));
  });
});
