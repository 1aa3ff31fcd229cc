import { isObject, numberOf, objects, type Json } from '../../internal/json/index.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { idOf, readReference } from './address.ts';

/** One entry of an answer that found something. */
export interface FhirEntry {
  readonly resource: Json;
  readonly type: string;
  /** `null` when it has none that may go into an address. */
  readonly id: string | null;
  /** Where the server says that it is: a name, never a way there; `null` without a word. */
  readonly fullUrl: string | null;
  /** `match` without a word: only some servers say it. */
  readonly mode: string;
  /** From 0 to 1, `null` without one. */
  readonly score: number | null;
  /** What a master patient index makes of it, such as `certain`; `null` without a word. */
  readonly grade: string | null;
  /** What the server says of it as a result, such as its distance. */
  readonly search: Json;
}

/** A page of results. */
export interface FhirBundle {
  readonly entries: readonly FhirEntry[];
  /** `null` when the server announces none: never 0. */
  readonly total: number | null;
  readonly next: string | null;
}

const gradeUrl = 'http://hl7.org/fhir/StructureDefinition/match-grade';

/**
 * Reads the answer to a search. Types that nobody knows, and entries without a resource, cost
 * nothing else.
 *
 * @throws TerrESanteError `TE_PROTOCOL` when it is no search set
 */
export function readSearchset(resource: Json | null): FhirBundle {
  if (resource?.['resourceType'] !== 'Bundle' || resource['type'] !== 'searchset') {
    throw protocolFailure('no-searchset', "La réponse du serveur FHIR n'est pas celle d'une recherche.");
  }

  const next = objects(resource['link']).find((link) => link['relation'] === 'next');
  const total = numberOf(resource['total']);
  return {
    entries: objects(resource['entry']).flatMap((entry) => readEntry(entry) ?? []),
    total: Number.isSafeInteger(total) && total >= 0 ? total : null,
    next: next && typeof next['url'] === 'string' ? next['url'] : null,
  };
}

function readEntry(entry: Json): FhirEntry | null {
  const { resource } = entry;
  if (!isObject(resource) || typeof resource['resourceType'] !== 'string') return null;

  const search = isObject(entry['search']) ? entry['search'] : {};
  const score = numberOf(search['score']);
  const grade = objects(search['extension']).find(({ url }) => url === gradeUrl)?.['valueCode'];
  return {
    resource,
    type: resource['resourceType'],
    id: idOf(resource) ?? idInUrl(entry, resource),
    fullUrl: typeof entry['fullUrl'] === 'string' ? entry['fullUrl'] : null,
    mode: typeof search['mode'] === 'string' ? search['mode'] : 'match',
    score: score >= 0 && score <= 1 ? score : null,
    grade: typeof grade === 'string' ? grade : null,
    search,
  };
}

/** The id of a resource that says none itself: one that is no id is not looked for elsewhere. */
function idInUrl({ fullUrl }: Json, { id, resourceType }: Json): string | null {
  const reference = id === undefined ? readReference(fullUrl) : null;
  return reference?.type === resourceType ? (reference?.id ?? null) : null;
}

/**
 * Whether something unknown may turn the meaning of a resource round: then it is not read at all.
 *
 * @see HL7 FHIR R4, Extensibility, modifierExtension; Resource, implicitRules
 */
export function isModified(resource: Json): boolean {
  const rules = resource['implicitRules'];
  return objects(resource['modifierExtension']).length > 0 || (rules !== undefined && rules !== null);
}
