import { createHash, X509Certificate } from 'node:crypto';
import {
  derBoolean,
  derChildren,
  derError,
  derExpect,
  derOid,
  derString,
  derTime,
  derWhole,
  derSmallInteger,
  type Der,
} from './der.ts';
import { readName, type DistinguishedName } from './dn.ts';

/** Key usages of RFC 5280, section 4.2.1.3. @group Certificates */
export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

const usageNames: readonly KeyUsage[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

/** One extension, as it stands in the certificate. @group Certificates */
export interface CertificateExtension {
  readonly critical: boolean;
  /** Content of the OCTET STRING. */
  readonly value: Uint8Array;
}

/** What a certificate says, read from its DER. @group Certificates */
export interface Certificate {
  readonly der: Uint8Array;
  /** SHA-256 of the DER, in lower-case hexadecimal. */
  readonly fingerprint: string;
  /** In lower-case hexadecimal, sign byte included. */
  readonly serialNumber: string;
  readonly subject: DistinguishedName;
  /** DER of the subject. */
  readonly subjectRaw: Uint8Array;
  readonly issuer: DistinguishedName;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** OID of the algorithm it was signed with. */
  readonly signatureAlgorithm: string;
  readonly key: { readonly type: string; readonly bits: number | null };
  /** `null` when the extension is absent. */
  readonly keyUsage: readonly KeyUsage[] | null;
  /** OIDs; `null` when the extension is absent. */
  readonly extendedKeyUsage: readonly string[] | null;
  readonly isAuthority: boolean;
  readonly pathLength: number | null;
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  /** By OID. */
  readonly extensions: ReadonlyMap<string, CertificateExtension>;
}

const known = new WeakMap<Uint8Array, { readonly copy: Uint8Array; readonly certificate: Certificate }>();
const natives = new WeakMap<Certificate, X509Certificate>();

/** The platform's object of a read certificate. */
export function nativeOf(certificate: Certificate): X509Certificate {
  let native = natives.get(certificate);
  if (!native) natives.set(certificate, (native = new X509Certificate(certificate.der)));
  return native;
}

function readExtensions(node: Der | undefined): Map<string, CertificateExtension> {
  const out = new Map<string, CertificateExtension>();
  if (!node) return out;
  for (const item of derChildren(derExpect(derChildren(node)[0], 0x30, 'Extensions'))) {
    const parts = derChildren(derExpect(item, 0x30, 'Extension'));
    const oid = derOid(derExpect(parts[0], 0x06, 'OBJECT-IDENTIFIER'));
    const critical = parts[1]?.tag === 0x01 && derBoolean(parts[1]);
    if (parts.length !== (parts[1]?.tag === 0x01 ? 3 : 2)) throw derError('extension-form');
    const value = derExpect(parts.at(-1), 0x04, 'extnValue').content;
    if (out.has(oid)) throw derError('extension-twice');
    out.set(oid, { critical, value });
  }
  return out;
}

function readKeyUsage(value: Uint8Array | undefined): KeyUsage[] | null {
  if (!value) return null;
  const bits = derExpect(derWhole(value), 0x03, 'keyUsage').content;
  return usageNames.filter((_, index) => ((bits[1 + (index >> 3)] ?? 0) & (0x80 >> (index & 7))) !== 0);
}

/**
 * The `uniformResourceIdentifier` names ([6]) below, at the few levels where RFC 5280 puts them.
 */
function urlsIn(node: Der, depth = 6): string[] {
  if (node.tag === 0x86) return [Buffer.from(node.content).toString('latin1')];
  return (node.tag & 0x20) !== 0 && depth > 0 ? derChildren(node).flatMap((child) => urlsIn(child, depth - 1)) : [];
}

function ocspUrls(value: Uint8Array | undefined): string[] {
  if (!value) return [];
  return derChildren(derWhole(value)).flatMap((access) => {
    const [method, location] = derChildren(access);
    return method?.tag === 0x06 && derOid(method) === '1.3.6.1.5.5.7.48.1' && location ? urlsIn(location) : [];
  });
}

/** The size of a curve is in its name: `prime256v1`, `secp384r1`, `brainpoolP512r1`. */
function curveBits(name: string | undefined): number | null {
  const size = /\d{3}/.exec(name ?? '')?.[0];
  return size === undefined ? null : Number(size);
}

function readNative(der: Uint8Array): { native: X509Certificate; key: Certificate['key'] } {
  try {
    const native = new X509Certificate(der);
    const { asymmetricKeyType, asymmetricKeyDetails } = native.publicKey;
    const bits = asymmetricKeyDetails?.modulusLength ?? curveBits(asymmetricKeyDetails?.namedCurve);
    return { native, key: { type: asymmetricKeyType ?? 'unknown', bits } };
  } catch {
    throw derError('not-a-certificate');
  }
}

/** The fields of the signed part of a certificate (RFC 5280, section 4.1). */
function readFields(der: Uint8Array): {
  readonly serial: Der;
  readonly algorithm: Der;
  readonly issuer: Der;
  readonly validity: Der;
  readonly subject: Der;
  readonly extensions: Der | undefined;
} {
  const outer = derExpect(derWhole(der), 0x30, 'Certificate');
  const [body, outerAlgorithm, signature, ...more] = derChildren(outer);
  if (signature?.tag !== 0x03 || more.length > 0) throw derError('parts');

  // The version comes first, and only when it is not the first one.
  const fields = derChildren(derExpect(body, 0x30, 'tbsCertificate'));
  if (fields[0]?.tag === 0xa0) fields.shift();
  const [serial, algorithm, issuer, validity, subject] = fields;
  if (!serial || !issuer || !validity || !subject) throw derError('missing-field');

  // The algorithm is written twice and only one of them is signed (RFC 5280, section 4.1.1.2).
  if (!algorithm || !outerAlgorithm || Buffer.compare(algorithm.raw, outerAlgorithm.raw) !== 0) {
    throw derError('algorithms-differ');
  }
  return { serial, algorithm, issuer, validity, subject, extensions: fields.find(({ tag }) => tag === 0xa3) };
}

type ExtensionFacts = Pick<
  Certificate,
  'keyUsage' | 'extendedKeyUsage' | 'isAuthority' | 'pathLength' | 'crlUrls' | 'ocspUrls'
>;

/** What the extensions say of the use of a certificate and of its revocation. */
function readUses(extensions: Certificate['extensions']): ExtensionFacts {
  const value = (oid: string): Uint8Array | undefined => extensions.get(oid)?.value;
  const constraints = value('2.5.29.19');
  const [authority, pathLength] = constraints ? derChildren(derWhole(constraints)) : [];
  const usage = value('2.5.29.37');
  const crl = value('2.5.29.31');

  return {
    keyUsage: readKeyUsage(value('2.5.29.15')),
    extendedKeyUsage: usage ? derChildren(derWhole(usage)).map(derOid) : null,
    isAuthority: authority?.tag === 0x01 && derBoolean(authority),
    pathLength: pathLength ? derSmallInteger(pathLength) : null,
    crlUrls: crl ? urlsIn(derWhole(crl)) : [],
    ocspUrls: ocspUrls(value('1.3.6.1.5.5.7.1.1')),
  };
}

function parse(der: Uint8Array): Certificate {
  const { native, key } = readNative(der);
  const { serial, algorithm, issuer, validity, subject, extensions: extensionList } = readFields(der);

  const [from, to] = derChildren(validity);
  if (!from || !to) throw derError('no-validity');
  const extensions = readExtensions(extensionList);

  const certificate: Certificate = {
    der,
    fingerprint: createHash('sha256').update(der).digest('hex'),
    serialNumber: Buffer.from(serial.content).toString('hex'),
    subject: readName(subject),
    subjectRaw: subject.raw,
    issuer: readName(issuer),
    notBefore: derTime(from),
    notAfter: derTime(to),
    signatureAlgorithm: derOid(derExpect(derChildren(algorithm)[0], 0x06, 'OBJECT-IDENTIFIER')),
    key,
    ...readUses(extensions),
    extensions,
  };
  natives.set(certificate, native);
  return certificate;
}

/**
 * Reads a certificate. Names and extensions are read from the DER itself: the platform's printed
 * subject loses the multi-valued relative names of a CPS card.
 *
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID` when the bytes are no certificate.
 * @see RFC 5280, section 4
 * @group Certificates
 */
export function readCertificate(der: Uint8Array): Certificate {
  const seen = known.get(der);
  // The bytes are compared: a caller may reuse its buffer for another card.
  if (seen && Buffer.compare(seen.copy, der) === 0) return seen.certificate;

  const copy = Uint8Array.from(der);
  const certificate = parse(copy);
  known.set(der, { copy, certificate });
  return certificate;
}

/** Text of an extension that holds one string. */
export function extensionString(certificate: Certificate, oid: string): string | null {
  const value = certificate.extensions.get(oid)?.value;
  return value ? derString(derWhole(value)) : null;
}
