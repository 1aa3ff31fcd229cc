import { sign } from 'node:crypto';

import { readCertificate } from '../../src/auth/certificates/x509.ts';
import { nameDer, type Issuer, type Name } from '../../src/testing/pki/certificate.ts';
import { bits, explicit, integer, oid, sequence, time } from '../../src/testing/pki/der-writer.ts';

/** ECDSA with SHA-256, without parameters (RFC 5758, section 3.2). */
export const ecdsaSha256 = sequence(oid('1.2.840.10045.4.3.2'));

export interface ListEntry {
  /** DER of the certificate. */
  readonly of: Uint8Array;
  readonly extensions?: readonly Uint8Array[];
}

export interface ListContent {
  readonly issuerName?: Name;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  readonly revokedAt: number;
  readonly entries?: readonly ListEntry[];
  readonly extensions?: readonly Uint8Array[];
}

/** A list of revoked certificates in DER, by an authority with an elliptic key. */
export function revocationList({ name, key }: Issuer, content: ListContent): Uint8Array {
  const { issuerName = name, thisUpdate, nextUpdate, revokedAt, entries = [], extensions = [] } = content;
  const entry = ({ of, extensions: own = [] }: ListEntry): Uint8Array => {
    const serial = integer(Buffer.from(readCertificate(of).serialNumber, 'hex'));
    return sequence(serial, time(revokedAt), ...(own.length === 0 ? [] : [sequence(...own)]));
  };

  const body = sequence(
    integer(1),
    ecdsaSha256,
    nameDer(issuerName),
    time(thisUpdate),
    ...(nextUpdate === null ? [] : [time(nextUpdate)]),
    ...(entries.length === 0 ? [] : [sequence(...entries.map(entry))]),
    ...(extensions.length === 0 ? [] : [explicit(0, sequence(...extensions))]),
  );
  return sequence(body, ecdsaSha256, bits(sign('sha256', body, key)));
}
