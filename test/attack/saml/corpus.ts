import { certificateCases } from './cases/certificates.ts';
import { algorithmCases } from './cases/algorithms.ts';
import { contentCases } from './cases/content.ts';
import { hostileCases } from './cases/hostile.ts';
import { signatureCases } from './cases/signatures.ts';
import { splicingCases } from './cases/splicing.ts';
import { wrappingCases } from './cases/wrapping.ts';
import type { Means } from './forge.ts';
import type { AssertionPolicy } from '../../../src/auth/index.ts';

/** One document that must be refused. */
export interface Attack {
  /** Unique, stable: the row of the published table. */
  readonly id: string;
  readonly family: string;
  readonly document: string | Uint8Array;
  /**
   * Rules of which at least one must be named: a document refused for another reason tests nothing.
   */
  readonly rules: readonly string[];
  /** What the receiver demands, when the attack is about that. */
  readonly policy?: Partial<AssertionPolicy> | undefined;
}

export function corpus(means: Means): Attack[] {
  return [
    wrappingCases,
    splicingCases,
    signatureCases,
    algorithmCases,
    certificateCases,
    contentCases,
    hostileCases,
  ].flatMap((cases) => cases(means));
}
