import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { postgresPrograms, startPostgres } from '../../scripts/postgres.mjs';
import { isTerrESanteError } from '../../src/errors.ts';
import { bytesSource } from '../../src/internal/bytes.ts';
import { createMailServer } from '../../src/simulator/mail/server.ts';
import type { MailServer } from '../../src/simulator/mail/model.ts';
import {
  createMemoryStore,
  createMssTransport,
  createOutbox,
  openPostgresStore,
  type MssTransport,
  type Outbox,
  type OutboxStore,
} from '../../src/transport/index.ts';
import { readIncomingDeposit } from '../../src/transport/mss/incoming.ts';
import { createFailingProxy, type LineFailure } from '../helpers/failing-proxy.ts';
import { makeMailPki, type MailPki } from '../helpers/mail-pki.ts';
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
