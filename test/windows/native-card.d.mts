interface Pair {
  readonly certDer: Uint8Array;
  readonly keyPem: string;
}

export function buildModule(
  file: string,
  options?: { readonly windows?: boolean; readonly defines?: readonly string[] },
): void;
export function writeCard(
  file: string,
  professional: { readonly signature: Pair; readonly authentication: Pair },
  options?: { readonly pin?: string; readonly faults?: readonly (readonly [string, number | bigint | string])[] },
): void;
export function removeCard(file: string): void;
export function replaceCard(file: string): void;
