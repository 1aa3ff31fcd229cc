import { verify, X509Certificate } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CardEvent, PinRequest } from '../../../src/auth/index.ts';
import {
  createMockCard,
  createTestHierarchy,
  type MockCard,
  type MockCardOptions,
  type MockFault,
  type TestHierarchy,
  type TestIdentityPair,
} from '../../../src/testing/index.ts';

const data = Buffer.from('à signer');
let hierarchy: TestHierarchy;
let other: TestIdentityPair;
const cards: MockCard[] = [];

beforeAll(async () => {
  hierarchy = await createTestHierarchy();
  other = await hierarchy.card({
    professional: {
      nationalId: '899900000029',
      familyName: 'AUTRE',
      givenName: 'PAUL',
      professionCode: '10',
      specialtyCode: 'SM26',
    },
  });
});
afterEach(() => Promise.all(cards.splice(0).map((card) => card.close())));

async function mock(options: MockCardOptions = {}): Promise<MockCard> {
  const card = await createMockCard({ cards: [hierarchy.professional, other], ...options });
  cards.push(card);
  return card;
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => (error as { code: string }).code,
  );

const verifies = (der: Uint8Array, signature: Uint8Array): boolean =>
  verify('sha256', data, new X509Certificate(der).publicKey, signature);

describe('every CKR_* of the middleware', () => {
  const table: [MockFault['on'], number, string][] = [
    ['C_Sign', 0xe0, 'TE_CARD_REMOVED'],
    ['C_Sign', 0xb3, 'TE_CARD_REMOVED'],
    ['C_Sign', 0x32, 'TE_CARD_REMOVED'],
    ['C_Sign', 0x30, 'TE_CARD_REMOVED'],
    ['C_SignInit', 0x82, 'TE_CARD_REMOVED'],
    ['C_SignInit', 0x03, 'TE_CARD_REMOVED'],
    ['C_OpenSession', 0xe1, 'TE_NOT_A_CPS_CARD'],
    ['C_GetTokenInfo', 0xe1, 'TE_NOT_A_CPS_CARD'],
    ['C_GetTokenInfo', 0xe0, 'TE_CARD_ABSENT'],
    ['C_Login', 0xa0, 'TE_PIN_INCORRECT'],
    ['C_Login', 0xa4, 'TE_PIN_LOCKED'],
    ['C_Login', 0xa2, 'TE_PIN_INVALID'],
    ['C_Login', 0xa1, 'TE_PIN_INVALID'],
    ['C_Login', 0x50, 'TE_CANCELLED'],
    ['C_Login', 0x102, 'TE_CONTACTLESS_NOT_SUPPORTED'],
    ['C_Login', 0x100, 'TE_MIDDLEWARE_ERROR'],
    ['C_SignInit', 0x90, 'TE_INTERNAL'],
    ['C_SignInit', 0x70, 'TE_MECHANISM_UNSUPPORTED'],
    ['C_Sign', 0x05, 'TE_MIDDLEWARE_ERROR'],
    ['C_Sign', 0x80000001, 'TE_MIDDLEWARE_ERROR'],
    ['C_Sign', 0x54, 'TE_MIDDLEWARE_ERROR'],
    ['C_Initialize', 0x05, 'TE_MIDDLEWARE_ERROR'],
  ];

  it.each(table)('%s answering 0x%s is %s, and the next call works', async (on, ckr, code) => {
    const card = await mock({ faults: [{ on, do: { ckr } }] });
    const provider = card.provider();
    const error = await provider.sign('rsa-sha256', data).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code, retryable: false });
    if (code !== 'TE_CARD_ABSENT') expect(error).toMatchObject({ details: { ckr: expect.stringMatching(/^CKR_/) } });
    expect(verifies(hierarchy.professional.signature.certDer, await provider.sign('rsa-sha256', data))).toBe(true);
  });

  it('keeps the number of a middleware error', async () => {
    const card = await mock({ faults: [{ on: 'C_Sign', do: { ckr: 0x80000123 } }] });
    await expect(card.provider().sign('rsa-sha256', data)).rejects.toMatchObject({
      code: 'TE_MIDDLEWARE_ERROR',
      details: { number: 0x80000123, function: 'C_Sign' },
    });
  });

  it('goes on when another part of the process had initialised the module, and does not finalise it', async () => {
    const card = await mock();
    card.module.load('/anything');
    card.module.C_Initialize();
    const provider = card.provider();
    await provider.sign('rsa-sha256', data);
    await provider.close();
    expect(card.calls).not.toContain('C_Finalize');
  });

  it('asks the PIN again once when the card was reset, and no more', async () => {
    const reasons: string[] = [];
    const card = await mock({ faults: [{ on: 'C_SignInit', do: 'reset', after: 1 }] });
    const provider = card.provider({
      onPinRequired: ({ reason }) => {
        reasons.push(reason);
        return '1234';
      },
    });
    await provider.sign('rsa-sha256', data);
    await provider.sign('rsa-sha256', data);
    expect(reasons).toEqual(['login', 'session-lost']);
    card.fault({ on: 'C_SignInit', do: 'reset', times: 2 });
    expect(await codeOf(provider.sign('rsa-sha256', data))).toBe('TE_PIN_REQUIRED');
    expect(reasons).toEqual(['login', 'session-lost', 'session-lost']);
  });
});

describe('readers and cards', () => {
  it.each([
    ['no reader', { readers: [] }, 'TE_CARD_ABSENT'],
    ['no card', { readers: [null] }, 'TE_CARD_ABSENT'],
    ['two cards and no choice', { readers: [0, 1] }, 'TE_INPUT_INVALID'],
  ])('%s', async (_name, options, code) => {
    expect(await codeOf((await mock(options)).provider().card())).toBe(code);
  });

  it('lets the host choose among two cards, by holder', async () => {
    const card = await mock({ readers: [0, 1] });
    const provider = card.provider({
      chooseCard: (all) => all.findIndex(({ holder }) => holder.familyName === 'AUTRE'),
    });
    expect(verifies(other.signature.certDer, await provider.sign('rsa-sha256', data))).toBe(true);
    expect(await codeOf(card.provider({ chooseCard: () => null }).card())).toBe('TE_CANCELLED');
    expect(await codeOf(card.provider({ chooseCard: () => 7 }).card())).toBe('TE_INPUT_INVALID');
    const never = card.provider({ chooseCard: () => new Promise<number>(() => undefined), pinTimeoutMs: 20 });
    expect(await codeOf(never.card())).toBe('TE_TIMEOUT');
  });

  it('refuses a contactless card and a Vitale card, and finds the CPS beside them', async () => {
    const contactless = { signature: hierarchy.professional.signature, kind: 'contactless' } as const;
    const vitale = { ...contactless, kind: 'vitale' } as const;
    const all = [contactless, vitale, hierarchy.professional];
    expect(await codeOf((await mock({ cards: all, readers: [0] })).provider().card())).toBe(
      'TE_CONTACTLESS_NOT_SUPPORTED',
    );
    expect(await codeOf((await mock({ cards: all, readers: [1] })).provider().card())).toBe('TE_NOT_A_CPS_CARD');
    const beside = (await mock({ cards: all, readers: [null, 1, 0, 2] })).provider();
    expect((await beside.card()).reader).toBe('Lecteur fictif 4');
    expect((await beside.readers()).map(({ card }) => card)).toEqual([null, 'other', 'contactless', 'cps']);
  });

  it('never gives the session to another professional', async () => {
    const events: CardEvent[] = [];
    let prompts = 0;
    const card = await mock();
    const provider = card.provider({
      onEvent: (event) => events.push(event),
      onPinRequired: () => {
        prompts += 1;
        return '1234';
      },
    });
    await provider.sign('rsa-sha256', data);
    card.insert(1);
    expect(await codeOf(provider.sign('rsa-sha256', data))).toBe('TE_CARD_REMOVED');
    const second = await provider.sign('rsa-sha256', data).catch((error: unknown) => error);
    expect(second).toMatchObject({ code: 'TE_CARD_REMOVED', details: { change: 'other-card' } });
    expect(await codeOf(provider.certificates())).toBe('TE_CARD_REMOVED');
    expect(prompts).toBe(1);
    expect(events.map(({ type }) => type)).toEqual([
      'card-opened',
      'logged-in',
      'card-removed',
      'logged-out',
      'card-changed',
      'card-changed',
    ]);
    card.insert(0);
    expect(verifies(hierarchy.professional.signature.certDer, await provider.sign('rsa-sha256', data))).toBe(true);
    expect(prompts).toBe(2);
    card.insert(1);
    await provider.release();
    expect(verifies(other.signature.certDer, await provider.sign('rsa-sha256', data))).toBe(true);
    expect(prompts).toBe(3);
  });

  it('drops the answer of a PIN prompt when the card is exchanged meanwhile', async () => {
    const card = await mock();
    const provider = card.provider({
      onPinRequired: () => {
        card.insert(1);
        return '1234';
      },
    });
    expect(await codeOf(provider.sign('rsa-sha256', data))).toBe('TE_CARD_REMOVED');
    expect(card.calls).not.toContain('C_Sign');
    expect(card.calls).not.toContain('C_Login');
  });

  it('closes the prompt and tells, when the poll sees that the card left', async () => {
    const card = await mock();
    let asked: PinRequest | undefined;
    const events: string[] = [];
    const provider = card.provider({
      pollMs: 1_000,
      onEvent: ({ type }) => events.push(type),
      onPinRequired: (request) => {
        asked = request;
        card.remove();
        return new Promise(() => undefined);
      },
    });
    expect(await codeOf(provider.sign('rsa-sha256', data))).toBe('TE_CARD_REMOVED');
    expect(events).toEqual(['card-opened', 'card-removed']);
    expect(asked?.signal.aborted).toBe(true);
  });

  it('gives an expired certificate as it is, with its dates', async () => {
    const expired = await hierarchy.card({
      notBefore: Date.now() - 20 * 86_400_000,
      notAfter: Date.now() - 86_400_000,
    });
    const info = await (await mock({ cards: [expired] })).provider().card();
    expect(info.certificates[0]?.notAfter).toBeLessThan(Date.now());
  });

  it('refuses a test card in production', async () => {
    const card = await mock();
    expect(await codeOf(card.provider({ environment: 'production' }).card())).toBe('TE_CERTIFICATE_INVALID');
    expect(await codeOf(card.provider({ environment: 'test' }).card())).toBe('no error');
  });

  it('says when the card has no authentication certificate', async () => {
    const card = await mock({ cards: [{ signature: hierarchy.professional.signature }] });
    expect(await codeOf(card.provider().authentication.certificates())).toBe('TE_CERTIFICATE_INVALID');
  });
});

describe('PIN', () => {
  it('is checked before the card is asked', async () => {
    const card = await mock();
    for (const pin of ['', '123', '12345', '12a4', '１２３４', '1234\n']) {
      expect(await codeOf(card.provider({ onPinRequired: () => pin }).login())).toBe('TE_PIN_INVALID');
    }
    expect(await codeOf(card.provider({ onPinRequired: () => null }).login())).toBe('TE_CANCELLED');
    expect(card.calls).not.toContain('C_Login');
  });

  it('says what is left, wants a confirmation before the last try, and never logs in on a blocked card', async () => {
    const states: string[] = [];
    const events: CardEvent[] = [];
    const card = await mock();
    let pin = '0000';
    let confirm = false;
    const provider = card.provider({
      onEvent: (event) => events.push(event),
      onPinRequired: (request) => {
        states.push(request.pin);
        return confirm ? { pin, confirmFinalTry: true } : pin;
      },
    });
    const attempt = (): Promise<unknown> => provider.login().catch((error: unknown) => error);
    expect(await attempt()).toMatchObject({ code: 'TE_PIN_INCORRECT', details: { pin: 'low' } });
    expect(await attempt()).toMatchObject({ code: 'TE_PIN_INCORRECT', details: { pin: 'final' } });
    expect(await attempt()).toMatchObject({ code: 'TE_PIN_REQUIRED', details: { pin: 'final' } });
    confirm = true;
    expect(await attempt()).toMatchObject({ code: 'TE_PIN_INCORRECT', details: { pin: 'locked' } });
    pin = '1234';
    expect(await attempt()).toMatchObject({ code: 'TE_PIN_LOCKED' });
    expect(states).toEqual(['ok', 'low', 'final', 'final']);
    expect(card.calls.filter((name) => name === 'C_Login')).toHaveLength(3);
    expect(events.filter(({ type }) => type === 'pin-locked')).toHaveLength(2);
  });

  it('zeroes the bytes it was given', async () => {
    const pin = new TextEncoder().encode('1234');
    await (await mock()).provider({ onPinRequired: () => pin }).login();
    expect([...pin]).toEqual([0, 0, 0, 0]);
  });

  it('is typed on the reader when it has a pad', async () => {
    const card = await mock({ pinPad: true });
    let pad: boolean | undefined;
    const provider = card.provider({
      onPinRequired: ({ pinPad }) => {
        pad = pinPad;
        return '';
      },
    });
    expect(verifies(hierarchy.professional.signature.certDer, await provider.sign('rsa-sha256', data))).toBe(true);
    expect(pad).toBe(true);
  });

  it('hides what the prompt threw', async () => {
    const provider = (await mock()).provider({
      onPinRequired: () => {
        throw new Error('saisie 1234 refusée');
      },
    });
    const error = await provider.login().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'TE_PIN_REQUIRED' });
    expect(JSON.stringify(error) + String((error as Error).stack) + String((error as Error).cause)).not.toContain(
      '1234',
    );
  });

  it('stops the prompt when the last caller gives up, and not before', async () => {
    const first = new AbortController();
    const second = new AbortController();
    let asked: PinRequest | undefined;
    const provider = (await mock()).provider({
      onPinRequired: (request) => {
        asked = request;
        return new Promise((resolve) => request.signal.addEventListener('abort', () => resolve(null)));
      },
    });
    const calls = [first, second].map(({ signal }) => codeOf(provider.sign('rsa-sha256', data, { signal })));
    while (!asked) await delay(1);
    first.abort();
    expect(await calls[0]).toBe('TE_CANCELLED');
    expect(asked.signal.aborted).toBe(false);
    second.abort();
    expect(await calls[1]).toBe('TE_CANCELLED');
    await delay(1);
    expect(asked.signal.aborted).toBe(true);
  });

  it('is asked again after the idle time, with the reason', async () => {
    const reasons: string[] = [];
    const card = await mock();
    let told: () => void = () => undefined;
    const idle = new Promise<void>((resolve) => {
      told = resolve;
    });
    const provider = card.provider({
      idleTimeoutMs: 20,
      onEvent: (event) => event.type === 'logged-out' && told(),
      onPinRequired: ({ reason }) => {
        reasons.push(reason);
        return '1234';
      },
    });
    await provider.sign('rsa-sha256', data);
    await idle;
    expect(provider.loggedInAt).toBeNull();
    await provider.sign('rsa-sha256', data);
    expect(reasons).toEqual(['login', 'idle']);
    expect(card.calls).toContain('C_Logout');
  });

  it('times out when nobody types it', async () => {
    const provider = (await mock()).provider({ pinTimeoutMs: 10, onPinRequired: () => new Promise(() => undefined) });
    expect(await codeOf(provider.login())).toBe('TE_TIMEOUT');
  });
});

describe('calls', () => {
  it('reach the card one by one', async () => {
    const card = await mock();
    const provider = card.provider();
    await Promise.all(Array.from({ length: 20 }, () => provider.sign('rsa-sha256', data)));
    const signing = card.calls.filter((name) => name === 'C_SignInit' || name === 'C_Sign');
    expect(signing).toEqual(Array.from({ length: 20 }, () => ['C_SignInit', 'C_Sign']).flat());
  });

  it('sign the bytes as they were when asked', async () => {
    const provider = (await mock()).provider();
    const mutable = Buffer.from(data);
    const signature = provider.sign('rsa-sha256', mutable);
    mutable.fill(0);
    expect(verifies(hierarchy.professional.signature.certDer, await signature)).toBe(true);
  });

  it('end within their deadline when the module hangs', async () => {
    const card = await mock({ faults: [{ on: 'C_Sign', do: 'hang' }] });
    const provider = card.provider({ callTimeoutMs: 50 });
    expect(await codeOf(provider.sign('rsa-sha256', data))).toBe('TE_TIMEOUT');
  });

  it('refuse another algorithm', async () => {
    expect(await codeOf((await mock()).provider().sign('rsa-sha1' as never, data))).toBe('TE_MECHANISM_UNSUPPORTED');
  });

  it('fail with TE_CLOSED after close, which may be called twice', async () => {
    const provider = (await mock()).provider();
    const pending = codeOf(provider.sign('rsa-sha256', data));
    await provider.close();
    await provider.close();
    expect(['TE_CLOSED', 'no error']).toContain(await pending);
    expect(await codeOf(provider.card())).toBe('TE_CLOSED');
  });

  it('leave the session to the others when one is cancelled', async () => {
    const provider = (await mock()).provider();
    const controller = new AbortController();
    const cancelledCall = codeOf(provider.sign('rsa-sha256', data, { signal: controller.signal }));
    const other = provider.sign('rsa-sha256', data);
    controller.abort();
    expect(await cancelledCall).toBe('TE_CANCELLED');
    expect(verifies(hierarchy.professional.signature.certDer, await other)).toBe(true);
  });
});

describe('practices', () => {
  it('are read with gaps, and a malformed one harms no other', async () => {
    const card = await mock({
      cards: [
        {
          ...hierarchy.professional,
          practices: {
            1: { name: 'CABINET FICTIF', structureId: '499900000011001', activitySector: 'SA07' },
            2: Buffer.from([0xee, 0x84, 0xff, 0xff, 0xff, 0xff]),
            5: Buffer.from([0xee, 0x06, 0x85, 0x7f, 0x31, 0x32, 0x33, 0x34]),
            16: Buffer.concat([Buffer.from([0xee, 0x09, 0x99, 0x01, 0x00, 0x86, 0x04]), Buffer.from('SA01')]),
          },
        },
      ],
    });
    expect(await card.provider().practices()).toEqual([
      { index: 1, structureName: 'CABINET FICTIF', structureId: '499900000011001', activitySector: 'SA07' },
      { index: 2, structureName: null, structureId: null, activitySector: null },
      { index: 5, structureName: null, structureId: null, activitySector: null },
      { index: 16, structureName: null, structureId: null, activitySector: 'SA01' },
    ]);
  });
});
