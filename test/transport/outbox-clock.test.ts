import { afterEach, describe, expect, it } from 'vitest';

import { TerrESanteError } from '../../src/errors.ts';
import { bytesSource } from '../../src/internal/bytes.ts';
import {
  createMemoryStore,
  createOutbox,
  type ComposedMail,
  type Outbox,
  type OutboxOptions,
  type OutboxStore,
} from '../../src/transport/index.ts';
import { clockJump } from '../../src/transport/outbox/retry-policy.ts';
import { depositAddress, fixtureSubmission, senderAddress } from './fixtures.ts';

const hour = 3_600_000;
const day = 24 * hour;
const friday = Date.UTC(2026, 2, 6, 17, 0);

const open: Outbox[] = [];
afterEach(async () => {
  for (const outbox of open.splice(0)) await outbox.close({ graceMs: 0 });
});

/** A practice whose clock and network the test sets. */
class Practice {
  now = friday;
  isOnline = false;
  sent: string[] = [];
  failed = 0;
  /** What happens while a message is on its way. */
  onSend: () => unknown = () => undefined;

  start(change: Partial<OutboxOptions> = {}, store: OutboxStore = createMemoryStore()): Outbox {
    const outbox = createOutbox({
      store,
      carrier: {
        compose: async (_, identifiers): Promise<ComposedMail> => ({
          ...identifiers,
          envelope: { from: senderAddress, to: depositAddress },
          byteLength: 5,
          content: bytesSource(Buffer.from('texte')),
        }),
        send: async ({ messageId }) => {
          await this.onSend();
          if (!this.isOnline) throw new TerrESanteError('TE_UNAVAILABLE', 'absent');
          this.sent.push(messageId);
          return { smtpCode: 250, enhancedStatus: null };
        },
      },
      senderDomain: 'cabinet.mssante.fr',
      runtime: { clock: { now: () => this.now }, ids: { uuid: () => crypto.randomUUID() } },
      pollMs: 2,
      onError: () => (this.failed += 1),
      ...change,
    });
    open.push(outbox);
    return outbox;
  }
}

const deposit = (outbox: Outbox): Promise<unknown> => outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }));
const stateOf = async (outbox: Outbox): Promise<string | undefined> => (await outbox.status('1.1'))?.state;
const failures = (practice: Practice, count: number): Promise<void> =>
  expect.poll(() => practice.failed, { interval: 2 }).toBeGreaterThanOrEqual(count);
const state = (outbox: Outbox, wanted: string): Promise<void> =>
  expect.poll(() => stateOf(outbox), { interval: 2 }).toBe(wanted);

describe('a deposit that could not leave on Friday', () => {
  it('is tried again on Monday, when the network is back', async () => {
    const practice = new Practice();
    const outbox = practice.start();
    await deposit(outbox);
    await failures(practice, 1);

    practice.isOnline = true;
    practice.now += 62 * hour;
    await state(outbox, 'accepted');
  });

  it('is not given up by an attempt that fails on Monday: nobody tried in between', async () => {
    const practice = new Practice();
    const outbox = practice.start();
    await deposit(outbox);
    for (let jump = 1; jump <= 5; jump += 1) {
      await failures(practice, jump);
      practice.now += 62 * hour;
    }

    await failures(practice, 6);
    expect(await stateOf(outbox)).toBe('queued');
  });

  it('is tried when the software was stopped before its first attempt', async () => {
    const practice = new Practice();
    const store = createMemoryStore();
    const before = practice.start({ sends: false }, store);
    await deposit(before);

    practice.isOnline = true;
    practice.now += 30 * day;
    before.start();
    await state(before, 'accepted');
  });

  it('keeps its time when the machine sleeps while a message is on its way', async () => {
    const practice = new Practice();
    practice.onSend = () => (practice.now += 62 * hour);
    const outbox = practice.start();
    await deposit(outbox);
    await failures(practice, 1);

    expect(await outbox.status('1.1')).toMatchObject({ state: 'queued', attempts: 1 });
  });

  it('keeps its time when the clock is set while a message is taken from the store', async () => {
    const practice = new Practice();
    const store = createMemoryStore();
    const claim = store.claim.bind(store);
    const jumping = Object.assign(store, {
      claim: async (...request: Parameters<typeof claim>) => {
        const claims = await claim(...request);
        // Once.
        if (claims.length > 0 && practice.now === friday) practice.now += 7 * day;
        return claims;
      },
    });
    const outbox = practice.start({}, jumping);
    await deposit(outbox);
    await failures(practice, 1);

    expect(await stateOf(outbox)).toBe('queued');
  });

  it('is given up after the time in which it was tried', async () => {
    const practice = new Practice();
    const outbox = practice.start({
      retry: { expireAfterMs: 10 * 60_000, firstDelayMs: 60_000, longestDelayMs: 60_000 },
    });
    await deposit(outbox);
    for (let minute = 1; minute <= 30 && (await stateOf(outbox)) !== 'expired'; minute += 1) {
      await failures(practice, minute);
      const { nextAttemptAt } = (await outbox.status('1.1'))!;
      if (nextAttemptAt !== null) practice.now = Date.parse(nextAttemptAt);
    }

    expect(await stateOf(outbox)).toBe('expired');
    expect(practice.failed).toBeGreaterThanOrEqual(8);
    expect(practice.failed).toBeLessThanOrEqual(14);
  });

  it('is tried once whatever little time it was given', async () => {
    const practice = new Practice();
    practice.isOnline = true;
    const outbox = practice.start({ sends: false, retry: { expireAfterMs: 0 } });
    await deposit(outbox);
    practice.now += day;
    outbox.start();
    await state(outbox, 'accepted');
  });
});

describe('a clock that was set back', () => {
  it.each([
    ['a year', 365 * day],
    ['an hour', hour],
    ['six years', 6 * 365 * day],
  ])('by %s does not hold a deposit that waits', async (_, back) => {
    const practice = new Practice();
    practice.now += back;
    const outbox = practice.start();
    await deposit(outbox);
    await failures(practice, 1);

    practice.isOnline = true;
    practice.now -= back;
    await state(outbox, 'accepted');
    expect(practice.sent).toHaveLength(1);
  });

  it('shows the true time of the next attempt, and the age is not negative', async () => {
    const practice = new Practice();
    practice.now += 365 * day;
    const outbox = practice.start({ sends: false });
    await deposit(outbox);

    practice.now -= 365 * day;
    expect((await outbox.status('1.1'))?.nextAttemptAt).toBe(new Date(friday).toISOString());
  });

  it('leaves a deposit its time, not a year of it', async () => {
    const practice = new Practice();
    practice.now += 365 * day;
    const store = createMemoryStore();
    const outbox = practice.start({}, store);
    await deposit(outbox);
    await failures(practice, 1);
    practice.now -= 365 * day;
    await failures(practice, 2);

    for await (const { expiresAt } of store.list()) {
      expect(expiresAt).toBeGreaterThan(friday + 47 * hour);
      expect(expiresAt).toBeLessThan(friday + 49 * hour);
    }
  });

  it.each([
    ['ahead', 30 * day],
    ['back', -30 * day],
  ])('or %s while a message is on its way does not send it twice', async (_, jump) => {
    const practice = new Practice();
    practice.isOnline = true;
    let release = (): void => undefined;
    practice.onSend = () => new Promise<void>((resolve) => (release = resolve));
    let claims = 0;
    const store = createMemoryStore();
    const claim = store.claim.bind(store);
    const outbox = practice.start({}, Object.assign(store, { claim: counted }));
    async function counted(...parts: Parameters<typeof claim>): ReturnType<typeof claim> {
      claims += 1;
      return claim(...parts);
    }
    await deposit(outbox);
    await state(outbox, 'sending');

    practice.now += jump;
    const seen = claims;
    await expect.poll(() => claims, { interval: 2 }).toBeGreaterThan(seen + 5);
    release();
    await state(outbox, 'accepted');
    expect(practice.sent).toHaveLength(1);
  });
});

describe('a deposit whose sending ends the process each time', () => {
  it('is given up after the attempts of the policy', async () => {
    const practice = new Practice();
    const store = createMemoryStore();
    const depositing = practice.start({ sends: false }, store);
    await deposit(depositing);
    for (let crash = 1; crash <= 4; crash += 1) {
      await store.claim({ now: practice.now, limit: 1, owner: 'dead', leaseMs: 1_000 });
      practice.now += 2_000;
    }

    const outbox = practice.start({ retry: { maxAttempts: 3 } }, store);
    await state(outbox, 'expired');
    expect(practice.failed).toBe(0);
  });
});

describe('clockJump', () => {
  it.each([
    [0, 0],
    [400, 0],
    [1_000, 0],
    [1_001, 1],
    [day, day - 1_000],
    [-day, -day],
  ])('between two readings %d ms apart is %d', (apart, jump) => {
    expect(clockJump(friday, friday + apart, 1_000)).toBe(jump);
  });
});
