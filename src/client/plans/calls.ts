import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { optionsOf, recordOf } from '../../internal/border.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { resourceIdOf } from '../../internal/words.ts';
import type {
  Answered,
  BindingCall,
  BoundPatient,
  NewPlan,
  PlanChanges,
  PlansBinding,
  PlanStatus,
} from '../../transport/index.ts';
import type { Access } from '../audit/trail.ts';
import { admitted } from '../policy/admitted.ts';
import type { Called, PlatformContext } from '../policy/context.ts';
import { planListChecks, readVersion } from './input.ts';
import type { Plan, PlanList, PlanListOptions, PlanWritten } from './model.ts';

/** Kinds of plan: each is a family of its own, bound by its own name. */
export type PlanFamily = 'interventionPlan';

/** One exchange about the plans of a patient. */
export interface PlanAsked<T> {
  /** Within its family. */
  readonly action: string;
  readonly object?: string;
  readonly reason?: string;
  readonly options: CallOptions;
  readonly send: (plans: Partial<PlansBinding>) => ((call: BindingCall) => Promise<Answered<T>>) | undefined;
}

/** What every kind of plan is asked for. */
export class PlanCalls {
  readonly #context: PlatformContext;
  readonly #family: PlanFamily;

  constructor(context: PlatformContext, family: PlanFamily) {
    this.#context = context;
    this.#family = family;
  }

  async list(
    patient: PatientInput,
    given: PlanListOptions | undefined,
    usual: readonly PlanStatus[],
  ): Promise<PlanList> {
    this.#context.requireReady();
    const { statuses = usual, ...options } = optionsOf('options', given, planListChecks);
    const bound = this.#context.requirePatient(recordOf('patient', patient, 'patient attendu'));
    const send: PlanAsked<Omit<PlanList, 'meta'>>['send'] = (plans) => plans.list?.bind(plans, bound, statuses);
    const { value, meta } = await this.ask(bound, { action: 'list', options, send });
    return { ...value, meta };
  }

  async get(patient: PatientInput, planId: string, given: CallOptions | undefined): Promise<Plan> {
    const { bound, options } = admitted(this.#context, patient, given);
    const id = resourceIdOf('planId', planId);
    const send: PlanAsked<Omit<Plan, 'meta'>>['send'] = (plans) => plans.get?.bind(plans, bound, id);
    const { value, meta } = await this.ask(bound, { action: 'get', object: id, options, send });
    return { ...value, meta };
  }

  /** @param planOf - what is written, once patient and options are in order */
  async create(
    patient: PatientInput,
    planOf: (uuids: () => string, date: string) => NewPlan,
    given: CallOptions | undefined,
  ): Promise<PlanWritten> {
    const { bound, options } = admitted(this.#context, patient, given);
    const { ids, clock } = this.#context.runtime;
    const plan = planOf(() => ids.uuid(), isoUtc(clock.now()));
    const send: PlanAsked<Omit<PlanWritten, 'meta'>>['send'] = (plans) => plans.create?.bind(plans, bound, plan);
    const { value, meta } = await this.ask(bound, { action: 'create', object: plan.uniqueId, options, send });
    return { ...value, meta };
  }

  /** @param changesOf - what is written, given the version that was read */
  async update(
    patient: PatientInput,
    plan: unknown,
    action: string,
    changesOf: (version: ReturnType<typeof readVersion>) => PlanChanges,
    given: CallOptions | undefined,
  ): Promise<PlanWritten> {
    const { bound, options } = admitted(this.#context, patient, given);
    const version = readVersion('plan', plan);
    const changes = changesOf(version);
    const send: PlanAsked<Omit<PlanWritten, 'meta'>>['send'] = (plans) =>
      plans.update?.bind(plans, bound, version, changes);
    const { value, meta } = await this.ask(bound, { action, object: version.id, options, send });
    return { ...value, meta };
  }

  ask<T>(patient: BoundPatient, { action, object, reason, options, send }: PlanAsked<T>): Promise<Called<T>> {
    const family = this.#family;
    const access: Partial<Access> = {
      action: `${family}.${action}`,
      ...(object !== undefined && { object }),
      ...(reason !== undefined && { reason }),
    };
    return this.#context.call<T>({
      operation: family,
      patient,
      purpose: 'normal',
      access,
      options,
      send: (binding) => {
        const plans = binding[family];
        return plans && send(plans);
      },
    });
  }
}
