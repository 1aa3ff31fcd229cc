import type { TlsIdentity } from '../../auth/index.ts';
import type { ByteSource } from '../../internal/bytes.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { ProxyServer } from './proxy.ts';

/** Options of `createHttpClient`. @group HTTP */
export interface HttpClientOptions {
  /**
   * PEM of the only authorities accepted. Name here what a proxy of the practice signs with: the
   * environment (`NODE_EXTRA_CA_CERTS`) adds nothing.
   *
   * @defaultValue the public list that Node was built with
   */
  readonly ca?: string | undefined;
  /**
   * Lists of revoked certificates (PEM), one of each authority above the server, the root too.
   * Asked at the first call, and again when one of them is out of date. The SDK downloads nothing
   * by itself.
   *
   * @defaultValue revocation is not looked at
   */
  readonly crl?: ((options: CallOptions) => Promise<string>) | undefined;
  /**
   * Certificate and key to present, or a function asked at the first call, and again after a server
   * has refused what it gave.
   */
  readonly identity?: TlsIdentity | ((options: CallOptions) => Promise<TlsIdentity | undefined>) | undefined;
  /** Name expected in the server's certificate when it is not the host of the address. */
  readonly servername?: string | undefined;
  /** What every HTTPS connection goes through. @defaultValue none: servers are reached directly */
  readonly proxy?: ProxyServer | undefined;
  /** Deadline of one call, in milliseconds. @defaultValue `30_000` */
  readonly timeoutMs?: number | undefined;
  /** Longest silence while the answer is read, in milliseconds. @defaultValue `15_000` */
  readonly idleMs?: number | undefined;
  /**
   * Takes `http://127.0.0.1` and `http://[::1]` too: a test server, or a proxy on this machine that
   * encrypts. Nothing clear ever leaves the machine.
   *
   * @defaultValue `false`
   */
  readonly allowClearLoopback?: boolean | undefined;
  /** Connections kept to one host. @defaultValue `8` */
  readonly maxConnections?: number | undefined;
}

/** One request. @group HTTP */
export interface HttpRequest extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute `https:` address, without user or password. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | ByteSource | undefined;
  /** Longest answer accepted, in bytes. @defaultValue `5_242_880` */
  readonly maxResponseBytes?: number | undefined;
}

/** An answer whose body is still to be read. @group HTTP */
export interface HttpStream {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Read it to its end or call `discard`. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Drops the rest of the answer and its connection. */
  discard(): void;
}

/** An answer read whole. @group HTTP */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * HTTPS for the other transports. Any status from 200 to 299 and from 400 up is an answer; a
 * redirection is an error, because following it would send a health document to another address.
 *
 * @group HTTP
 */
export interface HttpClient {
  /**
   * @throws TerrESanteError `TE_TLS`, `TE_CLIENT_CERT`, `TE_PROXY`, `TE_UNAVAILABLE`, `TE_TIMEOUT`,
   *   `TE_CANCELLED`, `TE_PROTOCOL` (redirection, answer too long), `TE_INPUT_INVALID` (address,
   *   revocation lists), `TE_KEYSTORE_INVALID` (identity), `TE_CLOSED`
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** The same without reading the body. */
  stream(request: HttpRequest): Promise<HttpStream>;
  /** Ends calls in progress (`TE_CLOSED`) and closes connections. Safe to call twice. */
  close(): Promise<void>;
}
