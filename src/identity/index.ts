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
export {
  checkIns,
  insKey,
  parseIns,
  type CheckInsOptions,
  type ParsedIns,
  type ParseInsOptions,
} from './ins/matricule.ts';
export { findInsOid, insOids, type InsEnvironment, type InsOid } from './ins/oid.ts';
export { createInsiClient, type InsiClientConfig } from './insi/client.ts';
export type {
  InsiAnswer,
  InsiExchange,
  InsiHttp,
  InsiIns,
  InsiPort,
  InsiTraits,
  InsiTraitsQuery,
  InsiVitaleQuery,
  VitaleNumber,
} from './insi/model.ts';
export type { InsiSender } from './insi/request.ts';
export { IdentityError, type IdentityIssue, type IdentityIssueCode } from './issue.ts';
export { isFirstGivenNameOf, normalizeBirthName, normalizeGivenName, type NormalizeNameOptions } from './names.ts';
export {
  checkProfessionalId,
  checkRpps,
  composeProfessionalId,
  parseProfessionalId,
  professionalIdOid,
  type CheckRppsOptions,
  type ProfessionalId,
  type ProfessionalIdKind,
  type ProfessionalIdParts,
} from './national-id/professional-id.ts';
export {
  checkStructureId,
  composeStructureId,
  parseStructureId,
  structureIdOid,
  type StructureId,
  type StructureIdKind,
} from './national-id/structure-id.ts';
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
export { createCommuneLookup, loadCommuneLookup, type CommuneRecord } from './reference/commune-lookup.ts';
export { createCountryLookup } from './reference/country-lookup.ts';
export { combineLookups, type CogCandidate, type CogLookup } from './reference/lookup.ts';
export { resolveBirthPlace, type ResolvedBirthPlace } from './reference/resolve.ts';
export {
  createIdentityState,
  identityProofs,
  moveIdentity,
  type IdentityEvent,
  type IdentityState,
  type IdentityStateInput,
  type InsIdentity,
  type ProvisionalIdentity,
  type ValidatedIdentity,
} from './status-machine.ts';
export { checkIdentityStatus, type IdentityStatusInput } from './status.ts';
export { canTransmitIns, checkInsTransmission } from './transmission.ts';
export { readRecordTarget, writeRecordTarget } from './wire/cda.ts';
export { readPatientCx, writeInsCx, writeLocalCx, type PatientCx } from './wire/cx.ts';
export {
  readFhirPatient,
  writeFhirPatient,
  type FhirPatient,
  type FrCoreDialect,
  type WriteFhirOptions,
} from './wire/fhir.ts';
export { readPid, writePid, type WritePidOptions } from './wire/hl7v2.ts';
export type { StatusDialect, WireIdentity, WireWriteOptions } from './wire/model.ts';
