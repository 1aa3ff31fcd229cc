import { afterEach, describe, expect, it, vi } from 'vitest';

import type { TerrESanteClient } from '../../src/client/model.ts';
import { TerrESanteError } from '../../src/errors.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { parseReport, type DepositReceipt } from '../../src/transport/index.ts';
import { consentFor, createOutboxWorld, submission } from './world.ts';

const cleanups: (() => unknown)[] = [];
const world = (): ReturnType<typeof createOutboxWorld> =>
  createOutboxWorld(cleanups, { firstDelayMs: 5, longestDelayMs: 20 });
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const patient = fictivePatient();
const until = (te: TerrESanteClient, uniqueId: string, state: DepositReceipt['state']): Promise<unknown> =>
  vi.waitFor(async () => expect((await te.outbox.status(uniqueId))?.state).toBe(state), {
    timeout: 10_000,
    interval: 10,
  });

describe('te.outbox', () => {
  it('deposits from the configuration alone, and follows to the end', async () => {
    const { world: w, outbox } = await world();
    const te = w.client({ deposit: undefined, outbox });
    await te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });
    const sent = await submission();
    const receipt = await te.documents.deposit(patient, sent, { patientConsent: true });
    expect(receipt.state).toBe('queued');
    await until(te, receipt.uniqueId, 'accepted');
    await w.simulator.settled();
    for (const { bytes } of w.simulator.mailbox(w.config.user.mssAddress)) {
      const report = await parseReport(bytes);
      if (report) expect(await te.outbox.applyReport(report)).toBe('applied');
    }
    expect((await te.outbox.status(receipt.uniqueId))?.state).toBe('processed');
    expect((await te.documents.status(patient, receipt.uniqueId)).state).toBe('visible');
    const listed: string[] = [];
    for await (const one of te.outbox.list({ states: ['visible'] })) listed.push(one.uniqueId);
    expect(listed).toEqual([receipt.uniqueId]);
    for await (const one of te.outbox.unmatched()) expect.unreachable(JSON.stringify(one));
  });

  it('keeps what is stopped, for the next client', async () => {
    const { world: w, outbox } = await world();
    // Nobody answers there.
    const away = { ...outbox, server: { ...outbox.server!, port: 1 } };
    const first = w.client({ deposit: undefined, outbox: away });
    await first.dossier.create(patient, { consent: consentFor(first), joinAs: 'PCP' });
    const [kept, given] = [await submission(), await submission()];
    const { uniqueId } = await first.documents.deposit(patient, kept, { patientConsent: true });
    const other = (await first.documents.deposit(patient, given, { patientConsent: true })).uniqueId;
    await first.outbox.stop();
    await first.outbox.cancel(other);
    expect((await first.outbox.status(other))?.state).toBe('expired');
    expect((await first.outbox.retry(uniqueId)).state).toBe('queued');
    await first.close();
    await expect(first.outbox.status(uniqueId)).rejects.toMatchObject({ code: 'TE_CLOSED' });
    const second = w.client({ deposit: undefined, outbox });
    await second.outbox.start();
    await until(second, uniqueId, 'accepted');
    expect((await second.outbox.status(other))?.state).toBe('expired');
  });

  it.each([
    ['an address that is none', { user: { mssAddress: 'pas une adresse' } }],
    ['an address of a public mail', { user: { mssAddress: 'x@mail.example' } }],
  ])('keeps no spool open with %s', async (_, { user }) => {
    const { world: w, outbox } = await world();
    const wrong = { ...w.config, user: { ...w.config.user, ...user } };
    const te = w.client({ deposit: undefined, outbox }, wrong);
    const failed = await te.outbox.start().then(
      () => null,
      (error: unknown) => error,
    );
    // Refused or taken, the next client can open it.
    if (failed === null) await te.close();
    else expect(failed).toBeInstanceOf(TerrESanteError);
    const next = w.client({ deposit: undefined, outbox });
    await next.outbox.start();
  });

  it('says that there is none', async () => {
    const { world: w } = await world();
    const te = w.client({ deposit: undefined });
    await expect(te.outbox.start()).rejects.toMatchObject({ code: 'TE_UNSUPPORTED', details: { operation: 'outbox' } });
    await expect(te.outbox.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
  });
});

describe('a far side that has the document already', () => {
  const refusing = {
    deposit: async () => Promise.reject(new TerrESanteError('TE_DUPLICATE', 'x')),
    close: async () => undefined,
  };

  it('is a success for the very same document, an error for another of the same uniqueId', async () => {
    const { world: w } = await world();
    const te = w.client();
    await te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });
    const sent = await submission();
    const { uniqueId } = await te.documents.deposit(patient, sent, { patientConsent: true });
    await w.simulator.settled();
    const again = w.client({ deposit: refusing });
    const receipt = await again.documents.deposit(patient, sent, { patientConsent: true });
    expect(receipt).toMatchObject({ uniqueId, state: 'visible' });
    expect(receipt.findings.map(({ rule }) => rule)).toContain('DEPOSIT-ALREADY-FILED');
    const absent = await submission();
    await expect(again.documents.deposit(patient, absent, { patientConsent: true })).rejects.toMatchObject({
      code: 'TE_DUPLICATE',
    });
  });

  it('does not show a deposit because another document has its uniqueId', async () => {
    const { world: w, outbox } = await world();
    const te = w.client();
    await te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });
    const { uniqueId } = await te.documents.deposit(patient, await submission(), { patientConsent: true });
    await w.simulator.settled();
    const other = await submission({ uniqueId, title: 'Une autre lettre' });
    const away = { ...outbox, server: { ...outbox.server!, port: 1 } };
    const queueing = w.client({ deposit: undefined, outbox: away });
    const taking = w.client({
      deposit: {
        close: async () => undefined,
        deposit: async ({ documents }) => ({
          uniqueId: documents[0]!.entry.uniqueId,
          uniqueIds: [documents[0]!.entry.uniqueId],
          channel: 'mssante',
          submittedAt: '2026-03-01T09:30:00.000Z',
          state: 'accepted',
          recipients: [],
          documents: null,
          messageId: null,
          envelopeId: null,
          rejection: null,
          problem: null,
          attempts: null,
          nextAttemptAt: null,
          evidence: null,
        }),
      },
    });
    for (const [client, state] of [
      [queueing, /^(?:queued|sending)$/],
      [taking, /^accepted$/],
    ] as const) {
      await client.documents.deposit(patient, other, { patientConsent: true });
      expect((await client.documents.status(patient, uniqueId)).state).toMatch(state);
    }
    expect((await queueing.outbox.status(uniqueId))?.state).not.toBe('visible');
    expect((await te.documents.status(patient, uniqueId)).state).toBe('visible');
  });
});
