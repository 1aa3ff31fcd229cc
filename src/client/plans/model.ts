import type { LocalIdentifier } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type {
  PlanActionStatus,
  PlanRecord,
  PlanRecords,
  PlanSchedule,
  PlanStatus,
  WrittenPlan,
} from '../../transport/index.ts';
import type { CallMeta } from '../call.ts';

/** The plans of a patient. @group Plans */
export interface PlanList extends PlanRecords {
  readonly meta: CallMeta;
}

/** One plan. @group Plans */
export interface Plan extends PlanRecord {
  readonly meta: CallMeta;
}

/** A plan that was written. @group Plans */
export interface PlanWritten extends WrittenPlan {
  readonly meta: CallMeta;
}

/** A plan of which one action was written. @group Plans */
export interface PlanActionWritten extends PlanWritten {
  /** What names the action in every later version. */
  readonly key: string;
}

/** Somebody who does an action: by `reference` or by `id`. @group Plans */
export interface PlanPerformerInput {
  /** `reference` of a member of the care circle. */
  readonly reference?: string | undefined;
  readonly id?: LocalIdentifier | undefined;
  /** @defaultValue without a name */
  readonly displayName?: string | undefined;
}

/** When an action is to be done; what is left out is not said. @group Plans */
export interface PlanScheduleInput {
  /** A day, or an instant with its offset (ISO 8601). */
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  /** So many `times` in so much time, such as once every 2 days. */
  readonly rhythm?: PlanSchedule['rhythm'] | undefined;
  /** Such as `08:30`. */
  readonly timesOfDay?: readonly string[] | undefined;
  readonly daysOfWeek?: PlanSchedule['daysOfWeek'] | undefined;
  /** Words for it. */
  readonly text?: string | undefined;
}

/** An action of a new plan. @group Plans */
export interface PlanActionInput {
  /** What is done, such as « Pansement ». */
  readonly label: string;
  readonly status: PlanActionStatus;
  /** A UUID that names it. @defaultValue a new one */
  readonly key?: string | undefined;
  /** @defaultValue without more words */
  readonly description?: string | undefined;
  /** Why it stands so. @defaultValue nothing is said */
  readonly statusReason?: string | undefined;
  /** @defaultValue nothing is said */
  readonly schedule?: PlanScheduleInput | undefined;
  /** @defaultValue nobody is named */
  readonly performers?: readonly PlanPerformerInput[] | undefined;
}

/** What is changed in an action; what is absent stays as it is. @group Plans */
export interface PlanActionChangeInput {
  readonly label?: string | undefined;
  readonly status?: PlanActionStatus | undefined;
  /** `null` takes them away. */
  readonly description?: string | null | undefined;
  /** Goes with its status: of another one, nothing is said unless it is given. */
  readonly statusReason?: string | null | undefined;
  /** Takes the place of the old one. */
  readonly schedule?: PlanScheduleInput | undefined;
  /** Take the place of the old ones. */
  readonly performers?: readonly PlanPerformerInput[] | undefined;
}

/** What is changed in a plan; what is absent stays as it is. @group Plans */
export interface PlanChangesInput {
  readonly status?: PlanStatus | undefined;
  /** `null` takes it away. */
  readonly title?: string | null | undefined;
  readonly start?: string | null | undefined;
  readonly end?: string | null | undefined;
}

/** Options of a list of plans. @group Plans */
export interface PlanListOptions extends CallOptions {
  readonly statuses?: readonly PlanStatus[] | undefined;
}
