import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { checkRevocation, type RevocationStatus } from '../../src/auth/index.ts';
import { derChildren, derWhole } from '../../src/auth/certificates/der.ts';
import {
  authority,
  issueCertificate,
  keyUsage,
  type Extension,
  type Issuer,
  type Name,
} from '../../src/testing/pki/certificate.ts';
import { bits, explicit, integer, octets, oid, sequence, tlv, yes } from '../../src/testing/pki/der-writer.ts';
import { ecdsaSha256, revocationList, type ListContent } from '../helpers/revocation-list.ts';
import { fixedRuntime, testNow } from './vihf-fixtures.ts';

export const hour = 3_600_000;
export const day = 24 * hour;

/** The authority of these tests, and what it issues. */
export const name: Name = [[['2.5.4.10', 'Essais']], [['2.5.4.3', 'AC FICTIVE']]];
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const issuer: Issuer = { name, key: keys.privateKey, publicKey: keys.publicKey };
export const uri = (text: string): Uint8Array => tlv(0x86, Buffer.from(text));
export const none = { status: 'unknown', source: null } as const;

export function certificate(
  subject: Name,
  extensions: readonly Extension[],
  publicKey: KeyObject = keys.publicKey,
): Uint8Array {
  const dates = { notBefore: testNow - 400 * day, notAfter: testNow + 400 * day };
  return issueCertificate({ subject, publicKey, extensions, ...dates }, issuer);
}

/** A certificate with the lists at which it may be found, each a DistributionPoint. */
export function leafWith(points: readonly Uint8Array[], more: readonly Extension[] = []): Uint8Array {
  const lists: Extension = { oid: '2.5.29.31', value: sequence(...points) };
  const ocsp: Extension = {
    oid: '1.3.6.1.5.5.7.1.1',
    value: sequence(sequence(oid('1.3.6.1.5.5.7.48.1'), uri('http://ocsp.example/'))),
  };
  return certificate(
    [[['2.5.4.3', 'PORTEUR']]],
    [keyUsage('digitalSignature'), ocsp, ...(points.length === 0 ? [] : [lists]), ...more],
  );
}

export const ca = certificate(name, [authority(), keyUsage('keyCertSign', 'cRLSign')]);
export const leaf = leafWith([]);

const signed = (body: Uint8Array, key: KeyObject = keys.privateKey): Uint8Array =>
  sequence(body, ecdsaSha256, bits(sign('sha256', body, key)));

export const extension = (id: string, critical: boolean, value: Uint8Array): Uint8Array =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value));

export type ListChanges = Partial<Omit<ListContent, 'revokedAt'>>;

/** A list of the authority. */
export function list(changes: ListChanges = {}): Uint8Array {
  const dates = { thisUpdate: testNow - hour, nextUpdate: testNow + day, revokedAt: testNow - 2 * hour };
  return revocationList(issuer, { ...dates, ...changes });
}

export const number = (value: number): Uint8Array => extension('2.5.29.20', false, integer(value));
export const reason = (code: number): Uint8Array => extension('2.5.29.21', false, tlv(0x0a, Uint8Array.of(code)));

export const byLists = (
  crls: readonly Uint8Array[],
  of: Uint8Array = leaf,
  options: object = {},
): Promise<RevocationStatus> =>
  checkRevocation(of, ca, {
    fetcher: () => {
      throw new Error('offline');
    },
    methods: ['crl'],
    crls,
    runtime: fixedRuntime(),
    ...options,
  });

const stamp = (epochMs: number, fraction = ''): Uint8Array =>
  tlv(0x18, Buffer.from(`${new Date(epochMs).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')}${fraction}Z`));

export interface AnswerChanges {
  readonly producedAt?: number;
  readonly thisUpdate?: number;
  readonly nextUpdate?: number | null;
  readonly fraction?: string;
  /** `good`, `revoked`, `unknown`, as many as the answer says of the certificate. */
  readonly says?: readonly Uint8Array[];
  readonly nonce?: 'same' | 'other' | 'none';
  readonly nonceIsCritical?: boolean;
  readonly extensions?: readonly Uint8Array[];
  readonly singleExtensions?: readonly Uint8Array[];
  /** A certificate that comes with the answer, and the key that signs. */
  readonly responder?: { readonly certificate: Uint8Array; readonly key: KeyObject };
}

export const good = tlv(0x80);
export const unknown = tlv(0x82);
export const revoked = tlv(0xa1, stamp(testNow - 2 * hour));

const child = (bytes: Uint8Array, index = 0): Uint8Array => derChildren(derWhole(bytes))[index]!.raw;

/** The nonce of a request, as its extension holds it. */
function nonceOf(request: Uint8Array): Uint8Array {
  const extensions = child(child(child(request), 1));
  return derWhole(child(child(extensions), 1)).content;
}

/** An answer to a request. */
export function answerTo(request: Uint8Array, changes: AnswerChanges = {}): Uint8Array {
  const { thisUpdate = testNow - hour, nextUpdate = testNow + day, fraction = '', says = [good] } = changes;
  const { producedAt = thisUpdate, nonce = 'same', nonceIsCritical = false, responder } = changes;
  const certId = child(child(child(child(request))));

  const single = (status: Uint8Array): Uint8Array =>
    sequence(
      certId,
      status,
      stamp(thisUpdate, fraction),
      ...(nextUpdate === null ? [] : [explicit(0, stamp(nextUpdate, fraction))]),
      ...(changes.singleExtensions ? [explicit(1, sequence(...changes.singleExtensions))] : []),
    );
  const value = nonce === 'same' ? nonceOf(request) : octets(Buffer.alloc(16));
  const extensions = [
    ...(nonce === 'none' ? [] : [extension('1.3.6.1.5.5.7.48.1.2', nonceIsCritical, value)]),
    ...(changes.extensions ?? []),
  ];
  const body = sequence(
    tlv(0xa2, octets(createHash('sha1').update('x').digest())),
    stamp(producedAt, fraction),
    sequence(...says.map(single)),
    ...(extensions.length === 0 ? [] : [explicit(1, sequence(...extensions))]),
  );

  const parts = derChildren(derWhole(signed(body, responder?.key))).map(({ raw }) => raw);
  const basic = sequence(...parts, ...(responder ? [explicit(0, sequence(responder.certificate))] : []));
  return wrap(basic);
}

/** A successful answer around a basic one. */
export const wrap = (basic: Uint8Array): Uint8Array =>
  sequence(tlv(0x0a, Uint8Array.of(0)), explicit(0, sequence(oid('1.3.6.1.5.5.7.48.1.1'), octets(basic))));

export const byAnswer = (
  answer: (request: Uint8Array) => Uint8Array,
  options: object = {},
): Promise<RevocationStatus> =>
  checkRevocation(leaf, ca, {
    fetcher: async ({ body }) => answer(body!),
    methods: ['ocsp'],
    runtime: fixedRuntime(),
    ...options,
  });
