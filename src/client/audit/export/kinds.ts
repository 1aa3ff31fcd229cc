import type { AuditEvent } from '../model.ts';

/** A coded value of the DICOM dictionary, as both formats name an event. */
export interface EventCode {
  readonly code: string;
  readonly display: string;
}

/** How an access is told: the event, the action, and the word of FHIR for it. */
export interface EventKind {
  readonly event: EventCode;
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E';
  readonly interaction: 'search-type' | 'read' | 'create' | 'update' | 'delete';
}

const event = (code: string, display: string): EventCode => ({ code, display });

/** @see DICOM PS3.16, CID 400: Audit Event ID */
const query: EventKind = { event: event('110112', 'Query'), action: 'E', interaction: 'search-type' };
const patientRecord = event('110110', 'Patient Record');
const read: EventKind = { event: patientRecord, action: 'R', interaction: 'read' };
const created: EventKind = { event: patientRecord, action: 'C', interaction: 'create' };
const updated: EventKind = { event: patientRecord, action: 'U', interaction: 'update' };

/**
 * Documents that come in and go out.
 *
 * @see IHE ITI TF-2, 3.43.5.1.1 (Document Consumer: Import, C) and 3.41.5.1.1 (Document Source:
 *   Export, R)
 */
const imported: EventKind = { event: event('110107', 'Import'), action: 'C', interaction: 'read' };
const exported: EventKind = { event: event('110106', 'Export'), action: 'R', interaction: 'create' };

/** The rights of a patient over what this software keeps. */
const given: EventKind = { ...exported, interaction: 'read' };
const erased: EventKind = { event: patientRecord, action: 'D', interaction: 'delete' };

const kinds: Readonly<Record<string, EventKind>> = {
  'dossier.status': query,
  'dossier.create': created,
  'dossier.join': updated,
  'consent.get': query,
  'consent.withdraw': updated,
  'careCircle.get': query,
  'careCircle.listMine': query,
  'careCircle.join': updated,
  'careCircle.leave': updated,
  'careCircle.addMember': updated,
  'careCircle.removeMember': updated,
  notifications: query,
  'alerts.list': query,
  'alerts.subscribe': created,
  'alerts.unsubscribe': updated,
  'notes.list': query,
  'notes.create': created,
  'notes.reply': created,
  'notes.update': updated,
  'notes.retract': updated,
  'notes.fetch': read,
  'measures.list': query,
  'support.list': query,
  'support.get': read,
  'support.request': created,
  'support.cancel': updated,
  'interventionPlan.list': query,
  'interventionPlan.get': read,
  'interventionPlan.create': created,
  'interventionPlan.update': updated,
  'interventionPlan.upsertIntervention': updated,
  'interventionPlan.endIntervention': updated,
  'interventionPlan.getAccessInfo': read,
  'documents.list': query,
  'documents.search': query,
  'documents.fetch': imported,
  'documents.deposit': exported,
  'documents.setVisibility': updated,
  'mail.send': exported,
  'mail.sendToPatient': exported,
  'mail.endExchanges': exported,
  insi: query,
  'privacy.export': given,
  'privacy.erase': erased,
};

/** What is not in the table opened something of the dossier. */
export const kindOf = ({ action }: AuditEvent): EventKind => kinds[action] ?? read;

/** The IHE transaction of an access, where its wire has one. */
export interface Transaction {
  readonly code: string;
  readonly display: string;
}

const transactions: Readonly<Record<string, Transaction>> = {
  'documents.list soap-ihe': { code: 'ITI-18', display: 'Registry Stored Query' },
  'documents.search soap-ihe': { code: 'ITI-18', display: 'Registry Stored Query' },
  'documents.fetch soap-ihe': { code: 'ITI-43', display: 'Retrieve Document Set' },
  'documents.deposit soap-ihe': { code: 'ITI-41', display: 'Provide and Register Document Set-b' },
  'documents.setVisibility soap-ihe': { code: 'ITI-57', display: 'Update Document Set' },
  'documents.deposit mssante': { code: 'ITI-32', display: 'Distribute Document Set on Media' },
};

export const transactionOf = ({ action, binding }: AuditEvent): Transaction | null =>
  transactions[`${action} ${binding}`] ?? null;

/**
 * The outcome of an access; one that was refused or broke off ended there.
 *
 * @see RFC 3881, 5.1.4: 0 success, 8 serious failure, action terminated
 */
export const outcomeOf = ({ outcome }: AuditEvent): '0' | '8' => (outcome === 'ok' ? '0' : '8');

/** Words of the national table of access modes. */
export const purposeWords = {
  normal: 'normal',
  emergency: 'bris_de_glace',
  'regulation-centre': 'centre_15',
} as const satisfies Record<AuditEvent['purpose'], string>;

/** Domains of the national identifiers of professionals and of structures (CI-SIS, NOS). */
export const nationalDomains = {
  professional: '1.2.250.1.71.4.2.1',
  structure: '1.2.250.1.71.4.2.2',
} as const;

/** The identifier of a request among the things that an event names. */
export const requestId = {
  code: 'XrequestId',
  system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType',
} as const;

/** Whether the object of an access is a document: its uniqueId. */
export const isDocument = ({ action }: AuditEvent): boolean => action.startsWith('documents.');
