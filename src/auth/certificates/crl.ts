import { derAt, derBoolean, derChildren, derExpect, derOid, derTime, derWhole, type Der } from './der.ts';
import { signedBy } from './signed-data.ts';
import type { Certificate } from './x509.ts';

/*
 * CRL: the list in which an authority publishes the certificates it has revoked (RFC 5280, section
 * 5). A list is only believed when all of this holds:
 *
 * - it is issued under the name of the certificate's issuer and signed with its key (5.1.2.3,
 *   5.1.1.3);
 * - that key may sign lists: `cRLSign` in its key usage (4.2.1.3);
 * - it is complete: no delta CRL (5.2.4), no list of one distribution point alone (5.2.5);
 * - it holds no critical extension that is not understood (5.2);
 * - it is not dated in the future and not out of date (5.1.2.4, 5.1.2.5): judged with the OCSP
 *   answers, in `revocation.ts`.
 *
 * A list that fails one of these says nothing, which is never "not revoked".
 */

/** What a CRL says about one certificate. */
export interface RevocationEntry {
  readonly revokedAt: number;
}

/** A CRL that was found good. */
export interface CheckedCrl {
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  /** `null` when the certificate is not in the list. */
  readonly entry: RevocationEntry | null;
}

/** The parts of a CRL that are used, in their DER. */
interface CrlParts {
  readonly body: Der;
  readonly algorithm: Der;
  readonly signature: Der;
  readonly issuer: Der;
  readonly thisUpdate: Der;
  readonly nextUpdate: Der | null;
  readonly entries: Der | null;
  readonly extensions: Der | null;
}

const isTime = (node: Der | undefined): node is Der => node?.tag === 0x17 || node?.tag === 0x18;

/**
 * Extensions of a list that covers only a part: delta CRL indicator, issuing distribution point.
 */
const partialExtensions: ReadonlySet<string> = new Set(['2.5.29.27', '2.5.29.28']);

function readParts(bytes: Uint8Array): CrlParts | null {
  const [body, algorithm, signature] = derChildren(derExpect(derWhole(bytes), 0x30, 'CertificateList'));
  const fields = derChildren(derExpect(body, 0x30, 'tbsCertList'));
  if (fields[0]?.tag === 0x02) fields.shift();

  const [inner, issuer, thisUpdate, ...rest] = fields;
  if (!body || !algorithm || !signature || !inner || !issuer || !isTime(thisUpdate)) return null;
  // The algorithm is written twice and only one of them is signed (RFC 5280, section 5.1.1.2).
  if (Buffer.compare(inner.raw, algorithm.raw) !== 0) return null;

  const nextUpdate = isTime(rest[0]) ? rest.shift() : null;
  const entries = rest[0]?.tag === 0x30 ? rest.shift() : null;
  const extensions = rest.find(({ tag }) => tag === 0xa0);
  return {
    body,
    algorithm,
    signature,
    issuer,
    thisUpdate,
    nextUpdate: nextUpdate ?? null,
    entries: entries ?? null,
    extensions: extensions ?? null,
  };
}

/** Whether the issuer of the certificate made the list, with a key that may sign CRLs. */
function madeBy({ body, algorithm, signature, issuer }: CrlParts, authority: Certificate): boolean {
  if (Buffer.compare(issuer.raw, authority.subjectRaw) !== 0) return false;
  if (authority.keyUsage && !authority.keyUsage.includes('cRLSign')) return false;
  return signedBy(body, algorithm, signature, authority);
}

/**
 * Whether the list covers every certificate of the issuer and nothing critical in it is unknown: a
 * delta CRL, or the CRL of one distribution point, would leave revoked certificates out.
 */
function isComplete({ extensions }: CrlParts): boolean {
  if (!extensions) return true;

  return derChildren(derExpect(derChildren(extensions)[0], 0x30, 'Extensions')).every((extension) => {
    const [oid, critical] = derChildren(extension);
    if (oid && partialExtensions.has(derOid(oid))) return false;
    return !(critical?.tag === 0x01 && derBoolean(critical));
  });
}

/** Walks the entries one by one: a list may hold hundreds of thousands. */
function findEntry(entries: Der, serial: Uint8Array): RevocationEntry | null {
  for (let offset = 0; offset < entries.content.length;) {
    const { node, next } = derAt(entries.content, offset);
    const { node: number, next: after } = derAt(node.content);
    if (Buffer.compare(number.content, serial) === 0) {
      return { revokedAt: derTime(derAt(node.content, after).node) };
    }
    offset = next;
  }
  return null;
}

/**
 * Reads a complete CRL signed by the issuer of the certificate; `null` when it is another's, is
 * partial, or its signature is not good.
 *
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID` when the bytes are no CRL.
 * @see RFC 5280, sections 5 and 6.3
 */
export function readCrl(bytes: Uint8Array, certificate: Certificate, issuer: Certificate): CheckedCrl | null {
  const parts = readParts(bytes);
  if (!parts || !madeBy(parts, issuer) || !isComplete(parts)) return null;

  const { thisUpdate, nextUpdate, entries } = parts;
  return {
    thisUpdate: derTime(thisUpdate),
    nextUpdate: nextUpdate && derTime(nextUpdate),
    entry: entries && findEntry(entries, Buffer.from(certificate.serialNumber, 'hex')),
  };
}
