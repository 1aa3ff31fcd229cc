import type { Configuration, CustomFetchOptions, ServerMetadata } from 'openid-client';
import { TerrESanteError } from '../../errors.ts';
import type { ProSanteConnectHttp, ProSanteConnectOptions } from './model.ts';

export type OpenId = typeof import('openid-client');

/** The library and the provider's description, loaded at the first call. */
export interface Connection {
  readonly openid: OpenId;
  readonly config: Configuration;
}

function bytesOf(body: CustomFetchOptions['body']): Uint8Array | undefined {
  if (body === null || body === undefined) return undefined;
  if (body instanceof URLSearchParams || typeof body === 'string') return Buffer.from(body.toString(), 'utf8');
  if (body instanceof Uint8Array) return body;
  throw new TerrESanteError('TE_INTERNAL', 'Corps de requête inattendu.');
}

/**
 * `fetch` on the host's HTTPS client: its authorities, its certificate, its limits, and no
 * redirection.
 */
function fetchOn(http: ProSanteConnectHttp, timeoutMs: number) {
  return async (url: string, { method, headers, body, signal }: CustomFetchOptions): Promise<Response> => {
    const answer = await http.send({
      method: method as 'GET' | 'POST',
      url,
      headers,
      body: bytesOf(body),
      signal: signal ?? undefined,
      timeoutMs,
    });

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
async function discover({ http, server, timeoutMs }: ProSanteConnectOptions): Promise<ServerMetadata> {
  const answer = await http.send({
    method: 'GET',
    url: server.discoveryUrl,
    headers: { Accept: 'application/json' },
    timeoutMs,
  });
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
  const [openid, metadata] = await Promise.all([import('openid-client'), discover(options)]);

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

  config[openid.customFetch] = fetchOn(http, timeoutMs);
  // Above the deadline of the HTTPS client, whose error is the more precise one.
  config.timeout = timeoutMs / 1000 + 5;
  // Signatures of identity tokens are checked although they come over TLS.
  openid.enableNonRepudiationChecks(config);
  return { openid, config };
}
