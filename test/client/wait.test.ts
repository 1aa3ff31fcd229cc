import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createPkcs12Provider } from '../../src/auth/index.ts';
import type { ClientOptions, TerrESanteClient } from '../../src/client/model.ts';
import { buildLetter } from '../../src/documents/index.ts';
import { professionalOf, structureOf } from '../../src/platform/index.ts';
import { fictiveOutbox } from '../../src/simulator/index.ts';
import { demoLetterPdf, fictivePatients, type FictivePatient } from '../../src/testing/index.ts';
import type { DepositProgress, DepositReceipt } from '../../src/transport/index.ts';
import { createWorld, rppsHolder, type World } from './world.ts';

const [patient, stranger] = fictivePatients(2) as [FictivePatient, FictivePatient];
const letter = { pdf: demoLetterPdf(), type: '96349-6', patientConsent: true } as const;
const refused = (code: string, details: object = {}): unknown =>
  expect.objectContaining({ code, details: expect.objectContaining(details) as object });

let world: World;
let te: TerrESanteClient;
/** Each with a key of its own: a client closes it. */
const client = async (outbox: Partial<NonNullable<ClientOptions['outbox']>> = {}): Promise<TerrESanteClient> => {
  const { pfx, password } = world.simulator.hierarchy.professional.signature;
  return world.client({
    auth: await createPkcs12Provider({ pfx, password }),
    deposit: undefined,
    outbox: { ...fictiveOutbox(world.simulator), pollMs: 20, ...outbox },
  });
};

beforeAll(async () => {
  world = await createWorld();
  world.simulator.addDossier({ ...patient, members: [rppsHolder] });
  world.simulator.addDossier(stranger);
  te = await client();
}, 30_000);
afterAll(() => world.close());

describe('te.outbox.wait', () => {
  it('ends when the report has come, which the client reads by itself', async () => {
    const receipt = await te.documents.depositLetter(patient, letter);
    expect(receipt.state).toBe('queued');
    expect(await te.outbox.wait(receipt)).toMatchObject({ uniqueId: receipt.uniqueId, state: 'processed' });
  });

  it('asks the dossier too when the patient is given, and the outbox then says the same', async () => {
    const { uniqueId } = await te.documents.depositLetter(patient, letter);
    expect((await te.outbox.wait(uniqueId, { patient })).state).toBe('visible');
    expect((await te.outbox.status(uniqueId))?.state).toBe('visible');
  });

  it('ends with what the mails say when the dossier may not be read', async () => {
    const receipt = await te.documents.depositLetter(stranger, letter);
    expect((await te.outbox.wait(receipt, { patient: stranger })).state).toBe('processed');
  });

  it('ends with a refusal', async () => {
    world.simulator.inject({ kind: 'reject-deposit', code: '902' });
    const receipt = await te.documents.depositLetter(patient, letter);
    expect(await te.outbox.wait(receipt)).toMatchObject({ state: 'rejected', rejection: { code: '902' } });
  });

  it('ends by itself, by its caller and by the client: each says which', async () => {
    const alone = await client({ replies: undefined });
    const receipt = await alone.documents.depositLetter(patient, letter);
    await expect(alone.outbox.wait(receipt, { timeoutMs: 30 })).rejects.toEqual(refused('TE_TIMEOUT'));
    const abort = new AbortController();
    const waiting = alone.outbox.wait(receipt, { signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toEqual(refused('TE_CANCELLED'));
    const last = expect(alone.outbox.wait(receipt)).rejects.toEqual(refused('TE_CLOSED'));
    await alone.close();
    await last;
    await expect(alone.outbox.wait(receipt)).rejects.toEqual(refused('TE_CLOSED'));
  });

  it.each<[unknown, object | undefined, string, object]>([
    ['2.25.404', undefined, 'TE_NOT_FOUND', {}],
    [undefined, undefined, 'TE_INPUT_INVALID', { argument: 'deposit' }],
    [' ', undefined, 'TE_INPUT_INVALID', { argument: 'deposit' }],
    [{ uniqueId: 3 }, undefined, 'TE_INPUT_INVALID', { argument: 'deposit.uniqueId' }],
    ['2.25.404', { timeout: 3 }, 'TE_INPUT_INVALID', { option: 'timeout' }],
    ['2.25.404', { timeoutMs: Number.NaN }, 'TE_INPUT_INVALID', { argument: 'timeoutMs' }],
    ['2.25.404', { patient: 'PAT-000123' }, 'TE_INPUT_INVALID', { argument: 'patient' }],
  ])('refuses %j with %j', async (deposit, options, code, details) => {
    await expect(te.outbox.wait(deposit as string, options)).rejects.toEqual(refused(code, details));
  });
});

describe('the reply mailbox of a client', () => {
  it('tells each message once it is dealt with, and tries again after a failure', async () => {
    const failures: string[] = [];
    const cursors: string[] = [];
    const { replies } = fictiveOutbox(world.simulator);
    let isOpen = false;
    const following = await client({
      replies: {
        after: String(world.simulator.mailbox(world.config.user.mssAddress).length),
        mailbox: async () => {
          isOpen = true;
          return (replies as { mailbox: never }).mailbox;
        },
        onItem: ({ cursor }, outcome) => void cursors.push(`${cursor} ${outcome ?? 'other'}`),
      },
      onError: ({ code }) => void failures.push(code),
    });
    await following.outbox.status('2.25.1');
    expect(isOpen).toBe(false);
    const receipt = await following.documents.depositLetter(patient, letter);
    await following.outbox.wait(receipt);
    expect(isOpen).toBe(true);
    await following.close();
    // The other client of this file reads the same mailbox: its deposits are not known here.
    expect(cursors.at(-1)).toMatch(/ (?:applied|unmatched)$/);
    expect(failures).toEqual([]);
  });

  it('hides what a foreign mailbox says when it fails', async () => {
    const failures: { code: string; message: string }[] = [];
    const failing = await client({
      replies: { mailbox: async () => Promise.reject(new Error('DUPRE-TEST at imap.example')) },
      onError: ({ code, message }) => void failures.push({ code, message }),
    });
    await failing.outbox.start();
    await expect.poll(() => failures.length).toBe(1);
    expect(failures[0]?.code).toBe('TE_OUTBOX');
    expect(JSON.stringify(failures)).not.toMatch(/DUPRE|imap/);
    await failing.close();
  });
});

describe('the progress of a deposit', () => {
  it('goes from the document to the last byte that was sent', async () => {
    const told: DepositProgress[] = [];
    const receipt = await te.documents.depositLetter(patient, { ...letter, onProgress: (at) => told.push(at) });
    await te.outbox.wait(receipt);
    const stages = [...new Set(told.map(({ stage }) => stage))];
    expect(stages).toEqual(['building', 'checking', 'storing', 'sending']);
    const sent = told.filter(({ stage }) => stage === 'sending');
    expect(sent[0]?.bytes).toBe(0);
    expect(sent.at(-1)).toEqual({ stage: 'sending', bytes: sent[0]?.totalBytes, totalBytes: sent[0]?.totalBytes });
    expect(JSON.stringify(told)).not.toContain(receipt.uniqueId);
  });
});

describe('a listener that fails', () => {
  it('stops neither the deposit nor the next listener, and is told to onError', async () => {
    const failures: string[] = [];
    const seen: DepositReceipt['state'][] = [];
    const listening = await client({
      onChange: ({ state }) => {
        seen.push(state);
        throw new Error('of the host');
      },
      onError: ({ code }) => void failures.push(code),
    });
    const receipt = await listening.documents.depositLetter(patient, letter);
    await listening.outbox.wait(receipt);
    expect(seen).toEqual(expect.arrayContaining(['queued', 'accepted', 'processed']));
    expect(new Set(failures)).toEqual(new Set(['TE_INTERNAL']));
    await listening.close();
  });
});

describe('te.documents.measure', () => {
  /** A PDF with a stream of that many bytes that no page shows. */
  const pdfOf = (bytes: number): Uint8Array => {
    const small = demoLetterPdf();
    const header = Buffer.from('%PDF-1.4');
    return Buffer.concat([
      header,
      Buffer.from(`\n1 0 obj\n<< /Length ${String(bytes)} >>\nstream\n`),
      randomBytes(bytes),
      Buffer.from('\nendstream\nendobj\n'),
      small,
    ]);
  };

  it('says what the mail server takes, and a larger message is refused before it is stored', async () => {
    const measuring = await client();
    const author = { professional: professionalOf(world.config), structure: structureOf(world.config) };
    const parts = { patient, author, patientConsent: true };
    const small = await buildLetter({ ...parts, pdf: demoLetterPdf() });
    const size = await measuring.documents.measure(patient, small);
    expect(size).toMatchObject({ documentBytes: small.content.byteLength, maxMessageBytes: 15_728_640, fits: true });
    expect(size.messageBytes).toBeGreaterThan(small.content.byteLength);

    const large = await buildLetter({ ...parts, pdf: pdfOf(6_300_000) });
    const found = await measuring.documents.measure(patient, large);
    expect(found).toMatchObject({ fits: false, maxDocumentBytes: 10_485_760 });
    expect(found.messageBytes).toBeGreaterThan(found.maxMessageBytes ?? 0);
    await expect(measuring.documents.deposit(patient, large, { patientConsent: true })).rejects.toEqual(
      refused('TE_TOO_LARGE', { limitBytes: 15_728_640 }),
    );
    expect((await measuring.outbox.summary()).waiting).toBe(0);
    expect(await measuring.outbox.status(large.header.uniqueId)).toBeNull();
    await measuring.close();
  }, 30_000);

  it('learns the limit from the first refusal', async () => {
    const learning = await client();
    const large = { ...letter, pdf: pdfOf(6_300_000) };
    const receipt = await learning.documents.depositLetter(patient, large);
    expect(await learning.outbox.wait(receipt)).toMatchObject({
      state: 'undeliverable',
      problem: { code: 'TE_TOO_LARGE' },
    });
    await expect(learning.documents.depositLetter(patient, large)).rejects.toEqual(refused('TE_TOO_LARGE'));
    await learning.close();
  }, 30_000);

  it('refuses the document of another patient', async () => {
    const author = { professional: professionalOf(world.config), structure: structureOf(world.config) };
    const document = await buildLetter({ patient: stranger, author, patientConsent: true, pdf: demoLetterPdf() });
    await expect(te.documents.measure(patient, document)).rejects.toEqual(refused('TE_IDENTITY_MISMATCH'));
  });
});
