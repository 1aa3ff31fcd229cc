import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { HomeAccessRecords, PlanVersion } from '../../transport/index.ts';
import type { CallMeta } from '../call.ts';
import type {
  Plan,
  PlanActionChangeInput,
  PlanActionInput,
  PlanActionWritten,
  PlanChangesInput,
  PlanList,
  PlanListOptions,
  PlanWritten,
} from '../plans/model.ts';

/** How a home is entered. Show it, do not keep it. @group Plans */
export interface HomeAccessInfo extends HomeAccessRecords {
  readonly meta: CallMeta;
}

/** A plan of interventions to write. @group Plans */
export interface InterventionPlanInput {
  readonly status: 'draft' | 'active';
  readonly interventions: readonly PlanActionInput[];
  /** @defaultValue without a title */
  readonly title?: string | undefined;
  /** A day, or an instant with its offset (ISO 8601). @defaultValue it is not said */
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  /**
   * A UUID that your software keeps with its draft: the same plan sent again under the same UUID is
   * not written twice.
   *
   * @defaultValue a new one: a plan whose outcome is unknown cannot be sent again safely
   */
  readonly uniqueId?: string | undefined;
}

/** How an intervention ended. @group Plans */
export interface InterventionEnd {
  /** `completed`: it was done. */
  readonly status: 'completed' | 'stopped' | 'cancelled';
  /** @defaultValue nothing is said */
  readonly reason?: string | undefined;
}

/**
 * An intervention to write: of a key that is in the plan, what is absent stays as it is; any other
 * is added, and has a label and a status.
 *
 * @group Plans
 */
export interface InterventionWrite extends PlanActionChangeInput {
  /** A UUID. @defaultValue a new one: an intervention is added */
  readonly key?: string | undefined;
}

/**
 * The plan of interventions at the home of a patient: who comes, for what, how often. That
 * Terr-eSanté carries it over FHIR is an assumption, which the descriptor makes by binding
 * `interventionPlan`; without it: `TE_UNSUPPORTED`, before any connection.
 *
 * @experimental
 * @see HL7 FHIR R4, CarePlan: no national guide has a profile for it
 * @group Plans
 */
export interface InterventionPlanOperations {
  /**
   * The plans of a patient, whole; of the usual statuses those that are `active` or `on-hold`.
   *
   * @throws TerrESanteError `TE_CONFIG_INVALID`, `TE_UNSUPPORTED`, `TE_INPUT_INVALID`,
   *   `TE_IDENTITY_*`, `TE_DOSSIER_ABSENT`, `TE_NOT_IN_CIRCLE`, `TE_AUTHN_*`, `TE_FORBIDDEN`,
   *   `TE_PROTOCOL`, `TE_UNAVAILABLE`, `TE_TIMEOUT`, `TE_AUDIT`
   */
  list(patient: PatientInput, options?: PlanListOptions): Promise<PlanList>;
  /**
   * One plan, as it is now.
   *
   * @throws TerrESanteError `TE_NOT_FOUND` and those of `list`
   */
  get(patient: PatientInput, planId: string, options?: CallOptions): Promise<Plan>;
  /**
   * Writes a plan, as the professional of the configuration.
   *
   * @throws TerrESanteError `TE_DUPLICATE` (another plan has this UUID), `TE_VALIDATION` and those
   *   of `list`; with `details.unknownOutcome` the platform may hold it: send it again under the
   *   same `uniqueId`
   */
  create(patient: PatientInput, plan: InterventionPlanInput, options?: CallOptions): Promise<PlanWritten>;
  /**
   * Changes what is said of the whole plan, over the version that was read and over no other.
   * Nothing of the plan is lost, what this library does not know included.
   *
   * @param plan - `id` and `version` of the plan as it was shown
   * @throws TerrESanteError `TE_CONFLICT` (it changed since: `details.currentVersion`,
   *   `currentStatus` and `currentActions` say what it has become), `TE_NOT_FOUND` and those of
   *   `create`
   */
  update(
    patient: PatientInput,
    plan: PlanVersion,
    changes: PlanChangesInput,
    options?: CallOptions,
  ): Promise<PlanWritten>;
  /**
   * Adds an intervention, or changes the one of this key. What is so already is a success.
   *
   * @throws TerrESanteError as `update`; `TE_NOT_FOUND` for an intervention that is not there and
   *   cannot be added without a label and a status
   */
  upsertIntervention(
    patient: PatientInput,
    plan: PlanVersion,
    intervention: InterventionWrite,
    options?: CallOptions,
  ): Promise<PlanActionWritten>;
  /**
   * An intervention is done, or stops: it stays in the plan. To end it twice is a success.
   *
   * @param intervention - its key, or its `index` in the version that was read
   * @throws TerrESanteError as `update`
   */
  endIntervention(
    patient: PatientInput,
    plan: PlanVersion,
    intervention: string | number,
    end: InterventionEnd,
    options?: CallOptions,
  ): Promise<PlanWritten>;
  /**
   * How the home is entered: keys, code of the door. It is asked for by itself, with a reason that
   * goes into the journal, and is in no plan, list or print.
   *
   * @param reason - one line, 200 characters at most
   * @throws TerrESanteError `TE_CONFIG_INVALID` for a client without a journal (`audit`), and those
   *   of `list`
   */
  getAccessInfo(patient: PatientInput, reason: string, options?: CallOptions): Promise<HomeAccessInfo>;
}
