import { generateKeyPairSync, sign } from 'node:crypto';
import {
  createProSanteConnectProvider,
  type ProSanteConnectHttp,
  type ProSanteConnectOptions,
  type ProSanteConnectProvider,
  type ProSanteConnectSession,
} from '../../../src/auth/index.ts';

export const issuer = 'https://psc.exemple/realms/essai';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const nationalId = '899700012349';
export const seconds = (): number => Math.floor(Date.now() / 1000);

export type Answer = Awaited<ReturnType<ProSanteConnectHttp['send']>>;
export const answer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json', ...headers },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
export const page = (status: number, headers?: Readonly<Record<string, string>>): Answer =>
  answer(status, '<html>Veuillez patienter</html>', headers);

function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', kid: 'k', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
}

export interface Script {
  /** Answers of the token endpoint before the token; `throw` is a cut connection. */
  readonly polls?: readonly (Answer | Error)[];
  /** The last of `polls`, for ever. */
  readonly forever?: boolean;
  readonly path?: Readonly<Record<string, Answer | undefined>>;
  readonly claims?: object;
  readonly userInfo?: object;
  readonly expiresIn?: number;
  /** Each renewal, in order: claims of its identity token, `null` for none, or an answer; then none is left. */
  readonly renewals?: readonly (object | null | Answer | Promise<Answer>)[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server that answers as the script says, and counts the polls. */
function server(script: Script): { http: ProSanteConnectHttp; polls: () => number } {
  let polls = 0;
  let nonce: string | undefined;
  let renewals = 0;
  const subject = { sub: `f:550e8400-e29b-41d4-a716-446655440000:${nationalId}` };

  const renew = (): Answer | Promise<Answer> => {
    const next = script.renewals?.[renewals];
    renewals += 1;
    if (next === undefined) return answer(400, { error: 'invalid_grant' });
    if (next !== null && (next instanceof Promise || 'body' in next)) return next;

    const now = seconds();
    const claims = { ...subject, iss: issuer, aud: 'lps', iat: now, exp: now + 60, auth_time: now, acr: 'eidas1' };
    const tokens = { access_token: `at-${String(renewals)}`, token_type: 'Bearer', expires_in: 60 };
    return answer(200, next === null ? tokens : { ...tokens, id_token: jwt({ ...claims, ...next }) });
  };

  const reply = (path: string, body: string): Answer | Promise<Answer> => {
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
        if (body.includes('grant_type=refresh_token')) return renew();
        polls += 1;
        const { polls: planned = [], forever = false } = script;
        const next = forever ? planned.at(-1) : planned[polls - 1];
        if (next instanceof Error) throw next;
        if (next) return next;

        nonce = new URLSearchParams(body).get('code') ?? undefined;
        const now = seconds();
        const claims = { iss: issuer, aud: 'lps', iat: now, exp: now + 60, auth_time: now, acr: 'eidas1', nonce };
        const token = jwt({ ...subject, ...claims, ...script.claims });
        const refresh = script.renewals && { refresh_token: 'rt-canari' };
        return answer(200, { access_token: 'at', token_type: 'Bearer', expires_in: 60, id_token: token, ...refresh });
      }
      default:
        return answer(200, { ...subject, SubjectNameID: nationalId, ...script.userInfo });
    }
  };

  return {
    polls: () => polls,
    http: {
      send: async ({ url, body }) => {
        const given = await reply(
          new URL(url).pathname.replace('/realms/essai', ''),
          Buffer.from(body ?? []).toString(),
        );
        return { ...given, headers: { ...given.headers, ...script.headers } };
      },
    },
  };
}

export function client(
  script: Script,
  options: Partial<ProSanteConnectOptions> = {},
): { provider: ProSanteConnectProvider; polls: () => number } {
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
export async function login(
  script: Script,
  options?: Partial<ProSanteConnectOptions>,
): Promise<ProSanteConnectSession> {
  const { provider } = client(script, options);
  const { transaction } = await provider.authorize();
  const back = `https://lps.exemple/retour?code=${transaction.nonce}&state=${transaction.state}`;
  return provider.complete(back, transaction);
}

export async function ciba(
  script: Script,
  waiting: object = {},
): Promise<{ session: ProSanteConnectSession; polls: number }> {
  const { provider, polls } = client(script);
  const pending = await provider.startCiba({ nationalId, bindingMessage: '42' });
  return { session: await pending.wait(waiting), polls: polls() };
}
