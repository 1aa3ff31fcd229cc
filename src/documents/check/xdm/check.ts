import { isTerrESanteError, type Finding } from '../../../errors.ts';
import type { RandomAccessSource } from '../../../internal/zip/index.ts';
import { readXdm } from '../../xdm/read.ts';
import type { MetadataCheckOptions } from '../metadata/check.ts';
import { findingOf } from '../rule.ts';
import { checkReceivedXdm } from '../submission/check.ts';
import { xdmRules } from '../../xdm/rules.ts';

/**
 * Checks an IHE XDM archive: what {@link readXdm} finds, the metadata, and each document against
 * its metadata. An archive that is refused whole gives one finding with the reason.
 *
 * @returns What is wrong, errors and warnings; empty when nothing is.
 * @see IHE ITI TF-2, section 3.32
 * @group Checks
 */
export async function checkXdm(
  source: Uint8Array | RandomAccessSource,
  options: MetadataCheckOptions = {},
): Promise<readonly Finding[]> {
  try {
    return await checkReceivedXdm(await readXdm(source), options);
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    return [{ ...findingOf(xdmRules.refused, '/', error.code), message: error.message }];
  }
}
