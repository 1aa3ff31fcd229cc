import { describe, expect, it } from 'vitest';

import { answer, client, login, nationalId, page, type Answer } from './scripted-server.ts';

const week = 7 * 86_400_000;
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no failure',
    (error: unknown) => error,
  );
const colleague = { sub: 'f:550e8400-e29b-41d4-a716-446655440000:899900000290' };

/** A clock that the test sets. */
function clock(): { now: number; readonly runtime: NonNullable<Parameters<typeof login>[1]>['runtime'] } {
  const state = { now: Date.now(), runtime: { clock: { now: () => state.now }, ids: { uuid: () => 'unused' } } };
  return state;
}

describe('a session that is renewed', () => {
  it('tells who is logged in, when, and by what', async () => {
    const session = await login({ claims: { authMode: 'CARD' }, renewals: [] });
    await expect(session.login()).resolves.toEqual({
      subject: nationalId,
      instant: session.authnInstant,
      method: 'card',
    });
    await expect((await login({ renewals: [] })).login()).resolves.toMatchObject({ method: 'e-cps' });
  });

  it.each([
    ['an identity token', colleague],
    ['UserInfo, without identity token', null],
  ])('is refused when the server names another person in %s, and does not come back', async (_, renewal) => {
    const script = { renewals: [renewal, {}], userInfo: {} as object };
    const session = await login(script);
    script.userInfo = colleague;

    await expect(session.login()).resolves.toMatchObject({ subject: nationalId });
    expect(await failure(session.accessToken({ renew: true }))).toMatchObject({
      code: 'TE_IDENTITY_MISMATCH',
      retryable: false,
      message: expect.stringMatching(/autre personne : reconnectez-vous/),
    });
    // What the other person was given is not kept, and neither is the old token.
    expect(await failure(session.login())).toMatchObject({ code: 'TE_AUTHN_REQUIRED' });
    expect(await failure(session.accessToken({ renew: true }))).toMatchObject({ code: 'TE_AUTHN_REQUIRED' });
  });

  it('goes on without an identity token when UserInfo names the same person', async () => {
    const session = await login({ renewals: [null] });
    await expect(session.accessToken({ renew: true })).resolves.toBe('at-1');
  });

  it.each<[string, object]>([
    ['of another client', { aud: 'autre-logiciel' }],
    ['of another server', { iss: 'https://autre.exemple' }],
    ['that is over', { exp: 1 }],
  ])('is not renewed by a token %s', async (_, claims) => {
    const session = await login({ renewals: [claims] });
    const error = await failure(session.accessToken({ renew: true }));
    expect(error).toMatchObject({ code: expect.stringMatching(/^TE_(PROTOCOL|AUTHN_REJECTED|CLOCK_SKEW)$/) });
    expect(JSON.stringify(error)).not.toMatch(/at-1|rt-canari|eyJ/);
    await expect(session.login()).resolves.toMatchObject({ subject: nationalId });
  });

  it('is over when the refresh token is, and says what to do', async () => {
    const session = await login({ renewals: [] });
    const lost = { code: 'TE_AUTHN_REQUIRED', retryable: false, message: expect.stringMatching(/reconnectez-vous/) };
    expect(await failure(session.accessToken({ renew: true }))).toMatchObject(lost);
    expect(await failure(session.login())).toMatchObject(lost);
  });

  it('outlives a server that is busy for a while', async () => {
    const session = await login({ renewals: [page(503), {}] });
    expect(await failure(session.accessToken({ renew: true }))).toMatchObject({
      code: 'TE_UNAVAILABLE',
      retryable: true,
    });
    await expect(session.accessToken({ renew: true })).resolves.toBe('at-2');
  });

  it.each([
    ['forwards', week],
    ['backwards', -week],
  ])('is renewed when the clock jumps a week %s', async (_, jump) => {
    const time = clock();
    const session = await login({ renewals: [{}] }, { runtime: time.runtime });
    await expect(session.accessToken()).resolves.toBe('at');
    time.now += jump;
    await expect(session.accessToken()).resolves.toBe('at-1');
  });

  it('is renewed once for those who wait and those who gave up', async () => {
    let release: (late: Answer) => void = () => undefined;
    const late = new Promise<Answer>((resolve) => {
      release = resolve;
    });
    const session = await login({ renewals: [late] });

    const controller = new AbortController();
    const gone = failure(session.accessToken({ renew: true, signal: controller.signal }));
    const waiting = session.accessToken({ renew: true });
    expect(await failure(session.accessToken({ renew: true, timeoutMs: 5 }))).toMatchObject({ code: 'TE_TIMEOUT' });
    expect(await failure(session.login({ signal: AbortSignal.abort() }))).toBe('no failure');
    expect(await failure(session.accessToken({ renew: true, signal: AbortSignal.abort() }))).toMatchObject({
      code: 'TE_CANCELLED',
    });
    controller.abort();
    expect(await gone).toMatchObject({ code: 'TE_CANCELLED' });

    release(answer(200, { access_token: 'at-1', token_type: 'Bearer', expires_in: 60 }));
    await expect(waiting).resolves.toBe('at-1');
    await expect(session.accessToken()).resolves.toBe('at-1');
  });

  it('is nobody else’s failure when all who waited gave up', async () => {
    let fail: (late: Answer) => void = () => undefined;
    const late = new Promise<Answer>((resolve) => {
      fail = resolve;
    });
    const session = await login({ renewals: [late] });
    expect(await failure(session.accessToken({ renew: true, timeoutMs: 5 }))).toMatchObject({ code: 'TE_TIMEOUT' });
    fail(answer(400, { error: 'invalid_grant' }));
    // An unhandled rejection would end the test run.
    await new Promise((resolve) => setImmediate(resolve));
    expect(await failure(session.login())).toMatchObject({ code: 'TE_AUTHN_REQUIRED' });
  });

  it('does not come back when it was closed meanwhile', async () => {
    let release: (late: Answer) => void = () => undefined;
    const late = new Promise<Answer>((resolve) => {
      release = resolve;
    });
    const session = await login({ renewals: [late] });
    const waiting = failure(session.accessToken({ renew: true }));
    await session.close();
    release(answer(200, { access_token: 'at-1', token_type: 'Bearer', expires_in: 60 }));
    expect(await waiting).toMatchObject({ code: 'TE_AUTHN_REQUIRED' });
    expect(await failure(session.login())).toMatchObject({ code: 'TE_AUTHN_REQUIRED' });
  });
});

describe('a login from another device', () => {
  it.each<[string, string, RegExp]>([
    ['access_denied', 'TE_AUTHN_REJECTED', /refusée/],
    ['expired_token', 'TE_TIMEOUT', /expiré/],
    ['unknown_user_id', 'TE_AUTHN_REJECTED', /ne connaît pas/],
  ])('that ends with %s is %s, and is not repeated by a machine', async (error, code, message) => {
    const { provider } = client({ polls: [answer(400, { error })] });
    const pending = await provider.startCiba({ nationalId, bindingMessage: '42' });
    expect(await failure(pending.wait())).toMatchObject({
      code,
      retryable: false,
      message: expect.stringMatching(message),
    });
  });
});
