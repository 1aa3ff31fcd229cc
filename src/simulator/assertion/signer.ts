import { X509Certificate } from 'node:crypto';
import { buildCertificateChain, readCertificateIdentity } from '../../auth/index.ts';
import { sameName } from '../../auth/certificates/dn.ts';
import { readCertificate, type Certificate } from '../../auth/certificates/x509.ts';
import { leadsToRoot } from './chain.ts';
import type { Statement } from './content.ts';
import { RefusedAssertion, rejected, type VerifyOptions } from './model.ts';

const emailProtection = '1.3.6.1.5.5.7.3.4';
const clientAuth = '1.3.6.1.5.5.7.3.2';

const refuse = (reason: string): RefusedAssertion => new RefusedAssertion('certificate-rejected', reason);

/** The certificate of a signer: under a given authority, valid now, of a kind that may sign. */
export function certificateOf(der: Uint8Array, { anchors, now, environment }: VerifyOptions): X509Certificate {
  let leaf: X509Certificate;
  let certificate: Certificate;
  try {
    leaf = new X509Certificate(der);
    certificate = readCertificate(der);
  } catch {
    throw refuse('unreadable');
  }

  // Two readings of the chain: that of Node, and the strict one of the library.
  const authorities = anchors.map((anchor) => new X509Certificate(anchor));
  const runtime = { clock: { now: () => now }, ids: { uuid: () => '' } };
  if (!leadsToRoot(leaf, authorities, now) || !buildCertificateChain(der, { anchors, runtime }).ok) {
    throw refuse('chain');
  }

  const { key, keyUsage, extendedKeyUsage, isAuthority } = certificate;
  if (key.type !== 'rsa' || !((key.bits ?? 0) >= 2048)) throw refuse('key');
  const signs = keyUsage?.includes('digitalSignature') || keyUsage?.includes('nonRepudiation');
  const forPeople = extendedKeyUsage?.some((usage) => usage === emailProtection || usage === clientAuth) ?? true;
  if (isAuthority || !signs || !forPeople) throw refuse('usage');

  const { environment: marked } = readCertificateIdentity(der);
  if (environment !== undefined && marked !== null && marked !== environment) throw refuse('environment');
  return leaf;
}

/**
 * The issuer is the subject of the certificate, and may say what the assertion says: in direct mode
 * the holder of a card speaks for himself, with its signature key; else a structure speaks for
 * itself.
 */
export function checkSigner(statement: Statement, leaf: X509Certificate, options: VerifyOptions): void {
  const { subject } = readCertificate(leaf.raw);
  if (!sameName(subject, statement.issuer)) throw rejected('issuer');

  const { kind, nationalId, structureId, use } = readCertificateIdentity(leaf.raw);
  if (statement.mode === 'DIRECTE') {
    if (kind !== 'person' || nationalId !== statement.nameId || use !== 'signature') throw rejected('card-holder');
    return;
  }

  const declared = statement.structureId;
  if (kind !== 'organisation') throw rejected('structure-signer');
  if (declared !== structureId && declared !== options.declaredStructureId) throw rejected('structure-signer');
}
