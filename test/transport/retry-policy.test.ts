import { describe, expect, it } from 'vitest';

import { TerrESanteError } from '../../src/errors.ts';
import { createMemoryStore, createOutbox, type Outbox, type OutboxEntry } from '../../src/transport/index.ts';
import { newEntry, postedSubmission } from '../../src/transport/outbox/new-entry.ts';
import { smtpError } from '../../src/transport/mss/smtp-error.ts';
import { afterFailure, checkRetryPolicy, type AfterFailure } from '../../src/transport/outbox/retry-policy.ts';
import { newTrack } from '../../src/transport/receipt/track.ts';
import { depositAddress, emptyMail, fixtureSubmission, fromMailSystem, senderAddress } from './fixtures.ts';

const now = 1_000_000;
const policy = { firstDelayMs: 10_000, longestDelayMs: 1_000_000 };

function entry(id: string, attempts = 1): OutboxEntry {
  return {
    id,
    generation: 1,
    uniqueIds: ['1.1'],
    documents: [{ uniqueId: '1.1', sha1: '00' }],
    channel: 'mssante',
    envelope: { from: senderAddress, to: depositAddress },
    byteLength: 1,
    createdAt: 0,
    expiresAt: 1e12,
    work: 'sending',
    attempts,
    nextAt: 0,
    owner: 'a',
    lastError: null,
    outcomeUnknown: false,
    hasContent: true,
    track: newTrack('<m@c.mssante.fr>', 'm', depositAddress, '2026-03-01T09:30:00.000Z'),
    previous: [],
    revision: 1,
  };
}

const away = new TerrESanteError('TE_UNAVAILABLE', 'absent');
const after = (error: TerrESanteError, of = entry('a')): AfterFailure => afterFailure(error, of, now, policy);

/** The reply of a server, as the mail library gives it. */
const replied = (response: string): TerrESanteError =>
  smtpError(
    { code: 'EMESSAGE', responseCode: Number(response.slice(0, 3)), response },
    { sourceEnded: true, messageBytes: 1 },
  );

function waitOf(result: AfterFailure): number {
  if (result.action !== 'retry') throw new TypeError('no retry');
  return result.at - now;
}

describe('a deposit that its professional has to sign', () => {
  const mismatch = (reason: string): TerrESanteError =>
    new TerrESanteError('TE_IDENTITY_MISMATCH', 'autre', { details: { reason } });

  it.each<[string, TerrESanteError, AfterFailure['action']]>([
    ['the card was taken out', new TerrESanteError('TE_CARD_REMOVED', 'x'), 'retry'],
    ['nobody typed the PIN', new TerrESanteError('TE_PIN_REQUIRED', 'x'), 'retry'],
    ['the card is locked', new TerrESanteError('TE_PIN_LOCKED', 'x'), 'retry'],
    ['the session of another is open', mismatch('session-holder'), 'retry'],
    ['the card of another is in the reader', mismatch('card-holder'), 'retry'],
    ['the PIN is wrong: it is not tried again', new TerrESanteError('TE_PIN_INCORRECT', 'x'), 'give-up'],
    ['the patient is another', mismatch('patient'), 'give-up'],
  ])('%s', (_what, error, action) => {
    expect(after(error).action).toBe(action);
  });
});

describe('afterFailure', () => {
  it('spreads the deposits that failed together', () => {
    const waits = Array.from({ length: 50 }, (_, index) => waitOf(after(away, entry(`entry-${String(index)}`))));
    expect(new Set(waits).size).toBeGreaterThan(45);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(3_000);
    for (const wait of waits) {
      expect(wait).toBeGreaterThanOrEqual(7_500);
      expect(wait).toBeLessThanOrEqual(12_500);
    }
  });

  it('waits as long for the same deposit and attempt, and otherwise for the next attempt', () => {
    expect(after(away, entry('a', 2))).toEqual(after(away, entry('a', 2)));
    expect(waitOf(after(away, entry('a', 2))) / 2).not.toBe(waitOf(after(away, entry('a', 1))));
  });

  it.each(['421 4.3.2 closing channel', '421 closing channel', '451 4.7.1 greylisted'])('retries after %s', (reply) => {
    expect(after(replied(reply)).action).toBe('retry');
  });

  it('retries for a mailbox that is full for now', () => {
    expect(after(replied('452 4.2.2 mailbox full')).action).toBe('retry');
  });

  it('gives up for a mailbox that is full for good', () => {
    const full = replied('552 5.2.2 mailbox full');
    expect(full.code).toBe('TE_MAILBOX_FULL');
    expect(after(full)).toEqual({ action: 'give-up', reason: 'refused' });
  });

  it('waits twice as long at each attempt, up to the longest wait', () => {
    // The spread is a quarter of the wait on each side.
    for (const [attempts, wait] of [
      [1, 10_000],
      [2, 20_000],
      [4, 80_000],
      [8, 1_000_000],
      [1_000, 1_000_000],
    ] as const) {
      const result = afterFailure(away, entry('a', attempts), now, { ...policy, maxAttempts: 2_000 });
      expect(Math.abs(waitOf(result) - wait)).toBeLessThanOrEqual(wait / 4);
    }
  });

  it('waits longer where time alone mends less', () => {
    const busy = new TerrESanteError('TE_RATE_LIMITED', 'occupé', { retryable: false });
    expect(waitOf(after(busy)) / waitOf(after(away))).toBeCloseTo(6, 3);
  });

  it('gives up after the last attempt, not before', () => {
    const limited = { ...policy, maxAttempts: 3 };
    expect(afterFailure(away, entry('a', 2), now, limited).action).toBe('retry');
    expect(afterFailure(away, entry('a', 3), now, limited)).toEqual({ action: 'give-up', reason: 'expired' });
  });

  it('gives up when the next attempt would come at or after the end', () => {
    const next = after(away);
    const end = now + waitOf(next);
    expect(after(away, { ...entry('a'), expiresAt: end })).toEqual({ action: 'give-up', reason: 'expired' });
    expect(after(away, { ...entry('a'), expiresAt: end + 1 })).toEqual(next);
  });

  it('waits as long as the far side asks, and no longer than the longest wait', () => {
    const asking = (retryAfterMs: number | string): TerrESanteError =>
      new TerrESanteError('TE_UNAVAILABLE', 'occupé', { details: { retryAfterMs } });
    expect(waitOf(after(asking(300_000))) / waitOf(after(away))).toBeCloseTo(30, 2);
    expect(waitOf(after(asking(5_000_000))) / waitOf(after(away))).toBeCloseTo(100, 2);
    expect(after(asking('300000'))).toEqual(after(away));
  });

  it('does not give up what may have arrived, and only for the failure that says so', () => {
    const refused = (details: Record<string, string | boolean>): TerrESanteError =>
      new TerrESanteError('TE_FORBIDDEN', 'refusé', { details });
    expect(after(refused({ unknownOutcome: true }))).toMatchObject({ action: 'retry', outcomeUnknown: true });
    expect(after(refused({ unknownOutcome: 'true' })).action).toBe('give-up');
    expect(after(refused({ reason: 'card-holder' })).action).toBe('give-up');
  });

  it('remembers that a message may have been taken', () => {
    const unknown = new TerrESanteError('TE_MAIL_UNKNOWN_OUTCOME', 'sans réponse');
    expect(after(away)).toMatchObject({ action: 'retry', outcomeUnknown: false });
    expect(after(unknown)).toMatchObject({ action: 'retry', outcomeUnknown: true });
    expect(after(away, { ...entry('a'), outcomeUnknown: true })).toMatchObject({ outcomeUnknown: true });
  });
});

describe('checkRetryPolicy', () => {
  it.each(['expireAfterMs', 'maxAttempts', 'firstDelayMs', 'longestDelayMs'])(
    'refuses %s that is no number',
    (name) => {
      expect(() => checkRetryPolicy({ [name]: Number.NaN })).toThrow(
        expect.objectContaining({ code: 'TE_INPUT_INVALID', details: { argument: name } }),
      );
      expect(() => checkRetryPolicy({ [name]: 1 })).not.toThrow();
    },
  );
});

describe('the earlier messages of a document version', () => {
  /** An outbox whose every message is refused for good. */
  function refusing(): Outbox {
    return createOutbox({
      store: createMemoryStore(),
      senderDomain: 'c.mssante.fr',
      pollMs: 5,
      carrier: {
        compose: emptyMail,
        send: async () => Promise.reject(replied('550 5.1.1 unknown')),
      },
    });
  }

  it('are all remembered, so that a late report on any of them finds its deposit', async () => {
    const outbox = refusing();
    const submission = fixtureSubmission({ uniqueId: '1.1' });
    const envelopeIds: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const { envelopeId } = await outbox.deposit(submission);
      envelopeIds.push(envelopeId ?? 'none');
      await expect.poll(async () => (await outbox.status('1.1'))?.state).toBe('undeliverable');
    }
    expect(new Set(envelopeIds).size).toBe(5);

    for (const envelopeId of envelopeIds) {
      const outcome = await outbox.applyReport({
        kind: 'dsn',
        reportId: `<${envelopeId}@server>`,
        envelopeId,
        messageIds: [],
        source: fromMailSystem,
        recipients: [{ original: null, final: depositAddress, verdict: 'delivered', status: '2.0.0', code: null }],
      });
      expect(outcome).toBe('applied');
    }
    await outbox.close();
  });
});

describe('the history of messages', () => {
  it('keeps the twenty last ones, the newest at the end', () => {
    const track = (number: number): OutboxEntry['track'] =>
      newTrack(`<m${String(number)}@c.mssante.fr>`, `m${String(number)}`, depositAddress, '2026-03-01T09:30:00.000Z');
    const former = {
      ...entry('a'),
      previous: Array.from({ length: 20 }, (_, index) => track(index + 1)),
      track: track(21),
    };
    const mail = {
      envelope: { from: senderAddress, to: depositAddress },
      messageId: '<m22@c.mssante.fr>',
      envelopeId: 'm22',
      byteLength: 1,
      content: { byteLength: 1, open: () => new Blob(['x']).stream() },
    };

    const made = newEntry(
      {
        id: 'a',
        posted: postedSubmission(fixtureSubmission()),
        channel: 'mssante',
        message: mail,
        former,
        depositor: null,
      },
      0,
      1,
    );
    expect(made.previous.map(({ envelopeId }) => envelopeId)).toEqual(
      Array.from({ length: 20 }, (_, index) => `m${String(index + 2)}`),
    );
    expect(made).toMatchObject({ generation: 2, revision: 2, track: { envelopeId: 'm22' } });
  });
});
