import { afterEach, describe, expect, it, vi } from 'vitest';

import { TerrESanteError } from '../../src/errors.ts';
import { bytesSource } from '../../src/internal/bytes.ts';
import { createMemoryStore, createOutbox, type Outbox, type OutboxStore } from '../../src/transport/index.ts';
import { depositAddress, fixtureSubmission, senderAddress } from './fixtures.ts';

const open: Outbox[] = [];
afterEach(async () => {
  for (const outbox of open.splice(0)) await outbox.close({ graceMs: 0 });
});

/** A store that takes deposits and claims, but no end of an attempt while `isFull`. */
class FullStore {
  isFull = true;
  refused = 0;
  readonly store: OutboxStore;

  constructor(inner: OutboxStore = createMemoryStore()) {
    this.store = Object.assign(Object.create(inner) as OutboxStore, {
      add: inner.add.bind(inner),
      get: inner.get.bind(inner),
      claim: inner.claim.bind(inner),
      content: inner.content.bind(inner),
      nextDue: inner.nextDue.bind(inner),
      list: inner.list.bind(inner),
      close: inner.close.bind(inner),
      save: (...save: Parameters<OutboxStore['save']>) => {
        if (!this.isFull) return inner.save(...save);
        this.refused += 1;
        return Promise.reject(new TerrESanteError('TE_OUTBOX', 'plein', { details: { reason: 'ENOSPC' } }));
      },
    });
  }
}

/** Leases of 30 ms: an end that is not recorded comes back again and again. */
function outboxOn(store: OutboxStore, send: () => Promise<void>): { outbox: Outbox; sent: string[] } {
  const sent: string[] = [];
  const content = bytesSource(Buffer.from('x'));
  const outbox = createOutbox({
    store,
    carrier: {
      compose: async (_, identifiers) => ({
        ...identifiers,
        envelope: { from: senderAddress, to: depositAddress },
        byteLength: content.byteLength,
        content,
      }),
      send: async ({ messageId }) => {
        sent.push(messageId);
        await send();
        return { smtpCode: 250, enhancedStatus: null };
      },
    },
    senderDomain: 'c.mssante.fr',
    pollMs: 5,
    sendTimeoutMs: 20,
    leaseMarginMs: 10,
    retry: { firstDelayMs: 1, longestDelayMs: 1 },
  });
  open.push(outbox);
  return { outbox, sent };
}

const deposit = (outbox: Outbox, uniqueId: string): Promise<unknown> =>
  outbox.deposit(fixtureSubmission({ uniqueId, pdfBytes: 10 }));
const accept = (): Promise<void> => Promise.resolve();

describe('a store that takes no end of an attempt', () => {
  it('does not make an accepted message go out again, and is told once it takes it', async () => {
    const full = new FullStore();
    const { outbox, sent } = outboxOn(full.store, accept);
    await deposit(outbox, '1.1');

    // Some tries in a row, and some leases after that.
    await vi.waitFor(() => expect(full.refused).toBeGreaterThan(10), { timeout: 5_000 });
    expect(sent).toHaveLength(1);

    full.isFull = false;
    await vi.waitFor(async () => expect((await outbox.status('1.1'))?.state).toBe('accepted'));
    expect(sent).toHaveLength(1);
  });

  it('does not keep the others from going out', async () => {
    const full = new FullStore();
    const { outbox, sent } = outboxOn(full.store, accept);
    const names = Array.from({ length: 12 }, (_, index) => `1.${String(index)}`);
    for (const name of names) await deposit(outbox, name);
    await vi.waitFor(() => expect(sent).toHaveLength(names.length), { timeout: 20_000 });

    full.isFull = false;
    await vi.waitFor(async () => {
      for (const name of names) expect((await outbox.status(name))?.state).toBe('accepted');
    });
    expect(new Set(sent).size).toBe(names.length);
    expect(sent).toHaveLength(names.length);
  });

  it('does not make it go out again after the sending was stopped and started', async () => {
    const full = new FullStore();
    const { outbox, sent } = outboxOn(full.store, accept);
    await deposit(outbox, '1.1');
    await vi.waitFor(() => expect(full.refused).toBeGreaterThan(4));
    await outbox.stop();
    outbox.start();
    const before = full.refused;
    await vi.waitFor(() => expect(full.refused).toBeGreaterThan(before + 5));
    expect(sent).toHaveLength(1);

    // What is owed is paid when the sending stops, too.
    full.isFull = false;
    await outbox.stop();
    expect((await outbox.status('1.1'))?.state).toBe('accepted');
  });

  it('is not asked for a refused message again either', async () => {
    const full = new FullStore();
    const { outbox, sent } = outboxOn(full.store, () =>
      Promise.reject(new TerrESanteError('TE_RECIPIENT_UNKNOWN', 'inconnu', { details: { smtpCode: 550 } })),
    );
    await deposit(outbox, '1.1');
    await vi.waitFor(() => expect(full.refused).toBeGreaterThan(10), { timeout: 5_000 });
    expect(sent).toHaveLength(1);
    full.isFull = false;
    await vi.waitFor(async () => expect((await outbox.status('1.1'))?.state).toBe('undeliverable'));
    expect(sent).toHaveLength(1);
  });

  it('is no reason not to try again what was put off', async () => {
    const full = new FullStore();
    let isClosed = true;
    const { outbox, sent } = outboxOn(full.store, () =>
      isClosed ? Promise.reject(new TerrESanteError('TE_UNAVAILABLE', 'plus tard', { retryable: true })) : accept(),
    );
    await deposit(outbox, '1.1');
    await vi.waitFor(() => expect(full.refused).toBeGreaterThanOrEqual(4));
    isClosed = false;
    await vi.waitFor(() => expect(sent.length).toBeGreaterThan(1), { timeout: 5_000 });
    full.isFull = false;
    await vi.waitFor(async () => expect((await outbox.status('1.1'))?.state).toBe('accepted'), { timeout: 20_000 });
  });
});
