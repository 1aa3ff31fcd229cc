/** What a host calls: `createClient` and the operations it gives. */
export type { AccessOptions, CallMeta, Purpose } from './call.ts';
export type {
  AuditExportOptions,
  AuditFilter,
  AuditJournalOptions,
  AuditMark,
  AuditVerification,
  StoredAuditJournal,
} from './audit/journal/model.ts';
export type { AlertList, AlertOperations, AlertSubscription, HospitalAlert } from './alerts/model.ts';
export type { CareCircle, CareCircleJoinOptions, CareCircleOperations } from './care-circle/model.ts';
export { readAuditEvent } from './audit/read-audit-event.ts';
export type { AuditEvent, AuditJournal, AuditTrace } from './audit/model.ts';
export type {
  NoteChangesInput,
  NoteContent,
  NoteFileInput,
  NoteInput,
  NoteList,
  NoteListOptions,
  NoteOperations,
  NoteWritten,
} from './notes/model.ts';
export type {
  AsideReason,
  ConfirmReason,
  InboxDocument,
  InboxMail,
  MatchCandidate,
  MatchEvidence,
  NamedPatient,
  PatientMatch,
  ReadMailOptions,
} from './mail/inbox/model.ts';
export type {
  CareLetter,
  CareLetterFile,
  CareRecipient,
  CareRecipients,
  ColleagueLetter,
  LetterSize,
  MailOperations,
  PatientLetter,
  SendMailOptions,
  SentMail,
  UsedMailbox,
} from './mail/model.ts';
export type { MeasureList, MeasureListOptions, MeasureOperations } from './measures/model.ts';
export type {
  ChosenStructure,
  SupportCancelOptions,
  SupportList,
  SupportListOptions,
  SupportOperations,
  SupportRequest,
  SupportRequestInput,
  SupportWritten,
} from './support/model.ts';
export type {
  HomeAccessInfo,
  InterventionEnd,
  InterventionPlanInput,
  InterventionPlanOperations,
  InterventionWrite,
} from './intervention-plan/model.ts';
export type {
  Plan,
  PlanActionChangeInput,
  PlanActionInput,
  PlanActionWritten,
  PlanChangesInput,
  PlanList,
  PlanListOptions,
  PlanPerformerInput,
  PlanScheduleInput,
  PlanWritten,
} from './plans/model.ts';
export { openAuditJournal } from './audit/open-audit-journal.ts';
export type {
  ConsentInput,
  ConsentKind,
  ConsentList,
  ConsentOperations,
  ConsentReceipt,
  ConsentWithdrawn,
  ConsentWithdrawOptions,
} from './consent/model.ts';
export { createClient } from './create-client.ts';
export type { DiagnoseOptions, Diagnosis, DiagnosisStep, DiagnosisTopic } from './diagnosis/model.ts';
export type {
  DepositOptions,
  DepositResult,
  DepositSize,
  DepositStatus,
  DocumentFamily,
  DocumentFilters,
  DocumentList,
  DocumentOperations,
  DocumentScope,
  DocumentSearch,
  FetchedDocument,
  PdfDeposit,
  VsmDeposit,
} from './documents/model.ts';
export type {
  DossierCreated,
  DossierCreateOptions,
  DossierOperations,
  DossierStatus,
  DossierStatusesOptions,
  DossierStatusOptions,
  PatientDossierStatus,
} from './dossier/model.ts';
export type { CallEvent, Ended, SignatureEvent } from './events.ts';
export { dossierStates, type DossierStateRow } from './dossier/states.ts';
export type { ClientInsiOptions } from './insi/model.ts';
export type { ClientOptions, ProfessionalOptions, SessionAuthentication, TerrESanteClient } from './model.ts';
export type { ClientOutboxOptions, OutboxOperations, RepliesOptions, WaitOptions } from './outbox/model.ts';
export type { PortalLaunch, PortalOperations } from './portal/model.ts';
export type { KeptData, PatientErasure, PatientExport, PrivacyOperations } from './privacy/model.ts';
export type { Timeline, TimelineEntry, TimelineOperations, TimelineOptions } from './timeline/model.ts';
