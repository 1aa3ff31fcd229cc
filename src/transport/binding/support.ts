import type { LocalIdentifier } from '../../identity/index.ts';
import type { Answered, BindingCall, BoundPatient } from './call.ts';
import type { ConsentRecord } from './consent.ts';
import type { NoteAuthor } from './notes.ts';

/** How far a request for support is. @group Bindings */
export type SupportState =
  'draft' | 'sent' | 'received' | 'accepted' | 'rejected' | 'in-progress' | 'completed' | 'cancelled';

/** How soon an answer is needed. @see HL7 FHIR R4, request-priority @group Bindings */
export type SupportUrgency = 'routine' | 'urgent' | 'asap' | 'stat';

/** A structure that is asked, as a repository names it. @group Bindings */
export interface SupportRecipient {
  /** FINESS number; `null` without one. */
  readonly finess: string | null;
  /** National identifier of the structure; `null` when it is not known. */
  readonly structureId: string | null;
  readonly name: string | null;
}

/** Why support is asked for: words, and their codes. @group Bindings */
export interface SupportReason {
  readonly text: string;
  readonly codes: readonly { readonly system: string; readonly code: string }[];
}

/** A request for support to make. @group Bindings */
export interface NewSupportRequest {
  /** A UUID: what makes the same request, sent again, the same. */
  readonly uniqueId: string;
  readonly structure: SupportRecipient;
  /** What is asked for. */
  readonly need: string;
  readonly reasons: readonly SupportReason[];
  /** `null`: not told. */
  readonly urgency: SupportUrgency | null;
  /** uniqueIds of documents of the dossier. */
  readonly documents: readonly string[];
  /** MSSanté address for the answer. */
  readonly replyTo: string | null;
  /** Of the patient, to this request; `null` where nobody is named. */
  readonly consent: ConsentRecord | null;
  /** ISO 8601, UTC. */
  readonly date: string;
}

/** A request, in the version that was read. @group Bindings */
export interface SupportVersion {
  readonly id: string;
  /** `null` where the platform keeps none. */
  readonly version: string | null;
}

/** What became of a request that was written. @group Bindings */
export interface WrittenSupportRequest extends SupportVersion {
  readonly uniqueId: string | null;
  readonly state: SupportState | null;
  /** The platform had it already: the same one was sent before. */
  readonly existed: boolean;
}

/** A request for support. @group Bindings */
export interface SupportRecord extends SupportVersion {
  /** Of the request, whatever its version; `null` without one. */
  readonly uniqueId: string | null;
  /** `information`: it names no patient. */
  readonly kind: 'care' | 'information';
  /** `null` for a word that nobody here knows. */
  readonly state: SupportState | null;
  /** Why it is where it is, in the words of the structure: the reason of a refusal. Never log. */
  readonly stateReason: string | null;
  /** Who is asked. */
  readonly structure: { readonly ids: readonly LocalIdentifier[]; readonly name: string | null } | null;
  /** What is asked for. Never log. */
  readonly need: string | null;
  /** Never log. */
  readonly reasons: readonly string[];
  readonly urgency: SupportUrgency | null;
  /** What was written beside, by whoever. Never log. */
  readonly comments: readonly string[];
  /** Identifiers of the patient, where the platform tells them; empty without a patient. */
  readonly patientIds: readonly LocalIdentifier[];
  readonly requesters: readonly NoteAuthor[];
  /** Whether the professional who asks made it; `null` when the platform does not tell. */
  readonly isOwn: boolean | null;
  /** ISO 8601, UTC, or the day, month or year that it is. */
  readonly requestedAt: string | null;
  /** When it moved last: ISO 8601, UTC. */
  readonly updatedAt: string | null;
}

/** A step of a request. @group Bindings */
export interface SupportStep {
  readonly state: SupportState | null;
  readonly reason: string | null;
  readonly at: string | null;
}

/** A request, and what it went through. @group Bindings */
export interface SupportDetail extends SupportRecord {
  /** Oldest first; `null` when the platform keeps no history. */
  readonly history: readonly SupportStep[] | null;
}

/** Which requests are asked for. @group Bindings */
export interface SupportQuery {
  /** Empty: every state. */
  readonly states: readonly SupportState[];
  /** Moved from this instant on (inclusive), ISO 8601 UTC. */
  readonly updatedSince: string | null;
}

/** Some requests of a list. @group Bindings */
export interface SupportPage {
  readonly requests: readonly SupportRecord[];
  /** What cannot be read, or may mean its contrary. */
  readonly unread: number;
  readonly isLast: boolean;
  /** Of the last page, `false`: the platform announces more than it gave. */
  readonly isComplete: boolean;
}

/** A list that is read page after page, each an exchange of its own. @group Bindings */
export interface SupportPages {
  next(call: BindingCall): Promise<Answered<SupportPage>>;
}

/** Requests for support to a coordination structure. @group Bindings */
export interface SupportBinding {
  /** Whether the platform carries a request to this structure. Names no patient. */
  reaches(structure: SupportRecipient, call: BindingCall): Promise<Answered<boolean>>;
  /**
   * The same request again is a success.
   *
   * @param patient - `null` for a request for information
   */
  request(
    patient: BoundPatient | null,
    request: NewSupportRequest,
    call: BindingCall,
  ): Promise<Answered<WrittenSupportRequest>>;
  /**
   * Asks for nothing yet.
   *
   * @param patient - `null`: those that the caller made, whoever they are for
   */
  list(patient: BoundPatient | null, query: SupportQuery): SupportPages;
  get(patient: BoundPatient | null, id: string, call: BindingCall): Promise<Answered<SupportDetail>>;
  /** Never over a version that was not read; to cancel what is cancelled is a success. */
  cancel(
    patient: BoundPatient | null,
    request: SupportVersion,
    reason: string | null,
    call: BindingCall,
  ): Promise<Answered<WrittenSupportRequest>>;
}
