import { createHash, randomBytes } from 'node:crypto';
import type { BasicOCSPResponse, Extension, SingleResponse } from 'pkijs';
import { derChildren, derError, derExpect, derOcspTime, derWhole, type Der } from './der.ts';
import { isStrongKey } from './key-strength.ts';
import { signedBy } from './signed-data.ts';
import { loadStructures, parseDer, readStructure, type Structures } from './structures.ts';
import { validityFault } from './validity.ts';
import { nativeOf, readCertificate, type Certificate } from './x509.ts';

/*
 * OCSP: what a responder says of one certificate (RFC 6960). An answer is only believed when all of
 * this holds:
 *
 * - it is signed by the issuer, or by a certificate that the issuer made for this (4.2.2.2);
 * - it is about the certificate that was asked about, and says one thing of it (3.2, 1);
 * - it repeats the nonce of the request, or has none and none is required (4.4.1);
 * - neither it nor what it says holds a critical extension that is not understood (4.2.1, 4.4);
 * - it is not dated in the future and not out of date: judged with the lists, in `revocation.ts`.
 */

/** An OCSP answer that was found good. */
export interface CheckedOcsp {
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revokedAt: number | null;
  /** When the answer was signed. */
  readonly producedAt: number;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
}

/** How an answer is judged, beside what was asked. */
export interface OcspRules {
  readonly now: number;
  readonly requireNonce: boolean;
}

/** Longer than any answer about one certificate, with the certificates that come with it. */
const maxBytes = 256 * 1024;

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

const ocspSigning = '1.3.6.1.5.5.7.3.9';
const nonceId = '1.3.6.1.5.5.7.48.1.2';
/** Critical extensions of a responder's certificate that are understood. */
const understood: ReadonlySet<string> = new Set(['2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.32', '2.5.29.37']);

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
  const { keyUsage, extendedKeyUsage, extensions } = certificate;
  if (!extendedKeyUsage?.includes(ocspSigning) || validityFault(certificate, now)) return false;
  if (keyUsage && !keyUsage.includes('digitalSignature') && !keyUsage.includes('nonRepudiation')) return false;
  if ([...extensions].some(([oid, { critical }]) => critical && !understood.has(oid))) return false;
  if (!isStrongKey(certificate)) return false;

  const [native, authority] = [nativeOf(certificate), nativeOf(issuer)];
  return native.checkIssued(authority) && native.verify(authority.publicKey);
}

/** The parts of a successful basic answer (RFC 6960, section 4.2.1); `null` for any other. */
function readBasic(structures: Structures, bytes: Uint8Array) {
  const { pkijs } = structures;
  const outer = parseDer(structures, bytes);
  const { responseStatus, responseBytes } = readStructure(() => new pkijs.OCSPResponse({ schema: outer }));
  if (responseStatus.valueBlock.valueDec !== 0 || responseBytes?.responseType !== '1.3.6.1.5.5.7.48.1.1') return null;

  const octets = new Uint8Array(responseBytes.response.valueBlock.valueHexView);
  const schema = parseDer(structures, octets);
  const basic = readStructure(() => new pkijs.BasicOCSPResponse({ schema }));

  // What is signed is bytes, and the times are read from them.
  const [body, algorithm, signature, certificates] = derChildren(derExpect(derWhole(octets), 0x30, 'basic'));
  return body && algorithm && signature ? { basic, body, algorithm, signature, certificates } : null;
}

/** Whether an extension is critical and not understood: of all, the nonce alone is. */
const isForeign = ({ critical, extnID }: Extension): boolean => critical && extnID !== nonceId;

/**
 * Whether the answer is for the request: its nonce is ours, or it has none and none is required.
 */
function isForRequest(basic: BasicOCSPResponse, nonce: Uint8Array, requireNonce: boolean): boolean {
  const nonces = (basic.tbsResponseData.responseExtensions ?? []).filter(({ extnID }) => extnID === nonceId);
  if (nonces.length === 0) return !requireNonce;
  return nonces.every(({ extnValue }) => Buffer.compare(extnValue.valueBlock.valueHexView, nonce) === 0);
}

/** The four parts of a CertID, as text: its algorithm may be written with or without parameters. */
function certIdKey({ certID }: Pick<SingleResponse, 'certID'>): string {
  const { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber } = certID;
  const parts = [issuerNameHash, issuerKeyHash, serialNumber].map(({ valueBlock }) =>
    Buffer.from(valueBlock.valueHexView).toString('hex'),
  );
  return [hashAlgorithm.algorithmId, ...parts].join();
}

/** CertStatus is a choice of three tags (RFC 6960, section 4.2.1). */
function statusOf({ tag }: Der): CheckedOcsp['status'] {
  if (tag === 0x80) return 'good';
  return tag === 0xa1 ? 'revoked' : 'unknown';
}

/** What one answer says. */
function readSingle(single: Der, producedAt: number): CheckedOcsp | null {
  const [, state, thisUpdate, next] = derChildren(single);
  if (!state || !thisUpdate) return null;

  const status = statusOf(state);
  const revoked = status === 'revoked' ? derChildren(state)[0] : undefined;
  const nextTime = next?.tag === 0xa0 ? derChildren(next)[0] : undefined;
  return {
    status,
    revokedAt: revoked ? derOcspTime(revoked) : null,
    producedAt,
    thisUpdate: derOcspTime(thisUpdate),
    nextUpdate: nextTime ? derOcspTime(nextTime) : null,
  };
}

/** When the answer was signed, and what it says, one certificate after the other. */
function bodyParts(body: Der): { readonly producedAt: number; readonly singles: readonly Der[] } {
  const fields = derChildren(body);
  const [, producedAt, responses] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
  const singles = derChildren(derExpect(responses, 0x30, 'responses'));
  return { producedAt: derOcspTime(derExpect(producedAt, 0x18, 'producedAt')), singles };
}

/** What is said of the certificate that was asked about; `null` when nothing, or not one thing. */
function answerAbout(
  structures: Structures,
  { basic, body }: { readonly basic: BasicOCSPResponse; readonly body: Der },
  wanted: Uint8Array,
): CheckedOcsp | null {
  const { producedAt, singles } = bodyParts(body);
  const { responses, responseExtensions = [] } = basic.tbsResponseData;
  if (responseExtensions.some(isForeign) || responses.length !== singles.length) return null;

  const schema = parseDer(structures, wanted);
  const key = certIdKey({ certID: readStructure(() => new structures.pkijs.CertID({ schema })) });
  const about = responses.flatMap((response, index) => (certIdKey(response) === key ? [{ response, index }] : []));
  const [only] = about;
  const single = only && singles[only.index];
  if (!single || about.length > 1 || (only.response.singleExtensions ?? []).some(isForeign)) return null;

  const answer = readSingle(single, producedAt);
  if (answer?.nextUpdate != null && answer.nextUpdate < answer.thisUpdate) return null;
  return answer;
}

/**
 * Reads an answer about a certificate; `null` when it is not successful, not signed by whom it must
 * be, about another certificate, carries another nonce than the one asked with, or is not
 * understood. Responders may leave the nonce out: the dates then protect against an old answer.
 *
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID` when the bytes are no OCSP answer.
 * @see RFC 6960, sections 3.2 and 4.2
 */
export async function readOcsp(
  bytes: Uint8Array,
  { certificate, issuer }: { readonly certificate: Certificate; readonly issuer: Certificate },
  nonce: Uint8Array,
  { now, requireNonce }: OcspRules,
): Promise<CheckedOcsp | null> {
  if (bytes.length > maxBytes) throw derError('size');
  const structures = await loadStructures();
  const answer = readBasic(structures, bytes);
  if (!answer) return null;

  const { basic, body, algorithm, signature, certificates } = answer;
  if (!signers(certificates, issuer, now).some((signer) => signedBy(body, algorithm, signature, signer))) return null;
  if (!isForRequest(basic, nonce, requireNonce)) return null;

  return answerAbout(structures, { basic, body }, certId(certificate, issuer));
}
