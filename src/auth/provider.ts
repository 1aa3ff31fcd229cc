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

/**
 * Gives the access token of a session (Pro Santé Connect, one-time code), asked at each new
 * connection.
 *
 * @group Providers
 */
export interface SessionProvider {
  readonly kind: string;
  /** @param options - `renew`: the last token was refused, give another one. */
  accessToken(options?: CallOptions & { readonly renew?: boolean | undefined }): Promise<string>;
  close?(): Promise<void>;
}
