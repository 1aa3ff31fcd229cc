import { createServer } from 'node:tls';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it } from 'vitest';

import type { TerrESanteError } from '../../src/errors.ts';
import {
  createMailbox,
  type Mailbox,
  type MailboxItem,
  type MailboxOptions,
  type MssCredentials,
} from '../../src/transport/index.ts';
import { mailScene } from '../helpers/mail-scene.ts';
import {
  createScriptedImap,
  type Reply,
  type ScriptedImapOptions,
  type ScriptedServer,
} from '../helpers/scripted-mail.ts';
import { senderAddress } from './fixtures.ts';

const scene = mailScene();

const password: MssCredentials = { password: { user: 'cabinet', provider: async () => 'secret-CANARI' } };

async function start(options: Partial<ScriptedImapOptions> = {}): Promise<ScriptedServer> {
  const server = await createScriptedImap({ tls: scene.pki.server, ...options });
  scene.open.push(server);
  return server;
}

function boxOf(port: number, change: Partial<MailboxOptions> = {}, isClear = false): Mailbox {
  const server = { host: '127.0.0.1', port, serverName: 'localhost', caPem: scene.pki.caPem, implicitTls: !isClear };
  const box = createMailbox({ server, credentials: password, ...change });
  scene.open.unshift(box);
  return box;
}

const mailbox = async (
  options: Partial<ScriptedImapOptions> = {},
  change: Partial<MailboxOptions> = {},
): Promise<Mailbox> => boxOf((await start(options)).port, change, options.isClear);

async function all(items: AsyncIterable<MailboxItem>): Promise<string[]> {
  const kinds: string[] = [];
  for await (const { cursor, kind } of items) kinds.push(`${cursor} ${kind}`);
  return kinds;
}

const at = (asked: RegExp, ...reply: string[]) => ({ answer: (line: string) => (asked.test(line) ? reply : null) });
const codeOf = async (work: Promise<unknown>): Promise<[string, boolean]> =>
  work.then(
    () => expect.unreachable('should fail'),
    (error: unknown) => {
      const { code, retryable } = error as { code: string; retryable: boolean };
      expect(`${JSON.stringify(error)} ${String((error as Error).stack)}`).not.toMatch(/CANARI|cabinet@/);
      return [code, retryable];
    },
  );

describe('a login that is refused', () => {
  it.each([
    // What passes: RFC 5530, and what older servers say in English.
    ['NO [UNAVAILABLE] Temporary authentication failure.', 'TE_UNAVAILABLE', true],
    ['NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded', 'TE_UNAVAILABLE', true],
    ['NO [INUSE] Mailbox in use', 'TE_UNAVAILABLE', true],
    ['NO [LIMIT] Login rate exceeded', 'TE_UNAVAILABLE', true],
    ['NO [SERVERBUG] Internal error occurred.', 'TE_UNAVAILABLE', true],
    ['NO [ALERT] Too many simultaneous connections. (Failure)', 'TE_UNAVAILABLE', true],
    ['NO Server error - Please try again later', 'TE_UNAVAILABLE', true],
    ['BAD User is authenticated but not connected.', 'TE_UNAVAILABLE', true],
    // What does not.
    ['NO [AUTHENTICATIONFAILED] Authentication failed.', 'TE_AUTHN_REJECTED', false],
    ['NO [AUTHORIZATIONFAILED] Not yours', 'TE_AUTHN_REJECTED', false],
    ['NO [EXPIRED] Password expired', 'TE_AUTHN_REJECTED', false],
    ['NO [CONTACTADMIN] Account locked', 'TE_AUTHN_REJECTED', false],
    ['NO [PRIVACYREQUIRED] Stronger encryption wanted', 'TE_TLS', false],
    ['NO LOGIN failed for cabinet@c.mssante.fr', 'TE_AUTHN_REJECTED', false],
  ] as const)('by %j is %s', async (answer, code, retryable) => {
    const box = await mailbox(at(/^(?:SASL|LOGIN)/, `TAG ${answer}`));
    expect(await codeOf(box.verify())).toEqual([code, retryable]);
  });

  it.each([
    ['* BYE Too many connections from your address', 'TE_UNAVAILABLE'],
    ['* BYE [UNAVAILABLE] Server is shutting down', 'TE_UNAVAILABLE'],
    ['HTTP/1.1 400 Bad Request', 'TE_TIMEOUT'],
  ])('or not even reached, greeted by %j, is %s', async (greeting, code) => {
    const box = await mailbox({ greeting: [greeting] }, { connectTimeoutMs: 300 });
    expect(await codeOf(box.verify())).toEqual([code, true]);
  });

  it('says that the server takes no such login', async () => {
    const token = { token: { mailbox: senderAddress, provider: async () => 'jeton' } };
    const disabled = await mailbox({ capabilities: 'IMAP4rev1 LOGINDISABLED' });
    expect(await codeOf(disabled.verify())).toEqual(['TE_UNSUPPORTED', false]);
    const other = await mailbox({ capabilities: 'IMAP4rev1 AUTH=PLAIN' }, { credentials: token });
    expect(await codeOf(other.verify())).toEqual(['TE_UNSUPPORTED', false]);
  });

  it('uses what a server offers only once one is logged in', async () => {
    const box = await mailbox({
      capabilities: 'IMAP4rev1 AUTH=PLAIN',
      capabilitiesAfterLogin: 'IMAP4rev1 IDLE UIDPLUS',
    });
    expect(await all(box.read())).toHaveLength(3);
  });
});

describe('a connection that would not be encrypted', () => {
  it.each([
    ['STARTTLS is not offered', { capabilities: 'IMAP4rev1 AUTH=PLAIN' }],
    ['STARTTLS is refused', at(/^STARTTLS/, 'TAG NO not now')],
    ['the greeting says that one is logged in', { greeting: ['* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome'] }],
    ['the answer to STARTTLS brings more', at(/^STARTTLS/, 'TAG OK go', '* CAPABILITY IMAP4rev1 AUTH=PLAIN')],
  ] as readonly (readonly [string, Partial<ScriptedImapOptions>])[])('is not used when %s', async (_, options) => {
    const server = await start({ isClear: true, ...options });
    expect(await codeOf(boxOf(server.port, {}, true).verify())).toEqual(['TE_TLS', false]);
    expect(server.lines.join(' ')).not.toMatch(/AUTHENTICATE|LOGIN|U0FT|secret/);
  });

  it('nor with an older TLS, nor with the certificate of another host', async () => {
    const { certPem: cert, keyPem: key } = scene.pki.server;
    const sockets = new Set<Socket>();
    const old = createServer({ cert, key, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    old.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve));
    scene.open.push({
      close: async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => old.close(resolve));
      },
    });
    expect(await codeOf(boxOf((old.address() as AddressInfo).port).verify())).toEqual(['TE_TLS', false]);
    expect(await codeOf((await mailbox({ tls: scene.pki.otherName })).verify())).toEqual(['TE_TLS', false]);
  });
});

describe('a folder that does not open', () => {
  it.each([
    ["NO [NONEXISTENT] Mailbox doesn't exist: Retours", 'TE_NOT_FOUND', false],
    ['NO Mailbox does not exist, or must be subscribed to.', 'TE_NOT_FOUND', false],
    ['NO [NOPERM] Access denied', 'TE_FORBIDDEN', false],
    ['NO [UNAVAILABLE] Backend away', 'TE_UNAVAILABLE', true],
    ['NO [INUSE] Locked', 'TE_UNAVAILABLE', true],
    ['NO', 'TE_UNAVAILABLE', true],
    ['BAD User is authenticated but not connected.', 'TE_UNAVAILABLE', true],
  ] as const)('by %j is %s', async (answer, code, retryable) => {
    const box = await mailbox(at(/^SELECT/, `TAG ${answer}`));
    expect(await codeOf(box.verify())).toEqual([code, retryable]);
  });
});

describe('a message that a server cannot give', () => {
  const second = /^UID FETCH 2 /;
  const expected = ['7:1 other', '7:2 unreadable', '7:3 other'];

  it.each([
    ['TAG NO [SERVERBUG] Internal error occurred.'],
    ['TAG NO [CANNOT] Unsupported'],
    ['TAG NO Error: message is corrupt'],
    ['TAG BAD Could not parse'],
    ['TAG OK done'],
    ['* 2 FETCH (UID 2 RFC822.SIZE 100 BODYSTRUCTURE (((((', 'TAG OK done'],
    ['* 2 FETCH (UID 2 RFC822.SIZE 100 BODYSTRUCTURE NIL)', 'TAG OK done'],
    ['* 2 FETCH (UID 2 RFC822.SIZE 99999999999 BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1))', 'TAG OK done'],
  ])('does not hide those behind it: %j', async (...reply) => {
    const box = await mailbox(at(second, ...reply));
    expect(await all(box.read())).toEqual(expected);
  });

  it('nor where only its headers are refused', async () => {
    const box = await mailbox(at(/^UID FETCH 2 .*HEADER/, 'TAG NO Cannot read'));
    expect(await all(box.read())).toEqual(expected);
  });

  it.each([
    ['the connection ends', 'drop', 'TE_UNAVAILABLE'],
    ['the server says nothing', 'mute', 'TE_TIMEOUT'],
    ['a literal is announced of 9 GB', ['* 2 FETCH (UID 2 BODY[HEADER] {9999999999}', 'x'], 'TE_UNAVAILABLE'],
    ['the answer belongs to no command', ['ZZZ999 OK done', '* BYE confused'], 'TE_UNAVAILABLE'],
  ] as readonly (readonly [string, Reply, string])[])(
    'is passed over the fourth time when %s',
    async (_, reply, code) => {
      const timeoutMs = reply === 'mute' ? 300 : undefined;
      const box = await mailbox({ answer: (line) => (second.test(line) ? reply : null) }, { timeoutMs });
      const failures: string[] = [];
      for (;;) {
        const items = await all(box.read()).catch((error: unknown) => {
          failures.push((error as TerrESanteError).code);
          return null;
        });
        if (items === null) continue;
        expect(items).toEqual(expected);
        break;
      }
      // A slow computer may end one more before it reaches the message.
      expect(failures.length).toBeGreaterThanOrEqual(3);
      expect(new Set(failures)).toEqual(new Set([code]));
    },
  );

  it('is read once the server can, and a caller who gives up counts for nothing', async () => {
    let failures = 2;
    const box = await mailbox({
      answer: (line) => {
        if (!second.test(line) || failures === 0) return null;
        failures -= 1;
        return 'drop';
      },
    });
    for (let times = 0; times < 2; times += 1) expect(await codeOf(all(box.read()))).toEqual(['TE_UNAVAILABLE', true]);
    expect(await all(box.read())).toEqual(['7:1 other', '7:2 other', '7:3 other']);
  });

  it.each(['UNAVAILABLE', 'INUSE', 'LIMIT'])('is asked again later when [%s]', async (word) => {
    const box = await mailbox(at(second, `TAG NO [${word}] later`));
    expect(await codeOf(all(box.read()))).toEqual(['TE_UNAVAILABLE', true]);
  });

  it('is passed over when somebody else removed it meanwhile', async () => {
    const messages = [{ uid: 1 }, { uid: 2 }, { uid: 3 }];
    const box = await mailbox({ messages });
    const seen: string[] = [];
    for await (const { cursor } of box.read()) {
      seen.push(cursor);
      if (cursor === '7:1') messages.splice(1, 1);
    }
    expect(seen).toEqual(['7:1', '7:3']);
  });
});

describe('a mailbox as servers keep it', () => {
  it('is read again from its start when its numbering has changed', async () => {
    const box = await mailbox({ validity: 8 });
    expect(await all(box.read({ after: '7:3' }))).toEqual(['8:1 other', '8:2 other', '8:3 other']);
    expect(await codeOf(box.remove('7:1'))).toEqual(['TE_NOT_FOUND', false]);
  });

  it('is read once, although the server numbers nothing', async () => {
    const box = await mailbox({ validity: null });
    expect(await all(box.read())).toEqual(['0:1 other', '0:2 other', '0:3 other']);
    expect(await all(box.read({ after: '0:3' }))).toEqual([]);
  });

  it.each(['', 'x', '7', '7:', '7:-1', '7:1.5', '7:4294967296', '7:1\r\n2 LOGOUT', ' 7:1'])(
    'takes no cursor %j',
    async (after) => {
      const box = await mailbox();
      expect(await codeOf(all(box.read({ after })))).toEqual(['TE_INPUT_INVALID', false]);
      expect(await codeOf(box.remove(after))).toEqual(['TE_INPUT_INVALID', false]);
    },
  );

  it('is not taken for empty when the search is refused', async () => {
    const box = await mailbox(at(/^UID SEARCH/, 'TAG NO [SERVERBUG] Internal error'));
    expect(await codeOf(all(box.read()))).toEqual(['TE_UNAVAILABLE', true]);
  });

  it('loses a message inside the loop that reads it', async () => {
    const box = await mailbox();
    const seen: string[] = [];
    for await (const { cursor } of box.read()) {
      seen.push(cursor);
      await box.remove(cursor);
    }
    expect(seen).toEqual(['7:1', '7:2', '7:3']);
    expect(await all(box.read())).toEqual([]);
  });

  it('loses nothing that others marked, where a server only removes all that is marked', async () => {
    const capabilities = 'IMAP4rev1 IDLE AUTH=PLAIN';
    const others = await start({ capabilities, ...at(/^UID SEARCH DELETED/, '* SEARCH 3', 'TAG OK done') });
    expect(await codeOf(boxOf(others.port).remove('7:1'))).toEqual(['TE_UNSUPPORTED', false]);
    expect(others.lines.join(' ')).not.toMatch(/STORE|EXPUNGE/);
    const alone = await start({ capabilities });
    await boxOf(alone.port).remove('7:1');
    expect(alone.lines.join(' ')).toMatch(/STORE 1 .*EXPUNGE/);
  });

  it('says that a message was not removed', async () => {
    const box = await mailbox(at(/^UID (?:STORE|EXPUNGE)/, 'TAG NO [NOPERM] read only'));
    expect((await codeOf(box.remove('7:1')))[0]).toMatch(/^TE_(?:UNAVAILABLE|FORBIDDEN)$/);
  });
});

describe('a watch', () => {
  it('goes on after what passes, and tells it', async () => {
    let refusals = 1;
    const box = await mailbox({
      answer: (line) => {
        if (line !== 'SASL' || refusals === 0) return null;
        refusals -= 1;
        return ['TAG NO [INUSE] Too many connections'];
      },
    });
    const told: string[] = [];
    const stop = new AbortController();
    for await (const { cursor } of box.watch({ signal: stop.signal, onError: ({ code }) => told.push(code) })) {
      if (cursor === '7:3') break;
    }
    expect(told).toEqual(['TE_UNAVAILABLE']);
  });

  it('ends where trying again cannot help', async () => {
    const box = await mailbox(at(/^SASL/, 'TAG NO [AUTHENTICATIONFAILED] no'));
    const { signal } = new AbortController();
    expect(await codeOf(all(box.watch({ signal })))).toEqual(['TE_AUTHN_REJECTED', false]);
  });

  it('sees a message that comes while the server waits with it', async () => {
    const messages = [{ uid: 1 }];
    const server = await start({
      messages,
      answer: (line) => {
        if (line !== 'IDLE') return null;
        if (messages.length > 1) return null;
        messages.push({ uid: 2 });
        return ['+ idling', '* 2 EXISTS', 'TAG OK done'];
      },
    });
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const { cursor } of boxOf(server.port).watch({ signal: stop.signal })) {
      seen.push(cursor);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(['7:1', '7:2']);
  });
});
