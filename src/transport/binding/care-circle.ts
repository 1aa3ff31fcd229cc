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
  readonly kind: 'professional' | 'structure' | 'relative';
  readonly ids: readonly LocalIdentifier[];
  /** Never log. */
  readonly displayName: string;
  /** Code of a role (TRE_R259; TRE_R260 for a relative); `null` when not told. */
  readonly role: string | null;
  readonly contacts: readonly CareCircleContact[];
  /** ISO 8601, UTC. */
  readonly since: string;
  /** ISO 8601, UTC; `null` as long as it lasts. */
  readonly until: string | null;
}

/** The care circle of a patient. @group Bindings */
export interface CareCircleRecord {
  readonly id: string;
  /** Changes with each change of the circle. */
  readonly version: string;
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

/** Care circle transactions. @group Bindings */
export interface CareCircleBinding {
  get(patient: BoundPatient, call: BindingCall): Promise<Answered<CareCircleRecord>>;
  /** The professional who asks. To join twice is a success. */
  join(patient: BoundPatient, joining: CareCircleJoining, call: BindingCall): Promise<Answered<CareCircleRecord>>;
  /** The professional who asks. To leave twice is a success. */
  leave(patient: BoundPatient, call: BindingCall): Promise<Answered<CareCircleRecord>>;
}
