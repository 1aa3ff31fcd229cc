import { optionsOf, reading, refuseArgument } from '../../internal/border.ts';
import { choice, record } from '../../internal/option-checks.ts';
import { element, text, type Xml } from '../../internal/xml/index.ts';
import { xdsNames } from '../registry/names.ts';
import type { StoredQuery } from './query-model.ts';
import { storedQueries, type QuerySlot } from './stored-query.ts';

/** A query whose parameters were checked, as it goes into a request. */
export interface WrittenQuery {
  readonly payload: Xml;
  /** The patient that was asked for, `null` when the query names none. */
  readonly patientId: string | null;
}

/** Longest value of a slot: a longer list goes in several values. */
const maxValue = 256;

type QueryName = StoredQuery['query'];
type Members = Readonly<Record<string, readonly QuerySlot[]>>;

/**
 * The request of a stored query. Texts stand between quotes, a quote in one doubled; a list stands
 * between brackets; times stand bare.
 *
 * @see IHE ITI TF-2, section 3.18.4.1.2
 * @throws TerrESanteError `TE_INPUT_INVALID`
 */
export function writeQuery(given: StoredQuery): WrittenQuery {
  return reading('query', () => {
    const { query, returnType, ...members } = record('query', given) as StoredQuery & Record<string, unknown>;
    const name = choice<QueryName>(...(Object.keys(storedQueries) as QueryName[]))('query.query', query);
    const { id, parameters } = storedQueries[name];
    const slots = optionsOf<Members>('query', members as never, parameters);
    requireOneIdentifier(Object.keys(parameters), Object.keys(slots));

    const patientId = (members as { readonly patientId?: unknown }).patientId;
    return {
      payload: requestOf(id, returnTypeOf(returnType), Object.values(slots).flat()),
      patientId: typeof patientId === 'string' ? patientId : null,
    };
  });
}

function returnTypeOf(value: unknown): 'LeafClass' | 'ObjectRef' {
  return value === undefined ? 'LeafClass' : choice('LeafClass', 'ObjectRef')('query.returnType', value);
}

const identifiers = /^(?:entryUuid|uniqueId)s?$/;

/** Both identifiers of an object may not be given together, nor none of them. */
function requireOneIdentifier(possible: readonly string[], given: readonly string[]): void {
  const choices = possible.filter((name) => identifiers.test(name));
  if (choices.length > 1 && given.filter((name) => identifiers.test(name)).length !== 1) {
    refuseArgument('query', `un seul de ${choices.join(' et ')} attendu`);
  }
}

function requestOf(id: string, returnType: string, slots: readonly QuerySlot[]): Xml {
  return element(
    'query:AdhocQueryRequest',
    { 'xmlns:query': xdsNames.query, 'xmlns:rim': xdsNames.rim },
    element('query:ResponseOption', { returnComposedObjects: 'true', returnType }),
    element('rim:AdhocQuery', { id }, ...slots.map(slotXml)),
  );
}

function slotXml({ name, isList, terms }: QuerySlot): Xml {
  const values = isList ? valuesOf(terms) : terms;
  const long = values.some((value) => value.length > maxValue);
  if (long) refuseArgument(name, `${maxValue} caractères au plus attendus`);

  const nodes = values.map((value) => element('rim:Value', null, text(value)));
  return element('rim:Slot', { name }, element('rim:ValueList', null, ...nodes));
}

/** The terms of a list, in as few values as the longest one allows. */
function valuesOf(terms: readonly string[]): string[] {
  const values: string[] = [];
  let line: string[] = [];
  let length = 2;

  for (const term of terms) {
    if (line.length > 0 && length + term.length + 1 > maxValue) {
      values.push(`(${line.join(',')})`);
      line = [];
      length = 2;
    }
    line.push(term);
    length += term.length + 1;
  }
  return [...values, `(${line.join(',')})`];
}
