import { afterEach, describe, expect, it } from 'vitest';

import { createMailbox, type MailboxItem, type MssCredentials } from '../../src/transport/index.ts';
import { startDemandingServer } from '../helpers/demanding-server.ts';
import { missing } from '../helpers/require-tool.ts';
import { tlsWorld, type TlsWorld } from '../helpers/tls-world.ts';

const day = 86_400_000;
const world = tlsWorld();
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const expired = { notBefore: Date.now() - 3 * day, notAfter: Date.now() - day };

describe.skipIf(missing('openssl'))('a mailbox server that refuses the certificate of the client', () => {
  it.each<[string, '-tls1_2' | '-tls1_3', () => ReturnType<TlsWorld['client']>]>([
    ['an expired one', '-tls1_3', () => world.client(expired)],
    ['an expired one', '-tls1_2', () => world.client(expired)],
    ['one of another authority', '-tls1_3', () => tlsWorld().client()],
    ['one of another authority', '-tls1_2', () => tlsWorld().client()],
  ])('%s (%s) is named, and not tried for ever', async (_what, version, made) => {
    const far = await startDemandingServer(
      world.server({ isRsa: true }),
      { caPem: world.caPem, crlPem: world.lists() },
      version,
    );
    cleanups.push(() => far.stop());
    const own = made();
    const credentials: MssCredentials = {
      certificate: { certPem: own.chainPem, keyPem: own.keyPem },
      password: { user: 'cabinet', provider: async () => 'secret' },
    };

    const port = Number(new URL(far.url).port);
    const server = { host: 'localhost', port, caPem: world.caPem, implicitTls: true };
    const box = createMailbox({ server, credentials, connectTimeoutMs: 5_000 });
    cleanups.push(() => box.close());
    const items: MailboxItem[] = [];
    const reading = (async () => {
      for await (const item of box.read()) items.push(item);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'TE_CLIENT_CERT', retryable: false });
  });
});
