/**
 * Documents as CDA R2, built, read and checked; XDS metadata; XDM archives; national nomenclatures.
 * Guides: `docs/documents-letter.md` and its neighbours.
 *
 * @packageDocumentation
 */

export type * from './model/document.ts';
export type { ByteSource } from '../internal/bytes.ts';
export { inspectPdf, requireSafePdf, type PdfInspection } from './pdf/inspect.ts';
export type { Submission, SubmissionDocument, SubmissionPatient, XdmArchive } from './model/submission.ts';
export type {
  Association,
  DocumentEntry,
  Folder,
  RegistryObjects,
  SubmissionSet,
  XdsAuthor,
  XdsInstitution,
  XdsPerson,
  XdsReferenceId,
} from './model/metadata.ts';
export { writeMetadata } from './metadata/write.ts';
export { createSubmission, type SubmissionOptions } from './submission/create.ts';
export { packageXdm, streamXdm, type XdmOptions } from './xdm/package.ts';
export type { XdmApplication, XdmSender } from './xdm/texts.ts';
export type {
  Address,
  DeviceAuthor,
  DocumentAct,
  DocumentAuthor,
  DocumentEncounter,
  DocumentInformant,
  DocumentInput,
  DocumentParticipant,
  DocumentRecipient,
  Guardian,
  PatientAuthor,
  PatientDetails,
  PersonName,
  ProfessionalPart,
  ProfessionalRole,
  RelativeInformant,
  ReplacedVersion,
  Telecom,
} from './cda/input.ts';
export { buildDocument } from './builders/build-document.ts';
export { buildLetter, buildPrescription, buildReport } from './builders/printed.ts';
export type { BuildOptions } from './cda/build.ts';
export { buildCda, type CdaInput, type PdfDocumentInput } from './cda/wrap.ts';
export { documentKinds, type CodeSet } from './model/kinds.ts';
export {
  classOfType,
  findType,
  formatCodeOf,
  isActiveOn,
  loadNomenclature,
  lookup,
  search,
  type ClassCode,
  type ClassScope,
  type Concept,
  type EncounterTypeCode,
  type FormatSource,
  type FunctionCode,
  type HealthcareFacilityTypeCode,
  type Nomenclature,
  type NomenclatureName,
  type ParticipationTypeCode,
  type PracticeSettingCode,
  type RelationCode,
  type RetiredTypeCode,
  type SearchOptions,
  type TypeCode,
} from '../nomenclature/index.ts';
export type { RandomAccessSource, ZipLimits } from '../internal/zip/index.ts';
export { fileSource } from '../internal/zip/index.ts';
export { readMetadata } from './metadata/read.ts';
export { readXdm, type ReceivedDocument, type ReceivedSubset, type ReceivedXdm } from './xdm/read.ts';
export type {
  CodeLabel,
  VsmAllergy,
  VsmContent,
  VsmFamilyHistory,
  VsmHabit,
  VsmList,
  VsmProblem,
  VsmProcedure,
  VsmSection,
  VsmTreatment,
} from './vsm/content.ts';
export { vsmSectionsNotNormalised } from './vsm/normalised.ts';
export { buildVsm, type VsmInput } from './vsm/vsm.ts';
export {
  writeStatusUpdate,
  writeVisibilityUpdate,
  type DocumentStatus,
  type MetadataUpdateOptions,
} from './metadata/update.ts';
export type { SubmissionSignature } from './model/submission.ts';
export type { DocumentDetails } from './submission/create.ts';
export type { DocumentRelation, FolderInput } from './submission/relations.ts';
export {
  writeProvideAndRegister,
  type ProvideAndRegister,
  type ProvidedDocument,
} from './submission/provide-and-register.ts';
export type { CdaEnvelope } from './read/parse.ts';
export { readCda, readCdaSource, type ReadAttachment, type ReadCda } from './read/read.ts';
export type { NarrativeNode, ReadSection } from './read/sections.ts';
export { checkMetadata, type MetadataCheckOptions } from './check/metadata/check.ts';
export { checkReceivedXdm, checkSubmission, type SubmissionCheckOptions } from './check/submission/check.ts';
export { preflight, type DepositRequirements, type PreflightOptions } from './check/submission/preflight.ts';
export { checkXdm } from './check/xdm/check.ts';
export { checkCda, checkCdaSource, type CheckCdaOptions } from './check/cda/check.ts';
export { renderCda } from './render/render.ts';
export { writeDocumentBundle, type DocumentBundleOptions } from './fhir/bundle.ts';
export { signSubmission, type SignSubmissionOptions } from './signature/sign.ts';
export { saveSubmission, type SavedSubmission } from './submission/save.ts';
