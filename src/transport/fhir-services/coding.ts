import type { Coded } from '../../documents/index.ts';
import { codeSystemOf } from '../../documents/fhir/systems.ts';
import { isObject, objects } from '../../internal/json/index.ts';

/** The first code of a concept; its system is an OID where that is known. */
export function codedOf(concept: unknown): Coded | null {
  const [coding] = isObject(concept) ? objects(concept['coding']) : [];
  const { system, code, display } = coding ?? {};
  if (typeof code !== 'string' || code === '') return null;
  return {
    code,
    codeSystem: codeSystemOf(typeof system === 'string' ? system : ''),
    displayName: typeof display === 'string' && display !== '' ? display.slice(0, 1_000) : code,
  };
}
