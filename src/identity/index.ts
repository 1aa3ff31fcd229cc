/**
 * The five traits, the INS, coherence, statuses, datamatrix and comparison. No input or output at
 * all. Guides: `docs/identity.md`, `docs/identity-comparison.md`.
 *
 * @packageDocumentation
 */

export { compareIdentities, type IdentityComparison, type TraitComparison } from './comparison/compare.ts';
export { findDuplicates, type DuplicateGroup } from './comparison/duplicates.ts';
export { checkCompleteness, type CompletenessOptions, type CompletenessReport, type Trait } from './completeness.ts';
export { buildInsDatamatrix } from './datamatrix/build.ts';
export { parseInsDatamatrix, type InsDatamatrix } from './datamatrix/parse.ts';
export { completeBirthDate, type CompletedDate, type PartialDate } from './dates.ts';
export { checkCoherence, type CoherenceOptions, type CoherenceTraits } from './ins/coherence.ts';
export { insKey } from './ins/key.ts';
export { checkIns, parseIns, type ParsedIns } from './ins/matricule.ts';
export { findInsOid, insOids, type InsEnvironment } from './ins/oid.ts';
export { isFirstGivenNameOf, normalizeBirthName, normalizeGivenName } from './names.ts';
export type {
  BirthPlace,
  IdentityAttribute,
  IdentityStatus,
  LocalIdentifier,
  PatientInput,
  PatientIns,
  PatientTraits,
  Sex,
} from './patient.ts';
export type { Professional, Structure } from './professional.ts';
export { checkIdentityStatus, type IdentityStatusInput } from './status/check.ts';
export { canTransmitIns, checkInsTransmission } from './transmission.ts';
