import type { Json } from '../../internal/json/index.ts';
import { actionStatuses, planStatuses } from '../../transport/binding/plan-codes.ts';
import { requireVersion } from './conditions.ts';
import { elementsAt, isSameJson } from './elements.ts';
import { refused } from './refusal.ts';
import { requireElements } from './required.ts';
import type { FhirView } from './view.ts';
import { profiled, requireWriter } from './write-note.ts';

export { planTypes } from './plan-types.ts';

const statuses: ReadonlySet<unknown> = new Set(planStatuses);
const ofActions: ReadonlySet<unknown> = new Set(actionStatuses);

/**
 * Judges a plan that is written, before anything is.
 *
 * @see HL7 FHIR R4, CarePlan
 * @throws FhirRefusal
 */
export function requirePlan(view: FhirView, resource: Json): void {
  requireWriter(view, resource);
  if (resource['resourceType'] !== 'CarePlan') return;
  if (!statuses.has(resource['status'])) throw refused('SIM-FHIR-VALUE', 'CarePlan.status');

  const details = elementsAt(resource, 'activity.detail');
  const known = elementsAt(resource, 'activity.detail.status').filter((status) => ofActions.has(status));
  if (known.length < details.length) throw refused('SIM-FHIR-VALUE', 'CarePlan.activity.detail.status');
}

/** The next version of a plan: by any member of the circle, over the version that is there. */
export function changePlan(view: FhirView, current: Json, resource: Json, ifMatch: string | null): void {
  const { world } = view;
  const type = String(resource['resourceType']);
  requireVersion(current, ifMatch);
  requireElements(resource);
  requirePlan(view, resource);
  const isSame = ['subject', 'identifier'].every((name) => isSameJson(resource[name], current[name]));
  if (!isSame) throw refused('SIM-FHIR-VALUE', `${type}.subject`);

  const id = String(current['id']);
  const kept = world.kept.byId(type, id);
  if (!kept) throw refused('SIM-FHIR-NOT-FOUND');
  world.kept.put(type, id, { ...kept, resource: profiled(resource), at: world.now });
}
