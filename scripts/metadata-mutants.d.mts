export interface Mutant {
  readonly change: string;
  readonly xml: string;
}

/** One-change mutants of a METADATA.XML of ours: all of them, or `count` chosen by the seed. */
export function mutants(
  xml: string,
  options?: { readonly seed?: number | undefined; readonly count?: number | undefined },
): readonly Mutant[];
