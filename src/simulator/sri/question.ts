import type { LocalIdentifier, PatientTraits, Sex } from '../../identity/index.ts';
import { descend, attributeOf, childElements, textOf, type ReadElement } from '../../internal/xml/index.ts';
import type { ToldPerson, Wanted } from './registry.ts';

/*
 * What the identity server reads of a message, by code of its own: it is no mirror of the client.
 */

/** Attributes of an identifier, as they came. */
export interface WrittenId {
  readonly root: string;
  readonly extension: string | null;
}

export function idIn(parent: ReadElement | undefined, ...path: readonly string[]): WrittenId | null {
  const node = descend(parent, ...path);
  const root = attributeOf(node, 'root');
  return root === undefined ? null : { root, extension: attributeOf(node, 'extension') ?? null };
}

export function localIn(node: ReadElement | undefined): LocalIdentifier | null {
  const [system, value] = [attributeOf(node, 'root'), attributeOf(node, 'extension')];
  return system === undefined || value === undefined ? null : { system, value };
}

const valueIn = (parent: ReadElement | undefined, ...path: readonly string[]): string | null =>
  attributeOf(descend(parent, ...path), 'value') ?? null;

/** ITI-45: whose identifiers, and in which domains. */
export function identifierQuestion(message: ReadElement): {
  readonly patient: LocalIdentifier | null;
  readonly domains: readonly string[];
} {
  const list = descend(message, 'controlActProcess', 'queryByParameter', 'parameterList');
  const sources = list ? childElements(list, 'dataSource') : [];
  return {
    patient: localIn(descend(list, 'patientIdentifier', 'value')),
    domains: sources.map((source) => attributeOf(descend(source, 'value'), 'root') ?? ''),
  };
}

/** ITI-47: who is looked for, and how many are wanted at once. */
export function searchQuestion(message: ReadElement): { readonly wanted: Wanted; readonly quantity: number | null } {
  const query = descend(message, 'controlActProcess', 'queryByParameter');
  const list = descend(query, 'parameterList');
  const name = descend(list, 'livingSubjectName', 'value');
  const birth = valueIn(list, 'livingSubjectBirthTime', 'value');
  const gender = attributeOf(descend(list, 'livingSubjectAdministrativeGender', 'value'), 'code');

  return {
    wanted: {
      id: localIn(descend(list, 'livingSubjectId', 'value')),
      family: wordIn(name, 'family'),
      given: wordIn(name, 'given'),
      birthDate: birth === null ? null : dated(birth),
      sex: gender === undefined ? null : (sexOf(gender) ?? gender),
    },
    quantity: countIn(query, 'initialQuantity'),
  };
}

/** A continuation or its end. */
export function continuationOf(message: ReadElement): {
  readonly queryId: WrittenId | null;
  readonly start: number | null;
  readonly quantity: number | null;
} {
  const next = descend(message, 'controlActProcess', 'queryContinuation');
  return {
    queryId: idIn(next, 'queryId'),
    start: countIn(next, 'startResultNumber'),
    quantity: countIn(next, 'continuationQuantity'),
  };
}

/** ITI-44: a person, and the identifier that gives way. */
export function feedOf(message: ReadElement): {
  readonly person: ToldPerson | null;
  readonly replaced: LocalIdentifier | null;
} {
  const event = descend(message, 'controlActProcess', 'subject', 'registrationEvent');
  const patient = descend(event, 'subject1', 'patient');
  const prior = descend(event, 'replacementOf', 'priorRegistration', 'subject1', 'priorRegisteredRole', 'id');

  return {
    person: personOf(patient),
    replaced: localIn(prior),
  };
}

/** A patient with its identifiers; `null` without any. */
export function personOf(patient: ReadElement | undefined): ToldPerson | null {
  const ids = patient ? childElements(patient, 'id').flatMap((node) => localIn(node) ?? []) : [];
  return ids.length === 0 ? null : { ids, traits: traitsOf(descend(patient, 'patientPerson')) };
}

function traitsOf(person: ReadElement | undefined): PatientTraits {
  const name = descend(person, 'name');
  const birth = valueIn(person, 'birthTime');
  const county = textOf(descend(person, 'birthPlace', 'addr', 'county')).trim();

  return {
    birthName: wordIn(name, 'family') ?? undefined,
    firstName: wordIn(name, 'given') ?? undefined,
    birthDate: birth === null ? undefined : dated(birth),
    sex: sexOf(attributeOf(descend(person, 'administrativeGenderCode'), 'code')),
    birthPlace: county === '' ? undefined : { communeInsee: county },
  };
}

/** The part of the birth record, else the first. */
function wordIn(name: ReadElement | undefined, kind: 'family' | 'given'): string | null {
  const parts = name ? childElements(name, kind) : [];
  const part = parts.find((node) => attributeOf(node, 'qualifier') === 'BR') ?? parts[0];
  const word = textOf(part).trim();
  return word === '' ? null : word;
}

const sexOf = (code: string | undefined): Sex | undefined =>
  code === undefined ? undefined : ({ M: 'M', F: 'F', UN: 'I' } as const)[code];

const dated = (digits: string): string => `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;

function countIn(parent: ReadElement | undefined, name: string): number | null {
  const written = valueIn(parent, name);
  return written !== null && /^[1-9]\d{0,5}$/.test(written) ? Number(written) : null;
}
