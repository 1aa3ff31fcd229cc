import { derToPem } from '../../auth/certificates/pem.ts';
import { systemRuntime } from '../../internal/runtime.ts';
import { makeAuthorities } from './authority.ts';
import type { TestHierarchy, TestHierarchyOptions } from './model.ts';
import { day } from './names.ts';
import { cardPair, structurePair } from './pairs.ts';
import { serverIdentity } from './server.ts';

/**
 * Makes a certificate hierarchy shaped like the IGC-Santé: a root, one authority for persons and
 * one for organisations, a CPS-like card (multi-valued name, card extensions, signature and
 * authentication keys), the certificates of a structure, and server certificates. Every key is new
 * at each call.
 *
 * The keys of cards and structures are RSA, as the CI-SIS asks of signatures, and are made at their
 * first use; those of authorities and servers are elliptic, so that the hierarchy itself costs
 * milliseconds.
 *
 * @example
 * ```ts
 * import { readCertificateIdentity } from 'terr-esante-sdk/auth';
 * import { createTestHierarchy } from 'terr-esante-sdk/testing';
 *
 * const { professional } = await createTestHierarchy();
 * const { nationalId, use, environment } = readCertificateIdentity(professional.signature.certDer);
 * nationalId; // '899900000011'
 * use; // 'signature'
 * environment; // 'test'
 * ```
 *
 * @group Test hierarchy
 */
export async function createTestHierarchy(options: TestHierarchyOptions = {}): Promise<TestHierarchy> {
  const now = (options.runtime ?? systemRuntime).clock.now();
  const authorities = makeAuthorities(now, options.environment !== 'production');
  const anchors = [authorities.root.der, authorities.persons.der, authorities.organisations.der];

  return {
    caPem: anchors.map(derToPem).join(''),
    anchors,
    professional: cardPair(authorities, options),
    structure: structurePair(authorities, options),
    server: (name = 'localhost', { notAfter = now + 365 * day } = {}) => serverIdentity(authorities, name, notAfter),
    card: async (card = {}) => cardPair(authorities, card),
    structureCertificates: async (certificates = {}) => structurePair(authorities, certificates),
  };
}
