import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CardEvent } from '../../../src/auth/index.ts';
import { fictiveProfessional } from '../../../src/testing/index.ts';
import { childPids } from '../../helpers/child-pids.mjs';
import { missing, skipBecause } from '../../helpers/require-tool.ts';
import { buildModule, removeCard, replaceCard } from '../../windows/native-card.mjs';
import { backEnds } from './child-file.ts';
import { data, failure, NativeLibrary } from './native-library.ts';

// What a library can do wrong, whole, is in native-hostile.slow.test.ts.
describe.skipIf(missing('cc'))('a native library', () => {
  const native = new NativeLibrary();

  describe.each(backEnds)('through $name', ({ module }) => {
    it('is read and signs', async () => {
      const provider = native.open(native.card(), { module });
      const { holder, reader, specialtyCode } = await provider.card();
      expect(holder.nationalId).toBe(fictiveProfessional().nationalId);
      expect(reader).toBe('Lecteur de test é');
      expect(specialtyCode).toBe('SM26');

      const signatures = await Promise.all(Array.from({ length: 3 }, () => provider.sign('rsa-sha256', data)));
      expect(signatures.map((one) => native.verifies(one))).toEqual([true, true, true]);
      expect(await provider.practices()).toMatchObject([{ index: 1, structureId: '499900000011001' }]);
    });

    it('tells a removed card, and asks the PIN again for one that is back', async () => {
      const file = native.card();
      const provider = native.open(file, { module });
      await provider.sign('rsa-sha256', data);

      removeCard(file);
      expect(await failure(provider.sign('rsa-sha256', data))).toMatchObject({ code: 'TE_CARD_REMOVED' });
      expect(await failure(provider.card())).toMatchObject({ code: 'TE_CARD_ABSENT' });
      expect(await provider.readers()).toMatchObject([{ cardPresent: false }]);

      replaceCard(file);
      expect(native.verifies(await provider.sign('rsa-sha256', data))).toBe(true);
      expect(native.events.filter(({ type }) => type === 'logged-in')).toHaveLength(2);
    });

    it('counts the tries of a wrong PIN in the words of the card', async () => {
      let pin = '9999';
      const provider = native.open(native.card(), { module, onPinRequired: () => ({ pin, confirmFinalTry: true }) });
      const states = [];
      for (let i = 0; i < 4; i += 1) states.push(await failure(provider.login()));
      expect(states).toMatchObject([
        { code: 'TE_PIN_INCORRECT', details: { pin: 'low' } },
        { code: 'TE_PIN_INCORRECT', details: { pin: 'final' } },
        { code: 'TE_PIN_INCORRECT', details: { pin: 'locked' } },
        { code: 'TE_PIN_LOCKED' },
      ]);
      pin = '1234';
      expect(await failure(provider.login())).toMatchObject({ code: 'TE_PIN_LOCKED' });
    });

    it('a file that is no library is refused by name', async () => {
      const file = join(native.folder, 'text.so');
      writeFileSync(file, 'not a library');
      expect(await failure(native.open(native.card(), { module, library: file }).card())).toMatchObject({
        code: 'TE_CONFIG_INVALID',
        details: { reason: 'library-not-loaded' },
      });
      expect(
        await failure(native.open(native.card(), { module, library: join(native.folder, 'absent.so') }).card()),
      ).toMatchObject({
        code: 'TE_CONFIG_INVALID',
      });
    });
  });

  it('without the entry of a PKCS#11 library is refused by name', async () => {
    const file = join(native.folder, 'other.so');
    buildModule(file, { defines: ['C_GetFunctionList=C_Other'] });
    expect(await failure(native.open(native.card(), { library: file }).card())).toMatchObject({
      code: 'TE_CONFIG_INVALID',
      details: { reason: 'not-pkcs11', function: 'C_GetFunctionList', detail: 'not exported' },
    });
  });

  it.each([
    ['slots', 'C_GetSlotList'],
    ['signature', 'C_Sign'],
  ])('that gives a length which cannot be: %s', async (name, step) => {
    const error = await failure(native.open(native.card([[name, '0x7fffffff']])).sign('rsa-sha256', data));
    expect(error).toMatchObject({ code: 'TE_MIDDLEWARE_ERROR', details: { function: step } });
  });

  it.each(['child-process', 'in-process'] as const)('has a stack as any program has, %s', async (isolation) => {
    const before = process.env['TE_TEST_TOKEN'];
    const file = native.card([['stack', 4_096]]);
    process.env['TE_TEST_TOKEN'] = file;
    try {
      const provider = native.open(file, { isolation });
      expect(native.verifies(await provider.sign('rsa-sha256', data))).toBe(true);
      await provider.close();
    } finally {
      if (before === undefined) delete process.env['TE_TEST_TOKEN'];
      else process.env['TE_TEST_TOKEN'] = before;
    }
  });

  it('works in process too, on threads of the pool', async () => {
    const before = process.env['TE_TEST_TOKEN'];
    process.env['TE_TEST_TOKEN'] = native.card();
    try {
      const provider = native.open('', { isolation: 'in-process' });
      const signatures = await Promise.all(Array.from({ length: 5 }, () => provider.sign('rsa-sha256', data)));
      expect(signatures.map((one) => native.verifies(one))).toEqual(Array(5).fill(true));
      await provider.close();
    } finally {
      if (before === undefined) delete process.env['TE_TEST_TOKEN'];
      else process.env['TE_TEST_TOKEN'] = before;
    }
  });

  it.skipIf(!existsSync('/proc/self/task') && skipBecause('children are found through /proc'))(
    'whose child is killed is opened again for the next call',
    async () => {
      let onEvent: (event: CardEvent) => void = () => undefined;
      const ended = new Promise<CardEvent>((resolve) => {
        onEvent = (event) => {
          if (event.type === 'process-ended') resolve(event);
        };
      });
      const provider = native.open(native.card(), { onEvent });
      await provider.sign('rsa-sha256', data);
      expect(provider.loggedInAt).not.toBeNull();

      for (const pid of childPids(native.childFile)) process.kill(pid, 'SIGKILL');
      expect(await ended).toMatchObject({ exit: 'SIGKILL' });
      expect(provider.loggedInAt).toBeNull();
      expect(native.verifies(await provider.sign('rsa-sha256', data))).toBe(true);
    },
  );
});
