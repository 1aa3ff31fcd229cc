import { isObject, type Json } from '../../internal/json/index.ts';
import { circleRefusal, consentRefusal, readRefusal } from './access.ts';
import { elementsAt } from './elements.ts';
import { split, testOf } from './match.ts';
import { identifiesPatient, parameterOf, type SearchedType } from './parameters.ts';
import { planTypes } from './plan-types.ts';
import { refused, warningOf } from './refusal.ts';
import { timeRange } from './times.ts';
import type { FhirView } from './view.ts';

/** A search as it was asked. */
export interface SearchQuery {
  readonly type: SearchedType;
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** What is done with a parameter that nobody knows. */
  readonly handling: 'strict' | 'lenient';
}

/** What was found, in order. */
export interface SearchResult {
  readonly matches: readonly Json[];
  readonly included: readonly Json[];
  readonly warnings: readonly Json[];
  /** The parameters that counted, without those that identify a patient. */
  readonly applied: readonly (readonly [name: string, value: string])[];
  readonly count: number;
  readonly isCountOnly: boolean;
}

/** Most parameters of one search. */
const maxParameters = 100;
const maxCount = 200;
const defaultCount = 50;
/** Most resources that are brought along. */
const maxIncluded = 2_000;

const controls: ReadonlySet<string> = new Set([
  '_count',
  '_sort',
  '_summary',
  '_total',
  '_format',
  '_include',
  '_include:iterate',
]);

/**
 * Searches what the caller may see.
 *
 * @see HL7 FHIR R4, Search
 * @throws FhirRefusal
 */
export function search(view: FhirView, { type, parameters, handling }: SearchQuery): SearchResult {
  if (parameters.length > maxParameters) throw refused('SIM-FHIR-TOO-MANY');
  requireParameters(type, parameters);

  const warnings: Json[] = [];
  const applied: (readonly [string, string])[] = [];
  let found = view.all(type);
  for (const [name, value] of parameters) {
    if (controls.has(name)) continue;
    if (value === '') throw refused('SIM-FHIR-PARAMETER-VALUE', shownName(name));

    const test = testOf(type, name, value, view);
    if (!test) {
      if (handling === 'strict') throw refused('SIM-FHIR-PARAMETER', shownName(name));
      warnings.push(warningOf('SIM-FHIR-PARAMETER', shownName(name)));
      continue;
    }
    requireReadable(view, type, name, value);
    if (!identifiesPatient(type, name)) applied.push([name, value]);
    found = found.filter(test);
  }

  const value = (name: string): string | undefined => parameters.findLast(([given]) => given === name)?.[1];
  const matches = sorted(found, type, value('_sort'));
  const isCountOnly = summaryOf(value('_summary'));
  const included = isCountOnly ? [] : includedBy(view, matches, parameters);
  return { matches, included, warnings, applied, count: countOf(value('_count')), isCountOnly };
}

/** A name that is shown is one that could be a name. */
const shownName = (name: string): string | undefined => (/^[A-Za-z_][\w.:-]{0,99}$/.test(name) ? name : undefined);

/**
 * What a profile asks of a search.
 *
 * @see IHE ITI MHD, sections 2:3.66.4.1.2 and 2:3.67.4.1.2; IHE ITI TF, ITI-81
 */
function requireParameters(type: SearchedType, parameters: SearchQuery['parameters']): void {
  const names = parameters.map(([name]) => name);
  const has = (...wanted: readonly string[]): boolean =>
    names.some((name) =>
      wanted.some((code) => name === code || name.startsWith(`${code}:`) || name.startsWith(`${code}.`)),
    );

  if (type === 'AuditEvent' && !has('date', '_id')) throw refused('SIM-FHIR-DATE-NEEDED', 'date');
  const isAsked = ['DocumentReference', 'List', 'Consent'].includes(type) || planTypes.has(type);
  if (!isAsked || has('_id')) return;
  if (!has('patient', 'subject')) throw refused('SIM-FHIR-PATIENT-NEEDED', 'patient');
  const isOfMhd = type === 'DocumentReference' || type === 'List';
  if (isOfMhd && !has('status')) throw refused('SIM-FHIR-STATUS-NEEDED', 'status');
  if (type === 'List' && !has('code')) throw refused('SIM-FHIR-CODE-NEEDED', 'code');
}

/** Types whose resources stand in a dossier. */
const ofDossier: ReadonlySet<string> = new Set([
  'CareTeam',
  'Consent',
  'DocumentReference',
  'List',
  'ServiceRequest',
  'Task',
  'Observation',
  ...planTypes,
]);

/** The dossier of a search is one that the caller may read: nothing found would mislead. */
function requireReadable(view: FhirView, type: SearchedType, name: string, value: string): void {
  const refusal = { CareTeam: circleRefusal, Consent: consentRefusal }[type as string] ?? readRefusal;
  if (!ofDossier.has(type) || !/^(?:patient|subject)(?:[.:]|$)/.test(name)) return;

  const { world, caller } = view;
  const test = testOf(type, name, value, view);
  for (const dossier of world.state.all()) {
    const subject = { reference: `Patient/${world.patientIdOf(dossier)}` };
    if (test?.({ subject, patient: subject, for: subject }) !== true) continue;

    const rule = refusal(world.state, caller, dossier);
    if (rule !== null) throw refused(rule, 'patient');
    // The other sides tell when a professional was there.
    if (caller !== null && type !== 'CareTeam') dossier.lastAccess.set(caller.nameId, world.state.now);
  }
}

function countOf(text: string | undefined): number {
  if (text === undefined) return defaultCount;
  if (!/^\d{1,6}$/.test(text)) throw refused('SIM-FHIR-PARAMETER-VALUE', '_count');
  return Math.min(Number(text), maxCount);
}

/** Whether the number alone is asked for. */
function summaryOf(text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false;
  if (text !== 'count') throw refused('SIM-FHIR-PARAMETER-VALUE', '_summary');
  return true;
}

/** In the order of times; texts by their code points. */
function sorted(found: readonly Json[], type: string, order: string | undefined): readonly Json[] {
  if (order === undefined) return found;

  const keys = order.split(',').map((key) => {
    const isDown = key.startsWith('-');
    const parameter = parameterOf(type, isDown ? key.slice(1) : key);
    if (!parameter) throw refused('SIM-FHIR-PARAMETER-VALUE', '_sort');
    return { isDown, parameter };
  });
  return [...found].sort((before, after) => {
    for (const { isDown, parameter } of keys) {
      const [a, b] = [before, after].map((resource) => keyOf(resource, parameter));
      if (a === undefined || b === undefined || a === b) continue;
      return a < b === isDown ? 1 : -1;
    }
    return 0;
  });
}

function keyOf(resource: Json, { kind, paths }: NonNullable<ReturnType<typeof parameterOf>>): string {
  const [value] = paths.flatMap((path) => elementsAt(resource, path));
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  // As numbers of one width: zones and precisions differ.
  return kind === 'date' ? String((timeRange(text)?.from ?? 0) + 1e15) : text;
}

interface Include {
  readonly source: string;
  readonly paths: readonly string[];
  readonly target: string | undefined;
  readonly isIterated: boolean;
}

/** @see HL7 FHIR R4, Search, including other resources in result */
function includedBy(view: FhirView, matches: readonly Json[], parameters: SearchQuery['parameters']): readonly Json[] {
  const includes = parameters
    .filter(([name]) => name === '_include' || name === '_include:iterate')
    .flatMap(([name, value]) => split(value, ',').map((path) => includeOf(path, name === '_include:iterate')));
  if (includes.length === 0) return [];

  const known = new Set(matches);
  const included: Json[] = [];
  let fresh = matches;
  for (let isFirst = true; fresh.length > 0; isFirst = false) {
    const next: Json[] = [];
    for (const resource of fresh) {
      for (const target of targetsOf(view, resource, includes, isFirst)) {
        if (known.has(target)) continue;
        known.add(target);
        next.push(target);
      }
    }
    included.push(...next);
    if (included.length > maxIncluded) throw refused('SIM-FHIR-TOO-MANY');
    fresh = next;
  }
  return included;
}

function includeOf(value: string, isIterated: boolean): Include {
  const [source = '', name = '', target] = value.split(':');
  const parameter = parameterOf(source, name);
  if (parameter?.kind !== 'reference') throw refused('SIM-FHIR-PARAMETER-VALUE', '_include');
  return { source, paths: parameter.paths, target, isIterated };
}

function targetsOf(view: FhirView, resource: Json, includes: readonly Include[], isFirst: boolean): readonly Json[] {
  return includes
    .filter(({ source, isIterated }) => source === resource['resourceType'] && (isFirst || isIterated))
    .flatMap(({ paths, target }) =>
      paths
        .flatMap((path) => elementsAt(resource, path))
        .flatMap((found): readonly Json[] => {
          const target = view.byReference(isObject(found) ? found['reference'] : null);
          return target ? [target] : [];
        })
        .filter((node) => target === undefined || node['resourceType'] === target),
    );
}
