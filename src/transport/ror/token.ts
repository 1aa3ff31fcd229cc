import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { needed, optionsOf, type Checks } from '../../internal/border.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { codeOfStatus, type StatusCodes } from '../../internal/http-status.ts';
import { isObject, numberOf } from '../../internal/json/index.ts';
import { methods, runtime as runtimeCheck, text } from '../../internal/option-checks.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { address } from '../directory/option-checks.ts';
import type { HttpClient } from '../http/model.ts';

/** Options of `createSupportDirectoryToken`. @group Directory */
export interface SupportDirectoryTokenOptions {
  /** With the certificate of the structure where the access profile wants mutual TLS. */
  readonly http: Pick<HttpClient, 'send'>;
  /** Address of the token endpoint, as it was given at enrolment. */
  readonly tokenUrl: string;
  readonly clientId: string;
  /** For access profile 0; the others show a certificate in its place. */
  readonly clientSecret?: string | undefined;
  readonly runtime?: Runtime | undefined;
}

const checks: Checks<SupportDirectoryTokenOptions> = {
  http: needed(methods<Pick<HttpClient, 'send'>>('send')),
  tokenUrl: needed(address),
  clientId: needed(text),
  clientSecret: text,
  runtime: runtimeCheck,
};

/** A token is renewed before its end, for the time of a call. */
const earlyMs = 30_000;

/** Some servers answer a refused client with 400. */
const refusals: StatusCodes = { 400: 'TE_AUTHN_REJECTED', 401: 'TE_AUTHN_REJECTED', 403: 'TE_AUTHN_REJECTED' };

/**
 * The `authorization` of a directory of support structures: a token for the software itself, asked
 * once and kept until shortly before its end. No user is named in it.
 *
 * @throws TerrESanteError from the calls: `TE_AUTHN_REJECTED`, `TE_UNAVAILABLE`, `TE_TIMEOUT`,
 *   `TE_PROTOCOL`
 *
 * @example
 * ```ts
 * // not run: needs an enrolment at the repository
 * import { createHttpClient, createSupportDirectoryToken } from 'terr-esante-sdk/transport';
 *
 * const authorization = createSupportDirectoryToken({
 *   http: createHttpClient(),
 *   tokenUrl: 'https://ror.example/token',
 *   clientId: 'cabinet',
 *   clientSecret: '…',
 * });
 * await authorization({ renew: false });
 * ```
 *
 * @see RFC 6749, section 4.4 (client credentials) and RFC 8705 (mutual TLS)
 * @group Directory
 */
export function createSupportDirectoryToken(
  options: SupportDirectoryTokenOptions,
): (call: CallOptions & { readonly renew: boolean }) => Promise<string> {
  const given = optionsOf('options', options, checks);
  const { clock } = given.runtime ?? systemRuntime;
  let kept: Token | null = null;

  return async ({ renew, ...call }) => {
    if (renew || kept === null || clock.now() >= kept.until) kept = await ask(given, clock.now(), call);
    return kept.header;
  };
}

interface Token {
  readonly header: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

async function ask(
  { http, tokenUrl, clientId, clientSecret }: SupportDirectoryTokenOptions,
  now: number,
  call: CallOptions,
): Promise<Token> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId });
  if (clientSecret !== undefined) form.set('client_secret', clientSecret);
  const answer = await http.send({
    ...call,
    method: 'POST',
    url: tokenUrl,
    headers: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' },
    body: utf8Bytes(form.toString()),
    maxResponseBytes: 65_536,
  });

  if (answer.status !== 200) {
    throw new TerrESanteError(codeOfStatus(answer.status, refusals), 'Le répertoire a refusé un jeton d’accès.', {
      details: { status: answer.status },
    });
  }
  return readToken(answer.body, now);
}

/** @see RFC 6749, section 5.1 */
function readToken(body: Uint8Array, now: number): Token {
  let answer: unknown = null;
  try {
    answer = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    // Told below.
  }

  const { access_token: token, token_type: type, expires_in: seconds } = isObject(answer) ? answer : {};
  const isBearer = typeof type === 'string' && type.toLowerCase() === 'bearer';
  if (typeof token !== 'string' || !/^[\x21-\x7E]{1,16384}$/.test(token) || !isBearer) {
    throw new TerrESanteError('TE_PROTOCOL', 'Le répertoire a donné un jeton incompréhensible.', { retryable: true });
  }

  // How long it holds may be left out: then it serves one call.
  const lifeMs = numberOf(seconds) > 0 ? numberOf(seconds) * 1000 : 0;
  return { header: `Bearer ${token}`, until: now + Math.max(0, lifeMs - earlyMs) };
}
