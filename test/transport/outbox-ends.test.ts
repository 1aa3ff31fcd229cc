import { afterEach, describe, expect, it, vi } from 'vitest';

import { TerrESanteError } from '../../src/errors.ts';
import { bytesSource } from '../../src/internal/bytes.ts';
import {
  createMemoryStore,
  createOutbox,
  followReports,
  type Mailbox,
  type MailReport,
  type Outbox,
  type OutboxCarrier,
  type OutboxOptions,
  type OutboxStore,
} from '../../src/transport/index.ts';
import { depositAddress, fixtureSubmission, fromMailSystem, senderAddress } from './fixtures.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const open: Outbox[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const outbox of open.splice(0)) await outbox.close({ graceMs: 0 });
});

const compose: OutboxCarrier['compose'] = async (_, identifiers) => ({
  ...identifiers,
  envelope: { from: senderAddress, to: depositAddress },
  byteLength: 5,
  content: bytesSource(Buffer.from('texte')),
});

function outboxWith(carrier: Partial<OutboxCarrier>, change: Partial<OutboxOptions> = {}): Outbox {
  const outbox = createOutbox({
    store: createMemoryStore(),
    carrier: { compose, send: async () => ({ smtpCode: 250, enhancedStatus: null }), ...carrier },
    senderDomain: 'cabinet.mssante.fr',
    pollMs: 5,
    ...change,
  });
  open.push(outbox);
  return outbox;
}

const deposit = (outbox: Outbox, signal?: AbortSignal): Promise<unknown> =>
  outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }), { signal });
const state = (outbox: Outbox, wanted: string): Promise<void> =>
  expect.poll(async () => (await outbox.status('1.1'))?.state, { interval: 2 }).toBe(wanted);

describe('a carrier that never answers', () => {
  it('does not hold a deposit longer than its signal', async () => {
    const giveUp = new AbortController();
    const pending = deposit(outboxWith({ compose: never }), giveUp.signal);
    giveUp.abort();
    await expect(pending).rejects.toMatchObject({ code: 'TE_CANCELLED' });
  });

  it('does not hold a deposit longer than its deadline', async () => {
    const pending = outboxWith({ compose: never }).deposit(fixtureSubmission({ uniqueId: '1.1' }), { timeoutMs: 10 });
    await expect(pending).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
  });

  it('is left behind before its lease ends, with an unknown outcome', async () => {
    const errors: string[] = [];
    const asked: string[] = [];
    let calls = 0;
    const outbox = outboxWith(
      { send: () => ((calls += 1) === 1 ? never() : Promise.resolve({ smtpCode: 250, enhancedStatus: null })) },
      {
        sendTimeoutMs: 10,
        pollMs: 5_000,
        leaseMarginMs: 60_000,
        retry: { firstDelayMs: 1 },
        onError: ({ code }) => errors.push(code),
        findOut: async (ids) => {
          asked.push(...ids);
          return 'absent';
        },
      },
    );
    vi.useFakeTimers();
    await deposit(outbox);
    await vi.advanceTimersByTimeAsync(40_000);
    vi.useRealTimers();

    await state(outbox, 'accepted');
    expect(errors).toEqual(['TE_MAIL_UNKNOWN_OUTCOME']);
    expect(asked).toEqual(['1.1']);
  });

  it('does not hold stop nor close, and the message stays', async () => {
    const store = createMemoryStore();
    const outbox = outboxWith({ send: never }, { store });
    await deposit(outbox);
    await state(outbox, 'sending');

    await outbox.stop({ graceMs: 0 });
    await expect.poll(async () => (await outbox.status('1.1'))?.state, { interval: 2 }).toBe('queued');
    await outbox.close({ graceMs: 0 });
    for await (const entry of store.list()) {
      expect(entry).toMatchObject({ work: 'queued', outcomeUnknown: true, hasContent: true });
    }
  });
});

describe('a stop in the middle of the only attempt', () => {
  it.each([{ maxAttempts: 1 }, { expireAfterMs: 0 }])('gives up nothing with %o', async (retry) => {
    const store = createMemoryStore();
    const outbox = outboxWith(
      {
        send: (_, { signal }) =>
          new Promise((_resolve, reject) => {
            const cut = (): void => reject(new TerrESanteError('TE_CANCELLED', 'arrêté'));
            signal.addEventListener('abort', cut, { once: true });
          }),
      },
      { store, retry },
    );
    await deposit(outbox);
    await state(outbox, 'sending');
    await outbox.stop({ graceMs: 0 });
    expect((await outbox.status('1.1'))?.state).toBe('queued');

    const next = outboxWith({}, { store, retry });
    await state(next, 'accepted');
  });
});

describe('a question to the far side that is never answered', () => {
  it('counts as no, and the message goes', async () => {
    let calls = 0;
    const unknown = new TerrESanteError('TE_MAIL_UNKNOWN_OUTCOME', 'inconnu');
    const outbox = outboxWith(
      {
        send: () =>
          (calls += 1) === 1 ? Promise.reject(unknown) : Promise.resolve({ smtpCode: 250, enhancedStatus: null }),
      },
      { findOut: never, leaseMarginMs: 40, retry: { firstDelayMs: 1 } },
    );
    await deposit(outbox);
    await state(outbox, 'accepted');
    expect(calls).toBe(2);
  });
});

describe('a store that never answers', () => {
  const silent = (name: keyof OutboxStore): OutboxStore => Object.assign(createMemoryStore(), { [name]: never });

  it('ends a status by its deadline and by its signal', async () => {
    const outbox = outboxWith({}, { store: silent('get'), sends: false });
    await expect(outbox.status('1.1', { timeoutMs: 5 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    await expect(outbox.status('1.1', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'TE_CANCELLED' });
  });

  it.each(['get', 'claim', 'nextDue', 'close', 'save', 'addUnmatched'] as const)(
    'ends everything else by a deadline of its own: %s',
    async (name) => {
      vi.useFakeTimers();
      const outbox = outboxWith({ send: never }, { store: silent(name), pollMs: 5_000 });
      const calls = [
        outbox.status('1.1', { timeoutMs: 100_000 }),
        outbox.deposit(fixtureSubmission({ uniqueId: '1.1' })),
        outbox.retry('1.1'),
        outbox.applyReport(report('<r@x>')),
      ].map((call) => call.catch(() => undefined));
      const ends = Promise.all(calls).then(() => outbox.close({ graceMs: 0 }).catch(() => undefined));
      await vi.advanceTimersByTimeAsync(200_000);
      await ends;
      open.splice(0);
    },
  );
});

describe('a listener of the host that fails', () => {
  const failing: Readonly<Record<string, () => unknown>> = {
    'at once': () => {
      throw new Error('hôte');
    },
    later: async () => Promise.reject(new Error('hôte')),
  };

  it.each(Object.keys(failing))('%s does not stop the sending', async (when) => {
    const listener = failing[when] as () => void;
    const failure = new TerrESanteError('TE_UNAVAILABLE', 'absent');
    let calls = 0;
    const outbox = outboxWith(
      {
        send: () =>
          (calls += 1) === 1 ? Promise.reject(failure) : Promise.resolve({ smtpCode: 250, enhancedStatus: null }),
      },
      { onError: listener, onChange: listener, retry: { firstDelayMs: 1 } },
    );
    await deposit(outbox);
    await state(outbox, 'accepted');
  });
});

const report = (reportId: string): MailReport => ({
  kind: 'dsn',
  reportId,
  source: fromMailSystem,
  envelopeId: null,
  messageIds: ['<m@x>'],
  recipients: [],
});

describe('the reading of reports', () => {
  const mailbox = {
    async *read(): AsyncGenerator {
      for (const [index, id] of ['<r1@x>', '<bad@x>', '<r3@x>'].entries()) {
        yield { cursor: String(index), report: report(id) };
      }
    },
    watch: () => undefined,
  } as unknown as Mailbox;

  async function outcomes(failure: unknown): Promise<(string | null)[]> {
    const list: (string | null)[] = [];
    const outbox = {
      applyReport: async ({ reportId }: MailReport) => {
        if (reportId === '<bad@x>') throw failure;
        return 'unmatched' as const;
      },
    };
    for await (const { outcome, error } of followReports(outbox, mailbox)) list.push(error?.code ?? outcome);
    return list;
  }

  it.each([
    [new TerrESanteError('TE_OUTBOX', 'refusé'), 'TE_OUTBOX'],
    [new TypeError('CANARI'), 'TE_OUTBOX'],
    [new TerrESanteError('TE_INPUT_INVALID', 'refusé'), 'TE_INPUT_INVALID'],
  ])('goes on after one that will never be recorded', async (failure, code) => {
    expect(await outcomes(failure)).toEqual(['unmatched', code, 'unmatched']);
  });

  it.each([
    new TerrESanteError('TE_OUTBOX', 'absente', { retryable: true }),
    new TerrESanteError('TE_CLOSED', 'fermée'),
    new TerrESanteError('TE_TIMEOUT', 'muette'),
  ])('ends where the same report can be read again later', async (failure) => {
    await expect(outcomes(failure)).rejects.toBe(failure);
  });
});

describe('an entry that is due again at once', () => {
  it('is tried again at once, although its last attempt has hardly ended', async () => {
    let calls = 0;
    const outbox = outboxWith(
      {
        send: () =>
          (calls += 1) < 50
            ? Promise.reject(new TerrESanteError('TE_CANCELLED', 'arrêté'))
            : Promise.resolve({ smtpCode: 250, enhancedStatus: null }),
      },
      { concurrency: 4, pollMs: 1 },
    );
    await deposit(outbox);
    await state(outbox, 'accepted');
    expect(calls).toBe(50);
  });
});
