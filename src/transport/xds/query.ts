import { locateRegistry } from '../../documents/metadata/locate.ts';
import { registryObjects } from '../../documents/metadata/read.ts';
import {
  attributeOf,
  childElement,
  childElements,
  element,
  text,
  type ReadElement,
  type Xml,
} from '../../internal/xml/index.ts';
import { refuseArgument } from '../../internal/border.ts';
import { xdsNames } from './names.ts';
import { oddities } from './oddities.ts';
import { registryError } from './registry-error.ts';
import { readRegistryResponse } from './registry-response.ts';
import type { EntryOddity, QueryResult, StoredQuery } from './model.ts';
import type { DocumentEntry } from '../../documents/index.ts';

/** Longest value of a slot: a longer list goes in several values. */
const maxValue = 256;

/**
 * The request of a stored query. Texts stand between quotes, a quote in one doubled; a list stands
 * between brackets; numbers and times stand bare.
 *
 * @see IHE ITI TF-2, section 3.18.4.1.2
 */
export function writeQuery({ id, returnType = 'LeafClass', parameters }: StoredQuery): Xml {
  const slots = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [slot(name, valuesOf(name, value))],
  );

  return element(
    'query:AdhocQueryRequest',
    { 'xmlns:query': xdsNames.query, 'xmlns:rim': xdsNames.rim },
    element('query:ResponseOption', { returnComposedObjects: 'true', returnType }),
    element('rim:AdhocQuery', { id }, ...slots),
  );
}

function slot(name: string, values: readonly string[]): Xml {
  const list = values.map((value) => element('rim:Value', null, text(value)));
  return element('rim:Slot', { name }, element('rim:ValueList', null, ...list));
}

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

function valuesOf(name: string, value: string | number | readonly string[]): string[] {
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (typeof value !== 'string' && !Number.isFinite(value) && !isList) {
    refuseArgument(name, 'texte, nombre ou liste de textes attendu');
  }
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'string') return [/^\d+$/.test(value) && /Time(?:From|To)$/.test(name) ? value : quoted(value)];
  if (value.length === 0) refuseArgument(name, 'liste non vide attendue');

  const values: string[] = [];
  let line: string[] = [];
  for (const item of value.map(quoted)) {
    const length = line.reduce((sum, part) => sum + part.length + 1, 2) + item.length;
    if (line.length > 0 && length > maxValue) {
      values.push(`(${line.join(',')})`);
      line = [];
    }
    line.push(item);
  }
  return [...values, `(${line.join(',')})`];
}

/**
 * Reads the answer of a stored query. An empty list is one only when the registry says success.
 *
 * @throws RegistryRefusal; `TE_UNAVAILABLE` for a partial success that holds nothing
 */
export function readQueryAnswer(
  answer: ReadElement,
  { parameters }: StoredQuery,
  told: readonly string[],
): QueryResult {
  const response = readRegistryResponse(answer);
  const list = childElement(answer, 'RegistryObjectList', xdsNames.rim);
  const registry = locateRegistry(list ?? emptyList);
  const objects = registryObjects(registry);
  const objectRefs = list
    ? childElements(list, 'ObjectRef', xdsNames.rim).flatMap((node) => attributeOf(node, 'id') ?? [])
    : [];
  const found = objects.documents.length + objects.submissionSets.length + objects.folders.length + objectRefs.length;

  const isWhole = response.status === 'Success' && response.errors.every(({ severity }) => severity === 'Warning');
  const isPart = response.status === 'PartialSuccess' && found + objects.associations.length > 0;
  if (!isWhole && !isPart) throw registryError(response);

  const asked = parameters['$XDSDocumentEntryPatientId'];
  const odd = oddEntries(registry.objects, objects.documents, typeof asked === 'string' ? asked : null);
  const total = attributeOf(answer, 'totalResultCount');
  const isOtherTotal = total !== undefined && Number(total) !== found;
  return {
    ...objects,
    status: isWhole ? 'Success' : 'PartialSuccess',
    objectRefs,
    oddities: odd,
    errors: response.errors,
    told: [...told, ...(isOtherTotal ? ['total'] : []), ...new Set([...odd.values()].flat())],
  };
}

function oddEntries(
  nodes: readonly ReadElement[],
  entries: readonly DocumentEntry[],
  patientId: string | null,
): ReadonlyMap<string, readonly EntryOddity[]> {
  const found = entries.map((entry, place): [string, EntryOddity[]] => {
    const node = nodes[place];
    return [entry.entryUuid, node ? oddities(node, entry, patientId) : []];
  });
  return new Map(found.filter(([, list]) => list.length > 0));
}

const emptyList: ReadElement = {
  localName: 'RegistryObjectList',
  prefix: '',
  namespace: xdsNames.rim,
  attributes: [],
  children: [],
};
