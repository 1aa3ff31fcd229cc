import type { LocalIdentifier } from '../../identity/index.ts';
import type { Answered, BindingCall, BoundPatient } from './call.ts';
import type { actionStatuses, daysOfWeek, planStatuses, rhythmUnits } from './plan-codes.ts';

/** @group Bindings */
export type PlanStatus = (typeof planStatuses)[number];

/** @group Bindings */
export type PlanActionStatus = (typeof actionStatuses)[number];

/** Somebody whom a plan names, as the platform tells it. @group Bindings */
export interface PlanPerson {
  /** `null` when the platform does not tell. */
  readonly kind: 'professional' | 'structure' | 'relative' | 'patient' | 'device' | null;
  readonly ids: readonly LocalIdentifier[];
  /** Never log. */
  readonly displayName: string | null;
}

/** So many times in so much time, such as once every 2 days. @group Bindings */
export interface PlanRhythm {
  readonly times: number;
  readonly every: number;
  readonly unit: (typeof rhythmUnits)[number];
}

/** When an action is to be done. @group Bindings */
export interface PlanSchedule {
  /** An instant in UTC, or the day, month or year; `null` when it is not told. */
  readonly start: string | null;
  readonly end: string | null;
  readonly rhythm: PlanRhythm | null;
  /** Such as `08:30`. */
  readonly timesOfDay: readonly string[];
  readonly daysOfWeek: readonly (typeof daysOfWeek)[number][];
  /** Words for it. */
  readonly text: string | null;
  /** `false`: the platform says more of it than this. */
  readonly isWhole: boolean;
}

/** One action of a plan. @group Bindings */
export interface PlanAction {
  /** What names it whatever the version of the plan; `null` when nothing does. */
  readonly key: string | null;
  /** Its place in this version of the plan. */
  readonly index: number;
  /** `null` for one that is described elsewhere. */
  readonly status: PlanActionStatus | null;
  /** Why it stands so. */
  readonly statusReason: string | null;
  /** `true`: it is not to be done. */
  readonly doNotPerform: boolean;
  readonly label: string | null;
  readonly description: string | null;
  /** `null` when nothing is told. */
  readonly schedule: PlanSchedule | null;
  readonly performers: readonly PlanPerson[];
  /** Whether the professional who asks is one of them; `null` when that cannot be said. */
  readonly isOwn: boolean | null;
  /** Ids of the objectives that it serves. */
  readonly goals: readonly string[];
}

/** An objective of a plan. @group Bindings */
export interface PlanGoal {
  readonly id: string;
  readonly label: string | null;
  /** `lifecycleStatus` of FHIR: `rejected` and `cancelled` are those that were not achieved. */
  readonly status: string | null;
}

/** A plan, in the version that was read. @group Bindings */
export interface PlanVersion {
  readonly id: string;
  /** `null` where the platform keeps none. */
  readonly version: string | null;
}

/** A plan of a patient. @group Bindings */
export interface PlanRecord extends PlanVersion {
  /** What names it whatever its version; `null` without one. */
  readonly uniqueId: string | null;
  readonly status: PlanStatus;
  readonly title: string | null;
  /** What the platform calls it; `null` when it does not tell what kind of plan it is. */
  readonly category: string | null;
  readonly start: string | null;
  readonly end: string | null;
  readonly createdAt: string | null;
  /** When the platform changed it last: ISO 8601, UTC. */
  readonly updatedAt: string | null;
  readonly author: PlanPerson | null;
  readonly goals: readonly PlanGoal[];
  readonly actions: readonly PlanAction[];
  /** Actions that cannot be read, or may mean their contrary. */
  readonly unread: number;
}

/** The plans of a patient. @group Bindings */
export interface PlanRecords {
  readonly plans: readonly PlanRecord[];
  /** Plans that cannot be read, or may mean their contrary. */
  readonly unread: number;
}

/** Somebody to name: as a member of a circle is named, or by an identifier. @group Bindings */
export interface PlanPerformer {
  readonly reference: string | null;
  readonly id: LocalIdentifier | null;
  readonly displayName: string | null;
}

/** When an action is to be done, to write. @group Bindings */
export type NewSchedule = Omit<PlanSchedule, 'isWhole'>;

/** What is written of an action; what is absent stays as it is. @group Bindings */
export interface PlanActionChange {
  readonly label?: string | undefined;
  readonly description?: string | null | undefined;
  readonly status?: PlanActionStatus | undefined;
  readonly statusReason?: string | null | undefined;
  readonly schedule?: NewSchedule | undefined;
  readonly performers?: readonly PlanPerformer[] | undefined;
}

/** An action to write: one of this key is changed, else it is added. @group Bindings */
export interface PlanActionWrite {
  /** Its key, or its place in the version that was read. */
  readonly action: string | number;
  readonly change: PlanActionChange;
}

/** A plan to write. @group Bindings */
export interface NewPlan {
  /** A UUID: what makes the same plan, sent again, the same. */
  readonly uniqueId: string;
  readonly status: 'draft' | 'active';
  readonly title: string | null;
  readonly start: string | null;
  readonly end: string | null;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly goals: readonly { readonly key: string; readonly label: string }[];
  readonly actions: readonly (PlanActionChange & { readonly key: string; readonly goals: readonly string[] })[];
}

/** What is changed in a plan; what is absent stays as it is. @group Bindings */
export interface PlanChanges {
  readonly status?: PlanStatus | undefined;
  readonly title?: string | null | undefined;
  readonly start?: string | null | undefined;
  readonly end?: string | null | undefined;
  readonly actions?: readonly PlanActionWrite[] | undefined;
}

/** What became of a plan that was written. @group Bindings */
export interface WrittenPlan extends PlanVersion {
  readonly uniqueId: string | null;
  /** `false`: the platform had it so already. */
  readonly isChanged: boolean;
}

/** Plans of one kind. @group Bindings */
export interface PlansBinding {
  /** Each plan whose status is one of these. */
  list(patient: BoundPatient, statuses: readonly PlanStatus[], call: BindingCall): Promise<Answered<PlanRecords>>;
  get(patient: BoundPatient, id: string, call: BindingCall): Promise<Answered<PlanRecord>>;
  /** The same plan again is a success. */
  create(patient: BoundPatient, plan: NewPlan, call: BindingCall): Promise<Answered<WrittenPlan>>;
  /** Never over a version that was not read. What is so already is a success. */
  update(
    patient: BoundPatient,
    plan: PlanVersion,
    changes: PlanChanges,
    call: BindingCall,
  ): Promise<Answered<WrittenPlan>>;
}
