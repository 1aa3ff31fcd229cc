import { EventEmitter } from 'node:events';

import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

import {
  Alarm,
  calledBack,
  eventOf,
  firstOf,
  hostAnswer,
  pause,
  unlessAborted,
  within,
} from '../../src/internal/wait.ts';

const never = new Promise<never>(() => undefined);
const listeners = (emitter: EventEmitter): number =>
  emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);

describe('a pause', () => {
  it('ends by its signal, before or during, without an error', async () => {
    const stop = new AbortController();
    const paused = pause(3_600_000, { signal: stop.signal });
    stop.abort();

    await expect(paused).resolves.toBeUndefined();
    await expect(pause(3_600_000, { signal: stop.signal })).resolves.toBeUndefined();
  });

  it('ends by its time', async () => {
    await expect(pause(1)).resolves.toBeUndefined();
  });
});

describe('an alarm', () => {
  it('forgets its earlier time when it is set again, and its time when it is off', async () => {
    const rung: string[] = [];
    const alarm = new Alarm({ keepsAlive: true });
    alarm.set(1, () => rung.push('first'));
    alarm.set(2, () => rung.push('second'));
    expect(alarm.isSet).toBe(true);
    await pause(20);
    expect(rung).toEqual(['second']);
    expect(alarm.isSet).toBe(false);

    alarm.set(1, () => rung.push('third'));
    alarm.off();
    await pause(20);
    expect(rung).toEqual(['second']);
  });
});

describe('the first of several works', () => {
  it('settles as the first that settles', async () => {
    await expect(firstOf([never, Promise.resolve(2)])).resolves.toBe(2);
  });
});

describe('work that goes on by itself', () => {
  it('is left by the signal, before or during', async () => {
    const stop = new AbortController();
    const waiting = unlessAborted(never, stop.signal);
    stop.abort();

    await expect(waiting).rejects.toMatchObject({ code: 'TE_CANCELLED' });
    await expect(unlessAborted(Promise.resolve(1), stop.signal)).rejects.toMatchObject({ code: 'TE_CANCELLED' });
  });

  it('gives its answer when nobody leaves', async () => {
    await expect(unlessAborted(Promise.resolve(1), new AbortController().signal)).resolves.toBe(1);
    await expect(within(Promise.resolve(1), 60_000, () => new Error('late'))).resolves.toBe(1);
  });

  it('is left after its time, and may fail later without harm', async () => {
    const failsLater = pause(20).then(() => Promise.reject(new Error('afterwards')));

    await expect(within(failsLater, 1, () => new Error('late'))).rejects.toThrow('late');
    await pause(30);
  });
});

describe('an event', () => {
  it('is given with its name and value, and no listener stays', async () => {
    const emitter = new EventEmitter();
    const came = eventOf(emitter, ['entry', 'end'], {}, () => emitter.emit('entry', 7));

    await expect(came).resolves.toEqual({ name: 'entry', value: 7 });
    expect(listeners(emitter)).toBe(0);
  });

  it.each([
    ['an error', (emitter: EventEmitter) => emitter.emit('error', new Error('broken')), 'broken'],
    ['an end', (emitter: EventEmitter) => emitter.emit('close'), 'ended by close'],
  ])('that cannot come any more after %s fails', async (_what, end, message) => {
    const emitter = new EventEmitter();
    const waiting = eventOf(emitter, ['entry'], { failures: ['close'] }, () => end(emitter));

    await expect(waiting).rejects.toThrow(message);
    expect(listeners(emitter)).toBe(0);
  });

  it('ends by its deadline and by its signal', async () => {
    const emitter = new EventEmitter();
    await expect(eventOf(emitter, ['entry'], { timeoutMs: 1 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });

    const stop = new AbortController();
    const waiting = eventOf(emitter, ['entry'], { signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'TE_CANCELLED' });
    expect(listeners(emitter)).toBe(0);
  });
});

describe('a call with a callback', () => {
  it('gives the value, or the error', async () => {
    const emitter = new EventEmitter();
    await expect(calledBack(emitter, {}, (done) => done(null, 3))).resolves.toBe(3);
    await expect(calledBack(emitter, {}, (done) => done(new Error('no')))).rejects.toThrow('no');
    expect(listeners(emitter)).toBe(0);
  });

  it('fails when its emitter ends and the callback is never called', async () => {
    const emitter = new EventEmitter();
    const call = calledBack(emitter, { failures: ['close'] }, () => emitter.emit('close'));
    await expect(call).rejects.toThrow('ended by close');
  });
});

describe('an answer of the host', () => {
  it('is a value, a promise or its own error', async () => {
    await expect(hostAnswer('provider', () => 1)).resolves.toBe(1);
    await expect(hostAnswer('provider', async () => 1)).resolves.toBe(1);
    await expect(
      hostAnswer('provider', () => {
        throw new Error('of the host');
      }),
    ).rejects.toThrow('of the host');
  });

  it('that never comes ends by the deadline, which the callback sees too', async () => {
    let seen: AbortSignal | undefined;
    const answer = hostAnswer(
      'provider',
      (signal) => {
        seen = signal;
        return never;
      },
      { timeoutMs: 1 },
    );

    await expect(answer).rejects.toMatchObject({ code: 'TE_TIMEOUT', message: expect.stringContaining('provider') });
    expect(seen?.aborted).toBe(true);
  });
});

describe('the lint rule', () => {
  it.each([
    'export const timer = setTimeout(() => undefined, 5);\n',
    'export const timer = setInterval(() => undefined, 5);\n',
    "import { setTimeout as delay } from 'node:timers/promises';\nexport { delay };\n",
    "import { once } from 'node:events';\nexport { once };\n",
    "import { EventEmitter } from 'node:events';\nnew EventEmitter().once('end', () => undefined);\n",
    'export const first = Promise.race([Promise.resolve(1)]);\n',
  ])('refuses a wait of one’s own: %s', async (code) => {
    const rules = await ruleOf('src/transport/somewhere.ts');
    const linter = new ESLint({
      overrideConfigFile: true,
      overrideConfig: { rules: { 'no-restricted-syntax': rules as never } },
    });
    const [result] = await linter.lintText(code);

    expect(result?.messages.map((message) => message.ruleId)).toEqual(['no-restricted-syntax']);
  });

  it('lets the helpers hold them', async () => {
    const elsewhere = (await ruleOf('src/transport/somewhere.ts')) as unknown[];
    const helper = (await ruleOf('src/internal/wait.ts')) as unknown[];
    expect(helper.length).toBeLessThan(elsewhere.length);
  });
});

async function ruleOf(file: string): Promise<unknown> {
  const config = (await new ESLint().calculateConfigForFile(file)) as { rules: Record<string, unknown> };
  return config.rules['no-restricted-syntax'];
}
