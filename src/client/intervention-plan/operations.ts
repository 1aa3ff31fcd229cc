import { TerrESanteError } from '../../errors.ts';
import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { needed, optionsOf, refuseArgument, type Checks } from '../../internal/border.ts';
import { choice, listOf } from '../../internal/option-checks.ts';
import { uuid, words } from '../../internal/words.ts';
import type { InterventionPlanBinding, NewPlan, PlanChanges, PlanVersion } from '../../transport/index.ts';
import { admitted } from '../policy/admitted.ts';
import type { PlatformContext } from '../policy/context.ts';
import { reasonOf } from '../policy/purpose.ts';
import { PlanCalls } from '../plans/calls.ts';
import {
  actionChange,
  actionInput,
  actionName,
  changeChecks,
  isAfter,
  moment,
  newAction,
  planChanges,
} from '../plans/input.ts';
import type { PlanActionWritten } from '../plans/model.ts';
import type {
  HomeAccessInfo,
  InterventionEnd,
  InterventionPlanInput,
  InterventionPlanOperations,
  InterventionWrite,
} from './model.ts';

const planChecks: Checks<InterventionPlanInput> = {
  status: needed(choice('draft', 'active')),
  interventions: needed(listOf(actionInput)),
  title: words,
  start: moment,
  end: moment,
  uniqueId: uuid,
};

const endChecks: Checks<InterventionEnd> = {
  status: needed(choice('completed', 'stopped', 'cancelled')),
  reason: words,
};

const writeChecks: Checks<InterventionWrite> = { ...changeChecks, key: uuid };

/** Plans that are not over. */
const usual = ['active', 'on-hold'] as const;

/** The operations of the plans of interventions of a client. */
export function createInterventionPlanOperations(context: PlatformContext): InterventionPlanOperations {
  const calls = new PlanCalls(context, 'interventionPlan');
  return {
    list: (patient, options) => calls.list(patient, options, usual),
    get: (patient, planId, options) => calls.get(patient, planId, options),
    create: (patient, plan, options) => calls.create(patient, (uuids, date) => newPlan(plan, uuids, date), options),
    update: (patient, plan, changes, options) =>
      calls.update(patient, plan, 'update', () => planChanges(changes), options),
    upsertIntervention: (patient, plan, intervention, options) =>
      upsert(context, calls, { patient, plan, intervention, options }),
    async endIntervention(patient, plan, intervention, end, options) {
      const changesOf = (version: PlanVersion): PlanChanges => endOf(version, intervention, end);
      return calls.update(patient, plan, 'endIntervention', changesOf, options);
    },
    getAccessInfo: (patient, reason, options) => accessInfo(context, calls, { patient, reason, options }),
  };
}

/** @throws TerrESanteError `TE_INPUT_INVALID` */
function newPlan(given: InterventionPlanInput, uuids: () => string, date: string): NewPlan {
  const plan = optionsOf('plan', given as InterventionPlanInput | undefined, planChecks);
  const { status, interventions, title = null, start = null, end = null, uniqueId } = plan;
  if (start !== null && end !== null && isAfter(start, end)) refuseArgument('plan.end', 'fin après le début');
  const actions = interventions.map((action) => newAction(action, uuids));
  if (new Set(actions.map(({ key }) => key)).size < actions.length) {
    refuseArgument('plan.interventions', 'une clé par intervention attendue');
  }
  return { uniqueId: uniqueId ?? uuids(), status, title, start, end, date, goals: [], actions };
}

interface Upsert {
  readonly patient: PatientInput;
  readonly plan: PlanVersion;
  readonly intervention: InterventionWrite;
  readonly options: CallOptions | undefined;
}

async function upsert(
  context: PlatformContext,
  calls: PlanCalls,
  { patient, plan, intervention, options }: Upsert,
): Promise<PlanActionWritten> {
  let action = '';
  const changesOf = (): PlanChanges => {
    const { key, ...rest } = optionsOf('intervention', intervention as InterventionWrite | undefined, writeChecks);
    action = key ?? context.runtime.ids.uuid();
    const change = actionChange('intervention', rest);
    const isWhole = change.label !== undefined && change.status !== undefined;
    if (key === undefined && !isWhole) refuseArgument('intervention', 'label et status attendus, ou key');
    return { actions: [{ action, change }] };
  };
  const written = await calls.update(patient, plan, 'upsertIntervention', changesOf, options);
  return { ...written, key: action };
}

function endOf(version: PlanVersion, intervention: unknown, given: InterventionEnd): PlanChanges {
  const action = actionName('intervention', intervention, version);
  const { status, reason } = optionsOf('end', given as InterventionEnd | undefined, endChecks);
  return { actions: [{ action, change: { status, ...(reason !== undefined && { statusReason: reason }) } }] };
}

/** Nobody reads keys without a trace of it. */
async function accessInfo(
  context: PlatformContext,
  calls: PlanCalls,
  { patient, reason, options: given }: { patient: PatientInput; reason: string; options: CallOptions | undefined },
): Promise<HomeAccessInfo> {
  const { bound, options } = admitted(context, patient, given);
  const why = reasonOf('reason', reason);
  const { value, meta } = await calls.ask(bound, {
    action: 'getAccessInfo',
    reason: why,
    options,
    send: (plans) => {
      const own: Partial<InterventionPlanBinding> = plans;
      if (own.getAccessInfo && !context.trail.isKept) throw withoutJournal();
      return own.getAccessInfo?.bind(own, bound);
    },
  });
  return { ...value, meta };
}

function withoutJournal(): TerrESanteError {
  return new TerrESanteError('TE_CONFIG_INVALID', "L'accès au domicile se lit avec un journal des accès.", {
    details: { path: 'audit' },
  });
}
