import { isObject, objects } from '../../internal/json/index.ts';
import type { Answered, BindingCall, BoundPatient } from '../binding/call.ts';
import type { HomeAccess, HomeAccessRecords } from '../binding/home-access.ts';
import { momentOf } from '../nde/read-parts.ts';
import { wordsOf } from '../plans/read-plan.ts';
import { FhirCall } from './exchange.ts';
import type { FhirBindingOptions } from './model.ts';
import { noteSubject, requireAbout } from './note-subject.ts';
import { searchFirst } from './search-first.ts';

/**
 * How the home of a patient is entered, which stands apart from the plan: whoever reads a plan does
 * not read keys. That it is a flag of this category is assumed. A search knows no status of flags:
 * it is compared here.
 *
 * @see HL7 FHIR R4, Flag
 */
export async function homeAccess(
  options: FhirBindingOptions,
  category: string,
  patient: BoundPatient,
  bound: BindingCall,
): Promise<Answered<HomeAccessRecords>> {
  const call = new FhirCall(options, bound);
  const subject = await noteSubject(call, patient);
  const { entries, told } = await searchFirst(call, 'Flag', [[['patient', `Patient/${subject.id}`]]]);

  const found: HomeAccess[] = [];
  let unread = told.includes('modifier') ? 1 : 0;
  for (const { type, mode, id, resource } of entries) {
    if (type !== 'Flag' || mode !== 'match') continue;
    requireAbout(resource, subject, "l'alerte");
    const isIt = objects(resource['category']).some(({ text }) => text === category);
    if (!isIt || resource['status'] !== 'active') continue;

    const text = wordsOf(resource['code']);
    const period = isObject(resource['period']) ? resource['period'] : {};
    if (id === null || text === null) unread += 1;
    else found.push({ id, text, start: momentOf(period['start']), end: momentOf(period['end']) });
  }
  return call.answered({ entries: found, unread });
}
