import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { actionStatuses, planStatuses } from '../binding/plan-codes.ts';
import type { PlanAction, PlanGoal, PlanRecord } from '../binding/plans.ts';
import { idOf, readReference } from '../fhir/address.ts';
import { isModified } from '../fhir/bundle.ts';
import { momentOf, textOf } from '../nde/read-parts.ts';
import { uriSystem, type PlanKind } from './names.ts';
import { readSchedule } from './read-schedule.ts';

/** What an action says itself: who does it stands in other resources. */
export type OwnAction = Omit<PlanAction, 'performers' | 'isOwn'>;

/** What a plan says itself. */
export interface OwnPlan extends Omit<PlanRecord, 'version' | 'author' | 'actions' | 'goals'> {
  readonly actions: readonly OwnAction[];
  /** Ids of its objectives. */
  readonly goals: readonly string[];
}

/**
 * Reads a plan leniently.
 *
 * @returns `null` without an id or a status of FHIR
 * @see HL7 FHIR R4, CarePlan
 */
export function readPlan(resource: Json): OwnPlan | null {
  const id = idOf(resource);
  const status = planStatuses.find((known) => known === resource['status']);
  if (id === null || status === undefined) return null;

  const meta = isObject(resource['meta']) ? resource['meta'] : {};
  const period = isObject(resource['period']) ? resource['period'] : {};
  const activities = activitiesOf(resource);
  const actions = activities.flatMap((activity, index) => readAction(activity, index) ?? []);
  return {
    id,
    uniqueId: uniqueIdOf(resource),
    status,
    title: textOf(resource['title']) ?? textOf(resource['description']),
    category: categoryOf(resource),
    start: momentOf(period['start']),
    end: momentOf(period['end']),
    createdAt: momentOf(resource['created']),
    updatedAt: momentOf(meta['lastUpdated']),
    goals: referencesOf(resource['goal'], 'Goal'),
    actions,
    unread: activities.length - actions.length,
  };
}

/** Whatever stands in the list of actions, in order: places are those of the resource. */
export function activitiesOf({ activity }: Json): readonly unknown[] {
  return Array.isArray(activity) ? (activity as unknown[]) : [];
}

/** @returns `null` for what is no action, has an unknown status, or may mean its contrary */
function readAction(activity: unknown, index: number): OwnAction | null {
  if (!isObject(activity) || isModified(activity)) return null;
  const { detail } = activity;
  if (!isObject(detail)) return describedElsewhere(activity, index);

  const status = actionStatuses.find((known) => known === detail['status']);
  const { doNotPerform = false } = detail;
  if (status === undefined || isModified(detail) || typeof doNotPerform !== 'boolean') return null;
  return {
    key: keyOf(activity),
    index,
    status,
    statusReason: wordsOf(detail['statusReason']),
    doNotPerform,
    label: wordsOf(detail['code']),
    description: textOf(detail['description']),
    schedule: readSchedule(detail),
    goals: referencesOf(detail['goal'], 'Goal'),
  };
}

/** An action that is a resource of its own. @see HL7 FHIR R4, CarePlan, invariant cpl-3 */
function describedElsewhere({ reference }: Json, index: number): OwnAction | null {
  if (!isObject(reference)) return null;
  const label = textOf(reference['display']);
  const none = { key: null, status: null, statusReason: null, description: null, schedule: null, goals: [] };
  return { ...none, index, label, doNotPerform: false };
}

/** The UUID by which an action is found again: ids of elements are not kept by every server. */
export function keyOf(activity: unknown): string | null {
  const detail = isObject(activity) && isObject(activity['detail']) ? activity['detail'] : {};
  const uris: readonly unknown[] = Array.isArray(detail['instantiatesUri']) ? detail['instantiatesUri'] : [];
  const keys = uris.flatMap((uri) => /^urn:uuid:([0-9a-f-]{36})$/i.exec(String(uri))?.[1]?.toLowerCase() ?? []);
  return keys[0] ?? null;
}

/** Words for a concept: its own, else those of its first code. */
export function wordsOf(concept: unknown): string | null {
  if (!isObject(concept)) return null;
  const [first] = objects(concept['coding']);
  return textOf(concept['text']) ?? textOf(first?.['display']) ?? textOf(first?.['code']);
}

/** The identifier of a plan, whatever its version. */
export function uniqueIdOf({ identifier }: Json): string | null {
  const own = objects(identifier).find(({ system }) => system === uriSystem);
  return textOf(own?.['value'])?.replace(/^urn:(?:uuid|oid):/i, '') ?? null;
}

function categoryOf({ category }: Json): string | null {
  return objects(category).flatMap((concept) => wordsOf(concept) ?? [])[0] ?? null;
}

/** Whether a plan is of a kind. */
export function isOfKind({ category }: Json, kind: PlanKind): boolean {
  const concepts = objects(category);
  if (concepts.length === 0) return kind.takesUnnamed;
  const wanted = kind.category;
  if ('text' in wanted) return concepts.some(({ text }) => text === wanted.text);
  const codings = concepts.flatMap(({ coding }) => objects(coding));
  return codings.some(({ system, code }) => system === wanted.system && code === wanted.code);
}

function referencesOf(list: unknown, type: string): readonly string[] {
  return objects(list).flatMap(({ reference }) => {
    const found = readReference(reference);
    return found?.type === type ? [found.id] : [];
  });
}

/** @see HL7 FHIR R4, Goal */
export function readGoal(resource: Json): PlanGoal | null {
  const id = idOf(resource);
  if (id === null || isModified(resource)) return null;
  return { id, label: wordsOf(resource['description']), status: textOf(resource['lifecycleStatus']) };
}
