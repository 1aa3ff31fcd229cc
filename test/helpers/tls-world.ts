import type { KeyObject } from 'node:crypto';

import { derToPem } from '../../src/auth/certificates/pem.ts';
import { makeAuthorities, type Authorities, type Authority } from '../../src/testing/pki/authority.ts';
import { extendedKeyUsage, issueCertificate, keyUsage } from '../../src/testing/pki/certificate.ts';
import { sequence, tlv } from '../../src/testing/pki/der-writer.ts';
import { ellipticKeyPair, rsaKeyPair } from '../../src/testing/pki/keys.ts';
import { structurePair } from '../../src/testing/pki/pairs.ts';
import type { TestIdentity } from '../../src/testing/index.ts';
import { revocationList, type ListContent } from './revocation-list.ts';

const day = 86_400_000;

/** What a server certificate may have otherwise. */
export interface ServerChanges {
  readonly names?: readonly string[];
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly usage?: 'serverAuth' | 'clientAuth';
  readonly isSelfSigned?: boolean;
  /** By default elliptic. */
  readonly isRsa?: boolean;
}

/** A certificate of a server, with its key, as Node's TLS takes them. */
export interface ServerCertificate {
  readonly der: Uint8Array;
  readonly cert: string;
  readonly key: string;
}

/** Authorities whose keys a test holds: it makes and revokes what it wants. */
export interface TlsWorld {
  readonly authorities: Authorities;
  /** The root, and the authorities of persons and organisations. */
  readonly caPem: string;
  /** By default for `localhost` only, valid now. */
  server(changes?: ServerChanges): ServerCertificate;
  /** The TLS certificate of a structure. */
  client(dates?: { readonly notBefore?: number; readonly notAfter?: number }): TestIdentity;
  /** Lists of the organisations and of the root, in PEM. */
  lists(revoked?: readonly Uint8Array[], changes?: Partial<ListContent>): string;
}

export function tlsWorld(): TlsWorld {
  const now = Date.now();
  const authorities = makeAuthorities(now, true);
  const { root, persons, organisations } = authorities;

  const list = (by: Authority, revoked: readonly Uint8Array[], changes: Partial<ListContent>): string =>
    derToPem(
      revocationList(by, {
        thisUpdate: now - day,
        nextUpdate: now + day,
        revokedAt: now - day,
        entries: revoked.map((of) => ({ of })),
        ...changes,
      }),
    ).replaceAll('CERTIFICATE', 'X509 CRL');

  return {
    authorities,
    caPem: [root, persons, organisations].map(({ der }) => derToPem(der)).join(''),
    server: (changes = {}) => serverCertificate(authorities, now, changes),
    client: (dates = {}) => structurePair(authorities, dates).authentication,
    lists: (revoked = [], changes = {}) => list(organisations, revoked, changes) + list(root, revoked, changes),
  };
}

function serverCertificate({ organisations }: Authorities, now: number, changes: ServerChanges): ServerCertificate {
  const { names = ['localhost'], notBefore = now - day, notAfter = now + day, usage = 'serverAuth' } = changes;
  const { publicKey, privateKey } = changes.isRsa === true ? rsaKeyPair() : ellipticKeyPair();
  const name = [[['2.5.4.3', names[0] ?? ''] as const]];
  const issuer = changes.isSelfSigned === true ? { name, key: privateKey, publicKey } : organisations;

  const der = issueCertificate(
    {
      subject: name,
      publicKey,
      notBefore,
      notAfter,
      extensions: [
        keyUsage('digitalSignature'),
        extendedKeyUsage(usage),
        { oid: '2.5.29.17', value: sequence(...names.map((host) => tlv(0x82, Buffer.from(host)))) },
      ],
    },
    issuer,
  );
  return { der, cert: derToPem(der) + derToPem(organisations.der), key: pemOf(privateKey) };
}

const pemOf = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }) as string;
