import type { TLSSocket } from 'node:tls';
import { claimNames, claimsOf, nationalIdOf, subjectOf } from './claims.ts';
import type { PscAccount } from './model.ts';

/** A request that waits on the professional's device. */
export interface CibaRequest {
  readonly accountId: string;
  readonly clientId: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface PscConfiguration {
  readonly clientId: string;
  /** Without it the client authenticates by mutual TLS. */
  readonly clientSecret: string | undefined;
  readonly redirectUri: string;
  readonly accessTokenSeconds: number;
  readonly cibaSeconds: number;
  readonly find: (nationalId: string) => PscAccount | undefined;
  /** A request reaches the professional's device. */
  readonly onCibaRequest: (request: CibaRequest) => void;
}

type Settings = Readonly<Record<string, unknown>>;

/** The one client that is registered. */
function client({ clientId, clientSecret, redirectUri }: PscConfiguration): Settings {
  const authentication =
    clientSecret === undefined
      ? {
          token_endpoint_auth_method: 'tls_client_auth',
          tls_client_auth_subject_dn: 'CN=any',
          tls_client_certificate_bound_access_tokens: true,
        }
      : { token_endpoint_auth_method: 'client_secret_basic', client_secret: clientSecret };

  return {
    client_id: clientId,
    ...authentication,
    redirect_uris: [redirectUri],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token', 'urn:openid:params:grant-type:ciba'],
    backchannel_token_delivery_mode: 'poll',
    scope: 'openid scope_all',
  };
}

function ciba({ find, onCibaRequest }: PscConfiguration): Settings {
  return {
    enabled: true,
    deliveryModes: ['poll'],
    processLoginHint: (_context: unknown, hint: string) => (find(hint) ? subjectOf(hint) : undefined),
    validateBindingMessage: () => undefined,
    validateRequestContext: () => undefined,
    verifyUserCode: () => undefined,
    triggerAuthenticationDevice: (_context: unknown, request: CibaRequest) => {
      onCibaRequest(request);
    },
  };
}

/** Any certificate of the hierarchy is taken: the server asks for one without requiring it. */
const mutualTls: Settings = {
  enabled: true,
  tlsClientAuth: true,
  certificateBoundAccessTokens: true,
  getCertificate: ({ socket }: { socket: TLSSocket }) => socket.getPeerX509Certificate(),
  certificateAuthorized: ({ socket }: { socket: TLSSocket }) => socket.authorized,
  certificateSubjectMatches: () => true,
};

/** Lifetimes in seconds. */
function lifetimes({ accessTokenSeconds, cibaSeconds }: PscConfiguration): Settings {
  return {
    AccessToken: accessTokenSeconds,
    BackchannelAuthenticationRequest: cibaSeconds,
    RefreshToken: 1800,
    IdToken: 120,
    Session: 14_400,
    Grant: 14_400,
    Interaction: 600,
    AuthorizationCode: 60,
  };
}

/** The configuration of `oidc-provider` that behaves as Pro Santé Connect does. */
export function openIdConfiguration(options: PscConfiguration): Settings {
  return {
    clients: [client(options)],
    clientAuthMethods: ['client_secret_basic', 'tls_client_auth'],
    scopes: ['openid', 'scope_all'],
    claims: { openid: ['sub'], scope_all: claimNames, acr: null, auth_time: null },
    acrValues: ['eidas1', 'eidas2', 'eidas3'],

    findAccount: (_context: unknown, subject: string) => {
      const account = options.find(nationalIdOf(subject));
      return account && { accountId: subject, claims: () => ({ sub: subject, ...claimsOf(account) }) };
    },

    issueRefreshToken: () => true,
    conformIdTokenClaims: true,
    pkce: { required: () => true },
    ttl: lifetimes(options),

    cookies: { keys: ['cle-fictive'] },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
      ciba: ciba(options),
      mTLS: mutualTls,
    },
  };
}
