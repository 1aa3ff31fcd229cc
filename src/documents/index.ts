/**
 * Documents as CDA R2, built, read and checked; XDS metadata; XDM archives; national nomenclatures.
 * Guides: `docs/documents-letter.md`, `docs/documents-vsm.md`, `docs/documents-prescription.md`,
 * `docs/documents-report.md`, `docs/documents-xdm.md`, `docs/documents-read.md`.
 *
 * @packageDocumentation
 */

export type {
  BuiltDocument,
  BuiltHeader,
  CdaHeader,
  Coded,
  Confidentiality,
  DocumentKind,
  Visibility,
} from './model/document.ts';
export type { ByteSource } from '../internal/bytes.ts';
export { inspectPdf, type PdfInspection } from './pdf/inspect.ts';
export type { Submission, XdmArchive } from './model/submission.ts';
export type {
  Association,
  DocumentEntry,
  Folder,
  RegistryObjects,
  SubmissionSet,
  XdsAuthor,
} from './model/metadata.ts';
export { writeMetadata } from './metadata/write.ts';
export { createSubmission, type SubmissionOptions } from './submission/create.ts';
export { packageXdm, streamXdm, type XdmOptions } from './xdm/package.ts';
export type {
  DocumentAuthor,
  DocumentInput,
  DocumentParticipant,
  DocumentRecipient,
  PatientDetails,
  ProfessionalRole,
} from './cda/input.ts';
export { buildDocument } from './builders/build-document.ts';
export { buildLetter, buildPrescription, buildReport } from './builders/printed.ts';
export type { BuildOptions } from './cda/build.ts';
export { buildCda, type CdaInput, type PdfDocumentInput } from './cda/wrap.ts';
export { documentKinds, type CodeSet } from './model/kinds.ts';
export {
  findClassOfType,
  findType,
  findFormatCode,
  loadNomenclature,
  findConcept,
  searchConcepts,
  type Concept,
  type DocumentVisibilityCode,
  type NoteTypeCode,
  type TypeCode,
} from '../nomenclature/index.ts';
export type { RandomAccessSource } from '../internal/zip/index.ts';
export { fileSource } from '../internal/zip/index.ts';
export { readMetadata } from './metadata/read.ts';
export { readXdm, type ReceivedDocument, type ReceivedXdm } from './xdm/read.ts';
export type { CodeLabel, VsmAllergy, VsmContent, VsmProblem, VsmProcedure, VsmTreatment } from './vsm/content.ts';
export { findUncodedSections } from './vsm/normalised.ts';
export { buildVsm, type VsmInput } from './vsm/vsm.ts';
export { writeStatusUpdate, writeVisibilityUpdate, type MetadataUpdateOptions } from './metadata/update.ts';
export { writeProvideAndRegister } from './submission/provide-and-register.ts';
export { readCda, readCdaSource, type ReadAttachment, type ReadCda } from './read/read.ts';
export { checkMetadata } from './check/metadata/check.ts';
export { checkReceivedXdm, checkSubmission } from './check/submission/check.ts';
export { preflight, type DepositRequirements } from './check/submission/preflight.ts';
export { checkXdm } from './check/xdm/check.ts';
export { checkCda, checkCdaSource } from './check/cda/check.ts';
export { renderCda } from './render/render.ts';
export { writeDocumentBundle } from './fhir/bundle.ts';
export { signSubmission } from './signature/sign.ts';
export { saveSubmission } from './submission/save.ts';
export type { ReadSection } from './read/sections.ts';
