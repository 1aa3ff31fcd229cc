import { describe, expect, it } from 'vitest';

import { createMssTransport, type MssTransport } from '../../src/transport/index.ts';
import { afterFailure } from '../../src/transport/outbox/retry-policy.ts';
import type { OutboxEntry } from '../../src/transport/outbox/model.ts';
import type { TerrESanteError } from '../../src/errors.ts';
import { mailScene } from '../helpers/mail-scene.ts';
import { createScriptedSmtp, type ScriptedSmtpOptions, type SmtpPassage } from '../helpers/scripted-mail.ts';
import { depositAddress, fixtureArchive, sender, smallMail } from './fixtures.ts';

const scene = mailScene();

async function transportTo(options: Omit<ScriptedSmtpOptions, 'tls'> = {}): Promise<MssTransport> {
  const server = await createScriptedSmtp({ tls: scene.pki.server, ...options });
  const transport = createMssTransport({
    server: {
      host: '127.0.0.1',
      port: server.port,
      serverName: 'localhost',
      caPem: scene.pki.caPem,
      implicitTls: options.isClear !== true,
    },
    credentials: {},
    message: { from: sender, to: depositAddress },
    archive: async () => fixtureArchive(),
  });
  scene.open.push(transport, server);
  return transport;
}

const failureOf = async (work: Promise<unknown>): Promise<TerrESanteError> =>
  work.then(
    () => expect.unreachable('should fail'),
    (error: unknown) => error as TerrESanteError,
  );

const decision = (error: TerrESanteError): string => {
  const entry = { id: 'x', attempts: 1, expiresAt: Number.MAX_SAFE_INTEGER, outcomeUnknown: false };
  return afterFailure(error, entry as OutboxEntry, 0, {}).action;
};

describe('what a submission server refuses', () => {
  // Whose fault it is, and whether the outbox tries again.
  const rows: readonly (readonly [SmtpPassage, string, string, 'retry' | 'give-up'])[] = [
    // The channel: nothing is wrong with the deposit.
    ['greeting', '554 5.7.1 Connection refused', 'TE_UNAVAILABLE', 'retry'],
    ['greeting', '554 No SMTP service here', 'TE_UNAVAILABLE', 'retry'],
    ['greeting', '521 Server does not accept mail', 'TE_UNAVAILABLE', 'retry'],
    ['greeting', '421 4.7.0 Too many connections from your address', 'TE_UNAVAILABLE', 'retry'],
    ['EHLO', '554 5.7.1 Client refused', 'TE_UNAVAILABLE', 'retry'],
    ['EHLO', '501 5.5.4 Invalid name', 'TE_UNAVAILABLE', 'retry'],
    ['RCPT', '554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using a list', 'TE_UNAVAILABLE', 'retry'],
    ['RCPT', '554 5.7.1 <poste>: Helo command rejected: Host not found', 'TE_UNAVAILABLE', 'retry'],
    ['MAIL', '521 5.3.2 System not accepting messages', 'TE_UNAVAILABLE', 'retry'],
    ['MAIL', '552 5.3.1 Mail system full', 'TE_UNAVAILABLE', 'retry'],
    ['RCPT', '550 5.4.5 Daily sending quota exceeded', 'TE_RATE_LIMITED', 'retry'],
    ['MAIL', '503 5.5.1 Bad sequence of commands', 'TE_PROTOCOL', 'retry'],
    ['RCPT', '500 Command unrecognized', 'TE_PROTOCOL', 'retry'],
    ['MAIL', 'hello', 'TE_PROTOCOL', 'retry'],
    // What passes, at any moment.
    ['MAIL', '452 4.3.1 Insufficient system storage', 'TE_UNAVAILABLE', 'retry'],
    ['RCPT', '450 4.2.0 Greylisted, come back later', 'TE_UNAVAILABLE', 'retry'],
    ['RCPT', '451 Try again', 'TE_UNAVAILABLE', 'retry'],
    ['DATA', '421 4.3.2 Shutting down', 'TE_UNAVAILABLE', 'retry'],
    ['end', '451 4.3.0 Cannot be queued now', 'TE_UNAVAILABLE', 'retry'],
    ['end', '432 4.3.2 Concurrent connections limit exceeded', 'TE_UNAVAILABLE', 'retry'],
    ['RCPT', '452 4.2.2 Over quota', 'TE_MAILBOX_FULL', 'retry'],
    // The sender.
    ['MAIL', '501 5.1.7 Bad sender address syntax', 'TE_SENDER_REFUSED', 'give-up'],
    ['MAIL', '550 5.1.8 Access denied, bad outbound sender', 'TE_SENDER_REFUSED', 'give-up'],
    ['MAIL', '553 5.7.1 Not owned by this user', 'TE_SENDER_REFUSED', 'give-up'],
    ['MAIL', '550 Sender refused', 'TE_SENDER_REFUSED', 'give-up'],
    ['RCPT', '553 5.1.8 Domain of sender does not exist', 'TE_SENDER_REFUSED', 'give-up'],
    ['RCPT', '553 5.7.1 <a>: Sender address rejected: not owned by user b', 'TE_SENDER_REFUSED', 'give-up'],
    ['end', '550 5.7.60 Client does not have permissions to send as this sender', 'TE_SENDER_REFUSED', 'give-up'],
    ['RCPT', '550 5.7.27 Sender domain has a null MX', 'TE_SENDER_REFUSED', 'give-up'],
    ['end', '550 5.7.26 Sender domain is not authenticated', 'TE_SENDER_REFUSED', 'give-up'],
    ['RCPT', '550 5.7.606 Access denied, banned sending IP [192.0.2.7]', 'TE_UNAVAILABLE', 'retry'],
    // The recipient.
    ['RCPT', '550 5.1.1 User unknown', 'TE_RECIPIENT_UNKNOWN', 'give-up'],
    ['RCPT', '550 No such user', 'TE_RECIPIENT_UNKNOWN', 'give-up'],
    ['RCPT', '553 Mailbox name not allowed', 'TE_RECIPIENT_UNKNOWN', 'give-up'],
    ['RCPT', '550 5.4.1 Recipient address rejected: Access denied', 'TE_RECIPIENT_UNKNOWN', 'give-up'],
    ['RCPT', '550 5.2.1 Mailbox disabled', 'TE_RECIPIENT_UNKNOWN', 'give-up'],
    ['RCPT', '556 Domain does not accept mail', 'TE_RECIPIENT_UNKNOWN', 'give-up'],
    ['RCPT', '552 5.2.2 Over quota', 'TE_MAILBOX_FULL', 'give-up'],
    ['RCPT', '552 Storage exceeded', 'TE_MAILBOX_FULL', 'give-up'],
    ['RCPT', '550 5.7.1 Relaying denied', 'TE_FORBIDDEN', 'give-up'],
    // The message.
    ['MAIL', '552 5.3.4 Message too big', 'TE_TOO_LARGE', 'give-up'],
    ['end', '552 Too much data', 'TE_TOO_LARGE', 'give-up'],
    ['end', '554 5.6.0 Content refused', 'TE_DEPOSIT_REJECTED', 'give-up'],
    ['end', '550 Looks like spam', 'TE_DEPOSIT_REJECTED', 'give-up'],
    ['end', '554 5.4.6 Routing loop', 'TE_DEPOSIT_REJECTED', 'give-up'],
    // The login, though it stands elsewhere.
    ['MAIL', '530 5.7.0 Authentication required', 'TE_AUTHN_REJECTED', 'retry'],
    ['RCPT', '550 5.7.13 Account disabled', 'TE_AUTHN_REJECTED', 'retry'],
    // A status of another class than its code: the code decides (RFC 5321, section 4.2.1).
    ['RCPT', '550 4.1.1 User unknown', 'TE_RECIPIENT_UNKNOWN', 'give-up'],
    ['RCPT', '450 5.1.1 Not now', 'TE_UNAVAILABLE', 'retry'],
  ];

  it.each(rows)('at %s, %j is %s: %s', async (passage, line, code, action) => {
    const transport = await transportTo({ replies: { [passage]: [line] } });
    const error = await failureOf(transport.send(smallMail(), { timeoutMs: 10_000 }));
    expect([error.code, decision(error)]).toEqual([code, action]);
    expect(JSON.stringify(error)).not.toContain('192.0.2.7');
  });

  it('reads a reply of several lines, whichever bears the status', async () => {
    const transport = await transportTo({ replies: { RCPT: ['550-See our page', '550 5.1.1 User unknown'] } });
    expect(await failureOf(transport.send(smallMail()))).toMatchObject({
      code: 'TE_RECIPIENT_UNKNOWN',
      details: { smtpCode: 550, enhancedStatus: '5.1.1', step: 'recipient' },
    });
  });

  it('waits for TLS that is away for the moment, and never sends without', async () => {
    const away = await transportTo({ isClear: true, replies: { STARTTLS: ['454 4.7.0 TLS not available'] } });
    expect(await failureOf(away.send(smallMail()))).toMatchObject({ code: 'TE_UNAVAILABLE', retryable: true });
    const refused = await transportTo({ isClear: true, replies: { STARTTLS: ['502 Not implemented'] } });
    expect(await failureOf(refused.send(smallMail()))).toMatchObject({ code: 'TE_TLS' });
    const stripped = await transportTo({
      isClear: true,
      replies: { EHLO: ['250-localhost', '250 SIZE 1000000'], STARTTLS: ['500 What?'] },
    });
    expect(await failureOf(stripped.send(smallMail()))).toMatchObject({ code: 'TE_TLS' });
    expect(await failureOf(stripped.verify())).toMatchObject({ code: 'TE_TLS' });
  });
});
