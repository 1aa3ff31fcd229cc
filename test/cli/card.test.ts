import { EventEmitter } from 'node:events';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cardCommandOn } from '../../src/cli/card.ts';
import type { CliIo } from '../../src/cli/io.ts';
import { readSecret, type SecretTerminal } from '../../src/cli/secret.ts';
import {
  createMockCard,
  createTestHierarchy,
  fictiveProfessional,
  type MockCard,
  type MockCardOptions,
  type TestHierarchy,
} from '../../src/testing/index.ts';

const cards: MockCard[] = [];
afterEach(() => Promise.all(cards.splice(0).map((card) => card.close())));

const practice = { name: 'CABINET FICTIF', structureId: '499900000011001', activitySector: 'SA07' };
let hierarchy: TestHierarchy;
beforeAll(async () => {
  hierarchy = await createTestHierarchy();
});

async function run(args: string[], options: MockCardOptions = {}, pin: string | null = '1234') {
  const card = await createMockCard({
    cards: [{ ...hierarchy.professional, practices: { 1: practice }, specialtyCode: 'SM26' }],
    ...options,
  });
  cards.push(card);
  let out = '';
  let err = '';
  const io: CliIo = {
    stdin: (async function* () {})(),
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    readSecret:
      pin === 'no terminal' ? undefined : async (prompt) => ((err += prompt), pin === null ? null : Buffer.from(pin)),
    interactive: false,
    signal: new AbortController().signal,
  };
  const command = cardCommandOn(({ onPinRequired, chooseCard }) => card.provider({ onPinRequired, chooseCard }));
  const code = await command(args, io).catch((error: unknown) => (error as { code: string }).code);
  return { code, out, err };
}

describe('terr-esante card', () => {
  it('shows reader, holder and certificates without a PIN', async () => {
    const { code, out, err } = await run([], {}, 'no terminal');
    expect(code).toBe(0);
    expect(out).toContain(fictiveProfessional().familyName);
    expect(out).toContain('Lecteur fictif 1 : carte CPS *');
    expect(out).toMatch(/certificat {2}signature, du \d{4}-\d\d-\d\d au/);
    expect(err).toBe('');
  });

  it('shows the practices after the PIN, and never the PIN', async () => {
    const { code, out, err } = await run(['--practices']);
    expect(code).toBe(0);
    expect(out).toContain('499900000011001, secteur SA07');
    expect(err).toBe('Code porteur : ');
    expect(JSON.parse((await run(['--practices', '--json'])).out)).toMatchObject({
      practices: [{ index: 1, activitySector: 'SA07' }],
      card: { certificates: [{ use: 'signature' }, { use: 'authentication' }] },
    });
  });

  it('takes no PIN from elsewhere than a terminal, and none from the command line', async () => {
    expect((await run(['--practices'], {}, 'no terminal')).code).toBe('TE_INPUT_INVALID');
    expect((await run(['--pin', '1234'])).code).toBe('ERR_PARSE_ARGS_UNKNOWN_OPTION');
    expect((await run(['--practices'], {}, null)).code).toBe('TE_CANCELLED');
  });

  it('warns before the last try and tells a wrong PIN', async () => {
    expect((await run(['--practices'], { tries: 1 })).err).toContain('DERNIER ESSAI');
    expect((await run(['--practices'], {}, '0000')).code).toBe('TE_PIN_INCORRECT');
  });

  it('exits with 1 for an expired certificate or a blocked PIN, and chooses among cards', async () => {
    const now = Date.now();
    const expired = await hierarchy.card({ notBefore: now - 2 * 86_400_000, notAfter: now - 86_400_000 });
    expect(await run([], { cards: [expired] })).toMatchObject({ code: 1, out: expect.stringContaining('(expiré)') });
    expect(await run([], { tries: 0 })).toMatchObject({ code: 1, out: expect.stringContaining('bloqué') });
    const two = { cards: [hierarchy.professional, expired], readers: [0, 1] };
    expect((await run([], two)).code).toBe('TE_INPUT_INVALID');
    expect((await run(['--card', '0'], two)).code).toBe(0);
    expect((await run(['--card', '1'], two)).code).toBe(1);
    expect((await run([], { readers: [null] })).code).toBe('TE_CARD_ABSENT');
  });
});

describe('readSecret', () => {
  class Terminal extends EventEmitter implements SecretTerminal {
    raw: boolean[] = [];
    setRawMode(raw: boolean): void {
      this.raw.push(raw);
    }
    resume(): void {
      this.emit('resumed');
    }
    pause(): void {
      this.emit('paused');
    }
  }
  const ask = (
    ...chunks: string[]
  ): { answer: Promise<Uint8Array | null>; shown: string[]; terminal: Terminal; sent: Buffer[] } => {
    const terminal = new Terminal();
    const shown: string[] = [];
    const rawWhenShown: unknown[] = [];
    const write = (text: string): void => {
      rawWhenShown.push(terminal.raw.at(-1));
      shown.push(text);
    };
    const answer = readSecret(terminal, write, 'Code : ', new AbortController().signal);
    // The echo is off before the prompt appears.
    expect(rawWhenShown).toEqual([true]);
    const sent = chunks.map((chunk) => Buffer.from(chunk));
    for (const chunk of sent) terminal.emit('data', chunk);
    return { answer, shown, terminal, sent };
  };

  it('shows nothing of what is typed and restores the terminal', async () => {
    const { answer, shown, terminal, sent } = ask('12', '9\u007f3', '4\r');
    expect(Buffer.from((await answer) ?? []).toString()).toBe('1234');
    expect(shown).toEqual(['Code : ', '\n']);
    expect(terminal.raw).toEqual([true, false]);
    expect(sent.every((chunk) => chunk.every((byte) => byte === 0))).toBe(true);
    expect(terminal.listenerCount('data')).toBe(0);
  });

  it.each(['\u0003', '\u0004', '\u001b'])('gives up on %j', async (char) => {
    expect(await ask('12', char).answer).toBeNull();
  });

  it('gives up when nobody waits', async () => {
    const terminal = new Terminal();
    const controller = new AbortController();
    const answer = readSecret(terminal, () => undefined, 'Code : ', controller.signal);
    controller.abort();
    expect(await answer).toBeNull();
    expect(terminal.raw).toEqual([true, false]);
  });
});
