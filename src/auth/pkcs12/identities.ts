import { createPrivateKey, type KeyObject } from 'node:crypto';
import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { nativeOf, readCertificate, type Certificate } from '../certificates/x509.ts';

/** A key and its chain, leaf first. */
export interface KeyIdentity {
  readonly key: KeyObject;
  readonly chain: readonly Certificate[];
}

function tryRead(der: Uint8Array): Certificate | null {
  try {
    return readCertificate(der);
  } catch (error) {
    if (isTerrESanteError(error)) return null;
    throw error;
  }
}

/** Leaf, then each issuer found among the others, in any order in the file. */
export function orderChain(leaf: Certificate, others: readonly Certificate[]): Certificate[] {
  const chain = [leaf];

  for (let current = leaf; chain.length <= others.length;) {
    const native = nativeOf(current);
    const issuer = others.find(
      (candidate) =>
        !chain.includes(candidate) &&
        native.checkIssued(nativeOf(candidate)) &&
        native.verify(nativeOf(candidate).publicKey),
    );
    if (!issuer) break;

    chain.push(issuer);
    current = issuer;
  }

  return chain;
}

/**
 * Pairs keys and certificates by their public key, which no file can label wrongly. What stands in
 * a file twice is there once: exports of browsers and of keytool repeat the leaf, or its key.
 */
export function pairIdentities(keys: readonly KeyObject[], ders: readonly Uint8Array[]): KeyIdentity[] {
  const read = ders.map(tryRead).filter((certificate) => certificate !== null);
  const certificates = [...new Map(read.map((certificate) => [certificate.fingerprint, certificate])).values()];
  const single = keys.filter((key, index) => !keys.slice(0, index).some((before) => before.equals(key)));

  return single.flatMap((key) =>
    certificates
      .filter((certificate) => nativeOf(certificate).checkPrivateKey(key))
      .map((leaf) => ({ key, chain: orderChain(leaf, certificates) })),
  );
}

export function privateKeyFromDer(der: Uint8Array): KeyObject | null {
  try {
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  } catch {
    return null;
  }
}

/** Which key of a store to use, when it holds several. @group Providers */
export interface KeySelection {
  /**
   * `signature`: the certificate with nonRepudiation.
   *
   * @defaultValue `signature` when the store holds several keys
   */
  readonly use?: 'signature' | 'authentication' | undefined;
  /** SHA-256 of the certificate, in lower-case hexadecimal. */
  readonly fingerprint?: string | undefined;
}

const signs = ({ chain }: KeyIdentity): boolean => chain[0]?.keyUsage?.includes('nonRepudiation') ?? false;

function none(reason: string, message: string, found: readonly KeyIdentity[]): TerrESanteError {
  return new TerrESanteError('TE_KEYSTORE_INVALID', message, {
    details: { reason, fingerprints: found.flatMap(({ chain: [leaf] }) => (leaf ? [leaf.fingerprint] : [])) },
  });
}

/**
 * @throws TerrESanteError `TE_KEYSTORE_INVALID` when no key, or more than one, answers the
 * selection.
 */
export function selectIdentity(identities: readonly KeyIdentity[], { use, fingerprint }: KeySelection): KeyIdentity {
  if (identities.length === 0) {
    throw none('no-key', 'Aucune clé privée accompagnée de son certificat dans le fichier.', []);
  }

  // A single key needs no choice.
  const [only] = identities;
  if (only && identities.length === 1 && use === undefined && fingerprint === undefined) return only;

  const wanted = identities.filter((identity) =>
    fingerprint !== undefined
      ? identity.chain[0]?.fingerprint === fingerprint
      : signs(identity) === ((use ?? 'signature') === 'signature'),
  );

  const [chosen] = wanted;
  if (!chosen) throw none('no-match', 'Aucune clé du fichier ne répond au choix demandé.', identities);
  if (wanted.length > 1) {
    throw none('several', "Plusieurs clés du fichier conviennent : précisez l'empreinte du certificat.", wanted);
  }

  return chosen;
}
