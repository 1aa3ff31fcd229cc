import type { CertificateRevocationList, Extension } from 'pkijs';
import { coverageOf, type Coverage } from './crl-scope.ts';
import { findEntry, type EntryBytes } from './crl-entries.ts';
import { derChildren, derError, derExpect, derTime, derWhole, requireDer, type Der } from './der.ts';
import { nameKey, readName } from './dn.ts';
import { signedBy } from './signed-data.ts';
import { loadStructures, parseBer, parseDer, readStructure, type Structures } from './structures.ts';
import type { Certificate } from './x509.ts';

/*
 * CRL: the list in which an authority publishes the certificates it has revoked (RFC 5280, section
 * 5). A list is only believed when all of this holds:
 *
 * - it is issued under the name of the certificate's issuer and signed with its key (5.1.2.3,
 *   5.1.1.3);
 * - that key may sign lists: `cRLSign` in its key usage (4.2.1.3);
 * - it covers the certificate (5.2.5): `crl-scope.ts`;
 * - it is complete, or a delta of a complete one that is there too (5.2.4): `crl-delta.ts`;
 * - neither it nor an entry of it holds a critical extension that is not understood (5.2, 5.3);
 * - it is not dated in the future and not out of date (5.1.2.4, 5.1.2.5): judged with the OCSP
 *   answers, in `revocation.ts`.
 *
 * A list that fails one of these says nothing, which is never "not revoked".
 */

/** What a CRL says about one certificate. */
export interface RevocationEntry {
  readonly revokedAt: number;
  /** A delta takes the certificate off the list again (`removeFromCRL`). */
  readonly removed: boolean;
}

/** A CRL that was found good. */
export interface CheckedCrl {
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  /** `null` when the certificate is not in the list. */
  readonly entry: RevocationEntry | null;
  readonly coverage: Exclude<Coverage, 'none'>;
  /** What it covers, as written: a delta is for the list with the same. */
  readonly scope: string;
  readonly number: bigint | null;
  /** The number of the list that a delta is for; `null` for a complete list. */
  readonly deltaOf: bigint | null;
}

/** More than the largest lists of a national authority, and read in a moment. */
const maxBytes = 32 * 1024 * 1024;

/** Extensions of a list that are understood: authority key, number, delta indicator, scope. */
const understood: ReadonlySet<string> = new Set(['2.5.29.35', '2.5.29.20', '2.5.29.27', '2.5.29.28']);

/** The parts of a CRL that are used, in their DER. */
interface CrlParts {
  /** The fields of the signed part, in their order. */
  readonly fields: readonly Der[];
  readonly body: Der;
  readonly algorithm: Der;
  readonly signature: Der;
  readonly issuer: Der;
  readonly thisUpdate: Der;
  readonly nextUpdate: Der | null;
  readonly entries: Der | null;
}

const isTime = (node: Der | undefined): node is Der => node?.tag === 0x17 || node?.tag === 0x18;

function readParts(bytes: Uint8Array): CrlParts | null {
  const [body, algorithm, signature, ...more] = derChildren(derExpect(derWhole(bytes), 0x30, 'CertificateList'));
  const fields = derChildren(derExpect(body, 0x30, 'tbsCertList'));
  const [inner, issuer, thisUpdate, ...rest] = fields[0]?.tag === 0x02 ? fields.slice(1) : fields;
  if (!body || !algorithm || !signature || more.length > 0 || !inner || !issuer || !isTime(thisUpdate)) return null;
  // The algorithm is written twice and only one of them is signed (RFC 5280, section 5.1.1.2).
  if (Buffer.compare(inner.raw, algorithm.raw) !== 0) return null;

  const nextUpdate = isTime(rest[0]) ? rest[0] : null;
  const entries = rest.find(({ tag }) => tag === 0x30) ?? null;
  return { fields, body, algorithm, signature, issuer, thisUpdate, nextUpdate, entries };
}

/** Whether the issuer of the certificate made the list, with a key that may sign CRLs. */
function madeBy({ body, algorithm, signature, issuer }: CrlParts, authority: Certificate): boolean {
  if (nameKey(readName(issuer)) !== nameKey(authority.subject)) return false;
  if (authority.keyUsage && !authority.keyUsage.includes('cRLSign')) return false;
  return signedBy(body, algorithm, signature, authority);
}

function element(tag: number, parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const length = Buffer.alloc(5, 0x84);
  length.writeUInt32BE(content.length, 1);
  return Buffer.concat([Uint8Array.of(tag), length, content]);
}

/**
 * The structure of a list, with none of its entries but the one that is asked about: hundreds of
 * thousands of them would be as many objects.
 */
function readList(structures: Structures, { fields, algorithm, entries }: CrlParts, found: EntryBytes | null) {
  const { pkijs } = structures;
  const kept = fields.flatMap((field) => {
    if (field === entries) return found ? [element(0x30, [found.raw])] : [];
    // Of DER what pkijs is given: the entries were read one by one.
    parseDer(structures, field.raw);
    return [field.raw];
  });

  const schema = parseBer(structures, element(0x30, [element(0x30, kept), algorithm.raw, Uint8Array.of(3, 1, 0)]));
  return readStructure(() => new pkijs.CertificateRevocationList({ schema }));
}

/** The extensions of a list by their OID; `null` when one is critical and not understood. */
function extensionsOf(list: CertificateRevocationList): ReadonlyMap<string, Extension> | null {
  const out = new Map<string, Extension>();
  for (const extension of list.crlExtensions?.extensions ?? []) {
    if (out.has(extension.extnID)) throw derError('extension-twice');
    if (extension.critical && !understood.has(extension.extnID)) return null;
    out.set(extension.extnID, extension);
  }
  return out;
}

const bytesOf = ({ extnValue }: Extension): Uint8Array => new Uint8Array(extnValue.valueBlock.valueHexView);

/** A number of a list: never negative, at most twenty bytes (5.2.3). */
function numberOf(extension: Extension | undefined): bigint | null {
  if (!extension) return null;
  const { content } = derExpect(derWhole(bytesOf(extension)), 0x02, 'CRLNumber');
  if (content.length === 0 || content.length > 20 || (content[0] ?? 0) >= 0x80) throw derError('structure');
  return BigInt(`0x${Buffer.from(content).toString('hex')}`);
}

/**
 * The issuing distribution point of a list, and its DER. Its names are read by `crl-scope.ts`:
 * pkijs refuses the relative ones.
 */
function scopeOf(structures: Structures, extension: Extension | undefined) {
  if (!extension) return null;
  const der = bytesOf(extension);
  const parts = derChildren(derExpect(derWhole(der), 0x30, 'IssuingDistributionPoint'));
  const flags = parts.filter(({ tag }) => tag !== 0xa0);
  const names = parts.filter(({ tag }) => tag === 0xa0);
  for (const part of names) requireDer(part);

  const schema = parseBer(
    structures,
    element(
      0x30,
      flags.map(({ raw }) => raw),
    ),
  );
  return { der, point: readStructure(() => new structures.pkijs.IssuingDistributionPoint({ schema })) };
}

/**
 * Reads a CRL signed by the issuer of the certificate; `null` when it is another's, does not cover
 * the certificate, is not understood, or its signature is not good.
 *
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID` when the bytes are no CRL.
 * @see RFC 5280, sections 5 and 6.3
 */
export async function readCrl(
  bytes: Uint8Array,
  certificate: Certificate,
  issuer: Certificate,
): Promise<CheckedCrl | null> {
  if (bytes.length > maxBytes) throw derError('size');
  const parts = readParts(bytes);
  if (!parts || !madeBy(parts, issuer)) return null;

  // The entries, then all that stands around them.
  const serial = Buffer.from(certificate.serialNumber, 'hex');
  const found = parts.entries && findEntry(parts.entries, serial);
  if (found === 'not-understood') return null;

  const structures = await loadStructures();
  const extensions = extensionsOf(readList(structures, parts, found));
  if (!extensions) return null;

  const scope = scopeOf(structures, extensions.get('2.5.29.28'));
  const coverage = coverageOf(scope, certificate);
  if (coverage === 'none') return null;

  const delta = extensions.get('2.5.29.27');
  const [thisUpdate, nextUpdate] = [derTime(parts.thisUpdate), parts.nextUpdate && derTime(parts.nextUpdate)];
  if (nextUpdate !== null && nextUpdate < thisUpdate) return null;

  return {
    thisUpdate,
    nextUpdate,
    entry: found && { revokedAt: derTime(found.date), removed: found.reason === 8 },
    coverage,
    scope: scope ? Buffer.from(scope.der).toString('hex') : '',
    number: numberOf(extensions.get('2.5.29.20')),
    deltaOf: numberOf(delta),
  };
}
