import { isTerrESanteError } from '../../../src/errors.ts';
import { verifyAssertion, type AssertionPolicy } from '../../../src/auth/index.ts';
import { fixedRuntime } from '../../auth/vihf-fixtures.ts';
import type { Means } from './forge.ts';

/** The regression of one published advisory. */
export interface Advisory {
  /** GHSA or CVE identifiers. */
  readonly ids: readonly string[];
  readonly package: string;
  /** What went wrong there, in our words. */
  readonly fault: string;
  readonly check: (means: Means) => Promise<void>;
}

/** The rules that refuse a document; `ACCEPTED` when none does. */
export async function rulesOf(
  means: Means,
  document: string | Uint8Array,
  policy: Partial<AssertionPolicy> = {},
): Promise<string[]> {
  try {
    await verifyAssertion(document, { anchors: means.pki.anchors, runtime: fixedRuntime(), ...policy });
    return ['ACCEPTED'];
  } catch (error) {
    if (isTerrESanteError(error) && error.code === 'TE_ASSERTION_INVALID') {
      return [...(error.details['rules'] as string[])];
    }
    throw error;
  }
}
