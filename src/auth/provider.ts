import type { CallOptions } from '../internal/abort.ts';

export type { CallOptions };

/** RSASSA-PKCS1-v1_5 with SHA-256: the only algorithm of a VIHF signature. @group Providers */
export type SignatureAlgorithm = 'rsa-sha256';

/** Client side of a mutual TLS connection, in PEM. @group Providers */
export interface TlsIdentity {
  /** Leaf first, then the intermediates. */
  readonly certificates: string;
  readonly privateKey: string;
}

/**
 * Signs for a health professional or a structure. The private key never leaves the implementation.
 *
 * @group Providers
 */
export interface SigningProvider {
  /** For logs and diagnostics, for example `pkcs12`. */
  readonly kind: string;
  /** DER certificates, the signer's first. */
  certificates(options?: CallOptions): Promise<readonly Uint8Array[]>;
  /** Signs the bytes themselves (the implementation hashes them). */
  sign(algorithm: SignatureAlgorithm, data: Uint8Array, options?: CallOptions): Promise<Uint8Array>;
  /**
   * Logs the holder in unless that was done, and gives when it was done, in milliseconds since
   * 1970: a card asks for its PIN. A client then gives no assertion of an earlier login.
   */
  login?(options?: CallOptions): Promise<number>;
  /** Identity for mutual TLS, when the provider holds a key that TLS can use. */
  tlsIdentity?(options?: CallOptions): Promise<TlsIdentity>;
  /** Called by `client.close()`; safe to call twice. */
  close?(): Promise<void>;
}

/**
 * A provider that the SDK made: it can always be closed, and `await using` closes it at the end of
 * the block.
 *
 * @group Providers
 */
export interface OwnedSigningProvider extends SigningProvider {
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Who is logged in, as a session tells it. @group Providers */
export interface SessionLogin {
  /**
   * National identifier of the professional (`8` and the RPPS number), or the name of the account
   * where the login service knows no other.
   */
  readonly subject: string;
  /** When: the `AuthnInstant` of an assertion, in milliseconds since 1970. */
  readonly instant: number;
  /** What was really used; `null` when it is not known more than by `kind`. */
  readonly method: 'card' | 'e-cps' | 'password' | 'sms' | 'email' | 'totp' | null;
}

/**
 * A session of Pro Santé Connect, of a one-time code, or of the host: gives its access token, asked
 * at each new connection, and who is logged in.
 *
 * @group Providers
 */
export interface SessionProvider {
  readonly kind: string;
  /** @param options - `renew`: the last token was refused, give another one. */
  accessToken(options?: CallOptions & { readonly renew?: boolean | undefined }): Promise<string>;
  /**
   * Who is logged in now; a session that is about to end is renewed first. A client asks it before
   * each call to the platform.
   *
   * @throws TerrESanteError `TE_AUTHN_REQUIRED` when nobody is
   */
  login?(options?: CallOptions): Promise<SessionLogin>;
  close?(): Promise<void>;
}
