import type { IssuingDistributionPoint } from 'pkijs';
import { derChildren, derExpect, derWhole, type Der } from './der.ts';
import { nameKey, readGroup, readName, type DistinguishedName } from './dn.ts';
import type { Certificate } from './x509.ts';

/*
 * Which certificates a list covers. A list without an issuing distribution point covers all of its
 * issuer; one that has it covers only what it says (RFC 5280, sections 5.2.5 and 6.3.3 b and d):
 *
 * - the authorities, or the other certificates, alone;
 * - the certificates that name the same distribution point;
 * - revocations for some reasons alone: then what it does not hold may be revoked for another.
 *
 * Lists of other issuers' certificates (indirect) and of attribute certificates are not used.
 */

/** What a list says about a certificate that is not in it. */
export type Coverage = 'all-reasons' | 'some-reasons' | 'none';

/** The names of a `DistributionPointName`, in a form that compares. */
function pointNames(point: Der, issuer: DistinguishedName): string[] {
  const [choice] = derChildren(point);
  if (!choice) return [];

  // nameRelativeToCRLIssuer: one relative name below that of the issuer.
  if (choice.tag === 0xa1) return [`name:${nameKey([...issuer, readGroup(derChildren(choice))])}`];

  return derChildren(choice).flatMap((name) => {
    if (name.tag === 0x86) return [`uri:${Buffer.from(name.content).toString('latin1')}`];
    const [directory] = name.tag === 0xa4 ? derChildren(name) : [];
    return directory ? [`name:${nameKey(readName(directory))}`] : [];
  });
}

interface Point {
  readonly names: readonly string[];
  readonly someReasons: boolean;
}

/** The distribution points of a certificate whose lists its own issuer makes (4.2.1.13). */
function pointsOf(certificate: Certificate): Point[] {
  const value = certificate.extensions.get('2.5.29.31')?.value;
  // Without any, the issuer's name stands for one (6.3.3, last paragraph).
  if (!value) return [{ names: [`name:${nameKey(certificate.issuer)}`], someReasons: false }];

  return derChildren(derExpect(derWhole(value), 0x30, 'CRLDistributionPoints')).flatMap((point) => {
    const parts = derChildren(point);
    const part = (tag: number): Der | undefined => parts.find((node) => node.tag === tag);
    const name = part(0xa0);
    if (!name || part(0xa2)) return [];
    return [{ names: pointNames(name, certificate.issuer), someReasons: part(0x81) !== undefined }];
  });
}

/**
 * What a list covers of one certificate.
 *
 * @param scope - Its issuing distribution point, with the DER of it; `null` when it has none.
 */
export function coverageOf(
  scope: { readonly point: IssuingDistributionPoint; readonly der: Uint8Array } | null,
  certificate: Certificate,
): Coverage {
  if (!scope) return 'all-reasons';

  const { point, der } = scope;
  const parts = derChildren(derWhole(der));
  // An authority never writes an empty one (5.2.5): whatever it meant is not known.
  if (parts.length === 0) return 'none';
  if (point.indirectCRL || point.onlyContainsAttributeCerts) return 'none';
  if (certificate.isAuthority ? point.onlyContainsUserCerts : point.onlyContainsCACerts) return 'none';

  const partial = point.onlySomeReasons !== undefined;
  const name = parts.find(({ tag }) => tag === 0xa0);
  if (!name) return partial ? 'some-reasons' : 'all-reasons';

  const names = new Set(pointNames(name, certificate.issuer));
  const shared = pointsOf(certificate).filter((own) => own.names.some((key) => names.has(key)));
  if (shared.length === 0) return 'none';
  return partial || shared.every(({ someReasons }) => someReasons) ? 'some-reasons' : 'all-reasons';
}
