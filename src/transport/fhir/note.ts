import { isObject, objects, type Json } from '../../internal/json/index.ts';

/** TRE_R234. @see ANS, Cahier de liaison 3.0.0: types of its notes */
export const noteTypeSystem = 'https://mos.esante.gouv.fr/NOS/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote';

/**
 * Whether a document is a note of a liaison book, which servers keep as documents: a note has one
 * of the types of that book.
 *
 * @see ANS, Cahier de liaison 3.0.0, cdl-document-reference
 */
export const isNote = (resource: Json): boolean => noteTypeOf(resource) !== undefined;

/** The type that makes a document a note. */
export function noteTypeOf({ type }: Json): Json | undefined {
  return isObject(type) ? objects(type['coding']).find(({ system }) => system === noteTypeSystem) : undefined;
}
