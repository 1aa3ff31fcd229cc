import { TerrESanteError } from '../../errors.ts';
import type { Professional } from '../../identity/index.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { PlanAction, PlanGoal, PlanRecord } from '../binding/plans.ts';
import type { PlanKind } from '../plans/names.ts';
import { activitiesOf, isOfKind, readGoal, readPlan, type OwnAction } from '../plans/read-plan.ts';
import { readCurrent, type Current } from './by-version.ts';
import type { FhirCall } from './exchange.ts';
import type { Included } from './included.ts';
import { authorsOf } from './note-authors.ts';
import { requireAbout, type NoteSubject } from './note-subject.ts';
import { versionOf } from './transaction.ts';

/** Refuses a plan of somebody else. @throws TerrESanteError `TE_PROTOCOL` */
export const requireAboutPlan = (resource: Json, subject: NoteSubject): void =>
  requireAbout(resource, subject, 'le plan');

/**
 * One plan of a patient, as the server has it now.
 *
 * @throws TerrESanteError `TE_NOT_FOUND`, `TE_PROTOCOL` when it is somebody else's, or holds what
 *   may turn its meaning round
 */
export async function currentPlan(
  call: FhirCall,
  subject: NoteSubject,
  { id, kind }: { readonly id: string; readonly kind: PlanKind },
): Promise<Current> {
  const current = await readCurrent(call, 'CarePlan', id);
  requireAboutPlan(current.resource, subject);
  if (isOfKind(current.resource, kind)) return current;
  throw new TerrESanteError('TE_NOT_FOUND', "Ce plan n'est pas de cette sorte.", { details: { reason: 'other-kind' } });
}

/**
 * A plan with the people and the objectives that it names: brought along by the answer, or read one
 * by one.
 *
 * @param version - of the answer, where the resource says none
 * @returns `null` for one that cannot be read
 */
export async function planRecord(
  resource: Json,
  version: string | null,
  included: Included,
  professional: Professional,
): Promise<PlanRecord | null> {
  const own = readPlan(resource);
  if (!own) return null;

  const by = isObject(resource['author']) ? [resource['author']] : [];
  const { authors } = await authorsOf({ ...resource, author: by }, included, professional);
  const actions: PlanAction[] = [];
  for (const action of own.actions) actions.push(await withPerformers(action, resource, included, professional));
  return {
    ...own,
    version: versionOf(resource, null) ?? version,
    author: authors[0] ?? null,
    goals: await goalsOf(own.goals, included),
    actions,
  };
}

async function withPerformers(
  action: OwnAction,
  resource: Json,
  included: Included,
  professional: Professional,
): Promise<PlanAction> {
  const activity = activitiesOf(resource)[action.index];
  const detail = isObject(activity) && isObject(activity['detail']) ? activity['detail'] : {};
  const author = objects(detail['performer']);
  const { authors, isOwn } = await authorsOf({ contained: resource['contained'], author }, included, professional);
  return { ...action, performers: authors, isOwn };
}

/** An objective that the server does not give is told by its id alone. */
async function goalsOf(ids: readonly string[], included: Included): Promise<readonly PlanGoal[]> {
  const goals: PlanGoal[] = [];
  for (const id of ids) {
    const resource = await included.find(`Goal/${id}`, 'Goal');
    goals.push((resource && readGoal(resource)) ?? { id, label: null, status: null });
  }
  return goals;
}
