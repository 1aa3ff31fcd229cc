import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createProSanteConnectProvider,
  type ProSanteConnectHttp,
  type ProSanteConnectOptions,
  type ProSanteConnectSession,
} from '../../../src/auth/index.ts';
import { retryAfterMs } from '../../../src/internal/http-status.ts';
import { TerrESanteError } from '../../../src/errors.ts';

const issuer = 'https://psc.exemple/realms/essai';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const nationalId = '899700012349';
const seconds = (): number => Math.floor(Date.now() / 1000);

type Answer = Awaited<ReturnType<ProSanteConnectHttp['send']>>;
const answer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json', ...headers },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const page = (status: number, headers?: Readonly<Record<string, string>>): Answer =>
  answer(status, '<html>Veuillez patienter</html>', headers);

function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', kid: 'k', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
}

interface Script {
  /** Answers of the token endpoint before the token; `throw` is a cut connection. */
  readonly polls?: readonly (Answer | Error)[];
  /** The last of `polls`, for ever. */
  readonly forever?: boolean;
  readonly path?: Readonly<Record<string, Answer | undefined>>;
  readonly claims?: object;
  readonly userInfo?: object;
  readonly expiresIn?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server that answers as the script says, and counts the polls. */
function server(script: Script): { http: ProSanteConnectHttp; polls: () => number } {
  let polls = 0;
  let nonce: string | undefined;
  const subject = { sub: `f:550e8400-e29b-41d4-a716-446655440000:${nationalId}` };

  const reply = (path: string, body: string): Answer => {
    const scripted = script.path?.[path];
    if (scripted) return scripted;

    const endpoints = { authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t` };
    switch (path) {
      case '/d':
        return answer(200, {
          issuer,
          ...endpoints,
          userinfo_endpoint: `${issuer}/u`,
          jwks_uri: `${issuer}/j`,
          backchannel_authentication_endpoint: `${issuer}/c`,
          id_token_signing_alg_values_supported: ['RS256'],
        });
      case '/j':
        return answer(200, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] });
      case '/c':
        return answer(200, { auth_req_id: 'r', expires_in: script.expiresIn ?? 60, interval: 0.01 });
      case '/t': {
        polls += 1;
        const { polls: planned = [], forever = false } = script;
        const next = forever ? planned.at(-1) : planned[polls - 1];
        if (next instanceof Error) throw next;
        if (next) return next;

        nonce = new URLSearchParams(body).get('code') ?? undefined;
        const now = seconds();
        const claims = { iss: issuer, aud: 'lps', iat: now, exp: now + 60, auth_time: now, acr: 'eidas1', nonce };
        const token = jwt({ ...subject, ...claims, ...script.claims });
        return answer(200, { access_token: 'at', token_type: 'Bearer', expires_in: 60, id_token: token });
      }
      default:
        return answer(200, { ...subject, SubjectNameID: nationalId, ...script.userInfo });
    }
  };

  return {
    polls: () => polls,
    http: {
      send: async ({ url, body }) => {
        const given = reply(new URL(url).pathname.replace('/realms/essai', ''), Buffer.from(body ?? []).toString());
        return { ...given, headers: { ...given.headers, ...script.headers } };
      },
    },
  };
}

function client(script: Script, options: Partial<ProSanteConnectOptions> = {}) {
  const { http, polls } = server(script);
  const provider = createProSanteConnectProvider({
    server: { issuer, discoveryUrl: `${issuer}/d` },
    client: { id: 'lps', authentication: 'basic', secret: 's' },
    http,
    redirectUri: 'https://lps.exemple/retour',
    ...options,
  });
  return { provider, polls };
}

/** The code flow; the code carries the nonce, which this server repeats. */
async function login(script: Script, options?: Partial<ProSanteConnectOptions>): Promise<ProSanteConnectSession> {
  const { provider } = client(script, options);
  const { transaction } = await provider.authorize();
  const back = `https://lps.exemple/retour?code=${transaction.nonce}&state=${transaction.state}`;
  return provider.complete(back, transaction);
}

async function ciba(script: Script, waiting: object = {}): Promise<{ session: ProSanteConnectSession; polls: number }> {
  const { provider, polls } = client(script);
  const pending = await provider.startCiba({ nationalId, bindingMessage: '42' });
  return { session: await pending.wait(waiting), polls: polls() };
}

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
