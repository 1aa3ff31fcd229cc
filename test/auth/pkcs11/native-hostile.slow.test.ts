import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missing } from '../../helpers/require-tool.ts';
import { buildModule } from '../../windows/native-card.mjs';
import { backEnds } from './child-file.ts';
import { data, failure, NativeLibrary, type Faults } from './native-library.ts';

describe.skipIf(missing('cc'))('a native library', () => {
  const native = new NativeLibrary();

  describe.each(backEnds)('through $name', ({ module }) => {
    it.each([
      ['C_Initialize', 0x5, 'TE_MIDDLEWARE_ERROR'],
      ['C_OpenSession', 0xe1, 'TE_NOT_A_CPS_CARD'],
      ['C_Login', 0x50, 'TE_CANCELLED'],
      ['C_SignInit', 0x70, 'TE_MECHANISM_UNSUPPORTED'],
      ['C_Sign', 0x32, 'TE_CARD_REMOVED'],
      ['C_Sign', 0x80000123, 'TE_MIDDLEWARE_ERROR'],
    ])('%s answering %i is %s', async (name, ckr, code) => {
      const error = await failure(
        native.open(native.card([[`ckr:${name}`, ckr]]), { module }).sign('rsa-sha256', data),
      );
      expect(error).toMatchObject({ code, details: { number: ckr } });
    });

    it.each(['C_GetSlotList', 'C_Login', 'C_Sign'])('a crash in %s ends the child, not the host', async (name) => {
      const error = await failure(
        native.open(native.card([[`crash:${name}`, 1]]), { module }).sign('rsa-sha256', data),
      );
      expect(error).toMatchObject({ code: 'TE_MIDDLEWARE_ERROR', details: { exit: 'SIGSEGV' } });
    });
  });

  describe('whose function list is no list', () => {
    it('for want of an entry', async () => {
      const file = join(native.folder, 'other.so');
      buildModule(file, { defines: ['C_GetFunctionList=C_Other'] });
      expect(await failure(native.open(native.card(), { library: file }).card())).toMatchObject({
        code: 'TE_CONFIG_INVALID',
        details: { reason: 'not-pkcs11', function: 'C_GetFunctionList', detail: 'not exported' },
      });
    });

    it.each<[string, Faults, object]>([
      ['null', [['list', 0]], { detail: 'no list' }],
      ['of version 9', [['version', 9]], { detail: 'version 9.20' }],
      ['with a hole at C_Login', [['hole', 18]], { function: 'C_Login', detail: 'absent from the function list' }],
    ])('%s', async (_name, faults, details) => {
      expect(await failure(native.open(native.card(faults)).card())).toMatchObject({
        code: 'TE_CONFIG_INVALID',
        details: { reason: 'not-pkcs11', ...details },
      });
    });

    it('refused with a number', async () => {
      expect(await failure(native.open(native.card([['list', 0x5]])).card())).toMatchObject({
        code: 'TE_MIDDLEWARE_ERROR',
        details: { function: 'C_GetFunctionList', number: 5 },
      });
    });

    it('with a hole where nothing is called', async () => {
      expect(native.verifies(await native.open(native.card([['hole', 20]])).sign('rsa-sha256', data))).toBe(true);
    });
  });

  describe('that gives lengths which cannot be', () => {
    const huge = ['0xffffffffffffffff', '0xfffffffffffffff0', '0x7fffffff'];

    it.each(huge)('%s slots', async (value) => {
      expect(await failure(native.open(native.card([['slots', value]])).readers())).toMatchObject({
        code: 'TE_MIDDLEWARE_ERROR',
        details: { function: 'C_GetSlotList' },
      });
    });

    it.each(huge)('%s objects found', async (value) => {
      expect(await failure(native.open(native.card([['found', value]])).card())).toMatchObject({
        code: 'TE_MIDDLEWARE_ERROR',
        details: { function: 'C_FindObjects' },
      });
    });

    it.each(huge)('an attribute of %s bytes is no attribute of a card', async (value) => {
      expect(await failure(native.open(native.card([['attribute', value]])).card())).toMatchObject({
        code: 'TE_NOT_A_CPS_CARD',
      });
    });

    it('an attribute that grows between the question and the answer', async () => {
      expect(await failure(native.open(native.card([['attribute-later', 100_000]])).card())).toMatchObject({
        code: 'TE_MIDDLEWARE_ERROR',
        details: { function: 'C_GetAttributeValue' },
      });
    });

    it.each(huge)('a signature of %s bytes', async (value) => {
      expect(await failure(native.open(native.card([['signature', value]])).sign('rsa-sha256', data))).toMatchObject({
        code: 'TE_MIDDLEWARE_ERROR',
        details: { function: 'C_Sign' },
      });
    });
  });
});
