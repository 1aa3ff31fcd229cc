import type { CheckReport, Finding } from '../../errors.ts';
import { bytesListOf, bytesOf, type Checks, currentTime, needed, optionsOf, reading } from '../../internal/border.ts';
import { checkReport, finding } from '../../internal/finding.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { nameKey } from './dn.ts';
import { isStrongKey } from './key-strength.ts';
import { certificateRules } from './rules.ts';
import { validityFault } from './validity.ts';
import { readCertificate, nativeOf, type Certificate } from './x509.ts';
import { runtime as runtimeCheck } from '../../internal/option-checks.ts';

/** What {@link buildCertificateChain} trusts, and when. @group Certificates */
export interface ChainOptions {
  /**
   * In DER: the self-signed ones are trusted, the others are intermediates that must lead to one of
   * them. The leaf itself may be given: it is then trusted as it is.
   */
  readonly anchors: readonly Uint8Array[];
  /** The moment of the check is what its clock says. @defaultValue the system clock */
  readonly runtime?: Runtime | undefined;
}

const chainChecks: Checks<ChainOptions> = { anchors: needed(bytesListOf), runtime: runtimeCheck };

/** A chain and what is wrong with it. @group Certificates */
export interface CertificateChain extends CheckReport {
  /** Leaf first; as far as it could be built. */
  readonly certificates: readonly Certificate[];
  /** Empty when the chain leads to an anchor and every certificate of it is good. */
  readonly findings: readonly Finding[];
}

const maxDepth = 6;

/** Critical extensions that are understood: any other one refuses the certificate. */
const understood: ReadonlySet<string> = new Set(['2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.32', '2.5.29.37']);

/**
 * Constraints of an authority on what stands below it, which are not computed here: an authority
 * that has them is refused, critical or not (RFC 5280, sections 4.2.1.10 and 4.2.1.11).
 */
const constraints: readonly string[] = ['2.5.29.30', '2.5.29.36'];

/** SHA-256 and better, with RSA or ECDSA. */
const signatureAlgorithms: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.10',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
]);

const day = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);

/** Whether the issuer has the name and the key that the certificate was issued under. */
function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  const [native, authority] = [nativeOf(certificate), nativeOf(issuer)];
  return native.checkIssued(authority) && native.verify(authority.publicKey);
}

/** Why a certificate is not valid at a moment. */
function validityFinding(certificate: Certificate, path: string, now: number): Finding | null {
  const fault = validityFault(certificate, now);
  if (!fault) return null;

  const found = fault === 'early' ? `≥ ${day(certificate.notBefore)}` : `≤ ${day(certificate.notAfter)}`;
  return finding(certificateRules, 'CERT-VALIDITY', { path, case: fault, found });
}

/** An authority that certifies itself, to change its key for example. */
const isSelfIssued = ({ subject, issuer }: Certificate): boolean => nameKey(subject) === nameKey(issuer);

/**
 * Whether a certificate may have issued those under it in the chain, leaf first. The length of a
 * path counts the authorities between the two ends, but those that certify themselves (RFC 5280,
 * section 4.2.1.9).
 */
function mayIssue({ isAuthority, keyUsage, pathLength }: Certificate, below: readonly Certificate[]): boolean {
  if (!isAuthority || keyUsage?.includes('keyCertSign') === false) return false;
  return pathLength === null || pathLength >= below.slice(1).filter((between) => !isSelfIssued(between)).length;
}

/** What makes one certificate of a chain unusable, whoever issued it. */
function ownFindings(
  certificate: Certificate,
  path: string,
  now: number,
  below: readonly Certificate[],
  anchor: boolean,
): Finding[] {
  const findings: Finding[] = [];

  const validity = validityFinding(certificate, path, now);
  if (validity) findings.push(validity);

  for (const [oid, { critical }] of certificate.extensions) {
    const constrains = below.length > 0 && constraints.includes(oid);
    if (!constrains && (!critical || understood.has(oid))) continue;
    findings.push(finding(certificateRules, 'CERT-CRITICAL', { path, found: oid }));
  }

  // An anchor is trusted as it is: its own signature proves nothing.
  const { signatureAlgorithm } = certificate;
  if (!anchor && !signatureAlgorithms.has(signatureAlgorithm)) {
    findings.push(finding(certificateRules, 'CERT-ALGORITHM', { path, found: signatureAlgorithm }));
  }

  if (below.length > 0 && !mayIssue(certificate, below)) {
    findings.push(finding(certificateRules, 'CERT-AUTHORITY', { path }));
  }
  if (below.length > 0 && !isStrongKey(certificate)) {
    const { type, bits } = certificate.key;
    findings.push(finding(certificateRules, 'CERT-KEY', { path, found: [type, bits ?? ''].join(' ').trim() }));
  }
  return findings;
}

function untrusted(index: number, trustedCount: number): Finding {
  return finding(certificateRules, 'CERT-TRUST', {
    path: `chain[${index}]`,
    found: trustedCount === 0 ? '0' : null,
    expected: trustedCount === 0 ? '≥ 1' : null,
  });
}

/** Every way up from the leaf, the ones that reach an anchor first. */
function paths(leaf: Certificate, pool: readonly Certificate[], trusted: ReadonlySet<string>): Certificate[][] {
  const complete: Certificate[][] = [];
  const partial: Certificate[][] = [];

  const walk = (chain: Certificate[], last: Certificate): void => {
    if (trusted.has(last.fingerprint)) {
      complete.push(chain);
      return;
    }

    const candidates = chain.length >= maxDepth ? [] : pool.filter((candidate) => !chain.includes(candidate));
    const issuers = candidates.filter((candidate) => isIssuedBy(last, candidate));
    if (issuers.length === 0) partial.push(chain);
    for (const issuer of issuers) walk([...chain, issuer], issuer);
  };
  walk([leaf], leaf);

  return [...complete, ...partial.sort((a, b) => b.length - a.length)];
}

/**
 * Builds the chain of a certificate up to the given anchors, and checks each certificate of it:
 * validity, right to issue, path length, critical extensions, algorithm. Revocation is apart:
 * {@link checkRevocation}.
 *
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID` when the leaf or an anchor cannot be read,
 *   `TE_INPUT_INVALID` for what is no bytes or no clock.
 * @see RFC 5280, section 6.1
 * @group Certificates
 */
export function buildCertificateChain(der: Uint8Array, options: ChainOptions): CertificateChain {
  const { anchors, runtime } = optionsOf('options', options, chainChecks);
  return reading('der', () => chainAt(bytesOf('der', der), anchors, currentTime(runtime)));
}

/** The same at a moment, in milliseconds since 1970. */
export function chainAt(der: Uint8Array, anchors: readonly Uint8Array[], now: number): CertificateChain {
  const leaf = readCertificate(der);
  const byFingerprint = new Map(
    anchors.map(readCertificate).map((certificate) => [certificate.fingerprint, certificate]),
  );
  const pool = [...byFingerprint.values()];

  // Trusted: the self-signed ones, and the leaf itself when it was given.
  const trusted = new Set(
    pool
      .filter((certificate) => certificate.fingerprint === leaf.fingerprint || isIssuedBy(certificate, certificate))
      .map(({ fingerprint }) => fingerprint),
  );

  // The first good way up; without one, the findings of the way that comes nearest.
  let best: CertificateChain | undefined;
  for (const certificates of paths(leaf, pool.slice(0, 200), trusted)) {
    const findings = certificates.flatMap((certificate, index) =>
      ownFindings(
        certificate,
        `chain[${index}]`,
        now,
        certificates.slice(0, index),
        trusted.has(certificate.fingerprint),
      ),
    );
    if (!certificates.some(({ fingerprint }) => trusted.has(fingerprint))) {
      findings.unshift(untrusted(certificates.length - 1, trusted.size));
    }

    if (findings.length === 0) return { certificates, ...checkReport(findings) };
    best ??= { certificates, ...checkReport(findings) };
  }
  return best ?? { certificates: [leaf], ...checkReport([untrusted(0, trusted.size)]) };
}
