import { isTerrESanteError, type CheckReport } from '../../../errors.ts';
import { checkReport, finding } from '../../../internal/finding.ts';
import type { RandomAccessSource } from '../../../internal/zip/index.ts';
import { xdmRules } from '../../rules/xdm.ts';
import { readXdm } from '../../xdm/read.ts';
import type { MetadataCheckOptions } from '../metadata/check.ts';
import { checkReceivedXdm } from '../submission/check.ts';
import { optionsOf, readingLater } from '../../../internal/border.ts';
import { metadataChecks } from '../metadata/check.ts';

/**
 * Checks an IHE XDM archive: what {@link readXdm} finds, the metadata, and each document against
 * its metadata. An archive that is refused whole gives one finding with the reason.
 *
 * @returns The findings, errors and warnings; none when nothing is wrong.
 * @see IHE ITI TF-2, section 3.32
 * @group Checks
 */
export async function checkXdm(
  source: Uint8Array | RandomAccessSource,
  options?: MetadataCheckOptions,
): Promise<CheckReport> {
  const given = optionsOf('options', options, metadataChecks);
  return readingLater('source', () => judged(source, given));
}

async function judged(source: Uint8Array | RandomAccessSource, options: MetadataCheckOptions): Promise<CheckReport> {
  try {
    return await checkReceivedXdm(await readXdm(source), options);
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;

    // The French sentence quotes that of the error, the English one its codes.
    const { reason } = error.details;
    const code = typeof reason === 'string' ? `${error.code} ${reason}` : error.code;
    const values = { sentence: error.message, code };
    return checkReport([finding(xdmRules, 'XDM-REFUSED', { path: '/', found: error.code, values })]);
  }
}
