import type { Runtime } from '../../internal/runtime.ts';
import type { CallOptions, SigningProvider } from '../provider.ts';
import type { CertificateIdentity } from '../certificates/identity.ts';
import type { Pkcs11Module } from './module.ts';

/**
 * How many tries the card still gives, as its token flags say: `low` after a wrong one, `final`
 * before the last, `locked` when none is left. The number itself is not in the card's
 * interface.
 *
 * @group PKCS#11
 */
export type PinState = 'ok' | 'low' | 'final' | 'locked';

/** One reader (slot). @group PKCS#11 */
export interface CardReader {
  /** Name given by the middleware. */
  readonly name: string;
  readonly cardPresent: boolean;
  /**
   * `contactless`: a CPS laid on a reader without contact, which cannot sign; `null` without a
   * card.
   */
  readonly card: 'cps' | 'contactless' | 'other' | null;
}

/** One certificate of the card. @group PKCS#11 */
export interface CardCertificate {
  readonly use: 'signature' | 'authentication';
  readonly der: Uint8Array;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** What can be read without a PIN. @group PKCS#11 */
export interface CardInfo {
  readonly reader: string;
  /** Read from the signature certificate. */
  readonly holder: CertificateIdentity;
  readonly certificates: readonly CardCertificate[];
  /**
   * TRE_R01, from the certificate, otherwise from the card's professional data; `null` when the
   * card holds none.
   */
  readonly specialtyCode: string | null;
  readonly pin: PinState;
  /** The PIN is typed on the reader itself. */
  readonly pinPad: boolean;
}

/**
 * One practice of the holder, read after the PIN. The format is not published: a field that is not
 * understood is `null`, and the host may always give structure and sector itself.
 *
 * @group PKCS#11
 */
export interface CardPractice {
  /** 1 to 16; indexes may have gaps. */
  readonly index: number;
  readonly structureName: string | null;
  /** Type digit and number, the `Identifiant_Structure` of the assertion. */
  readonly structureId: string | null;
  /** TRE_R02, for example `SA07`. */
  readonly activitySector: string | null;
}

/** What the host needs to ask the PIN. @group PKCS#11 */
export interface PinRequest {
  /**
   * `session-lost`: the card was reset and asks again; `idle`: the session was closed after {@link
   * Pkcs11ProviderOptions.idleTimeoutMs}.
   */
  readonly reason: 'login' | 'session-lost' | 'idle';
  readonly pin: PinState;
  /** Show "type the PIN on the reader" and answer any string: it is not sent to the card. */
  readonly pinPad: boolean;
  /** To show whose card it is. */
  readonly holder: CertificateIdentity;
  /** Fires when no call waits for the PIN any more: close the prompt. */
  readonly signal: AbortSignal;
}

/**
 * Answer to {@link PinRequest}: the PIN, or `null` when the user gives up. A `Uint8Array` is zeroed
 * as soon as it was read, a text cannot be and stays in memory for a while: prefer the bytes.
 * Before the last try only the long form is accepted, so that a user knows that an error blocks the
 * card.
 *
 * @group PKCS#11
 */
export type PinAnswer =
  string | Uint8Array | { readonly pin: string | Uint8Array; readonly confirmFinalTry: boolean } | null;

/** What happens to the card, without personal data. @group PKCS#11 */
export type CardEvent =
  | { readonly type: 'card-opened' }
  | { readonly type: 'card-removed' }
  /** Another card than the one this provider is bound to. */
  | { readonly type: 'card-changed' }
  | { readonly type: 'pin-locked' }
  | { readonly type: 'logged-in' }
  | { readonly type: 'logged-out'; readonly reason: 'idle' | 'requested' | 'session-ended' }
  /** The process that speaks to the card ended by itself or was ended after a deadline. */
  | { readonly type: 'process-ended'; readonly exit: string };

/** Options of {@link createPkcs11Provider}. @group PKCS#11 */
export interface Pkcs11ProviderOptions {
  /**
   * Asks the PIN at the last moment. Called once per login, never again by itself after a refusal.
   * The answer is used and forgotten.
   */
  readonly onPinRequired: (request: PinRequest) => Promise<PinAnswer> | PinAnswer;
  readonly onEvent?: ((event: CardEvent) => void) | undefined;
  /**
   * Absolute path of the PKCS#11 library.
   *
   * @defaultValue the path where the Cryptolib CPS installs itself on this system
   */
  readonly library?: string | undefined;
  /**
   * Which card, when several are present: an index, or `null` to give up. Without it several cards
   * are an error.
   */
  readonly chooseCard?: ((cards: readonly CardInfo[]) => Promise<number | null> | number | null) | undefined;
  /**
   * Refuses a card of the other kind (test card in production and the reverse), when its
   * certificate shows which it is.
   */
  readonly environment?: 'test' | 'production' | undefined;
  /**
   * `child-process`: the native library runs apart, so that its crash or hang never takes the host
   * down.
   * @defaultValue `'child-process'`
   */
  readonly isolation?: 'child-process' | 'in-process' | undefined;
  /**
   * In place of the package `koffi`: the absolute path of a file whose export `PKCS11` is a class
   * of {@link Pkcs11Module} (that of the package `pkcs11js`, by `require.resolve('pkcs11js')`), or,
   * in process only, such an object, already loaded.
   *
   * @defaultValue PKCS#11 through `koffi`, installed beside this package
   */
  readonly module?: string | Pkcs11Module | undefined;
  /**
   * Absolute path of the child's entry file, for hosts that bundle: that of a copy of
   * `terr-esante-sdk/pkcs11-child`, one file that needs no other of this package. A file that is
   * not there is `TE_CONFIG_INVALID`.
   *
   * @defaultValue `terr-esante-sdk/pkcs11-child`, as resolved from where this code runs
   */
  readonly childFile?: string | undefined;
  /**
   * Variables added to the child's environment, which otherwise holds only what system libraries
   * need.
   */
  readonly childEnv?: Readonly<Record<string, string>> | undefined;
  /** Number of digits of the PIN, checked before the card is asked. @defaultValue `[4, 4]` */
  readonly pinLength?: readonly [number, number] | undefined;
  /** Logs out after this time without a signature; 0 keeps the session. @defaultValue `900_000` */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * Time between two looks at the reader, at least 1 s; 0 looks only at each call.
   *
   * @defaultValue `2_000`
   */
  readonly pollMs?: number | undefined;
  /**
   * Longest time of one call to the library; past it the child is killed.
   *
   * @defaultValue `20_000`
   */
  readonly callTimeoutMs?: number | undefined;
  /** Longest time for the PIN, prompt included. @defaultValue `120_000` */
  readonly pinTimeoutMs?: number | undefined;
  /** Gives the time of a login. */
  readonly runtime?: Runtime | undefined;
}

/**
 * A CPS card as signer. Bound to the first card it reads: with another professional's card every
 * call fails with `TE_CARD_REMOVED` until {@link Pkcs11Provider.release}.
 *
 * @group PKCS#11
 */
export interface Pkcs11Provider extends SigningProvider {
  readonly kind: 'pkcs11';
  /** Readers and what lies in them; needs no card. */
  readers(options?: CallOptions): Promise<readonly CardReader[]>;
  /** Holder and certificates; needs no PIN. */
  card(options?: CallOptions): Promise<CardInfo>;
  /** Practices of the holder; asks the PIN unless the session is open. */
  practices(options?: CallOptions): Promise<readonly CardPractice[]>;
  /**
   * Asks the PIN now, unless the session is open and its card still in the reader. Gives the time
   * of the login, for `AuthnInstant`.
   */
  login(options?: CallOptions): Promise<number>;
  /** Time of the current login in milliseconds since 1970, `null` when logged out. */
  readonly loggedInAt: number | null;
  logout(options?: CallOptions): Promise<void>;
  /**
   * Logs out and forgets the holder: the next call accepts another professional's card, and asks
   * its PIN.
   */
  release(options?: CallOptions): Promise<void>;
  /**
   * The same card's authentication certificate and key, for mutual TLS through a local TLS proxy
   * (Node's TLS cannot use a key that stays in a card). Never for an assertion.
   */
  readonly authentication: SigningProvider;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
