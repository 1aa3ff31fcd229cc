import { isObject, type Json } from '../../internal/json/index.ts';

/**
 * A resource with one member changed and everything else as it was read. `undefined` takes the
 * member away, with what extends it: FHIR has no empty values.
 *
 * @see HL7 FHIR R4, RESTful API, update: what is left out is deleted
 */
export function withMember(resource: Json, name: string, value: unknown): Json {
  const { [name]: _old, [`_${name}`]: extended, ...rest } = resource;
  if (value === undefined) return rest;
  return { ...resource, [name]: value, ...(extended !== undefined && { [`_${name}`]: extended }) };
}

/**
 * The same without the words that a server made out of the old content: they would contradict the
 * new one.
 *
 * @see HL7 FHIR R4, Narrative.status, generated
 */
export function withoutOldWords(resource: Json): Json {
  const { text } = resource;
  return isObject(text) && text['status'] === 'generated' ? withMember(resource, 'text', undefined) : resource;
}
