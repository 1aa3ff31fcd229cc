import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildCertificateChain,
  certificateExpiry,
  checkRevocation,
  createReplayGuard,
  createVihf,
  createVihfCache,
  explainAssertion,
  measureClockSkew,
  verifyAssertion,
  type SigningProvider,
} from '../../src/auth/index.ts';
import { checkVihfSigner } from '../../src/auth/vihf/signer-rules.ts';
import { createTestHierarchy, type TestHierarchy } from '../../src/testing/index.ts';
import { fixedRuntime, providerOf, testNow, vihfInput } from './vihf-fixtures.ts';

let pki: TestHierarchy;
let card: SigningProvider;
let good: string;

beforeAll(async () => {
  pki = await createTestHierarchy({ runtime: fixedRuntime() });
  card = await providerOf(pki.professional.signature);
  good = (await createVihf(vihfInput(), card, { runtime: fixedRuntime() })).xml;
});

/** What a host without types gives where a number is expected. */
const noNumber: readonly unknown[] = [Number.NaN, Infinity, -Infinity, -1, '60000', '', null, {}, [1], true, 1n];
const noClock: readonly unknown[] = [
  ...noNumber.map((value) => ({ clock: { now: () => value } })),
  { clock: { now: () => undefined } },
  { clock: { now: () => new Date() } },
  { clock: { now: () => 8.65e15 } },
  { clock: {} },
  { clock: testNow },
  {},
  null,
];

const refused = (argument: string): object =>
  expect.objectContaining({ code: 'TE_INPUT_INVALID', details: expect.objectContaining({ argument }) });

/** Wrong on purpose: the types would not let it pass. */
const wrong = (value: unknown): never => value as never;

/** A month after its end: whatever is not refused at the door is accepted out of date. */
const stale = { runtime: fixedRuntime(testNow + 30 * 86_400_000) };

describe('the clock of the host', () => {
  const asks: [string, (runtime: unknown) => unknown][] = [
    ['verifyAssertion', (runtime) => verifyAssertion(good, wrong({ anchors: pki.anchors, runtime }))],
    ['explainAssertion', (runtime) => explainAssertion(good, wrong({ anchors: pki.anchors, runtime }))],
    ['createVihf', (runtime) => createVihf(vihfInput(), card, wrong({ runtime }))],
    ['createVihfCache', async (runtime) => createVihfCache(card, wrong({ runtime })).get(vihfInput())],
    ['certificateExpiry', (runtime) => certificateExpiry(pki.professional.signature.certDer, wrong({ runtime }))],
    [
      'buildCertificateChain',
      (runtime) => buildCertificateChain(pki.professional.signature.certDer, wrong({ anchors: pki.anchors, runtime })),
    ],
    [
      'checkVihfSigner',
      (runtime) => checkVihfSigner(pki.professional.signature.certDer, vihfInput(), wrong({ runtime })),
    ],
    [
      'checkRevocation',
      (runtime) =>
        checkRevocation(pki.professional.signature.certDer, pki.anchors[0]!, wrong({ fetcher: () => null, runtime })),
    ],
  ];

  it.each(asks)('is refused by %s when it gives no moment', async (_, ask) => {
    for (const runtime of noClock) {
      await expect(Promise.resolve().then(() => ask(runtime))).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    }
  });

  it('is that of the system when none is given', async () => {
    const fresh = (await createVihf(vihfInput(), card)).xml;
    await expect(verifyAssertion(fresh, { anchors: pki.anchors })).resolves.toMatchObject({ mode: 'direct' });
    await expect(verifyAssertion(good, { anchors: pki.anchors })).rejects.toMatchObject({
      details: { rules: ['SAML-TIME'] },
    });
  });
});

describe('options of a verification', () => {
  it.each(['skewMs', 'maxAgeMs'])('refuses a %s that is no number in range', async (name) => {
    for (const value of noNumber) {
      const options = wrong({ anchors: pki.anchors, ...stale, [name]: value });
      await expect(verifyAssertion(good, options)).rejects.toThrow(refused(name));
      await expect(explainAssertion(good, options)).rejects.toThrow(refused(name));
    }
  });

  it('allows no skew that would switch the dates off', async () => {
    for (const skewMs of [600_001, 86_400_000, Number.MAX_VALUE]) {
      await expect(verifyAssertion(good, { anchors: pki.anchors, ...stale, skewMs })).rejects.toThrow(
        refused('skewMs'),
      );
    }
  });

  it.each([
    ['allowNoEnd', ['false', 'true', 0, 1, null]],
    ['audience', ['', ' ', 0, null, ['urn:x']]],
    ['recipient', ['', 0, null]],
    ['resourceUrn', ['', 0, null]],
    ['environment', ['prod', 'Production', '', null]],
    ['anchors', [undefined, null, 'pem', new Uint8Array(3)]],
    ['replay', [null, {}, { claim: true }, () => true]],
  ])('refuses %s of another kind', async (name, values) => {
    for (const value of values) {
      const options = wrong({ anchors: pki.anchors, runtime: fixedRuntime(), [name]: value });
      await expect(verifyAssertion(good, options)).rejects.toThrow(refused(name));
    }
  });

  it('refuses an anchor that is no bytes, by its place', async () => {
    await expect(verifyAssertion(good, wrong({ anchors: [...pki.anchors, 'pem'] }))).rejects.toThrow(
      refused(`anchors[${pki.anchors.length}]`),
    );
  });

  it.each([[undefined], [null], [42], [{}], [['<a/>']]])('refuses %j in place of an assertion', async (input) => {
    await expect(verifyAssertion(wrong(input), { anchors: pki.anchors })).rejects.toThrow(refused('input'));
    await expect(explainAssertion(wrong(input), { anchors: pki.anchors })).rejects.toThrow(refused('input'));
  });

  it.each([undefined, null, 'no', 'true', 1, {}])('takes %j from a replay guard for a refusal', async (answer) => {
    for (const claim of [() => answer, async () => answer]) {
      const replay = wrong({ claim });
      await expect(
        verifyAssertion(good, { anchors: pki.anchors, runtime: fixedRuntime(), replay }),
      ).rejects.toMatchObject({ details: { rules: ['SAML-REPLAY'] } });
    }
  });

  it('says in no message what was given', async () => {
    const secret = '279035121518989';
    for (const name of ['skewMs', 'audience', 'environment', 'allowNoEnd', 'anchors', 'replay']) {
      const options = wrong({ anchors: pki.anchors, [name]: { toString: () => secret, secret } });
      const error: unknown = await verifyAssertion(good, options).catch((caught: unknown) => caught);
      expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(secret);
    }
  });
});

describe('numbers of the other functions', () => {
  it('refuses a capacity that bounds nothing', () => {
    for (const value of [...noNumber, 0, 0.5, 1e9]) {
      expect(() => createReplayGuard(wrong(value))).toThrow(refused('capacity'));
    }
  });

  it('lets nothing pass when the replay guard fails or a structure cannot be judged', async () => {
    const broken = (): never => {
      throw new RangeError('CANARI');
    };
    const verify = (how: object): Promise<unknown> =>
      verifyAssertion(good, { anchors: pki.anchors, runtime: fixedRuntime(), ...how });

    const refused = { code: 'TE_UNAVAILABLE', retryable: true, details: { reason: 'replay-guard' } };
    await expect(verify({ replay: { claim: broken } })).rejects.toMatchObject(refused);
    const cut = Object.assign(new Error('CANARI'), { code: 'ECONNREFUSED' });
    const offline = verify({ replay: { claim: () => Promise.reject(cut) } });
    await expect(offline).rejects.toMatchObject({ ...refused, details: { reason: 'ECONNREFUSED' } });
    await expect(offline).rejects.not.toThrow('CANARI');
  });

  it('refuses a moment that is none in a replay guard', () => {
    const guard = createReplayGuard();
    expect(guard.claim('a', testNow + 1, testNow)).toBe(true);
    for (const value of [Number.NaN, undefined, 'x', null]) {
      expect(() => guard.claim('a', testNow + 1, wrong(value))).toThrow(refused('now'));
      expect(() => guard.claim('b', wrong(value), testNow)).toThrow(refused('until'));
    }
  });

  it('refuses sizes and times of a cache', () => {
    for (const value of noNumber) {
      expect(() => createVihfCache(card, wrong({ maxEntries: value }))).toThrow(refused('maxEntries'));
      expect(() => createVihfCache(card, wrong({ renewBeforeMs: value }))).toThrow(refused('renewBeforeMs'));
    }
  });

  it('refuses days, skews and limits', async () => {
    const { certDer } = pki.professional.signature;
    const reading = { dateHeader: 'Mon, 02 Mar 2026 08:05:00 GMT', sentAt: testNow, receivedAt: testNow };
    for (const value of noNumber) {
      expect(() => certificateExpiry(certDer, wrong({ warnDays: value }))).toThrow(refused('warnDays'));
      expect(() => measureClockSkew(reading, wrong({ limitMs: value }))).toThrow(refused('limitMs'));
      expect(() => measureClockSkew(wrong({ ...reading, sentAt: value }))).toThrow(refused('sentAt'));
      expect(() => measureClockSkew(wrong({ ...reading, receivedAt: value }))).toThrow(refused('receivedAt'));
      const options = wrong({ fetcher: () => null, skewMs: value });
      await expect(checkRevocation(certDer, pki.anchors[0]!, options)).rejects.toThrow(refused('skewMs'));
    }
  });

  it.each(['lifetimeMs', 'skewMs'])('refuses a %s that an assertion cannot be made with', async (name) => {
    for (const value of noNumber.filter((item) => item !== null || name !== 'lifetimeMs')) {
      const input = vihfInput({ target: wrong({ resourceUrn: 'urn:exemple', [name]: value }) });
      await expect(createVihf(input, card, { runtime: fixedRuntime() })).rejects.toMatchObject({
        code: 'TE_INPUT_INVALID',
        details: { paths: [`target.${name}`] },
      });
    }
  });

  it('refuses a login time that is no moment', async () => {
    for (const instant of [...noNumber, 253_402_300_800_000]) {
      const input = vihfInput({ authentication: wrong({ means: 'card', instant }) });
      await expect(createVihf(input, card, { runtime: fixedRuntime() })).rejects.toMatchObject({
        details: { paths: ['authentication.instant'] },
      });
    }
  });
});
