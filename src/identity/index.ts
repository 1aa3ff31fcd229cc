/**
 * The five traits, the INS, coherence, statuses, datamatrix and comparison. No input or output at
 * all. Guide: `docs/identity.md`.
 *
 * @packageDocumentation
 */

export { birthPlaceCog, isCog } from './birth-place.ts';
export {
  compareIdentities,
  type ComparedTrait,
  type ComparisonReason,
  type IdentityComparison,
  type TraitComparison,
  type TraitOutcome,
} from './comparison/compare.ts';
export { findDuplicates, type DuplicateGroup, type DuplicateReason } from './comparison/duplicates.ts';
export {
  checkCompleteness,
  type CompletenessOptions,
  type CompletenessReport,
  type MissingTrait,
  type Trait,
} from './completeness.ts';
export { buildInsDatamatrix, type BuildDatamatrixOptions } from './datamatrix/build.ts';
export { parseInsDatamatrix, type InsDatamatrix, type ParseDatamatrixOptions } from './datamatrix/parse.ts';
export { completeBirthDate, type CompletedDate, type PartialDate } from './dates.ts';
export { checkCoherence, type CoherenceOptions, type CoherenceTraits } from './ins/coherence.ts';
export { insKey } from './ins/key.ts';
export { checkIns, parseIns, type CheckInsOptions, type ParsedIns, type ParseInsOptions } from './ins/matricule.ts';
export { findInsOid, insOids, type InsEnvironment, type InsOid } from './ins/oid.ts';
export { isFirstGivenNameOf, normalizeBirthName, normalizeGivenName, type NormalizeNameOptions } from './names.ts';
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
export type { CogCandidate, CogLookup } from './reference/lookup.ts';
export { checkIdentityStatus, type IdentityStatusInput } from './status/check.ts';
export { canTransmitIns, checkInsTransmission } from './transmission.ts';
