import type { LocalIdentifier } from '../../identity/index.ts';
import type { Answered, BindingCall, BoundPatient } from './call.ts';
import type { ConsentRecord } from './consent.ts';

/** A means of contact of a member. @group Bindings */
export interface CareCircleContact {
  readonly system: 'phone' | 'email' | 'mss' | 'other';
  /** Never log. */
  readonly value: string;
}

/**
 * Somebody in a care circle, for one period: who left and came back is there twice.
 *
 * @group Bindings
 */
export interface CareCircleMember {
  /** How the platform names this member in its circles; `null` when it does not. */
  readonly reference: string | null;
  readonly kind: 'professional' | 'structure' | 'relative';
  readonly ids: readonly LocalIdentifier[];
  /** Never log. */
  readonly displayName: string;
  /** Code of a role (TRE_R259; TRE_R260 for a relative); `null` when not told. */
  readonly role: string | null;
  readonly contacts: readonly CareCircleContact[];
  /** ISO 8601, UTC; `null` when the platform does not tell. */
  readonly since: string | null;
  /** ISO 8601, UTC; `null` as long as it lasts. */
  readonly until: string | null;
}

/** The care circle of a patient. @group Bindings */
export interface CareCircleRecord {
  readonly id: string;
  /** Changes with each change of the circle; `null` when the platform keeps none. */
  readonly version: string | null;
  /** Present and former members. */
  readonly members: readonly CareCircleMember[];
  /** Professionals that the patient blocked; empty when the platform does not tell. */
  readonly blocked: readonly Pick<CareCircleMember, 'ids' | 'displayName'>[];
}

/** What a professional joins a care circle with. @group Bindings */
export interface CareCircleJoining {
  readonly consent: ConsentRecord;
  readonly role: string;
}

/** Somebody whom a professional adds to a care circle. @group Bindings */
export interface CareCircleAddition {
  readonly consent: ConsentRecord;
  readonly kind: CareCircleMember['kind'];
  /** As the platform names the member already; `null` for one whom it may not know. */
  readonly reference: string | null;
  readonly ids: readonly LocalIdentifier[];
  /** Of a person; the name of a structure. Never log. */
  readonly familyName: string | null;
  readonly givenName: string | null;
  /** Code of a role: TRE_R259, TRE_R260 for a relative. */
  readonly role: string | null;
  readonly contacts: readonly CareCircleContact[];
}

/** A circle to which the professional who asks belongs now. @group Bindings */
export interface FollowedCircle {
  readonly id: string;
  readonly version: string | null;
  /** `null` when the platform does not tell it. */
  readonly regionalId: LocalIdentifier | null;
  /** Other identifiers of the patient, those of the practice among them. */
  readonly ids: readonly LocalIdentifier[];
  readonly role: string | null;
  /** ISO 8601, UTC; `null` when the platform does not tell. */
  readonly since: string | null;
}

/** Care circle transactions. @group Bindings */
export interface CareCircleBinding {
  get(patient: BoundPatient, call: BindingCall): Promise<Answered<CareCircleRecord>>;
  /** The professional who asks. To join twice is a success. */
  join(patient: BoundPatient, joining: CareCircleJoining, call: BindingCall): Promise<Answered<CareCircleRecord>>;
  /** The professional who asks. To leave twice is a success. */
  leave(patient: BoundPatient, call: BindingCall): Promise<Answered<CareCircleRecord>>;
  /** The circles of the professional who asks. */
  listMine(call: BindingCall): Promise<Answered<readonly FollowedCircle[]>>;
  /**
   * Whether the wire has a word for such a member: asked before anything is signed or sent.
   *
   * @defaultValue every member is added
   */
  adds?(member: Pick<CareCircleAddition, 'kind' | 'reference'>): boolean;
  /** Who is in already is no error. */
  addMember(
    patient: BoundPatient,
    addition: CareCircleAddition,
    call: BindingCall,
  ): Promise<Answered<CareCircleRecord>>;
  /** @param reference - as the platform names the member. Who left before is no error. */
  removeMember(patient: BoundPatient, reference: string, call: BindingCall): Promise<Answered<CareCircleRecord>>;
}
