import type { Answered, BindingCall, BoundPatient } from '../binding/call.ts';
import type { PlanRecords, PlansBinding, PlanStatus } from '../binding/plans.ts';
import type { PlanKind } from '../plans/names.ts';
import { isOfKind } from '../plans/read-plan.ts';
import { changePlan } from './change-plan.ts';
import { FhirCall } from './exchange.ts';
import { Included } from './included.ts';
import type { FhirBindingOptions } from './model.ts';
import { createPlan } from './new-plan.ts';
import { currentPlan, planRecord, requireAboutPlan } from './plan-record.ts';
import { noteSubject } from './note-subject.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { searchFirst } from './search-first.ts';

/** Plans of one kind. @see HL7 FHIR R4, CarePlan */
export function plansBinding(options: FhirBindingOptions, kind: PlanKind): PlansBinding {
  return {
    list: (patient, statuses, bound) => listPlans(options, kind, { patient, statuses }, bound),
    async get(patient, id, bound) {
      const call = new FhirCall(options, bound);
      const { resource, version } = await currentPlan(call, await noteSubject(call, patient), { id, kind });
      const record = await planRecord(resource, version, new Included(call, []), options.professional);
      if (record) return call.answered(record);
      throw protocolFailure('plan', "La réponse du serveur FHIR n'est pas un plan qui puisse être lu.");
    },
    async create(patient, plan, bound) {
      const call = new FhirCall(options, bound);
      return call.answered(await createPlan(call, await noteSubject(call, patient), { plan, kind }));
    },
    async update(patient, plan, changes, bound) {
      const call = new FhirCall(options, bound);
      return call.answered(await changePlan(call, await noteSubject(call, patient), { plan, changes, kind }));
    },
  };
}

/**
 * The plans of a patient, whole: a part of them proves nothing. What is asked of the server is
 * asked here again.
 */
async function listPlans(
  options: FhirBindingOptions,
  kind: PlanKind,
  { patient, statuses }: { readonly patient: BoundPatient; readonly statuses: readonly PlanStatus[] },
  bound: BindingCall,
): Promise<Answered<PlanRecords>> {
  const call = new FhirCall(options, bound);
  const subject = await noteSubject(call, patient);
  const ofPatient = ['patient', `Patient/${subject.id}`] as const;
  const conditions = [['status', statuses.join(',')] as const, ...categoryOf(kind)];
  const more = [
    ['_include', 'CarePlan:goal'],
    ['_include', 'CarePlan:performer'],
    ['_include:iterate', 'PractitionerRole:practitioner'],
  ] as const;
  const { entries, told } = await searchFirst(call, 'CarePlan', [
    [ofPatient, ...conditions, ...more],
    [ofPatient, ...conditions],
    [ofPatient],
  ]);

  const included = new Included(call, entries);
  const plans = [];
  let unread = told.includes('modifier') ? 1 : 0;
  for (const { type, mode, id, resource } of entries) {
    if (type !== 'CarePlan' || mode !== 'match') continue;
    requireAboutPlan(resource, subject);
    if (!isOfKind(resource, kind)) continue;
    const record = await planRecord({ ...resource, id }, null, included, options.professional);
    if (!record) unread += 1;
    else if (statuses.includes(record.status)) plans.push(record);
  }
  return call.answered({ plans, unread });
}

/** Words are no search parameter: they are compared here. */
function categoryOf({ category }: PlanKind): readonly (readonly [string, string])[] {
  return 'text' in category ? [] : [['category', `${category.system}|${category.code}`]];
}
