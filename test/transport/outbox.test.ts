import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { TerrESanteError } from '../../src/errors.ts';
import { createMailServer } from '../../src/simulator/mail/server.ts';
import type { MailServer } from '../../src/simulator/mail/model.ts';
import {
  createMemoryStore,
  createMssTransport,
  createOutbox,
  openSpoolStore,
  parseReport,
  type DepositReceipt,
  type DepositState,
  type MailReport,
  type Outbox,
  type OutboxOptions,
  type OutboxStore,
} from '../../src/transport/index.ts';
import { composeMdn } from '../../src/transport/mss/answer.ts';
import { readIncomingDeposit } from '../../src/transport/mss/incoming.ts';
import { makeMailPki, type MailPki } from '../helpers/mail-pki.ts';
import {
  canary,
  depositAddress,
  fixtureArchive,
  fixtureSubmission,
  fromMailSystem,
  fromPlatform,
  sender,
  senderAddress,
} from './fixtures.ts';

let pki: MailPki;
const cleanups: (() => unknown)[] = [];
beforeAll(() => {
  pki = makeMailPki();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function setup(
  change: Partial<OutboxOptions> = {},
  store: OutboxStore = createMemoryStore(),
): Promise<{ server: MailServer; outbox: Outbox; errors: unknown[]; states: DepositState[] }> {
  const server = await createMailServer({ tls: { ...pki.server, caPem: pki.caPem, clientCertificate: 'required' } });
  const transport = createMssTransport({
    server: { host: '127.0.0.1', port: server.port, serverName: 'localhost', caPem: pki.caPem },
    credentials: { certificate: pki.client },
    message: { from: sender, to: depositAddress },
    archive: async () => fixtureArchive(),
    idleTimeoutMs: 400,
  });
  const errors: unknown[] = [];
  const states: DepositState[] = [];
  const outbox = createOutbox({
    store,
    carrier: transport,
    senderDomain: 'cabinet.simulateur.mssante.fr',
    retry: { firstDelayMs: 5, longestDelayMs: 20 },
    pollMs: 20,
    onError: (error) => errors.push(error),
    onChange: ({ state }) => states.push(state),
    ...change,
  });
  cleanups.push(
    () => server.close(),
    () => transport.close(),
    () => outbox.close({ graceMs: 0 }),
  );
  return { server, outbox, errors, states };
}

const until = (outbox: Outbox, uniqueId: string, state: DepositState): Promise<DepositReceipt> =>
  vi.waitFor(
    async () => {
      const receipt = await outbox.status(uniqueId);
      expect(receipt?.state).toBe(state);
      return receipt!;
    },
    { timeout: 10_000, interval: 10 },
  );

const submission = (uniqueId: string): ReturnType<typeof fixtureSubmission> => fixtureSubmission({ uniqueId });

describe('outbox', () => {
  it('gives a receipt at once, then sends; the same version again is the same deposit', async () => {
    const { server, outbox } = await setup();
    const receipt = await outbox.deposit(submission('1.1'));
    expect(receipt).toMatchObject({ uniqueId: '1.1', state: 'queued', channel: 'mssante' });
    const accepted = await until(outbox, '1.1', 'accepted');
    expect(accepted.messageId).toBe(receipt.messageId);
    expect(accepted.evidence?.map(({ verdict }) => verdict)).toEqual(['queued', 'sending', 'accepted']);
    expect((await outbox.deposit(submission('1.1'))).state).toBe('accepted');
    expect(server.received()).toHaveLength(1);
  });

  it('tries again by class of failure', async () => {
    const { server, outbox } = await setup();
    server.inject('rcpt', { reply: { code: 451, text: '4.7.1 Greylisted' } }, 2);
    server.inject('mail', { reply: { code: 421, text: '4.3.2 Busy' } });
    await outbox.deposit(submission('1.1'));
    await until(outbox, '1.1', 'accepted');
    expect(server.received()).toHaveLength(1);
  });

  it('gives up at once on a refusal, keeps the message, and sends it again when asked', async () => {
    const { server, outbox } = await setup();
    server.inject('rcpt', { reply: { code: 550, text: '5.1.1 User unknown' } });
    await outbox.deposit(submission('1.1'));
    const refused = await until(outbox, '1.1', 'undeliverable');
    expect(refused.rejection?.text).toMatch(/remis/);
    expect(refused.recipients[0]).toMatchObject({ enhancedStatus: '5.1.1' });
    await outbox.retry('1.1');
    const accepted = await until(outbox, '1.1', 'accepted');
    expect(accepted.messageId).toBe(refused.messageId);
    await expect(outbox.retry('1.1')).rejects.toMatchObject({ code: 'TE_OUTBOX' });
  });

  it('says on the receipt what the server replied, and when it tries next', async () => {
    const { server, outbox, errors } = await setup({ retry: { firstDelayMs: 60_000 } });
    server.inject('rcpt', { reply: { code: 451, text: '4.7.1 CANARI' } });
    await outbox.deposit(submission('1.1'));

    const waiting = await vi.waitFor(async () => {
      const receipt = await outbox.status('1.1');
      expect(receipt?.problem).toMatchObject({ code: 'TE_UNAVAILABLE', smtpCode: 451 });
      return receipt!;
    });
    expect(waiting).toMatchObject({
      state: 'queued',
      attempts: 1,
      recipients: [{ smtpCode: 451, enhancedStatus: '4.7.1', code: null }],
    });
    expect(Date.parse(waiting.nextAttemptAt!)).toBeGreaterThan(Date.parse(waiting.problem!.at));
    await vi.waitFor(() => expect(errors).toMatchObject([{ code: 'TE_UNAVAILABLE' }]));
    expect(JSON.stringify([waiting, errors])).not.toContain('CANARI');

    // Once it was taken, there is no problem any more.
    await outbox.retry('1.1');
    expect(await until(outbox, '1.1', 'accepted')).toMatchObject({
      problem: null,
      nextAttemptAt: null,
      recipients: [{ smtpCode: 250, code: null }],
    });
    await expect(outbox.retry('1.1')).rejects.toMatchObject({
      code: 'TE_OUTBOX',
      message: expect.stringContaining('déjà parti') as string,
    });
  });

  it('makes a new message for the same version after a failure', async () => {
    const { server, outbox } = await setup();
    server.inject('rcpt', { reply: { code: 550, text: '5.1.1 User unknown' } });
    const first = await outbox.deposit(submission('1.1'));
    await until(outbox, '1.1', 'undeliverable');
    const second = await outbox.deposit(submission('1.1'));
    expect(second.messageId).not.toBe(first.messageId);
    await until(outbox, '1.1', 'accepted');
    expect(server.received()).toHaveLength(1);
  });

  it('resends an unknown outcome with the same Message-ID', async () => {
    const { server, outbox } = await setup();
    server.inject('data-end', { cut: 'close', keep: true });
    const { messageId } = await outbox.deposit(submission('1.1'));
    await until(outbox, '1.1', 'accepted');
    const ids = await Promise.all(
      server.received().map(async ({ bytes }) => (await readIncomingDeposit(bytes)).messageId),
    );
    expect(ids).toEqual([messageId, messageId]);
  });

  it('asks the far side first when it can', async () => {
    const asked: (readonly string[])[] = [];
    const { server, outbox } = await setup({
      findOut: async (uniqueIds) => {
        asked.push(uniqueIds);
        return 'present';
      },
    });
    server.inject('data-end', { cut: 'hang', keep: true });
    await outbox.deposit(submission('1.1'));
    await until(outbox, '1.1', 'visible');
    expect(asked).toEqual([['1.1']]);
    expect(server.received()).toHaveLength(1);
  });

  describe('when the far side says that it has the document already', () => {
    const refusal = (details: Record<string, string> = {}): (() => Promise<never>) => {
      return async () => Promise.reject(new TerrESanteError('TE_DUPLICATE', 'déjà là', { details }));
    };
    const withCarrier = async (send: () => Promise<never>, change: Partial<OutboxOptions> = {}): Promise<Outbox> => {
      const carrier = createMssTransport({
        server: { host: '127.0.0.1', port: 1, caPem: pki.caPem },
        credentials: {},
        message: { from: sender, to: depositAddress },
        archive: async () => fixtureArchive(),
      });
      return (await setup({ carrier: { compose: (made, names) => carrier.compose(made, names), send }, ...change }))
        .outbox;
    };
    const made = submission('1.1');
    const { sha1 } = made.documents[0]!.document;

    it('is a success when it names our document by its hash', async () => {
      const outbox = await withCarrier(refusal({ uniqueId: '1.1', sha1: sha1.toUpperCase() }));
      await outbox.deposit(made);
      const { evidence } = await until(outbox, '1.1', 'visible');
      expect(evidence?.at(-1)).toMatchObject({ source: 'dossier', verdict: 'visible', note: 'already-filed' });
    });

    it('is a success when the registry shows the same documents', async () => {
      const asked: unknown[] = [];
      const outbox = await withCarrier(refusal(), {
        findOut: async (uniqueIds, { documents }) => {
          asked.push(uniqueIds, documents);
          return 'present';
        },
      });
      await outbox.deposit(made);
      await until(outbox, '1.1', 'visible');
      expect(asked).toEqual([['1.1'], [{ uniqueId: '1.1', sha1 }]]);
    });

    it.each([
      ['another hash', refusal({ uniqueId: '1.1', sha1: '0'.repeat(40) }), undefined],
      ['another uniqueId', refusal({ uniqueId: '1.2', sha1 }), undefined],
      ['no hash', refusal({ uniqueId: '1.1' }), async () => 'unknown' as const],
      ['a registry that fails', refusal(), async () => Promise.reject(new Error('away'))],
    ])('stays an error with %s', async (_, send, findOut) => {
      const outbox = await withCarrier(send, { findOut });
      await outbox.deposit(made);
      const { evidence } = await until(outbox, '1.1', 'undeliverable');
      expect(evidence?.some(({ verdict }) => verdict === 'visible')).toBe(false);
    });
  });

  it('stops and starts again', async () => {
    const { server, outbox } = await setup();
    await outbox.stop();
    await outbox.deposit(submission('1.1'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([(await outbox.status('1.1'))?.state, server.received().length]).toEqual(['queued', 0]);
    outbox.start();
    outbox.start();
    await until(outbox, '1.1', 'accepted');
    expect(server.received()).toHaveLength(1);
    await outbox.close();
    expect(() => outbox.start()).toThrow(expect.objectContaining({ code: 'TE_CLOSED' }));
  });

  it('does not resend what a report says was taken', async () => {
    const { server, outbox } = await setup({ retry: { firstDelayMs: 60_000, longestDelayMs: 60_000 } });
    server.inject('data-end', { cut: 'close', keep: true });
    await outbox.deposit(submission('1.1'));
    const waiting = await vi.waitFor(async () => {
      const receipt = await outbox.status('1.1');
      expect(receipt?.evidence?.map(({ verdict }) => verdict)).toEqual(['queued', 'sending', 'queued']);
      return receipt!;
    });
    const report: MailReport = {
      kind: 'dsn',
      reportId: '<r@x>',
      envelopeId: waiting.envelopeId!,
      messageIds: [],
      source: fromMailSystem,
      recipients: [
        { original: depositAddress, final: depositAddress, verdict: 'delivered', status: '2.0.0', code: null },
      ],
    };
    expect(await outbox.applyReport(report)).toBe('applied');
    expect((await outbox.status('1.1'))?.state).toBe('delivered');
    await expect(outbox.retry('1.1')).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    expect(server.received()).toHaveLength(1);
  });

  it('follows a deposit to its end through its reports', async () => {
    const { server, outbox } = await setup();
    await outbox.deposit(submission('1.1'));
    await until(outbox, '1.1', 'accepted');
    const [mail] = server.received();
    const { subject, messageId, dispositionNotificationTo } = await readIncomingDeposit(mail!.bytes);
    const mdn = await composeMdn(
      {
        subject,
        messageId,
        dispositionNotificationTo,
        returnPath: senderAddress,
        recipient: depositAddress,
        content: {
          byteLength: mail!.bytes.length,
          async *open() {
            yield mail!.bytes;
          },
        },
      },
      { from: { address: depositAddress, label: 'Plateforme' }, outcome: { kind: 'error', code: '904' } },
    );
    const report = (await parseReport(mdn.content.open()))!;
    expect(await outbox.applyReport(report)).toBe('applied');
    expect(await outbox.applyReport(report)).toBe('known');
    const rejected = await outbox.status('1.1');
    expect(rejected).toMatchObject({ state: 'rejected', rejection: { code: '904' } });
    expect(rejected?.rejection?.text).toContain("Traits de l'INS différents");
    expect((await outbox.markVisible('1.1'))?.state).toBe('visible');
  });

  it('lists a report that belongs to no deposit, and never drops it', async () => {
    const { outbox } = await setup();
    const stranger: MailReport = {
      kind: 'mdn',
      reportId: '<r@x>',
      envelopeId: null,
      messageIds: ['<x@y>', `<${'0'.repeat(40)}.z@y>`],
      source: fromPlatform,
      recipients: [],
    };
    expect(await outbox.applyReport(stranger)).toBe('unmatched');
    const list = [];
    for await (const item of outbox.unmatched()) list.push(item.report);
    expect(list).toEqual([stranger]);
  });

  it('does not tie a report with a guessed identifier to a deposit', async () => {
    const { outbox } = await setup();
    const { messageId } = await outbox.deposit(submission('1.1'));
    await until(outbox, '1.1', 'accepted');
    const guessed = messageId!.replace(/\.[^@]+@/, '.00000000-0000-4000-8000-000000000000@');
    expect(
      await outbox.applyReport({
        kind: 'mdn',
        reportId: '<r@x>',
        envelopeId: null,
        messageIds: [guessed],
        source: fromPlatform,
        recipients: [
          { original: depositAddress, final: depositAddress, verdict: 'processed', status: null, code: null },
        ],
      }),
    ).toBe('unmatched');
    expect((await outbox.status('1.1'))?.state).toBe('accepted');
  });

  it('expires what cannot be sent in time, and believes a late report', async () => {
    const { server, outbox } = await setup({ retry: { firstDelayMs: 5, longestDelayMs: 10, expireAfterMs: 100 } });
    await server.close();
    const { envelopeId } = await outbox.deposit(submission('1.1'));
    const expired = await until(outbox, '1.1', 'expired');
    expect(expired.rejection?.text).toContain('délai');
    await outbox.applyReport({
      kind: 'dsn',
      reportId: '<r@x>',
      envelopeId: envelopeId!,
      messageIds: [],
      source: fromMailSystem,
      recipients: [{ original: depositAddress, final: null, verdict: 'delivered', status: '2.0.0', code: null }],
    });
    expect((await outbox.status('1.1'))?.state).toBe('delivered');
  });

  it('cancels what waits, not what is gone', async () => {
    const { outbox } = await setup({ sends: false });
    await outbox.deposit(submission('1.1'));
    expect((await outbox.cancel('1.1')).state).toBe('expired');
    await expect(outbox.retry('1.1')).rejects.toMatchObject({ code: 'TE_OUTBOX' });
    await expect(outbox.cancel('1.2')).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
    const sending = await setup();
    await sending.outbox.deposit(submission('1.1'));
    await until(sending.outbox, '1.1', 'accepted');
    await expect(sending.outbox.cancel('1.1')).rejects.toMatchObject({ code: 'TE_CONFLICT' });
  });

  it('resumes after it was closed in the middle', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    const first = await setup({ sends: false }, await openSpoolStore({ folder }));
    for (let count = 0; count < 25; count += 1) await first.outbox.deposit(submission(`1.${String(count)}`));
    await first.outbox.close();
    await expect(first.outbox.deposit(submission('2.1'))).rejects.toMatchObject({ code: 'TE_CLOSED' });
    const second = await setup({}, await openSpoolStore({ folder }));
    await vi.waitFor(
      async () => {
        for await (const { state } of second.outbox.list()) expect(state).toBe('accepted');
      },
      { timeout: 10_000 },
    );
    expect(second.server.received()).toHaveLength(25);
    expect(second.errors).toEqual([]);
  });

  it('cuts a message that does not end when it is closed, and keeps it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    const { server, outbox } = await setup({}, await openSpoolStore({ folder }));
    server.inject('rcpt', { cut: 'hang' });
    await outbox.deposit(submission('1.1'));
    await vi.waitFor(async () => expect((await outbox.status('1.1'))?.state).toBe('sending'));
    await outbox.close({ graceMs: 10 });
    const again = await setup({}, await openSpoolStore({ folder }));
    await until(again.outbox, '1.1', 'accepted');
  });

  it('refuses a document that is already part of another deposit', async () => {
    const { outbox } = await setup({ sends: false });
    const a = submission('1.1');
    const b = submission('1.2');
    await outbox.deposit({ ...a, documents: [...a.documents, ...b.documents] });
    await expect(outbox.deposit(b)).rejects.toMatchObject({ code: 'TE_DUPLICATE' });
    expect((await outbox.status('1.2'))?.uniqueIds).toEqual(['1.1', '1.2']);
  });

  it('puts no trait in what it reports', async () => {
    const { server, outbox, errors } = await setup();
    server.inject('rcpt', { reply: { code: 550, text: `5.1.1 ${canary.family} unknown` } });
    await outbox.deposit(submission('1.1'));
    const receipt = await until(outbox, '1.1', 'undeliverable');
    expect(JSON.stringify([receipt, errors])).not.toMatch(
      new RegExp(`${canary.family}|${canary.title}|${canary.given}`),
    );
  });
});
