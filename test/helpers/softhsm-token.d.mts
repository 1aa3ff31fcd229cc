export interface TokenKey {
  readonly certDer: Uint8Array;
  readonly keyPem: string;
}

export interface TokenCard {
  readonly label?: string;
  readonly pin?: string;
  readonly signature: TokenKey;
  readonly authentication?: TokenKey;
  readonly practices?: Readonly<Record<number, { name: string; structureId: string; sector: string }>>;
  /** Last four characters of `CPS_INFO_PS`. */
  readonly specialty?: string;
}

export interface SoftToken {
  readonly library: string;
  /** What the process that loads the library must have in its environment. */
  readonly env: { readonly SOFTHSM2_CONF: string };
  /** The card leaves the reader. */
  remove(): void;
  /** The same card comes back. */
  replace(): void;
  /** Deletes the folder. */
  close(): void;
}

export const softhsmLibrary: string | null;
/** A BER-TLV practice object as cards hold it. */
export function practiceBytes(practice: { name: string; structureId: string; sector: string }): Buffer;
/** SoftHSM2 tokens that look like CPS cards, in a temporary folder. */
export function createSoftToken(...cards: readonly TokenCard[]): SoftToken;
