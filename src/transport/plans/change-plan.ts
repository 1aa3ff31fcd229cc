import { isDeepStrictEqual } from 'node:util';

import { TerrESanteError } from '../../errors.ts';
import { isObject, writeJson, type Json } from '../../internal/json/index.ts';
import type { NewSchedule, PlanActionChange, PlanActionWrite, PlanChanges } from '../binding/plans.ts';
import { isModified } from '../fhir/bundle.ts';
import { withMember, withoutOldWords } from '../fhir/with-member.ts';
import type { PlanKind } from './names.ts';
import { activitiesOf, keyOf, wordsOf } from './read-plan.ts';
import { readSchedule } from './read-schedule.ts';
import { newDetail, performerOf, scheduled } from './write-plan.ts';

/**
 * A plan with some of its parts changed, and everything else as it was read: elements and
 * extensions that nobody here knows, the order of lists, the digits of numbers.
 *
 * @returns `null` when nothing changes
 * @throws TerrESanteError `TE_NOT_FOUND` for an action that is not there, `TE_UNSUPPORTED` for one
 *   that is described elsewhere or may mean its contrary
 */
export function changedPlan(resource: Json, changes: PlanChanges, kind: PlanKind): Json | null {
  const { status, title, start, end, actions = [] } = changes;
  const steps: readonly ((plan: Json) => Json)[] = [
    (plan) => (status === undefined ? plan : withMember(plan, 'status', status)),
    (plan) => (title === undefined ? plan : withMember(plan, 'title', title ?? undefined)),
    (plan) => (start === undefined && end === undefined ? plan : withPeriod(plan, { start, end })),
    (plan) => actions.reduce((changed, write) => withAction(changed, write, kind), plan),
  ];
  const changed = steps.reduce((plan, step) => step(plan), resource);
  return writeJson(changed) === writeJson(resource) ? null : withoutOldWords(changed);
}

function withPeriod(plan: Json, bounds: Readonly<Record<'start' | 'end', string | null | undefined>>): Json {
  let period: Json = isObject(plan['period']) ? plan['period'] : {};
  for (const name of ['start', 'end'] as const) {
    const bound = bounds[name];
    // What extends the old bound, such as its precision, is not said of the new one.
    if (bound !== undefined && bound !== period[name]) {
      period = withMember(period, name, undefined);
      if (bound !== null) period = { ...period, [name]: bound };
    }
  }
  return withMember(plan, 'period', Object.keys(period).length === 0 ? undefined : period);
}

function withAction(plan: Json, { action, change }: PlanActionWrite, kind: PlanKind): Json {
  const activities = activitiesOf(plan);
  const place = typeof action === 'number' ? action : activities.findIndex((each) => keyOf(each) === action);
  const held = activities[place];
  if (held === undefined) return { ...plan, activity: [...activities, added(action, change, kind)] };

  const detail = isObject(held) ? held['detail'] : undefined;
  if (!isObject(held) || !isObject(detail) || isModified(held) || isModified(detail)) {
    throw new TerrESanteError('TE_UNSUPPORTED', 'Cette action du plan ne se change pas ici : ouvrez le portail.', {
      details: { reason: 'action', unknownOutcome: false },
    });
  }
  const next = { ...held, detail: changedDetail(detail, change) };
  return { ...plan, activity: activities.map((each, index) => (index === place ? next : each)) };
}

/** An action that says neither what it is nor where it stands is none. */
function added(action: string | number, change: PlanActionChange, kind: PlanKind): Json {
  if (typeof action === 'string' && change.label !== undefined && change.status !== undefined) {
    return { detail: newDetail(action, kind, change) };
  }
  throw new TerrESanteError('TE_NOT_FOUND', "Cette action n'est pas dans le plan.", {
    details: { reason: 'action', unknownOutcome: false },
  });
}

function changedDetail(detail: Json, change: PlanActionChange): Json {
  const { label, description, status, statusReason, schedule, performers } = change;
  const steps: readonly ((each: Json) => Json)[] = [
    // Codes of what it was would contradict the new words.
    (each) => (label === undefined || label === wordsOf(each['code']) ? each : { ...each, code: { text: label } }),
    (each) => (description === undefined ? each : withMember(each, 'description', description ?? undefined)),
    (each) => withStatus(each, status, statusReason),
    (each) => (schedule === undefined ? each : withSchedule(each, schedule)),
    (each) => (performers === undefined ? each : withPerformers(each, performers.map(performerOf))),
  ];
  return steps.reduce((each, step) => step(each), detail);
}

/** The reason of a status goes with it. */
function withStatus(detail: Json, status: PlanActionChange['status'], reason: PlanActionChange['statusReason']): Json {
  const isOther = status !== undefined && status !== detail['status'];
  const moved = isOther ? withMember(detail, 'status', status) : detail;
  if (reason !== undefined && reason === wordsOf(detail['statusReason'])) return moved;
  if (reason === undefined) return isOther ? withMember(moved, 'statusReason', undefined) : moved;
  return withMember(moved, 'statusReason', reason === null ? undefined : { text: reason });
}

function withPerformers(detail: Json, performers: readonly Json[]): Json {
  const held: readonly unknown[] = Array.isArray(detail['performer']) ? detail['performer'] : [];
  if (isDeepStrictEqual(held, performers)) return detail;
  return withMember(detail, 'performer', performers.length === 0 ? undefined : performers);
}

/** One of its three forms is there at most; what it says already stays as it was written. */
function withSchedule(detail: Json, schedule: NewSchedule): Json {
  if (isDeepStrictEqual(readSchedule(detail), { ...schedule, isWhole: true })) return detail;
  const bare = ['scheduledTiming', 'scheduledPeriod', 'scheduledString'].reduce(
    (each, name) => withMember(each, name, undefined),
    detail,
  );
  return { ...bare, ...scheduled(schedule) };
}
