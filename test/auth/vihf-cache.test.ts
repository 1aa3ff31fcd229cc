import { beforeAll, describe, expect, it } from 'vitest';
import { createVihfCache, measureClockSkew, type SigningProvider } from '../../src/auth/index.ts';
import { createTestHierarchy, fictiveProfessional, type TestHierarchy } from '../../src/testing/index.ts';
import { fixedRuntime, providerOf, testNow, vihfInput } from './vihf-fixtures.ts';

let pki: TestHierarchy;
let card: SigningProvider;
let signatures = 0;

beforeAll(async () => {
  pki = await createTestHierarchy({ runtime: fixedRuntime() });
  const real = await providerOf(pki.professional.signature);
  card = {
    kind: 'counting',
    certificates: (options) => real.certificates(options),
    sign: (...args) => {
      signatures += 1;
      return real.sign(...args);
    },
  };
});

describe('createVihfCache', () => {
  it('signs once for the same input, also when asked many times at once', async () => {
    signatures = 0;
    const cache = createVihfCache(card, { runtime: fixedRuntime() });
    const all = await Promise.all(Array.from({ length: 20 }, () => cache.get(vihfInput())));
    expect(new Set(all).size).toBe(1);
    expect(await cache.get(vihfInput())).toBe(all[0]);
    expect(signatures).toBe(1);
  });

  it.each([
    ['another patient', { patient: { value: '185057800608491', oid: '1.2.250.1.213.1.4.10' } }],
    ['the same value under another OID', { patient: { value: '279035121518989', oid: '1.2.250.1.213.1.4.8' } }],
    ['no patient', { patient: undefined }],
    ['another purpose', { purpose: 'centre_15' }],
    ['another practice', { structure: { nationalId: '499900000011002', activitySector: 'SA07' } }],
    ['another login', { authentication: { means: 'card', instant: testNow - 1000 } }],
    ['another target', { target: { resourceUrn: 'urn:autre' } }],
    ['another way of writing the issuer', { target: { resourceUrn: 'urn:exemple', formatIssuer: () => 'CN=x' } }],
  ] as const)('never gives the assertion of %s', async (_, changes) => {
    const cache = createVihfCache(card, { runtime: fixedRuntime() });
    const one = await cache.get(vihfInput());
    const two = await cache.get(vihfInput(changes));
    expect(two.id).not.toBe(one.id);
    expect(await cache.get(vihfInput())).toBe(one);
  });

  it('gives another card nothing of the one before', async () => {
    const same = await pki.card();
    const other = await pki.card({ professional: { ...fictiveProfessional(), nationalId: '899900000029' } });
    let current = card;
    const swapped: SigningProvider = {
      kind: 'swapped',
      certificates: (options) => current.certificates(options),
      sign: (...args) => current.sign(...args),
    };
    const cache = createVihfCache(swapped, { runtime: fixedRuntime() });
    const first = await cache.get(vihfInput());
    current = await providerOf(same.signature);
    expect((await cache.get(vihfInput())).certificateFingerprint).not.toBe(first.certificateFingerprint);
    current = await providerOf(other.signature);
    await expect(cache.get(vihfInput())).rejects.toMatchObject({ code: 'TE_IDENTITY_MISMATCH' });
  });

  it('never keeps access in break-glass', async () => {
    const cache = createVihfCache(card, { runtime: fixedRuntime() });
    const input = vihfInput({ purpose: 'bris_de_glace' });
    expect((await cache.get(input)).id).not.toBe((await cache.get(input)).id);
  });

  it('signs again before the end, after a clock that went back, and once cleared', async () => {
    let now = testNow;
    const { ids } = fixedRuntime();
    const cache = createVihfCache(card, { runtime: { clock: { now: () => now }, ids } });
    const one = await cache.get(vihfInput());
    now = one.notOnOrAfter - 60_001;
    expect(await cache.get(vihfInput())).toBe(one);
    now = one.notOnOrAfter - 60_000;
    const two = await cache.get(vihfInput());
    expect(two).not.toBe(one);
    now = testNow;
    const three = await cache.get(vihfInput());
    expect(three).not.toBe(two);
    cache.clear();
    expect(await cache.get(vihfInput())).not.toBe(three);
  });

  it('does not keep what was being signed when the card was removed', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const slow: SigningProvider = {
      kind: 'slow',
      certificates: () => card.certificates(),
      sign: async (...args) => (await gate, card.sign(...args)),
    };
    const cache = createVihfCache(slow, { runtime: fixedRuntime() });
    const pending = cache.get(vihfInput());
    await new Promise((resolve) => setImmediate(resolve));
    cache.clear();
    release();
    expect((await cache.get(vihfInput())).id).not.toBe((await pending).id);
  });

  it('waits for a provider that never answers no longer than its caller allows', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const cache = createVihfCache({ kind: 'deaf', certificates: never, sign: never }, { runtime: fixedRuntime() });
    const { signal } = new AbortController();
    await expect(cache.get(vihfInput(), { signal, timeoutMs: 5 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    await expect(cache.get(vihfInput(), { signal: AbortSignal.timeout(5) })).rejects.toMatchObject({
      code: 'TE_CANCELLED',
    });
  });

  it('keeps no more than it may, and nothing that failed', async () => {
    signatures = 0;
    const cache = createVihfCache(card, { runtime: fixedRuntime(), maxEntries: 1 });
    await cache.get(vihfInput());
    await cache.get(vihfInput({ patient: undefined }));
    await cache.get(vihfInput());
    expect(signatures).toBe(3);
    await expect(cache.get(vihfInput({ roles: [] }))).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    await expect(cache.get(vihfInput({ roles: [] }))).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });
});

describe('measureClockSkew', () => {
  const sentAt = Date.UTC(2026, 2, 2, 8, 0, 0);
  const at = (dateHeader: string, receivedAt = sentAt + 100) => measureClockSkew({ dateHeader, sentAt, receivedAt });

  it.each([
    ['in time', 'Mon, 02 Mar 2026 08:00:00 GMT', []],
    ['a minute late', 'Mon, 02 Mar 2026 08:01:00 GMT', []],
    ['two minutes late', 'Mon, 02 Mar 2026 08:02:00 GMT', ["L'heure du poste retarde de 120 s sur celle du serveur."]],
    ['an hour fast', 'Mon, 02 Mar 2026 07:00:00 GMT', ["L'heure du poste avance de 3600 s sur celle du serveur."]],
  ])('says that our clock is %s', (_, header, messages) => {
    expect(at(header)?.findings.map(({ message }) => message)).toEqual(messages);
  });

  it('does not accuse the clock of a slow answer', () => {
    expect(at('Mon, 02 Mar 2026 08:02:00 GMT', sentAt + 240_000)?.findings).toEqual([]);
  });

  it.each(['', 'now', '2026-03-02T08:00:00Z', 'Mon, 02 Mar 2026 08:00:00 +0100'])(
    'does not guess from %j',
    (header) => {
      expect(at(header)).toBeNull();
    },
  );

  it('does not guess from an answer before its request', () => {
    expect(at('Mon, 02 Mar 2026 08:00:00 GMT', sentAt - 1)).toBeNull();
  });
});
