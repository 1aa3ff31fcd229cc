import { createHash, randomBytes } from 'node:crypto';
import { derChildren, derExpect, derOid, derTime, derWhole, type Der } from './der.ts';
import { signedBy } from './signed-data.ts';
import { validityFault } from './validity.ts';
import { nativeOf, readCertificate, type Certificate } from './x509.ts';

/** An OCSP answer that was found good. */
export interface CheckedOcsp {
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revokedAt: number | null;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
}

const sha1 = (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest();

/** A DER length of at most two bytes: a request is short. */
function lengthBytes(size: number): number[] {
  if (size < 0x80) return [size];
  return size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
}

function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.of(tag, ...lengthBytes(content.length)), content]);
}

const sha1Algorithm = Buffer.from('300906052b0e03021a0500', 'hex');
const nonceOid = Buffer.from('06092b0601050507300102', 'hex');

/** The key bits of the issuer, as CertID hashes them. */
function keyBits(issuer: Certificate): Uint8Array {
  const spki = nativeOf(issuer).publicKey.export({ format: 'der', type: 'spki' });
  const [, bits] = derChildren(derWhole(spki));
  return derExpect(bits, 0x03, 'clé').content.subarray(1);
}

function certId(certificate: Certificate, issuer: Certificate): Uint8Array {
  // SHA-1 is the name of the issuer here, not a protection (RFC 6960, section 4.1.1).
  return tlv(
    0x30,
    sha1Algorithm,
    tlv(0x04, sha1(issuer.subjectRaw)),
    tlv(0x04, sha1(keyBits(issuer))),
    tlv(0x02, Buffer.from(certificate.serialNumber, 'hex')),
  );
}

/** A request about one certificate, with a fresh nonce. */
export function ocspRequest(
  certificate: Certificate,
  issuer: Certificate,
): { readonly bytes: Uint8Array; readonly nonce: Uint8Array } {
  const nonce = tlv(0x04, randomBytes(16));
  const extension = tlv(0x30, nonceOid, tlv(0x04, nonce));
  const bytes = tlv(
    0x30,
    tlv(0x30, tlv(0x30, tlv(0x30, certId(certificate, issuer))), tlv(0xa2, tlv(0x30, extension))),
  );
  return { bytes, nonce };
}

/** The algorithm may be written with or without its empty parameter: the parts are compared. */
function sameCertId(left: Der, right: Der): boolean {
  const [a, b] = [derChildren(left), derChildren(right)];
  const algorithm = ([node]: readonly Der[]): string =>
    derOid(derExpect(node && derChildren(node)[0], 0x06, 'AlgorithmIdentifier'));
  return (
    a.length === 4 &&
    algorithm(a) === algorithm(b) &&
    a.slice(1).every((part, index) => Buffer.compare(part.raw, b[index + 1]?.raw ?? new Uint8Array()) === 0)
  );
}

const ocspSigning = '1.3.6.1.5.5.7.3.9';

/**
 * Who may sign the answer: the issuer itself, or a certificate that the issuer made for this (RFC
 * 6960, 4.2.2.2).
 */
function signers(certificates: Der | undefined, issuer: Certificate, now: number): Certificate[] {
  if (!certificates) return [issuer];

  const items = derChildren(derExpect(derChildren(certificates)[0], 0x30, 'certs')).slice(0, 4);
  const delegates = items
    .map(({ raw }) => readCertificate(raw))
    .filter((delegate) => isDelegate(delegate, issuer, now));
  return [issuer, ...delegates];
}

/** Whether the issuer made this certificate for signing OCSP answers, and it is valid now. */
function isDelegate(certificate: Certificate, issuer: Certificate, now: number): boolean {
  if (!certificate.extendedKeyUsage?.includes(ocspSigning) || validityFault(certificate, now)) return false;

  const [native, authority] = [nativeOf(certificate), nativeOf(issuer)];
  return native.checkIssued(authority) && native.verify(authority.publicKey);
}

/** CertStatus is a choice of three tags (RFC 6960, section 4.2.1). */
function statusOf({ tag }: Der): CheckedOcsp['status'] {
  if (tag === 0x80) return 'good';
  return tag === 0xa1 ? 'revoked' : 'unknown';
}

function nonceOf(extensions: Der | undefined): Uint8Array | null {
  if (!extensions) return null;
  for (const extension of derChildren(derExpect(derChildren(extensions)[0], 0x30, 'Extensions'))) {
    const [oid, ...rest] = derChildren(extension);
    if (oid && derOid(oid) === '1.3.6.1.5.5.7.48.1.2') return derExpect(rest.at(-1), 0x04, 'nonce').content;
  }
  return null;
}

/** The parts of a successful basic answer (RFC 6960, section 4.2.1); `null` for any other. */
function readBasic(bytes: Uint8Array): {
  readonly body: Der;
  readonly algorithm: Der;
  readonly signature: Der;
  readonly certificates: Der | undefined;
} | null {
  const [status, wrapped] = derChildren(derExpect(derWhole(bytes), 0x30, 'OCSPResponse'));
  if (status?.content[0] !== 0 || !wrapped) return null;

  const [type, octets] = derChildren(derExpect(derChildren(wrapped)[0], 0x30, 'responseBytes'));
  if (!type || derOid(type) !== '1.3.6.1.5.5.7.48.1.1') return null;

  const basic = derExpect(derWhole(derExpect(octets, 0x04, 'réponse').content), 0x30, 'BasicOCSPResponse');
  const [body, algorithm, signature, certificates] = derChildren(basic);
  return body && algorithm && signature ? { body, algorithm, signature, certificates } : null;
}

/** One answer, when it is about the certificate that was asked about. */
function readSingle(single: Der, wanted: Der): CheckedOcsp | null {
  const [id, state, thisUpdate, next] = derChildren(single);
  if (!id || !state || !thisUpdate || !sameCertId(id, wanted)) return null;

  const status = statusOf(state);
  const revoked = status === 'revoked' ? derChildren(state)[0] : undefined;
  const nextTime = next?.tag === 0xa0 ? derChildren(next)[0] : undefined;
  return {
    status,
    revokedAt: revoked ? derTime(revoked) : null,
    thisUpdate: derTime(thisUpdate),
    nextUpdate: nextTime ? derTime(nextTime) : null,
  };
}

/**
 * Reads an answer about a certificate; `null` when it is not successful, not signed by whom it must
 * be, about another certificate, or carries another nonce than the one asked with. Responders may
 * leave the nonce out: the dates then protect against an old answer.
 *
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID` when the bytes are no OCSP answer.
 * @see RFC 6960, sections 3.2 and 4.2
 */
export function readOcsp(
  bytes: Uint8Array,
  certificate: Certificate,
  issuer: Certificate,
  nonce: Uint8Array,
  now: number,
): CheckedOcsp | null {
  const basic = readBasic(bytes);
  if (!basic) return null;

  const { body, algorithm, signature, certificates } = basic;
  if (!signers(certificates, issuer, now).some((signer) => signedBy(body, algorithm, signature, signer))) return null;

  // responderID, producedAt, responses, responseExtensions, after an optional version.
  const fields = derChildren(body);
  if (fields[0]?.tag === 0xa0) fields.shift();
  const [, , responses, extensions] = fields;
  const answered = nonceOf(extensions);
  if (answered && Buffer.compare(answered, nonce) !== 0) return null;

  const wanted = derWhole(certId(certificate, issuer));
  for (const single of responses ? derChildren(responses) : []) {
    const checked = readSingle(single, wanted);
    if (checked) return checked;
  }
  return null;
}
