import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';

import type { ClientOptions, TerrESanteClient } from '../../src/client/model.ts';
import type { TerrESanteError } from '../../src/errors.ts';
import type { SimulatorOptions } from '../../src/simulator/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import type { MailFaultAction, MailFaultPoint } from '../../src/simulator/mail/model.ts';
import { createMailServer } from '../../src/simulator/mail/server.ts';
import type { DepositReceipt, DepositState } from '../../src/transport/index.ts';
import { consentFor, createWorld, mailServer, submission } from './world.ts';

const cleanups: (() => unknown)[] = [];
// The tests of a group wait beside each other: what one opened stays open to the end.
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const patient = fictivePatient();
const consent = { patientConsent: true };

type OutboxOptions = NonNullable<ClientOptions['outbox']>;

/** A client whose dossier exists, with what is told of it. */
async function started(
  change: (outbox: OutboxOptions, otherCaPem: string) => OutboxOptions = (outbox) => outbox,
  options: SimulatorOptions = {},
) {
  const world = await createWorld(options);
  const folder = mkdtempSync(join(tmpdir(), 'outbox-why-'));
  cleanups.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => world.close(),
  );

  const { simulator } = world;
  const { authentication } = simulator.hierarchy.professional;
  const errors: TerrESanteError[] = [];
  const usual: OutboxOptions = {
    store: { folder },
    ...mailServer(simulator),
    retry: { firstDelayMs: 60_000 },
    pollMs: 20,
    onError: (error) => errors.push(error),
  };

  const te = world.client({ deposit: undefined, outbox: change(usual, authentication.certPem) });
  await te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });
  return { te, errors, world };
}

/** The receipt once an attempt has failed. */
const failed = (te: TerrESanteClient, uniqueId: string): Promise<DepositReceipt> =>
  vi.waitFor(
    async () => {
      const receipt = await te.outbox.status(uniqueId);
      expect(receipt?.problem).toMatchObject({ code: expect.any(String) as string });
      expect(receipt?.state).not.toBe('sending');
      return receipt!;
    },
    { timeout: 10_000, interval: 10 },
  );

describe.concurrent('why a deposit waits', () => {
  it.each<[string, (outbox: OutboxOptions, otherCaPem: string) => OutboxOptions, string, RegExp]>([
    [
      'closed port',
      (outbox) => ({ ...outbox, server: { ...outbox.server!, port: 1 } }),
      'TE_UNAVAILABLE',
      /pas joignable/,
    ],
    [
      'wrong authority',
      (outbox, caPem) => ({ ...outbox, server: { ...outbox.server!, caPem } }),
      'TE_TLS',
      /pas reconnu/,
    ],
    [
      'failing token provider',
      (outbox) => ({
        ...outbox,
        credentials: {
          ...outbox.credentials,
          token: {
            mailbox: 'claire@cabinet.mssante.fr',
            provider: () => Promise.reject(new Error('jeton eyJhbGciOi.CANARI')),
          },
        },
      }),
      'TE_AUTHN_REQUIRED',
      /une connexion est à refaire/,
    ],
  ])('%s: on the receipt, and told to onError', async (_, change, code, sentence) => {
    const { te, errors } = await started(change);
    const { uniqueId } = await te.documents.deposit(patient, await submission(), consent);

    const receipt = await failed(te, uniqueId);
    expect(receipt).toMatchObject({ state: 'queued', attempts: 1, problem: { code, smtpCode: null } });
    expect(receipt.problem?.reason).toMatch(sentence);
    expect(receipt.recipients[0]?.detail).toContain(receipt.problem?.reason);
    expect(Date.parse(receipt.nextAttemptAt ?? '')).toBeGreaterThan(Date.parse(receipt.problem?.at ?? ''));

    await vi.waitFor(() => expect(errors.map((error) => error.code)).toEqual([code]), { timeout: 10_000 });
    expect(errors[0]?.correlationId).toBe(receipt.envelopeId);
    expect(JSON.stringify([receipt, errors])).not.toContain('CANARI');
  });
});

describe.concurrent('why a deposit waits or was refused, when the mail server answers', () => {
  /** A mail server that does what it is told, in place of the one of the platform. */
  async function startedWith(at: MailFaultPoint, fault: MailFaultAction) {
    const begun = await started();
    const { hierarchy } = begun.world.simulator;
    const { chainPem, keyPem } = hierarchy.server('localhost');
    const server = await createMailServer({ tls: { certPem: chainPem, keyPem } });
    cleanups.push(() => server.close());
    server.inject(at, fault);

    const errors: TerrESanteError[] = [];
    const te = begun.world.client({
      deposit: undefined,
      outbox: {
        ...mailServer(begun.world.simulator),
        store: 'memory',
        server: { host: '127.0.0.1', port: server.port, serverName: 'localhost', caPem: hierarchy.caPem },
        retry: { firstDelayMs: 60_000 },
        pollMs: 20,
        // Short only where nothing ever comes: a busy machine must not look like a silent server.
        sendTimeoutMs: 'cut' in fault ? 2_000 : 30_000,
        onError: (error) => errors.push(error),
      },
    });
    return { te, errors };
  }

  const reply = (code: number, text: string): MailFaultAction => ({ reply: { code, text: `${text} CANARI` } });

  it.each<[string, MailFaultPoint, MailFaultAction, DepositState, string, number | null, RegExp]>([
    ['a mailbox full for now', 'rcpt', reply(452, '4.2.2'), 'queued', 'TE_MAILBOX_FULL', 452, /pleine pour le moment/],
    ['a mailbox full for good', 'rcpt', reply(552, '5.2.2'), 'undeliverable', 'TE_MAILBOX_FULL', 552, /pleine\.$/],
    ['an unknown recipient', 'rcpt', reply(550, '5.1.1'), 'undeliverable', 'TE_RECIPIENT_UNKNOWN', 550, /n'existe pas/],
    ['a busy server', 'mail', reply(451, '4.7.1'), 'queued', 'TE_UNAVAILABLE', 451, /messagerie demande d'attendre/],
    ['silence', 'mail', { cut: 'hang' }, 'queued', 'TE_TIMEOUT', null, /ne répond pas/],
    [
      'silence after the message',
      'data-end',
      { cut: 'hang' },
      'queued',
      'TE_MAIL_UNKNOWN_OUTCOME',
      null,
      /^En file d'attente ; un envoi est peut-être déjà arrivé.*inconnu/,
    ],
  ])('%s', async (_, at, fault, state, code, smtpCode, sentence) => {
    const { te, errors } = await startedWith(at, fault);
    const { uniqueId } = await te.documents.deposit(patient, await submission(), consent);

    const receipt = await failed(te, uniqueId);
    expect(receipt).toMatchObject({ state, attempts: 1, problem: { code, smtpCode } });
    expect(receipt.recipients[0]?.detail).toMatch(sentence);
    if (state === 'queued') expect(Date.parse(receipt.nextAttemptAt ?? '')).toBeGreaterThan(Date.now());
    else {
      expect(receipt.nextAttemptAt).toBeNull();
      expect(receipt.rejection?.text).toMatch(sentence);
    }

    await vi.waitFor(() => expect(errors.map((error) => error.code)).toEqual([code]), { timeout: 10_000 });
    expect(errors[0]?.correlationId).toBe(receipt.envelopeId);
    expect(JSON.stringify([receipt, errors])).not.toContain('CANARI');
  });
});

describe('a message that is too large', () => {
  it('says so with both sizes, and retry explains instead of trying again', async () => {
    const { te, errors, world } = await started(undefined, { limits: { maxMessageBytes: 20_000 } });
    const { uniqueId } = await te.documents.deposit(patient, await submission(), consent);

    const receipt = await failed(te, uniqueId);
    expect(receipt).toMatchObject({
      state: 'undeliverable',
      problem: { code: 'TE_TOO_LARGE' },
      nextAttemptAt: null,
    });
    expect(receipt.rejection?.text).toMatch(/trop grand.*une fois codé, pour 20 ko au plus/);
    await vi.waitFor(() => expect(errors.map(({ code }) => code)).toEqual(['TE_TOO_LARGE']));

    await expect(te.outbox.retry(uniqueId)).rejects.toMatchObject({
      code: 'TE_TOO_LARGE',
      details: { limitBytes: 20_000 },
      message: expect.stringContaining('plus légère') as string,
    });
    expect((await te.outbox.status(uniqueId))?.state).toBe('undeliverable');
    expect(world.simulator.intakes()).toEqual([]);
  });
});

describe('te.outbox.stop', () => {
  it('holds what is deposited after it until start', async () => {
    const { te, world } = await started();
    await te.outbox.start();
    await te.outbox.stop();

    const { uniqueId, state } = await te.documents.deposit(patient, await submission(), consent);
    expect(state).toBe('queued');
    await te.documents.status(patient, uniqueId);
    await te.diagnose();
    await world.simulator.settled();
    // Longer than several polls of a worker, which there is none of.
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await te.outbox.status(uniqueId)).toMatchObject({ state: 'queued', attempts: 0 });
    expect(world.simulator.intakes()).toEqual([]);

    await te.outbox.start();
    await vi.waitFor(async () => expect((await te.outbox.status(uniqueId))?.state).toBe('accepted'));
  });
});
