import type { Runtime } from '../../internal/runtime.ts';
import type { CallOptions, SessionLogin, SessionProvider } from '../provider.ts';

/** How the code travels: SMS, mail, or a code generator. @group One-time code */
export type OtpChannel = 'sms' | 'email' | 'totp';

/** The server waits for a code. `handle` is opaque and stays in memory. @group One-time code */
export interface OtpChallengeAnswer {
  readonly kind: 'challenge';
  readonly handle: string;
  readonly channel: OtpChannel;
  /** Such as `06 ** ** ** 12`, already masked by the server. */
  readonly maskedDestination?: string | undefined;
  readonly codeLength?: number | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly resendNotBefore?: number | undefined;
  readonly attemptsLeft?: number | undefined;
}

/** The user is logged in. @group One-time code */
export interface OtpSessionAnswer {
  readonly kind: 'session';
  /** National identifier or account the server logged in. */
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly authnInstant: number;
  /** What was really used: the password alone on a trusted device, or password and code. */
  readonly method: 'password' | OtpChannel;
  /** The token of the session. */
  readonly credential: string;
}

/** Why the server refuses. @group One-time code */
export interface OtpRefusal {
  readonly kind: 'refused';
  /** An unknown user and a wrong password are one and the same: `invalid-credentials`. */
  readonly reason:
    | 'invalid-credentials'
    | 'account-locked'
    | 'password-expired'
    | 'channel-unavailable'
    | 'code-invalid'
    | 'code-expired'
    | 'rate-limited';
  readonly attemptsLeft?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** What a login service answers. @group One-time code */
export type OtpAnswer = OtpChallengeAnswer | OtpSessionAnswer | OtpRefusal;

/**
 * Carries the two steps to a login service. No public text describes the one of Terr-eSanté: the
 * host supplies this. It must not repeat `begin` or `complete` by itself, because both count
 * against lockouts.
 *
 * @group One-time code
 */
export interface OtpTransport {
  begin(
    input: { readonly identifier: string; readonly password: string; readonly channel: OtpChannel | null },
    options: CallOptions,
  ): Promise<OtpAnswer>;
  /** The old handle is dead after a new challenge. */
  resend(
    input: { readonly handle: string; readonly channel: OtpChannel | null },
    options: CallOptions,
  ): Promise<OtpAnswer>;
  complete(input: { readonly handle: string; readonly code: string }, options: CallOptions): Promise<OtpAnswer>;
  /** Safe to call twice. */
  cancel?(input: { readonly handle: string }, options: CallOptions): Promise<void>;
  /** Ends the session on the server. Safe to call twice. */
  end?(input: { readonly credential: string }, options: CallOptions): Promise<void>;
}

/** Options of {@link createOtpProvider}. @group One-time code */
export interface OtpProviderOptions {
  readonly transport: OtpTransport;
  /**
   * Whether the platform offers this way of logging in: `descriptor.authentication.oneTimeCode` of
   * the platform's descriptor, or the answer itself. Without `true` every login fails with
   * `TE_UNSUPPORTED`.
   */
  readonly allowed: boolean | { readonly value: boolean };
  /** Longest time of one call, in milliseconds. @defaultValue `30_000` */
  readonly timeoutMs?: number | undefined;
  /** Tells when a session or a delay has ended. */
  readonly runtime?: Runtime | undefined;
}

/** Identifier and password. A `Uint8Array` is zeroed after use. @group One-time code */
export interface OtpCredentials {
  readonly identifier: string;
  readonly password: string | Uint8Array;
  readonly channel?: OtpChannel | undefined;
}

/** A session, without its token. @group One-time code */
export interface OtpSession {
  readonly kind: 'session';
  readonly subject: string;
  readonly expiresAt: number;
  /** For `AuthnInstant`. */
  readonly authnInstant: number;
  /**
   * So that the assertion states what was used. No `AuthnContextClassRef` is published for a
   * one-time code: the host chooses it by configuration.
   */
  readonly method: 'password' | OtpChannel;
}

/** A code is awaited. @group One-time code */
export interface OtpChallenge {
  readonly kind: 'challenge';
  readonly channel: OtpChannel;
  readonly maskedDestination: string | null;
  readonly codeLength: number | null;
  readonly expiresAt: number;
  readonly resendNotBefore: number | null;
  readonly attemptsLeft: number | null;
  /**
   * Sends the code. Spaces and hyphens are taken out, leading zeros kept.
   *
   * @throws TerrESanteError `TE_CODE_INVALID` (`details.attemptsLeft`; the challenge stays open
   *   while some are left), `TE_CODE_EXPIRED`, `TE_ACCOUNT_LOCKED`, `TE_RATE_LIMITED`,
   *   `TE_CONFLICT` (a call is under way, or the challenge is over)
   */
  complete(code: string, options?: CallOptions): Promise<OtpSession>;
  /** Asks for another code; this challenge is then over. */
  resend(channel?: OtpChannel, options?: CallOptions): Promise<OtpChallenge>;
  /** Safe to call twice. */
  cancel(options?: CallOptions): Promise<void>;
}

/**
 * Login by password and one-time code. It proves an identity but signs nothing.
 *
 * @group One-time code
 */
export interface OtpProvider extends SessionProvider {
  readonly kind: 'otp';
  /**
   * First step.
   *
   * @throws TerrESanteError `TE_UNSUPPORTED`, `TE_INPUT_INVALID`, `TE_INVALID_CREDENTIALS`,
   *   `TE_ACCOUNT_LOCKED`, `TE_PASSWORD_EXPIRED`, `TE_CHANNEL_UNAVAILABLE`, `TE_RATE_LIMITED`
   *   (`details.retryAfterMs`)
   */
  begin(credentials: OtpCredentials, options?: CallOptions): Promise<OtpChallenge | OtpSession>;
  /** Who is logged in. A session ends with its time: only the user can open the next one. */
  login(options?: CallOptions): Promise<SessionLogin>;
  /** The session, `null` before a login and after its end. */
  readonly session: OtpSession | null;
  /** Logs out. Safe to call twice. */
  end(options?: CallOptions): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
