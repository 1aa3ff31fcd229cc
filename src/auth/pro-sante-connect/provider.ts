import { TerrESanteError } from '../../errors.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { systemRuntime } from '../../internal/runtime.ts';
import { connect, type Connection } from './configuration.ts';
import { pscFailure } from './failures.ts';
import type {
  ProSanteConnectCibaInput,
  ProSanteConnectOptions,
  ProSanteConnectPending,
  ProSanteConnectProvider,
  ProSanteConnectSession,
  ProSanteConnectTransaction,
} from './model.ts';
import { openSession, type SessionContext } from './session.ts';

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw pscFailure(error);
  }
}

function checkOptions({ server, client }: ProSanteConnectOptions): void {
  for (const [option, url] of Object.entries({ issuer: server.issuer, discoveryUrl: server.discoveryUrl })) {
    if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
      throw new TerrESanteError('TE_CONFIG_INVALID', 'Les adresses de Pro Santé Connect doivent être en https.', {
        details: { option },
      });
    }
  }
  if (client.id === '') {
    throw new TerrESanteError('TE_CONFIG_INVALID', "L'identifiant client Pro Santé Connect manque.", {
      details: { option: 'client.id' },
    });
  }
}

/**
 * Pro Santé Connect on the host's own server: authorization code with PKCE, or CIBA in poll mode
 * for a desktop application, which asks that server and never holds the client's secret.
 *
 * Tokens stay in memory. The level of authentication (`acr`) and, for CIBA, the person who answered
 * are checked.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID`
 * @example
 * ```ts
 * // not run: needs the sandbox of Pro Santé Connect
 * import { createProSanteConnectProvider, proSanteConnectServers } from 'terr-esante-sdk/auth';
 * import { createHttpClient } from 'terr-esante-sdk/transport';
 *
 * const psc = createProSanteConnectProvider({
 *   server: proSanteConnectServers.sandbox,
 *   client: { id: 'mon-client', authentication: 'basic', secret: async () => 'lu dans le coffre' },
 *   http: createHttpClient(),
 * });
 * const pending = await psc.startCiba({ nationalId: '899900000011', bindingMessage: '42', channel: 'MOBILE' });
 * const session = await pending.wait({ signal: AbortSignal.timeout(120_000) });
 * const token = await session.accessToken();
 * ```
 *
 * @see ANS, Pro Santé Connect, technical documentation; OpenID Connect CIBA Core 1.0; RFC 7636
 *   (PKCE); RFC 8705 (mutual TLS)
 * @group Pro Santé Connect
 */
export function createProSanteConnectProvider(options: ProSanteConnectOptions): ProSanteConnectProvider {
  checkOptions(options);
  const { acr = 'eidas1', scope = 'openid scope_all', renewBeforeMs = 10_000, pollIntervalMs = 5_000 } = options;
  const { clock } = options.runtime ?? systemRuntime;

  let connecting: Promise<Connection> | null = null;
  const connected = (): Promise<Connection> => {
    connecting ??= connect(options).catch((error: unknown) => {
      connecting = null;
      throw pscFailure(error);
    });
    return connecting;
  };
  const context = (connection: Connection): SessionContext => ({ connection, clock, acr, renewBeforeMs });

  const wait = async (
    connection: Connection,
    pending: { auth_req_id: string; expires_in: number; interval?: number },
    nationalId: string,
    signal: AbortSignal,
  ): Promise<ProSanteConnectSession> => {
    const { openid, config } = connection;
    const tokens = await openid.pollBackchannelAuthenticationGrant(
      config,
      { ...pending, interval: pending.interval ?? pollIntervalMs / 1000 },
      undefined,
      { signal },
    );
    return openSession(context(connection), tokens, nationalId);
  };

  return {
    authorize: (call: CallOptions = {}) =>
      withDeadline(call, () =>
        guarded(async () => {
          if (options.redirectUri === undefined) {
            throw new TerrESanteError('TE_CONFIG_INVALID', "L'adresse de retour manque.", {
              details: { option: 'redirectUri' },
            });
          }
          const { openid, config } = await connected();
          const transaction: ProSanteConnectTransaction = {
            state: openid.randomState(),
            nonce: openid.randomNonce(),
            codeVerifier: openid.randomPKCECodeVerifier(),
          };
          const url = openid.buildAuthorizationUrl(config, {
            redirect_uri: options.redirectUri,
            scope,
            acr_values: acr,
            state: transaction.state,
            nonce: transaction.nonce,
            code_challenge: await openid.calculatePKCECodeChallenge(transaction.codeVerifier),
            code_challenge_method: 'S256',
          });
          return { url: url.href, transaction };
        }),
      ),

    complete: (callbackUrl: string, transaction: ProSanteConnectTransaction, call: CallOptions = {}) =>
      withDeadline(call, () =>
        guarded(async () => {
          const connection = await connected();
          const { openid, config } = connection;
          const tokens = await openid.authorizationCodeGrant(config, new URL(callbackUrl), {
            expectedState: transaction.state,
            expectedNonce: transaction.nonce,
            pkceCodeVerifier: transaction.codeVerifier,
            idTokenExpected: true,
          });
          return openSession(context(connection), tokens, null);
        }),
      ),

    startCiba: (input: ProSanteConnectCibaInput, call: CallOptions = {}): Promise<ProSanteConnectPending> =>
      withDeadline(call, () =>
        guarded(async () => {
          const { nationalId, bindingMessage, channel } = input;
          if (!/^[0-9A-Za-z/]{2,64}$/.test(nationalId) || bindingMessage === '' || bindingMessage.length > 100) {
            throw new TerrESanteError('TE_INPUT_INVALID', 'Identifiant national et message de liaison sont attendus.');
          }
          const connection = await connected();
          const { openid, config } = connection;
          const pending = await openid.initiateBackchannelAuthentication(config, {
            scope,
            acr_values: acr,
            login_hint: nationalId,
            binding_message: bindingMessage,
            ...(channel !== undefined && { channel }),
          });
          return {
            expiresAt: clock.now() + pending.expires_in * 1000,
            // The library looks at a signal only between two waits: `withDeadline` answers at once.
            wait: (waiting: CallOptions = {}) =>
              withDeadline(waiting, (signal) => guarded(() => wait(connection, pending, nationalId, signal))),
          };
        }),
      ),
  };
}
