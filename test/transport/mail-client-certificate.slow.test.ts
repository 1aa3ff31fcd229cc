import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createMssTransport, type MssCredentials } from '../../src/transport/index.ts';
import { startDemandingServer } from '../helpers/demanding-server.ts';
import { missing } from '../helpers/require-tool.ts';
import { tlsWorld, type TlsWorld } from '../helpers/tls-world.ts';
import { depositAddress, fixtureArchive, sender } from './fixtures.ts';

const day = 86_400_000;

describe.skipIf(missing('openssl'))('a mail server that refuses the certificate of the client by an alert', () => {
  let world: TlsWorld;
  let stranger: TlsWorld;
  const cleanups: (() => unknown)[] = [];
  beforeAll(() => {
    [world, stranger] = [tlsWorld(), tlsWorld()];
  });
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  it.each(['-tls1_2', '-tls1_3'] as const)('is told as such by the submission (%s)', async (version) => {
    const revoked = world.client();
    const lists = world.lists([revoked.certDer]);
    const far = await startDemandingServer(
      world.server({ isRsa: true }),
      { caPem: world.caPem, crlPem: lists },
      version,
    );
    cleanups.push(() => far.stop());
    const server = { host: 'localhost', port: Number(new URL(far.url).port), caPem: world.caPem, implicitTls: true };

    const expired = world.client({ notBefore: Date.now() - 3 * day, notAfter: Date.now() - day });
    for (const [what, own] of Object.entries({ unknown: stranger.client(), expired, revoked })) {
      const certificate = { certPem: own.chainPem, keyPem: own.keyPem };
      const credentials: MssCredentials = { certificate };
      const sending = createMssTransport({
        server,
        credentials,
        message: { from: sender, to: depositAddress },
        archive: async () => fixtureArchive(),
      });
      cleanups.push(() => sending.close());
      await expect(sending.verify(), what).rejects.toMatchObject({ code: 'TE_CLIENT_CERT', retryable: false });
    }
  });
});
