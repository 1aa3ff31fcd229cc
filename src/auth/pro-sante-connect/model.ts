import type { Runtime } from '../../internal/runtime.ts';
import type { CallOptions, SessionLogin, SessionProvider } from '../provider.ts';

/**
 * The HTTPS client used towards the identity provider; `createHttpClient` of
 * `terr-esante-sdk/transport` is one.
 *
 * @group Pro Santé Connect
 */
export interface ProSanteConnectHttp {
  send(request: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly body?: Uint8Array | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly timeoutMs?: number | undefined;
  }): Promise<{
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  }>;
}

/**
 * Which identity provider. The discovery document is not at the standard place: both addresses are
 * given.
 *
 * @group Pro Santé Connect
 */
export interface ProSanteConnectServer {
  readonly issuer: string;
  readonly discoveryUrl: string;
}

/** Options of {@link createProSanteConnectProvider}. @group Pro Santé Connect */
export interface ProSanteConnectOptions {
  readonly server: ProSanteConnectServer;
  /**
   * With `mutual-tls`, the client certificate is the one of `http`. The secret stays on the host's
   * own server.
   */
  readonly client: { readonly id: string } & (
    | { readonly authentication: 'basic'; readonly secret: string | (() => Promise<string>) }
    | { readonly authentication: 'mutual-tls' }
  );
  readonly http: ProSanteConnectHttp;
  /** Of the code flow. */
  readonly redirectUri?: string | undefined;
  /** @defaultValue `'openid scope_all'` */
  readonly scope?: string | undefined;
  /**
   * Level of authentication asked for; a lower one is refused. A public client asks `eidas2`.
   *
   * @defaultValue `'eidas1'`
   */
  readonly acr?: string | undefined;
  /** Whether UserInfo is read as a signed JWT, and by which algorithm. @defaultValue JSON */
  readonly userInfoSignatureAlgorithm?: string | undefined;
  /** Time between two polls when the server gives none, in milliseconds. @defaultValue `5_000` */
  readonly pollIntervalMs?: number | undefined;
  /** Renews a token that ends within this time, in milliseconds. @defaultValue `10_000` */
  readonly renewBeforeMs?: number | undefined;
  /** Longest time of one request, in milliseconds. @defaultValue `30_000` */
  readonly timeoutMs?: number | undefined;
  /** Tells when a token ends. */
  readonly runtime?: Runtime | undefined;
}

/** One activity of the holder in one structure. @group Pro Santé Connect */
export interface ProSanteConnectActivity {
  /** Way of practising. */
  readonly modeCode: string | null;
  /** TRE_R02, for example `SA07`. */
  readonly sectorCode: string | null;
  readonly siteName: string | null;
  readonly finess: string | null;
  readonly siret: string | null;
  readonly technicalId: string | null;
  /**
   * `ancienIdentifiantDeLaStructure`: type digit and number, the `Identifiant_Structure` of an
   * assertion.
   */
  readonly structureId: string | null;
}

/** One profession of the holder. @group Pro Santé Connect */
export interface ProSanteConnectPractice {
  /** TRE_G15. */
  readonly professionCode: string | null;
  /** For example `C` for a civilian. */
  readonly categoryCode: string | null;
  readonly familyName: string | null;
  readonly givenName: string | null;
  readonly specialtyTypeCode: string | null;
  /** TRE_R01. */
  readonly specialtyCode: string | null;
  readonly activities: readonly ProSanteConnectActivity[];
}

/** A code and the OID of its table, from `code^OID`. @group Pro Santé Connect */
export interface ProSanteConnectCode {
  readonly code: string;
  readonly system: string;
}

/**
 * Who logged in, from the UserInfo claims. What is absent or of an unexpected shape is `null`.
 *
 * @group Pro Santé Connect
 */
export interface ProSanteConnectIdentity {
  readonly subject: string;
  /** `SubjectNameID`: the national identifier, type digit included. */
  readonly nationalId: string;
  readonly familyName: string | null;
  readonly givenName: string | null;
  readonly civilityCode: string | null;
  readonly roles: readonly ProSanteConnectCode[];
  readonly activitySector: ProSanteConnectCode | null;
  readonly organization: string | null;
  readonly organizationId: string | null;
  readonly practices: readonly ProSanteConnectPractice[];
  readonly otherIds: readonly {
    readonly id: string;
    readonly origin: string | null;
    readonly quality: string | null;
  }[];
  /** `Palier_Authentification`. */
  readonly level: ProSanteConnectCode | null;
  /** `Mode_Acces_Raison`. */
  readonly accessReason: string | null;
  /** `Acces_Regulation_Medicale`. */
  readonly medicalRegulation: boolean | null;
  /** `PSI_Locale`. */
  readonly localId: string | null;
}

/**
 * A logged-in professional. Tokens stay in memory, and JSON shows none.
 *
 * @group Pro Santé Connect
 */
export interface ProSanteConnectSession extends SessionProvider {
  readonly kind: 'pro-sante-connect';
  readonly identity: ProSanteConnectIdentity;
  /** For `AuthnInstant`, in milliseconds since 1970. */
  readonly authnInstant: number;
  readonly acr: string;
  /** For example `CARD`; `null` when the server does not say. */
  readonly authMode: string | null;
  /**
   * The access token, renewed when it is about to end; also what XOAUTH2 of a mail server takes.
   *
   * @throws TerrESanteError `TE_AUTHN_REQUIRED` when it cannot be renewed without the user
   */
  accessToken(options?: CallOptions & { readonly renew?: boolean | undefined }): Promise<string>;
  /**
   * Who is logged in, once the token was renewed if it was about to end. The login is that of
   * `authnInstant`, and `card` or `e-cps` as `authMode` says.
   *
   * @throws TerrESanteError as `accessToken`
   */
  login(options?: CallOptions): Promise<SessionLogin>;
  /** Forgets the tokens and, where the server can, revokes them. Safe to call twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * What the host keeps in its own server-side session between the two steps. Single use.
 *
 * @group Pro Santé Connect
 */
export interface ProSanteConnectTransaction {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Input of a login from another device (CIBA). @group Pro Santé Connect */
export interface ProSanteConnectCibaInput {
  /** Whom to ask: national identifier. Another person's answer is refused. */
  readonly nationalId: string;
  /** Shown on both screens, so that the user sees that they belong together. */
  readonly bindingMessage: string;
  /** `CARD` goes through the ANS tool CPS-Gestion. */
  readonly channel?: 'CARD' | 'MOBILE' | undefined;
}

/** A login that waits for the user's other device. @group Pro Santé Connect */
export interface ProSanteConnectPending {
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /**
   * Waits for the user. Aborting the signal answers at once.
   *
   * @throws TerrESanteError `TE_AUTHN_REJECTED` (refused), `TE_TIMEOUT` (not answered in time),
   *   `TE_CANCELLED`, `TE_IDENTITY_MISMATCH` (another person answered)
   */
  wait(options?: CallOptions): Promise<ProSanteConnectSession>;
}

/** Pro Santé Connect, seen from the host's own server. @group Pro Santé Connect */
export interface ProSanteConnectProvider {
  /** First step of the code flow: where to send the browser, and what to keep. */
  authorize(options?: CallOptions): Promise<{ readonly url: string; readonly transaction: ProSanteConnectTransaction }>;
  /**
   * Second step, with the whole address the browser came back to.
   *
   * @throws TerrESanteError `TE_AUTHN_REJECTED`, `TE_PROTOCOL`
   */
  complete(
    callbackUrl: string,
    transaction: ProSanteConnectTransaction,
    options?: CallOptions,
  ): Promise<ProSanteConnectSession>;
  /** Asks the user's phone or card reader (CIBA, poll mode). */
  startCiba(input: ProSanteConnectCibaInput, options?: CallOptions): Promise<ProSanteConnectPending>;
}
