/**
 * The client: dossier, consent, notifications and documents with one configuration; the errors of
 * every part. Guides: `docs/dossier.md`, `docs/errors.md`.
 *
 * @module terr-esante-sdk
 */

export {
  createClient,
  openAuditJournal,
  type AlertList,
  type AlertOperations,
  type AlertSubscription,
  type AuditEvent,
  type StoredAuditJournal,
  type AuditJournal,
  type AuditJournalOptions,
  type CallEvent,
  type CareCircle,
  type CareCircleOperations,
  type CallMeta,
  dossierStates,
  type ClientInsiOptions,
  type ClientOptions,
  type ClientOutboxOptions,
  type ConsentInput,
  type ConsentKind,
  type ConsentList,
  type ConsentOperations,
  type ConsentReceipt,
  type ConsentWithdrawn,
  type ConsentWithdrawOptions,
  type DepositOptions,
  type DepositResult,
  type DepositSize,
  type DepositStatus,
  type DiagnoseOptions,
  type Diagnosis,
  type DiagnosisStep,
  type DocumentFamily,
  type DocumentFilters,
  type DocumentOperations,
  type DocumentScope,
  type DocumentSearch,
  type DossierCreated,
  type DossierCreateOptions,
  type DossierOperations,
  type DossierStateRow,
  type DossierStatus,
  type DossierStatusesOptions,
  type DossierStatusOptions,
  type HospitalAlert,
  type NoteContent,
  type NoteInput,
  type NoteList,
  type NoteOperations,
  type NoteWritten,
  type OutboxOperations,
  type PatientDossierStatus,
  type PdfDeposit,
  type PortalLaunch,
  type PortalOperations,
  type ProfessionalOptions,
  type Purpose,
  type RepliesOptions,
  type SessionAuthentication,
  type SignatureEvent,
  type TerrESanteClient,
  type VsmDeposit,
  type WaitOptions,
} from './client/index.ts';
export {
  isTerrESanteError,
  TerrESanteError,
  type CheckReport,
  type Finding,
  type SafeDetails,
  type Severity,
  type TerrESanteErrorCode,
} from './errors.ts';
export type { CallOptions } from './internal/abort.ts';
export { diagnosticsChannels, type DiagnosticsChannel, type Logger } from './internal/observer.ts';
export type { Runtime } from './internal/runtime.ts';
export type { TerrESanteConfig, UserConfig } from './platform/index.ts';
export type { DepositEvent, RetryEvent } from './transport/index.ts';
export { depositStates, isFinal, type DepositStateRow } from './transport/receipt/states.ts';
