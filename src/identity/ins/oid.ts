import type { Finding } from '../../errors.ts';
import { finding } from '../../internal/finding.ts';
import { insRules } from './rules.ts';

/**
 * Where the software runs. Test and demonstration OIDs are refused when it is `production`.
 *
 * @group INS
 */
export type InsEnvironment = 'production' | 'test' | 'simulator';

/** What an INS OID says of the number it qualifies. @group INS */
export interface InsOid {
  readonly oid: string;
  readonly kind: 'NIR' | 'NIA';
  /** `real` in production, `test` and `demo` never there. */
  readonly use: 'real' | 'test' | 'demo';
  /** Identifier type code of FR Core. */
  readonly fhirType: 'INS-NIR' | 'INS-NIA' | 'INS-NIR-TEST' | 'INS-NIR-DEMO';
}

const root = '1.2.250.1.213.1.4.';

/**
 * The OIDs that qualify a matricule INS. The computed INS (INS-C, `1.2.250.1.213.1.4.2`) is
 * obsolete and absent on purpose.
 *
 * @see FR Core, profile fr-core-patient-ins, identifier slices
 * @group INS
 */
export const insOids: readonly InsOid[] = [
  { oid: `${root}8`, kind: 'NIR', use: 'real', fhirType: 'INS-NIR' },
  { oid: `${root}9`, kind: 'NIA', use: 'real', fhirType: 'INS-NIA' },
  { oid: `${root}10`, kind: 'NIR', use: 'test', fhirType: 'INS-NIR-TEST' },
  { oid: `${root}11`, kind: 'NIR', use: 'demo', fhirType: 'INS-NIR-DEMO' },
];

/** The entry of an INS OID, or `null` for any other value. @group INS */
export function findInsOid(oid: unknown): InsOid | null {
  for (const entry of insOids) if (entry.oid === oid) return entry;
  return null;
}

/** Why an OID does not qualify an INS in this environment; `null` when it does. */
export function checkInsOid(oid: unknown, environment: string | undefined, path: string): Finding | null {
  const entry = findInsOid(oid);
  if (!entry) return finding(insRules, 'IDENTITY-OID', { path });
  if (entry.use !== 'real' && environment === 'production') {
    return finding(insRules, 'IDENTITY-OID-ENVIRONMENT', { path });
  }
  return null;
}
