import type { LocalIdentifier, PatientTraits } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { AlertsBinding } from './alerts.ts';
import type { Answered, BindingCall, BoundPatient } from './call.ts';
import type { CareCircleBinding } from './care-circle.ts';
import type { ConsentBinding, ConsentRecord } from './consent.ts';
import type { DocumentsBinding } from './documents.ts';
import type { MeasuresBinding } from './measures.ts';
import type { InterventionPlanBinding } from './home-access.ts';
import type { NotesBinding } from './notes.ts';
import type { SupportBinding } from './support.ts';

export type { Answered, BindingCall, BoundPatient } from './call.ts';
export type { ConsentRecord } from './consent.ts';
export type {
  DocumentPage,
  DocumentPeriod,
  DocumentQuery,
  DocumentRecord,
  DocumentsBinding,
  DocumentStatus,
  RecordedAuthor,
  VisibilityChange,
} from './documents.ts';

/**
 * The wire families an operation can be bound to: those of this package, and any name under which
 * an editor registers a binding of its own.
 *
 * @group Bindings
 */
export type BindingKind = 'simulator-http' | 'soap-ihe' | 'fhir-r4' | (string & Record<never, never>);

/** Whether the professional belongs to the patient's care circle. @group Bindings */
export type Membership = 'member' | 'not-member' | 'blocked' | 'unknown';

/** A dossier as the platform describes it. @group Bindings */
export interface DossierRecord {
  readonly state: 'exists' | 'absent' | 'closed' | 'ambiguous' | 'unknown';
  readonly regionalId: LocalIdentifier | null;
  readonly sharing: 'shared' | 'not-shared' | null;
  readonly membership: Membership;
  readonly isTreatingPhysician: boolean | null;
  /** ISO 8601, UTC. */
  readonly dates: {
    readonly lastAccess: string | null;
    readonly lastUpdate: string | null;
    readonly lastDocumentAdded: string | null;
  };
  /** Traits the platform holds: to compare, never to display nor to write back. */
  readonly identity: PatientTraits | null;
}

/** The choices made at creation. @group Bindings */
export interface DossierCreation {
  readonly consent: ConsentRecord;
  readonly sharing: 'shared' | 'not-shared';
  /** Role in the care circle, or `null` to create without joining. */
  readonly joinAs: string | null;
}

/** A created dossier. @group Bindings */
export interface CreatedDossier {
  /** `null` when the platform does not tell it. */
  readonly regionalId: LocalIdentifier | null;
  readonly dossierId: string | null;
  readonly careTeamId: string | null;
}

/** A count of new documents; `count` is `null` when the platform could not say. @group Bindings */
export interface CountRecord {
  readonly count: number | null;
  /** The cut-off the platform used, ISO 8601 UTC; `null` when it knows none. */
  readonly since: string | null;
  /** ISO 8601, UTC, on the platform's clock. */
  readonly asOf: string;
}

/** The count of the practitioner, with one line per followed dossier. @group Bindings */
export interface PractitionerCountRecord extends CountRecord {
  readonly perPatient: readonly { readonly regionalId: LocalIdentifier; readonly count: number | null }[];
}

/**
 * One event of a dossier. Carries no title, author or type: existence is enough for a notification.
 *
 * @group Bindings
 */
export interface NotificationRecord {
  readonly id: string;
  readonly kind: 'document' | 'visibility-changed';
  readonly regionalId: LocalIdentifier;
  /** XDS uniqueId of the document concerned. */
  readonly uniqueId: string | null;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** A page of events, oldest first. @group Bindings */
export interface NotificationPage {
  readonly items: readonly NotificationRecord[];
  /** Where the next page starts; `null` at the end. */
  readonly next: string | null;
  /** The cut-off the platform applied, ISO 8601 UTC; `null` when it knows none. */
  readonly since: string | null;
  readonly asOf: string;
}

/** Which events are asked for. @group Bindings */
export interface NotificationQuery {
  /** Exclusive lower bound, ISO 8601 UTC; `null`: the platform's own cut-off. */
  readonly since: string | null;
  readonly countOwnDeposits: boolean;
  readonly limit?: number | undefined;
  readonly cursor?: string | null | undefined;
}

/** Dossier transactions. @group Bindings */
export interface DossierBinding {
  status(patient: BoundPatient, call: BindingCall): Promise<Answered<DossierRecord>>;
  create(patient: BoundPatient, creation: DossierCreation, call: BindingCall): Promise<Answered<CreatedDossier>>;
}

/** Notification transactions. @group Bindings */
export interface NotificationsBinding {
  countForPatient(patient: BoundPatient, query: NotificationQuery, call: BindingCall): Promise<Answered<CountRecord>>;
  countForPractitioner(query: NotificationQuery, call: BindingCall): Promise<Answered<PractitionerCountRecord>>;
  list(patient: BoundPatient | null, query: NotificationQuery, call: BindingCall): Promise<Answered<NotificationPage>>;
}

/** An exchange that carries neither assertion nor patient. @group Bindings */
export interface PlatformProbe {
  /** HTTP `Date` of the answer; `null` when it has none. */
  readonly dateHeader: string | null;
  /** Our clock before and after, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly receivedAt: number;
}

/**
 * One way to speak to the platform. It knows the wire and no rule: policy has run before it is
 * called. An absent member is an operation that this binding cannot carry.
 *
 * @group Bindings
 */
export interface PlatformBinding {
  readonly kind: BindingKind;
  readonly dossier?: Partial<DossierBinding> | undefined;
  readonly notifications?: Partial<NotificationsBinding> | undefined;
  readonly documents?: Partial<DocumentsBinding> | undefined;
  readonly consent?: Partial<ConsentBinding> | undefined;
  readonly careCircle?: Partial<CareCircleBinding> | undefined;
  readonly alerts?: Partial<AlertsBinding> | undefined;
  readonly notes?: Partial<NotesBinding> | undefined;
  readonly support?: Partial<SupportBinding> | undefined;
  readonly measures?: Partial<MeasuresBinding> | undefined;
  readonly interventionPlan?: Partial<InterventionPlanBinding> | undefined;
  /** Reaches the server and reads its clock, for `te.diagnose()`. Any answer will do. */
  probe?(options?: CallOptions): Promise<PlatformProbe>;
  /** Closes idle connections; safe to call twice. */
  close?(): Promise<void>;
}
