import { describe, expect, it } from 'vitest';
import type { ProSanteConnectSession } from '../../../src/auth/index.ts';
import { retryAfterMs } from '../../../src/internal/http-status.ts';
import { TerrESanteError } from '../../../src/errors.ts';
import { answer, ciba, client, login, nationalId, page, seconds, type Answer } from './scripted-server.ts';

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('a server that is busy', () => {
  it.each([
    [500, 'TE_UNAVAILABLE'],
    [502, 'TE_UNAVAILABLE'],
    [503, 'TE_UNAVAILABLE'],
    [504, 'TE_TIMEOUT'],
    [429, 'TE_RATE_LIMITED'],
    [408, 'TE_TIMEOUT'],
  ])('answers %i with a page: %s, which may pass', async (status, code) => {
    const expected = { code, retryable: true, details: { status, retryAfterMs: 7_000 } };
    const busy = page(status, { 'Retry-After': '7' });
    expect(await failure(login({ polls: [busy] }))).toMatchObject(expected);
    for (const path of ['/d', '/u', '/j']) {
      expect(await failure(login({ path: { [path]: busy } }))).toMatchObject(expected);
    }
    expect(await failure(ciba({ path: { '/c': busy } }))).toMatchObject(expected);
  });

  it('says nothing of the page in its error', async () => {
    const error = await failure(login({ polls: [page(503)] }));
    expect(JSON.stringify(error)).not.toContain('patienter');
    expect(error).toMatchObject({ details: { status: 503 } });
  });

  it('is not a request that is refused', async () => {
    expect(await failure(login({ polls: [answer(400, { error: 'invalid_grant' })] }))).toMatchObject({
      code: 'TE_AUTHN_REQUIRED',
      retryable: false,
    });
    expect(await failure(login({ polls: [page(404)] }))).toMatchObject({ code: 'TE_PROTOCOL', retryable: false });
  });

  it('whose connection is cut may pass too', async () => {
    const cut = Object.assign(new Error('read ECONNRESET 10.0.0.1'), { code: 'ECONNRESET' });
    const error = await failure(login({ polls: [cut] }));
    expect(error).toMatchObject({ code: 'TE_UNAVAILABLE', retryable: true });
    expect(JSON.stringify(error)).not.toContain('10.0.0.1');
  });
});

describe('the wait of CIBA', () => {
  const pending = answer(400, { error: 'authorization_pending' });
  const cut = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

  it.each<[string, readonly (Answer | Error)[]]>([
    ['a page of a proxy', [page(503)]],
    ['an empty answer', [answer(500, '')]],
    ['too many requests', [page(429, { 'retry-after': '0' })]],
    ['too many requests, as JSON', [answer(429, { error: 'temporarily_unavailable' })]],
    ['a server error, as JSON', [answer(500, { error: 'server_error' })]],
    ['a cut connection', [cut()]],
    ['a request that took too long', [new TerrESanteError('TE_TIMEOUT', 'Délai dépassé.')]],
    ['all of it', [pending, page(502), cut(), pending, page(504), answer(503, {})]],
  ])('goes on after %s', async (_, polls) => {
    const { session, polls: count } = await ciba({ polls });
    expect(session.identity.nationalId).toBe(nationalId);
    expect(count).toBe(polls.length + 1);
  });

  it.each([
    ['access_denied', 'TE_AUTHN_REJECTED'],
    ['expired_token', 'TE_TIMEOUT'],
    ['invalid_client', 'TE_CONFIG_INVALID'],
  ])('ends with %s, whatever its status', async (error, code) => {
    for (const status of [400, 429, 503]) {
      expect(await failure(ciba({ polls: [answer(status, { error })] }))).toMatchObject({ code, retryable: false });
    }
  });

  it('ends with a refusal of the host itself', async () => {
    const refused = new TerrESanteError('TE_CONFIG_INVALID', 'Autorité inconnue.');
    expect(await failure(ciba({ polls: [refused] }))).toBe(refused);
  });

  it('polls no more once the request is over', async () => {
    const { provider, polls } = client({ polls: [pending], forever: true, expiresIn: 1 });
    const request = await provider.startCiba({ nationalId, bindingMessage: '42' });
    expect(await failure(request.wait({ timeoutMs: 60_000 }))).toMatchObject({ code: 'TE_TIMEOUT', retryable: false });
    expect(Date.now()).toBeGreaterThanOrEqual(request.expiresAt - 20);

    const count = polls();
    expect(await failure(request.wait())).toMatchObject({ code: 'TE_TIMEOUT', retryable: false });
    expect(polls()).toBe(count);
  });

  it('keeps the deadline and the signal of the caller', async () => {
    const busy = { polls: [page(503, { 'retry-after': 'Fri, 31 Dec 2038 23:59:59 GMT' })], forever: true };
    expect(await failure(ciba(busy, { timeoutMs: 60 }))).toMatchObject({ code: 'TE_TIMEOUT' });
    expect(await failure(ciba(busy, { signal: AbortSignal.timeout(60) }))).toMatchObject({ code: 'TE_CANCELLED' });
    expect(await failure(ciba({ ...busy, expiresIn: 1 }))).toMatchObject({ code: 'TE_TIMEOUT', retryable: false });
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-28T12:00:00Z');
  it.each<[string | null, number | null]>([
    ['120', 120_000],
    [' 0 ', 0],
    ['Sat, 28 Nov 2026 12:01:00 GMT', 60_000],
    ['Sat, 28 Nov 2020 12:01:00 GMT', 0],
    ['Fri, 31 Dec 2199 23:59:59 GMT', 2_147_483_647],
    ['999999999999999', 2_147_483_647],
    ['-5', null],
    ['bientôt', null],
    ['', null],
    [null, null],
  ])('%j is %j ms', (value, wait) => {
    expect(retryAfterMs(value, now)).toBe(wait);
  });
});

describe('the clock', () => {
  const date = (offset: number): Readonly<Record<string, string>> => ({
    date: new Date(Date.now() + offset).toUTCString(),
  });
  const over = { iat: seconds() - 300, exp: seconds() - 240 };

  it('is told wrong when a fresh token is over, or not valid yet', async () => {
    const wrong = { code: 'TE_CLOCK_SKEW', message: expect.stringMatching(/réglez l'heure/) };
    expect(await failure(login({ claims: over }))).toMatchObject({ ...wrong, details: {} });
    expect(await failure(login({ claims: { nbf: seconds() + 300 } }))).toMatchObject(wrong);
    const error = await failure(login({ claims: over, headers: date(-280_000) }));
    expect(error).toMatchObject(wrong);
    expect(Math.abs((error as TerrESanteError).details['skewMs'] as number) - 280_000).toBeLessThan(20_000);
  });

  it('is not, when the server says that it is right', async () => {
    expect(await failure(login({ claims: over, headers: date(0) }))).toMatchObject({ code: 'TE_PROTOCOL' });
  });

  it('may differ by a little', async () => {
    const ahead = { iat: seconds() + 20, exp: seconds() + 80, auth_time: seconds() + 20 };
    expect((await login({ claims: ahead })).authnInstant).toBe(ahead.auth_time * 1000);
  });

  it.each<[string, number, string]>([
    ['milliseconds', Date.now(), 'TE_PROTOCOL'],
    ['before any login', 86_400, 'TE_PROTOCOL'],
    ['beyond any date', 1e20, 'TE_PROTOCOL'],
    ['an hour ahead', seconds() + 3_600, 'TE_CLOCK_SKEW'],
    ['a year ahead', seconds() + 31_536_000, 'TE_CLOCK_SKEW'],
  ])('makes no instant of a login of %s', async (_, authTime, code) => {
    expect(await failure(login({ claims: { auth_time: authTime } }))).toMatchObject({ code });
  });

  it('takes the instant of the token without auth_time', async () => {
    const iat = seconds() - 5;
    expect((await login({ claims: { auth_time: undefined, iat } })).authnInstant).toBe(iat * 1000);
    expect((await login({ claims: { auth_time: iat - 30 } })).authnInstant).toBe((iat - 30) * 1000);
  });
});

describe('SubjectNameID', () => {
  const as = (id: string): Promise<ProSanteConnectSession> =>
    login({ claims: { sub: 'x' }, userInfo: { sub: 'x', SubjectNameID: id } });

  it.each(['3990000010/J.DUPONT-2', '499000001/agent_7', '599000001100011/A+B', '00B7010446', nationalId])(
    'has the shape of a national identifier: %s',
    async (id) => {
      expect((await as(id)).identity.nationalId).toBe(id);
    },
  );

  it.each([
    '',
    '8',
    ' 899700012349 ',
    '3990000010/',
    '/A',
    '3990000010/A/B',
    '3990000010/A B',
    '399\u200b0000010/A',
    'x'.repeat(70),
  ])('has not: %j', async (id) => {
    expect(await failure(as(id))).toMatchObject({ code: 'TE_PROTOCOL' });
  });

  it('of that shape can be asked for by CIBA', async () => {
    const { provider } = client({});
    const id = '3990000010/J.DUPONT-2';
    expect(await provider.startCiba({ nationalId: id, bindingMessage: '42' })).toHaveProperty('expiresAt');
    expect(await failure(provider.startCiba({ nationalId: '3990000010/A B', bindingMessage: '42' }))).toMatchObject({
      code: 'TE_INPUT_INVALID',
    });
  });
});
