import type { Json } from '../../internal/json/index.ts';
import type { NewPlan, NewSchedule, PlanActionChange, PlanPerformer, PlanRhythm } from '../binding/plans.ts';
import { oidUri } from '../fhir/address.ts';
import { uriSystem, type PlanKind } from './names.ts';

/** Who a plan is about and by whom: references that the server follows. */
export interface PlanReferences {
  readonly subject: string;
  readonly author: string;
  /** Of each objective, by its key. */
  readonly goals: ReadonlyMap<string, string>;
}

/** What names a plan, an action or an objective once and for all. */
export const planKey = (uuid: string): { readonly system: string; readonly value: string } => ({
  system: uriSystem,
  value: `urn:uuid:${uuid}`,
});

/**
 * A plan. Its author is its referent, where somebody guarantees that it is applied.
 *
 * @see HL7 FHIR R4, CarePlan; HAS, Plan personnalisé de coordination en santé (2019)
 */
export function writePlan(plan: NewPlan, kind: PlanKind, { subject, author, goals }: PlanReferences): Json {
  const { uniqueId, status, title, start, end, date } = plan;
  const { category } = kind;
  const goal = plan.goals.flatMap(({ key }) => referenceTo(goals.get(key)));
  const activity = plan.actions.map((action) => ({
    detail: newDetail(
      action.key,
      kind,
      action,
      action.goals.flatMap((key) => referenceTo(goals.get(key))),
    ),
  }));
  return {
    resourceType: 'CarePlan',
    identifier: [planKey(uniqueId)],
    status,
    intent: 'plan',
    category: ['text' in category ? { text: category.text } : { coding: [category] }],
    ...(title !== null && { title }),
    subject: { reference: subject },
    ...periodOf(start, end),
    created: date,
    author: { reference: author },
    ...(goal.length > 0 && { goal }),
    ...(activity.length > 0 && { activity }),
  };
}

const referenceTo = (reference: string | undefined): readonly Json[] =>
  reference === undefined ? [] : [{ reference }];

export const periodOf = (start: string | null, end: string | null): Json =>
  start === null && end === null ? {} : { period: { ...(start !== null && { start }), ...(end !== null && { end }) } };

/** @see HL7 FHIR R4, Goal: `active` is one that is being worked at */
export function writeGoal(goal: NewPlan['goals'][0], subject: string): Json {
  return {
    resourceType: 'Goal',
    identifier: [planKey(goal.key)],
    lifecycleStatus: 'active',
    description: { text: goal.label },
    subject: { reference: subject },
  };
}

/**
 * An action: its key is the address of what it is an instance of, for ids of elements are not kept
 * by every server.
 */
export function newDetail(
  key: string,
  { actionKind }: PlanKind,
  change: PlanActionChange,
  goal: readonly Json[] = [],
): Json {
  return {
    kind: actionKind,
    instantiatesUri: [planKey(key).value],
    ...detailParts(change),
    ...(goal.length > 0 && { goal }),
  };
}

/** The parts of an action that are said; the others are left out. */
function detailParts({ label, description, status, statusReason, schedule, performers = [] }: PlanActionChange): Json {
  return {
    ...(label !== undefined && { code: { text: label } }),
    ...(status !== undefined && { status }),
    ...(typeof statusReason === 'string' && { statusReason: { text: statusReason } }),
    ...(schedule && scheduled(schedule)),
    ...(performers.length > 0 && { performer: performers.map(performerOf) }),
    ...(typeof description === 'string' && { description }),
  };
}

/** A member of a circle is a resource of the server; anybody else has an identifier. */
export function performerOf({ reference, id, displayName }: PlanPerformer): Json {
  return {
    ...(reference !== null && { reference }),
    ...(id !== null && { identifier: { system: oidUri(id.system), value: id.value } }),
    ...(displayName !== null && { display: displayName }),
  };
}

/** @see HL7 FHIR R4, CarePlan.activity.detail.scheduled[x]; Timing, rules tim-1 to tim-10 */
export function scheduled(schedule: NewSchedule): Json {
  const { start, end, rhythm, timesOfDay, daysOfWeek, text } = schedule;
  const { period } = periodOf(start, end);
  const isRepeated = rhythm !== null || timesOfDay.length > 0 || daysOfWeek.length > 0;
  if (!isRepeated && text === null) return period === undefined ? {} : { scheduledPeriod: period };
  if (!isRepeated && period === undefined) return { scheduledString: text };

  const repeat = {
    ...(period !== undefined && { boundsPeriod: period }),
    ...(rhythm !== null && frequencyOf(rhythm)),
    ...(daysOfWeek.length > 0 && { dayOfWeek: daysOfWeek }),
    ...(timesOfDay.length > 0 && { timeOfDay: timesOfDay.map((time) => `${time}:00`) }),
  };
  return { scheduledTiming: { repeat, ...(text !== null && { code: { text } }) } };
}

const frequencyOf = ({ times, every, unit }: PlanRhythm): Json => ({
  frequency: times,
  period: every,
  periodUnit: unit,
});
