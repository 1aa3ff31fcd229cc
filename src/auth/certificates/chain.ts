import type { Finding } from '../../errors.ts';
import { bytesListOf, bytesOf, currentTime } from '../../internal/border.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { readCertificate, nativeOf, type Certificate } from './x509.ts';

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

/** A chain and what is wrong with it. @group Certificates */
export interface CertificateChain {
  /** Leaf first; as far as it could be built. */
  readonly certificates: readonly Certificate[];
  /** Empty when the chain leads to an anchor and every certificate of it is good. */
  readonly findings: readonly Finding[];
}

const reference = 'RFC 5280, section 6.1';
const maxDepth = 6;

/** Critical extensions that are understood: any other one refuses the certificate. */
const understood: ReadonlySet<string> = new Set(['2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.32', '2.5.29.37']);

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

function finding(
  rule: string,
  path: string,
  message: string,
  messageEn: string,
  found: string | null,
  fix: string,
): Finding {
  return { rule, severity: 'error', path, message, messageEn, found, expected: null, fix, reference };
}

const selfSigned = (certificate: Certificate): boolean => {
  const native = nativeOf(certificate);
  return native.checkIssued(native) && native.verify(native.publicKey);
};

/** What makes one certificate of a chain unusable, whoever issued it. */
function ownFindings(certificate: Certificate, path: string, now: number, below: number, anchor: boolean): Finding[] {
  const out: Finding[] = [];
  // Written so that `NaN` refuses.
  if (!(now >= certificate.notBefore)) {
    out.push(
      finding(
        'CERT-VALIDITY',
        path,
        "Le certificat n'est pas encore valide.",
        'The certificate is not valid yet.',
        `valid from ${day(certificate.notBefore)}`,
        "Vérifiez l'heure du poste.",
      ),
    );
  }
  if (!(now <= certificate.notAfter)) {
    out.push(
      finding(
        'CERT-VALIDITY',
        path,
        'Le certificat a expiré.',
        'The certificate has expired.',
        `expired on ${day(certificate.notAfter)}`,
        'Renouvelez la carte ou le certificat.',
      ),
    );
  }
  for (const [oid, { critical }] of certificate.extensions) {
    if (critical && !understood.has(oid)) {
      out.push(
        finding(
          'CERT-CRITICAL',
          path,
          'Le certificat porte une extension critique inconnue.',
          'Unknown critical extension.',
          oid,
          'Ce certificat ne convient pas à cet usage.',
        ),
      );
    }
  }
  if (!anchor && !signatureAlgorithms.has(certificate.signatureAlgorithm)) {
    out.push(
      finding(
        'CERT-ALGORITHM',
        path,
        'Le certificat est signé avec un algorithme refusé.',
        'Refused signature algorithm.',
        certificate.signatureAlgorithm,
        'Demandez un certificat signé avec SHA-256.',
      ),
    );
  }
  if (below === 0) return out;
  const authority = certificate.isAuthority && (certificate.keyUsage?.includes('keyCertSign') ?? true);
  if (!authority || (certificate.pathLength !== null && certificate.pathLength < below - 1)) {
    out.push(
      finding(
        'CERT-AUTHORITY',
        path,
        "Ce certificat n'a pas le droit d'en émettre d'autres.",
        'Not allowed to issue certificates.',
        null,
        "Vérifiez les certificats d'autorité fournis.",
      ),
    );
  }
  return out;
}

function untrusted(index: number, trustedCount: number): Finding {
  return finding(
    'CERT-TRUST',
    `chain[${index}]`,
    "Le certificat n'est pas émis par une autorité de confiance fournie.",
    'The certificate does not lead to a given trust anchor.',
    trustedCount === 0 ? 'aucune racine fournie' : null,
    "Fournissez la racine et l'autorité intermédiaire qui ont émis ce certificat.",
  );
}

/** Every way up from the leaf, the ones that reach an anchor first. */
function paths(leaf: Certificate, pool: readonly Certificate[], trusted: ReadonlySet<string>): Certificate[][] {
  const complete: Certificate[][] = [];
  const partial: Certificate[][] = [];
  const walk = (chain: Certificate[]): void => {
    const last = chain.at(-1) ?? leaf;
    if (trusted.has(last.fingerprint)) {
      complete.push(chain);
      return;
    }
    const native = nativeOf(last);
    const issuers =
      chain.length >= maxDepth
        ? []
        : pool.filter(
            (candidate) =>
              !chain.includes(candidate) &&
              native.checkIssued(nativeOf(candidate)) &&
              native.verify(nativeOf(candidate).publicKey),
          );
    if (issuers.length === 0) partial.push(chain);
    for (const issuer of issuers) walk([...chain, issuer]);
  };
  walk([leaf]);
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
  return chainAt(bytesOf('der', der), bytesListOf('anchors', options.anchors), currentTime(options.runtime));
}

/** The same at a moment, in milliseconds since 1970. */
export function chainAt(der: Uint8Array, anchors: readonly Uint8Array[], now: number): CertificateChain {
  const leaf = readCertificate(der);
  const pool = [
    ...new Map(anchors.map(readCertificate).map((certificate) => [certificate.fingerprint, certificate])).values(),
  ];
  const trusted = new Set(
    pool
      .filter((certificate) => certificate.fingerprint === leaf.fingerprint || selfSigned(certificate))
      .map(({ fingerprint }) => fingerprint),
  );
  let best: CertificateChain | undefined;
  for (const certificates of paths(leaf, pool.slice(0, 200), trusted)) {
    const anchored = trusted.has(certificates.at(-1)?.fingerprint ?? '');
    const findings = certificates.flatMap((certificate, index) =>
      ownFindings(certificate, `chain[${index}]`, now, index, trusted.has(certificate.fingerprint)),
    );
    if (!anchored) findings.unshift(untrusted(certificates.length - 1, trusted.size));
    if (findings.length === 0) return { certificates, findings };
    best ??= { certificates, findings };
  }
  return best ?? { certificates: [leaf], findings: [untrusted(0, trusted.size)] };
}
