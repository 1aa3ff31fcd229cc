import { afterAll, describe, expect, it, vi } from 'vitest';

import type { ClientOptions, TerrESanteClient } from '../../src/client/model.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { createMemoryStore, type Mailbox, type MailboxItem, type OutboxStore } from '../../src/transport/index.ts';
import { consentFor, createWorld, mailServer, submission } from './world.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const cleanups: (() => unknown)[] = [];
// The tests of a group wait beside each other: what one opened stays open to the end.
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function client(change: Partial<NonNullable<ClientOptions['outbox']>>): Promise<TerrESanteClient> {
  const world = await createWorld();
  cleanups.push(() => world.close());
  return world.client({
    deposit: undefined,
    outbox: { ...mailServer(world.simulator), store: 'memory', pollMs: 20, ...change },
  });
}

const item = (cursor: string): MailboxItem => ({ cursor, kind: 'other', report: null }) as unknown as MailboxItem;

/** A mailbox that gives one message, then waits without heeding its signal. */
function mailbox(): Mailbox & { closed: number } {
  async function* watch(): AsyncGenerator<MailboxItem> {
    yield item('7:1');
    await never();
  }
  const made = {
    closed: 0,
    watch,
    read: watch,
    close: async () => {
      made.closed += 1;
    },
  };
  return made as unknown as Mailbox & { closed: number };
}

describe.concurrent('a store that never opens', () => {
  it('holds a deposit no longer than its signal, and the client no longer than its closing', async () => {
    const te = await client({ store: never });
    const patient = fictivePatient();
    await te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });

    const giveUp = new AbortController();
    const deposit = te.documents.deposit(patient, await submission(), {
      patientConsent: true,
      signal: giveUp.signal,
    });
    setTimeout(() => giveUp.abort(), 20);
    await expect(deposit).rejects.toMatchObject({ code: 'TE_CANCELLED' });
    await te.close();
  });

  it('is closed when it opens after all', async () => {
    const store = createMemoryStore();
    const close = vi.spyOn(store, 'close');
    let opened: (store: OutboxStore) => void = () => undefined;
    const te = await client({ store: () => new Promise((resolve) => (opened = resolve)) });
    te.outbox.start().catch(() => undefined);
    await vi.waitFor(() => expect(opened).toHaveLength(1), { timeout: 10_000 });
    await te.close();
    expect(close).not.toHaveBeenCalled();

    opened(store);
    await vi.waitFor(() => expect(close).toHaveBeenCalledOnce(), { timeout: 10_000 });
  });
});

describe.concurrent('the reply mailbox', () => {
  it('that never opens does not hold the closing, and is closed when it comes', async () => {
    let opened: (mailbox: Mailbox) => void = () => undefined;
    const te = await client({ replies: { mailbox: () => new Promise((resolve) => (opened = resolve)) } });
    await te.outbox.start();
    await vi.waitFor(() => expect(opened).toHaveLength(1), { timeout: 10_000 });
    await te.close();

    const late = mailbox();
    opened(late);
    await vi.waitFor(() => expect(late.closed).toBe(1), { timeout: 10_000 });
  });

  it('that heeds no signal does not hold the closing', async () => {
    const box = mailbox();
    const seen: string[] = [];
    const te = await client({ replies: { mailbox: box, onItem: ({ cursor }) => void seen.push(cursor) } });
    await te.outbox.start();
    await vi.waitFor(() => expect(seen).toEqual(['7:1']), { timeout: 10_000 });
    await te.close();
    expect(box.closed).toBe(1);
  });

  it('whose message the host deals with for ever does not hold the closing', async () => {
    const box = mailbox();
    let isAsked = false;
    const onItem = (): Promise<void> => {
      isAsked = true;
      return never();
    };
    const te = await client({ replies: { mailbox: box, onItem } });
    await te.outbox.start();
    await vi.waitFor(() => expect(isAsked).toBe(true), { timeout: 10_000 });
    await te.close();
    expect(box.closed).toBe(1);
  });
});
