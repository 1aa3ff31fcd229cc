/**
 * MSSanté mail, outbox, receipts, directory, registry, identity server and INSi. Guides:
 * `docs/deposer-un-document.md`, `docs/outbox-operations.md`, `docs/xds.md`, `docs/fhir.md`,
 * `docs/patient-identity.md`, `docs/insi.md`.
 *
 * @packageDocumentation
 */

export type {
  Answered,
  BindingCall,
  BindingKind,
  BoundPatient,
  ConsentRecord,
  CountRecord,
  CreatedDossier,
  DocumentPage,
  DocumentPeriod,
  DocumentQuery,
  DocumentRecord,
  DocumentsBinding,
  DocumentStatus,
  DossierBinding,
  DossierCreation,
  DossierRecord,
  Membership,
  NotificationPage,
  NotificationQuery,
  NotificationRecord,
  NotificationsBinding,
  PlatformBinding,
  PlatformProbe,
  PractitionerCountRecord,
  RecordedAuthor,
  VisibilityChange,
} from './binding/model.ts';
export type { AlertRecord, AlertsBinding, AlertSubscriptionRecord, AlertType } from './binding/alerts.ts';
export type { SubscribedPatient } from './binding/alerts.ts';
export type {
  NewNote,
  NoteAttachment,
  NoteAuthor,
  NoteChanges,
  NoteFile,
  NotePage,
  NotePages,
  NoteQuery,
  NoteRecord,
  NotesBinding,
  NoteVersion,
  WrittenNote,
} from './binding/notes.ts';
export type { HomeAccess, HomeAccessRecords, InterventionPlanBinding } from './binding/home-access.ts';
export type {
  NewPlan,
  NewSchedule,
  PlanAction,
  PlanActionChange,
  PlanActionStatus,
  PlanActionWrite,
  PlanChanges,
  PlanGoal,
  PlanPerformer,
  PlanPerson,
  PlanRecord,
  PlanRecords,
  PlanRhythm,
  PlansBinding,
  PlanSchedule,
  PlanStatus,
  PlanVersion,
  WrittenPlan,
} from './binding/plans.ts';
export type {
  MeasureCode,
  MeasureComponent,
  MeasurePage,
  MeasurePages,
  MeasureQuery,
  MeasureRecord,
  MeasuresBinding,
  MeasureValue,
} from './binding/measures.ts';
export type {
  NewSupportRequest,
  SupportBinding,
  SupportDetail,
  SupportPage,
  SupportPages,
  SupportQuery,
  SupportReason,
  SupportRecipient,
  SupportRecord,
  SupportState,
  SupportStep,
  SupportUrgency,
  SupportVersion,
  WrittenSupportRequest,
} from './binding/support.ts';
export type {
  CareCircleAddition,
  CareCircleBinding,
  CareCircleMember,
  CareCircleRecord,
  FollowedCircle,
} from './binding/care-circle.ts';
export type { ConsentBinding, ConsentWithdrawal, StoredConsent } from './binding/consent.ts';
export type { ServiceCode, SoapServices } from './dossier/services.ts';
export type { FhirPlanWords, FhirServices, FhirSupportServices } from './fhir-services/services.ts';
export { createHttpClient } from './http/client.ts';
export type { HttpClient, HttpClientOptions, HttpRequest } from './http/model.ts';
export type { ProxyServer } from './http/proxy.ts';
export type {
  DepositAcceptance,
  DepositCallOptions,
  DepositChannel,
  DepositMessage,
  DepositProgress,
  SendOptions,
} from './deposit.ts';
export type {
  DepositEvidence,
  DepositProblem,
  DepositReceipt,
  DepositState,
  RecipientReceipt,
} from './receipt/model.ts';
export { depositStates, isFinal, type DepositStateRow } from './receipt/states.ts';
export { checkMssAddress, parseMssAddress, type MssAddress } from './mss/address.ts';
export type { ComposedMail } from './mss/compose.ts';
export type { MailServerAddress, MssCredentials } from './mss/credentials.ts';
export { composeDeposit } from './mss/deposit-message.ts';
export type { ComposeDepositOptions } from './mss/message-model.ts';
export { discoverMailServers, type DiscoveredServers, type DiscoverOptions } from './mss/discover.ts';
export { integrationCode, type IntegrationCode } from './receipt/integration-code.ts';
export type { SmtpOptions } from './mss/smtp-options.ts';
export { createMssTransport, type MssTransport, type MssTransportConfig } from './mss/transport.ts';
export { parseReport } from './mss/report.ts';
export type { MailReport } from './receipt/report.ts';
export { createMemoryStore } from './outbox/memory-store.ts';
export type { OutboxEntry, OutboxStore, OutboxSummary, StoreErasure, UnmatchedReport } from './outbox/model.ts';
export { isMailReceipt, type OutboxMail } from './outbox/mail.ts';
export { createOutbox } from './outbox/outbox.ts';
export type { DepositEvent, RetryEvent } from './outbox/events.ts';
export type {
  DepositFilter,
  Depositor,
  EraseOptions,
  ErasedDeposits,
  Outbox,
  OutboxCarrier,
  OutboxOptions,
} from './outbox/outbox-model.ts';
export type { PatientKeys } from './outbox/patient-keys.ts';
export type { RetryPolicy } from './outbox/retry-policy.ts';
export { openSpoolStore, type SpoolOptions } from './outbox/spool/open-spool.ts';
export type { WorkerOptions } from './outbox/worker-model.ts';
export { openPostgresStore, type PostgresOptions } from './outbox/postgres/open-postgres.ts';
export { createMailbox } from './mss/mailbox.ts';
export type { Mailbox, MailboxItem, MailboxOptions } from './mss/mailbox-model.ts';
export { followReports } from './outbox/follow.ts';
export { createDirectory } from './directory/client.ts';
export type {
  Directory,
  DirectoryMailbox,
  DirectoryOptions,
  DirectoryProfessional,
  DirectoryStructure,
} from './directory/model.ts';
export { createSupportDirectory } from './ror/client.ts';
export { createSupportDirectoryToken, type SupportDirectoryTokenOptions } from './ror/token.ts';
export type {
  RorCode,
  SupportDirectory,
  SupportDirectoryOptions,
  SupportStructure,
  SupportStructureContact,
  SupportStructureQuery,
  SupportStructures,
} from './ror/model.ts';
export { endOfAllExchangesSubject, mailOrigin, patientAddress } from './mss/patient-mailbox.ts';
export type {
  InsiAnswer,
  InsiIns,
  InsiPort,
  InsiSender,
  InsiTraits,
  InsiTraitsQuery,
  InsiVerification,
  InsiVerifier,
  InsiVitaleQuery,
} from '../identity/insi/index.ts';
export { createInsiClient } from './insi/client.ts';
export type { InsiClientConfig } from './insi/config.ts';
export { createPatientIdentityClient } from './patients/client.ts';
export { createFhirPatientIdentityClient } from './patients/fhir/client.ts';
export type { FhirPatientIdentityOptions } from './patients/fhir/model.ts';
export type {
  CrossReference,
  FeedReceipt,
  PatientCandidate,
  PatientCandidates,
  PatientFeed,
  PatientIdentifier,
  PatientIdentityClient,
  PatientIdentityOptions,
} from './patients/model.ts';
export { createFhirDocuments } from './mhd/documents.ts';
export type { FhirDocument, FhirDocuments, FhirDocumentsOptions } from './mhd/document-model.ts';
export { createFhirTransport } from './mhd/transport.ts';
export type { FhirTransport, FhirTransportConfig } from './mhd/model.ts';
export { createXdsClient } from './xds/client.ts';
export { createSoapXdsTransport, type SoapXdsTransport, type SoapXdsTransportConfig } from './xds/transport.ts';
export type {
  DocumentRequest,
  RegisteredDocuments,
  RetrievedDocument,
  RetrievedDocuments,
  XdsClient,
  XdsClientOptions,
} from './xds/model.ts';
export type {
  DocumentFilter,
  DocumentSearchOptions,
  EntryOddity,
  QueryResult,
  QuerySummary,
  RegistryAnswer,
  RegistryItem,
  StoredQuery,
} from './xds/query-model.ts';
export type { MetadataUpdate } from './xds/metadata-update.ts';
export { RegistryRefusal } from './registry/refusal.ts';
export type { RegistryError } from './registry/response.ts';
