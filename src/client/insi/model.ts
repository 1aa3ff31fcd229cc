import type { HttpClientOptions, InsiClientConfig } from '../../transport/index.ts';

/** How a client reaches the INSi téléservice. @group INSi */
export interface ClientInsiOptions extends Pick<InsiClientConfig, 'endpoint' | 'sender' | 'assertion' | 'verifier'> {
  /**
   * The certificate that the structure holds for the INSi: one of its own, whose name is
   * `INSI-AUTO` or `INSI-MANU`.
   */
  readonly identity?: HttpClientOptions['identity'];
  /** PEM of the only authorities accepted. @defaultValue those of `tls.ca` */
  readonly ca?: string | undefined;
  /** Lists of revoked certificates. @defaultValue those of `tls.crl`, where `ca` is not given */
  readonly crl?: HttpClientOptions['crl'];
}
