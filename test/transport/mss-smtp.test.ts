import { systemRuntime } from '../../src/internal/runtime.ts';
import { describe, expect, it } from 'vitest';

import { isTerrESanteError, type TerrESanteError } from '../../src/errors.ts';
import { collect } from '../../src/internal/bytes.ts';
import { createMailServer } from '../../src/simulator/mail/server.ts';
import type { MailServer, MailServerOptions } from '../../src/simulator/mail/model.ts';
import { createMssTransport, type MssTransport, type MssTransportConfig } from '../../src/transport/index.ts';
import { readIncomingDeposit } from '../../src/transport/mss/incoming.ts';
import { mailScene } from '../helpers/mail-scene.ts';
import {
  canary,
  depositAddress,
  fixedRuntime,
  fixtureArchive,
  fixtureSubmission,
  sender,
  senderAddress,
} from './fixtures.ts';

const scene = mailScene();

async function start(options: Partial<MailServerOptions> = {}): Promise<MailServer> {
  const server = await createMailServer({
    tls: { ...scene.pki.server, caPem: scene.pki.caPem, clientCertificate: 'required' },
    ...options,
  });
  scene.open.push(server);
  return server;
}

function transport(server: { port: number }, config: Partial<MssTransportConfig> = {}): MssTransport {
  const made = createMssTransport({
    server: { host: '127.0.0.1', port: server.port, serverName: 'localhost', caPem: scene.pki.caPem },
    credentials: { certificate: scene.pki.client },
    message: { from: sender, to: depositAddress },
    archive: async () => fixtureArchive(),
    runtime: fixedRuntime(),
    connectTimeoutMs: 5_000,
    idleTimeoutMs: 5_000,
    ...config,
  });
  scene.open.push(made);
  return made;
}

async function failure(work: Promise<unknown>): Promise<TerrESanteError> {
  const error = await work.then(
    () => expect.unreachable('should fail'),
    (reason: unknown) => reason,
  );
  if (!isTerrESanteError(error)) throw error;
  const shown = `${JSON.stringify(error)} ${String(error)} ${error.stack ?? ''} ${JSON.stringify(error.cause ?? null)}`;
  for (const trace of [canary.family, canary.given, depositAddress, senderAddress, 'PRIVATE KEY']) {
    expect(shown).not.toContain(trace);
  }
  return error;
}

describe('deposit over SMTP', () => {
  it('hands the exact bytes over, to one recipient, with a client certificate', async () => {
    const server = await start();
    const channel = transport(server);
    const submission = fixtureSubmission({ uniqueId: '2.999.1.10.5.77' });
    const receipt = await channel.deposit(submission);
    expect(receipt).toMatchObject({
      uniqueId: '2.999.1.10.5.77',
      channel: 'mssante',
      state: 'accepted',
      recipients: [{ address: depositAddress, state: 'accepted', smtpCode: 250 }],
    });
    const [mail] = server.received();
    expect(server.received()).toHaveLength(1);
    expect(mail).toMatchObject({
      from: senderAddress,
      to: [depositAddress],
      envelopeId: receipt.envelopeId,
      clientCertificate: true,
    });
    expect(mail!.announcedBytes).toBe(mail!.bytes.length);
    expect((await readIncomingDeposit(mail!.bytes)).messageId).toBe(receipt.messageId);
  });

  it('presents the certificate of a provider, and says when a card cannot', async () => {
    const server = await start();
    const hierarchy = { certificates: scene.pki.client.certPem, privateKey: scene.pki.client.keyPem };
    let asked = 0;
    const holder = {
      kind: 'pkcs12',
      tlsIdentity: async () => {
        asked += 1;
        return hierarchy;
      },
    };
    const channel = transport(server, { credentials: { certificate: { provider: holder } } });
    await channel.deposit(fixtureSubmission());
    await channel.deposit(fixtureSubmission({ uniqueId: '1.2' }));
    expect([server.received().length, asked]).toEqual([2, 1]);
    // A card signs, and its key stays inside.
    const card = transport(server, { credentials: { certificate: { provider: { kind: 'pkcs11' } } } });
    const error = await failure(card.deposit(fixtureSubmission()));
    expect(error).toMatchObject({ code: 'TE_UNSUPPORTED', details: { provider: 'pkcs11', operation: 'tls' } });
    expect(error.message).toContain('mandataire');
  });

  it('knows what it deposits before anything is sent: a submission that cannot be read again loses nothing', async () => {
    const server = await start();
    const { proxy, revoke } = Proxy.revocable(fixtureSubmission(), {});
    const { entry } = proxy.documents[0]!;
    const receipt = await transport(server, { onMessage: revoke }).deposit(proxy);
    expect(receipt).toMatchObject({ state: 'accepted', uniqueIds: [entry.uniqueId] });
  });

  it('sends the same composed bytes at each attempt', async () => {
    const server = await start();
    const channel = transport(server);
    const mail = await channel.compose(fixtureSubmission());
    await channel.send(mail);
    await channel.send(mail);
    const expected = Buffer.from(await collect(mail.content.open()));
    for (const received of server.received()) expect(Buffer.compare(Buffer.from(received.bytes), expected)).toBe(0);
  });

  it.each([
    'evil@e.com',
    'documents@terr-esante.simulateur.mssante.fr\r\nBcc: evil@e.com',
    'documents@terr-esante.simulateur.mssante.fr>\r\nRCPT TO:<evil@e.com',
    'a@b.mssante.fr, c@d.mssante.fr',
  ])('connects to nobody for the mailbox %j', async (to) => {
    const server = await start();
    const error = await failure(transport(server, { message: { from: sender, to } }).deposit(fixtureSubmission()));
    expect(error.code).toBe('TE_ADDRESS_INVALID');
    const composed = await transport(server).compose(fixtureSubmission());
    await failure(transport(server).send({ ...composed, envelope: { from: senderAddress, to } }));
    expect(server.received()).toHaveLength(0);
  });

  it('refuses a server of another authority', async () => {
    const server = await start();
    const channel = transport(server, {
      server: { host: '127.0.0.1', port: server.port, serverName: 'localhost', caPem: scene.pki.otherCaPem },
    });
    expect(await failure(channel.deposit(fixtureSubmission()))).toMatchObject({ code: 'TE_TLS', retryable: false });
    expect(server.received()).toHaveLength(0);
  });

  it('refuses a server of another name, and a revoked one', async () => {
    const other = await start({ tls: { ...scene.pki.otherName } });
    expect(await failure(transport(other).deposit(fixtureSubmission()))).toMatchObject({ code: 'TE_TLS' });
    const server = await start();
    const revoked = transport(server, {
      server: {
        host: '127.0.0.1',
        port: server.port,
        serverName: 'localhost',
        caPem: scene.pki.caPem,
        crl: async () => scene.pki.crlPem,
      },
    });
    expect(await failure(revoked.deposit(fixtureSubmission()))).toMatchObject({ code: 'TE_TLS' });
    expect([...other.received(), ...server.received()]).toHaveLength(0);
  });

  it('sends nothing without STARTTLS', async () => {
    const server = await start({ startTls: false });
    expect(await failure(transport(server).deposit(fixtureSubmission()))).toMatchObject({
      code: 'TE_TLS',
      retryable: false,
    });
    expect(server.received()).toHaveLength(0);
  });

  it('needs at least one authority', async () => {
    const server = await start();
    const channel = transport(server, { server: { host: '127.0.0.1', port: server.port, caPem: '' } });
    expect(await failure(channel.deposit(fixtureSubmission()))).toMatchObject({ code: 'TE_CONFIG_INVALID' });
  });

  it('says that a client certificate is needed', async () => {
    const server = await start();
    const error = await failure(transport(server, { credentials: {} }).deposit(fixtureSubmission()));
    expect(error).toMatchObject({ code: 'TE_CLIENT_CERT', retryable: false });
    expect(server.received()).toHaveLength(0);
  });

  it('sends nothing with the certificate of a stranger', async () => {
    const server = await start();
    // This server cuts without the TLS alert that would name the reason; exim sends it, see the
    // tests against it.
    const error = await failure(
      transport(server, { credentials: { certificate: scene.pki.strangeClient } }).deposit(fixtureSubmission()),
    );
    expect(['TE_UNAVAILABLE', 'TE_CLIENT_CERT']).toContain(error.code);
    expect(server.received()).toHaveLength(0);
  });

  it('knows that nothing was taken when the server closes in mid-DATA', async () => {
    const server = await start();
    server.inject('data-half', { cut: 'close' });
    const channel = transport(server, { archive: async () => fixtureArchive(4_000_000) });
    expect(await failure(channel.deposit(fixtureSubmission()))).toMatchObject({
      code: 'TE_UNAVAILABLE',
      retryable: true,
    });
    expect(server.received()).toHaveLength(0);
    await channel.deposit(fixtureSubmission());
    expect(server.received()).toHaveLength(1);
  });

  it.each([
    ['close', true],
    ['close', false],
    ['half-reply', true],
    ['hang', true],
  ] as const)('does not guess after the final dot (%s, taken: %s)', async (cut, keep) => {
    const server = await start();
    server.inject('data-end', { cut, keep });
    const channel = transport(server, { idleTimeoutMs: 700 });
    const error = await failure(channel.deposit(fixtureSubmission()));
    expect(error).toMatchObject({ code: 'TE_MAIL_UNKNOWN_OUTCOME', retryable: false });
    expect(server.received()).toHaveLength(keep ? 1 : 0);
  });

  it.each([
    [{ code: 550, text: '5.1.1 User unknown' }, 'TE_RECIPIENT_UNKNOWN', false],
    [{ code: 552, text: '5.2.2 Mailbox full' }, 'TE_MAILBOX_FULL', false],
    [{ code: 452, text: '4.2.2 Mailbox full' }, 'TE_MAILBOX_FULL', true],
    [{ code: 451, text: '4.7.1 Greylisted' }, 'TE_UNAVAILABLE', true],
    [{ code: 550, text: '5.7.1 Not on the allow list' }, 'TE_FORBIDDEN', false],
    [{ code: 554, text: '5.6.0 Content refused' }, 'TE_DEPOSIT_REJECTED', false],
  ] as const)('names the refusal %j', async (reply, code, retryable) => {
    const server = await start();
    const channel = transport(server);
    server.inject('rcpt', { reply });
    expect(await failure(channel.deposit(fixtureSubmission()))).toMatchObject({
      code,
      retryable,
      details: { smtpCode: reply.code },
    });
    server.inject('data-end', { reply });
    expect(await failure(channel.deposit(fixtureSubmission()))).toMatchObject({ code, retryable });
    expect(server.received()).toHaveLength(0);
  });

  it('refuses a message above the announced size before sending it', async () => {
    const server = await start({ maxMessageBytes: 100_000 });
    const channel = transport(server, { archive: async () => fixtureArchive(200_000) });
    const error = await failure(channel.deposit(fixtureSubmission()));
    expect(error).toMatchObject({ code: 'TE_TOO_LARGE', details: { limitBytes: 100_000 } });
    expect(error.message).toMatch(/pour 100 ko au plus/);
  });

  it('believes an announced size for a quarter of an hour, and asks again', async () => {
    const server = await start({ maxMessageBytes: 100_000 });
    let now = Date.UTC(2026, 2, 16, 9);
    const runtime = { ...systemRuntime, clock: { now: () => now } };
    const channel = transport(server, { runtime, archive: async () => fixtureArchive(200_000) });
    expect(await failure(channel.deposit(fixtureSubmission()))).toMatchObject({ code: 'TE_TOO_LARGE' });
    expect(channel.knownLimit).toBe(100_000);

    now += 16 * 60_000;
    expect(channel.knownLimit).toBeNull();
    expect(await channel.messageLimit()).toBe(100_000);
    now -= 60 * 60_000;
    expect(channel.knownLimit).toBeNull();
  });

  it('asks for a token at each connection, and once more when it is refused', async () => {
    const good = 'jeton-CANARI-2';
    const server = await start({
      tls: { ...scene.pki.server },
      authenticate: ({ accessToken, user }) => accessToken === good && user === senderAddress,
    });
    const asked: boolean[] = [];
    const channel = transport(server, {
      credentials: {
        token: {
          mailbox: senderAddress,
          provider: async ({ renew }) => {
            asked.push(renew);
            return renew ? good : 'jeton-CANARI-1';
          },
        },
      },
    });
    await channel.deposit(fixtureSubmission());
    expect(asked).toEqual([false, true]);
    expect(server.received()[0]).toMatchObject({ user: senderAddress, clientCertificate: false });
  });

  it('says that a token is refused, without showing it', async () => {
    const server = await start({ tls: { ...scene.pki.server }, authenticate: () => false });
    const channel = transport(server, {
      credentials: { token: { mailbox: senderAddress, provider: async () => 'jeton-CANARI' } },
    });
    const error = await failure(channel.deposit(fixtureSubmission()));
    expect(error).toMatchObject({ code: 'TE_AUTHN_REJECTED', retryable: false });
    expect(JSON.stringify(error)).not.toContain('jeton-CANARI');
  });

  it('stops when asked, and after close', async () => {
    const server = await start();
    const channel = transport(server);
    expect(await failure(channel.deposit(fixtureSubmission(), { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'TE_CANCELLED',
    });
    server.inject('rcpt', { cut: 'hang' });
    expect(await failure(channel.deposit(fixtureSubmission(), { timeoutMs: 300 }))).toMatchObject({
      code: 'TE_TIMEOUT',
    });
    await channel.close();
    expect(await failure(channel.deposit(fixtureSubmission()))).toMatchObject({ code: 'TE_CLOSED' });
    expect(server.received()).toHaveLength(0);
  });

  it('says that nobody listens', async () => {
    const server = await start();
    await server.close();
    expect(await failure(transport(server).deposit(fixtureSubmission()))).toMatchObject({
      code: 'TE_UNAVAILABLE',
      retryable: true,
    });
  });
});
