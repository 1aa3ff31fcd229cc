import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import { TerrESanteError } from '../../errors.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { longestClockSkewMs } from '../../internal/clock-skew.ts';
import type { Clock } from '../../internal/runtime.ts';
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

class OpenSession implements ProSanteConnectSession {
  readonly kind = 'pro-sante-connect';
  readonly identity: ProSanteConnectIdentity;
  readonly authnInstant: number;
  readonly acr: string;
  readonly authMode: string | null;
  readonly #context: SessionContext;
  #tokens: { readonly access: string; readonly refresh: string | null; readonly expiresAt: number } | null = null;
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

    const fresh = current.expiresAt - this.#context.renewBeforeMs > this.#context.clock.now();
    if (fresh && renew !== true) return current.access;

    // One renewal for all who wait: a refresh token often serves once.
    this.#renewal ??= this.#renew(current.refresh).finally(() => {
      this.#renewal = null;
    });
    const renewal = this.#renewal;
    await withDeadline(options, () => renewal);

    const renewed = this.#tokens;
    if (!renewed) throw ended();
    return renewed.access;
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
    this.#tokens = {
      access: tokens.access_token,
      refresh: tokens.refresh_token ?? refresh,
      // Without a lifetime the token is taken as ended after this use.
      expiresAt: this.#context.clock.now() + (tokens.expires_in ?? 0) * 1000,
    };
  }

  async #renew(refresh: string | null): Promise<void> {
    if (refresh === null) {
      this.#tokens = null;
      throw ended();
    }

    const { openid, config } = this.#context.connection;
    try {
      const tokens = await openid.refreshTokenGrant(config, refresh);

      const subject = tokens.claims()?.sub;
      if (subject !== undefined && subject !== this.identity.subject) {
        this.#tokens = null;
        throw new TerrESanteError('TE_IDENTITY_MISMATCH', "Le jeton renouvelé est celui d'une autre personne.");
      }

      // Closed meanwhile: the session does not come back.
      if (this.#tokens) this.#keep(tokens, refresh);
    } catch (error) {
      const failure = pscFailure(error, this.#context.connection.skewMs());
      if (failure.code === 'TE_AUTHN_REQUIRED') this.#tokens = null;
      throw failure;
    }
  }
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
