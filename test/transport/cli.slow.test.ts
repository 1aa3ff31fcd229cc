import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { CliIo, Command } from '../../src/cli/io.ts';
import { mailCommand } from '../../src/cli/mail.ts';
import { outboxCommand } from '../../src/cli/outbox.ts';
import { createMailServer } from '../../src/simulator/mail/server.ts';
import { createMssTransport, createOutbox, openSpoolStore } from '../../src/transport/index.ts';
import { makeMailPki } from '../helpers/mail-pki.ts';
import { canary, depositAddress, fixtureArchive, fixtureSubmission, sender, senderAddress } from './fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function run(command: Command, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const io: CliIo = {
    stdin: (async function* () {})(),
    out: (text) => (out += text),
    err: (text) => (err += text),
    interactive: false,
    signal: new AbortController().signal,
  };
  const code = await command(args, io);
  return { code, out, err };
}

describe('terr-esante outbox', () => {
  it('makes no spool where there is none, and says that one is empty', async () => {
    const absent = join(folder, 'absent');
    await expect(run(outboxCommand, 'list', '--spool', absent)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    expect(existsSync(absent)).toBe(false);
    expect(await run(outboxCommand, 'list', '--spool', folder)).toEqual({ code: 0, out: '', err: 'Aucun dépôt.\n' });
  });

  it('lists, shows, sends again and cancels what is in a spool', async () => {
    const pki = makeMailPki();
    const server = await createMailServer({ tls: pki.server, recipient: () => ({ code: 550, text: '5.1.1 unknown' }) });
    const transport = createMssTransport({
      server: { host: '127.0.0.1', port: server.port, serverName: 'localhost', caPem: pki.caPem },
      credentials: {},
      message: { from: sender, to: depositAddress },
      archive: async () => fixtureArchive(),
    });
    const outbox = createOutbox({
      store: await openSpoolStore({ folder }),
      carrier: transport,
      senderDomain: 'c.mssante.fr',
    });
    await outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }));
    await vi.waitFor(async () => expect((await outbox.status('1.1'))?.state).toBe('undeliverable'), {
      timeout: 10_000,
    });
    // While the program has the spool, it can be looked at, and not changed.
    const open = await run(outboxCommand, 'list', '--spool', folder);
    const { out: numbers } = await run(outboxCommand, 'summary', '--spool', folder, '--json');
    expect(JSON.parse(numbers)).toMatchObject({
      states: { undeliverable: 1, queued: 0 },
      waiting: 0,
      oldestWaiting: null,
      problems: { TE_RECIPIENT_UNKNOWN: 1 },
    });
    expect(open.out).toMatch(/^undeliverable +\S.*  1\.1  TE_RECIPIENT_UNKNOWN\n$/);
    for (const verb of ['retry', 'cancel']) {
      await expect(run(outboxCommand, verb, '1.1', '--spool', folder)).rejects.toMatchObject({
        code: 'TE_OUTBOX',
        details: { reason: 'locked' },
      });
    }
    await outbox.close();
    await transport.close();
    await server.close();

    const listed = await run(outboxCommand, 'list', '--spool', folder);
    expect(listed).toMatchObject({ code: 1 });
    expect(listed.out).toBe(open.out);
    expect((await run(outboxCommand, 'list', '--spool', folder, '--state', 'queued')).out).toBe('');
    const shown = await run(outboxCommand, 'show', '1.1', '--spool', folder);
    expect(shown).toMatchObject({ code: 1 });
    expect(shown.out).toContain("N'a pas pu être remis. L'adresse du destinataire n'existe pas");
    expect(shown.out).toMatch(/^problème +TE_RECIPIENT_UNKNOWN, réponse SMTP 550, le \S+$/m);
    expect(shown.out).toMatch(/^essais +1$/m);
    expect(shown.out).not.toMatch(/prochain essai/);
    expect(shown.out + listed.out).not.toMatch(new RegExp(`${canary.family}|${canary.title}`));
    expect(await run(outboxCommand, 'retry', '1.1', '--spool', folder, '--json')).toMatchObject({
      code: 0,
      out: expect.stringContaining('"state":"queued"'),
    });
    expect(await run(outboxCommand, 'cancel', '1.1', '--spool', folder)).toMatchObject({ code: 0 });
    expect(await run(outboxCommand, 'unmatched', '--spool', folder)).toMatchObject({ code: 0, out: '' });
    await expect(run(outboxCommand, 'show', '9.9', '--spool', folder)).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
  });

  it.each([[], ['list'], ['show', '--spool', 'x'], ['list', '1.1', '--spool', 'x'], ['dance']])(
    'asks for the right words instead of %j',
    async (...words) => {
      const result = await run(outboxCommand, ...words).catch((error: unknown) => error);
      expect(result).toSatisfy((value: { code: unknown }) => value.code === 2 || value.code === 'TE_INPUT_INVALID');
    },
  );
});

describe('terr-esante mail test', () => {
  it('says what works and what does not, without sending', async () => {
    const pki = makeMailPki();
    for (const [name, content] of Object.entries({
      'ca.pem': pki.caPem,
      'other.pem': pki.otherCaPem,
      'cert.pem': pki.client.certPem,
      'key.pem': pki.client.keyPem,
    })) {
      writeFileSync(join(folder, name), content);
    }
    const path = (name: string): string => join(folder, name);
    const server = await createMailServer({
      tls: { ...pki.server, caPem: pki.caPem, clientCertificate: 'optional' },
      maxMessageBytes: 10_485_760,
      authenticate: ({ accessToken }) => accessToken === 'jeton-secret',
    });
    const words = ['test', '--host', '127.0.0.1', '--port', String(server.port), '--server-name', 'localhost'];
    const good = await run(
      mailCommand,
      ...words,
      '--ca',
      path('ca.pem'),
      '--cert',
      path('cert.pem'),
      '--key',
      path('key.pem'),
    );
    expect(good.out).toBe('✓ envoi  chiffré, authentifié, 10485760 octets au plus, rapports de remise possibles\n');
    expect(good.code).toBe(0);
    vi.stubEnv('TE_TOKEN', 'jeton-secret');
    expect(
      await run(mailCommand, ...words, '--ca', path('ca.pem'), '--mailbox', senderAddress, '--token-env', 'TE_TOKEN'),
    ).toMatchObject({ code: 0 });
    vi.stubEnv('TE_TOKEN', 'jeton-faux');
    const refused = await run(
      mailCommand,
      ...words,
      '--ca',
      path('ca.pem'),
      '--mailbox',
      senderAddress,
      '--token-env',
      'TE_TOKEN',
      '--json',
    );
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('TE_AUTHN_REJECTED');
    expect(refused.out).not.toContain('jeton');
    const stranger = await run(
      mailCommand,
      ...words,
      '--ca',
      path('other.pem'),
      '--imap-host',
      '127.0.0.1',
      '--imap-port',
      '1',
    );
    expect(stranger).toMatchObject({ code: 1 });
    expect(stranger.out).toMatch(/✗ envoi {2}TE_TLS.*\n✗ lecture {2}TE_UNSUPPORTED/);
    expect(server.received()).toHaveLength(0);
    await server.close();
  });

  it('ticks no authentication that did not happen', async () => {
    const pki = makeMailPki();
    const server = await createMailServer({ tls: { ...pki.server, caPem: pki.caPem } });
    writeFileSync(join(folder, 'ca.pem'), pki.caPem);
    const words = ['test', '--host', '127.0.0.1', '--port', String(server.port), '--server-name', 'localhost'];

    const { code, out } = await run(mailCommand, ...words, '--ca', join(folder, 'ca.pem'));
    expect(code).toBe(0);
    expect(out).toMatch(/^✓ envoi {2}chiffré, \d+ octets.*\n– authentification {2}non essayée/);
    expect(out).not.toContain('authentifié');
    const json = await run(mailCommand, ...words, '--ca', join(folder, 'ca.pem'), '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      steps: [
        { step: 'envoi', ok: true },
        { step: 'authentification', ok: null },
      ],
    });
    await server.close();
  });

  it('wants a server and its authorities', async () => {
    expect(await run(mailCommand, 'test', '--host', 'x')).toMatchObject({ code: 2 });
    expect(await run(mailCommand, '--help')).toMatchObject({ code: 0 });
  });
});
