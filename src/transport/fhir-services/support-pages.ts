import { isoUtc, parseUtc } from '../../internal/hl7-time.ts';
import { isObject, type Json } from '../../internal/json/index.ts';
import type { BoundPatient } from '../binding/call.ts';
import type { SupportPage, SupportPages, SupportQuery, SupportRecord } from '../binding/support.ts';
import type { FhirPage, FhirSearch } from '../fhir/search.ts';
import { searchWhole } from '../fhir/search.ts';
import { isSupport } from '../support/read-request.ts';
import { stateOf, statusesOf } from '../support/states.ts';
import type { FhirCall } from './exchange.ts';
import type { Included } from './included.ts';
import { professionalToken } from './mine.ts';
import type { FhirBindingOptions } from './model.ts';
import { startOf } from './period.ts';
import { SearchedPages } from './searched-pages.ts';
import { focusOf, requireOf, supportRecord, supportSubject, type SupportSubject } from './support-record.ts';
import { supportServices } from './support-structure.ts';
import { versionOf } from './transaction.ts';

type Content = Pick<SupportPage, 'requests' | 'unread'>;

/** Whose requests are looked for: of a patient, or those that some roles made. */
interface Scope {
  readonly subject: SupportSubject;
  /** What the search names it by. */
  readonly named: readonly [string, string];
}

/**
 * Requests for support, page after page: of a patient, or those that the caller made, whoever they
 * are for. What is asked of the server is asked here again.
 *
 * @see HL7 FHIR R4, Task, search parameters
 */
export function supportPages(
  options: FhirBindingOptions,
  patient: BoundPatient | null,
  query: SupportQuery,
): SupportPages {
  return new SearchedPages<Scope, Content>(options, {
    type: 'Task',
    scope: (call) => scopeOf(call, patient),
    questions: ({ named }) => questions(named, query),
    read: (page, { subject }, call, included) => read(page, { subject, query, included }, call),
    nothing: { requests: [], unread: 0 },
  });
}

/** Who has no role on the server made no request there. */
async function scopeOf(call: FhirCall, patient: BoundPatient | null): Promise<Scope | null> {
  const subject = await supportSubject(call, patient);
  if (subject) return { subject, named: ['patient', `Patient/${subject.id}`] };

  const { partner, limits, options } = call;
  const { entries } = await searchWhole(partner, {
    ...limits,
    type: 'PractitionerRole',
    parameters: [['practitioner.identifier', professionalToken(options)]],
    // A professional is no patient: an address may name him.
    allowsGet: true,
    maxPages: 20,
  });
  const ids = entries.flatMap(({ type, mode, id }) =>
    type === 'PractitionerRole' && mode === 'match' && id !== null ? [id] : [],
  );
  if (ids.length === 0) return null;
  return { subject: null, named: ['requester', ids.map((id) => `PractitionerRole/${id}`).join(',')] };
}

function questions(named: readonly [string, string], query: SupportQuery): readonly FhirSearch['parameters'][] {
  const { states, updatedSince } = query;
  const conditions = [
    ...(states.length === 0 ? [] : [['status', statusesOf(states).join(',')] as const]),
    // Servers compare whole seconds: the bound is asked for a little wider, and cut here.
    ...(updatedSince === null
      ? []
      : [['_lastUpdated', `ge${isoUtc(Math.floor(parseUtc(updatedSince) / 1000) * 1000)}`] as const]),
  ];
  const more = [
    ['_sort', '-_lastUpdated'],
    ['_include', 'Task:focus'],
    ['_include', 'Task:patient'],
    ['_include', 'Task:requester'],
    ['_include:iterate', 'PractitionerRole:practitioner'],
  ] as const;
  return [[named, ...conditions, ...more], [named, ...conditions], [named]];
}

interface ReadScope {
  readonly subject: SupportSubject;
  readonly query: SupportQuery;
  readonly included: Included;
}

async function read(page: FhirPage, scope: ReadScope, call: FhirCall): Promise<Content> {
  const { subject, query, included } = scope;
  const { category } = supportServices(call);
  const requests: SupportRecord[] = [];
  let unread = page.told.includes('modifier') ? 1 : 0;

  for (const { type, mode, id, resource } of page.entries) {
    if (type !== 'Task' || mode !== 'match') continue;
    if (subject) requireOf(resource, subject);
    const request = await focusOf(resource, included);
    if (!isSupport(resource, request, category) || !isAsked(resource, query)) continue;

    const task = { ...resource, id };
    const record = await supportRecord(call, { task, request, version: versionOf(resource, null) }, subject, included);
    // Somebody else's, of a server that ignores who is asked for.
    if (record && subject === null && record.isOwn === false) continue;
    if (record && (subject !== null || record.isOwn === true)) requests.push(record);
    else unread += 1;
  }
  return { requests, unread };
}

/** The conditions, whatever the server made of them. What tells no time may have moved. */
function isAsked({ status, meta }: Json, { states, updatedSince }: SupportQuery): boolean {
  const state = stateOf(status);
  if (states.length > 0 && (state === null || !states.includes(state))) return false;
  const at = startOf(isObject(meta) ? meta['lastUpdated'] : null);
  return updatedSince === null || Number.isNaN(at) || at >= parseUtc(updatedSince);
}
