import { derAt, derBoolean, derChildren, derExpect, derOid, derTime, derWhole, type Der } from './der.ts';
import { signedBy } from './signed-data.ts';
import type { Certificate } from './x509.ts';

/** What a list says about one certificate. */
export interface RevocationEntry {
  readonly revokedAt: number;
}

/** A list of revoked certificates that was found good. */
export interface CheckedCrl {
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  /** `null` when the certificate is not in the list. */
  readonly entry: RevocationEntry | null;
}

const isTime = (node: Der | undefined): node is Der => node?.tag === 0x17 || node?.tag === 0x18;

/** Walks the entries one by one: a list may hold hundreds of thousands. */
function find(list: Der, serial: Uint8Array): RevocationEntry | null {
  for (let offset = 0; offset < list.content.length;) {
    const { node, next } = derAt(list.content, offset);
    const { node: number, next: after } = derAt(node.content);
    if (Buffer.compare(number.content, serial) === 0) return { revokedAt: derTime(derAt(node.content, after).node) };
    offset = next;
  }
  return null;
}

/**
 * Extensions whose meaning would change the answer: a critical one that is not understood refuses
 * the list.
 */
function understood(extensions: Der | undefined): boolean {
  if (!extensions) return true;
  return derChildren(derExpect(derChildren(extensions)[0], 0x30, 'extensions')).every((extension) => {
    const [oid, critical] = derChildren(extension);
    // Delta lists (27) and lists of one distribution point (28) do not cover everything.
    const partial = oid && ['2.5.29.27', '2.5.29.28'].includes(derOid(oid));
    return !partial && !(critical?.tag === 0x01 && derBoolean(critical));
  });
}

/**
 * Reads a complete CRL signed by the issuer of the certificate; `null` when it is another's, is
 * partial, or its signature is not good.
 *
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID` when the bytes are no CRL.
 * @see RFC 5280, section 5
 */
export function readCrl(bytes: Uint8Array, certificate: Certificate, issuer: Certificate): CheckedCrl | null {
  const [body, algorithm, signature] = derChildren(derExpect(derWhole(bytes), 0x30, 'CRL'));
  const fields = derChildren(derExpect(body, 0x30, 'tbsCertList'));
  if (fields[0]?.tag === 0x02) fields.shift();
  const [inner, name, thisUpdate, ...rest] = fields;
  if (!body || !algorithm || !signature || !inner || !name || !isTime(thisUpdate)) return null;
  if (Buffer.compare(inner.raw, algorithm.raw) !== 0 || Buffer.compare(name.raw, issuer.subjectRaw) !== 0) return null;
  if (issuer.keyUsage && !issuer.keyUsage.includes('cRLSign')) return null;
  if (!signedBy(body, algorithm, signature, issuer)) return null;
  const nextUpdate = isTime(rest[0]) ? rest.shift() : undefined;
  const list = rest[0]?.tag === 0x30 ? rest.shift() : undefined;
  if (!understood(rest.find(({ tag }) => tag === 0xa0))) return null;
  return {
    thisUpdate: derTime(thisUpdate),
    nextUpdate: nextUpdate ? derTime(nextUpdate) : null,
    entry: list ? find(list, Buffer.from(certificate.serialNumber, 'hex')) : null,
  };
}
