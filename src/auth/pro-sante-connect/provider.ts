import { TerrESanteError } from '../../errors.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { longestTimerMs, optionalNumber } from '../../internal/border.ts';
import { systemRuntime, type Clock } from '../../internal/runtime.ts';
import { connect, type Connection } from './configuration.ts';
import { isNationalId } from './claims.ts';
import { expired, pscFailure } from './failures.ts';
import type {
  ProSanteConnectCibaInput,
  ProSanteConnectOptions,
  ProSanteConnectPending,
  ProSanteConnectProvider,
  ProSanteConnectSession,
  ProSanteConnectTransaction,
} from './model.ts';
import { openSession, type SessionContext } from './session.ts';
import { type Checks, needed, optionsOf, reading } from '../../internal/border.ts';
import { callChecks, methods, record, runtime as runtimeCheck, text, wait } from '../../internal/option-checks.ts';
import { type ProSanteConnectHttp } from './model.ts';

/** Answer of the CIBA request: what the polls carry. */
interface PendingRequest {
  readonly auth_req_id: string;
  readonly expires_in: number;
  readonly interval?: number;
}

const pscChecks: Checks<ProSanteConnectOptions> = {
  server: needed(record),
  client: needed(record),
  http: needed(methods<ProSanteConnectHttp>('send')),
  redirectUri: text,
  scope: text,
  acr: text,
  userInfoSignatureAlgorithm: text,
  pollIntervalMs: wait,
  renewBeforeMs: wait,
  timeoutMs: wait,
  runtime: runtimeCheck,
};

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

class OpenIdProvider implements ProSanteConnectProvider {
  readonly #options: ProSanteConnectOptions;
  readonly #clock: Clock;
  readonly #acr: string;
  readonly #scope: string;
  /** Discovery, once for all calls; a failed one is tried again at the next call. */
  #connecting: Promise<Connection> | null = null;
  #connection: Connection | null = null;

  constructor(options: ProSanteConnectOptions) {
    reading('options', () => checkOptions(options));
    this.#options = options;
    this.#clock = (options.runtime ?? systemRuntime).clock;
    this.#acr = options.acr ?? 'eidas1';
    this.#scope = options.scope ?? 'openid scope_all';
  }

  authorize(
    options: CallOptions = {},
  ): Promise<{ readonly url: string; readonly transaction: ProSanteConnectTransaction }> {
    return this.#guarded(options, async () => {
      const { redirectUri } = this.#options;
      if (redirectUri === undefined) {
        throw new TerrESanteError('TE_CONFIG_INVALID', "L'adresse de retour manque.", {
          details: { option: 'redirectUri' },
        });
      }

      const { openid, config } = await this.#connected();
      const transaction: ProSanteConnectTransaction = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        codeVerifier: openid.randomPKCECodeVerifier(),
      };

      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: this.#scope,
        acr_values: this.#acr,
        state: transaction.state,
        nonce: transaction.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(transaction.codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, transaction };
    });
  }

  complete(
    callbackUrl: string,
    transaction: ProSanteConnectTransaction,
    options: CallOptions = {},
  ): Promise<ProSanteConnectSession> {
    return this.#guarded(options, async () => {
      const connection = await this.#connected();
      const { openid, config } = connection;

      const tokens = await openid.authorizationCodeGrant(config, new URL(callbackUrl), {
        expectedState: transaction.state,
        expectedNonce: transaction.nonce,
        pkceCodeVerifier: transaction.codeVerifier,
        idTokenExpected: true,
      });
      return openSession(this.#context(connection), tokens, null);
    });
  }

  startCiba(input: ProSanteConnectCibaInput, options: CallOptions = {}): Promise<ProSanteConnectPending> {
    return this.#guarded(options, async () => {
      const { nationalId, bindingMessage, channel } = input;
      checkCibaInput(input);

      const connection = await this.#connected();
      const { openid, config } = connection;
      const pending = await openid.initiateBackchannelAuthentication(config, {
        scope: this.#scope,
        acr_values: this.#acr,
        login_hint: nationalId,
        binding_message: bindingMessage,
        ...(channel !== undefined && { channel }),
      });

      const expiresAt = this.#clock.now() + pending.expires_in * 1000;
      return {
        expiresAt,
        wait: (waiting: CallOptions = {}) => this.#wait(connection, pending, nationalId, expiresAt, waiting),
      };
    });
  }

  /** Runs calls of the OpenID library within a deadline, its failures as errors of ours. */
  async #guarded<T>(options: CallOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withDeadline(optionsOf('options', options, callChecks), async (signal) => {
      try {
        return await work(signal);
      } catch (error) {
        throw pscFailure(error, this.#connection?.skewMs() ?? null);
      }
    });
  }

  /**
   * Waits for the user, until the request ends: what is polled later is refused anyway (CIBA Core
   * 1.0, section 7.3). The library looks at a signal only between two polls: the deadline answers
   * at once.
   */
  async #wait(
    connection: Connection,
    pending: PendingRequest,
    nationalId: string,
    expiresAt: number,
    waiting: CallOptions,
  ): Promise<ProSanteConnectSession> {
    const leftMs = Math.min(expiresAt - this.#clock.now(), longestTimerMs);
    if (!(leftMs > 0)) throw expired();

    const own = optionalNumber('timeoutMs', waiting.timeoutMs, undefined, { max: longestTimerMs });
    if (own !== undefined && own < leftMs) {
      return this.#guarded(waiting, (signal) => this.#poll(connection, pending, nationalId, signal));
    }

    const limit = AbortSignal.timeout(leftMs);
    const signal = waiting.signal ? AbortSignal.any([waiting.signal, limit]) : limit;
    try {
      return await this.#guarded({ signal }, (polling) => this.#poll(connection, pending, nationalId, polling));
    } catch (error) {
      throw limit.aborted && waiting.signal?.aborted !== true ? expired() : error;
    }
  }

  async #poll(
    connection: Connection,
    pending: PendingRequest,
    nationalId: string,
    signal: AbortSignal,
  ): Promise<ProSanteConnectSession> {
    const { openid, config } = connection;
    const { pollIntervalMs = 5_000 } = this.#options;

    const tokens = await openid.pollBackchannelAuthenticationGrant(
      config,
      { ...pending, interval: pending.interval ?? pollIntervalMs / 1000 },
      undefined,
      { signal },
    );
    return openSession(this.#context(connection), tokens, nationalId);
  }

  #connected(): Promise<Connection> {
    this.#connecting ??= connect(this.#options).then(
      (connection) => (this.#connection = connection),
      (error: unknown) => {
        this.#connecting = null;
        throw pscFailure(error);
      },
    );
    return this.#connecting;
  }

  #context(connection: Connection): SessionContext {
    const { renewBeforeMs = 10_000 } = this.#options;
    return { connection, clock: this.#clock, acr: this.#acr, renewBeforeMs };
  }
}

function checkCibaInput({ nationalId, bindingMessage }: ProSanteConnectCibaInput): void {
  if (!isNationalId(nationalId) || bindingMessage === '' || bindingMessage.length > 100) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Identifiant national et message de liaison sont attendus.');
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
 * const pending = await psc.startCiba({
 *   nationalId: '899900000011',
 *   bindingMessage: '42',
 *   channel: 'MOBILE',
 * });
 * const session = await pending.wait({ signal: AbortSignal.timeout(120_000) });
 * const token = await session.accessToken();
 * ```
 *
 * @see ANS, Pro Santé Connect, technical documentation; OpenID Connect CIBA Core 1.0; RFC 7636
 *   (PKCE); RFC 8705 (mutual TLS)
 * @group Pro Santé Connect
 */
export function createProSanteConnectProvider(options: ProSanteConnectOptions): ProSanteConnectProvider {
  return new OpenIdProvider(optionsOf('options', options, pscChecks));
}
