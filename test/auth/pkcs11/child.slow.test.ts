import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CardEvent, Pkcs11Provider, Pkcs11ProviderOptions } from '../../../src/auth/index.ts';
import {
  createMockCard,
  createTestHierarchy,
  type MockCard,
  type MockFault,
  type TestHierarchy,
} from '../../../src/testing/index.ts';
import { childPids } from '../../helpers/child-pids.mjs';
import { skipBecause } from '../../helpers/require-tool.ts';
import { compileChild, compileForChild } from './child-file.ts';

const data = Buffer.from('à signer');

describe.skipIf(!existsSync('/proc/self/task') && skipBecause('children are found through /proc'))(
  'the child process',
  () => {
    let hierarchy: TestHierarchy;
    let childFile: string;
    let module: string;
    const cards: MockCard[] = [];
    const events: CardEvent[] = [];

    beforeAll(async () => {
      hierarchy = await createTestHierarchy();
      [childFile, module] = await Promise.all([
        compileChild(),
        compileForChild(new URL('../../../src/testing/mock-card/pkcs11.ts', import.meta.url), 'mock'),
      ]);
    });
    afterEach(async () => {
      await Promise.all(cards.splice(0).map((card) => card.close()));
      events.length = 0;
      for (let i = 0; i < 200 && childPids(childFile).length > 0; i += 1) await delay(5);
      expect(childPids(childFile)).toEqual([]);
    });

    async function open(faults: MockFault[], options: Partial<Pkcs11ProviderOptions> = {}): Promise<Pkcs11Provider> {
      const card = await createMockCard({ cards: [hierarchy.professional], faults });
      cards.push(card);
      return card.provider({
        isolation: 'child-process',
        childFile,
        module,
        onEvent: (event) => events.push(event),
        ...options,
      });
    }

    const outcomes = async (provider: Pkcs11Provider, count: number): Promise<Record<string, number>> => {
      const results = await Promise.allSettled(Array.from({ length: count }, () => provider.sign('rsa-sha256', data)));
      const tally: Record<string, number> = {};
      for (const result of results) {
        const key = result.status === 'fulfilled' ? 'signed' : (result.reason as { code: string }).code;
        tally[key] = (tally[key] ?? 0) + 1;
      }
      return tally;
    };

    it('starts at the first call and ends at close', async () => {
      const provider = await open([]);
      expect(childPids(childFile)).toEqual([]);
      await provider.card();
      expect(childPids(childFile)).toHaveLength(1);
      await provider.close();
    });

    it.each(['SIGKILL', 'SIGSEGV', 'SIGABRT'] as const)(
      '%s in mid-signature: every call ends, the next one works',
      async (signal) => {
        let prompts = 0;
        const provider = await open([{ on: 'C_Sign', do: 'hang', after: 3 }], {
          onPinRequired: () => {
            prompts += 1;
            return '1234';
          },
        });
        const calls = outcomes(provider, 50);
        while (events.every(({ type }) => type !== 'logged-in')) await delay(5);
        await delay(100);
        for (const pid of childPids(childFile)) process.kill(pid, signal);
        const tally = await calls;
        expect(tally).toEqual({ signed: 3, TE_MIDDLEWARE_ERROR: 47 });
        expect(events.map(({ type }) => type)).toContain('process-ended');
        expect(provider.loggedInAt).toBeNull();
        expect((await provider.sign('rsa-sha256', data)).length).toBe(256);
        expect(prompts).toBe(2);
      },
    );

    it('crashes with the library, not the host', async () => {
      const provider = await open([{ on: 'C_Sign', do: 'crash', after: 1 }]);
      expect(await outcomes(provider, 10)).toEqual({ signed: 1, TE_MIDDLEWARE_ERROR: 9 });
      const ended = events.find((event) => event.type === 'process-ended');
      expect(ended).toMatchObject({ exit: 'SIGSEGV' });
      expect(await outcomes(provider, 2)).toEqual({ signed: 2 });
    });

    it.each(['C_Initialize', 'C_Login', 'C_Sign'] as const)('is ended when %s hangs', async (on) => {
      const provider = await open([{ on, do: 'hang' }], { callTimeoutMs: 2_000 });
      const tally = await outcomes(provider, 5);
      expect(tally).toEqual({ TE_TIMEOUT: 5 });
      expect(await outcomes(provider, 2)).toEqual({ signed: 2 });
    });

    it('a cancelled call answers at once although the library hangs', async () => {
      const provider = await open([{ on: 'C_Sign', do: 'hang' }], { callTimeoutMs: 60_000 });
      const controller = new AbortController();
      const call = provider.sign('rsa-sha256', data, { signal: controller.signal });
      while (events.every(({ type }) => type !== 'logged-in')) await delay(5);
      controller.abort();
      await expect(call).rejects.toMatchObject({ code: 'TE_CANCELLED' });
      await provider.close();
    });

    it('says why it cannot start', async () => {
      await expect((await open([], { module: '/nowhere/pkcs11.js' })).card()).rejects.toMatchObject({
        code: 'TE_PEER_MISSING',
      });
      await expect((await open([], { library: '/nowhere/lib.so' })).card()).rejects.toMatchObject({
        code: 'TE_CONFIG_INVALID',
      });
      await expect((await open([], { childFile: '/nowhere/child.js' })).card()).rejects.toMatchObject({
        code: 'TE_CONFIG_INVALID',
        message: expect.stringContaining('childFile'),
        details: { reason: 'child-missing', detail: '/nowhere/child.js' },
      });
    });

    it('ends with its parent', async () => {
      const child = fork(childFile, [], {
        serialization: 'advanced',
        execArgv: [],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      child.disconnect();
      expect(await once(child, 'exit')).toEqual([0, null]);
    });
  },
);
