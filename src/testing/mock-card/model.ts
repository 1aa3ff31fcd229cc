import type { Pkcs11Module, Pkcs11Provider, Pkcs11ProviderOptions } from '../../auth/index.ts';
import type { TestIdentity } from '../pki/model.ts';

/** A function of PKCS#11 that the card provider calls. @group Mock card */
export type MockFunction = Extract<keyof Pkcs11Module, `C_${string}`>;

/**
 * What goes wrong: a `CKR_*` number, the card leaves during the call, another card takes its place,
 * the card is reset and forgets its PIN, the call never ends, the process dies.
 *
 * @group Mock card
 */
export type MockFaultKind =
  { readonly ckr: number } | { readonly replaceBy: number } | 'remove' | 'reset' | 'hang' | 'crash';

/**
 * One scripted fault. Signing has one name, `C_Sign`, in process as in a child.
 *
 * @group Mock card
 */
export interface MockFault {
  readonly on: Exclude<MockFunction, 'C_SignAsync'>;
  readonly do: MockFaultKind;
  /** How many calls pass before. @defaultValue 0 */
  readonly after?: number | undefined;
  /** How many calls fail. @defaultValue 1 */
  readonly times?: number | undefined;
}

/**
 * A practice of the holder, or the bytes of its object as they are, to try malformed ones.
 *
 * @group Mock card
 */
export type MockPractice =
  { readonly name: string; readonly structureId: string; readonly activitySector: string } | Uint8Array;

/** One card. @group Mock card */
export interface MockCardContent {
  readonly signature: Pick<TestIdentity, 'certDer' | 'keyPem'>;
  readonly authentication?: Pick<TestIdentity, 'certDer' | 'keyPem'> | undefined;
  /** By index, 1 to 16. */
  readonly practices?: Readonly<Record<number, MockPractice>> | undefined;
  /** TRE_R01, the end of the card's professional data. */
  readonly specialtyCode?: string | undefined;
  /**
   * `contactless`: only the technical certificate, no PIN. `vitale`: not recognised as a token.
   *
   * @defaultValue `cps`
   */
  readonly kind?: 'cps' | 'contactless' | 'vitale' | undefined;
}

/** Options of {@link createMockCard}. @group Mock card */
export interface MockCardOptions {
  /** @defaultValue one card of a fictive professional, made at run time */
  readonly cards?: readonly MockCardContent[] | undefined;
  /**
   * Card in each reader, `null` for an empty reader.
   *
   * @defaultValue the first card, in one reader
   */
  readonly readers?: readonly (number | null)[] | undefined;
  /** @defaultValue `'1234'` */
  readonly pin?: string | undefined;
  /** Tries that are left on each card. @defaultValue 3 */
  readonly tries?: number | undefined;
  readonly pinPad?: boolean | undefined;
  readonly faults?: readonly MockFault[] | undefined;
}

/** A card without a card. @group Mock card */
export interface MockCard {
  /** Stands for the `PKCS11` object of `pkcs11js`, in this process. */
  readonly module: Pkcs11Module;
  /** Functions called in this process so far, names only. */
  readonly calls: readonly string[];
  /** Adds a fault. */
  fault(fault: MockFault): void;
  /** Takes the card out of a reader. @defaultValue reader 0 */
  remove(reader?: number): void;
  /** Puts a card into a reader. @defaultValue card 0, reader 0 */
  insert(card?: number, reader?: number): void;
  /**
   * The real card provider on this mock: in process, PIN answered, unless the options say
   * otherwise. With `isolation: 'child-process'` the cards are written to a temporary folder that
   * `close()` deletes.
   */
  provider(options?: Partial<Pkcs11ProviderOptions>): Pkcs11Provider;
  /** Closes the providers it gave. */
  close(): Promise<void>;
}
