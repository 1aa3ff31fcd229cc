import { TerrESanteError } from '../../errors.ts';
import { finding } from '../../internal/finding.ts';
import { xdsDeriveRules } from '../rules/xds/derive.ts';

/**
 * Refuses a document whose header lacks what a mandatory attribute is made from.
 *
 * @param paths - The elements of the header that are missing.
 * @throws TerrESanteError `TE_DOCUMENT_INVALID`
 */
export function refuseHeader(paths: readonly string[]): never {
  const findings = paths.map((path) => finding(xdsDeriveRules, 'XDS-DERIVE', { path }));
  const { fr } = xdsDeriveRules['XDS-DERIVE'];
  throw new TerrESanteError('TE_DOCUMENT_INVALID', `${fr} (${paths.join(', ')})`, { findings });
}
