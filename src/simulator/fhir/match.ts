import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { readReference } from '../../transport/fhir/address.ts';
import { elementsAt } from './elements.ts';
import { parameterOf, type SearchParameter } from './parameters.ts';
import { refused } from './refusal.ts';
import { timeRange, timeTest, type TimeRange } from './times.ts';

/** Where references lead. */
export interface References {
  byReference(reference: unknown): Json | undefined;
}

type Test = (resource: Json) => boolean;

/**
 * Reads one parameter of a search: what it demands of a resource. Values between commas are
 * alternatives; a name with a dot follows references.
 *
 * @returns `null` for a name that is none of this type
 * @throws FhirRefusal for a value or a modifier that is none
 * @see HL7 FHIR R4, Search, chained parameters, modifiers
 */
export function testOf(type: string, name: string, value: string, references: References): Test | null {
  const [head = '', ...chain] = name.split('.');
  const [code = '', modifier] = head.split(':');
  const parameter = parameterOf(type, code);
  if (!parameter) return null;
  if (chain.length > 0) return chained(parameter, modifier, chain.join('.'), value, references);

  if (modifier === 'missing') return missing(parameter, value, name);
  const alternatives = split(value, ',').map((alternative) => oneTest(parameter, modifier, alternative, name));
  if (modifier === 'not') return (resource) => !alternatives.some((test) => test(resource));
  return (resource) => alternatives.some((test) => test(resource));
}

function missing({ paths }: SearchParameter, value: string, name: string): Test {
  if (value !== 'true' && value !== 'false') throw refused('SIM-FHIR-PARAMETER-VALUE', name);
  return (resource) => (value === 'true') === paths.every((path) => elementsAt(resource, path).length === 0);
}

/** The targets of a chain, of one type when it is named; each is asked by the rest of the chain. */
function chained(
  { kind, paths }: SearchParameter,
  target: string | undefined,
  rest: string,
  value: string,
  references: References,
): Test | null {
  if (kind !== 'reference') throw refused('SIM-FHIR-MODIFIER-UNKNOWN');
  const tests = new Map<string, Test | null>();
  const testFor = (type: string): Test | null => {
    if (!tests.has(type)) tests.set(type, testOf(type, rest, value, references));
    return tests.get(type) ?? null;
  };
  if (target !== undefined && !testFor(target)) return null;

  return (resource) =>
    paths
      .flatMap((path) => elementsAt(resource, path))
      .some((found) => {
        const node = references.byReference(isObject(found) ? found['reference'] : null);
        const type = typeof node?.['resourceType'] === 'string' ? node['resourceType'] : '';
        if (!node || (target !== undefined && type !== target)) return false;
        return testFor(type)?.(node) === true;
      });
}

function oneTest({ kind, paths }: SearchParameter, modifier: string | undefined, value: string, name: string): Test {
  const test = valueTest(kind, modifier, value, name);
  return (resource) => paths.flatMap((path) => elementsAt(resource, path)).some(test);
}

function valueTest(
  kind: SearchParameter['kind'],
  modifier: string | undefined,
  value: string,
  name: string,
): (found: unknown) => boolean {
  if (kind === 'date' && modifier === undefined) {
    const compare = timeTest(value);
    if (!compare) throw refused('SIM-FHIR-PARAMETER-VALUE', name);
    return (found) => {
      const range = rangeOf(found);
      return range !== null && compare(range);
    };
  }

  if (kind === 'string') return stringTest(modifier, unescaped(value), name);
  if (kind === 'token' && (modifier === undefined || modifier === 'not')) return tokenTest(value);
  if (kind === 'reference' && (modifier === undefined || modifier === 'identifier')) {
    if (modifier === 'identifier') {
      const test = tokenTest(value);
      return (found) => isObject(found) && isObject(found['identifier']) && test(found['identifier']);
    }
    return referenceTest(value, name);
  }
  if (kind === 'reference' && modifier !== undefined && /^[A-Z][A-Za-z]+$/.test(modifier)) {
    return referenceTest(`${modifier}/${value}`, name);
  }
  throw refused('SIM-FHIR-MODIFIER-UNKNOWN', name);
}

const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** @see HL7 FHIR R4, Search, string: the beginning, whatever case and accents */
function stringTest(modifier: string | undefined, value: string, name: string): (found: unknown) => boolean {
  if (modifier === 'exact') return (found) => found === value;
  const wanted = plain(value);
  if (modifier === 'contains') return (found) => typeof found === 'string' && plain(found).includes(wanted);
  if (modifier !== undefined) throw refused('SIM-FHIR-MODIFIER-UNKNOWN', name);
  return (found) => typeof found === 'string' && plain(found).startsWith(wanted);
}

/** `code`, `system|code`, `|code` (without a system) or `system|`. */
function tokenTest(value: string): (found: unknown) => boolean {
  const [first = '', ...others] = split(value, '|').map(unescaped);
  const [system, code] = others.length === 0 ? [null, first] : [first, others.join('|')];

  const isIt = (itsSystem: unknown, itsCode: unknown): boolean => {
    if (system !== null && (typeof itsSystem === 'string' ? itsSystem : '') !== system) return false;
    return code === '' ? system !== null : itsCode === code;
  };
  return (found) => {
    if (typeof found === 'string' || typeof found === 'boolean') return isIt(null, String(found)) && !system;
    if (!isObject(found)) return false;
    const codings = objects(found['coding']);
    if (codings.length > 0) return codings.some((coding) => isIt(coding['system'], coding['code']));
    return isIt(found['system'], found['code'] ?? found['value']);
  };
}

function referenceTest(value: string, name: string): (found: unknown) => boolean {
  const wanted = readReference(value) ?? (/^[A-Za-z0-9.-]{1,64}$/.test(value) ? { type: null, id: value } : null);
  if (!wanted) throw refused('SIM-FHIR-PARAMETER-VALUE', name);
  return (found) => {
    const reference = readReference(isObject(found) ? found['reference'] : null);
    return reference?.id === wanted.id && (wanted.type === null || wanted.type === reference.type);
  };
}

/** A time, or a period that may be open at one end. */
function rangeOf(found: unknown): TimeRange | null {
  if (typeof found === 'string') return timeRange(found);
  if (!isObject(found)) return null;
  const start = typeof found['start'] === 'string' ? timeRange(found['start']) : null;
  const end = typeof found['end'] === 'string' ? timeRange(found['end']) : null;
  if (!start && !end) return null;
  return { from: start?.from ?? -Infinity, to: end?.to ?? Infinity };
}

/** Splits at a sign that no backslash stands before. */
export function split(value: string, sign: ',' | '|'): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < value.length; at += 1) {
    if (value[at] === '\\') at += 1;
    else if (value[at] === sign) {
      parts.push(value.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, value.slice(start)];
}

const unescaped = (value: string): string => value.replaceAll(/\\([\\,|$])/g, '$1');
