import type { CheckReport } from '../src/errors.ts';
import type { Mutant } from './metadata-mutants.mjs';

/** What the foreign judge refused and our check has no error for. */
export interface Difference {
  readonly change: string;
  readonly there: string;
  /** The rules of our findings. */
  readonly here: string;
}

/** The reason for which a difference is right, or `null`. */
export function reasonOf(difference: Difference): string | null;

export function differences(
  samples: readonly Mutant[],
  verdicts: readonly (readonly string[])[],
  checkMetadata: (xml: string) => Promise<CheckReport>,
): Promise<{
  readonly refusedThere: number;
  readonly refusedHere: number;
  readonly passed: readonly Difference[];
}>;
