import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto';
import {
  bits,
  explicit,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  setAsGiven,
  string,
  time,
  yes,
  type StringType,
} from './der-writer.ts';

/** One attribute of a name: OID, value, and the string type it is written in. */
export type NamePart = readonly [oid: string, value: string, type?: StringType];
/** Relative names in DER order; a relative name may hold several attributes. */
export type Name = readonly (readonly NamePart[])[];

export interface Extension {
  readonly oid: string;
  readonly critical?: boolean;
  /** DER of the value. */
  readonly value: Uint8Array;
}

export interface CertificateSpec {
  readonly subject: Name;
  readonly publicKey: KeyObject;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: readonly Extension[];
}

export interface Issuer {
  readonly name: Name;
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
}

/** SHA-256 with the kind of key of the issuer (RFC 4055, section 5; RFC 5758, section 3.2). */
function signatureAlgorithm({ asymmetricKeyType }: KeyObject): Uint8Array {
  return asymmetricKeyType === 'ec'
    ? sequence(oid('1.2.840.10045.4.3.2'))
    : sequence(oid('1.2.840.113549.1.1.11'), nothing);
}

export function nameDer(name: Name): Uint8Array {
  return sequence(
    ...name.map((group) =>
      setAsGiven(
        ...group.map(([type, value, form]) =>
          sequence(oid(type), string(value, form ?? (type === '2.5.4.6' ? 'printable' : 'utf8'))),
        ),
      ),
    ),
  );
}

function keyId(key: KeyObject): Uint8Array {
  return createHash('sha1')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest();
}

/** Signs a certificate (RFC 5280, section 4.1) with SHA-256 and the issuer's RSA or EC key. */
export function issueCertificate(spec: CertificateSpec, issuer: Issuer): Uint8Array {
  const serial = randomBytes(12);
  serial[0] = (serial[0] ?? 0) & 0x3f || 1;
  const extensions: Extension[] = [
    ...spec.extensions,
    { oid: '2.5.29.14', value: octets(keyId(spec.publicKey)) },
    { oid: '2.5.29.35', value: sequence(Buffer.concat([Uint8Array.of(0x80, 20), keyId(issuer.publicKey)])) },
  ];

  const algorithm = signatureAlgorithm(issuer.key);
  const body = sequence(
    explicit(0, integer(2)),
    integer(serial),
    algorithm,
    nameDer(issuer.name),
    sequence(time(spec.notBefore), time(spec.notAfter)),
    nameDer(spec.subject),
    spec.publicKey.export({ format: 'der', type: 'spki' }),
    explicit(
      3,
      sequence(
        ...extensions.map(({ oid: id, critical, value }) =>
          sequence(oid(id), ...(critical ? [yes] : []), octets(value)),
        ),
      ),
    ),
  );

  return sequence(body, algorithm, bits(sign('sha256', body, issuer.key)));
}

/** Bits of keyUsage by position (RFC 5280, section 4.2.1.3). */
const usageBit = { digitalSignature: 0, nonRepudiation: 1, keyEncipherment: 2, keyCertSign: 5, cRLSign: 6 } as const;

export function keyUsage(...names: readonly (keyof typeof usageBit)[]): Extension {
  let byte = 0;
  for (const name of names) byte |= 0x80 >> usageBit[name];
  let unused = 0;
  while (((byte >> unused) & 1) === 0) unused += 1;
  return { oid: '2.5.29.15', critical: true, value: bits(Uint8Array.of(byte), unused) };
}

const purposes = {
  emailProtection: '1.3.6.1.5.5.7.3.4',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

export function extendedKeyUsage(...names: readonly (keyof typeof purposes)[]): Extension {
  return { oid: '2.5.29.37', value: sequence(...names.map((name) => oid(purposes[name]))) };
}

export function authority(pathLength?: number): Extension {
  return {
    oid: '2.5.29.19',
    critical: true,
    value: sequence(yes, ...(pathLength === undefined ? [] : [integer(pathLength)])),
  };
}
