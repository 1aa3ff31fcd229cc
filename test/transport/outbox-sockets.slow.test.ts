import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { postgresPrograms, startPostgres } from '../../scripts/postgres.mjs';
import { isTerrESanteError } from '../../src/errors.ts';
import { bytesSource } from '../../src/internal/bytes.ts';
import { createMailServer } from '../../src/simulator/mail/server.ts';
import type { MailServer } from '../../src/simulator/mail/model.ts';
import {
  createMailbox,
  createMemoryStore,
  createMssTransport,
  createOutbox,
  followReports,
  openPostgresStore,
  type MssTransport,
  type Outbox,
  type OutboxStore,
} from '../../src/transport/index.ts';
import { readIncomingDeposit } from '../../src/transport/mss/incoming.ts';
import { createFailingProxy, type LineFailure } from '../helpers/failing-proxy.ts';
import { makeMailPki, type MailPki } from '../helpers/mail-pki.ts';
import { createScriptedImap, type ScriptedMessage } from '../helpers/scripted-mail.ts';
import { skipBecause } from '../helpers/require-tool.ts';
import { depositAddress, fixtureSubmission, sender } from './fixtures.ts';

let pki: MailPki;
let server: MailServer;
/** uniqueId -> Message-IDs under which it was filed. */
const filed = new Map<string, Set<string>>();
beforeAll(async () => {
  pki = makeMailPki();
  server = await createMailServer({
    tls: { ...pki.server, caPem: pki.caPem },
    onMessage: async ({ bytes }) => {
      const { archive, messageId } = await readIncomingDeposit(bytes);
      const uniqueId = Buffer.from(archive!).toString().trimEnd();
      filed.set(uniqueId, (filed.get(uniqueId) ?? new Set()).add(messageId!));
    },
  });
});
afterAll(() => server.close());

const transportTo = (port: number): MssTransport =>
  createMssTransport({
    server: { host: '127.0.0.1', port, serverName: 'localhost', caPem: pki.caPem },
    credentials: {},
    message: { from: sender, to: depositAddress, pdfCopy: false },
    // Large enough for several writes.
    archive: async ({ documents }) => ({
      fileName: 'IHE_XDM.zip',
      content: bytesSource(Buffer.from(documents[0]!.entry.uniqueId.padEnd(100_000))),
    }),
    maxConnections: 1,
    connectTimeoutMs: 300,
    idleTimeoutMs: 300,
  });

async function untilAccepted(outbox: Outbox, uniqueIds: readonly string[]): Promise<void> {
  for (;;) {
    const states = await Promise.all(
      uniqueIds.map(async (uniqueId) => (await outbox.status(uniqueId).catch(() => null))?.state),
    );
    if (states.every((state) => state === 'accepted')) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const retry = { firstDelayMs: 1, longestDelayMs: 1, maxAttempts: 100 };

/** Two deposits by one connection of a line that fails once. */
async function run(failAt: number, failure: LineFailure): Promise<{ failed: boolean; events: number }> {
  const proxy = await createFailingProxy(server.port, failAt, failure);
  const transport = transportTo(proxy.port);
  const outbox = createOutbox({
    store: createMemoryStore(),
    carrier: transport,
    senderDomain: 'c.mssante.fr',
    concurrency: 1,
    pollMs: 1,
    retry,
  });
  const uniqueIds = [1, 2].map((index) => `${failure}.${String(failAt)}.${String(index)}`);
  try {
    for (const uniqueId of uniqueIds) await outbox.deposit(fixtureSubmission({ uniqueId }));
    await untilAccepted(outbox, uniqueIds);
  } finally {
    await outbox.close();
    await transport.close();
    await proxy.close();
  }
  for (const uniqueId of uniqueIds) expect(filed.get(uniqueId)?.size).toBe(1);
  return { failed: proxy.failed, events: proxy.events };
}

describe('sending over a line that fails', () => {
  // `silent` costs a deadline at each event: every fourth is enough beside the others.
  it.each([
    ['lost', 1],
    ['half', 1],
    ['passed', 1],
    ['silent', 4],
  ] as const)(
    'files each document under one Message-ID when any one event is %s',
    { timeout: 60_000 },
    async (failure, step) => {
      let event = 1;
      for (; ; event += step) {
        const { failed } = await run(event, failure).catch((error: unknown) => {
          throw new Error(`event ${String(event)}, ${failure}`, { cause: error });
        });
        if (!failed) break;
      }
      // Greeting, STARTTLS, handshake, two messages of several writes.
      expect(event).toBeGreaterThan(20);
    },
  );
});

const noPostgres = postgresPrograms() === null && skipBecause('not installed: postgresql');

describe.skipIf(noPostgres)('the database over a line that fails', () => {
  let database: Awaited<ReturnType<typeof startPostgres>>;
  const schema = 'box';
  beforeAll(async () => {
    database = await startPostgres();
    await (await openPostgresStore({ connectionString: database.connectionString, schema })).close();
  });
  afterAll(() => database.stop());

  /** One deposit, taken by a worker of the same process. */
  async function once(failAt: number, failure: LineFailure): Promise<boolean> {
    const proxy = await createFailingProxy(database.port, failAt, failure);
    const connectionString = `postgresql://app@127.0.0.1:${String(proxy.port)}/postgres`;
    const isOurs = (error: unknown): void => expect(isTerrESanteError(error) && error.code).toBe('TE_OUTBOX');
    const open = (): Promise<OutboxStore> => openPostgresStore({ connectionString, schema, maxConnections: 2 });
    const messageIds = new Set<string>();
    const outbox = createOutbox({
      // At opening the host is told, and opens again.
      store: await open().catch((error: unknown) => {
        isOurs(error);
        return open();
      }),
      carrier: {
        async compose(_, identifiers) {
          const content = bytesSource(Buffer.from('message'));
          const envelope = { from: sender.address, to: depositAddress };
          return { ...identifiers, envelope, byteLength: content.byteLength, content };
        },
        async send({ messageId }) {
          messageIds.add(messageId);
          return { smtpCode: 250, enhancedStatus: null };
        },
      },
      senderDomain: 'c.mssante.fr',
      pollMs: 2,
      sendTimeoutMs: 100,
      leaseMarginMs: 50,
      retry,
    });
    const uniqueId = `${failure}.${String(failAt)}`;
    const deposit = (): Promise<unknown> => outbox.deposit(fixtureSubmission({ uniqueId, pdfBytes: 10 }));
    try {
      await deposit().catch((error: unknown) => {
        isOurs(error);
        return deposit();
      });
      await untilAccepted(outbox, [uniqueId]);
      expect(messageIds.size).toBe(1);
    } finally {
      await outbox.close();
      await proxy.close();
    }
    return proxy.failed;
  }

  it.each(['lost', 'passed'] as const)(
    'makes one message of a deposit when any one event is %s',
    { timeout: 60_000 },
    async (failure) => {
      let event = 1;
      while (
        await once(event, failure).catch((error: unknown) => {
          throw new Error(`event ${String(event)}, ${failure}`, { cause: error });
        })
      ) {
        event += 1;
      }
      expect(event).toBeGreaterThan(20);
    },
  );
});

describe('the mailbox of replies over a line that fails', () => {
  const structure =
    '(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)("MESSAGE" "DISPOSITION-NOTIFICATION" NIL NIL NIL "7BIT" 200) "REPORT" ("REPORT-TYPE" "disposition-notification"))';
  const answerTo = (messageId: string, uid: number): ScriptedMessage => ({
    uid,
    structure,
    headers: [
      `From: <${depositAddress}>`,
      `To: <${sender.address}>`,
      'Subject: Votre envoi',
      `Message-ID: <answer-${String(uid)}@terr-esante.simulateur.mssante.fr>`,
      'Content-Type: multipart/report; report-type=disposition-notification; boundary=x',
      '',
      '',
    ].join('\r\n'),
    sections: {
      '2': [
        `Final-Recipient: rfc822;${depositAddress}`,
        `Original-Message-ID: ${messageId}`,
        'Disposition: automatic-action/MDN-sent-automatically; processed',
        '',
        '',
      ].join('\r\n'),
    },
  });

  /** Two deposits and their answers, read by one host that goes on from its last cursor. */
  async function read(failAt: number, failure: LineFailure): Promise<boolean> {
    const outbox = createOutbox({
      store: createMemoryStore(),
      carrier: {
        async compose(_, identifiers) {
          const content = bytesSource(Buffer.from('message'));
          const envelope = { from: sender.address, to: depositAddress };
          return { ...identifiers, envelope, byteLength: content.byteLength, content };
        },
        send: async () => ({ smtpCode: 250, enhancedStatus: null }),
      },
      senderDomain: 'c.mssante.fr',
      pollMs: 1,
    });
    const uniqueIds = ['1.1', '1.2'];
    for (const uniqueId of uniqueIds) await outbox.deposit(fixtureSubmission({ uniqueId, pdfBytes: 10 }));
    await untilAccepted(outbox, uniqueIds);
    const messageIds = await Promise.all(uniqueIds.map(async (id) => (await outbox.status(id))!.messageId!));

    const replies = await createScriptedImap({
      tls: pki.server,
      isClear: true,
      messages: [{ uid: 4 }, ...messageIds.map((id, index) => answerTo(id, index + 5))],
    });
    const proxy = await createFailingProxy(replies.port, failAt, failure);
    const box = createMailbox({
      server: { host: '127.0.0.1', port: proxy.port, serverName: 'localhost', caPem: pki.caPem },
      credentials: { password: { user: 'cabinet', provider: async () => 'secret' } },
      ...(failure === 'silent' && { connectTimeoutMs: 1_000, timeoutMs: 1_000 }),
    });
    try {
      const kinds = new Map<string, string>();
      let after: string | undefined;
      while (kinds.size < 3) {
        try {
          for await (const { item } of followReports(outbox, box, { after })) {
            kinds.set(item.cursor, item.kind);
            after = item.cursor;
          }
        } catch (error) {
          // Only what a watch makes up for by itself.
          expect(isTerrESanteError(error) && error.retryable, String(error)).toBe(true);
        }
      }
      expect([...kinds]).toEqual([
        ['7:4', 'other'],
        ['7:5', 'report'],
        ['7:6', 'report'],
      ]);
      const states = await Promise.all(uniqueIds.map(async (id) => (await outbox.status(id))?.state));
      expect(states).toEqual(['processed', 'processed']);
      return proxy.failed;
    } finally {
      await box.close();
      await proxy.close();
      await replies.close();
      await outbox.close();
    }
  }

  // `silent` costs a deadline at each event: every fourth is enough beside the others.
  it.each([
    ['lost', 1],
    ['half', 1],
    ['passed', 1],
    ['silent', 4],
  ] as const)(
    'ties each answer to its deposit when any one event is %s',
    { timeout: 120_000 },
    async (failure, step) => {
      let event = 0;
      // Each event has servers of its own and mostly waits: several at a time.
      for (let hasFailed = true; hasFailed;) {
        const events = Array.from({ length: 6 }, (_, at) => event + 1 + at * step);
        const failed = await Promise.all(
          events.map((at) =>
            read(at, failure).catch((error: unknown) => {
              throw new Error(`event ${String(at)}, ${failure}`, { cause: error });
            }),
          ),
        );
        hasFailed = failed.every(Boolean);
        event = events.at(hasFailed ? -1 : failed.indexOf(false))!;
      }
      // Greeting, STARTTLS, handshake, login, folder, three messages.
      expect(event).toBeGreaterThan(30);
    },
  );
});
