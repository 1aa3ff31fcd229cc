import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import {
  createMailbox,
  createMemoryStore,
  createMssTransport,
  createOutbox,
  followReports,
  type DepositState,
  type Mailbox,
  type MailboxItem,
  type MailboxOptions,
  type MssTransport,
  type MssTransportConfig,
  type Outbox,
} from '../../src/transport/index.ts';
import { composeMdn } from '../../src/transport/mss/answer.ts';
import { readIncomingDeposit } from '../../src/transport/mss/incoming.ts';
import { bytesSource, collect } from '../../src/internal/bytes.ts';
import { makeMailPki, type MailPki } from '../helpers/mail-pki.ts';
import { noRealMail, startRealMail, type RealMail } from '../helpers/real-mail.ts';
import { canary, depositAddress, fixtureArchive, fixtureSubmission, sender, senderAddress } from './fixtures.ts';

const at = (local: string): string => `${local}@terr-esante.simulateur.mssante.fr`;

describe.skipIf(noRealMail)('against exim and dovecot', () => {
  let pki: MailPki;
  let mail: RealMail;
  const open: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    pki = makeMailPki();
    mail = await startRealMail(pki, { maxSize: '80M' });
  });
  afterEach(async () => {
    for (const item of open.splice(0)) await item.close();
  });
  afterAll(() => mail.stop());

  const server = (port: number): MssTransportConfig['server'] => ({
    host: '127.0.0.1',
    port,
    serverName: 'localhost',
    caPem: pki.caPem,
  });
  const transport = (
    change: Partial<MssTransportConfig> = {},
    to = depositAddress,
    using: RealMail = mail,
  ): MssTransport => {
    const made = createMssTransport({
      server: server(using.smtpPort),
      credentials: { certificate: pki.client },
      message: { from: sender, to },
      archive: async () => fixtureArchive(),
      ...change,
    });
    open.push(made);
    return made;
  };
  const mailbox = (address: string, change: Partial<MailboxOptions> = {}, using: RealMail = mail): Mailbox => {
    const made = createMailbox({
      server: server(using.imapPort),
      credentials: { token: { mailbox: address, provider: async () => using.token(address) } },
      ...change,
    });
    open.push(made);
    return made;
  };
  const all = async (box: Mailbox): Promise<MailboxItem[]> => {
    const items: MailboxItem[] = [];
    for await (const item of box.read()) items.push(item);
    return items;
  };
  const outbox = (to: string): Outbox => {
    const made = createOutbox({
      store: createMemoryStore(),
      carrier: transport({}, to),
      senderDomain: 'cabinet.simulateur.mssante.fr',
      retry: { firstDelayMs: 20 },
    });
    open.unshift(made);
    return made;
  };
  const follow = async (box: Mailbox, target: Outbox, uniqueId: string, state: DepositState): Promise<void> => {
    let after: string | undefined;
    await vi.waitFor(
      async () => {
        for await (const { item } of followReports(target, box, { after })) after = item.cursor;
        expect((await target.status(uniqueId))?.state).toBe(state);
      },
      { timeout: 25_000, interval: 300 },
    );
  };

  it('delivers a deposit with a client certificate, and reads it back byte for byte', async () => {
    const archive = fixtureArchive(200_000);
    const to = at('lecture');
    await transport({ archive: async () => archive }, to).deposit(fixtureSubmission());
    const box = mailbox(to);
    const [item] = await vi.waitFor(
      async () => {
        const items = await all(box);
        expect(items).toHaveLength(1);
        return items;
      },
      { timeout: 10_000 },
    );
    expect(item).toMatchObject({ kind: 'deposit', from: { name: 'Cabinet fictif', address: senderAddress } });
    for await (const again of box.read()) {
      expect(Buffer.compare((await again.archive())!, await collect(archive.content.open()))).toBe(0);
    }
    for await (const again of box.read()) {
      await expect(again.archive({ maxBytes: 1_000 })).rejects.toMatchObject({ code: 'TE_TOO_LARGE' });
    }
    await box.remove(item!.cursor);
    expect(await all(box)).toHaveLength(0);
  });

  it('goes on after the cursor, and waits for what comes', async () => {
    const to = at('attente');
    const channel = transport({}, to);
    await channel.deposit(fixtureSubmission());
    const box = mailbox(to);
    const stop = new AbortController();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const item of box.watch({ signal: stop.signal })) seen.push(item.cursor);
    })();
    await vi.waitFor(() => expect(seen).toHaveLength(1), { timeout: 10_000 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await channel.deposit(fixtureSubmission());
    await vi.waitFor(() => expect(seen).toHaveLength(2), { timeout: 10_000 });
    stop.abort();
    await expect(watching).rejects.toMatchObject({ code: 'TE_CANCELLED' });
    const after: string[] = [];
    for await (const item of box.read({ after: seen[0] })) after.push(item.cursor);
    expect(after).toEqual([seen[1]]);
    for await (const item of box.read({ after: seen[1] })) after.push(item.cursor);
    expect(after).toHaveLength(1);
  });

  it.each(['XOAUTH2', 'OAUTHBEARER'] as const)(
    'authenticates with %s on both sides, and renews an expired token',
    async (mechanism) => {
      const asked: boolean[] = [];
      const credentials = {
        token: {
          mailbox: senderAddress,
          mechanism,
          provider: async ({ renew }: { readonly renew: boolean }) => {
            asked.push(renew);
            return mail.token(senderAddress, renew ? 300 : -60);
          },
        },
      };
      await transport({ credentials }).verify();
      await mailbox(senderAddress, { credentials }).verify();
      expect(asked).toEqual([false, true, false, true]);
      const log = readFileSync(join(mail.logs, 'dovecot.log'), 'utf8');
      expect(
        log
          .split('\n')
          .filter((line) => line.includes('Login:'))
          .at(-1),
      ).toContain(`method=${mechanism}`);
    },
  );

  it('says that a token is refused, on both sides', async () => {
    const credentials = {
      token: { mailbox: senderAddress, provider: async () => mail.token('autre@cabinet.simulateur.mssante.fr') },
    };
    await expect(transport({ credentials }).verify()).rejects.toMatchObject({ code: 'TE_AUTHN_REJECTED' });
    await expect(mailbox(senderAddress, { credentials }).verify()).rejects.toMatchObject({ code: 'TE_AUTHN_REJECTED' });
  });

  it('takes a password over TLS, and refuses to read without any', async () => {
    const credentials = { password: { user: senderAddress, provider: async () => mail.password } };
    await transport({ credentials }).deposit(fixtureSubmission());
    await mailbox(senderAddress, { credentials }).verify();
    await expect(mailbox(senderAddress, { credentials: { certificate: pki.client } }).verify()).rejects.toMatchObject({
      code: 'TE_UNSUPPORTED',
    });
  });

  it('trusts the given authority only, on both sides', async () => {
    const wrong = (port: number): MssTransportConfig['server'] => ({ ...server(port), caPem: pki.otherCaPem });
    await expect(transport({ server: wrong(mail.smtpPort) }).verify()).rejects.toMatchObject({ code: 'TE_TLS' });
    await expect(mailbox(senderAddress, { server: wrong(mail.imapPort) }).verify()).rejects.toMatchObject({
      code: 'TE_TLS',
    });
    const named = (port: number): MssTransportConfig['server'] => ({ ...server(port), serverName: 'autre.example' });
    await expect(transport({ server: named(mail.smtpPort) }).verify()).rejects.toMatchObject({ code: 'TE_TLS' });
    await expect(mailbox(senderAddress, { server: named(mail.imapPort) }).verify()).rejects.toMatchObject({
      code: 'TE_TLS',
    });
    const revoked = (port: number): MssTransportConfig['server'] => ({ ...server(port), crl: async () => pki.crlPem });
    await expect(transport({ server: revoked(mail.smtpPort) }).verify()).rejects.toMatchObject({ code: 'TE_TLS' });
    await expect(mailbox(senderAddress, { server: revoked(mail.imapPort) }).verify()).rejects.toMatchObject({
      code: 'TE_TLS',
    });
  });

  it.each([
    ['inconnu', 'TE_RECIPIENT_UNKNOWN', '5.1.1', false],
    ['plein', 'TE_MAILBOX_FULL', '5.2.2', false],
    ['lent', 'TE_UNAVAILABLE', '4.7.1', true],
  ])('names what happens to %s', async (local, code, enhancedStatus, retryable) => {
    await expect(transport({}, at(local)).deposit(fixtureSubmission())).rejects.toMatchObject({
      code,
      retryable,
      details: { enhancedStatus },
    });
  });

  it('reads a real bounce back and follows it', async () => {
    const box = mailbox(senderAddress);
    const target = outbox(at('rebond'));
    await target.deposit(fixtureSubmission({ uniqueId: '1.1' }));
    await follow(box, target, '1.1', 'undeliverable');
    const receipt = await target.status('1.1');
    expect(receipt?.evidence?.some(({ source }) => source === 'dsn')).toBe(true);
  });

  it('reads a real delivery report back and follows it', async () => {
    const box = mailbox(senderAddress);
    const target = outbox(at('remis'));
    await target.deposit(fixtureSubmission({ uniqueId: '1.2' }));
    await follow(box, target, '1.2', 'delivered');
  });

  it('reads a disposition report with an 8 MB original, fetching the headers alone', async () => {
    const to = at('traite');
    const target = createOutbox({
      store: createMemoryStore(),
      carrier: transport({ archive: async () => fixtureArchive(8_000_000) }, to),
      senderDomain: 'cabinet.simulateur.mssante.fr',
    });
    open.unshift(target);
    await target.deposit(fixtureSubmission({ uniqueId: '1.3' }));
    await vi.waitFor(() => expect(mail.delivered(to)).toHaveLength(1), { timeout: 20_000 });
    const bytes = readFileSync(mail.delivered(to)[0]!);
    const { subject, messageId, dispositionNotificationTo } = await readIncomingDeposit(bytes);
    const mdn = await composeMdn(
      {
        subject,
        messageId,
        dispositionNotificationTo,
        returnPath: senderAddress,
        recipient: to,
        content: bytesSource(bytes),
      },
      { from: { address: to, label: 'Plateforme' }, outcome: { kind: 'error', code: '905' } },
    );
    await transport().send({ ...mdn, envelope: { from: to, to: mdn.envelope.to } });
    await follow(mailbox(senderAddress), target, '1.3', 'rejected');
    expect((await target.status('1.3'))?.rejection).toMatchObject({ code: '905' });
  });

  it('streams 50 MB', { timeout: 60_000 }, async () => {
    const to = at('lourd');
    const chunk = randomBytes(1_000_000);
    const expected = createHash('sha256');
    for (let count = 0; count < 50; count += 1) expected.update(chunk);
    const content = {
      byteLength: 50_000_000,
      async *open() {
        for (let count = 0; count < 50; count += 1) yield chunk;
      },
    };
    await transport({ archive: async () => ({ fileName: 'IHE_XDM.zip', content }) }, to).deposit(fixtureSubmission());
    await vi.waitFor(() => expect(mail.delivered(to)).toHaveLength(1), { timeout: 30_000 });
    for await (const item of mailbox(to, { limits: { maxMessageBytes: 80_000_000 } }).read()) {
      const bytes = await item.archive({ maxBytes: 60_000_000 });
      expect(createHash('sha256').update(bytes!).digest('hex')).toBe(expected.digest('hex'));
    }
    for await (const item of mailbox(to).read()) expect(item.kind).toBe('unreadable');
  });

  describe('with a client certificate required and a limit of 1 MB', () => {
    let strict: RealMail;
    beforeAll(async () => {
      strict = await startRealMail(pki, { clientCertificate: 'required', maxSize: '1M' });
    });
    afterAll(() => strict.stop());

    it.each(['absent', 'of a stranger'])('names a client certificate that is %s, on both sides', async (kind) => {
      const certificate = kind === 'absent' ? {} : { certificate: pki.strangeClient };
      const token = { mailbox: senderAddress, provider: async () => strict.token(senderAddress) };
      await expect(
        transport({ credentials: { ...certificate } }, depositAddress, strict).deposit(fixtureSubmission()),
      ).rejects.toMatchObject({ code: 'TE_CLIENT_CERT' });
      await expect(
        mailbox(senderAddress, { credentials: { ...certificate, token } }, strict).verify(),
      ).rejects.toMatchObject({ code: 'TE_CLIENT_CERT' });
    });

    it('refuses before sending what the server says is too large', async () => {
      await expect(
        transport({ archive: async () => fixtureArchive(1_200_000) }, depositAddress, strict).deposit(
          fixtureSubmission(),
        ),
      ).rejects.toMatchObject({ code: 'TE_TOO_LARGE', details: { limitBytes: 1_048_576 } });
    });
  });

  it('leaves no trait in the logs of the servers beyond the addresses', () => {
    for (const name of readdirSync(mail.logs)) {
      const text = readFileSync(join(mail.logs, name), 'utf8');
      for (const trace of [canary.family, canary.given, canary.ins]) expect(text).not.toContain(trace);
    }
  });
});
