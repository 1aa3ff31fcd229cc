import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import { TerrESanteError } from '../../errors.ts';
import { throwIfAborted, withDeadline, type CallOptions } from '../../internal/abort.ts';
import { longestClockSkewMs } from '../../internal/clock-skew.ts';
import type { Clock } from '../../internal/runtime.ts';
import type { SessionLogin } from '../provider.ts';
import { readIdentity } from './claims.ts';
import type { Connection } from './configuration.ts';
import { pscFailure, wrongClock } from './failures.ts';
import type { ProSanteConnectIdentity, ProSanteConnectSession } from './model.ts';
import { optionsOf } from '../../internal/border.ts';
import { callChecks, flag } from '../../internal/option-checks.ts';

export type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

export interface SessionContext {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly acr: string;
  readonly renewBeforeMs: number;
}

const ended = (): TerrESanteError =>
  new TerrESanteError('TE_AUTHN_REQUIRED', 'La session Pro Santé Connect est terminée : reconnectez-vous.');

/** `eidas3` satisfies a request for `eidas1`; other values only themselves. */
function satisfies(given: string, asked: string): boolean {
  const level = (value: string): number | null => {
    const digit = /^eidas([1-9])$/.exec(value)?.[1];
    return digit === undefined ? null : Number(digit);
  };
  const [have, want] = [level(given), level(asked)];
  return have !== null && want !== null ? have >= want : given === asked;
}

/** The tokens of a session, and for how long they are good by our clock. */
interface KeptTokens {
  readonly access: string;
  readonly refresh: string | null;
  readonly since: number;
  readonly expiresAt: number;
}

class OpenSession implements ProSanteConnectSession {
  readonly kind = 'pro-sante-connect';
  readonly identity: ProSanteConnectIdentity;
  readonly authnInstant: number;
  readonly acr: string;
  readonly authMode: string | null;
  readonly #context: SessionContext;
  #tokens: KeptTokens | null = null;
  #renewal: Promise<void> | null = null;

  constructor(
    context: SessionContext,
    tokens: Tokens,
    facts: { identity: ProSanteConnectIdentity; authnInstant: number; acr: string; authMode: string | null },
  ) {
    this.#context = context;
    this.identity = facts.identity;
    this.authnInstant = facts.authnInstant;
    this.acr = facts.acr;
    this.authMode = facts.authMode;
    this.#keep(tokens);
  }

  async accessToken(given?: CallOptions & { readonly renew?: boolean | undefined }): Promise<string> {
    const { renew, ...options } = optionsOf('options', given, { ...callChecks, renew: flag });
    const current = this.#tokens;
    if (!current) throw ended();

    if (this.#isFresh(current) && renew !== true) return current.access;

    throwIfAborted(options.signal);
    const renewal = this.#renewed(current.refresh);
    await withDeadline(options, () => renewal);

    const renewed = this.#tokens;
    if (!renewed) throw ended();
    return renewed.access;
  }

  async login(given?: CallOptions): Promise<SessionLogin> {
    await this.accessToken(optionsOf('options', given, callChecks));

    const { identity, authnInstant, authMode } = this;
    // `CARD` is the one value that is published; without any the phone is what the user has.
    return { subject: identity.nationalId, instant: authnInstant, method: authMode === 'CARD' ? 'card' : 'e-cps' };
  }

  async close(): Promise<void> {
    const tokens = this.#tokens;
    this.#tokens = null;
    const { openid, config } = this.#context.connection;
    if (tokens && config.serverMetadata().revocation_endpoint !== undefined) {
      await openid.tokenRevocation(config, tokens.refresh ?? tokens.access).catch(() => undefined);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  toJSON(): { kind: string; acr: string } {
    return { kind: this.kind, acr: this.acr };
  }

  #keep(tokens: Tokens, refresh: string | null = null): void {
    const since = this.#context.clock.now();
    this.#tokens = {
      access: tokens.access_token,
      refresh: tokens.refresh_token ?? refresh,
      since,
      // Without a lifetime the token is taken as ended after this use.
      expiresAt: since + (tokens.expires_in ?? 0) * 1000,
    };
  }

  /** A clock that went back says nothing of the time that has passed: the token is renewed. */
  #isFresh({ since, expiresAt }: KeptTokens): boolean {
    const { clock, renewBeforeMs } = this.#context;
    const now = clock.now();
    return now >= since && now < expiresAt - renewBeforeMs;
  }

  /** One renewal for all who wait: a refresh token often serves once. */
  #renewed(refresh: string | null): Promise<void> {
    if (this.#renewal) return this.#renewal;

    const renewal = this.#renew(refresh).finally(() => {
      this.#renewal = null;
    });
    // All who wait may give up: its failure is then nobody's.
    renewal.catch(() => undefined);
    this.#renewal = renewal;
    return renewal;
  }

  async #renew(refresh: string | null): Promise<void> {
    if (refresh === null) {
      this.#tokens = null;
      throw ended();
    }

    const { openid, config } = this.#context.connection;
    try {
      const tokens = await openid.refreshTokenGrant(config, refresh);

      await this.#requireHolder(tokens);

      // Closed meanwhile: the session does not come back.
      if (this.#tokens) this.#keep(tokens, refresh);
    } catch (error) {
      const failure = pscFailure(error, this.#context.connection.skewMs());
      // What may pass later leaves the session as it was; of what the server says it is over, or
      // what names another person, nothing is kept.
      if (endsSession(failure.code)) this.#tokens = null;
      throw failure;
    }
  }

  /**
   * Refuses a renewed token that is another person's. A server may leave the identity token out of
   * a renewal (OpenID Connect Core 1.0, section 12.2): UserInfo then says whose it is.
   */
  async #requireHolder(tokens: Tokens): Promise<void> {
    const { subject } = this.identity;
    const named = tokens.claims()?.sub;
    if (named !== undefined && named !== subject) throw anotherHolder();
    if (named !== undefined) return;

    const { openid, config } = this.#context.connection;
    try {
      await openid.fetchUserInfo(config, tokens.access_token, subject);
    } catch (error) {
      throw isOtherSubject(error) ? anotherHolder() : error;
    }
  }
}

/** How the OpenID library says that an answer is about another subject than the expected one. */
function isOtherSubject(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED';
}

function endsSession(code: TerrESanteError['code']): boolean {
  return ['TE_AUTHN_REQUIRED', 'TE_AUTHN_REJECTED', 'TE_IDENTITY_MISMATCH'].includes(code);
}

function anotherHolder(): TerrESanteError {
  return new TerrESanteError(
    'TE_IDENTITY_MISMATCH',
    "La session Pro Santé Connect renouvelée est celle d'une autre personne : reconnectez-vous.",
  );
}

/** 2000 to 2100: an instant out of it is no login, but another unit or a counter. */
const [earliest, latest] = [946_684_800_000, 4_102_444_800_000];

/**
 * The instant of the login, in milliseconds, from seconds since 1970 (OpenID Connect Core 1.0,
 * section 2). An assertion repeats it: one that is no time, or still to come, is refused there.
 */
function instantOf(seconds: number, { clock, connection }: SessionContext): number {
  const instant = Math.round(seconds * 1000);
  if (!(instant >= earliest && instant <= latest)) {
    throw new TerrESanteError('TE_PROTOCOL', "L'heure de connexion donnée par Pro Santé Connect n'en est pas une.", {
      details: { claim: 'auth_time' },
    });
  }

  if (!(instant <= clock.now() + longestClockSkewMs)) throw wrongClock(connection.skewMs());
  return instant;
}

/** Checks the level of authentication, reads who logged in, and opens the session. */
export async function openSession(
  context: SessionContext,
  tokens: Tokens,
  expectedNationalId: string | null,
): Promise<ProSanteConnectSession> {
  const { openid, config } = context.connection;
  const claims = tokens.claims();
  if (!claims) throw new TerrESanteError('TE_PROTOCOL', "Pro Santé Connect n'a pas donné de jeton d'identité.");

  // How strongly the user was authenticated.
  const { acr } = claims;
  if (typeof acr !== 'string' || !satisfies(acr, context.acr)) {
    throw new TerrESanteError('TE_AUTHN_REJECTED', "Le niveau d'authentification obtenu est insuffisant.", {
      details: { expected: context.acr },
    });
  }

  // Who it is.
  let userInfo: Readonly<Record<string, unknown>>;
  try {
    userInfo = await openid.fetchUserInfo(config, tokens.access_token, claims.sub);
  } catch (error) {
    throw pscFailure(error, context.connection.skewMs());
  }

  const identity = readIdentity(userInfo);
  if (expectedNationalId !== null && identity.nationalId !== expectedNationalId) {
    throw new TerrESanteError('TE_IDENTITY_MISMATCH', 'Une autre personne que le professionnel attendu a répondu.');
  }

  // When, and by what means.
  const authnInstant = instantOf(typeof claims.auth_time === 'number' ? claims.auth_time : claims.iat, context);
  const authMode = claims['authMode'] ?? userInfo['authMode'];

  return new OpenSession(context, tokens, {
    identity,
    authnInstant,
    acr,
    authMode: typeof authMode === 'string' && /^[A-Z_]{1,40}$/.test(authMode) ? authMode : null,
  });
}
