import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import type { Submission } from '../../../src/documents/index.ts';
import { collect } from '../../../src/internal/bytes.ts';
import {
  createHttpClient,
  createMemoryStore,
  createOutbox,
  createSoapXdsTransport,
  openSpoolStore,
  type DepositReceipt,
  type DepositState,
  type Outbox,
  type OutboxOptions,
  type OutboxStore,
  type SoapXdsTransport,
  type SoapXdsTransportConfig,
} from '../../../src/transport/index.ts';
import { submission } from '../../client/world.ts';
import { createCutLine, cutPlaces, startFakeRegistry, type FakeRegistry } from './fake-registry.ts';

let sent: Submission;
let uniqueId: string;
let sha1: string;
beforeAll(async () => {
  sent = await submission({ title: 'CANARITITRE' });
  const [first] = sent.documents;
  uniqueId = first?.entry.uniqueId ?? '';
  sha1 = first?.document.sha1 ?? '';
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const http = createHttpClient({ timeoutMs: 5_000, allowClearLoopback: true });
const urlOf = (port: number): string => `http://127.0.0.1:${String(port)}/`;

async function withRegistry(
  change: Partial<SoapXdsTransportConfig> = {},
): Promise<{ registry: FakeRegistry; transport: SoapXdsTransport }> {
  const registry = await startFakeRegistry();
  cleanups.push(() => registry.close());
  const url = urlOf(registry.port);
  return {
    registry,
    transport: createSoapXdsTransport({ http, endpoints: { register: url, query: url }, ...change }),
  };
}

function outboxOver(
  transport: SoapXdsTransport,
  store: OutboxStore = createMemoryStore(),
  change: Partial<OutboxOptions> = {},
): Outbox {
  const outbox = createOutbox({
    store,
    carrier: transport,
    retry: { firstDelayMs: 5, longestDelayMs: 20 },
    pollMs: 10,
    ...change,
  });
  cleanups.push(() => outbox.close({ graceMs: 0 }));
  return outbox;
}

const until = (outbox: Outbox, state: DepositState): Promise<DepositReceipt> =>
  vi.waitFor(
    async () => {
      const receipt = await outbox.status(uniqueId);
      expect(receipt?.state).toBe(state);
      return receipt as DepositReceipt;
    },
    { timeout: 10_000, interval: 10 },
  );

describe('a deposit to a registry at once', () => {
  it('is processed when the registry says so', async () => {
    const { registry, transport } = await withRegistry();
    const stages: string[] = [];
    const receipt = await transport.deposit(sent, { onProgress: ({ stage }) => stages.push(stage) });

    expect(receipt).toMatchObject({
      uniqueId,
      channel: 'xds',
      state: 'processed',
      messageId: null,
      envelopeId: null,
      recipients: [{ smtpCode: null, detail: 'Enregistré par le registre.' }],
    });
    expect([...registry.documents]).toEqual([[uniqueId, sha1]]);
    expect(new Set(stages)).toEqual(new Set(['sending']));
  });

  it('that is there already is asked for before it is believed', async () => {
    const { registry, transport } = await withRegistry();
    await transport.deposit(sent);
    await expect(transport.deposit(sent)).resolves.toMatchObject({ state: 'processed' });
    expect(registry.queries).toHaveLength(1);

    registry.documents.set(uniqueId, 'f'.repeat(40));
    await expect(transport.deposit(sent)).rejects.toMatchObject({ code: 'TE_DUPLICATE' });
    await transport.close();
    await expect(transport.deposit(sent)).rejects.toMatchObject({ code: 'TE_CLOSED' });
  });
});

describe('what an outbox keeps of a deposit to a registry', () => {
  it('holds no envelope nor assertion: they are made at each attempt, for the patient of the deposit', async () => {
    const about: unknown[] = [];
    const { registry, transport } = await withRegistry({
      assertion: async ({ patientId, sourcePatientId, depositor }) => {
        about.push({ patientId, sourcePatientId, depositor });
        return `<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${String(about.length)}"/>`;
      },
    });
    const { content } = await transport.compose(sent);
    const kept = Buffer.from(await collect(content.open())).toString('latin1');
    expect(kept).toContain('ProvideAndRegisterDocumentSetRequest');
    expect(kept).not.toMatch(/Envelope|Assertion|MessageID/);
    expect(about).toEqual([]);

    registry.refusals.push({ code: 'XDSRegistryBusy' });
    const view = outboxOver(transport).forDepositor({
      id: 'ps-1',
      address: 'a@b.mssante.fr',
      compose: transport.compose.bind(transport),
    });
    await view.deposit(sent);
    await vi.waitFor(async () => expect((await view.status(uniqueId))?.state).toBe('processed'), { timeout: 5_000 });

    const [{ entry } = { entry: null }] = sent.documents;
    const one = { patientId: entry?.patientId, sourcePatientId: entry?.sourcePatientId, depositor: 'ps-1' };
    expect(about).toEqual([one, one]);
    const ids = registry.deposits.map((body) => /MessageID[^>]*>([^<]+)/.exec(body)?.[1]);
    expect(new Set(ids).size).toBe(2);
    const tails = registry.deposits.map((body) => body.slice(body.indexOf('</soap:Envelope>')));
    expect(tails[0]).toBe(tails[1]);
    expect(tails[0]).toContain('Content-Transfer-Encoding: binary');
  });

  it('names nothing of a patient outside the message', async () => {
    const { registry, transport } = await withRegistry();
    const lines: string[] = [];
    registry.refusals.push({ code: 'XDSUnknownPatientId' });
    const log = (...parts: unknown[]): void => void lines.push(JSON.stringify(parts));
    const store = createMemoryStore();
    const outbox = outboxOver(transport, store, { logger: { debug: log, info: log, warn: log, error: log } });
    await outbox.deposit(sent);
    const receipt = await until(outbox, 'rejected');
    for await (const entry of store.list()) lines.push(JSON.stringify(entry));

    const { patient } = sent;
    const said = `${lines.join('\n')}${JSON.stringify(receipt)}`;
    for (const trait of ['CANARI', patient.birthName, patient.firstName]) expect(said).not.toContain(trait);
    expect(said).not.toContain(sent.documents[0]?.entry.patientId.split('^')[0]);
  });
});

describe('the outcome of a deposit to a registry', () => {
  it('a refusal is final, with its code, until the host asks again', async () => {
    const { registry, transport } = await withRegistry();
    registry.refusals.push({ code: 'XDSUnknownPatientId' });
    const outbox = outboxOver(transport);
    expect(await outbox.deposit(sent)).toMatchObject({ state: 'queued', channel: 'xds', messageId: null });

    const refused = await until(outbox, 'rejected');
    expect(refused.rejection).toEqual({
      code: 'XDSUnknownPatientId',
      text: "Refusé par le registre. Code XDSUnknownPatientId : Le registre ne connaît pas l'identifiant du patient.",
    });
    expect(refused.nextAttemptAt).toBeNull();

    await outbox.retry(uniqueId);
    expect(await until(outbox, 'processed')).toMatchObject({ rejection: null, problem: null });
    expect(registry.deposits).toHaveLength(2);
  });

  it.each([
    ['a busy registry', { code: 'XDSRegistryBusy' }, 0],
    ['a gateway that asks to wait', { status: 429, headers: { 'retry-after': '1' } }, 0],
    ['an answer that says nothing', { body: '<x xmlns="urn:x"/>' }, 1],
    ['a server error', { status: 500 }, 1],
  ])('%s: it goes again, and is asked for first when it may be there', async (_what, refusal, queries) => {
    const { registry, transport } = await withRegistry();
    registry.refusals.push(refusal);
    const outbox = outboxOver(transport);
    await outbox.deposit(sent);
    await until(outbox, 'processed');
    expect(registry.deposits).toHaveLength(2);
    expect(registry.queries).toHaveLength(queries);
  });

  it('another document of the same uniqueId is told, and not taken for this one', async () => {
    const { registry, transport } = await withRegistry();
    registry.documents.set(uniqueId, 'f'.repeat(40));
    const outbox = outboxOver(transport);
    await outbox.deposit(sent);
    expect(await until(outbox, 'rejected')).toMatchObject({ rejection: { code: 'XDSDuplicateUniqueIdInRegistry' } });

    registry.documents.set(uniqueId, sha1);
    await outbox.retry(uniqueId);
    expect(await until(outbox, 'visible')).toMatchObject({ rejection: null });
  });

  it('one that may be there waits as long as nobody can be asked, and says so', async () => {
    const { registry, transport } = await withRegistry();
    registry.answersQueries = false;
    registry.refusals.push({ status: 500 });
    const outbox = outboxOver(transport);
    await outbox.deposit(sent);
    await vi.waitFor(() => expect(registry.queries.length).toBeGreaterThan(1), { timeout: 5_000 });
    expect(registry.deposits).toHaveLength(1);
    const waiting = await vi.waitFor(async () => {
      const receipt = await outbox.status(uniqueId);
      expect(receipt?.problem).not.toBeNull();
      return receipt;
    });
    expect(waiting?.problem?.reason).toMatch(/peut-être déjà enregistré : le registre est interrogé avant/);

    registry.answersQueries = true;
    await until(outbox, 'processed');
    expect(registry.deposits).toHaveLength(2);
  });

  it('an entry without a hash proves nothing', async () => {
    const { registry, transport } = await withRegistry();
    registry.documents.set(uniqueId, null);
    const outbox = outboxOver(transport, createMemoryStore(), { retry: { firstDelayMs: 5, maxAttempts: 2 } });
    await outbox.deposit(sent);
    await until(outbox, 'expired');
    expect(registry.deposits).toHaveLength(1);

    // Deposited anew, it is asked for again before anything leaves.
    registry.documents.set(uniqueId, sha1);
    await outbox.deposit(sent);
    await until(outbox, 'visible');
    expect(registry.deposits).toHaveLength(1);
  });
});

describe('a connection that is cut', () => {
  it.each(cutPlaces)('at %s ends in one document, over a restart', async (place) => {
    const { registry } = await withRegistry();
    const line = await createCutLine(registry.port, place);
    cleanups.push(() => line.close());
    const transport = createSoapXdsTransport({
      http,
      endpoints: { register: urlOf(line.port), query: urlOf(registry.port) },
    });
    const folder = mkdtempSync(join(tmpdir(), 'xds-spool-'));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    const key = Buffer.alloc(32, 'k').fill(1, 0, 16);

    const first = outboxOver(transport, await openSpoolStore({ folder, key }), { retry: { firstDelayMs: 60_000 } });
    await first.deposit(sent);
    await vi.waitFor(() => expect(line.isCut).toBe(true), { timeout: 5_000 });
    await first.close({ graceMs: 0 });
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(readFileSync(join(file.parentPath, file.name)).includes('CANARI')).toBe(false);

    const second = outboxOver(transport, await openSpoolStore({ folder, key }));
    await vi.waitFor(
      async () => {
        const state = (await second.status(uniqueId))?.state ?? 'none';
        if (state === 'queued') await second.retry(uniqueId);
        expect(['processed', 'visible']).toContain(state);
      },
      { timeout: 10_000, interval: 20 },
    );
    expect([...registry.documents.values()]).toEqual([sha1]);
    expect(registry.deposits).toHaveLength(1);
  });
});

describe('an entry of another wire', () => {
  it('waits for its carrier, is told by name, and loses nothing by it', async () => {
    const { registry, transport } = await withRegistry();
    const store = createMemoryStore();
    const queueing = createOutbox({ store, carrier: transport, sends: false });
    await queueing.deposit(sent);

    const sentByMail: unknown[] = [];
    const errors: unknown[] = [];
    const carrier = {
      compose: transport.compose.bind(transport),
      send: async (message: unknown) => {
        sentByMail.push(message);
        return { smtpCode: 250, enhancedStatus: null };
      },
    };
    const mail = createOutbox({
      store,
      carrier,
      senderDomain: 'c.mssante.fr',
      retry: { firstDelayMs: 1, longestDelayMs: 5, maxAttempts: 2 },
      pollMs: 5,
      onError: (error) => errors.push(error),
    });
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(3), { timeout: 5_000 });
    await mail.stop();
    expect(errors[0]).toMatchObject({ code: 'TE_UNSUPPORTED', details: { channel: 'xds' } });
    expect(sentByMail).toEqual([]);
    expect(await mail.status(uniqueId)).toMatchObject({
      state: 'queued',
      attempts: 0,
      problem: { reason: expect.stringContaining('registre (XDS)') as string },
    });

    const outbox = outboxOver(transport, store);
    await until(outbox, 'processed');
    expect(registry.documents.size).toBe(1);
  });
});
