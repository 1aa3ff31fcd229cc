import { verify, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createPkcs11Provider,
  type CardEvent,
  type Pkcs11Provider,
  type Pkcs11ProviderOptions,
} from '../../../src/auth/index.ts';
import { createTestHierarchy, fictiveProfessional, type TestHierarchy } from '../../../src/testing/index.ts';
import { childPids } from '../../helpers/child-pids.mjs';
import { missing, skipBecause } from '../../helpers/require-tool.ts';
import { buildModule, removeCard, replaceCard, writeCard } from '../../windows/native-card.mjs';
import { backEnds, compileChild } from './child-file.ts';

type Faults = readonly (readonly [string, number | bigint | string])[];

const data = Buffer.from('à signer');
const skip = missing('cc');

/** A small native module of our own stands for the Cryptolib: it answers what no real one does. */
describe.skipIf(skip)('a native library', () => {
  const folder = skip ? '' : mkdtempSync(join(tmpdir(), 'te-native-'));
  const library = join(folder, 'card.so');
  let hierarchy: TestHierarchy;
  let childFile: string;
  let count = 0;
  const opened: Pkcs11Provider[] = [];
  const events: CardEvent[] = [];

  beforeAll(async () => {
    buildModule(library);
    childFile = await compileChild();
    hierarchy = await createTestHierarchy();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((provider) => provider.close()));
    events.length = 0;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A card of its own for each provider. */
  function card(faults: Faults = []): string {
    const file = join(folder, `card-${(count += 1)}`);
    writeCard(file, hierarchy.professional, { faults });
    return file;
  }

  function open(file: string, options: Partial<Pkcs11ProviderOptions> = {}): Pkcs11Provider {
    const provider = createPkcs11Provider({
      library,
      childFile,
      childEnv: { TE_TEST_TOKEN: file },
      onPinRequired: () => Buffer.from('1234'),
      onEvent: (event) => events.push(event),
      pollMs: 0,
      ...options,
    });
    opened.push(provider);
    return provider;
  }

  const verifies = (signature: Uint8Array): boolean =>
    verify('sha256', data, new X509Certificate(hierarchy.professional.signature.certDer).publicKey, signature);

  const failure = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'no error',
      (error: unknown) => error,
    );

  describe.each(backEnds)('through $name', ({ module }) => {
    it('is read and signs', async () => {
      const provider = open(card(), { module });
      const { holder, reader, specialtyCode } = await provider.card();
      expect(holder.nationalId).toBe(fictiveProfessional().nationalId);
      expect(reader).toBe('Lecteur de test é');
      expect(specialtyCode).toBe('SM26');

      const signatures = await Promise.all(Array.from({ length: 3 }, () => provider.sign('rsa-sha256', data)));
      expect(signatures.map(verifies)).toEqual([true, true, true]);
      expect(await provider.practices()).toMatchObject([{ index: 1, structureId: '499900000011001' }]);
    });

    it('tells a removed card, and asks the PIN again for one that is back', async () => {
      const file = card();
      const provider = open(file, { module });
      await provider.sign('rsa-sha256', data);

      removeCard(file);
      expect(await failure(provider.sign('rsa-sha256', data))).toMatchObject({ code: 'TE_CARD_REMOVED' });
      expect(await failure(provider.card())).toMatchObject({ code: 'TE_CARD_ABSENT' });
      expect(await provider.readers()).toMatchObject([{ cardPresent: false }]);

      replaceCard(file);
      expect(verifies(await provider.sign('rsa-sha256', data))).toBe(true);
      expect(events.filter(({ type }) => type === 'logged-in')).toHaveLength(2);
    });

    it('counts the tries of a wrong PIN in the words of the card', async () => {
      let pin = '9999';
      const provider = open(card(), { module, onPinRequired: () => ({ pin, confirmFinalTry: true }) });
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

    it.each([
      ['C_Initialize', 0x5, 'TE_MIDDLEWARE_ERROR'],
      ['C_OpenSession', 0xe1, 'TE_NOT_A_CPS_CARD'],
      ['C_Login', 0x50, 'TE_CANCELLED'],
      ['C_SignInit', 0x70, 'TE_MECHANISM_UNSUPPORTED'],
      ['C_Sign', 0x32, 'TE_CARD_REMOVED'],
      ['C_Sign', 0x80000123, 'TE_MIDDLEWARE_ERROR'],
    ])('%s answering %i is %s', async (name, ckr, code) => {
      const error = await failure(open(card([[`ckr:${name}`, ckr]]), { module }).sign('rsa-sha256', data));
      expect(error).toMatchObject({ code, details: { number: ckr } });
    });

    it.each(['C_GetSlotList', 'C_Login', 'C_Sign'])('a crash in %s ends the child, not the host', async (name) => {
      const error = await failure(open(card([[`crash:${name}`, 1]]), { module }).sign('rsa-sha256', data));
      expect(error).toMatchObject({ code: 'TE_MIDDLEWARE_ERROR', details: { exit: 'SIGSEGV' } });
    });

    it('a file that is no library is refused by name', async () => {
      const file = join(folder, 'text.so');
      writeFileSync(file, 'not a library');
      expect(await failure(open(card(), { module, library: file }).card())).toMatchObject({
        code: 'TE_CONFIG_INVALID',
        details: { reason: 'library-not-loaded' },
      });
      expect(await failure(open(card(), { module, library: join(folder, 'absent.so') }).card())).toMatchObject({
        code: 'TE_CONFIG_INVALID',
      });
    });
  });

  describe('whose function list is no list', () => {
    it('for want of an entry', async () => {
      const file = join(folder, 'other.so');
      buildModule(file, { defines: ['C_GetFunctionList=C_Other'] });
      expect(await failure(open(card(), { library: file }).card())).toMatchObject({
        code: 'TE_CONFIG_INVALID',
        details: { reason: 'not-pkcs11', function: 'C_GetFunctionList', detail: 'not exported' },
      });
    });

    it.each<[string, Faults, object]>([
      ['null', [['list', 0]], { detail: 'no list' }],
      ['of version 9', [['version', 9]], { detail: 'version 9.20' }],
      ['with a hole at C_Login', [['hole', 18]], { function: 'C_Login', detail: 'absent from the function list' }],
    ])('%s', async (_name, faults, details) => {
      expect(await failure(open(card(faults)).card())).toMatchObject({
        code: 'TE_CONFIG_INVALID',
        details: { reason: 'not-pkcs11', ...details },
      });
    });

    it('refused with a number', async () => {
      expect(await failure(open(card([['list', 0x5]])).card())).toMatchObject({
        code: 'TE_MIDDLEWARE_ERROR',
        details: { function: 'C_GetFunctionList', number: 5 },
      });
    });

    it('with a hole where nothing is called', async () => {
      expect(verifies(await open(card([['hole', 20]])).sign('rsa-sha256', data))).toBe(true);
    });
  });

  describe('that gives lengths which cannot be', () => {
    const huge = ['0xffffffffffffffff', '0xfffffffffffffff0', '0x7fffffff'];

    it.each(huge)('%s slots', async (value) => {
      expect(await failure(open(card([['slots', value]])).readers())).toMatchObject({
        code: 'TE_MIDDLEWARE_ERROR',
        details: { function: 'C_GetSlotList' },
      });
    });

    it.each(huge)('%s objects found', async (value) => {
      expect(await failure(open(card([['found', value]])).card())).toMatchObject({
        code: 'TE_MIDDLEWARE_ERROR',
        details: { function: 'C_FindObjects' },
      });
    });

    it.each(huge)('an attribute of %s bytes is no attribute of a card', async (value) => {
      expect(await failure(open(card([['attribute', value]])).card())).toMatchObject({ code: 'TE_NOT_A_CPS_CARD' });
    });

    it('an attribute that grows between the question and the answer', async () => {
      expect(await failure(open(card([['attribute-later', 100_000]])).card())).toMatchObject({
        code: 'TE_MIDDLEWARE_ERROR',
        details: { function: 'C_GetAttributeValue' },
      });
    });

    it.each(huge)('a signature of %s bytes', async (value) => {
      expect(await failure(open(card([['signature', value]])).sign('rsa-sha256', data))).toMatchObject({
        code: 'TE_MIDDLEWARE_ERROR',
        details: { function: 'C_Sign' },
      });
    });
  });

  it('works in process too, on threads of the pool', async () => {
    const before = process.env['TE_TEST_TOKEN'];
    process.env['TE_TEST_TOKEN'] = card();
    try {
      const provider = open('', { isolation: 'in-process' });
      const signatures = await Promise.all(Array.from({ length: 5 }, () => provider.sign('rsa-sha256', data)));
      expect(signatures.map(verifies)).toEqual(Array(5).fill(true));
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
      const provider = open(card(), { onEvent });
      await provider.sign('rsa-sha256', data);
      expect(provider.loggedInAt).not.toBeNull();

      for (const pid of childPids(childFile)) process.kill(pid, 'SIGKILL');
      expect(await ended).toMatchObject({ exit: 'SIGKILL' });
      expect(provider.loggedInAt).toBeNull();
      expect(verifies(await provider.sign('rsa-sha256', data))).toBe(true);
    },
  );
});
