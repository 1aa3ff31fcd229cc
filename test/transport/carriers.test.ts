import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import type { Submission } from '../../src/documents/index.ts';
import { createMailServer } from '../../src/simulator/mail/server.ts';
import {
  createHttpClient,
  createMemoryStore,
  createMssTransport,
  createOutbox,
  createSoapXdsTransport,
  type DepositChannel,
  type DepositState,
  type Outbox,
  type OutboxCarrier,
} from '../../src/transport/index.ts';
import { submission } from '../client/world.ts';
import { makeMailPki, type MailPki } from '../helpers/mail-pki.ts';
import { depositAddress, sender } from './fixtures.ts';
import { startFakeRegistry } from './xds/fake-registry.ts';

/** One wire, and a far side that can be told to fail. */
interface Wire {
  readonly carrier: OutboxCarrier & DepositChannel;
  readonly taken: () => number;
  readonly busyOnce: () => void;
  readonly refuseOnce: () => void;
}

let pki: MailPki;
let sent: Submission;
let uniqueId: string;
const cleanups: (() => unknown)[] = [];
beforeAll(async () => {
  pki = makeMailPki();
  sent = await submission();
  uniqueId = sent.documents[0]?.entry.uniqueId ?? '';
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function mail(): Promise<Wire> {
  const server = await createMailServer({ tls: { ...pki.server, caPem: pki.caPem, clientCertificate: 'required' } });
  const carrier = createMssTransport({
    server: { host: '127.0.0.1', port: server.port, serverName: 'localhost', caPem: pki.caPem },
    credentials: { certificate: pki.client },
    message: { from: sender, to: depositAddress },
    idleTimeoutMs: 400,
  });
  cleanups.push(
    () => server.close(),
    () => carrier.close(),
  );
  return {
    carrier,
    taken: () => server.received().length,
    busyOnce: () => server.inject('rcpt', { reply: { code: 451, text: '4.7.1 Busy' } }),
    refuseOnce: () => server.inject('rcpt', { reply: { code: 550, text: '5.1.1 Unknown' } }),
  };
}

async function xds(): Promise<Wire> {
  const registry = await startFakeRegistry();
  const url = `http://127.0.0.1:${String(registry.port)}/`;
  const http = createHttpClient({ allowClearLoopback: true });
  const carrier = createSoapXdsTransport({ http, endpoints: { register: url, query: url } });
  cleanups.push(
    () => registry.close(),
    () => http.close(),
    () => carrier.close(),
  );
  return {
    carrier,
    taken: () => registry.documents.size,
    busyOnce: () => void registry.refusals.push({ code: 'XDSRegistryBusy' }),
    refuseOnce: () => void registry.refusals.push({ code: 'XDSUnknownPatientId' }),
  };
}

function outboxOver({ carrier }: Wire, store = createMemoryStore()): Outbox {
  const outbox = createOutbox({
    store,
    carrier,
    senderDomain: 'cabinet.simulateur.mssante.fr',
    retry: { firstDelayMs: 5, longestDelayMs: 20 },
    pollMs: 10,
  });
  cleanups.push(() => outbox.close({ graceMs: 0 }));
  return outbox;
}

const until = (outbox: Outbox, state: DepositState): Promise<void> =>
  vi.waitFor(async () => expect((await outbox.status(uniqueId))?.state).toBe(state), { timeout: 8_000, interval: 10 });

const wires = [
  { name: 'mail', open: mail, taken: 'accepted', refused: 'undeliverable' },
  { name: 'registry', open: xds, taken: 'processed', refused: 'rejected' },
] as const;

describe.each(wires)('a deposit by $name', ({ open, taken, refused }) => {
  it('leaves at once without an outbox', async () => {
    const wire = await open();
    await expect(wire.carrier.deposit(sent)).resolves.toMatchObject({ uniqueId, state: taken });
    expect(wire.taken()).toBe(1);
  });

  it('is queued, passes a busy far side, and is taken once however often it is deposited', async () => {
    const wire = await open();
    wire.busyOnce();
    const outbox = outboxOver(wire);
    expect(await outbox.deposit(sent)).toMatchObject({ uniqueId, state: 'queued', attempts: 0 });
    expect(await outbox.deposit(sent)).toMatchObject({ uniqueId });
    await until(outbox, taken);
    expect(await outbox.deposit(sent)).toMatchObject({ state: taken });
    expect(wire.taken()).toBe(1);
    await expect(outbox.retry(uniqueId)).rejects.toMatchObject({ code: 'TE_OUTBOX' });
  });

  it('that is refused ends, is kept, and goes again when it is asked to', async () => {
    const wire = await open();
    wire.refuseOnce();
    const outbox = outboxOver(wire);
    await outbox.deposit(sent);
    await until(outbox, refused);
    const receipt = await outbox.wait(uniqueId);
    expect(receipt.rejection?.text).toMatch(/^(N'a pas pu être remis|Refusé par le registre)/);
    expect(receipt.nextAttemptAt).toBeNull();

    await outbox.retry(uniqueId);
    await until(outbox, taken);
    expect(wire.taken()).toBe(1);
  });

  it('is seen by its depositor only, and is visible when the dossier says so', async () => {
    const wire = await open();
    const outbox = outboxOver(wire);
    const compose = wire.carrier.compose.bind(wire.carrier);
    const own = outbox.forDepositor({ id: 'ps-1', address: sender.address, compose });
    const other = outbox.forDepositor({ id: 'ps-2', address: 'other@cabinet.mssante.fr', compose });
    await own.deposit(sent);
    await until(own, taken);
    expect(await other.status(uniqueId)).toBeNull();
    expect(await own.markVisible(uniqueId)).toMatchObject({ state: 'visible' });
  });
});
