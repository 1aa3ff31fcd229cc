import { createSecureContext, rootCertificates, type SecureContextOptions } from 'node:tls';

/**
 * Whom a server's certificate must come from. Without authorities of the host it is the public list
 * that Node was built with, and nothing that the environment adds to it (`NODE_EXTRA_CA_CERTS`): a
 * variable left on a machine would let its owner read what goes to the platform. The list is read
 * once for all connections.
 */
export function trustOf(
  ca: string | undefined,
  identity: SecureContextOptions = {},
): SecureContextOptions & {
  readonly secureContext?: ReturnType<typeof createSecureContext>;
} {
  if (ca !== undefined) return { ca, ...identity };
  return { secureContext: createSecureContext({ ca: [...rootCertificates], minVersion: 'TLSv1.2', ...identity }) };
}
