import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { createClient } from '../../src/client/create-client.ts';
import { diagnosticsChannels, type CallEvent, type DepositEvent, type Logger } from '../../src/index.ts';
import { Observer } from '../../src/internal/observer.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { consentFor, createOutboxWorld, submission } from './world.ts';

const cleanups: (() => unknown)[] = [];
const world = (): ReturnType<typeof createOutboxWorld> => createOutboxWorld(cleanups);
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Told = readonly [channel: string, event: Readonly<Record<string, unknown>>];
type Line = readonly [level: string, message: string, fields: Readonly<Record<string, unknown>>];

/** Everything that the channels say until the end of the test. */
function listen(): Told[] {
  const told: Told[] = [];
  for (const name of Object.values(diagnosticsChannels)) {
    const hear = (event: unknown): number => told.push([name, event as Told[1]]);
    subscribe(name, hear);
    cleanups.push(() => unsubscribe(name, hear));
  }
  return told;
}

function logger(): { lines: Line[]; logger: Logger } {
  const lines: Line[] = [];
  const write =
    (level: string) =>
    (message: string, fields: Line[2]): void =>
      void lines.push([level, message, fields]);
  return { lines, logger: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') } };
}

const patient = fictivePatient();
const { birthName, firstName, birthDate } = patient.traits;
const title = 'CANARI-TITRE';
const secrets: readonly string[] = [
  birthName!,
  firstName!,
  birthDate!,
  patient.ins.value,
  patient.localId.value,
  title,
  'CANARI-JETON',
  'saml2:',
  'PRIVATE KEY',
  'BEGIN CERTIFICATE',
];

describe('what happens inside', () => {
  it('is told by channel and by logger: calls, signatures, deposits, attempts; nothing of a patient', async () => {
    const { world: w, outbox } = await world();
    const told = listen();
    const { lines, logger: host } = logger();
    const token = { mailbox: w.config.user.mssAddress, provider: () => Promise.reject(new Error('CANARI-JETON')) };
    const te = w.client({
      deposit: undefined,
      outbox: { ...outbox, credentials: { token }, retry: { firstDelayMs: 60_000 } },
      logger: host,
    });

    await te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });
    w.simulator.inject({ kind: 'http-status', status: 503 });
    const refused: unknown = await te.documents.list(patient).catch((error: unknown) => error);
    const { uniqueId } = await te.documents.deposit(patient, await submission({ title }), { patientConsent: true });
    await vi.waitFor(() => expect(told.map(([name]) => name)).toContain(diagnosticsChannels.retry));
    await te.outbox.stop();
    await te.outbox.cancel(uniqueId);

    const of = (name: string): unknown[] => told.filter(([channel]) => channel === name).map(([, event]) => event);
    expect(of(diagnosticsChannels.call)).toMatchObject([
      { operation: 'dossier.status', binding: 'simulator-http', outcome: 'ok', code: null, retryable: false },
      { operation: 'dossier.create', outcome: 'ok' },
      {
        operation: 'documents.list',
        outcome: 'error',
        code: 'TE_UNAVAILABLE',
        retryable: true,
        correlationId: (refused as { correlationId: string }).correlationId,
      },
    ]);
    expect(of(diagnosticsChannels.signature)[0]).toMatchObject({ provider: 'pkcs12', outcome: 'ok', code: null });
    expect((of(diagnosticsChannels.deposit) as DepositEvent[]).map(({ state }) => state)).toEqual([
      'queued',
      'sending',
      'queued',
      'expired',
    ]);
    expect(of(diagnosticsChannels.retry)).toMatchObject([
      { uniqueId, attempts: 1, code: 'TE_AUTHN_REQUIRED', smtpCode: null },
    ]);

    // The logger has the same events, each at its level.
    expect(lines).toHaveLength(told.length);
    expect(lines.map(([, , fields]) => fields)).toEqual(told.map(([, event]) => event));
    expect(lines.filter(([level]) => level === 'warn').map(([, message]) => message)).toMatchObject([
      expect.stringMatching(/^call documents\.list failed with TE_UNAVAILABLE/),
      expect.stringMatching(/^attempt 1 of deposit .* failed with TE_AUTHN_REQUIRED/),
    ]);
    expect(lines.at(-1)?.[0]).toBe('error');

    const text = JSON.stringify([told, lines]);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('does not reach those who do not listen, and costs them nothing', () => {
    const silent = new Observer();
    const make = vi.fn(() => ({ a: 1 }));
    silent.tell('call', make, () => ({ level: 'info', message: '' }));
    expect(make).not.toHaveBeenCalled();
    expect(silent.watches('deposit')).toBe(false);

    listen();
    silent.tell('call', make, () => ({ level: 'info', message: '' }));
    expect(make).toHaveBeenCalledOnce();
  });

  it('goes on when the logger throws, and refuses one that is none', async () => {
    const { world: w } = await world();
    const fail = (): never => {
      throw new Error('disk full');
    };
    const te = w.client({ logger: { debug: fail, info: fail, warn: fail, error: fail } });
    expect((await te.dossier.status(patient)).state).toBe('absent');

    const half = { debug: fail, info: fail } as unknown as Logger;
    expect(() => createClient(w.config, { auth: w.auth, logger: half })).toThrow(
      expect.objectContaining({ code: 'TE_INPUT_INVALID', details: { argument: 'logger' } }) as Error,
    );
  });

  it('measures a call from its beginning', async () => {
    const { world: w } = await world();
    const told = listen();
    await w.te.dossier.status(patient);
    const { durationMs, at } = told.find(([name]) => name === diagnosticsChannels.call)?.[1] as unknown as CallEvent;
    expect(durationMs).toBeGreaterThan(0);
    expect(new Date(at).toISOString()).toBe(at);
  });
});

describe('te.outbox.summary', () => {
  it('counts states, the oldest that waits and the reasons', async () => {
    const { world: w, outbox } = await world();
    const te = w.client({
      deposit: undefined,
      outbox: { ...outbox, server: { ...outbox.server!, port: 1 }, retry: { firstDelayMs: 60_000 } },
    });
    expect(await te.outbox.summary()).toMatchObject({ waiting: 0, oldestWaiting: null, problems: {} });

    await te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });
    const first = await te.documents.deposit(patient, await submission(), { patientConsent: true });
    const second = await te.documents.deposit(patient, await submission(), { patientConsent: true });
    await vi.waitFor(async () => expect((await te.outbox.summary()).problems).toEqual({ TE_UNAVAILABLE: 2 }));
    await te.outbox.stop();
    await te.outbox.cancel(second.uniqueId);

    expect(await te.outbox.summary()).toMatchObject({
      states: { queued: 1, expired: 1, accepted: 0 },
      waiting: 1,
      oldestWaiting: first.submittedAt,
    });
  });
});
