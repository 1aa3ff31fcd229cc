import { describe, expect, it } from 'vitest';

import {
  createMailbox,
  createMssTransport,
  type Mailbox,
  type MailboxItem,
  type MailboxOptions,
  type MssCredentials,
  type MssTransport,
  type MssTransportConfig,
} from '../../src/transport/index.ts';
import { probeSubmission } from '../../src/transport/mss/probe.ts';
import { mailScene } from '../helpers/mail-scene.ts';
import {
  createScriptedImap,
  createScriptedSmtp,
  type Reply,
  type ScriptedImapOptions,
  type ScriptedServer,
  type SmtpPassage,
} from '../helpers/scripted-mail.ts';
import { depositAddress, fixtureArchive, sender, senderAddress, smallMail } from './fixtures.ts';

const scene = mailScene();

const password: MssCredentials = { password: { user: 'cabinet', provider: async () => 'secret' } };
const never = (): Promise<never> => new Promise(() => undefined);
const serverOf = ({ port }: ScriptedServer): MailboxOptions['server'] => ({
  host: '127.0.0.1',
  port,
  serverName: 'localhost',
  caPem: scene.pki.caPem,
  implicitTls: true,
});

async function imap(options: Partial<ScriptedImapOptions> = {}): Promise<ScriptedServer> {
  const server = await createScriptedImap({ tls: scene.pki.server, ...options });
  scene.open.push(server);
  return server;
}

function mailbox(server: ScriptedServer, change: Partial<MailboxOptions> = {}): Mailbox {
  const box = createMailbox({ server: serverOf(server), credentials: password, ...change });
  scene.open.unshift(box);
  return box;
}

async function all(items: AsyncIterable<MailboxItem>): Promise<string[]> {
  const kinds: string[] = [];
  for await (const { cursor, kind } of items) kinds.push(`${cursor} ${kind}`);
  return kinds;
}

/** A caller who gives up once the server was asked for what it does not answer. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function givingUp(
  server: ScriptedServer,
  asked: RegExp | null,
  work: (signal: AbortSignal) => Promise<unknown>,
  code = 'TE_CANCELLED',
): Promise<void> {
  const stop = new AbortController();
  const before = { lines: server.lines.length, connections: server.connections };
  const ended = expect(work(stop.signal)).rejects.toMatchObject({ code });
  await until(() =>
    asked ? server.lines.slice(before.lines).some((line) => asked.test(line)) : server.connections > before.connections,
  );
  stop.abort();
  await ended;
}

describe('a mailbox whose server stops answering', () => {
  const steps: readonly (readonly [string, RegExp])[] = [
    ['at the login', /^AUTHENTICATE/],
    ['after the password', /^SASL/],
    ['after the login', /^CAPABILITY/],
    ['at the list of folders', /^LIST/],
    ['at the folder', /^SELECT/],
    ['at the search', /^UID SEARCH/],
    ['at the structure of a message', /^UID FETCH .*BODYSTRUCTURE/],
    ['at its headers', /^UID FETCH .*HEADER/],
  ];
  const answering = (asked: RegExp, reply: Reply) => ({ answer: (line: string) => (asked.test(line) ? reply : null) });

  it.each(steps)('ends by the deadline and by the signal, %s', async (_, asked) => {
    for (const reply of ['mute', 'drip'] as const) {
      const server = await imap({ ...answering(asked, reply), capabilitiesAfterLogin: 'IMAP4rev1 IDLE' });
      const box = mailbox(server);
      await expect(all(box.read({ timeoutMs: 80 }))).rejects.toMatchObject({ code: 'TE_TIMEOUT', retryable: true });
      const line = asked.source.startsWith('^SASL') ? /AUTHENTICATE/ : new RegExp(` ${asked.source.slice(1)}`);
      await givingUp(server, line, (signal) => all(box.read({ signal })));
      await box.close();
    }
  });

  it.each(steps)('says that the server is away when it closes or half closes, %s', async (_, asked) => {
    for (const reply of ['end', 'drop'] as const) {
      const box = mailbox(await imap(answering(asked, reply)));
      await expect(all(box.read())).rejects.toMatchObject({ code: 'TE_UNAVAILABLE', retryable: true });
    }
  });

  it.each(['mute', 'drip'] as const)('ends when nobody greets (%s)', async (greeting) => {
    const server = await imap({ greeting });
    const box = mailbox(server);
    await expect(box.verify({ timeoutMs: 60 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    await givingUp(server, null, (signal) => box.verify({ signal }));
    await givingUp(server, null, (signal) => box.remove('7:1', { signal }));
    const quick = mailbox(server, { connectTimeoutMs: 100 });
    await expect(quick.verify()).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    await quick.close();
  });

  it('has a deadline of its own for a caller without any', async () => {
    const box = mailbox(await imap(answering(/^UID SEARCH/, 'mute')), { timeoutMs: 80 });
    await expect(all(box.read())).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    const opening = mailbox(await imap(answering(/^SELECT/, 'mute')), { timeoutMs: 80 });
    await expect(opening.verify()).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
  });

  it('closes while calls wait, and each of them says so', async () => {
    const server = await imap(answering(/^UID SEARCH/, 'mute'));
    const box = mailbox(server);
    const reading = expect(all(box.read())).rejects.toMatchObject({ code: 'TE_CLOSED' });
    await until(() => server.lines.some((line) => line.includes('UID SEARCH')));
    await box.close();
    await reading;
    await expect(box.verify()).rejects.toMatchObject({ code: 'TE_CLOSED' });
    await box.close();
  });

  it('closes although LOGOUT stays without an answer, and while it opens', async () => {
    const box = mailbox(await imap(answering(/^LOGOUT/, 'mute')));
    await box.verify();
    await box.close();
    const greeted = await imap({ greeting: 'mute' });
    const opening = mailbox(greeted);
    const verifying = expect(opening.verify()).rejects.toMatchObject({ code: 'TE_CLOSED' });
    await until(() => greeted.connections > 0);
    await opening.close();
    await verifying;
  });

  it('ends a watch by its signal and by the closing, in IDLE too', async () => {
    for (const reply of [null, 'mute'] as const) {
      const server = await imap({ answer: (line) => (line === 'IDLE' ? reply : null), messages: [{ uid: 1 }] });
      const box = mailbox(server);
      const stop = new AbortController();
      const watching = expect(all(box.watch({ signal: stop.signal }))).rejects.toMatchObject({ code: 'TE_CANCELLED' });
      const other = mailbox(server);
      const ended = expect(all(other.watch({ signal: new AbortController().signal }))).rejects.toMatchObject({
        code: 'TE_CLOSED',
      });
      await until(() => server.lines.filter((line) => line.endsWith('IDLE')).length >= 2);
      stop.abort();
      await watching;
      await other.close();
      await ended;
    }
  });

  it('lets one caller go without those who wait for the same connection', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const box = mailbox(await imap(), {
      credentials: {
        password: {
          user: 'cabinet',
          provider: async () => {
            await held;
            return 'secret';
          },
        },
      },
    });
    const patient = box.verify();
    await expect(box.verify({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    release();
    await patient;
  });

  it('ends an archive by its own limits', async () => {
    const server = await imap({
      ...answering(/^UID FETCH .*\[2\]/, 'mute'),
      messages: [
        {
          uid: 1,
          structure:
            '(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)("APPLICATION" "ZIP" ("NAME" "IHE_XDM.zip") NIL NIL "BASE64" 400) "MIXED")',
        },
      ],
    });
    const box = mailbox(server);
    for await (const item of box.read()) {
      expect(item.kind).toBe('deposit');
      await expect(item.archive({ timeoutMs: 60 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    }
  });
});

describe('a submission server that stops answering', () => {
  const reached: Partial<Record<SmtpPassage, RegExp>> = {
    EHLO: /^EHLO/,
    AUTH: /^AUTH/,
    MAIL: /^MAIL/,
    RCPT: /^RCPT/,
    DATA: /^DATA/,
  };
  const steps: readonly SmtpPassage[] = ['greeting', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA', 'end'];
  const smtp = async (replies: Partial<Record<SmtpPassage, Reply>>): Promise<ScriptedServer> => {
    const server = await createScriptedSmtp({ tls: scene.pki.server, replies });
    scene.open.push(server);
    return server;
  };
  const transport = (server: ScriptedServer, change: Partial<MssTransportConfig> = {}): MssTransport => {
    const made = createMssTransport({
      server: serverOf(server),
      credentials: password,
      message: { from: sender, to: depositAddress },
      archive: async () => fixtureArchive(),
      ...change,
    });
    scene.open.unshift(made);
    return made;
  };

  it.each(steps)('ends by the deadline and by the signal at %s', async (passage) => {
    for (const reply of ['mute', 'drip'] as const) {
      const server = await smtp({ [passage]: reply });
      const channel = transport(server);
      if (passage === 'end') {
        // After the last byte nobody knows.
        await givingUp(server, /^\.$/, (signal) => channel.send(smallMail(), { signal }), 'TE_MAIL_UNKNOWN_OUTCOME');
      } else {
        await expect(channel.send(smallMail(), { timeoutMs: 80 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
        await givingUp(server, reached[passage] ?? null, (signal) => channel.send(smallMail(), { signal }));
      }
      if (passage === 'greeting' || passage === 'EHLO' || passage === 'AUTH') {
        await expect(channel.verify({ timeoutMs: 60 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
        await givingUp(server, null, (signal) => channel.verify({ signal }));
        await givingUp(server, null, (signal) => channel.messageLimit({ signal }));
      }
      await channel.close();
    }
  });

  it.each(steps)('says that the server is away when it closes or half closes at %s', async (passage) => {
    const code = passage === 'end' ? 'TE_MAIL_UNKNOWN_OUTCOME' : 'TE_UNAVAILABLE';
    for (const reply of ['end', 'drop'] as const) {
      const channel = transport(await smtp({ [passage]: reply }), { connectTimeoutMs: 500, idleTimeoutMs: 500 });
      await expect(channel.send(smallMail())).rejects.toMatchObject({ code });
    }
  });

  it('closes although a message is in flight, cut after its grace', async () => {
    const server = await smtp({});
    const channel = transport(server);
    await channel.send(smallMail());
    await channel.close();
    await expect(channel.send(smallMail())).rejects.toMatchObject({ code: 'TE_CLOSED' });
    await expect(channel.verify()).rejects.toMatchObject({ code: 'TE_CLOSED' });
  });

  it.each([
    ['a revocation list', { server: { crl: never } }],
    ['a certificate', { credentials: { certificate: { provider: { kind: 'pkcs12', tlsIdentity: never } } } }],
    ['a token', { credentials: { token: { mailbox: senderAddress, provider: never } } }],
    ['a password', { credentials: { password: { user: 'cabinet', provider: never } } }],
  ] as const)('does not wait for %s that never comes', async (_, change) => {
    const server = await smtp({});
    const config = {
      server: { ...serverOf(server), ...('server' in change && change.server) },
      credentials: 'credentials' in change ? change.credentials : password,
    };
    const channel = transport(server, config);
    await expect(channel.send(smallMail(), { timeoutMs: 60 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    await expect(channel.verify({ timeoutMs: 60 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    await expect(probeSubmission(config, { timeoutMs: 60 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });

    const sending = channel.send(smallMail());
    const closed = expect(sending).rejects.toMatchObject({ code: 'TE_CLOSED' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await channel.close();
    await closed;

    const box = mailbox(await imap(), { server: config.server, credentials: { ...password, ...config.credentials } });
    await expect(box.verify({ timeoutMs: 60 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    await box.close();
  });

  it.each([
    ['fails', () => Promise.reject(new Error('jeton-CANARI'))],
    [
      'throws at once',
      () => {
        throw new Error('jeton-CANARI');
      },
    ],
    ['gives nothing', async () => ''],
    ['gives no text', async () => undefined as unknown as string],
    ['gives a second field', async () => 'jeton-CANARI\u0001host=ailleurs'],
  ])('says that the login is to be done again when the provider of the token %s', async (_, provider) => {
    const credentials = { token: { mailbox: senderAddress, provider } };
    const expected = { code: 'TE_AUTHN_REQUIRED' };
    const server = await smtp({});
    const channel = transport(server, { credentials });
    await expect(channel.send(smallMail())).rejects.toMatchObject(expected);
    await expect(channel.verify()).rejects.toMatchObject(expected);
    const box = mailbox(await imap(), { credentials });
    const error: unknown = await box.verify().catch((reason: unknown) => reason);
    expect(error).toMatchObject(expected);
    expect(`${JSON.stringify(error)} ${String((error as Error).stack)}`).not.toContain('CANARI');
  });

  it('renews a token that a reply of several lines refuses', async () => {
    const asked: boolean[] = [];
    const server = await smtp({ AUTH: ['535-5.7.8 Not accepted.', '535 5.7.8 See our page'] });
    const provider = async ({ renew }: { readonly renew: boolean }): Promise<string> => {
      asked.push(renew);
      return 'jeton';
    };
    const channel = transport(server, { credentials: { token: { mailbox: senderAddress, provider } } });
    await expect(channel.send(smallMail())).rejects.toMatchObject({ code: 'TE_AUTHN_REJECTED' });
    expect(asked).toEqual([false, true]);
  });
});
