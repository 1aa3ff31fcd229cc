/**
 * MSSanté mail, outbox, receipts and directory. Guide: `docs/deposer-un-document.md`.
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
  DocumentRecord,
  DocumentsBinding,
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
} from './binding/model.ts';
export { createHttpClient } from './http/client.ts';
export type { HttpAnswer, HttpClient, HttpClientOptions, HttpRequest, HttpStream } from './http/model.ts';
export type { DepositChannel } from './deposit.ts';
export type {
  DepositChannelName,
  DepositedDocument,
  DepositEvidence,
  DepositReceipt,
  DepositRejection,
  DepositState,
  RecipientReceipt,
  SubmissionState,
} from './receipt/model.ts';
export { checkMssAddress, parseMssAddress, type MssAddress } from './mss/address.ts';
export {
  composeKo,
  composeMdn,
  type AnsweredMail,
  type ComposeAnswerOptions,
  type IntegrationOutcome,
} from './mss/answer.ts';
export type { ComposedMail } from './mss/compose.ts';
export type { ClientCertificate, MailServerAddress, MssCredentials, TokenProvider } from './mss/credentials.ts';
export { composeDeposit, type ComposeDepositOptions, type MssSender } from './mss/deposit-message.ts';
export {
  discoverMailServers,
  type DiscoveredServers,
  type DiscoverOptions,
  type MailEndpoint,
  type ServiceRecord,
} from './mss/discover.ts';
export { senderLabel, type SenderLabelParts } from './mss/headers.ts';
export { readIncomingDeposit, type IncomingDeposit } from './mss/incoming.ts';
export { integrationCode, type IntegrationCode } from './receipt/integration-code.ts';
export type { MailInput, MailLimits } from './mss/mail-reader.ts';
export type { SmtpAcceptance } from './mss/smtp.ts';
export type { SmtpOptions } from './mss/smtp-options.ts';
export type { SubjectForm } from './mss/subject.ts';
export { createMssTransport, type MssTransport, type MssTransportConfig } from './mss/transport.ts';
export { parseReport } from './mss/report.ts';
export type { MailReport, ReportedRecipient, ReportVerdict } from './receipt/report.ts';
export type { DepositTrack } from './receipt/track.ts';
export { createMemoryStore } from './outbox/memory-store.ts';
export type { OutboxEntry, OutboxStore, OutboxWork, SaveOptions, UnmatchedReport } from './outbox/model.ts';
export { createOutbox } from './outbox/outbox.ts';
export type { Outbox, OutboxCarrier, OutboxOptions, ReportOutcome } from './outbox/outbox-model.ts';
export type { RetryPolicy } from './outbox/retry-policy.ts';
export { openSpoolStore, type SpoolOptions } from './outbox/spool/open-spool.ts';
export type { FindOut, OutboxSend, WorkerOptions } from './outbox/worker-model.ts';
export { openPostgresStore, type PostgresOptions } from './outbox/postgres/open-postgres.ts';
export { createMailbox } from './mss/mailbox.ts';
export type { Mailbox, MailboxItem, MailboxOptions, MailboxReadOptions } from './mss/mailbox-model.ts';
export { followReports, type FollowedItem } from './outbox/follow.ts';
export { probeSubmission, type SubmissionProbe } from './mss/probe.ts';
export { createDirectory } from './directory/client.ts';
export type {
  Directory,
  DirectoryAnswer,
  DirectoryMailbox,
  DirectoryOptions,
  DirectoryProfessional,
  DirectoryStructure,
  MailboxOwner,
  MailboxType,
  ProfessionalQuery,
  StructureQuery,
} from './directory/model.ts';
export {
  endOfAllExchangesSubject,
  mailOrigin,
  patientAddress,
  type MailOrigin,
  type PatientAddressOptions,
} from './mss/patient-mailbox.ts';
