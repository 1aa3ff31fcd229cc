import { verify } from 'node:crypto';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { formatName } from '../certificates/dn.ts';
import { nativeOf, readCertificate, type Certificate } from '../certificates/x509.ts';
import type { SigningProvider } from '../provider.ts';
import { prepareSignature } from '../xml-signature/enveloped.ts';

const issuers = new WeakMap<Certificate, string>();
const encoded = new WeakMap<Certificate, string>();

function memo(map: WeakMap<Certificate, string>, certificate: Certificate, make: () => string): string {
  let value = map.get(certificate);
  if (value === undefined) map.set(certificate, (value = make()));
  return value;
}

async function guarded<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isTerrESanteError(error)) throw error;
    // The cause is not kept: a middleware's message may hold what was signed.
    throw new TerrESanteError('TE_SIGNATURE_FAILED', 'La signature a échoué.', { details: { reason: 'provider' } });
  }
}

/** The certificate whose key signs. @throws TerrESanteError `TE_CERTIFICATE_INVALID` */
export async function signerOf(provider: SigningProvider, options: CallOptions): Promise<Certificate> {
  const [der] = await guarded(() => provider.certificates(options));
  if (der) return readCertificate(der);

  throw new TerrESanteError('TE_CERTIFICATE_INVALID', 'Aucun certificat de signature.', {
    details: { reason: 'none' },
  });
}

/** Its subject, as an assertion names who made it. */
export function issuerOf(certificate: Certificate): string {
  return memo(issuers, certificate, () => formatName(certificate.subject));
}

/** Who signs an assertion. */
export interface AssertionSigner {
  readonly certificate: Certificate;
  readonly provider: SigningProvider;
  readonly options: CallOptions;
}

/**
 * The `Signature` element of an assertion.
 *
 * @param canonical - the assertion without it, in exclusive canonical form
 * @throws TerrESanteError `TE_SIGNATURE_FAILED`, and what the provider throws
 */
export async function signatureOf(
  canonical: string,
  id: string,
  { certificate, provider, options }: AssertionSigner,
): Promise<string> {
  const pending = prepareSignature(canonical, id);
  const signedInfo = Buffer.from(pending.signedInfo, 'utf8');

  const value = await guarded(() => provider.sign('rsa-sha256', signedInfo, options));
  // A certificate that does not belong to the key is found here, not by the platform.
  if (!verify('sha256', signedInfo, nativeOf(certificate).publicKey, value)) {
    throw new TerrESanteError('TE_SIGNATURE_FAILED', 'Le certificat et la clé de signature ne vont pas ensemble.', {
      details: { reason: 'key-mismatch' },
    });
  }

  const base64 = memo(encoded, certificate, () => Buffer.from(certificate.der).toString('base64'));
  return pending.complete(value, base64);
}
