import type { Configuration, CustomFetchOptions, ServerMetadata } from 'openid-client';
import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { systemRuntime, type Clock } from '../../internal/runtime.ts';
import { asPending, busy, isBusy, type Answer } from './busy.ts';
import type { ProSanteConnectHttp, ProSanteConnectOptions } from './model.ts';

export type OpenId = typeof import('openid-client');

/** The library and the provider's description, loaded at the first call. */
export interface Connection {
  readonly openid: OpenId;
  readonly config: Configuration;
  /** How far the provider's clock is from ours, by its last answer; `null` while not known. */
  skewMs(): number | null;
}

function bytesOf(body: CustomFetchOptions['body']): Uint8Array | undefined {
  if (body === null || body === undefined) return undefined;
  if (body instanceof URLSearchParams || typeof body === 'string') return Buffer.from(body.toString(), 'utf8');
  if (body instanceof Uint8Array) return body;
  throw new TerrESanteError('TE_INTERNAL', 'Corps de requête inattendu.');
}

/** What a poll of CIBA asks for (CIBA Core 1.0, section 10.1). */
const cibaGrant = 'urn:openid:params:grant-type:ciba';

function isPoll(body: CustomFetchOptions['body']): boolean {
  return body instanceof URLSearchParams && body.get('grant_type') === cibaGrant;
}

/**
 * A failure of the host's client that is no error of ours: a connection that was refused or cut.
 */
function unreachable(): TerrESanteError {
  return new TerrESanteError('TE_UNAVAILABLE', 'Pro Santé Connect est injoignable.');
}

/** The provider's clock, by the `Date` of its answers (RFC 9110, section 6.6.1). */
class RemoteClock {
  readonly #clock: Clock;
  #skewMs: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get now(): number {
    return this.#clock.now();
  }

  read({ headers }: Answer): void {
    const date = Date.parse(new Headers(headers).get('date') ?? '');
    if (Number.isFinite(date)) this.#skewMs = date - this.#clock.now();
  }

  get skewMs(): number | null {
    return this.#skewMs;
  }
}

/**
 * `fetch` on the host's HTTPS client: its authorities, its certificate, its limits, and no
 * redirection. A server that is busy is an error that may pass; to a poll, an answer that has not
 * come yet.
 */
function fetchOn(http: ProSanteConnectHttp, timeoutMs: number, clock: RemoteClock) {
  const send = async (url: string, { method, headers, body, signal }: CustomFetchOptions): Promise<Answer> => {
    try {
      const answer = await http.send({
        method: method as 'GET' | 'POST',
        url,
        headers,
        body: bytesOf(body),
        signal: signal ?? undefined,
        timeoutMs,
      });
      clock.read(answer);
      return answer;
    } catch (error) {
      throw isTerrESanteError(error) ? error : unreachable();
    }
  };

  const sendPoll = async (url: string, options: CustomFetchOptions): Promise<Answer> => {
    try {
      const answer = await send(url, options);
      return isBusy(answer.status) ? asPending(answer, clock.now) : answer;
    } catch (error) {
      const over = options.signal?.aborted === true || !isTerrESanteError(error);
      if (over || !(error.retryable || error.code === 'TE_TIMEOUT')) throw error;
      return asPending(null, clock.now);
    }
  };

  return async (url: string, options: CustomFetchOptions): Promise<Response> => {
    const answer = await (isPoll(options.body) ? sendPoll(url, options) : send(url, options));
    if (isBusy(answer.status)) throw busy(answer, clock.now);

    const empty = answer.status === 204 || answer.status === 205;
    return new Response(empty ? null : Uint8Array.from(answer.body), {
      status: answer.status,
      headers: answer.headers,
    });
  };
}

function invalid(option: string, message: string): TerrESanteError {
  return new TerrESanteError('TE_CONFIG_INVALID', message, { details: { option } });
}

/** The JSON of a response, `null` when it is none. */
function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return null;
  }
}

/** The description of the identity provider, read at its own address and checked for its issuer. */
async function discover(
  { http, server, timeoutMs }: ProSanteConnectOptions,
  clock: RemoteClock,
): Promise<ServerMetadata> {
  const answer = await http.send({
    method: 'GET',
    url: server.discoveryUrl,
    headers: { Accept: 'application/json' },
    timeoutMs,
  });
  clock.read(answer);
  if (isBusy(answer.status)) throw busy(answer, clock.now);
  if (answer.status !== 200) {
    throw new TerrESanteError('TE_UNAVAILABLE', 'Pro Santé Connect ne donne pas sa description.', {
      details: { status: answer.status },
    });
  }

  const metadata = parseJson(answer.body);
  if (typeof metadata !== 'object' || metadata === null || !('issuer' in metadata)) {
    throw new TerrESanteError('TE_PROTOCOL', 'La description de Pro Santé Connect est illisible.');
  }
  if (metadata.issuer !== server.issuer) {
    throw invalid('server', "Cette description est celle d'un autre fournisseur d'identité.");
  }

  return metadata as ServerMetadata;
}

/** Loads the OpenID library and configures it with the description and the host's HTTPS client. */
export async function connect(options: ProSanteConnectOptions): Promise<Connection> {
  const { client, http, timeoutMs = 30_000, userInfoSignatureAlgorithm } = options;
  const clock = new RemoteClock((options.runtime ?? systemRuntime).clock);
  const [openid, metadata] = await Promise.all([import('openid-client'), discover(options, clock)]);

  const authentication =
    client.authentication === 'mutual-tls'
      ? openid.TlsClientAuth()
      : openid.ClientSecretBasic(typeof client.secret === 'function' ? await client.secret() : client.secret);

  const config = new openid.Configuration(
    metadata,
    client.id,
    {
      ...(client.authentication === 'mutual-tls' && { use_mtls_endpoint_aliases: true }),
      ...(userInfoSignatureAlgorithm !== undefined && { userinfo_signed_response_alg: userInfoSignatureAlgorithm }),
    },
    authentication,
  );

  config[openid.customFetch] = fetchOn(http, timeoutMs, clock);
  // Above the deadline of the HTTPS client, whose error is the more precise one.
  config.timeout = timeoutMs / 1000 + 5;
  // Signatures of identity tokens are checked although they come over TLS.
  openid.enableNonRepudiationChecks(config);
  return { openid, config, skewMs: () => clock.skewMs };
}
