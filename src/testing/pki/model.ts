import type { Professional, Structure } from '../../identity/index.ts';
import type { Runtime } from '../../internal/runtime.ts';

/** A key with its certificate and chain, in every form a test may need. @group Test hierarchy */
export interface TestIdentity {
  readonly certDer: Uint8Array;
  readonly certPem: string;
  /** Leaf and intermediate. */
  readonly chainPem: string;
  /** PKCS#8, unencrypted. */
  readonly keyPem: string;
  /** PKCS#12 with key, leaf, intermediate and root. */
  readonly pfx: Uint8Array;
  readonly password: string;
}

/** The two keys of a card, or of a structure. @group Test hierarchy */
export interface TestIdentityPair {
  /** Key usage with nonRepudiation: signs assertions. */
  readonly signature: TestIdentity;
  /** For mutual TLS. */
  readonly authentication: TestIdentity;
}

/** A server on the loopback interface. @group Test hierarchy */
export interface TestServerIdentity {
  readonly certPem: string;
  readonly chainPem: string;
  readonly keyPem: string;
}

/** What a test card or structure certificate looks like. @group Test hierarchy */
export interface TestCertificateOptions {
  readonly professional?: Professional | undefined;
  readonly structure?: Structure | undefined;
  /** Milliseconds since 1970. @defaultValue one day before the hierarchy was made */
  readonly notBefore?: number | undefined;
  /** @defaultValue one year after the hierarchy was made */
  readonly notAfter?: number | undefined;
  /** String type of the names: cards of the former IGC-CPS hold T61String. @defaultValue `utf8` */
  readonly stringType?: 'utf8' | 't61' | undefined;
}

/** Options of {@link createTestHierarchy}. @group Test hierarchy */
export interface TestHierarchyOptions extends TestCertificateOptions {
  /** Its clock gives the moment around which certificates are valid. */
  readonly runtime?: Runtime | undefined;
  /** Marks of test in names and extensions; `production` leaves them out. @defaultValue `test` */
  readonly environment?: 'test' | 'production' | undefined;
}

/** A certificate hierarchy shaped like the IGC-Santé, made at run time. @group Test hierarchy */
export interface TestHierarchy {
  /** Root and intermediates, in PEM. */
  readonly caPem: string;
  /** The same in DER: the root first. */
  readonly anchors: readonly Uint8Array[];
  readonly professional: TestIdentityPair;
  readonly structure: TestIdentityPair;
  /** A certificate for a loopback server, valid for the name, `localhost` and 127.0.0.1. */
  server(name?: string, options?: { readonly notAfter?: number | undefined }): TestServerIdentity;
  /** Another card: another professional, an expired one, one with T61String names. */
  card(options?: TestCertificateOptions): Promise<TestIdentityPair>;
  /** The certificates of another structure. */
  structureCertificates(options?: TestCertificateOptions): Promise<TestIdentityPair>;
}
